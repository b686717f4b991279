"""Checks of arrays that callers pass to networks, engines and estimators.

float32 and float64 stay what they are; integers and booleans become float64; anything else is refused.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from glassnet.errors import InvalidInput, InvalidType
from glassnet.text import counted


def check_matrix(X: ArrayLike, columns: int | None = None, rows: int | None = None, name: str = "X") -> np.ndarray:
    """``X`` as a matrix of finite numbers.

    Args:
        X: anything that NumPy converts to an array (m, n).
        columns: how many there must be.
        rows: how many there must be.
        name: its name in messages.

    Returns:
        float32 or float64 (m, n), the same memory where possible.

    Raises:
        InvalidType: for anything but numbers.
        InvalidInput: for another shape, or numbers that are not finite.

    >>> check_matrix([[1, 2], [3, 4]])
    array([[1., 2.],
           [3., 4.]])
    """
    array = _numbers(X, name)
    if array.ndim != 2:
        remedy = f"pass {name}.reshape(-1, 1) for one column, {name}.reshape(1, -1) for one row"
        raise InvalidInput(f"{name} is not a matrix", f"shape {array.shape}", remedy)
    if columns is not None and array.shape[1] != columns:
        what = f"{name} has {counted(array.shape[1], 'column')}, not {columns}"
        raise InvalidInput(what, f"shape {array.shape}", f"pass {name} with {counted(columns, 'column')}")
    _check_rows(array, rows, name)
    return _finite(array, name)


def check_target(y: ArrayLike, rows: int | None = None, outputs: int | None = None, name: str = "y") -> np.ndarray:
    """``y`` as a matrix of finite numbers; a vector (m,) becomes a column (m, 1).

    Args:
        y: anything that NumPy converts to an array (m,) or (m, k).
        rows: how many there must be.
        outputs: how many columns there must be.
        name: its name in messages.

    Raises:
        InvalidType: for anything but numbers.
        InvalidInput: for another shape, or numbers that are not finite.

    >>> check_target([1.5, 2.5], rows=2).shape
    (2, 1)
    """
    array = _numbers(y, name)
    return check_matrix(array.reshape(-1, 1) if array.ndim == 1 else array, outputs, rows, name)


def check_weights(weights: ArrayLike | None, rows: int, name: str = "sample_weight") -> np.ndarray:
    """Weights of examples, float64 (rows,), none negative, not all zero; None or one number weigh all alike.

    Args:
        weights: an array (rows,), one number, or None.
        rows: how many examples there are.
        name: their name in messages.

    Raises:
        InvalidType: for anything but numbers.
        InvalidInput: for another shape, or negative weights.

    >>> check_weights(None, rows=3)
    array([1., 1., 1.])
    """
    array = np.asarray(_numbers(1.0 if weights is None else weights, name), dtype=np.float64)
    array = np.full(rows, array) if array.ndim == 0 else array
    if array.shape != (rows,):
        raise InvalidInput(f"{name} has the shape {array.shape}, not ({rows},)", remedy="pass one weight an example")
    _finite(array, name)
    if (negative := array < 0).any():
        where = int(negative.argmax())
        raise InvalidInput(f"{name} is negative", f"{name}[{where}] = {array[where]:g}", "pass weights from 0 on")
    if rows and not array.any():
        raise InvalidInput(f"{name} is zero everywhere", remedy="give at least one example a weight")
    return array


def _numbers(values: ArrayLike, name: str) -> np.ndarray:
    try:
        array = np.asarray(values)
        array = array.astype(np.float64) if array.dtype == object else array
    except (TypeError, ValueError) as problem:
        seen, remedy = str(problem).splitlines()[0], "pass numbers; words are for a TableEncoder"
        raise InvalidType(f"{name} is not an array of numbers", seen, remedy) from problem
    if array.dtype.kind not in "biuf":
        raise InvalidType(f"{name} is not an array of numbers", f"type {array.dtype}", "pass real numbers")
    return array if array.dtype in (np.float32, np.float64) else array.astype(np.float64)


def _check_rows(array: np.ndarray, rows: int | None, name: str) -> None:
    if rows is not None and len(array) != rows:
        what = f"{name} has {counted(len(array), 'row')}, not {rows}"
        raise InvalidInput(what, f"shape {array.shape}", "pass one row for each row of X")


def _finite(array: np.ndarray, name: str) -> np.ndarray:
    # The sum is finite where all are, needs no memory, and is all that is computed in the usual case.
    with np.errstate(over="ignore", invalid="ignore"):
        if np.isfinite(array.sum(dtype=np.float64)):
            return array
    if not (finite := np.isfinite(array)).all():
        where = np.unravel_index(int(finite.argmin()), array.shape)
        place, wrong = ", ".join(map(str, where)), int((~finite).sum())
        raise InvalidInput(
            f"{name} holds {counted(wrong, 'number')} that {'is' if wrong == 1 else 'are'} not finite",
            f"{name}[{place}] = {array[where]}",
            "leave such rows out, or fill them in",
        )
    return array
