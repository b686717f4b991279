"""Prints of rows: 64 bits of the inputs and 64 of the targets of each, made so quickly that training hardly notices.

A print is the sum of the row's numbers, as bits of float32, each times a random odd number, modulo 2^64. Two different
rows have the same one by chance once in 2^40 pairs or less often. It is not secret: the print of a row of few columns
tells the row. So prints stay in memory; a file and a pickle hold salted digests of them.

Source: Lemire, Kaser 2014, Strongly universal string hashing is fast.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import shake_128
from typing import Any, NamedTuple

import numpy as np

from glassnet.arrays import Array, Matrix, SparseMatrix, is_sparse

FEW = 1 << 13  # cells of rows that are copied, at most 64 kB: quicker than their prints, which can be made later
CELLS = 1 << 16  # that are added up at a time, in half a megabyte


class Prints(NamedTuple):
    """Of rows: the prints of their inputs and of their targets, (m,) uint64 each; without rows none."""

    inputs: Array = np.empty(0, np.uint64)
    targets: Array = np.empty(0, np.uint64)


Noted = Prints | tuple[Matrix, Array]
"""Prints, or the rows and targets of which they can be made."""


def row_prints(X: Matrix, Y: Array | None = None) -> Prints:
    """The prints of rows.

    Args:
        X: (m, n), dense or sparse.
        Y: targets (m,) or (m, k); None where they are not known.

    >>> inputs, targets = row_prints(np.array([[1.0, 2.0], [2.0, 1.0], [1.0, 2.0]]), np.array([0, 0, 1]))
    >>> inputs[0] == inputs[2] != inputs[1], targets[0] == targets[1] != targets[2]
    (np.True_, np.True_)
    """
    inputs = _of_sparse(X) if is_sparse(X) else _of_dense(np.asarray(X))
    return Prints(inputs, _summed(_targets(Y, len(inputs))))


def noted(X: Matrix, Y: Array) -> Noted:
    """What is kept of rows while training waits: a copy of few, the prints of many."""
    return (X.copy(), Y.copy()) if X.shape[0] * X.shape[1] <= FEW else row_prints(X, Y)


def prepared(X: Array, Y: Array | None) -> tuple[Array, Array]:
    """Rows as bytes that are the same on each way here: float32 without a negative zero, targets to about 5 digits."""
    inputs = _in_float32(X)
    return inputs, _targets(Y, len(inputs))


def _in_float32(X: Array) -> Array:
    with np.errstate(over="ignore"):  # what is too large for it is infinite
        numbers = np.array(X, np.float32, order="C")
    numbers += np.float32(0)
    return numbers


def _targets(Y: Array | None, m: int) -> Array:
    targets = np.asarray(np.zeros((m, 0)) if Y is None else Y)
    near = targets.astype(np.float32).reshape(m, targets.size // m if m else 1)  # as training had them
    if targets.dtype.kind == "f":
        near = np.round(near.astype(np.float64), 4).astype(np.float32) + np.float32(0)
    return (near.view(np.uint32) + np.uint32(64)) & ~np.uint32(127)


def _of_dense(X: Array) -> Array:
    """A block of rows at a time: integers of 8 bytes take more memory than the rows."""
    block = max(1, CELLS // max(1, X.shape[1]))
    found = [_summed(_in_float32(X[i : i + block]).view(np.uint32)) for i in range(0, max(len(X), 1), block)]
    return found[0] if len(found) == 1 else np.concatenate(found)


def _of_sparse(X: SparseMatrix) -> Array:
    """The same: zeros add nothing."""
    rows: Any = X.tocsr()
    if not rows.has_canonical_format:  # a cell in two parts
        rows = rows.copy()
        rows.sum_duplicates()
    bits = _in_float32(rows.data).view(np.uint32).astype(np.uint64) * _factors(X.shape[1])[rows.indices]
    until = np.concatenate([np.zeros(1, np.uint64), np.cumsum(bits, dtype=np.uint64)])
    return until[rows.indptr[1:]] - until[rows.indptr[:-1]]


def _summed(bits: Array) -> Array:
    """Of integers (m, n) the sums of each row, (m,)."""
    summed: Array = np.einsum("ij,j->i", bits.astype(np.uint64), _factors(bits.shape[1]))  # quicker than @ of integers
    return summed


@lru_cache(maxsize=64)
def _factors(n: int) -> Array:
    """Odd numbers, (n,) uint64, always the same."""
    return np.frombuffer(shake_128(b"row prints").digest(8 * n), "<u8").astype(np.uint64) | np.uint64(1)
