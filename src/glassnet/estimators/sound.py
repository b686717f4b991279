"""What scikit-learn's checks would take at its word: masks, dates, and the indices of sparse matrices."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import numpy as np

from glassnet.arrays import checked_sparse, is_sparse
from glassnet.errors import InvalidInput

Given = TypeVar("Given")


def sound(data: Given) -> Given:
    """``data`` as it was passed: rows, targets or weights.

    Raises:
        InvalidInput: a masked array, whose masked numbers would be taken for values; a damaged sparse matrix.

    >>> sound(np.ma.masked_equal([1.0, -9999.0], -9999.0))
    Traceback (most recent call last):
    glassnet.errors.InvalidInput: masked cells have no numbers (seen: 1 masked); fill them in, or use a TableModel.
    """
    parts = data if isinstance(data, (list, tuple)) else [data]
    masked = sum(int(np.ma.getmaskarray(part).sum()) for part in parts if isinstance(part, np.ma.MaskedArray))
    if masked:
        raise InvalidInput("masked cells have no numbers", f"{masked} masked", "fill them in, or use a TableModel")
    if is_sparse(data):
        checked_sparse(data)
    return data


def sound_rows(X: Given) -> Given:
    """Rows ``X`` as they were passed.

    Raises:
        InvalidInput: as :func:`sound`, and dates or durations, which NumPy would count in a unit that nobody named.
    """
    dtypes = getattr(X, "dtypes", getattr(X, "dtype", None))
    kinds = {getattr(dtype, "kind", "") for dtype in (dtypes if isinstance(dtypes, Iterable) else [dtypes])}
    if kinds & {"m", "M"}:
        remedy = "count them in a unit of your choice, such as days since a date, or use a TableModel"
        raise InvalidInput("X holds dates or durations, and a network needs numbers", remedy=remedy)
    return sound(X)
