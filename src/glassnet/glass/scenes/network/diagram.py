"""The network drawn with every unit, edge and bias, and its numbers.

Workshop, *Neuron*: "where are the weights in this diagram?" On the edges.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from glassnet.errors import InvalidInput
from glassnet.glass.palette import SIGNS
from glassnet.glass.scenes.drawing import checked_digits
from glassnet.glass.scenes.frame import Key, below, headed
from glassnet.glass.scenes.measure import shortened, text_width
from glassnet.glass.scenes.network import text as twin
from glassnet.glass.scenes.network.diagram_data import Column, Diagram, Edge, Unit, diagram
from glassnet.glass.scenes.network.layout import BIAS, SLOT, SMALL, NetworkLayout
from glassnet.glass.scenes.network.reading import Pass, row_number
from glassnet.glass.scenes.sanitize import sign_of
from glassnet.glass.scenes.scene import Scene
from glassnet.glass.scenes.shapes import Box, Circle, Group, Path, Shape, Text, line
from glassnet.network.network import Network
from glassnet.network.parameters import Gradients, Parameters
from glassnet.text import counted

FEW = 60  # edges between two layers up to which each has its number
MANY = 400  # edges in all that are drawn with their numbers when asked for
PALE, BOLD = 0.8, 3.4  # widths of the weakest edge and of the strongest


def network_diagram(
    network: Network,
    parameters: Parameters,
    forward_pass: Pass | None = None,
    gradients: Gradients | None = None,
    *,
    row: int = 1,
    number: int | None = None,
    names: Sequence[object] | None = None,
    outputs: Sequence[object] | None = None,
    answer: str = "",
    numbers: bool | None = None,
    most: int = 8,
    digits: int = 4,
) -> Scene:
    """Every unit, edge and bias of a network, with their numbers.

    Args:
        network: with at most 16 layers.
        parameters: its weights and biases.
        forward_pass: a pass or a trace of it; ``z`` and ``a`` of one example stand on the units.
        gradients: what ``network.backward(forward_pass, Y)`` returned; the derivatives stand on the units, too.
        row: which example of the pass, from 1.
        number: what the picture calls it; None takes its number in a trace's table, or ``row``.
        names: of the n[0] inputs.
        outputs: of the n[L] outputs.
        answer: of the example in the user's unit, where that is another number than the network's.
        numbers: whether edges and units have their numbers beside them; None leaves them out where they are too many
            to read.
        most: units drawn of each layer; the others are counted.
        digits: significant digits of all numbers.

    Raises:
        InvalidInput, InvalidType: parameters, pass, row or names are not of this network, or it is too large to draw.

    >>> from glassnet.network.layers import Dense
    >>> net = Network(3, [Dense(4, "relu"), Dense(1)], loss="binary_cross_entropy")
    >>> scene = network_diagram(net, net.initialize(seed=0))
    >>> print(scene.sentence)
    A network 3-4-1: input (3), layer 1 dense relu (4), output dense sigmoid (1), with 21 parameters, all drawn.
    """
    checked_digits(digits)
    data = diagram(network, parameters, forward_pass, gradients, row, names, outputs, most)
    if numbers is None:
        numbers = max(map(len, data.edges)) <= FEW
    elif numbers:
        _check_numbers(sum(map(len, data.edges)))
    example = None if forward_pass is None else number if number is not None else row_number(forward_pass, row)
    shapes = below(list(_shapes(NetworkLayout(data, digits, numbers))), list(_keys(data)))
    title, caption = twin.title(network), twin.caption(network, data, example, digits, answer)
    return Scene(
        "network",
        title,
        twin.sentence(network, data, example),
        tuple(twin.tables(data, digits)),
        headed(shapes, title, caption),
    )


def _check_numbers(edges: int) -> None:
    if edges > MANY:
        raise InvalidInput(
            f"a picture has room for {MANY} edges with their numbers",
            seen=f"{edges:,}",
            remedy="choose a smaller most, or leave numbers out",
        )


def _shapes(at: NetworkLayout) -> Iterator[Shape]:
    for edges in at.data.edges:
        strongest = max((abs(edge.weight) for edge in edges if edge.weight is not None), default=0.0)
        for _, arriving in groupby(edges, key=lambda edge: edge.target):
            yield from _arriving(at, list(arriving), strongest)
    for column in at.data.columns:
        yield from _column(at, column)


# -- edges -------------------------------------------------------------------------------------------------------------


def _arriving(at: NetworkLayout, edges: list[Edge], strongest: float) -> Iterator[Shape]:
    """The edges that arrive at one unit."""
    slots = at.has_slots(edges[0].target.l)
    for place, edge in enumerate(edges):
        yield _numbered(at, edge, place, len(edges), strongest) if slots else _plain(at, edge, strongest)


def _numbered(at: NetworkLayout, edge: Edge, place: int, of: int, strongest: float) -> Group:
    """A curve to the slot, the number, and a line from the slot to the unit's rim."""
    style, target = _style(edge, strongest), edge.target
    right, y = at.slot(target, place, of)
    wide = at.slot_width[target.l]
    shapes = (
        Path((*at.start(edge), (right - wide - 3, y)), smooth=True, **style),
        line(right + 3, y, *at.rim((right + 3, y), target), **style),
        Text(right - wide / 2, y, at.number(edge), role=style["role"], size=SMALL, style="formula"),
    )
    return Group(shapes, twin.edge_tooltip(edge, at.digits))


