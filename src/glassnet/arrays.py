"""Arrays: the types that every floor passes around."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from numpy.typing import DTypeLike, NDArray

if TYPE_CHECKING:
    from typing_extensions import TypeIs

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


def dense(X: Matrix) -> Array:
    """``X`` (m, n) as an array: a sparse matrix is converted, an array is returned as it is.

    >>> import numpy as np
    >>> dense(np.eye(2)).tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    return X.toarray() if is_sparse(X) else X
