"""Inputs, and numbers to predict, of mean 0 and deviation 1: by statistics that follow a stream of rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import expm1, inf, log
from typing import Self, TypeVar

import numpy as np

from glassnet.arrays import Array, Matrix, contiguous, dense
from glassnet.engines.plan import Rows
from glassnet.errors import InvalidInput

CONSTANT = 1e-12  # a deviation that is a smaller share of the mean is only rounding
FARTHEST = 3.0  # deviations from the mean that the rows of a batch may lie, as the root of their mean square


@dataclass(frozen=True, eq=False)
class Moments:
    """Mean and variance of columns, older rows counting less, and the scale that follows from them.

    Args:
        rows: how many they count for, weights added up.
        mean, variance: (n,); variance 0 of a column that was constant so far.
        scale: (n,) what a number's distance to the mean is divided by.
    """

    rows: float
    mean: Array
    variance: Array
    scale: Array

    @classmethod
    def start(cls, n: int) -> Moments:
        """Of no rows: numbers stay what they are."""
        return cls(0.0, np.zeros(n), np.ones(n), np.ones(n))

    def learned(self, X: Array, weights: Array | None = None, half_life: float = inf) -> Moments:
        """With the rows of ``X`` (m, n) added, after which the rows before count ``2^(-m / half_life)`` at most.

        At first they are the plain mean and variance of all rows; once these weigh more than that, both move by the
        share ``1 - 2^(-m / half_life)`` a batch. The rows of a batch that lie further out than ``FARTHEST`` deviations
        make the scale so much larger for this batch: no step is taken on huge numbers. Welford 1962; of batches: Chan,
        Golub, LeVeque 1979; forgetting: Finch 2009, *Incremental calculation of weighted mean and variance*.

        Args:
            X: some rows.
            weights: of them (m,), or None for all 1.
            half_life: rows.

        Raises:
            InvalidInput: the square of a number is more than float64 holds.

        >>> known = Moments.start(1).learned(np.array([[1.0], [2.0]])).learned(np.array([[6.0]]))
        >>> known.rows, known.mean.tolist(), known.variance.round(3).tolist()
        (3.0, [3.0], [4.667])
        """
        m = float(len(X) if weights is None else weights.sum())
        if not m:
            return self
        shares = np.full(len(X), 1 / m) if weights is None else weights.astype(np.float64) / m
        share = max(m / (self.rows + m), -expm1(-log(2) * m / half_life))
        with np.errstate(over="ignore", invalid="ignore"):
            mean = shares @ X
            variance = shares @ np.square(X - mean)
            ahead = mean - self.mean
            center = self.mean + share * ahead
            spread = (1 - share) * (self.variance + share * ahead**2) + share * variance
            scale = np.maximum(np.sqrt(spread), np.sqrt(variance + (mean - center) ** 2) / FARTHEST)
        if not np.isfinite(scale).all():
            seen = f"{np.abs(X).max():.4g}"
            raise InvalidInput("a column has numbers too large to be standardized", seen, "measure it in another unit")
        scale = np.where(scale > CONSTANT * np.abs(center), scale, 1.0)
        return Moments(m / share, center, spread, scale)

    def apply(self, X: Array) -> Array:
        """``(X - mean) / scale`` (m, n), in the dtype of ``X``."""
        return ((X - self.mean) / self.scale).astype(X.dtype, copy=False)

    def undo(self, X: Array) -> Array:
        """``X * scale + mean`` (m, n), in the dtype of ``X``."""
        return (X * self.scale + self.mean).astype(X.dtype, copy=False)


@dataclass(frozen=True, eq=False)
class Scaling:
    """What stands between the user's units and the network's.

    Args:
        inputs: of the columns.
        targets: of the numbers to predict; None where these stay as they are.
        evidence: how much lower the cost of recent batches was where a change of units did not change the network's
            function of the user's rows; see :func:`~glassnet.estimators.mlp.following.followed`.
    """

    inputs: Moments
    targets: Moments | None = None
    evidence: float = 0.0

    @classmethod
    def start(cls, inputs: int, outputs: int | None) -> Scaling:
        """Of no rows; ``outputs`` where what is predicted is scaled too."""
        return cls(Moments.start(inputs), None if outputs is None else Moments.start(outputs))

    def learned(self, rows: Rows, half_life: float = inf) -> Self:
        """With some rows added, in the user's units."""
        targets = self.targets and self.targets.learned(rows.Y, rows.weights, half_life)
        return replace(self, inputs=self.inputs.learned(dense(rows.X), rows.weights, half_life), targets=targets)

    def rows(self, rows: Rows) -> Rows:
        """The user's rows in the network's units."""
        Y = rows.Y if self.targets is None else contiguous(self.targets.apply(rows.Y), rows.Y.dtype)
        return Rows(self.transform(rows.X), Y, rows.weights)

    def transform(self, X: Matrix) -> Array:
        """The user's ``X`` (m, n) in the network's units."""
        return self.inputs.apply(dense(X))

    def encode(self, Y: Array) -> Array:
        """The user's targets (m, k) in the network's units."""
        return Y if self.targets is None else self.targets.apply(Y)

    def decode(self, predictions: Array) -> Array:
        """Predictions (m, k) in the user's units."""
        return predictions if self.targets is None else self.targets.undo(predictions)

    @property
    def plain(self) -> Self:
        """The same of no rows: the user's own units."""
        targets = self.targets and Moments.start(len(self.targets.mean))
        return replace(self, inputs=Moments.start(len(self.inputs.mean)), targets=targets, evidence=0.0)

    @property
    def of_answers(self) -> Self:
        """For rows that are in the network's units already."""
        return replace(self, inputs=self.plain.inputs)


GivenRows = TypeVar("GivenRows", Rows, Rows | None)


def scaled(scaling: Scaling | None, rows: GivenRows) -> GivenRows:
    """Rows in the network's units, as they are where there is no scaling."""
    return rows if scaling is None or rows is None else scaling.rows(rows)
