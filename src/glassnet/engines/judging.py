"""Judging predictions: a few sums over rows, from which the cost and the usual metrics follow."""

from __future__ import annotations

from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np

from glassnet.arrays import Array
from glassnet.engines.plan import Rows


class Sums(NamedTuple):
    """Sums over rows, each row by its weight.

    Args:
        losses: of the rows.
        right: rows whose class of highest probability is theirs, or whose outputs are all on the target's side of 1/2.
        squares, distances: squared and absolute distance between prediction and target, of a single output.
    """

    losses: float
    right: float
    squares: float
    distances: float

    @classmethod
    def of(cls, losses: Array, predictions: Array, Y: Array, weights: Array | None, labels: Array | None) -> Sums:
        """Those of rows.

        Args:
            losses: (m,).
            predictions: ``y^`` (m, k).
            Y: targets (m, k).
            weights: (m,) or None for all 1.
            labels: (m,), where rows have a class of one number; else None.
        """
        w = np.ones(len(losses)) if weights is None else weights.astype(np.float64)
        sides = ((predictions > 0.5) == (Y > 0.5)).all(axis=1)
        off = predictions[:, 0].astype(np.float64) - Y[:, 0]
        right = sides if labels is None else predictions.argmax(axis=1) == labels
        return cls(*(float(w @ terms) for terms in (losses.astype(np.float64), right, off**2, abs(off))))

    def __add__(self, other: tuple[float, ...]) -> Sums:  # type: ignore[override]
        return Sums(*map(sum, zip(self, other, strict=True)))


class Ratio(NamedTuple):
    """A metric that follows from the sums: ``offset + factor * (sum / divisor)``.

    Args:
        sum: a field of :class:`Sums`.
        divisor: "weight", of all rows; "spread", the sum of squares about the targets' mean.
        offset, factor: numbers.
    """

    sum: Literal["losses", "right", "squares", "distances"]
    divisor: Literal["weight", "spread"] = "weight"
    offset: float = 0.0
    factor: float = 1.0

    @property
    def of_one_output(self) -> bool:
        """True where the sum is of a single output alone."""
        return self.sum in ("squares", "distances")


COST = Ratio("losses")


class Judge:
    """Rows that are judged again and again.

    Args:
        rows: X, Y, weights.

    >>> judge = Judge(Rows(np.zeros((2, 1)), np.array([1.0, 3.0])))
    >>> judge.weight, judge.spread
    (2.0, 2.0)
    >>> judge.value(Ratio("squares", "spread", 1.0, -1.0), Sums(0, 0, 0.5, 1))
    0.75
    """

    def __init__(self, rows: Rows) -> None:
        self.rows = rows

    @cached_property
    def weight(self) -> float:
        """Of all rows; 1 where it is 0."""
        return self.rows.total_weight() or 1.0

    @cached_property
    def spread(self) -> float:
        """The sum of squares about the mean of the targets, each row by its weight."""
        y, w = np.asarray(self.rows.Y, np.float64).ravel(), self.rows.weights
        mean = np.average(y, weights=w)
        return float(((y - mean) ** 2).sum() if w is None else w @ (y - mean) ** 2)

    def divisor(self, ratio: Ratio) -> float:
        """The number that a ratio divides by."""
        return self.weight if ratio.divisor == "weight" else self.spread

    def value(self, ratio: Ratio, sums: Sums) -> float:
        """The metric."""
        number: float = getattr(sums, ratio.sum)
        return ratio.offset + ratio.factor * (number / self.divisor(ratio))

    def knows(self, ratio: Ratio | None) -> bool:
        """True where the metric follows from the sums: of one output where it needs that, of rows that differ."""
        if ratio is None:
            return False
        if not ratio.of_one_output:
            return True
        Y = self.rows.Y
        single = Y.ndim == 1 or Y.shape[1] == 1
        return single and len(Y) > 1 and bool(self.divisor(ratio))
