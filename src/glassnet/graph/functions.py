"""Functions that NumPy does not have; NumPy's (``np.exp``, ``np.where``, ...) work on nodes as they are.

Each takes a node, an array or a number, of any shape, and is stable for arguments as large as 1e4.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from glassnet.graph.node import HANDLERS, Node, Value, source_name
from glassnet.graph.numpy_protocol import CONSTANTS, Axis
from glassnet.graph.primitives import PRIMITIVES


def _floats(x: Value) -> Value:
    """A node as it is; anything else as an array of floats."""
    if isinstance(x, Node):
        return x
    x = np.asarray(x)
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def relu(x: Value) -> Value:
    """``max(0, x)``, with derivative 0 at 0.

    >>> relu([-1.0, 2.0]).tolist()
    [0.0, 2.0]
    """
    return PRIMITIVES["relu"](_floats(x))


def sigmoid(x: Value) -> Value:
    """``1 / (1 + e^-x)``.

    >>> float(sigmoid(0.0))
    0.5
    """
    return PRIMITIVES["sigmoid"](_floats(x))


def softplus(x: Value) -> Value:
    """``ln(1 + e^x)``.

    >>> round(float(softplus(0.0)), 4)
    0.6931
    """
    return np.logaddexp(_floats(x), 0)


def erf(x: Value) -> Value:
    """The error function ``2 / sqrt(pi) * integral of e^-t^2 from 0 to x``.

    >>> round(float(erf(1.0)), 4)
    0.8427
    """
    return PRIMITIVES["erf"](_floats(x))


def ndtr(x: Value) -> Value:
    """The standard normal's distribution function ``Phi(x)``.

    >>> float(ndtr(0.0))
    0.5
    """
    return PRIMITIVES["ndtr"](_floats(x))


def cos_turns(x: Value) -> Value:
    """``cos(2 pi x)``.

    >>> float(cos_turns(1e6))
    1.0
    """
    return PRIMITIVES["cos_turns"](_floats(x))


def logsumexp(x: Value, axis: Axis = None, keepdims: bool = False) -> Value:
    """``ln sum e^x`` over ``axis``; over everything where None.

    >>> round(float(logsumexp([1e4, 1e4])), 4)
    10000.6931
    """
    x = _floats(x)
    axes = tuple(range(x.ndim)) if axis is None else normalize_axis_tuple(axis, x.ndim)
    return PRIMITIVES["logsumexp"](x, axis=axes, keepdims=keepdims)


def softmax(x: Value, axis: int = -1) -> Value:
    """``e^x / sum e^x`` along ``axis``.

    >>> softmax([0.0, 0.0]).tolist()
    [0.5, 0.5]
    """
    x = _floats(x)
    return PRIMITIVES["softmax"](x, axis=normalize_axis_tuple(axis, x.ndim)[0])


def log_softmax(x: Value, axis: int = -1) -> Value:
    """``ln softmax(x)`` along ``axis``.

    >>> log_softmax([0.0, 1e4]).tolist()
    [-10000.0, 0.0]
    """
    x = _floats(x)
    return x - logsumexp(x, axis=axis, keepdims=True)


OURS = [relu, sigmoid, softplus, erf, ndtr, cos_turns, logsumexp, softmax, log_softmax]


def functions() -> list[str]:
    """The functions that graphs differentiate, NumPy's and ours, as they are written in code.

    >>> "np.tanh" in functions(), "graph.softmax" in functions()
    (True, True)
    """
    ufuncs = {function for function in HANDLERS if function not in CONSTANTS and not isinstance(function, str)}
    return sorted({*map(source_name, ufuncs), *(f"graph.{function.__name__}" for function in OURS)})
