"""Initializers: the weights before the first step.

All draw zero-mean weights; they differ in the variance, chosen so that a signal keeps its size from layer to layer.
Biases start at 0 except with ``sklearn`` and ``sklearn_logistic``, which draw them like the weights.

>>> INITIALIZERS["he_normal"].shape
'normal'
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from typing import Protocol

import numpy as np

from glassnet.arrays import Array
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
        shape: "uniform" or "normal".
        spread: ``(n_in, n_out)`` -> the limit of the uniform, the standard deviation of the normal.
        formula: the variance or the limit, as people write it.
        source: where it comes from.
        biases: True draws the biases too.

    >>> rng = np.random.default_rng(0)
    >>> W, b = INITIALIZERS["glorot_uniform"].draw(rng, 2, 3)
    >>> W.shape, b.tolist()
    ((2, 3), [0.0, 0.0, 0.0])
    """

    name: str
    shape: str
    spread: Callable[[int, int], float]
    formula: str
    source: str
    biases: bool = False

    def draw(self, rng: Draws, n_in: int, n_out: int) -> tuple[Array, Array]:
        """Weights (n_in, n_out), as they lie in memory, and biases (n_out,), in float64."""
        spread = self.spread(max(n_in, 1), max(n_out, 1))
        W = self._numbers(rng, spread, (n_in, n_out))
        b = self._numbers(rng, spread, (n_out,)) if self.biases else np.zeros(n_out)
        return W, b

    def _numbers(self, rng: Draws, spread: float, size: tuple[int, ...]) -> Array:
        if self.shape == "normal":
            return rng.normal(0.0, spread, size)
        return rng.uniform(-spread, spread, size)


_GLOROT = "Glorot, Bengio 2010, Understanding the difficulty of training deep feedforward neural networks"
_HE = "He, Zhang, Ren, Sun 2015, arXiv 1502.01852"
_LECUN = "LeCun, Bottou, Orr, Mueller 1998, Efficient BackProp"

INITIALIZERS = Table(
    "initializer",
    [
        Initializer(
            "glorot_uniform", "uniform", lambda i, o: sqrt(6 / (i + o)), "limit sqrt(6 / (n_in + n_out))", _GLOROT
        ),
        Initializer("glorot_normal", "normal", lambda i, o: sqrt(2 / (i + o)), "variance 2 / (n_in + n_out)", _GLOROT),
        Initializer("he_uniform", "uniform", lambda i, o: sqrt(6 / i), "limit sqrt(6 / n_in)", _HE),
        Initializer("he_normal", "normal", lambda i, o: sqrt(2 / i), "variance 2 / n_in", _HE),
        Initializer("lecun_uniform", "uniform", lambda i, o: sqrt(3 / i), "limit sqrt(3 / n_in)", _LECUN),
        Initializer("lecun_normal", "normal", lambda i, o: sqrt(1 / i), "variance 1 / n_in", _LECUN),
        Initializer("zeros", "uniform", lambda i, o: 0.0, "0", "for linear and logistic regression"),
        Initializer(
            "sklearn",
            "uniform",
            lambda i, o: sqrt(6 / (i + o)),
            "limit sqrt(6 / (n_in + n_out)), biases too",
            "scikit-learn's MLP, all activations but logistic",
            biases=True,
        ),
        Initializer(
            "sklearn_logistic",
            "uniform",
            lambda i, o: sqrt(2 / (i + o)),
            "limit sqrt(2 / (n_in + n_out)), biases too",
            "scikit-learn's MLP with logistic activation",
            biases=True,
        ),
    ],
)
