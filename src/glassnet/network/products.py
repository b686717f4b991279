"""Matrix products that also take a sparse left factor (the data, at the first layer)."""

from __future__ import annotations

import numpy as np

from glassnet.arrays import Array, Matrix, is_sparse


def multiply(A: Matrix, B: Array, out: Array) -> Array:
    """``A B`` written into ``out``; ``A`` (p, q) may be sparse, ``B`` is (q, r), ``out`` (p, r)."""
    if is_sparse(A):
        out[...] = A @ B
        return out
    return np.matmul(A, B, out=out)
