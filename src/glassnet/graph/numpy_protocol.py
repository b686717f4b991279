"""NumPy's functions on nodes: the primitives that compute each, and which functions are piecewise constant."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple
from numpy.typing import ArrayLike, DTypeLike

from glassnet.arrays import Array
from glassnet.errors import InvalidInput, InvalidType, Unsupported
from glassnet.graph.node import HANDLERS, METHODS, Index, Node, Value, plain_value
from glassnet.graph.primitives import PRIMITIVES

# Piecewise constant: their results are plain arrays, whose derivative is 0.
CONSTANTS: list[Callable[..., Any]] = [
    np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal,
    np.logical_and, np.logical_or, np.logical_not, np.logical_xor, np.isfinite, np.isinf, np.isnan, np.signbit,
    np.isclose, np.allclose, np.array_equal, np.any, np.all, np.count_nonzero, np.nonzero, np.argwhere, np.flatnonzero,
    np.sign, np.floor, np.ceil, np.rint, np.trunc, np.round, np.floor_divide, np.heaviside,
    np.argmax, np.argmin, np.argsort, np.searchsorted, np.digitize,
    np.shape, np.ndim, np.size, np.result_type, np.zeros_like, np.ones_like, np.full_like, np.empty_like,
    np.isrealobj, np.iscomplexobj, np.array_repr, np.array_str, np.array2string,
]  # fmt: skip

Axis = int | Sequence[int] | None
Shape = int | Sequence[int]


def _constant(function: Callable[..., Any]) -> Callable[..., Any]:
    def of_values(*arguments: Value, **settings: Value) -> Value:
        return function(*map(plain_value, arguments), **{name: plain_value(x) for name, x in settings.items()})

    return of_values


def _axes(x: Value, axis: Axis) -> tuple[int, ...]:
    return tuple(range(x.ndim)) if axis is None else normalize_axis_tuple(axis, x.ndim)


def _reduction(name: str) -> Callable[..., Any]:
    def reduce(x: Value, axis: Axis = None, keepdims: bool = False) -> Value:
        return PRIMITIVES[name](x, axis=_axes(x, axis), keepdims=bool(keepdims))

    return reduce


def mean(x: Value, axis: Axis = None, keepdims: bool = False) -> Value:
    return np.sum(x, axis=axis, keepdims=keepdims) / int(np.prod([x.shape[k] for k in _axes(x, axis)]))


def var(x: Value, axis: Axis = None, *, ddof: float = 0, keepdims: bool = False) -> Value:
    count = int(np.prod([x.shape[k] for k in _axes(x, axis)]))
    errors = x - np.mean(x, axis=axis, keepdims=True)
    return np.sum(np.square(errors), axis=axis, keepdims=keepdims) / (count - ddof)


def std(x: Value, axis: Axis = None, *, ddof: float = 0, keepdims: bool = False) -> Value:
    return np.sqrt(var(x, axis, ddof=ddof, keepdims=keepdims))


def clip(x: Value, low: Value = None, high: Value = None, *, min: Value = None, max: Value = None) -> Value:
    low, high = min if low is None else low, max if high is None else high
    x = x if low is None else np.maximum(x, low)
    return x if high is None else np.minimum(x, high)


def where(condition: Value, *branches: Value) -> Value:
    if len(branches) != 2:
        seen, remedy = f"{len(branches)} branches", "write np.where(condition, a, b)"
        raise Unsupported("np.where on nodes takes a condition and two branches", seen, remedy)
    return PRIMITIVES["where"](np.asarray(plain_value(condition)) != 0, *branches)


def select(conditions: Sequence[Value], choices: Sequence[Value], default: Value = 0) -> Value:
    chosen = default
    for condition, choice in zip(reversed(conditions), reversed(choices), strict=True):
        chosen = np.where(condition, choice, chosen)
    return chosen


def dot(x: Value, y: Value) -> Value:
    if np.ndim(x) == 0 or np.ndim(y) == 0:
        return np.multiply(x, y)
    if np.ndim(x) > 2 or np.ndim(y) > 2:
        raise Unsupported("np.dot is differentiated up to two axes", f"{np.ndim(x)} and {np.ndim(y)}", "use @")
    return np.matmul(x, y)


def outer(x: Value, y: Value) -> Value:
    return np.reshape(x, (-1, 1)) * np.reshape(y, (1, -1))


def norm(x: Value, ord: int | None = None, axis: Axis = None, keepdims: bool = False) -> Value:
    if ord not in (None, 2) or (ord == 2 and np.ndim(x) != 1 and not isinstance(axis, int)):
        remedy = "leave ord out, or write the norm with np.sum"
        raise Unsupported("np.linalg.norm is differentiated for the Euclidean norm only", f"ord={ord!r}", remedy)
    return np.sqrt(np.sum(np.square(x), axis=axis, keepdims=keepdims))


def reshape(x: Value, *shape: Shape, order: str = "C") -> Value:
    if order != "C":
        raise Unsupported("np.reshape is differentiated in C order only", f"order={order!r}", "leave order out")
    return PRIMITIVES["reshape"](x, shape=shape[0] if len(shape) == 1 else shape)


def transpose(x: Value, *axes: Shape) -> Value:
    order: Value = axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes
    order = normalize_axis_tuple(order, x.ndim) if order else tuple(range(x.ndim))[::-1]
    if len(order) != x.ndim:
        seen = f"axes {order} for shape {x.shape}"
        raise InvalidInput("transpose needs every axis once", seen, "name each axis once, or none")
    return PRIMITIVES["transpose"](x, axes=order)


def moveaxis(x: Value, source: Shape, destination: Shape) -> Value:
    axes = np.empty(tuple(range(x.ndim)))  # an array whose shape is the numbers of its axes
    return np.transpose(x, np.moveaxis(axes, source, destination).shape)


def swapaxes(x: Value, first: int, second: int) -> Value:
    return np.transpose(x, np.swapaxes(np.empty(tuple(range(x.ndim))), first, second).shape)


def expand_dims(x: Value, axis: Axis) -> Value:
    return np.reshape(x, np.expand_dims(x.value, axis).shape)  # type: ignore[arg-type]


def squeeze(x: Value, axis: Axis = None) -> Value:
    return np.reshape(x, np.squeeze(x.value, axis).shape)


def ravel(x: Value) -> Value:
    return np.reshape(x, -1)


def flip(x: Value, axis: Axis = None) -> Value:
    axes = _axes(x, axis)
    return x[tuple(slice(None, None, -1) if k in axes else slice(None) for k in range(x.ndim))]


def cumsum(x: Value, axis: int | None = None) -> Value:
    x, axis = (np.reshape(x, -1), 0) if axis is None else (x, axis)
    return PRIMITIVES["cumsum"](x, axis=_axes(x, axis)[0])


def diff(x: Value, n: int = 1, axis: int = -1) -> Value:
    before: list[Any] = [slice(None)] * x.ndim
    after = list(before)
    k = _axes(x, axis)[0]
    before[k], after[k] = slice(None, -1), slice(1, None)
    return x if n == 0 else diff(x[tuple(after)] - x[tuple(before)], n - 1, axis)


def concatenate(parts: Sequence[Value], axis: int | None = 0) -> Value:
    parts = [np.reshape(part, -1) for part in parts] if axis is None else list(parts)
    return PRIMITIVES["concatenate"](*parts, axis=axis or 0)


def stack(parts: Sequence[Value], axis: int = 0) -> Value:
    return np.concatenate([np.expand_dims(part, axis) for part in parts], axis=axis)


def vstack(parts: Sequence[Value]) -> Value:
    return np.concatenate([np.reshape(part, (1, -1)) if np.ndim(part) < 2 else part for part in parts], axis=0)


def hstack(parts: Sequence[Value]) -> Value:
    parts = [np.reshape(part, -1) if np.ndim(part) < 1 else part for part in parts]
    return np.concatenate(parts, axis=0 if np.ndim(parts[0]) == 1 else 1)


def broadcast_to(x: Value, shape: Shape) -> Value:
    return PRIMITIVES["broadcast_to"](x, shape=shape)


def copy(x: Value) -> Value:
    return np.positive(x)


def astype(x: Value, dtype: DTypeLike, copy: bool = True) -> Value | Array:
    """Integers and booleans are piecewise constant: they are returned as a plain array."""
    dtype = np.dtype(dtype)
    return PRIMITIVES["astype"](x, dtype=dtype) if dtype.kind == "f" else x.value.astype(dtype)


def getitem(x: Node, index: Index) -> Value:
    parts = index if isinstance(index, tuple) else (index,)
    if any(isinstance(part, Node) for part in parts):
        remedy = "use node.value in the index"
        raise InvalidType("an index consists of integers, booleans and slices", "a node in the index", remedy)
    return PRIMITIVES["indexing"](x, index=index)


def take(x: Node, indices: ArrayLike, axis: int | None = None) -> Value:
    if axis is None:
        return np.reshape(x, -1)[np.asarray(indices)]
    return x[(slice(None),) * _axes(x, axis)[0] + (np.asarray(indices),)]


def einsum(subscripts: str, *operands: Value) -> Value:
    words, arrow, result = subscripts.replace(" ", "").partition("->")
    letters = words.split(",")
    if not arrow or "." in subscripts or any(len(set(word)) != len(word) for word in letters):
        what = "np.einsum on nodes needs an explicit result, and no letter twice in a word"
        raise Unsupported(what, seen=repr(subscripts), remedy="write it as in 'ij,jk->ik'")
    return PRIMITIVES["einsum"](*operands, subscripts=tuple(letters), result=result)


# NumPy's ufuncs that are primitives of the same name, then functions that are computed from primitives.
UFUNCS = {getattr(np, name, None): primitive for name, primitive in PRIMITIVES.items()}
SCIPYS = {"erf": "erf", "ndtr": "ndtr", "expit": "sigmoid"}
HANDLERS.update({ufunc: primitive for ufunc, primitive in UFUNCS.items() if isinstance(ufunc, np.ufunc)})
HANDLERS.update({np.fabs: PRIMITIVES["abs"], np.float_power: PRIMITIVES["power"]})
HANDLERS.update({f"scipy.special.{theirs}": PRIMITIVES[ours] for theirs, ours in SCIPYS.items()})
HANDLERS.update({function: _constant(function) for function in CONSTANTS})
HANDLERS.update({
    np.sum: _reduction("sum"), np.max: _reduction("max"), np.min: _reduction("min"), np.amax: _reduction("max"),
    np.amin: _reduction("min"), np.mean: mean, np.var: var, np.std: std, np.clip: clip, np.where: where,
    np.select: select, np.dot: dot, np.outer: outer, np.linalg.norm: norm,
    np.reshape: reshape, np.transpose: transpose, np.moveaxis: moveaxis, np.swapaxes: swapaxes,
    np.expand_dims: expand_dims, np.squeeze: squeeze, np.ravel: ravel, np.flip: flip, np.cumsum: cumsum, np.diff: diff,
    np.concatenate: concatenate, np.stack: stack, np.vstack: vstack, np.hstack: hstack, np.broadcast_to: broadcast_to,
    np.copy: copy, np.take: take, np.einsum: einsum,
})  # fmt: skip
METHODS.update({name: HANDLERS[getattr(np, name)] for name in (
    "sum", "max", "min", "mean", "var", "std", "clip", "dot", "reshape", "transpose", "swapaxes", "squeeze", "ravel",
    "cumsum", "copy", "take", "argmax", "argmin", "any", "all", "round",
)})  # fmt: skip
METHODS.update({"__getitem__": getitem, "flatten": ravel, "astype": astype})
