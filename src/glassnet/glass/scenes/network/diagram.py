"""The network drawn with every unit, edge and bias, and its numbers.

Workshop, *Neuron*: "where are the weights in this diagram?" On the edges.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from math import nan
from typing import TypedDict

from glassnet.errors import InvalidInput
from glassnet.glass.palette import SIGNS
from glassnet.glass.paths import Paths, paths
from glassnet.glass.scenes.frame import Key, below, headed
from glassnet.glass.scenes.measure import shortened, text_width
from glassnet.glass.scenes.network import text as twin
from glassnet.glass.scenes.network import walked
from glassnet.glass.scenes.network.diagram_data import Column, Edge, Unit
from glassnet.glass.scenes.network.layout import BIAS, SLOT, SMALL, NetworkLayout
from glassnet.glass.scenes.network.reading import Pass, row_number
from glassnet.glass.scenes.network.structure import Structure, structure
from glassnet.glass.scenes.network.values import LENSES, Frame, Lens, Moment, Values
from glassnet.glass.scenes.sanitize import sign_of
from glassnet.glass.scenes.scene import Scene
from glassnet.glass.scenes.shapes import Box, Circle, Group, Path, Shape, Style, Text, line
from glassnet.glass.tracing.record import Trace
from glassnet.network.network import Network
from glassnet.network.parameters import Gradients, Parameters
from glassnet.text import counted

PALE, BOLD = 0.8, 3.4  # widths of the weakest edge and of the strongest


class LineStyle(TypedDict, total=False):
    """How the lines of an edge look."""

    role: str
    width: float
    dash: bool


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
    lens: str = "values",
    select: str = "",
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
        numbers: whether edges and units have their numbers; None leaves them out where they are too many
            to read.
        most: units drawn of each layer; the others are counted.
        digits: significant digits of all numbers.
        lens: what stands on the edges: "values", "gradients", or, of a trace, the "change" of the step.
        select: a weight or bias of a trace, ``w12[1]``: every path from it to the cost is lit, with its product.

    Raises:
        InvalidInput, InvalidType: parameters, pass, row or names are not of this network, or it is too large to draw;
            a lens whose numbers are not known.
        UnknownName: there is no such lens.

    >>> from glassnet.network.layers import Dense
    >>> net = Network(3, [Dense(4, "relu"), Dense(1)], loss="binary_cross_entropy")
    >>> scene = network_diagram(net, net.initialize(seed=0))
    >>> print(scene.sentence)
    A network 3-4-1: input (3), layer 1 dense relu (4), output dense sigmoid (1), with 21 parameters, all drawn.
    """
    moment = Moment(parameters, forward_pass, gradients, row)
    drawn = structure(network, moment, names=names, outputs=outputs, numbers=numbers, most=most, digits=digits)
    example = None if forward_pass is None else number if number is not None else row_number(forward_pass, row)
    found = paths(_traced(forward_pass), select, row) if select else None
    return picture(drawn, moment, LENSES[lens], example, answer, found)


def _traced(forward_pass: Pass | None) -> Trace:
    if isinstance(forward_pass, Trace):
        return forward_pass
    raise InvalidInput("the paths to the cost are those of a traced step", remedy="pass trace(...) as forward_pass")


def picture(
    drawn: Structure, moment: Moment, lens: Lens, example: int | None, answer: str = "", found: Paths | None = None
) -> Scene:
    """A structure with one frame put into it, and its text twin.

    Args:
        drawn: the structure.
        moment: whose numbers are shown.
        lens: which of them stand on the edges.
        example: what the picture calls the row of the moment's pass.
        answer: of it, in the user's unit, where that is another number than the network's.
        found: the paths that are lit; None lights everything.
    """
    values = drawn.values(moment)
    frame = drawn.frame_of(values, lens.name)
    lit = drawn.lit(found.key) if found else None
    shapes = Drawn(drawn, drawn.layout(frame), frame, lens, values, lit).shapes()
    title, caption = twin.title(drawn.network), twin.caption(drawn, values, lens, example, answer)
    sentence, tables = twin.sentence(drawn, lens, example), tuple(twin.tables(drawn, values, lens))
    if found:
        shapes = walked.with_paths(shapes, found, drawn.digits)
        sentence = f"{sentence[:-1]}; {walked.sentence(found, drawn.digits)}."
        tables = (*tables, walked.table(found, drawn.digits))
    return Scene("network", title, sentence, tables, headed(shapes, title, caption))


