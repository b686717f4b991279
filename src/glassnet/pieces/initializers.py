"""Initializers: the weights before the first step.

All draw zero-mean weights; they differ in the variance, chosen so that a signal keeps its size from layer to layer.
Biases start at 0 except with ``sklearn`` and ``sklearn_logistic``, which draw them like the weights.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from typing import Protocol

import numpy as np

from glassnet.pieces.activations import Array
from glassnet.pieces.tables import Table


class Draws(Protocol):
    """What an initializer asks of a generator; NumPy's ``Generator`` and ``RandomState`` both have it."""

    def uniform(self, low: float, high: float, size: tuple[int, ...]) -> Array: ...
    def normal(self, loc: float, scale: float, size: tuple[int, ...]) -> Array: ...


@dataclass(frozen=True)
class Initializer:
    """One initializer.

    Args:
        name: its name in menus and files.
        deviation: ``(n_in, n_out)`` -> the weights' standard deviation.
        shape: "uniform" (on +- sqrt(3) deviations) or "normal".
        formula: the variance or the limit, as people write it.
        source: where it comes from.
        biases: True draws the biases too.

    >>> rng = np.random.default_rng(0)
    >>> W, b = INITIALIZERS["glorot_uniform"].draw(rng, 2, 3)
    >>> W.shape, b.tolist()
    ((2, 3), [0.0, 0.0, 0.0])
    """

    name: str
    deviation: Callable[[int, int], float]
    shape: str
    formula: str
    source: str
    biases: bool = False

    def draw(self, rng: Draws, n_in: int, n_out: int) -> tuple[Array, Array]:
        """Weights (n_in, n_out), as they lie in memory, and biases (n_out,), in float64."""
        deviation = self.deviation(max(n_in, 1), max(n_out, 1))
        W = self._numbers(rng, deviation, (n_in, n_out))
        b = self._numbers(rng, deviation, (n_out,)) if self.biases else np.zeros(n_out)
        return W, b

    def _numbers(self, rng: Draws, deviation: float, size: tuple[int, ...]) -> Array:
        if self.shape == "normal":
            return rng.normal(0.0, deviation, size)
        limit = sqrt(3) * deviation
        return rng.uniform(-limit, limit, size)


_GLOROT = "Glorot, Bengio 2010, Understanding the difficulty of training deep feedforward neural networks"
_HE = "He, Zhang, Ren, Sun 2015, arXiv 1502.01852"
_LECUN = "LeCun, Bottou, Orr, Mueller 1998, Efficient BackProp"

INITIALIZERS = Table(
    "initializer",
    [
        Initializer(
            "glorot_uniform", lambda i, o: sqrt(2 / (i + o)), "uniform", "limit sqrt(6 / (n_in + n_out))", _GLOROT
        ),
        Initializer("glorot_normal", lambda i, o: sqrt(2 / (i + o)), "normal", "variance 2 / (n_in + n_out)", _GLOROT),
        Initializer("he_uniform", lambda i, o: sqrt(2 / i), "uniform", "limit sqrt(6 / n_in)", _HE),
        Initializer("he_normal", lambda i, o: sqrt(2 / i), "normal", "variance 2 / n_in", _HE),
        Initializer("lecun_uniform", lambda i, o: sqrt(1 / i), "uniform", "limit sqrt(3 / n_in)", _LECUN),
        Initializer("lecun_normal", lambda i, o: sqrt(1 / i), "normal", "variance 1 / n_in", _LECUN),
        Initializer("zeros", lambda i, o: 0.0, "uniform", "0", "for linear and logistic regression"),
        Initializer(
            "sklearn",
            lambda i, o: sqrt(2 / (i + o)),
            "uniform",
            "limit sqrt(6 / (n_in + n_out)), biases too",
            "scikit-learn's MLP, all activations but logistic",
            biases=True,
        ),
        Initializer(
            "sklearn_logistic",
            lambda i, o: sqrt(2 / (3 * (i + o))),
            "uniform",
            "limit sqrt(2 / (n_in + n_out)), biases too",
            "scikit-learn's MLP with logistic activation",
            biases=True,
        ),
    ],
)
