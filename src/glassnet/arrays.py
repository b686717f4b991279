"""Arrays: the type that every floor passes around."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

Array = NDArray[Any]
"""An array of any shape and dtype; docstrings state its shape, such as (m, n)."""


def is_sparse(X: Any) -> bool:
    """True for a SciPy sparse matrix or array, without importing SciPy."""
    return hasattr(X, "tocsr")
