"""How a primitive of each kind is written, and what their derivative rules share.

A rule takes arrays or nodes alike, for it is written in NumPy and nodes speak NumPy: that is why derivatives can be
differentiated again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from glassnet.graph.node import Primitive, Value

Rule = Callable[..., Any]


def elementwise(name: str, forward: Callable[..., Any], *slopes: Rule, shown: str = "") -> Primitive:
    """A function of numbers, applied element by element.

    Args:
        name: its name.
        forward: the function of as many arrays as there are slopes; they broadcast.
        slopes: for each argument the derivative by it, ``(a, *arguments) -> slope``, where ``a`` is the value; written
            in NumPy, it can be differentiated again.
        shown: how it is written, such as ``"{} + {}"``.

    >>> import numpy as np
    >>> from glassnet import graph
    >>> cube = graph.elementwise("cube", lambda x: x**3, lambda a, x: 3 * x**2)
    >>> graph.grad(cube)(2.0)
    np.float64(12.0)
    """

    def rule(i: int) -> Rule:
        return lambda g, a, *arguments: through(g, slopes[i](a, *arguments))

    return Primitive(name, forward, rule, shown)


def whole(name: str, forward: Callable[..., Any], *rules: Rule, shown: str = "") -> Primitive:
    """A function of whole arrays: for each argument ``(g, a, *arguments, **settings) -> what of g reaches it``."""
    return Primitive(name, forward, rules.__getitem__, shown)


def of_many(name: str, forward: Callable[..., Any], rule: Rule, shown: str = "") -> Primitive:
    """A function of any number of arrays: ``(i, g, a, *arguments, **settings) -> what of g reaches argument i``."""

    def nth(i: int) -> Rule:
        return lambda g, a, *arguments, **settings: rule(i, g, a, *arguments, **settings)

    return Primitive(name, forward, nth, shown)


def through(g: Value, slope: Value) -> Value:
    """``g`` times the slope. Where no change arrives (g = 0) an infinite slope passes none on: 0, not 0 * inf = nan.

    So the branch that ``np.where`` did not choose cannot spoil the one it chose.
    """
    if isinstance(slope, int):
        return g if slope == 1 else g * slope
    lost = (g == 0) & ~np.isfinite(slope)
    return g * (np.where(lost, 0, slope) if np.any(lost) else slope)


def like(g: Value, x: Value) -> Value:
    """``g`` in the shape and type of ``x``: what broadcasting repeated is summed."""
    shape, dtype = np.shape(x), x.dtype
    if g.shape != shape:
        extra = np.ndim(g) - len(shape)
        g = np.sum(g, axis=tuple(range(extra))) if extra > 0 else g
        repeated = tuple(k for k, n in enumerate(shape) if n == 1 and g.shape[k] != 1)
        g = np.sum(g, axis=repeated, keepdims=True) if repeated else g
    return g if g.dtype == dtype else g.astype(dtype)


def spread(g: Value, x: Value, axis: tuple[int, ...], keepdims: bool) -> Value:
    """What a reduction of ``x`` gave, back in the shape of ``x``."""
    return np.broadcast_to(g if keepdims else np.expand_dims(g, axis), x.shape)


def swapped(x: Value) -> Value:
    """The last two axes exchanged."""
    return np.swapaxes(x, -1, -2)
