"""The table of primitives: each one's value and derivative rule.

``a`` is the value, ``x, y`` the arguments, ``g`` the derivative of the end of the graph with respect to ``a``. At a
kink the table chooses a subgradient:

- ``abs``: 0 at 0, as ``sign`` says;
- ``maximum``, ``minimum``, ``max``, ``min``: equal arguments share, so ``np.maximum(x, 0)`` has derivative 1/2 at 0;
- ``relu``: 0 at 0, as in the table of activations;
- ``where``: that of the branch chosen; the condition itself has none.
"""

from __future__ import annotations

from math import log, pi, sqrt

import numpy as np

from glassnet.graph import array_functions as arrays
from glassnet.graph.node import Primitive, Value
from glassnet.graph.rules import broadcast_back, chain, elementwise, of_arrays, of_many_arrays, swap_last_axes

LN2, LN10 = log(2), log(10)


def _share(x: Value, y: Value) -> Value:
    """1 where ``x > y``, 1/2 where they are equal."""
    return (x > y) + 0.5 * (x == y)


def _power_by_base(a: Value, x: Value, y: Value) -> Value:
    less = np.where(y == 0, 0, y - 1) if np.ndim(y) else y - 1 if y != 0 else 0  # x^0 is constant at 0 too: no 0^-1
    return y * x**less


def _power_by_exponent(a: Value, x: Value, y: Value) -> Value:
    return a * np.log(np.where(x == 0, 1, x))  # 0^y is constant: no log 0


def _extreme_rule(g: Value, a: Value, x: Value, axis: tuple[int, ...], keepdims: bool) -> Value:
    hit = x == broadcast_back(a, x, axis, keepdims)
    return broadcast_back(g, x, axis, keepdims) * hit / np.sum(hit, axis=axis, keepdims=True)


def _logsumexp_rule(g: Value, a: Value, x: Value, axis: tuple[int, ...], keepdims: bool) -> Value:
    return chain(broadcast_back(g, x, axis, keepdims), np.exp(x - broadcast_back(a, x, axis, keepdims)))


def _softmax_rule(g: Value, a: Value, x: Value, axis: int) -> Value:
    return a * (g - np.sum(g * a, axis=axis, keepdims=True))


def _matmul_left(g: Value, a: Value, x: Value, y: Value) -> Value:
    g, _, y = arrays.as_matrices(g, x, y)
    gx = g @ swap_last_axes(y)
    return np.squeeze(gx, axis=-2) if np.ndim(x) == 1 else gx


def _matmul_right(g: Value, a: Value, x: Value, y: Value) -> Value:
    vector = np.ndim(y) == 1
    g, x, y = arrays.as_matrices(g, x, y)
    gy = swap_last_axes(x) @ g
    return np.squeeze(gy, axis=-1) if vector else gy


def _no_rule(*_: object) -> Value:
    raise AssertionError("a condition is never a node")


def _concatenate_rule(i: int, g: Value, a: Value, *parts: Value, axis: int) -> Value:
    start = sum(part.shape[axis] for part in parts[:i])
    where = [slice(None)] * np.ndim(g)
    where[axis] = slice(start, start + parts[i].shape[axis])
    return g[tuple(where)]


WHERE_RULES = (_no_rule, lambda g, a, c, x, y: np.where(c, g, 0), lambda g, a, c, x, y: np.where(c, 0, g))