@dataclass(frozen=True)
class Drawn:
    """A frame in its structure, as shapes.

    Args:
        drawn, at, frame, lens: what is drawn, where it lies, what it shows, and which of the numbers.
        values: where the tooltips have theirs from; None of a picture that moves.
        lit: the keys of the edges that are not dimmed; None lights all.
    """

    drawn: Structure
    at: NetworkLayout
    frame: Frame
    lens: Lens
    values: Values | None = None
    lit: frozenset[str] | None = None

    @cached_property
    def said(self) -> dict[str, str]:
        """The texts by key."""
        return dict(zip(self.drawn.keys, self.frame.texts, strict=True))

    def shapes(self) -> tuple[Shape, ...]:
        """All of them, a legend below."""
        return below([*self._edges(), *self._units()], list(self._keys()))

    # -- edges -------------------------------------------------------------------------------------------------------

    def _edges(self) -> Iterator[Shape]:
        tooltips = twin.edge_tooltips(self.drawn, self.values)
        all_of_them = zip(self.drawn.edges, self.frame.shares, tooltips, strict=True)
        for target, arriving in groupby(all_of_them, key=lambda found: found[0].target):
            known = list(arriving)
            for place, (edge, share, tooltip) in enumerate(known):
                if self.at.has_slots(target.l):
                    yield self._numbered(edge, self._style(edge, share), tooltip, place, len(known))
                else:
                    yield self._plain(edge, self._style(edge, share), tooltip)

    def _numbered(self, edge: Edge, style: LineStyle, tooltip: str, place: int, of: int) -> Group:
        """A curve to the slot, the number, and a line from the slot to the unit's rim."""
        at, target = self.at, edge.target
        right, y = at.slot(target, place, of)
        wide, key = at.slot_width[target.l], self.lens.prefix and f"{self.lens.prefix}{edge.key}"
        shapes = (
            Path((*at.start(edge), (right - wide - 3, y)), smooth=True, **style),
            line(right + 3, y, *at.rim((right + 3, y), target), **style),
            Text(right - wide / 2, y, self.said[edge.key], role=style["role"], size=SMALL, key=key, style="formula"),
        )
        return Group(shapes, tooltip, edge.key)

    def _plain(self, edge: Edge, style: LineStyle, tooltip: str) -> Path:
        """A straight line; where text stands at the units, a curve around them."""
        at, start = self.at, self.at.start(edge)
        if not at.has_numbers:
            return line(*start[0], *at.rim(start[0], edge.target), title=tooltip, key=edge.key, **style)
        x, y = at.middle(edge.target)
        return Path((*start, (x - at.r, y)), smooth=True, title=tooltip, key=edge.key, **style)

    def _style(self, edge: Edge, share: int | None) -> LineStyle:
        """Sign by color and dash, size by width; quiet what is not lit."""
        if edge.at is None or (self.lit is not None and edge.key not in self.lit):
            return {"role": "quiet", "width": PALE, "dash": (share or 0) < 0}
        width = PALE + (BOLD - PALE) * abs(share or 0) / 100
        return {"role": SIGNS[_sign(share)], "width": width, "dash": (share or 0) < 0}

    # -- units -------------------------------------------------------------------------------------------------------

    def _units(self) -> Iterator[Shape]:
        tooltips = dict(zip(self.drawn.units, twin.unit_tooltips(self.drawn, self.values), strict=True))
        for column in self.at.data.columns:
            yield from self._column(column, tooltips)

    def _column(self, column: Column, tooltips: dict[Unit, str]) -> Iterator[Shape]:
        at = self.at
        x = at.x[column.l]
        yield Text(x, at.top - 36, column.heading, bold=True)
        yield Text(x, at.top - 16, at.detail(column), role="quiet", size=SMALL)
        for unit in column.units:
            if unit:
                yield self._unit(unit, column, tooltips[unit])
            else:
                yield from _left_out(column, x, at.y[column.l][None])
        if column.l + 1 in at.data.biased:
            x, y = at.bias(column.l)
            yield Box(x - BIAS / 2, y - BIAS / 2, BIAS, BIAS, role="quiet", round=4, title="bias: always 1")
            yield Text(x, y, "1", role="quiet", size=SMALL)

    def _unit(self, unit: Unit, column: Column, tooltip: str) -> Group:
        at, (x, y) = self.at, self.at.middle(unit)
        role = "ink" if unit.l == 0 else "highlight" if unit.l == len(at.data.columns) - 1 else "forward"
        inside = self.said.get(unit.key, self.drawn.symbol(unit))
        shapes: list[Shape] = [
            Circle(x, y, at.r, role=role),
            Text(x, y, inside, size=SMALL, key=unit.key, style="formula"),
        ]
        for name, away, ink in (("z", -1, "ink"), (column.gradient_of, 1, "backward")):
            key = f"{name}{unit.j + 1}[{unit.l}]"
            if key in self.said:
                middle, left = y + away * (at.r + SLOT / 2 + 1), x - at.text_left
                shapes.append(Text(left, middle, self.said[key], ink, SMALL, "start", key=key, style="formula"))
        shapes += self._named(unit, inside, x, y)
        return Group(tuple(shapes), tooltip)

    def _named(self, unit: Unit, inside: str, x: float, y: float) -> list[Shape]:
        """Names of inputs on their left, of outputs on their right."""
        name, away = shortened(unit.name, twin.NAME), self.at.r + 10
        if unit.l == 0 and name != inside:
            return [Text(x - away, y, name, anchor="end", title=unit.name)]
        if unit.l == len(self.at.data.columns) - 1 and name != inside:
            style: Style = "formula" if name.startswith("y^") else ""
            return [Text(x + away, y, name, anchor="start", title=unit.name, style=style)]
        return []

    def _keys(self) -> Iterator[Key]:
        weighed = [s for s, edge in zip(self.frame.shares, self.drawn.edges, strict=True) if edge.at is not None]
        signs = set(map(_sign, weighed)) if self.values else set(SIGNS)
        for sign, role in SIGNS.items():
            if sign in signs:
                yield Key(sign, role, dash=sign == "negative")
        if weighed:
            yield Key("the wider, the larger within its layer", "quiet", width=0)
        if self.lit is not None:
            yield Key("gray, with a number: on no path from there", "quiet", width=0)
        if self.drawn.data.biased:
            yield Key("bias", "quiet", box=True)


def _sign(share: int | None) -> str:
    return sign_of(nan if share is None else share)


def _left_out(column: Column, x: float, y: float) -> Iterator[Shape]:
    """What is not drawn, counted; on paper, for edges may pass behind it."""
    said = counted(column.hidden, "more unit")
    wide = text_width(said, SMALL) + 6
    yield Box(x - wide / 2, y + 1, wide, 18, role="paper", width=0)
    yield Text(x, y - 10, "⋮", role="quiet", size=20)
    yield Text(x, y + 10, said, role="quiet", size=SMALL)
