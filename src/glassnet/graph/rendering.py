"""A graph as plain data, as text and for Graphviz: values forward in the order of computation, derivatives backward."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from glassnet.arrays import Array
from glassnet.graph.node import Index, Value

LINES = 40  # of a longer graph the beginning and the end are shown
DIGITS = 6
WRITTEN_OUT = 6  # arrays of at most so many numbers are written out


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


def as_text(nodes: Sequence[GraphNode], edges: Sequence[GraphEdge]) -> str:
    """The two passes, line by line; see :class:`glassnet.graph.Graph`."""
    lines = ["forward", *_lines(nodes, lambda node: _equation(node.name, node.operation, format_value(node.value)))]
    if nodes[-1].derivative is not None:
        lines += ["backward", *_lines(nodes[::-1], ChainRule(nodes, edges).line)]
    of_nodes = chain.from_iterable((node.value, node.derivative) for node in nodes)
    of_edges = (edge.derivative for edge in edges)
    rounded = are_rounded(number for number in chain(of_nodes, of_edges) if number is not None)
    return "\n".join([*lines, *[f"(rounded to {DIGITS} digits)"] * rounded])


class ChainRule:
    """The lines of the backward pass."""

    def __init__(self, nodes: Sequence[GraphNode], edges: Sequence[GraphEdge]) -> None:
        self.end = nodes[-1].name
        self.derivatives = {node.name: node.derivative for node in nodes}
        self.outgoing: dict[str, list[GraphEdge]] = {}
        for edge in edges:
            self.outgoing.setdefault(edge.source, []).append(edge)

    def line(self, node: GraphNode) -> str:
        """``df/dx = df/dq * dq/dx = -4 * 1 = -4``; for arrays only the result."""
        edges = self.outgoing.get(node.name, [])
        if any(edge.derivative is None for edge in edges):
            edges = []
        # With an edge straight to the end the symbols would say df/dx = df/dx.
        symbols = "" if self.end in (edge.target for edge in edges) else " + ".join(map(self._symbols, edges))
        numbers = " + ".join(map(self._numbers, edges)) if symbols or len(edges) > 1 else ""
        return _equation(f"d{self.end}/d{node.name}", symbols, numbers, format_value(node.derivative))

    def _symbols(self, edge: GraphEdge) -> str:
        return f"d{self.end}/d{edge.target} * d{edge.target}/d{edge.source}"

    def _numbers(self, edge: GraphEdge) -> str:
        return f"{format_value(self.derivatives[edge.target])} * {format_value(edge.derivative)}"


def _equation(*sides: str) -> str:
    return " = ".join(filter(None, sides))


def _lines(nodes: Sequence[GraphNode], line: Callable[[GraphNode], str]) -> Iterator[str]:
    left_out = len(nodes) - LINES
    if left_out <= 1:
        return (f"  {line(node)}" for node in nodes)
    first, last = nodes[: LINES // 2], nodes[-LINES // 2 :]
    return chain((f"  {line(n)}" for n in first), [f"  ... {left_out:,} more"], (f"  {line(n)}" for n in last))


def as_dot(nodes: Sequence[GraphNode], edges: Sequence[GraphEdge]) -> str:
    """The graph in Graphviz's language; see :meth:`glassnet.graph.Graph.to_dot`."""
    number = {node.name: f"n{i}" for i, node in enumerate(nodes)}
    boxes = [f"  {number[node.name]} [{_label(_node_lines(node, nodes[-1].name))}]" for node in nodes]
    arrows = [f"  {number[edge.source]} -> {number[edge.target]}{_edge_label(edge)}" for edge in edges]
    return "\n".join(["digraph {", "  rankdir=LR", "  node [shape=box]", *boxes, *arrows, "}"]) + "\n"


def _node_lines(node: GraphNode, end: str) -> list[str]:
    lines = [_equation(node.name, node.operation), f"value {format_value(node.value)}"]
    return lines if node.derivative is None else [*lines, f"d{end}/d{node.name} {format_value(node.derivative)}"]


def _edge_label(edge: GraphEdge) -> str:
    return "" if edge.derivative is None else f" [{_label([format_value(edge.derivative)])}]"


def _label(lines: list[str]) -> str:
    escaped = [line.replace("\\", "\\\\").replace('"', '\\"') for line in lines]
    return 'label="{}"'.format("\\n".join(escaped))


# -- values in a few characters --------------------------------------------------------------------------------------


def format_value(x: Value) -> str:
    """A number with six digits, a small vector or matrix of one row written out, a larger array by its shape.

    >>> format_value(-2.0), format_value([0.5, 1 / 3]), format_value([[0.5]]), format_value([[1.0] * 9])
    ('-2', '[0.5, 0.333333]', '[[0.5]]', 'array (1, 9)')
    """
    x = np.asarray(x)
    if x.ndim == 0:
        return f"{x[()] + 0.0:.{DIGITS}g}" if x.dtype.kind == "f" else str(x)  # + 0.0: no minus before zero
    if _is_written_out(x):
        return f"[{', '.join(map(format_value, x))}]"
    return f"array {x.shape}"


def are_rounded(values: Iterable[Value]) -> bool:
    """Whether one of the numbers is not what :func:`format_value` writes.

    >>> are_rounded([0.5, 2.0]), are_rounded([1 / 3])
    (False, True)
    """
    return any(map(_is_rounded, values))


def _is_rounded(x: Value) -> bool:
    x = np.asarray(x)
    written = x.ravel().tolist() if x.ndim == 0 or _is_written_out(x) else []
    return any(float(f"{number:.{DIGITS}g}") != number for number in written if number == number)


def _is_written_out(x: Array) -> bool:
    return x.size <= WRITTEN_OUT and (x.ndim == 1 or (x.ndim == 2 and len(x) == 1))


def format_index(index: Index) -> str:
    """An index as it was written.

    >>> format_index((slice(None, 2), 0, None, ...)), format_index(slice(None, None, -1))
    (':2, 0, None, ...', '::-1')
    """
    parts = index if isinstance(index, tuple) else (index,)
    return ", ".join(map(_format_part, parts))


def _format_part(part: Value) -> str:
    if part is Ellipsis:
        return "..."
    if part is None:
        return "None"
    if not isinstance(part, slice):
        return format_value(part)
    start, stop, step = ("" if end is None else str(end) for end in (part.start, part.stop, part.step))
    return f"{start}:{stop}:{step}" if step else f"{start}:{stop}"
