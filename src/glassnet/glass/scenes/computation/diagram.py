"""A computation graph: values above the arrows, derivatives below, local ones on them (workshop, *Chain rule*)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any

from glassnet.glass.scenes.cards import Card, CardLine
from glassnet.glass.scenes.computation.data import Flow, Link, flow
from glassnet.glass.scenes.computation.placement import Spot, join, place
from glassnet.glass.scenes.drawing import checked_digits
from glassnet.glass.scenes.frame import Key, below, headed
from glassnet.glass.scenes.measure import formula_width, shortened
from glassnet.glass.scenes.scene import Scene
from glassnet.glass.scenes.shapes import Group, Path, Shape, Text, line
from glassnet.glass.scenes.table import Table
from glassnet.graph.picture import Graph
from glassnet.text import counted, printable

SMALL = 12.0
SLOT = 18.0  # height of one local derivative
NAME = 110.0  # pixels: the widest name in a derivative
RUN = 56.0  # pixels in which arrows change their height


def computation_graph(graph: Graph, *, digits: int = 4, caption: str = "") -> Scene:
    """The computation graph with values forward and derivatives backward.

    Args:
        graph: a :class:`glassnet.graph.Graph` of at most 80 nodes.
        digits: significant digits of all numbers.
        caption: what the numbers are of, below the title.

    Raises:
        InvalidInput, InvalidType: no graph, or one too large to draw.

    >>> from glassnet import graph
    >>> x, y, z = graph.inputs(x=-2.0, y=5.0, z=-4.0)
    >>> q = x + y
    >>> print(computation_graph(graph.Graph(q * z, q=q)))
    Computation graph of f
    f = q * z = -12, computed from 3 inputs in 2 steps; backward, df/dx = -4, df/dy = -4, df/dz = 3.
    <BLANKLINE>
    Nodes
      name  made of  value  df/d...
      x              -2     -4
      y              5      -4
      z              -4     3
      q     x + y    3      -4
      f     q * z    -12    1
    <BLANKLINE>
    Arrows
      from  to  local derivative
      x     q   1
      y     q   1
      q     f   -4
      z     f   3
    """
    data = flow(graph, checked_digits(digits))
    end = data.nodes[-1].name
    title = f"Computation graph of {end}"
    keys = [Key("value, forward", "ink", width=0)]
    if any(node.derivative for node in data.nodes):
        keys.append(Key(f"derivative of {end}, backward", "backward", width=0))
    if any(link.derivative for link in data.links):
        keys.append(Key("local derivative", "quiet", width=0))
    shapes = below(_Layout(data).shapes(), keys)
    said = printable(caption)
    sentence = f"{said} {_sentence(data)}" if said else _sentence(data)
    return Scene("graph", title, sentence, tuple(_tables(data)), headed(shapes, title, said))


class _Layout:
    """Where everything lies: layers from left to right, each with slots, cards and wires."""

    def __init__(self, data: Flow) -> None:
        self.data, self.end = data, _short(data.nodes[-1].name)
        self.cards = [self.card(i) for i in range(len(data.nodes))]
        self.arriving: list[list[Link]] = [[] for _ in data.nodes]
        for link in data.links:
            self.arriving[link.target].append(link)
        self.layers: list[list[Spot]] = [[] for _ in range(max(data.layers) + 1)]
        self.spots = [self.spot(data.layers[i], self.height(i), i) for i in range(len(data.nodes))]
        self.ways = [self.way(link) for link in data.links]
        place(self.layers)

    def spot(self, layer: int, height: float, node: int | None = None) -> Spot:
        spot = Spot(layer, height, node)
        self.layers[layer].append(spot)
        return spot

    def way(self, link: Link) -> list[Spot]:
        """The spots an arrow goes through, a passing one in each layer between its ends."""
        first, last = self.spots[link.source], self.spots[link.target]
        stops = [first, *(self.spot(layer, SLOT) for layer in range(first.layer + 1, last.layer)), last]
        for a, b in pairwise(stops):
            join(a, b)
        return stops

    # -- sizes -------------------------------------------------------------------------------------------------------

    def card(self, i: int) -> Card:
        node = self.data.nodes[i]
        role = "highlight" if i == len(self.data.nodes) - 1 else "forward" if node.operation else "ink"
        lines = [CardLine(node.name, bold=True, formula=True)]
        lines += [CardLine(node.operation, formula=True)] if node.operation else []
        return Card(tuple(lines), role)

    def height(self, i: int) -> float:
        return max(self.cards[i].height, 2 * SLOT + 8, len(self.arriving[i]) * SLOT) + 18

    def said(self, i: int) -> tuple[str, str]:
        """What stands above and below the wire out of node ``i``."""
        node = self.data.nodes[i]
        return node.value, f"d{self.end}/d{_short(node.name)} = {node.derivative}" if node.derivative else ""

    def derivative(self, link: Link) -> str:
        source, target = (_short(self.data.nodes[i].name) for i in (link.source, link.target))
        return f"d{target}/d{source} = {link.derivative}" if link.derivative else ""

    @cached_property
    def edges_x(self) -> list[tuple[float, float, float, float]]:
        """Of each layer: where slots begin, where cards begin, where they end, where wires end."""
        found, x = [], 0.0
        for layer in self.layers:
            nodes = [spot.node for spot in layer if spot.node is not None]
            slopes = [
                formula_width(self.derivative(link), 11) for i in nodes for link in self.arriving[i] if link.derivative
            ]
            slots = max(slopes, default=0.0)
            cards = x + (slots + 34 if slots else 0)
            ends = cards + max(self.cards[i].width for i in nodes)
            wires = ends + max(formula_width(text, SMALL) for i in nodes for text in self.said(i)) + 20
            found.append((x, cards, ends, wires))
            x = wires + RUN + 6 * max(len(layer) - 3, 0)
        return found

    # -- shapes ------------------------------------------------------------------------------------------------------

    def shapes(self) -> list[Shape]:
        arrows = [
            shape for link, way in zip(self.data.links, self.ways, strict=True) for shape in self.arrow(link, way)
        ]
        return [*arrows, *(self.node(i) for i in range(len(self.spots)))]

    def node(self, i: int) -> Group:
        spot = self.spots[i]
        _, left, right, wire = self.edges_x[spot.layer]
        value, derivative = self.said(i)
        shapes: list[Shape] = [self.cards[i].drawn((left + right) / 2, spot.y, right - left)]
        shapes.append(line(right, spot.y, wire, spot.y, arrow=not spot.targets))
        if value:
            shapes.append(Text(right + 8, spot.y - 10, value, size=SMALL, anchor="start", style="formula"))
        if derivative:
            shapes.append(
                Text(right + 8, spot.y + 11, derivative, role="backward", size=SMALL, anchor="start", style="formula")
            )
        name = self.data.nodes[i].name
        return Group(tuple(shapes), f"{name} = {value}" if value else name)

    def arrow(self, link: Link, way: Sequence[Spot]) -> Iterator[Shape]:
        """From the end of the source's wire, through the layers between, to its slot, and on to the target's card."""
        slot = self.slot(link)
        slots, cards, _, _ = self.edges_x[way[-1].layer]
        points = [(self.edges_x[way[0].layer][3], way[0].y)]
        for spot in way[1:-1]:
            points += [(self.edges_x[spot.layer][0], spot.y), (self.edges_x[spot.layer][3], spot.y)]
        style: dict[str, Any] = {"width": 1.3}
        text = self.derivative(link)
        onto = self.onto(link, slot)
        if not text:
            yield Path((*points, (cards, onto)), smooth=True, arrow=True, **style)
            return
        wide = formula_width(text, 11)
        yield Path((*points, (slots, slot)), smooth=True, **style)
        yield Text(slots + 4, slot, text, role="quiet", size=11, anchor="start", style="formula")
        yield line(slots + wide + 8, slot, cards, onto, arrow=True, **style)

    def slot(self, link: Link) -> float:
        """The height at which an arrow arrives: slots are in the order in which the arrows come."""
        links = self.arriving[link.target]
        ways = {id(other): self.ways[i] for i, other in enumerate(self.data.links)}
        order = sorted(links, key=lambda other: ways[id(other)][-2].y)
        return self.spots[link.target].y + (_index(order, link) - (len(order) - 1) / 2) * SLOT

    def onto(self, link: Link, slot: float) -> float:
        """Where it meets the card: its slot's height, as far as the card reaches."""
        y, half = self.spots[link.target].y, self.cards[link.target].height / 2 - 9
        return min(max(slot, y - half), y + half)


