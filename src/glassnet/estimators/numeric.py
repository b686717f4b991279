"""Targets that are numbers: what a regression takes, and what NumPy would only pretend to be numbers."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from glassnet.arrays import Array, SparseMatrix, contiguous, is_sparse
from glassnet.errors import InvalidInput
from glassnet.text import one_line

TIMES = (datetime.date, datetime.time, datetime.timedelta, np.datetime64, np.timedelta64)


def as_numbers(y: ArrayLike | SparseMatrix) -> Any:
    """Targets as they were passed; text and objects as float64.

    Raises:
        InvalidInput: dates or durations, whose unit NumPy would choose itself; what is not a number.

    >>> as_numbers(np.array(["2024-05-01"], "datetime64[D]"))
    Traceback (most recent call last):
    glassnet.errors.InvalidInput: y holds dates or durations, and a regression needs numbers (seen: 2024-05-01); count \
them in a unit of your choice, such as days since a date.
    """
    if y is None or is_sparse(y) or isinstance(y, np.ma.MaskedArray):  # which others judge
        return y
    array = np.asarray(y)
    kind = array.dtype.kind
    if kind not in "mMOUSV":
        return y
    times = array.ravel() if kind in "mM" else (cell for cell in array.ravel() if kind == "O" and _is_time(cell))
    for cell in times:
        remedy = "count them in a unit of your choice, such as days since a date"
        raise InvalidInput("y holds dates or durations, and a regression needs numbers", one_line(cell, 60), remedy)
    try:
        return array.astype(np.float64)
    except (TypeError, ValueError):
        raise _no_numbers(array) from None


def numeric_targets(dtype: DTypeLike, y: ArrayLike) -> Array:
    """The numbers of a regression as targets (m, k)."""
    numbers = np.asarray(as_numbers(y))
    if numbers.dtype.kind not in "fiub":
        raise _no_numbers(numbers)
    numbers = contiguous(numbers, dtype)
    return numbers.reshape(len(numbers), -1) if numbers.ndim else numbers


def _is_time(cell: object) -> bool:
    return isinstance(cell, TIMES) or type(cell).__name__ == "Period"  # of pandas, which need not be there


def _no_numbers(y: Array) -> InvalidInput:
    """The error that names the first cell which is none."""
    remedy = "pass one number a row, or (m, k) of several targets"
    for cell in y.ravel():
        try:
            float(cell)
        except (TypeError, ValueError):
            return InvalidInput("y must be numbers for a regression", repr(one_line(cell, 60)), remedy)
    return InvalidInput("y must be numbers for a regression", f"dtype {y.dtype}", remedy)
