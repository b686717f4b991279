"""A graph as text and for Graphviz: values forward in the order of computation, derivatives backward."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain

from glassnet.graph.elements import GraphEdge, GraphNode
from glassnet.graph.short_values import DIGITS, are_rounded, format_value

LINES = 40  # of a longer graph the beginning and the end are shown


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
