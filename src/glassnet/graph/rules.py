"""How primitives of each kind are defined, and what their derivative rules share.

A rule takes arrays and nodes alike, since it is written in NumPy and nodes implement NumPy's protocols: so derivatives
can be differentiated again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from glassnet.graph.node import Primitive, Value

Rule = Callable[..., Any]


def elementwise(name: str, forward: Callable[..., Any], *derivatives: Rule, template: str = "") -> Primitive:
    """A function of numbers, applied element by element.

    Args:
        name: its name.
        forward: the function of as many arrays as there are derivatives; they broadcast.
        derivatives: one for each argument, ``(a, *arguments) -> derivative``, where ``a`` is the value; written in
            NumPy, it can be differentiated again.
        template: how it is written, such as ``"{} + {}"``.

    >>> import numpy as np
    >>> from glassnet import graph
    >>> cube = graph.elementwise("cube", lambda x: x**3, lambda a, x: 3 * x**2)
    >>> graph.grad(cube)(2.0)
    np.float64(12.0)
    """

    def rule(i: int) -> Rule:
        return lambda g, a, *arguments: chain(g, derivatives[i](a, *arguments))

    return Primitive(name, forward, rule, template)


def of_arrays(name: str, forward: Callable[..., Any], *rules: Rule, template: str = "") -> Primitive:
    """A function of whole arrays: for each argument a rule ``(g, a, *arguments, **settings) -> its gradient``."""
    return Primitive(name, forward, rules.__getitem__, template)


def of_many_arrays(name: str, forward: Callable[..., Any], rule: Rule, template: str = "") -> Primitive:
    """A function of any number of arrays: ``(i, g, a, *arguments, **settings) -> gradient of argument i``."""

    def rule_of(i: int) -> Rule:
        return lambda g, a, *arguments, **settings: rule(i, g, a, *arguments, **settings)

    return Primitive(name, forward, rule_of, template)


def chain(g: Value, derivative: Value) -> Value:
    """``g`` times the local derivative. Where g = 0 an infinite derivative passes on 0, not 0 * inf = nan.

    So the branch that ``np.where`` did not choose cannot spoil the one it chose.
    """
    if isinstance(derivative, int):
        return g if derivative == 1 else g * derivative
    undefined = (g == 0) & ~np.isfinite(derivative)
    return g * (np.where(undefined, 0, derivative) if np.any(undefined) else derivative)


def unbroadcast(g: Value, x: Value) -> Value:
    """``g`` in the shape and type of ``x``: what broadcasting repeated is summed."""
    shape, dtype = np.shape(x), x.dtype
    if g.shape != shape:
        extra = np.ndim(g) - len(shape)
        g = np.sum(g, axis=tuple(range(extra))) if extra > 0 else g
        repeated = tuple(k for k, n in enumerate(shape) if n == 1 and g.shape[k] != 1)
        g = np.sum(g, axis=repeated, keepdims=True) if repeated else g
    return g if g.dtype == dtype else g.astype(dtype)


def broadcast_back(g: Value, x: Value, axis: tuple[int, ...], keepdims: bool) -> Value:
    """The result of a reduction of ``x``, in the shape of ``x``."""
    return np.broadcast_to(g if keepdims else np.expand_dims(g, axis), x.shape)


def swap_last_axes(x: Value) -> Value:
    """``x`` with its last two axes swapped."""
    return np.swapaxes(x, -1, -2)
