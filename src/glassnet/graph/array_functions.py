"""Functions of plain arrays for the table of primitives that NumPy does not have."""

from __future__ import annotations

import numpy as np

from glassnet.arrays import Array
from glassnet.graph.node import Index, Value


def relu(x: Array) -> Array:
    return np.maximum(x, 0)


def sigmoid(x: Array) -> Array:
    with np.errstate(over="ignore"):  # exp(1e4) = inf is right: 1 / inf = 0
        return 1 / (1 + np.exp(-x))


def erf(x: Array) -> Array:
    from scipy.special import erf  # imported when used: it takes longer than all of the graph

    return erf(x)


def ndtr(x: Array) -> Array:
    from scipy.special import ndtr

    return ndtr(x)


def cos_turns(x: Array) -> Array:
    return np.cos(2 * np.pi * (x - np.rint(x)))


def logsumexp(x: Array, axis: tuple[int, ...], keepdims: bool) -> Array:
    """``ln sum e^x``, relative to the largest, so that nothing overflows."""
    top = np.max(x, axis=axis, keepdims=True)
    top = np.where(np.isfinite(top), top, 0)
    with np.errstate(divide="ignore", over="ignore"):
        a = top + np.log(np.sum(np.exp(x - top), axis=axis, keepdims=True))
    return a if keepdims else np.squeeze(a, axis=axis)


def softmax(x: Array, axis: int) -> Array:
    powers = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return powers / np.sum(powers, axis=axis, keepdims=True)


def scatter(x: Array, index: Index, shape: tuple[int, ...]) -> Array:
    """Zeros of ``shape`` with ``x`` added at ``index``; repeated indices add up."""
    zeros = np.zeros(shape, x.dtype)
    np.add.at(zeros, index, x)  # type: ignore[arg-type]  # NumPy takes any index
    return zeros


def concatenate(*parts: Array, axis: int) -> Array:
    return np.concatenate(parts, axis=axis)


def as_matrices(g: Value, x: Value, y: Value) -> tuple[Value, Value, Value]:
    """``g, x, y`` of ``x @ y`` and its gradient ``g``, with the vector x as a row and the vector y as a column."""
    g = np.expand_dims(g, -1) if np.ndim(y) == 1 else g
    g = np.expand_dims(g, -2) if np.ndim(x) == 1 else g
    return g, x[None, :] if np.ndim(x) == 1 else x, y[:, None] if np.ndim(y) == 1 else y


def einsum(*operands: Array, subscripts: tuple[str, ...], result: str) -> Array:
    return np.einsum(f"{','.join(subscripts)}->{result}", *operands)


def einsum_rule(i: int, g: Value, a: Value, *operands: Value, subscripts: tuple[str, ...], result: str) -> Value:
    """An einsum again, of g and the other operands; letters in one operand only were summed alone: repeated."""
    others = [k for k in range(len(operands)) if k != i]
    letters = [result, *(subscripts[k] for k in others)]
    known = "".join(letter for letter in subscripts[i] if any(letter in word for word in letters))
    gi = np.einsum(f"{','.join(letters)}->{known}", g, *(operands[k] for k in others))
    alone = tuple(k for k, letter in enumerate(subscripts[i]) if letter not in known)
    return np.broadcast_to(np.expand_dims(gi, alone), operands[i].shape)
