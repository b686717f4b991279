"""A computation graph as plain data for a picture: nodes and arrows, in layers from left to right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.errors import InvalidInput, InvalidType
from glassnet.glass.scenes.sanitize import clean
from glassnet.graph.picture import Graph
from glassnet.text import format_number

MOST_NODES = 80  # beyond, a picture is a thicket
LONG = 4  # layers from which inputs are moved to where they are used
SHORT = 4  # arrays of at most so many numbers are written out


@dataclass(frozen=True)
class GraphNode:
    """A node as text: name, operation (empty for an input), value, derivative of the end with respect to it."""

    name: str
    operation: str
    value: str
    derivative: str


@dataclass(frozen=True)
class Link:
    """An arrow between the nodes of these numbers, with the local derivative as text; empty between arrays."""

    source: int
    target: int
    derivative: str


@dataclass(frozen=True)
class Flow:
    """All of it; ``layers[i]`` is how many steps node ``i`` is from the inputs."""

    nodes: tuple[GraphNode, ...]
    links: tuple[Link, ...]
    layers: tuple[int, ...]


def flow(graph: object, digits: int) -> Flow:
    """The graph read, its numbers with so many digits.

    Raises:
        InvalidInput: too many nodes.
        InvalidType: no graph.
    """
    if not isinstance(graph, Graph):
        remedy = "pass glassnet.graph.Graph(end)"
        raise InvalidType("this picture is drawn of a computation graph", type(graph).__name__, remedy)
    if len(graph.nodes) > MOST_NODES:
        seen = f"{len(graph.nodes):,} nodes"
        raise InvalidInput(f"a picture has room for {MOST_NODES} nodes", seen, "draw a part of the graph")
    nodes = tuple(
        GraphNode(
            clean(node.name), clean(node.operation), value_text(node.value, digits), value_text(node.derivative, digits)
        )
        for node in graph.nodes
    )
    number = {node.name: i for i, node in enumerate(graph.nodes)}
    links = tuple(
        Link(number[edge.source], number[edge.target], value_text(edge.derivative, digits)) for edge in graph.edges
    )
    return Flow(nodes, links, tuple(_settled(_layers(len(nodes), links), links)))


def _layers(n: int, links: Sequence[Link]) -> list[int]:
    """The longest way from an input to each node; links are in the order of their targets."""
    layers = [0] * n
    for link in links:
        layers[link.target] = max(layers[link.target], layers[link.source] + 1)
    return layers


def _settled(layers: list[int], links: Sequence[Link]) -> list[int]:
    """In a long graph an input stands next to where it is first used, not at the far left."""
    if max(layers) < LONG:
        return layers
    used: dict[int, list[int]] = {}
    for link in links:
        used.setdefault(link.source, []).append(layers[link.target])
    return [min(used[i]) - 1 if layer == 0 and i in used else layer for i, layer in enumerate(layers)]


def value_text(value: Any, digits: int) -> str:
    """A number; a short vector or matrix of one row written out; a larger array by its shape.

    >>> [value_text(value, 4) for value in (-12.0, [0.5, 1 / 3], [[0.5]], [[1.0] * 9], None)]
    ['-12', '[0.5, 0.3333]', '[[0.5]]', 'array (1, 9)', '']
    """
    if value is None:
        return ""
    array = np.asarray(value)
    if array.ndim == 0:
        return format_number(array[()], digits)
    if array.size <= SHORT and (array.ndim == 1 or (array.ndim == 2 and len(array) == 1)):
        return f"[{', '.join(value_text(x, digits) for x in array)}]"
    return f"array {array.shape}"
