"""A graph in Graphviz's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glassnet.graph.short_values import format_value

if TYPE_CHECKING:
    from glassnet.graph.picture import Arrow, Graph, Place


def as_dot(graph: Graph) -> str:
    """Values and derivatives in the nodes, local derivatives on the arrows; see :meth:`glassnet.graph.Graph.to_dot`."""
    number = {place.name: f"n{i}" for i, place in enumerate(graph.nodes)}
    end = graph.nodes[-1].name
    nodes = [f"  {number[place.name]} [{_label(_lines(place, end))}]" for place in graph.nodes]
    arrows = [f"  {number[a.source]} -> {number[a.target]}{_slope(a)}" for a in graph.arrows]
    return "\n".join(["digraph {", "  rankdir=LR", "  node [shape=box]", *nodes, *arrows, "}"]) + "\n"


def _lines(place: Place, end: str) -> list[str]:
    lines = [" = ".join(filter(None, [place.name, place.operation])), f"value {format_value(place.value)}"]
    return lines if place.derivative is None else [*lines, f"d{end}/d{place.name} {format_value(place.derivative)}"]


def _slope(arrow: Arrow) -> str:
    return "" if arrow.slope is None else f" [{_label([format_value(arrow.slope)])}]"


def _label(lines: list[str]) -> str:
    escaped = [line.replace("\\", "\\\\").replace('"', '\\"') for line in lines]
    return 'label="{}"'.format("\\n".join(escaped))
