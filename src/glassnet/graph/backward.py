"""The backward pass: the chain rule from the end of a graph to its inputs.

A node's derivative is the sum over its outgoing edges of (derivative at the edge's target) x (local derivative). Nodes
are visited in reverse order of computation, so each sum is complete before it is passed on; there is no recursion.
Derivatives are collected in a dict, and nodes stay unchanged.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from glassnet.arrays import Array
from glassnet.graph.errors import not_a_number, not_from_the_graph
from glassnet.graph.node import Node, Value, plain_value
from glassnet.graph.rules import unbroadcast


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
