"""The nodes and edges of a computation graph as plain data, for texts and drawings."""

from __future__ import annotations

from dataclasses import dataclass

from glassnet.arrays import Array


@dataclass(frozen=True)
class GraphNode:
    """A node of a graph.

    Args:
        name: its name, unique in the graph.
        operation: what computed it, such as ``"x + y"``; empty for an input.
        value: its value, an array.
        derivative: of the graph's end with respect to it, of the same shape; None where the end is not one number.
    """

    name: str
    operation: str
    value: Array
    derivative: Array | None


@dataclass(frozen=True)
class GraphEdge:
    """From an argument to what was computed from it.

    Args:
        source, target: the names of the two nodes.
        derivative: the local one, d target / d source, where both are single numbers; None otherwise.
    """

    source: str
    target: str
    derivative: float | None
