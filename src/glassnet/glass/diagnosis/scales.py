"""The scale of each column: its mean and its spread."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from glassnet.arrays import Array


class Scales(NamedTuple):
    """Of each input: mean, deviation, root mean square of all values, and of those that are not 0; all (n,).

    Of a constant the mean is its value and the deviation 0, whatever rounding makes of a sum.
    """

    mean: Array
    deviation: Array
    size: Array
    inner: Array

    @property
    def varying(self) -> Array:
        """Which inputs are not constant, (n,)."""
        return self.deviation > 0

    def text(self, j: int) -> str:
        """Mean and deviation of input ``j``; a mean within rounding of 0 is written as 0."""
        mean = self.mean[j] if abs(self.mean[j]) > 1e-6 * self.deviation[j] else 0.0
        return f"mean {mean:.3g} and deviation {self.deviation[j]:.3g}"


def scales_of(X: Array) -> Scales:
    """The scales of the columns of ``X`` (m, n); values that are not finite are left out.

    >>> scales_of(np.array([[3.0, 0.0], [5.0, 2.0]])).inner.round(2).tolist()
    [4.12, 2.0]
    """
    with np.errstate(all="ignore"):
        known = np.isfinite(X)
        whole = bool(known.all())
        count = max(len(X), 1) if whole else np.maximum(known.sum(axis=0), 1)
        X = X if whole else np.where(known, X, 0.0)
        mean, square = X.sum(axis=0) / count, (X * X).sum(axis=0)
        where = True if whole else known
        low, high = X.min(axis=0, where=where, initial=np.inf), X.max(axis=0, where=where, initial=-np.inf)
        varies = low < high
        mean = np.where(varies, mean, np.where(np.isfinite(low), low, 0.0))
        off = X - mean if whole else np.where(known, X - mean, 0.0)
        deviation = np.where(varies, np.sqrt((off * off).sum(axis=0) / count), 0.0)
        size = np.sqrt(square / count)
        inner = size if X.all() and whole else np.sqrt(square / np.maximum(np.count_nonzero(X, axis=0), 1))
        return Scales(mean, deviation, size, inner)