PRIMITIVES: dict[str, Primitive] = {
    primitive.name: primitive
    for primitive in [
        # --- element by element: value, the derivative with respect to each argument -------------------------------
        elementwise("add", np.add, lambda a, x, y: 1, lambda a, x, y: 1, template="{} + {}"),
        elementwise("subtract", np.subtract, lambda a, x, y: 1, lambda a, x, y: -1, template="{} - {}"),
        elementwise("multiply", np.multiply, lambda a, x, y: y, lambda a, x, y: x, template="{} * {}"),
        elementwise("divide", np.divide, lambda a, x, y: 1 / y, lambda a, x, y: -a / y, template="{} / {}"),
        elementwise("power", np.power, _power_by_base, _power_by_exponent, template="{} ** {}"),
        elementwise("negative", np.negative, lambda a, x: -1, template="-{}"),
        elementwise("positive", np.positive, lambda a, x: 1, template="{}"),
        elementwise("reciprocal", np.reciprocal, lambda a, x: -a * a, template="1 / {}"),
        elementwise("square", np.square, lambda a, x: 2 * x, template="{}^2"),
        elementwise("sqrt", np.sqrt, lambda a, x: 0.5 / a),
        elementwise("cbrt", np.cbrt, lambda a, x: 1 / (3 * a * a)),
        elementwise("abs", np.abs, lambda a, x: np.sign(x), template="|{}|"),
        elementwise("exp", np.exp, lambda a, x: a),
        elementwise("exp2", np.exp2, lambda a, x: LN2 * a),
        elementwise("expm1", np.expm1, lambda a, x: np.exp(x)),  # not a + 1, which is 0 too early
        elementwise("log", np.log, lambda a, x: 1 / x),
        elementwise("log2", np.log2, lambda a, x: 1 / (LN2 * x)),
        elementwise("log10", np.log10, lambda a, x: 1 / (LN10 * x)),
        elementwise("log1p", np.log1p, lambda a, x: 1 / (1 + x)),
        elementwise("logaddexp", np.logaddexp, lambda a, x, y: np.exp(x - a), lambda a, x, y: np.exp(y - a)),
        elementwise("sin", np.sin, lambda a, x: np.cos(x)),
        elementwise("cos", np.cos, lambda a, x: -np.sin(x)),
        elementwise("tan", np.tan, lambda a, x: 1 + a * a),
        elementwise("arcsin", np.arcsin, lambda a, x: 1 / np.sqrt((1 - x) * (1 + x))),
        elementwise("arccos", np.arccos, lambda a, x: -1 / np.sqrt((1 - x) * (1 + x))),
        elementwise("arctan", np.arctan, lambda a, x: 1 / (1 + x * x)),
        elementwise("sinh", np.sinh, lambda a, x: np.cosh(x)),
        elementwise("cosh", np.cosh, lambda a, x: np.sinh(x)),
        elementwise("tanh", np.tanh, lambda a, x: (1 - a) * (1 + a)),
        elementwise("arcsinh", np.arcsinh, lambda a, x: 1 / np.hypot(1, x)),
        elementwise("arccosh", np.arccosh, lambda a, x: 1 / (np.sqrt(x - 1) * np.sqrt(x + 1))),
        elementwise("arctanh", np.arctanh, lambda a, x: 1 / ((1 - x) * (1 + x))),
        elementwise("hypot", np.hypot, lambda a, x, y: x / a, lambda a, x, y: y / a),
        elementwise("maximum", np.maximum, lambda a, x, y: _share(x, y), lambda a, x, y: _share(y, x)),
        elementwise("minimum", np.minimum, lambda a, x, y: _share(y, x), lambda a, x, y: _share(x, y)),
        elementwise("remainder", np.remainder, lambda a, x, y: 1, lambda a, x, y: -np.floor(x / y), template="{} % {}"),
        elementwise("relu", arrays.relu, lambda a, x: x > 0),
        elementwise("sigmoid", arrays.sigmoid, lambda a, x: a * (1 - a)),
        elementwise("erf", arrays.erf, lambda a, x: 2 / sqrt(pi) * np.exp(-x * x)),
        elementwise("ndtr", arrays.ndtr, lambda a, x: 1 / sqrt(2 * pi) * np.exp(-0.5 * x * x)),
        elementwise("cos_turns", arrays.cos_turns, lambda a, x: -2 * pi * PRIMITIVES["cos_turns"](x - 0.25)),
        # --- whole arrays: value, the gradient of each argument from g ---------------------------------------------
        of_arrays("astype", lambda x, dtype: x.astype(dtype), lambda g, a, x, dtype: g),
        of_arrays("where", np.where, *WHERE_RULES),
        of_arrays("sum", np.sum, lambda g, a, x, axis, keepdims: broadcast_back(g, x, axis, keepdims)),
        of_arrays("max", np.max, _extreme_rule),
        of_arrays("min", np.min, _extreme_rule),
        of_arrays("cumsum", np.cumsum, lambda g, a, x, axis: np.flip(np.cumsum(np.flip(g, axis), axis), axis)),
        of_arrays("logsumexp", arrays.logsumexp, _logsumexp_rule),
        of_arrays("softmax", arrays.softmax, _softmax_rule),
        of_arrays("reshape", lambda x, shape: np.reshape(x, shape), lambda g, a, x, shape: np.reshape(g, x.shape)),
        of_arrays("transpose", np.transpose, lambda g, a, x, axes: np.transpose(g, tuple(np.argsort(axes)))),
        of_arrays("broadcast_to", np.broadcast_to, lambda g, a, x, shape: g),
        of_arrays("matmul", np.matmul, _matmul_left, _matmul_right, template="{} @ {}"),
        of_arrays("indexing", lambda x, index: x[index], lambda g, a, x, index: scatter(g, index=index, shape=x.shape)),
        of_arrays("scatter", arrays.scatter, lambda g, a, x, index, shape: pick(g, index=index)),
        of_many_arrays("concatenate", arrays.concatenate, _concatenate_rule),
        of_many_arrays("einsum", arrays.einsum, arrays.einsum_rule),
    ]
}

pick: Primitive = PRIMITIVES["indexing"]
scatter: Primitive = PRIMITIVES["scatter"]
