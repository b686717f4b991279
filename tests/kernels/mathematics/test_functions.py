"""exp, log, tanh and their kin of the kernels: how far from the truth, where they end, the same bits everywhere."""

from collections.abc import Callable
from dataclasses import dataclass

import mpmath
import numpy as np
import pytest
from mpmath import mpf
from scipy import special

from glassnet.pieces.expressions import cos_turns, sin_turns


@dataclass(frozen=True)
class Function:
    """What a function is, where its results are normal numbers (float32, float64), its largest error in ulp."""

    exact: Callable[[mpf], mpf]
    float64: Callable[[np.ndarray], np.ndarray]
    domain: dict[type, tuple[float, float]]
    ulp: float


def domain(single: tuple[float, float], double: tuple[float, float]) -> dict[type, tuple[float, float]]:
    return {np.float32: single, np.float64: double}


FUNCTIONS = {
    "exp": Function(mpmath.exp, np.exp, domain((-87, 88.7), (-708, 709.7)), 1),
    "expm1": Function(mpmath.expm1, np.expm1, domain((-30, 88.7), (-60, 709.7)), 1.5),
    "log": Function(mpmath.log, np.log, domain((1.2e-38, 3.4e38), (2.3e-308, 1.7e308)), 1),
    "log1p": Function(mpmath.log1p, np.log1p, domain((-0.9999999, 3.4e38), (-1 + 2e-16, 1.7e308)), 1.5),
    "tanh": Function(mpmath.tanh, np.tanh, domain((-20, 20), (-40, 40)), 2.6),
    "sigmoid": Function(lambda z: 1 / (1 + mpmath.exp(-z)), special.expit, domain((-87, 60), (-708, 60)), 2.6),
    "softplus": Function(
        lambda z: mpmath.log1p(mpmath.exp(z)), lambda z: np.logaddexp(z, 0), domain((-87, 200), (-708, 2000)), 2
    ),
    "ndtr": Function(lambda z: mpmath.erfc(-z / mpmath.sqrt(2)) / 2, special.ndtr, domain((-12.9, 9), (-37.5, 9)), 3.5),
    "cos_turns": Function(lambda t: mpmath.cospi(2 * t), cos_turns, domain((-1e6, 1e6), (-1e12, 1e12)), 2),
    "sin_turns": Function(lambda t: mpmath.sinpi(2 * t), sin_turns, domain((-1e6, 1e6), (-1e12, 1e12)), 2),
}
names = pytest.mark.parametrize("name", FUNCTIONS)
INF, NAN = np.inf, np.nan


def points(function: Function, dtype: type[np.floating], n: int) -> np.ndarray:
    """Numbers of the domain: evenly spread, of every magnitude, near 0 and 1, and its ends."""
    draw = np.random.default_rng(20)
    low, high = function.domain[dtype]
    tiny, huge = np.finfo(dtype).tiny * 4, min(high, float(np.finfo(dtype).max))
    spread = draw.uniform(max(low, -50), min(high, 50), n)
    far = draw.uniform(max(low, -1000), min(high, 1000), n)
    sized = np.exp(draw.uniform(np.log(tiny), np.log(huge), n)) * draw.choice([-1, 1], n)
    near = np.concatenate([1 + draw.normal(size=n) * 0.3, draw.normal(size=n) * 0.3])
    x = np.concatenate([spread, far, sized, near, [low, high, 1, tiny]]).astype(dtype)
    return x[(x >= low) & (x <= high)]


def bound(function: Function, name: str, fused: bool, x: np.ndarray) -> np.ndarray:
    """The largest error in ulp at ``x``. Without fused multiply-add more is rounded, in ndtr also z^2."""
    far = x.astype(np.float64) ** 2 / 2 if name == "ndtr" else 0
    return function.ulp * (np.ones(len(x)) if fused else 1.5 + far)


@names
def test_against_many_digits(name, dtype, kernel):
    function = FUNCTIONS[name]
    x = points(function, dtype, 150)
    unit = np.spacing(np.abs(kernel(name, x)))
    with mpmath.workdps(40):
        exact = [function.exact(mpf(float(v))) for v in x]
        error = [abs(mpf(float(y)) - e) / mpf(float(u)) for y, e, u in zip(kernel(name, x), exact, unit, strict=True)]
    over = np.array(error, float) / bound(function, name, kernel.fused, x)
    assert over.max() <= 1, (x[over.argmax()], error[over.argmax()])


@names
def test_float32_against_float64(name, kernel):
    function = FUNCTIONS[name]
    x = points(function, np.float32, 100_000)
    exact = function.float64(x.astype(np.float64))
    error = np.abs(kernel(name, x) - exact) / np.spacing(np.abs(exact).astype(np.float32))
    over = error / bound(function, name, kernel.fused, x)
    assert over.max() <= 1, (x[over.argmax()], error[over.argmax()])


def everything(dtype: type[np.floating], n: int) -> np.ndarray:
    """Any bits at all: denormals, infinities and NaNs among them; and numbers near 0."""
    draw = np.random.default_rng(21)
    size = np.dtype(dtype).itemsize
    bits = draw.integers(0, 256, n * size, dtype=np.uint8).view(dtype)
    return np.concatenate([bits, draw.normal(size=n).astype(dtype) * 5, hostile(dtype)])