def _plain(at: NetworkLayout, edge: Edge, strongest: float) -> Path:
    """A straight line; where text stands beside the units, a curve around them."""
    start, tooltip, style = at.start(edge), twin.edge_tooltip(edge, at.digits), _style(edge, strongest)
    if not at.numbers:
        return line(*start[0], *at.rim(start[0], edge.target), title=tooltip, **style)
    x, y = at.middle(edge.target)
    return Path((*start, (x - at.r, y)), smooth=True, title=tooltip, **style)


def _style(edge: Edge, strongest: float) -> dict[str, Any]:
    """Sign by color and dash, size by width."""
    if edge.weight is None:
        return {"role": "quiet", "width": PALE}
    share = abs(edge.weight) / strongest if strongest else 0.0
    width = PALE + (BOLD - PALE) * share if 0 <= share <= 1 else PALE  # of nan and infinities there is no share
    return {"role": SIGNS[sign_of(edge.weight)], "width": width, "dash": edge.weight < 0}


# -- units -------------------------------------------------------------------------------------------------------------


def _column(at: NetworkLayout, column: Column) -> Iterator[Shape]:
    x = at.x[column.l]
    yield Text(x, at.top - 36, column.heading, bold=True)
    yield Text(x, at.top - 16, at.detail(column), role="quiet", size=SMALL)
    for unit in column.units:
        if unit:
            yield _unit(at, unit)
        else:
            yield from _left_out(column, x, at.y[column.l][None])
    if column.l + 1 in at.data.biased:
        x, y = at.bias(column.l)
        yield Box(x - BIAS / 2, y - BIAS / 2, BIAS, BIAS, role="quiet", round=4, title="bias: always 1")
        yield Text(x, y, "1", role="quiet", size=SMALL)


def _unit(at: NetworkLayout, unit: Unit) -> Group:
    x, y = at.middle(unit)
    role = "ink" if unit.l == 0 else "highlight" if unit.l == at.last else "forward"
    shapes: list[Shape] = [Circle(x, y, at.r, role=role), Text(x, y, at.inside(unit), size=SMALL, style="formula")]
    for text, away, ink in ((at.above(unit), -1, "ink"), (at.under(unit), 1, "backward")):
        if text:
            middle = y + away * (at.r + SLOT / 2 + 1)
            shapes.append(Text(x - at.text_left, middle, text, role=ink, size=SMALL, anchor="start", style="formula"))
    shapes += _named(at, unit, x, y)
    return Group(tuple(shapes), twin.unit_tooltip(unit, at.data.columns[unit.l].gradient_of, at.digits))


def _named(at: NetworkLayout, unit: Unit, x: float, y: float) -> list[Shape]:
    """Names of inputs on their left, of outputs on their right."""
    name, away = shortened(unit.name, twin.NAME), at.r + 10
    if unit.l == 0 and name != at.inside(unit):
        return [Text(x - away, y, name, anchor="end", title=unit.name)]
    if unit.l == at.last and name != at.inside(unit):
        return [Text(x + away, y, name, anchor="start", title=unit.name)]
    return []


def _left_out(column: Column, x: float, y: float) -> Iterator[Shape]:
    """What is not drawn, counted; on paper, for edges may pass behind it."""
    said = counted(column.hidden, "more unit")
    wide = text_width(said, SMALL) + 6
    yield Box(x - wide / 2, y + 1, wide, 18, role="paper", width=0)
    yield Text(x, y - 10, "⋮", role="quiet", size=20)
    yield Text(x, y + 10, said, role="quiet", size=SMALL)


def _keys(data: Diagram) -> Iterator[Key]:
    weights = [edge.weight for edges in data.edges for edge in edges if edge.weight is not None]
    for sign, role in SIGNS.items():
        if any(sign_of(weight) == sign for weight in weights):
            yield Key(sign, role, dash=sign == "negative")
    if weights:
        yield Key("the wider, the larger within its layer", "quiet", width=0)
    if data.biased:
        yield Key("bias", "quiet", box=True)
