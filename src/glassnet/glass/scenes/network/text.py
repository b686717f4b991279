"""The text twin of the expanded network: its sentence, caption and tables, and the tooltip of each part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from glassnet.glass.scenes.measure import shortened
from glassnet.glass.scenes.network.structure import Structure
from glassnet.glass.scenes.network.values import Lens, Numbers, Values
from glassnet.glass.scenes.sanitize import sign_of
from glassnet.glass.scenes.table import Table
from glassnet.network.network import Network
from glassnet.text import counted, format_number

NAME = 190.0  # pixels: the widest name of an input or output
FEW = 4  # outputs that are named in the caption


def sentence(drawn: Structure, lens: Lens, row: int | None) -> str:
    """The network in one sentence; ``row`` is the example whose numbers stand on the units, or None."""
    network, columns = drawn.network, drawn.data.columns
    layers = ", ".join(
        f"{column.heading} {column.kind} ({n:,})".replace("  ", " ")
        for column, n in zip(columns, network.widths, strict=True)
    )
    hidden = sum(column.hidden for column in columns)
    all_of_it = "all drawn" if not hidden else f"{counted(hidden, 'unit')} and their edges left out"
    example = "" if row is None else f"; the numbers on the units are those of row {row}"
    on_edges = "" if lens.name == "values" else f"; on the edges stands {lens.symbol}"
    size = counted(network.size, "parameter")
    return f"A network {_widths(network)}: {layers}, with {size}, {all_of_it}{example}{on_edges}."


def title(network: Network) -> str:
    """``Network 3-4-1``."""
    return f"Network {_widths(network)}"


def _widths(network: Network) -> str:
    return "-".join(map(str, network.widths))


def caption(drawn: Structure, values: Values, lens: Lens, row: int | None, answer: str = "") -> str:
    """The line below the title; ``answer`` is the example's in the user's unit, where that is another."""
    network = drawn.network
    said = f"{counted(network.size, 'parameter')}, loss {network.loss.name}"
    if lens.name != "values":
        said = f"{said}; on the edges {lens.symbol}"
    if row is None:
        return said
    if answer:
        return f"{said}; row {row}: {answer} in the user's unit, the numbers on units and edges are the network's own"
    last = len(drawn.data.columns) - 1
    named = [(u.name, a) for u, a in zip(drawn.units, values.a, strict=True) if u.l == last and a is not None]
    outputs = [f"{name.replace('y^', 'ŷ')} = {format_number(a, drawn.digits)}" for name, a in named[:FEW]]
    more = network.outputs - FEW
    return f"{said}; row {row}: {', '.join(outputs)}{f', {more:,} more' if more > 0 else ''}"


def unit_tooltips(drawn: Structure, values: Values | None) -> Iterator[str]:
    """Each unit, with its numbers."""
    for i, unit in enumerate(drawn.units):
        if values is None:
            yield unit.name
            continue
        gradient_of = drawn.data.columns[unit.l].gradient_of
        parts = [("z", values.z[i]), ("a", values.a[i]), (gradient_of, values.gradient[i])]
        said = ", ".join(f"{name} = {format_number(value, drawn.digits)}" for name, value in parts if value is not None)
        yield f"{unit.name}: {said}" if said else unit.name


def edge_tooltips(drawn: Structure, values: Values | None) -> Iterator[str]:
    """Each edge, with its numbers; the sign as a word."""
    none: Numbers = [None] * len(drawn.edges)
    weights, slopes = (none if values is None else values.edges.get(lens, none) for lens in ("values", "gradients"))
    for edge, weight, slope in zip(drawn.edges, weights, slopes, strict=True):
        said = f"{shortened(edge.origin, NAME)} to {shortened(edge.target.name, NAME)}"
        letter = "W" if edge.source else "b"
        if weight is not None:
            said += f": {letter} = {format_number(weight, drawn.digits)}, {sign_of(weight)}"
        yield said if slope is None else f"{said}; d{letter} = {format_number(slope, drawn.digits)}"


def tables(drawn: Structure, values: Values, lens: Lens) -> Iterator[Table]:
    """Every number of the picture, each with its key."""
    yield Table.of("Units", ("layer", "unit", "z", "a", "derivative of the cost"), *_units(drawn, values))
    none: Numbers = [None] * len(drawn.edges)
    seen = [values.edges.get(name, none) for name in ("values", "gradients")]
    change = values.seen(lens) if lens.name == "change" else none
    edges = [
        (e.target.l, e.origin, e.target.name, w, None if w is None else sign_of(w), slope, by)
        for e, w, slope, by in zip(drawn.edges, *seen, change, strict=True)
    ]
    keys = [("", "", "", e.key, "", f"d{e.key}", "") for e in drawn.edges]
    heads = ("layer", "from", "to", "weight", "sign", "derivative of the cost", "change")
    yield Table.of("Edges", heads, edges, drawn.digits, keys)


def _units(drawn: Structure, values: Values) -> tuple[list[Sequence[object]], int, list[Sequence[str]]]:
    """The rows of the drawn units and of those left out, the digits, and the keys of the rows' cells."""
    numbers = iter(zip(values.z, values.a, values.gradient, strict=True))
    rows: list[Sequence[object]] = []
    keys: list[Sequence[str]] = []
    for column in drawn.data.columns:
        for unit in column.units:
            if unit is None:
                rows.append((column.heading, counted(column.hidden, "more unit"), None, None, None))
                keys.append([""] * 5)
            else:
                rows.append((column.heading, unit.name, *next(numbers)))
                place = f"{unit.j + 1}[{unit.l}]"
                keys.append(("", "", f"z{place}", unit.key, f"{column.gradient_of}{place}"))
    return rows, drawn.digits, keys
