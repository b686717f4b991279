"""The text twin of the expanded network: its sentence, caption and tables, and the tooltip of each part."""

from __future__ import annotations

from collections.abc import Iterator

from glassnet.glass.scenes.measure import shortened
from glassnet.glass.scenes.network.diagram_data import Diagram, Edge, Unit
from glassnet.glass.scenes.sanitize import sign_of
from glassnet.glass.scenes.table import Table
from glassnet.network.network import Network
from glassnet.text import counted, format_number

NAME = 190.0  # pixels: the widest name of an input or output
FEW = 4  # outputs that are named in the caption


def sentence(network: Network, data: Diagram, row: int | None) -> str:
    """The network in one sentence; ``row`` is the example whose numbers stand on the units, or None."""
    layers = ", ".join(
        f"{column.heading} {column.kind} ({n:,})".replace("  ", " ")
        for column, n in zip(data.columns, network.widths, strict=True)
    )
    hidden = sum(column.hidden for column in data.columns)
    drawn = "all drawn" if not hidden else f"{counted(hidden, 'unit')} and their edges left out"
    example = "" if row is None else f"; the numbers on the units are those of row {row}"
    return f"A network {_widths(network)}: {layers}, with {counted(network.size, 'parameter')}, {drawn}{example}."


def title(network: Network) -> str:
    """``Network 3-4-1``."""
    return f"Network {_widths(network)}"


def _widths(network: Network) -> str:
    return "-".join(map(str, network.widths))


def caption(network: Network, data: Diagram, row: int | None, digits: int, answer: str = "") -> str:
    """The line below the title; ``answer`` is the example's in the user's unit, where that is another."""
    said = f"{counted(network.size, 'parameter')}, loss {network.loss.name}"
    if row is None:
        return said
    if answer:
        return f"{said}; row {row}: {answer} in the user's unit, the numbers on units and edges are the network's own"
    outputs = [f"{u.name} = {format_number(u.a, digits)}" for u in data.columns[-1].drawn if u.a is not None]
    more = network.outputs - FEW
    return f"{said}; row {row}: {', '.join(outputs[:FEW])}{f', {more:,} more' if more > 0 else ''}"


def unit_tooltip(unit: Unit, gradient_of: str, digits: int) -> str:
    """A unit with its numbers."""
    parts = [("z", unit.z), ("a", unit.a), (gradient_of, unit.gradient)]
    said = ", ".join(f"{name} = {format_number(value, digits)}" for name, value in parts if value is not None)
    return f"{unit.name}: {said}" if said else unit.name


def edge_tooltip(edge: Edge, digits: int) -> str:
    """An edge with its numbers; the sign as a word."""
    said = f"{shortened(edge.origin, NAME)} to {shortened(edge.target.name, NAME)}"
    if edge.weight is None:
        return said
    letter = "W" if edge.source else "b"
    said += f": {letter} = {format_number(edge.weight, digits)}, {sign_of(edge.weight)}"
    return said if edge.gradient is None else f"{said}; d{letter} = {format_number(edge.gradient, digits)}"


def tables(data: Diagram, digits: int) -> Iterator[Table]:
    """Every number of the picture."""
    units = [
        (column.heading, *_row(unit, counted(column.hidden, "more unit")))
        for column in data.columns
        for unit in column.units
    ]
    yield Table.of("Units", ("layer", "unit", "z", "a", "derivative of the cost"), units, digits)
    edges = [
        (e.target.l, e.origin, e.target.name, e.weight, None if e.weight is None else sign_of(e.weight), e.gradient)
        for edges in data.edges
        for e in edges
    ]
    yield Table.of("Edges", ("layer", "from", "to", "weight", "sign", "derivative of the cost"), edges, digits)


def _row(unit: Unit | None, left_out: str) -> tuple[object, ...]:
    return (unit.name, unit.z, unit.a, unit.gradient) if unit else (left_out, None, None, None)
