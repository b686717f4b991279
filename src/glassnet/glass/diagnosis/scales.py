"""The scale of each column: its mean and its spread."""

from __future__ import annotations

from typing import Any, NamedTuple

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
    columns = np.ascontiguousarray(X.T)  # NumPy sums a few long rows faster than many short ones
    with np.errstate(all="ignore"):
        known = np.isfinite(columns)
        whole = bool(known.all())
        count: Any = max(len(X), 1) if whole else np.maximum(known.sum(axis=1), 1)
        where = True if whole else known
        columns = columns if whole else np.where(known, columns, 0.0)
        low = np.minimum.reduce(columns, 1, where=where, initial=np.inf)
        varies = low < np.maximum.reduce(columns, 1, where=where, initial=-np.inf)
        mean, square = np.add.reduce(columns, 1) / count, np.add.reduce(columns * columns, 1)
        all_vary = bool(varies.all())
        if not all_vary:
            mean = np.where(varies, mean, np.where(np.isfinite(low), low, 0.0))
        off = columns - mean[:, None] if whole else np.where(known, columns - mean[:, None], 0.0)
        deviation = np.sqrt(np.add.reduce(off * off, 1) / count)
        size = np.sqrt(square / count)
        inner = size if whole and columns.all() else np.sqrt(square / np.maximum(np.count_nonzero(columns, axis=1), 1))
        return Scales(mean, deviation if all_vary else np.where(varies, deviation, 0.0), size, inner)
