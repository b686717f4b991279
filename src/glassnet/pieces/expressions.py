"""The operations that expressions of pieces and layers are written in: a short closed list, and who computes it.

A piece writes its mathematics once, ``expression(ns, ...)``, with Python's operators and the operations of ``ns``.
NumPy computes it, the computation graph differentiates it, a ledger writes it down with numbers put in.

>>> def swish(ns, z):
...     return z * ns.sigmoid(z)
>>> swish(NUMPY, np.array([0.0, 1.0])).round(4).tolist()
[0.0, 0.7311]
>>> from glassnet import graph
>>> round(float(graph.grad(lambda z: swish(graph_operations(), z))(1.0)), 4)
0.9277
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from math import tau
from typing import Any

import numpy as np

from glassnet.arrays import Array

Value = Any  # what operations compute with: an array, a node of the graph, a formula with numbers put in
Unary = Callable[[Value], Value]
Binary = Callable[[Value, Value], Value]


@np.errstate(over="ignore")  # exp(1e4) = inf is right: 1 / inf = 0
def _sigmoid(x: Value) -> Value:
    return 1 / (1 + np.exp(-x))


def normal_cdf(x: Value, out: Array | None = None) -> Value:
    """The standard normal's distribution function; written into ``out`` where given."""
    from scipy.special import ndtr  # loaded when used: SciPy costs more to import than all of glassnet

    return ndtr(x, out=out)


def cos_turns(x: Value) -> Value:
    """``cos(2 pi x)`` as the sine of what is missing to a quarter turn: whole turns, taken off first, cost no digits.

    >>> cos_turns(np.array([0.0, 0.25, 1e9 + 0.5])).tolist()
    [1.0, 0.0, -1.0]
    """
    return np.sin(tau * (0.25 - np.abs(x - np.rint(x))))


def sin_turns(x: Value) -> Value:
    """``sin(2 pi x)``; ``-2 pi`` times it is the derivative of :func:`cos_turns`.

    >>> sin_turns(np.array([0.0, 0.25, 1e9 - 0.25])).tolist()
    [0.0, 1.0, -1.0]
    """
    rest = x - np.rint(x)
    size = np.abs(rest)
    return np.copysign(np.sin(tau * np.minimum(size, 0.5 - size)), rest)


def _log_softmax(x: Value) -> Value:
    below = x - np.max(x, axis=-1, keepdims=True)
    return below - np.log(np.sum(np.exp(below), axis=-1, keepdims=True))


@dataclass(frozen=True)
class Operations:
    """One way to compute expressions: a function for each operation, NumPy's where no other is given.

    Expressions also use ``+ - * / **``, comparisons, ``@`` and ``.T``.

    Args:
        exp, expm1, log, sqrt, tanh, abs, sign: NumPy's functions of that name.
        relu: ``max(0, x)``, its derivative 0 at 0.
        sigmoid: ``1 / (1 + e^-x)``.
        softplus: ``ln(1 + e^x)``.
        normal_cdf: the standard normal's distribution function.
        cos_turns: ``cos(2 pi x)``.
        maximum, minimum: the larger, the smaller of two.
        xlogy: ``(y, x) -> y ln x``, 0 where y is 0.
        where: ``(condition, x, y)``.
        softmax, log_softmax: along the last axis.
        sum, mean: ``(x, axis, keepdims=False)``.
        named: ``(name, x) -> x``: a setting or an intermediate result, with the name people know it by.
    """

    exp: Unary = np.exp
    expm1: Unary = np.expm1
    log: Unary = np.log
    sqrt: Unary = np.sqrt
    tanh: Unary = np.tanh
    abs: Unary = np.abs
    sign: Unary = np.sign
    relu: Unary = lambda x: np.maximum(x, 0)
    sigmoid: Unary = _sigmoid
    softplus: Unary = lambda x: np.logaddexp(x, 0)
    normal_cdf: Unary = normal_cdf
    cos_turns: Unary = cos_turns
    maximum: Binary = np.maximum
    minimum: Binary = np.minimum
    xlogy: Binary = lambda y, x: y * np.log(np.where(y == 0, 1.0, x))
    where: Callable[[Value, Value, Value], Value] = np.where
    softmax: Unary = lambda x: np.exp(_log_softmax(x))
    log_softmax: Unary = _log_softmax
    sum: Callable[..., Value] = np.sum
    mean: Callable[..., Value] = np.mean
    named: Callable[[str, Value], Value] = lambda name, x: x


NUMPY = Operations()


@cache
def graph_operations() -> Operations:
    """The same on nodes of the computation graph: NumPy's functions work on them, the others are the graph's own."""
    from glassnet import graph  # when used: most networks never need it

    return Operations(
        relu=graph.relu,
        sigmoid=graph.sigmoid,
        softplus=graph.softplus,
        normal_cdf=graph.ndtr,
        cos_turns=graph.cos_turns,
        softmax=graph.softmax,
        log_softmax=graph.log_softmax,
    )
