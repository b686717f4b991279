"""The backward pass: the chain rule from the end of a graph to its inputs, and derivatives of Python functions by it.

A node's derivative is the sum over its outgoing edges of (derivative at the edge's target) x (local derivative). Nodes
are visited in reverse order of computation, so each sum is complete before it is passed on; there is no recursion.
Derivatives are collected in a dict, and nodes stay unchanged.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from glassnet.arrays import Array
from glassnet.errors import InvalidInput
from glassnet.graph.errors import not_a_number, not_from_the_graph
from glassnet.graph.node import Node, Primitive, Value, leaf, plain_value
from glassnet.graph.rules import unbroadcast

THE_VALUE = "the value of a function to differentiate"
INNER_INPUT = Primitive("constant", np.positive, ().__getitem__)  # an input of an inner graph, seen from an outer one


def ancestors(end: Node) -> list[Node]:
    """``end`` and every node it was computed from, in the order of computation."""
    found, stack = {end}, [end]
    while stack:
        new = set(stack.pop().inputs) - found
        found |= new
        stack.extend(new)
    return sorted(found, key=lambda node: node.serial)


def backward(end: Node) -> dict[Node, Array]:
    """The derivative of ``end``, a single number, with respect to every node it was computed from.

    Returns:
        node -> array of the node's shape and type. Nodes store nothing: a second call gives the same.

    Raises:
        InvalidInput: ``end`` is not a single number.
        InvalidType: it is not a node.

    >>> from glassnet.graph import inputs
    >>> x, y, z = inputs(x=-2.0, y=5.0, z=-4.0)
    >>> derivatives = backward((x + y) * z)
    >>> [float(derivatives[node]) for node in (x, y, z)]
    [-4.0, -4.0, 3.0]
    """
    if not isinstance(end, Node):
        raise not_from_the_graph("the end of a graph", end)
    order = ancestors(end)
    return reverse_sweep(end, order, order, as_nodes=False)


def reverse_sweep(end: Node, wanted: Collection[Node], order: list[Node], *, as_nodes: bool) -> dict[Node, Value]:
    """The derivatives of ``end`` with respect to ``wanted`` nodes; ``as_nodes`` to differentiate them again."""
    if end.shape != ():
        raise not_a_number("the end of a graph", end.shape)
    kept, relevant = set(wanted), depending_on(wanted, order)
    derivatives: dict[Node, Value] = {end: np.ones_like(end.value)}
    with np.errstate(all="ignore"):  # an infinite derivative shows in the result; NumPy would warn about our lines
        for node in reversed(order):
            if node.primitive is None or node not in derivatives or node not in relevant:
                continue
            g = derivatives[node] if node in kept else derivatives.pop(node)
            for i, argument in enumerate(node.arguments):
                if isinstance(argument, Node) and argument in relevant:
                    part = argument_gradient(node, i, g, as_nodes=as_nodes)
                    derivatives[argument] = derivatives[argument] + part if argument in derivatives else part
    return {node: g for node, g in derivatives.items() if node in kept}


def argument_gradient(node: Node, i: int, g: Value, *, as_nodes: bool = False) -> Value:
    """The part of argument ``i`` in the gradient: the rule applied to ``g``, the derivative at ``node``."""
    assert node.primitive is not None
    value, arguments = node if as_nodes else node.value, node.arguments
    arguments = arguments if as_nodes else tuple(map(plain_value, arguments))
    return unbroadcast(node.primitive.rule(i)(g, value, *arguments, **node.settings), arguments[i])


def depending_on(wanted: Collection[Node], order: list[Node]) -> set[Node]:
    """The nodes of ``order`` that are wanted or computed from wanted ones."""
    found = set(wanted)
    for node in order:
        if any(argument in found for argument in node.inputs):
            found.add(node)
    return found


# -- of functions ----------------------------------------------------------------------------------------------------


def value_and_grad(f: Callable[..., Any], argnums: int | Sequence[int] = 0) -> Callable[..., tuple[Any, Any]]:
    """The function ``(*arguments) -> (f's value, its derivative)``, both from one run of ``f``.

    Args:
        f: a function of numbers and arrays, written with operators and NumPy's functions, that returns one number.
        argnums: which argument to differentiate with respect to, or several; floats of any shape.

    Returns:
        A function. The derivative has the argument's shape and type; for several ``argnums`` there is a tuple of them.

    Raises:
        InvalidInput: on a call, where the value is not a single number or there is no such argument.
        InvalidType: where an argument is not floats, or ``f`` uses something that is not differentiated.

    >>> import numpy as np
    >>> value_and_grad(lambda x: np.sum(x**2))(np.array([1.0, 3.0]))
    (np.float64(10.0), array([2., 6.]))
    """
    several = not isinstance(argnums, int)
    chosen = tuple(argnums) if not isinstance(argnums, int) else (argnums,)

    def both(*arguments: Value, **settings: object) -> tuple[Value, Any]:
        traced = list(arguments)
        for i in chosen:
            if not -len(arguments) <= i < len(arguments):
                what = f"there is no argument {i} to differentiate with respect to"
                raise InvalidInput(what, f"{len(arguments)} given", "pass argnums of positional arguments")
            traced[i] = _input(arguments[i])
        inputs = [traced[i] for i in chosen]
        value, derivatives = gradient(f(*traced, **settings), inputs)
        return value, tuple(derivatives) if several else derivatives[0]

    return both


def grad(f: Callable[..., Any], argnums: int | Sequence[int] = 0) -> Callable[..., Any]:
    """The derivative of ``f`` as a function of the same arguments; see :func:`value_and_grad`.

    It can be differentiated again, and used inside functions that are differentiated.

    >>> import numpy as np
    >>> grad(np.tanh)(0.0), grad(grad(lambda x: x**3))(2.0)
    (np.float64(1.0), np.float64(12.0))
    """
    both = value_and_grad(f, argnums)
    return lambda *arguments, **settings: both(*arguments, **settings)[1]


def hvp(f: Callable[[Any], Any], x: ArrayLike, v: ArrayLike) -> Any:
    """The Hessian of ``f`` at ``x`` times ``v``, without the Hessian: the derivative of ``grad f . v``.

    Args:
        f: a function of one array whose value is one number.
        x: where, floats of any shape.
        v: the direction, of the shape of ``x``.

    Raises:
        InvalidInput: the shapes of ``x`` and ``v`` differ; and as :func:`value_and_grad`.

    >>> import numpy as np
    >>> hvp(lambda x: x[0] ** 2 * x[1], np.array([1.0, 2.0]), np.array([1.0, 0.0])).tolist()
    [4.0, 2.0]
    """
    if np.shape(x) != np.shape(v):
        seen = f"{np.shape(v)} for {np.shape(x)}"
        raise InvalidInput("the direction must have the shape of x", seen, "pass v with the shape of x")
    return grad(lambda at: np.sum(grad(f)(at) * v))(x)


def gradient(end: Value, inputs: Sequence[Node]) -> tuple[Value, list[Value]]:
    """The value of ``end`` and its derivatives with respect to ``inputs``.

    Where ``end`` depends on other inputs too (``f`` is called within a function that is itself differentiated), both
    depend on them and are nodes; otherwise they are plain numbers and arrays.
    """
    if not isinstance(end, Node):
        return _constant(end), [np.zeros_like(x.value)[()] for x in inputs]
    if end.shape != ():
        raise not_a_number(THE_VALUE, end.shape)
    order, own = ancestors(end), set(inputs)
    nested = any(node.primitive is None and node not in own for node in order)
    found = reverse_sweep(end, inputs, order, as_nodes=nested)
    for x in inputs:
        x.primitive = x.primitive or INNER_INPUT
    derivatives = [found.get(x, np.zeros_like(x.value)) for x in inputs]
    return end if nested else end.value[()], [g if isinstance(g, Node) else np.array(g)[()] for g in derivatives]


def _input(x: Value) -> Node:
    """A new node to differentiate with respect to; behind an argument that is a node the outer graph continues."""
    return +x if isinstance(x, Node) else leaf(x)


def _constant(value: Value) -> Value:
    """The value of a function that does not depend on its arguments."""
    if np.asarray(value).dtype.kind not in "fiub":
        raise not_from_the_graph(THE_VALUE, value)
    if np.shape(value) != ():
        raise not_a_number(THE_VALUE, np.shape(value))
    return value
