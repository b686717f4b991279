"""What scikit-learn's checks would take at its word: masks, dates, and the indices of sparse matrices."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import numpy as np

from glassnet.arrays import Array, checked_sparse, is_sparse, unmasked
from glassnet.errors import InvalidInput

Given = TypeVar("Given")


def sound(data: Given, name: str = "X") -> Given:
    """``data`` as it was passed: rows, targets or weights.

    Raises:
        InvalidInput: a masked array, whose masked numbers would be taken for values; a damaged sparse matrix.
    """
    if is_sparse(data):
        checked_sparse(data)
    return unmasked(data, name)


def summable(weights: Array) -> Array:
    """Weights (m,) themselves.

    Raises:
        InvalidInput: their sum, which a row's share in the cost is divided by, is more than their dtype holds.
    """
    with np.errstate(over="ignore"):
        if not np.isfinite(weights.sum()):
            seen = f"{weights.dtype}, the largest is {weights.max():.4g}"
            raise InvalidInput("the sample weights add up to infinity", seen, "scale them to about 1")
    return weights


def sound_rows(X: Given) -> Given:
    """Rows ``X`` as they were passed.

    Raises:
        InvalidInput: as :func:`sound`, and dates or durations, whose unit NumPy would choose itself.
    """
    dtypes = getattr(X, "dtypes", getattr(X, "dtype", None))
    kinds = {getattr(dtype, "kind", "") for dtype in (dtypes if isinstance(dtypes, Iterable) else [dtypes])}
    if kinds & {"m", "M"}:
        remedy = "count them in a unit of your choice, such as days since a date, or use a TableModel"
        raise InvalidInput("X holds dates or durations, and a network needs numbers", remedy=remedy)
    return sound(X)
