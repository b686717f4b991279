"""A computation graph as plain data for a picture: nodes and arrows, checked, and in layers from left to right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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


def flow(graph: Graph | Mapping[str, Sequence[Mapping[str, Any]]], digits: int) -> Flow:
    """The graph read.

    Args:
        graph: a :class:`glassnet.graph.Graph`, or what its ``to_data`` returns: "nodes" with name, operation, value
            and derivative, "edges" with source, target and derivative.
        digits: significant digits.

    Raises:
        InvalidInput: too many nodes, a name twice, an arrow from nowhere, or edges that form a cycle.
        InvalidType: no graph.
    """
    nodes, arrows = _parts(graph)
    if not 1 <= len(nodes) <= MOST_NODES:
        raise InvalidInput(
            f"a picture has room for 1 to {MOST_NODES} nodes", f"{len(nodes):,} nodes", "draw a part of the graph"
        )
    drawn = tuple(
        GraphNode(
            clean(node["name"]),
            clean(node.get("operation") or ""),
            value_text(node.get("value"), digits),
            value_text(node.get("derivative"), digits),
        )
        for node in nodes
    )
    numbers = {str(node["name"]): i for i, node in enumerate(nodes)}
    if len(numbers) < len(nodes):
        raise InvalidInput("two nodes of a graph have one name", remedy="give each node its own name")
    links = tuple(
        Link(_number(numbers, a["source"]), _number(numbers, a["target"]), value_text(a.get("derivative"), digits))
        for a in arrows
    )
    return Flow(drawn, links, tuple(_settled(_layers(len(drawn), links), links)))


def _parts(graph: Any) -> tuple[Sequence[Mapping[str, Any]], Sequence[Mapping[str, Any]]]:
    if isinstance(graph, Graph):
        return [vars(node) for node in graph.nodes], [vars(edge) for edge in graph.edges]
    try:
        return list(graph["nodes"]), list(graph["edges"])
    except (TypeError, KeyError, IndexError):
        raise InvalidType(
            "this picture is drawn of a computation graph",
            seen=type(graph).__name__,
            remedy="pass glassnet.graph.Graph(end)",
        ) from None


def _number(numbers: Mapping[str, int], name: object) -> int:
    if str(name) not in numbers:
        raise InvalidInput(f"an edge names {clean(name)!r}, which is not a node", remedy="name a node of the graph")
    return numbers[str(name)]


def _layers(n: int, links: Iterable[Link]) -> list[int]:
    """The longest way from an input to each node."""
    layers = [0] * n
    for _ in range(n):
        before = list(layers)
        for link in links:
            layers[link.target] = max(layers[link.target], layers[link.source] + 1)
        if layers == before:
            return layers
    if n == 1 and not list(links):
        return layers
    raise InvalidInput("the edges of the graph form a cycle", remedy="pass a graph without cycles")


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
