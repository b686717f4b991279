"""Independent witnesses, shared by the tests: they use nothing of glassnet's.

Formulas are written again here, from the workshop and the papers, in high precision (mpmath); derivatives are witnessed
by difference quotients. A record added to a table needs its formula here too: see :func:`witness`.
"""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import mpmath as mp
import numpy as np
from hypothesis import strategies as st
from scipy import special

# --- formulas ---------------------------------------------------------------------------------------------------------

SELU_ALPHA = mp.mpf("1.6732632423543772848170429916717")
SELU_SCALE = mp.mpf("1.0507009873554804934193349852946")

ACTIVATIONS: dict[str, Callable[[mp.mpf], mp.mpf]] = {
    "identity": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + mp.exp(-z)),
    "tanh": lambda z: (mp.exp(z) - mp.exp(-z)) / (mp.exp(z) + mp.exp(-z)),
    "relu": lambda z: z if z > 0 else mp.mpf(0),
    "leaky_relu": lambda z: z if z > 0 else z / 100,
    "elu": lambda z: z if z > 0 else mp.expm1(z),
    "selu": lambda z: SELU_SCALE * (z if z > 0 else SELU_ALPHA * mp.expm1(z)),
    "gelu": lambda z: z * mp.erfc(-z / mp.sqrt(2)) / 2,
    "silu": lambda z: z / (1 + mp.exp(-z)),
    "mish": lambda z: z * mp.tanh(mp.log1p(mp.exp(z))),
    "softplus": lambda z: mp.log1p(mp.exp(z)),
}

Numbers = Sequence[mp.mpf]


def _softmax(s: Numbers) -> Numbers:
    powers = [mp.exp(x) for x in s]
    return [power / mp.fsum(powers) for power in powers]


def _huber(e: mp.mpf, delta: float) -> mp.mpf:
    return e * e / 2 if abs(e) <= delta else delta * (abs(e) - mp.mpf(delta) / 2)


def _pinball(e: mp.mpf, level: float) -> mp.mpf:
    return level * e if e > 0 else (1 - mp.mpf(level)) * -e


def _poisson(s: mp.mpf, y: mp.mpf) -> mp.mpf:
    return mp.exp(s) - y + (y * mp.log(y / mp.exp(s)) if y > 0 else 0)


def _binary(s: mp.mpf, y: mp.mpf) -> mp.mpf:
    p = 1 / (1 + mp.exp(-s))
    return -y * mp.log(p) - (1 - y) * mp.log(1 - p)


# One example's loss from its scores and targets, through the probabilities, as the workshop writes it.
LOSSES: dict[str, Callable[..., mp.mpf]] = {
    "squared_error": lambda s, y: mp.fsum((a - b) ** 2 for a, b in zip(s, y, strict=True)) / 2,
    "absolute_error": lambda s, y: mp.fsum(abs(a - b) for a, b in zip(s, y, strict=True)),
    "huber": lambda s, y, delta: mp.fsum(_huber(a - b, delta) for a, b in zip(s, y, strict=True)),
    "quantile": lambda s, y, level: mp.fsum(_pinball(b - a, level) for a, b in zip(s, y, strict=True)),
    "poisson": lambda s, y: mp.fsum(map(_poisson, s, y)),
    "binary_cross_entropy": lambda s, y, label_smoothing: mp.fsum(
        _binary(a, b * (1 - mp.mpf(label_smoothing)) + mp.mpf(label_smoothing) / 2) for a, b in zip(s, y, strict=True)
    ),
    "cross_entropy": lambda s, y, label_smoothing: (
        -mp.fsum(
            (b * (1 - mp.mpf(label_smoothing)) + mp.mpf(label_smoothing) / len(y)) * mp.log(p)
            for p, b in zip(_softmax(s), y, strict=True)
        )
    ),
}


# From scores (m, k), float64, to predictions.
LINKS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "identity": lambda S: S,
    "sigmoid": special.expit,
    "softmax": lambda S: special.softmax(S, axis=1),
    "exp": np.exp,
}


