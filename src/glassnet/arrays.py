"""Arrays: the types that every floor passes around."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from glassnet.errors import InvalidInput

if TYPE_CHECKING:
    from typing_extensions import TypeIs

Given = TypeVar("Given")

Array = NDArray[Any]
"""An array of any shape and dtype; docstrings state its shape, such as (m, n)."""


class SparseMatrix(Protocol):
    """What this package uses of SciPy's sparse matrices and arrays, so that types need no SciPy."""

    @property
    def shape(self) -> tuple[int, ...]: ...
    @property
    def ndim(self) -> int: ...
    @property
    def dtype(self) -> Any: ...
    @property
    def data(self) -> Any: ...
    @property
    def indices(self) -> Array: ...
    @property
    def indptr(self) -> Array: ...
    @property
    def T(self) -> SparseMatrix: ...
    def tocsr(self) -> SparseMatrix: ...
    def toarray(self) -> Array: ...
    def astype(self, dtype: DTypeLike, *, copy: bool = True) -> SparseMatrix: ...
    def copy(self) -> SparseMatrix: ...
    def multiply(self, other: Matrix) -> SparseMatrix: ...
    def max(self) -> Any: ...
    def __abs__(self) -> SparseMatrix: ...
    def __matmul__(self, other: Array) -> Array: ...
    def __rmatmul__(self, other: Array) -> Array: ...
    def __getitem__(self, rows: Any) -> SparseMatrix: ...


Matrix = Array | SparseMatrix
"""A matrix (m, n), dense or sparse: what the data ``X`` may be."""


def is_sparse(X: object) -> TypeIs[SparseMatrix]:
    """True for a SciPy sparse matrix or array, without importing SciPy."""
    return hasattr(X, "tocsr")


def unmasked(X: Given, name: str = "X") -> Given:
    """``X`` itself.

    Raises:
        InvalidInput: a masked array: its masked cells have numbers in them, which would be taken for values.

    >>> unmasked(np.ma.masked_equal([1.0, -9999.0], -9999.0))
    Traceback (most recent call last):
    glassnet.errors.InvalidInput: X has masked cells (seen: 1 of 2); fill them in, or leave them to a TableModel.
    """
    if "numpy.ma" not in sys.modules:  # nothing is masked then, and loading it takes 20 ms
        return X
    parts = X if isinstance(X, (list, tuple)) else [X]
    masked = [np.ma.getmaskarray(part) for part in parts if isinstance(part, np.ma.MaskedArray)]
    if any(mask.any() for mask in masked):
        seen = f"{sum(int(mask.sum()) for mask in masked)} of {sum(mask.size for mask in masked)}"
        raise InvalidInput(f"{name} has masked cells", seen, "fill them in, or leave them to a TableModel")
    return X


def contiguous(X: ArrayLike, dtype: DTypeLike) -> Array:
    """``X`` as C reads it: in that dtype and this machine's byte order, without gaps, aligned; itself where it is so.

    Raises:
        InvalidInput: a finite number that the dtype does not hold.

    >>> contiguous(np.ones((2, 6), ">f4")[:, ::2], np.float32).strides
    (12, 4)
    >>> contiguous([1.0, 1e300], np.float32)
    Traceback (most recent call last):
    glassnet.errors.InvalidInput: a number is too large for float32 (seen: 1e+300); scale it.
    """
    if type(X) is np.ndarray and X.dtype == dtype:
        array = np.asarray(X, order="C")
        return array if array.flags.aligned else array.copy()
    try:
        with np.errstate(over="raise"):
            return contiguous(np.asarray(unmasked(X)).astype(dtype, order="C"), dtype)
    except (FloatingPointError, OverflowError) as error:  # OverflowError: Python's own whole numbers
        numbers = np.abs(np.asarray(X, float)) if isinstance(error, FloatingPointError) else np.array([])
        seen = f"{numbers[np.isfinite(numbers)].max(initial=0):.4g}" if numbers.size else str(error)
        raise InvalidInput(f"a number is too large for {np.dtype(dtype)}", seen, "scale it") from None


def in_dtype(X: Matrix, dtype: DTypeLike) -> Matrix:
    """``X`` (m, n) in a dtype that holds its numbers, laid out as engines read it: as by :func:`contiguous`, or CSR.

    Raises:
        InvalidInput: a finite number that the dtype does not hold.
    """
    if not is_sparse(X):
        return contiguous(X, dtype)
    if X.dtype != dtype:
        contiguous(X.data, dtype)
    return X.tocsr().astype(dtype, copy=False)


def inputs(X: ArrayLike, columns: int, dtype: DTypeLike) -> Array:
    """Dense ``X`` (m, columns) as :func:`contiguous` has it.

    Raises:
        InvalidInput: another shape, or a finite number that the dtype does not hold.
    """
    array = contiguous(X, dtype)
    if array.ndim != 2 or array.shape[1] != columns:
        raise InvalidInput(f"X must have {columns} columns", f"shape {np.shape(X)}", "pass rows as in training")
    return array


def checked_sparse(X: SparseMatrix) -> SparseMatrix:
    """``X``, whose indices were looked at: SciPy's compiled code would follow wrong ones out of its memory.

    Raises:
        InvalidInput: an index outside the matrix, or arrays that do not belong together.
    """
    given: Any = X
    try:
        if hasattr(X, "check_format"):  # of a matrix of its own, since it trims what it checks
            type(given)((given.data, given.indices, given.indptr), shape=X.shape).check_format()
        elif hasattr(X, "row"):
            type(given)((given.data, (given.row, given.col)), shape=X.shape)
    except (ValueError, IndexError) as error:
        raise InvalidInput("X is a damaged sparse matrix", str(error)[:100], "make it anew from its rows") from None
    return X


def dense(X: Matrix) -> Array:
    """``X`` (m, n) as an array: a sparse matrix is converted, an array is returned as it is.

    >>> import numpy as np
    >>> dense(np.eye(2)).tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    return X.toarray() if is_sparse(X) else X