def hostile(dtype: type[np.floating]) -> np.ndarray:
    limits = np.finfo(dtype)
    x = [0, limits.smallest_subnormal, limits.tiny, 1e-7, 0.5, 1, 20, 88.73, 104, 710, 746, 1e4, limits.max, INF, NAN]
    return np.array([*x, *(-each for each in x)], dtype)


@names
def test_same_bits_whatever_the_width(name, dtype, both):
    narrow, wide = both
    x = everything(dtype, 200_000)
    assert narrow(name, x).tobytes() == wide(name, x).tobytes()


# Arguments, and their values to the bit.
ENDS = {
    "exp": ([0, -0.0, -1e4, -INF, 1e4, INF], [1, 1, 0, 0, INF, INF]),
    "expm1": ([0, -0.0, -1e4, -INF, 1e4, INF], [0, -0.0, -1, -1, INF, INF]),
    "log": ([0, -0.0, 1, INF, -1, -1e-40, -INF], [-INF, -INF, 0, INF, NAN, NAN, NAN]),
    "log1p": ([0, -0.0, -1, INF, -1.5, -INF], [0, -0.0, -INF, INF, NAN, NAN]),
    "tanh": ([0, -0.0, 1e4, -1e4, INF, -INF], [0, -0.0, 1, -1, 1, -1]),
    "sigmoid": ([0, -0.0, 1e4, -1e4, INF, -INF], [0.5, 0.5, 1, 0, 1, 0]),
    "softplus": ([1e4, -1e4, INF, -INF], [1e4, 0, INF, 0]),
    "ndtr": ([0, -0.0, 1e4, -1e4, INF, -INF], [0.5, 0.5, 1, 0, 1, 0]),
    "cos_turns": ([0, -0.0, 0.25, -0.75, 0.5, 1e4, 1e30, INF, -INF], [1, 1, 0, 0, -1, 1, 1, NAN, NAN]),
    "sin_turns": ([0, -0.0, 0.25, -0.25, 0.75, 1e4, -1e30, INF, -INF], [0, -0.0, 1, -1, -1, 0, -0.0, NAN, NAN]),
}


@names
def test_ends(name, dtype, kernel):
    x, y = (np.array([*each, NAN], dtype) for each in ENDS[name])
    seen = kernel(name, x)
    np.testing.assert_array_equal(seen, y)
    zero = y == 0
    assert np.array_equal(np.signbit(seen[zero]), np.signbit(y[zero]))


@names
def test_no_number_is_no_number(name, dtype, kernel):
    x = everything(dtype, 20_000)
    outside = {"log": x < 0, "log1p": x < -1, "cos_turns": np.isinf(x), "sin_turns": np.isinf(x)}.get(
        name, np.zeros(len(x), bool)
    )
    assert np.array_equal(np.isnan(kernel(name, x)), np.isnan(x) | outside)


@pytest.mark.parametrize("name", ["expm1", "log1p", "tanh"])
def test_a_tiny_number_is_itself(name, dtype, kernel):
    smallest, tiny = np.finfo(dtype).smallest_subnormal, np.finfo(dtype).tiny
    x = np.array([smallest, 3 * smallest, tiny - smallest, tiny, 3.3 * tiny, 5.7 * tiny], dtype)
    x = np.concatenate([x, -x])
    np.testing.assert_array_equal(kernel(name, x), x)


@pytest.mark.parametrize("name", ["exp", "softplus", "ndtr"])
def test_denormal_results_are_gradual(name, dtype, kernel):
    function = FUNCTIONS[name]
    smallest = float(np.finfo(dtype).smallest_subnormal)
    low = {"exp": (-104, -745), "softplus": (-104, -745), "ndtr": (-14.2, -38.4)}[name][dtype is np.float64]
    x = np.linspace(low, function.domain[dtype][0], 60).astype(dtype)
    with mpmath.workdps(40):
        exact = np.array([float(function.exact(mpf(float(v))) / mpf(smallest)) for v in x])
    error = np.abs(kernel(name, x).astype(np.float64) / smallest - exact)  # in steps between denormals
    assert np.all(error <= 0.5 + bound(function, name, kernel.fused, x))


def test_logarithms_of_denormals(dtype, kernel):
    smallest = np.finfo(dtype).smallest_subnormal
    x = smallest * np.array([1, 2, 3, 5, 1000, 4001], dtype)
    exact = np.array([mpmath.log(mpf(float(v))) for v in x], float)
    np.testing.assert_allclose(kernel("log", x), exact, rtol=np.finfo(dtype).eps)


def test_symmetry_and_ranges(dtype, kernel):
    x = everything(dtype, 50_000)
    x = x[np.isfinite(x)]
    assert np.array_equal(kernel("tanh", -x), -kernel("tanh", x))
    assert np.all(np.abs(kernel("tanh", x)) <= 1)
    for name in ("sigmoid", "ndtr"):
        y = kernel(name, x)
        assert np.all((y >= 0) & (y <= 1))
    assert np.all(kernel("softplus", x) >= np.maximum(x, 0))