def _descent(o: Any, w: float, derivatives: Numbers, alpha: float) -> Iterator[float]:
    for g in derivatives:
        w -= alpha * g
        yield w


def _momentum(o: Any, w: float, derivatives: Numbers, alpha: float) -> Iterator[float]:
    v = 0.0
    for g in derivatives:
        v = o.momentum * v - alpha * g
        w += v
        yield w


def _nesterov(o: Any, w: float, derivatives: Numbers, alpha: float) -> Iterator[float]:
    v = 0.0
    for g in derivatives:
        v = o.momentum * v - alpha * g
        w += o.momentum * v - alpha * g
        yield w


def _rmsprop(o: Any, w: float, derivatives: Numbers, alpha: float) -> Iterator[float]:
    v = 0.0
    for g in derivatives:
        v = o.decay * v + (1 - o.decay) * g * g
        w -= alpha * g / (math.sqrt(v) + o.epsilon)
        yield w


def _adam(o: Any, w: float, derivatives: Numbers, alpha: float, shrink: float = 0.0) -> Iterator[float]:
    m = v = 0.0
    for t, g in enumerate(derivatives, 1):
        m = o.beta_1 * m + (1 - o.beta_1) * g
        v = o.beta_2 * v + (1 - o.beta_2) * g * g
        alpha_t = alpha * math.sqrt(1 - o.beta_2**t) / (1 - o.beta_1**t)
        w += -alpha_t * m / (math.sqrt(v) + o.epsilon) - alpha * shrink * w
        yield w


# From an optimizer's settings, one weight, its derivatives step by step and the rate to the weight after each step.
OPTIMIZERS: dict[str, Callable[..., Iterator[float]]] = {
    "gradient_descent": _descent,
    "momentum": _momentum,
    "nesterov": _nesterov,
    "rmsprop": _rmsprop,
    "adam": _adam,
    "adamw": lambda o, w, derivatives, alpha: _adam(o, w, derivatives, alpha, o.weight_decay),
}


def _half_cosine(progress: float) -> float:
    return math.cos(math.pi * progress / 2) ** 2


# From the steps done as a share of all, the epochs and examples done, and the settings to the factor on the rate.
SCHEDULES: dict[str, Callable[..., float]] = {
    "constant": lambda progress, epoch, examples: 1.0,
    "flat_cosine": lambda progress, epoch, examples, flat: (
        1.0 if progress <= flat else _half_cosine((progress - flat) / (1 - flat))
    ),
    # Of the share done in the middle of the step: sin^2 of half the angle.
    "coslog": lambda progress, epoch, examples, cycles: (
        math.sin(math.pi * math.log1p((2**cycles - 1) * progress) / math.log(2)) ** 2
    ),
    "inverse_scaling": lambda progress, epoch, examples, power: math.exp(-power * math.log(examples + 1)),
    "exponential": lambda progress, epoch, examples, rate: math.exp(epoch * math.log(rate)),
    "step": lambda progress, epoch, examples, every, rate: math.exp(math.floor(epoch / every) * math.log(rate)),
    "cosine": lambda progress, epoch, examples, floor: floor + (1 - floor) * _half_cosine(progress),
    "one_cycle": lambda progress, epoch, examples, start, rise, end: (
        1 + (start - 1) * _half_cosine(progress / rise)
        if progress < rise
        else end + (1 - end) * _half_cosine((progress - rise) / (1 - rise))
    ),
}

# From n_in and n_out to the papers' variances, in the limits' place too: a uniform on +-l has variance l^2 / 3.
INITIALIZERS: dict[str, Callable[[int, int], float]] = {
    "glorot_uniform": lambda n_in, n_out: 2 / (n_in + n_out),
    "glorot_normal": lambda n_in, n_out: 2 / (n_in + n_out),
    "he_uniform": lambda n_in, n_out: 2 / n_in,
    "he_normal": lambda n_in, n_out: 2 / n_in,
    "lecun_uniform": lambda n_in, n_out: 1 / n_in,
    "lecun_normal": lambda n_in, n_out: 1 / n_in,
    "data": lambda n_in, n_out: 1 / n_in,
    "zeros": lambda n_in, n_out: 0,
    "sklearn": lambda n_in, n_out: 2 / (n_in + n_out),
    "sklearn_logistic": lambda n_in, n_out: 2 / 3 / (n_in + n_out),
}


