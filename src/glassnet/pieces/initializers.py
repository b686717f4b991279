"""Initializers: the weights before the first step.

All draw zero-mean weights; they differ in the variance, chosen so that a signal keeps its size from layer to layer.
Biases start at 0 except with ``sklearn`` and ``sklearn_logistic``, which draw them like the weights; ``data`` fits both
to rows of the training where there are some.

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
        by_rows: True fits weights and biases to rows of the training once they are drawn, see :meth:`fit`.

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
    by_rows: bool = False

    def draw(self, rng: Draws, n_in: int, n_out: int) -> tuple[Array, Array]:
        """Weights (n_in, n_out), as they lie in memory, and biases (n_out,), in float64."""
        spread = self.spread(max(n_in, 1), max(n_out, 1))
        W = self._numbers(rng, spread, (n_in, n_out))
        b = self._numbers(rng, spread, (n_out,)) if self.biases else np.zeros(n_out)
        return W, b

    def fit(self, rng: Draws, A_prev: Array, W: Array, b: Array) -> None:
        """Fit drawn weights and biases, in place, to rows that arrive: each unit's ``A_prev W`` varies by 1 over them,
        and its bias takes a random mean of five of them to 0.

        The five have random weights, uniform on the simplex. A unit that does not vary keeps the weights drawn.

        Args:
            rng: a generator.
            A_prev: (m, n_in), at least one row.
            W, b: (n_in, n_out), (n_out,).
        """
        Z = A_prev @ W
        spread = Z.std(axis=0)
        spread = np.where(spread > FLAT * np.abs(Z).max(axis=0), spread, 1)
        W /= spread
        Z /= spread
        chosen = (rng.uniform(0.0, 1.0, (FEW, len(b))) * len(Z)).astype(int)
        shares = -np.log1p(-rng.uniform(0.0, 1.0, (FEW, len(b))))
        b[...] = -(np.take_along_axis(Z, chosen, axis=0) * shares).sum(axis=0) / shares.sum(axis=0)

    def _numbers(self, rng: Draws, spread: float, size: tuple[int, ...]) -> Array:
        if self.shape == "normal":
            return rng.normal(0.0, spread, size)
        return rng.uniform(-spread, spread, size)


FLAT = 1e-5  # a spread below this share of the largest number is rounding
FEW = 5  # rows whose mean a bias takes to 0

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
        Initializer(
            "data",
            "normal",
            lambda i, o: sqrt(1 / i),
            "variance 1 / n_in, then W / std(A_prev W)",
            "RealMLP: Holzmüller et al. 2024, arXiv 2407.04491; its biases: Steinwart 2019, arXiv 1903.11482",
            by_rows=True,
        ),
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