def _short(name: str) -> str:
    return shortened(name, NAME, SMALL)


def _index(links: Sequence[Link], link: Link) -> int:
    """By identity: ``x * x`` has two equal arrows."""
    return next(i for i, other in enumerate(links) if other is link)


def _sentence(data: Flow) -> str:
    end, inputs = data.nodes[-1], [node for node in data.nodes if not node.operation]
    equation = " = ".join(filter(None, [end.name, end.operation, end.value]))
    steps = len(data.nodes) - len(inputs)
    said = f"{equation}, computed from {counted(len(inputs), 'input')} in {counted(steps, 'step')}"
    slopes = [f"d{end.name}/d{node.name} = {node.derivative}" for node in inputs if node.derivative]
    more = f" and {len(slopes) - 6} more" if len(slopes) > 6 else ""
    return f"{said}; backward, {', '.join(slopes[:6])}{more}." if slopes else f"{said}."


def _tables(data: Flow) -> Iterator[Table]:
    names, end = [node.name for node in data.nodes], data.nodes[-1].name
    nodes = [(node.name, node.operation, node.value, node.derivative or None) for node in data.nodes]
    yield Table.of("Nodes", ("name", "made of", "value", f"d{end}/d..."), nodes)
    arrows = [(names[link.source], names[link.target], link.derivative or None) for link in data.links]
    yield Table.of("Arrows", ("from", "to", "local derivative"), arrows)
