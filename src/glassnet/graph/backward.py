"""The backward pass: the chain rule from the end of a graph to its inputs.

A node's derivative is the sum over its arrows of (derivative at the arrow's head) x (local derivative). Nodes are
visited in the order opposite to the one they were made in, so each sum is complete before it is handed on; there is
no recursion. Derivatives are collected in a dict and nodes are left as they were.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from glassnet.arrays import Array
from glassnet.graph.errors import not_a_number, not_from_the_graph
from glassnet.graph.node import Node, Value, plain_value
from glassnet.graph.rules import like


def ancestors(end: Node) -> list[Node]:
    """``end`` and every node it was computed from, in the order they were made."""
    seen, todo = {end}, [end]
    while todo:
        new = set(todo.pop().inputs) - seen
        seen |= new
        todo.extend(new)
    return sorted(seen, key=lambda node: node.serial)


def backward(end: Node) -> dict[Node, Array]:
    """The derivative of ``end``, a single number, by every node it was computed from.

    Returns:
        node -> array of the node's shape and type. Nothing is kept elsewhere: a second call gives the same.

    Raises:
        InvalidInput: ``end`` is not a single number.
        InvalidType: it is no node.

    >>> from glassnet.graph import inputs
    >>> x, y, z = inputs(x=-2.0, y=5.0, z=-4.0)
    >>> derivatives = backward((x + y) * z)
    >>> [float(derivatives[node]) for node in (x, y, z)]
    [-4.0, -4.0, 3.0]
    """
    if not isinstance(end, Node):
        raise not_from_the_graph("the end of a graph", end)
    order = ancestors(end)
    return sweep(end, order, order, as_nodes=False)


def sweep(end: Node, wanted: Collection[Node], order: list[Node], *, as_nodes: bool) -> dict[Node, Value]:
    """The derivatives of ``end`` by the ``wanted`` nodes; as nodes themselves where they are to be derived again."""
    if end.shape != ():
        raise not_a_number("the end of a graph", end.shape)
    keep, on_the_way = set(wanted), depending_on(wanted, order)
    derivatives: dict[Node, Value] = {end: np.ones_like(end.value)}
    with np.errstate(all="ignore"):  # an infinite slope shows in the result; NumPy's warning would name our lines
        for node in reversed(order):
            if node.primitive is None or node not in derivatives or node not in on_the_way:
                continue
            g = derivatives[node] if node in keep else derivatives.pop(node)
            for i, argument in enumerate(node.arguments):
                if isinstance(argument, Node) and argument in on_the_way:
                    part = reaching(node, i, g, as_nodes=as_nodes)
                    derivatives[argument] = derivatives[argument] + part if argument in derivatives else part
    return {node: g for node, g in derivatives.items() if node in keep}


def reaching(node: Node, i: int, g: Value, *, as_nodes: bool = False) -> Value:
    """What of ``g``, the derivative at ``node``, reaches its argument ``i``: the rule, and broadcasting undone."""
    assert node.primitive is not None
    value, arguments = node if as_nodes else node.value, node.arguments
    arguments = arguments if as_nodes else tuple(map(plain_value, arguments))
    return like(node.primitive.rule(i)(g, value, *arguments, **node.settings), arguments[i])


def depending_on(wanted: Collection[Node], order: list[Node]) -> set[Node]:
    """The nodes of ``order`` that are wanted or computed from wanted ones."""
    found = set(wanted)
    for node in order:
        if any(argument in found for argument in node.inputs):
            found.add(node)
    return found
