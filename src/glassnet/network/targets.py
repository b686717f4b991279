"""Targets and weights: from what a user has to the ``Y`` (m, k) a loss reads and each example's share of the cost."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from glassnet.arrays import Array, unmasked
from glassnet.errors import InvalidInput
from glassnet.pieces.losses import Loss


def as_targets(Y: Any, loss: Loss, outputs: int, dtype: DTypeLike, out: Array | None = None) -> Array:
    """``Y`` (m, k) in the network's dtype.

    Args:
        Y: (m, k) or, for one output, (m,); for a loss over classes also whole numbers (m,), the class of each row,
            which become rows of 0 with a single 1.
        loss: whose targets they are.
        outputs: k.
        dtype: of the network.
        out: (m, k), written into where given.

    Raises:
        InvalidInput: a shape that is not (m, k), or a class outside 0 ... k-1.

    >>> from glassnet.pieces.losses import CrossEntropy
    >>> as_targets([2, 0], CrossEntropy(), 3, float).tolist()
    [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
    """
    Y = np.asarray(unmasked(Y, "Y"))
    given = Y.shape
    if loss.targets == "classes" and Y.ndim == 1:
        return _one_hot(Y, outputs, dtype, out)
    if Y.ndim == 1:
        Y = Y.reshape(-1, 1)
    if Y.ndim != 2 or Y.shape[1] != outputs:
        raise InvalidInput(
            f"Y must have shape (m, {outputs}), one column for each output of the network",
            seen=f"shape {given}",
            remedy=f"change Y, or give the last layer {Y.shape[-1]} units" if Y.ndim == 2 else "pass a table of rows",
        )
    if out is None:
        return Y.astype(dtype, copy=False)
    out[...] = Y
    return out


def _one_hot(classes: Array, outputs: int, dtype: DTypeLike, out: Array | None) -> Array:
    check_classes(classes, outputs)
    out = np.empty((len(classes), outputs), dtype) if out is None else out
    out[...] = 0
    out[np.arange(len(classes)), classes] = 1
    return out


def check_classes(classes: Array, outputs: int) -> None:
    """Raise where ``classes`` (m,) are not whole numbers in 0 ... k-1, one for each of k outputs.

    Raises:
        InvalidInput: they are not.
    """
    if classes.dtype.kind not in "iu":
        raise InvalidInput(
            "classes must be whole numbers, or one column of 0 and 1 for each class",
            seen=f"dtype {classes.dtype}, shape {classes.shape}",
            remedy="encode labels first, for example with numpy.unique(y, return_inverse=True)",
        )
    if classes.size and not 0 <= classes.min() <= classes.max() < outputs:
        raise InvalidInput(
            f"classes must lie in 0 ... {outputs - 1}, one for each output of the network",
            seen=f"{classes.min()} ... {classes.max()}",
            remedy="encode labels first, or give the last layer one unit for each class",
        )


def shares(weights: ArrayLike | None, scores: Array) -> Array:
    """Each example's share of the cost, (m,): ``weight / total weight``; all 0 where the total is 0.

    Args:
        weights: (m,) >= 0, or None for all 1.
        scores: (m, k), for its rows and dtype.
    """
    m = len(scores)
    if weights is None:
        return np.full(m, 1 / max(m, 1), scores.dtype)
    w = np.asarray(unmasked(weights, "weights"), scores.dtype)
    if w.shape != (m,):
        raise InvalidInput(
            "weights must have one number for each example",
            seen=f"shape {w.shape} for {m} rows of X",
            remedy="pass a vector (m,), or None for equal weights",
        )
    total = float(w.sum())
    return w / total if total else np.zeros_like(w)