def witness(formulas: Mapping[str, Any], name: str) -> Any:
    """The independent formula for the record ``name``."""
    assert name in formulas, f"no independent witness for {name!r}: write its formula into tests/oracles.py"
    return formulas[name]


@functools.cache
def activation(name: str, z: float) -> mp.mpf:
    """``g(z)``, to 60 digits."""
    with mp.workdps(60):
        return +witness(ACTIVATIONS, name)(mp.mpf(float(z)))


@functools.cache
def slopes(name: str, z: float) -> tuple[float, float]:
    """``g'(z)`` from the left and from the right: they differ where g has a kink."""
    with mp.workdps(60):
        g, x = witness(ACTIVATIONS, name), mp.mpf(float(z))
        sides = (-1, 1) if x == 0 else (0, 0)
        left, right = (float(mp.diff(g, x, direction=side)) for side in sides)
        return left, right


@functools.cache
def loss(name: str, scores: tuple[float, ...], targets: tuple[float, ...], **settings: float) -> float:
    """One example's loss, in as many digits as 1 - y^ needs to differ from 0."""
    digits = 40 + int(max(map(abs, scores), default=0) / math.log(10))
    with mp.workdps(digits):
        s, y = ([mp.mpf(float(x)) for x in numbers] for numbers in (scores, targets))
        return float(witness(LOSSES, name)(s, y, **settings))


# --- differences ------------------------------------------------------------------------------------------------------


def slope_along(f: Callable[[np.ndarray], float], x: np.ndarray, direction: np.ndarray, h: float = 1e-3) -> float:
    """The derivative of ``f`` at ``x`` (float64) along ``direction``: central differences, error O(h^4)."""
    near, far = (f(x + k * h * direction) - f(x - k * h * direction) for k in (1, 2))
    return (8 * near - far) / (12 * h)


def gradient(f: Callable[[np.ndarray], float], x: np.ndarray, h: float = 1e-3) -> np.ndarray:
    """All partial derivatives of ``f`` at ``x`` (float64, any shape) by central differences, one after the other."""
    axes = np.eye(x.size).reshape(x.size, *x.shape)
    return np.array([slope_along(f, x, axis, h) for axis in axes]).reshape(x.shape)


def smooth_along(f: Callable[[np.ndarray], float], x: np.ndarray, direction: np.ndarray, h: float = 1e-3) -> bool:
    """Whether difference quotients can witness here: to the left, to the right and around they agree."""
    weights = (-25, 48, -36, 16, -3)
    back, on = (sum(w * f(x + k * step * direction) for k, w in enumerate(weights)) / (12 * step) for step in (-h, h))
    around = slope_along(f, x, direction, h)
    return max(relative_error(back, around), relative_error(on, around)) < 1e-7


def relative_error(got: Any, expected: Any, floor: float = 1e-3) -> float:
    """``|got - expected|`` by the larger of the two; ``floor``: below this size differences are absolute."""
    got, expected = np.asarray(got, float), np.asarray(expected, float)
    size = max(np.linalg.norm(got), np.linalg.norm(expected), floor)
    return float(np.linalg.norm(got - expected) / size)


# --- random records ---------------------------------------------------------------------------------------------------


def records(cls: type) -> st.SearchStrategy[Any]:
    """Records of ``cls`` with settings from all over their ranges."""
    return st.builds(cls, **{field.name: _values(field) for field in dataclasses.fields(cls)})


def _values(field: dataclasses.Field[Any]) -> st.SearchStrategy[Any]:
    wanted = field.metadata["range"]
    if isinstance(field.default, bool):
        return st.booleans()
    low, high = max(wanted.low, -1000), min(wanted.high, 1000)
    if isinstance(field.default, int):
        return st.integers(int(low) + wanted.above, int(high) - wanted.below)
    return st.floats(low, high, exclude_min=wanted.above, exclude_max=wanted.below, allow_subnormal=False)
