"""The structure of a network's picture: what is drawn and where, laid out once; a frame of numbers is put into it.

The static drawing is a structure and one frame. A page that moves has the same structure, with room that grows, and
gets frame after frame, which it patches in by key: 2-8-8-1 takes a fraction of a millisecond and about 2 kB.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from glassnet.errors import InvalidInput
from glassnet.glass.scenes.drawing import checked_digits
from glassnet.glass.scenes.measure import formula_width
from glassnet.glass.scenes.network.diagram_data import Diagram, Edge, Unit, diagram
from glassnet.glass.scenes.network.layout import SMALL, NetworkLayout, Room
from glassnet.glass.scenes.network.reading import check_network, check_parameters, check_pass
from glassnet.glass.scenes.network.values import LENSES, Frame, Moment, Numbers, Values, shares, values
from glassnet.network.network import Network
from glassnet.text import counted, format_number

FEW = 60  # edges between two layers up to which each has its number
MANY = 400  # edges in all that are drawn with their numbers when asked for


@dataclass(frozen=True)
class Structure:
    """What is drawn of a network, and which numbers stand in it; none of their values.

    Args:
        network: any of at most 16 layers.
        data: its units and edges.
        digits: significant digits of all numbers.
        numbers: True writes them at every edge and every unit.
        known: of each unit whether ``a``, ``z`` and the gradient stand on it.

    >>> from glassnet.network.layers import Dense
    >>> net = Network(3, [Dense(4, "relu"), Dense(1)], loss="binary_cross_entropy")
    >>> p = net.initialize(seed=0)
    >>> drawn = structure(net, Moment(p))
    >>> p.W[1][0, 0] = 0.5
    >>> dict(zip(drawn.keys, drawn.frame(Moment(p)).texts))["w11[1]"]
    '0.5'
    """

    network: Network
    data: Diagram
    digits: int
    numbers: bool
    known: tuple[tuple[bool, bool, bool], ...]

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """Those drawn, layer after layer."""
        return tuple(unit for column in self.data.columns for unit in column.drawn)

    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        """Those drawn, layer after layer."""
        return tuple(edge for edges in self.data.edges for edge in edges)

    @cached_property
    def slotted(self) -> set[int]:
        """The layers whose edges have their numbers."""
        weighed = enumerate((all(edge.at is not None for edge in edges) for edges in self.data.edges), start=1)
        return {l for l, all_of_them in weighed if self.numbers and all_of_them}

    # -- the numbers that stand in it --------------------------------------------------------------------------------

    @cached_property
    def _inside(self) -> list[int]:
        return [i for i, (a, _, _) in enumerate(self.known) if a]

    @cached_property
    def _above(self) -> list[tuple[int, str]]:
        """Units whose ``z`` is written above them, and what it is called."""
        return [(i, f"z{self.units[i].j + 1}") for i, (_, z, _) in enumerate(self.known) if z and self.numbers]

    @cached_property
    def _under(self) -> list[tuple[int, str]]:
        """Units below which a derivative of the cost is written, and what it is called."""
        places = (i for i, (_, _, gradient) in enumerate(self.known) if gradient and self.numbers)
        return [(i, f"{self.data.columns[self.units[i].l].gradient_of}{self.units[i].j + 1}") for i in places]

    @cached_property
    def _numbered(self) -> list[int]:
        return [i for i, edge in enumerate(self.edges) if edge.target.l in self.slotted]

    @cached_property
    def keys(self) -> list[str]:
        """The key of each text of a frame: ``a1[1]``, ``z1[1]``, ``da1[1]``, ``w12[1]``; edges by their weight."""
        around = [f"{name}[{self.units[i].l}]" for i, name in (*self._above, *self._under)]
        return [*(self.units[i].key for i in self._inside), *around, *(self.edges[i].key for i in self._numbered)]

    @cached_property
    def _places(self) -> np.ndarray:
        return np.array([-1 if edge.at is None else edge.at for edge in self.edges], np.int64)

    def values(self, moment: Moment) -> Values:
        """The numbers of a moment of this network, in full."""
        return values(self.data, self._places, moment)

    def frame(self, moment: Moment, lens: str = "values") -> Frame:
        """What the picture shows at a moment.

        Raises:
            UnknownName, InvalidInput: no such lens, or the moment does not have its numbers.
        """
        return self.frame_of(self.values(moment), lens)

    def frame_of(self, found: Values, lens: str = "values") -> Frame:
        """The same, of numbers that were read before."""
        on_edges = found.seen(LENSES[lens])
        texts = [self._text(found.a, i) for i in self._inside]
        texts += [f"{name} = {self._text(found.z, i)}" for i, name in self._above]
        texts += [f"{name} = {self._text(found.gradient, i)}" for i, name in self._under]
        texts += [self._text(on_edges, i) for i in self._numbered]
        return Frame(texts, shares(on_edges, [len(edges) for edges in self.data.edges]))

    def _text(self, numbers: Numbers, i: int) -> str:
        number = numbers[i]
        return "" if number is None else format_number(number, self.digits)

    def lit(self, key: str) -> frozenset[str]:
        """The keys of the edges on the ways from one edge to the cost, itself included.

        Raises:
            InvalidInput: that edge is not drawn.
        """
        chosen = next((edge for edge in self.edges if edge.key == key), None)
        if chosen is None:
            remedy = "choose one that is, or draw more units with most="
            raise InvalidInput(f"no edge {key!r} is drawn", f"{counted(len(self.edges), 'edge')}", remedy)
        found, reached = {key}, {chosen.target}
        for edge in self.edges:  # layer after layer
            if edge.source in reached:
                found.add(edge.key)
                reached.add(edge.target)
        return frozenset(found)

    # -- room --------------------------------------------------------------------------------------------------------

    def room(self, frame: Frame) -> Room:
        """Room for the texts of ``frame``."""
        texts = dict(zip(self.keys, frame.texts, strict=True))
        inside = [formula_width(texts.get(unit.key, self.symbol(unit)), SMALL) for unit in self.units]
        layers = range(len(self.data.columns))
        around, lines, numbers = [0.0 for _ in layers], [set[int]() for _ in layers], [[0.0] for _ in layers]
        for away, (i, name) in [*((-1, one) for one in self._above), *((1, one) for one in self._under)]:
            l = self.units[i].l
            around[l] = max(around[l], formula_width(texts[f"{name}[{l}]"], SMALL))
            lines[l].add(away)
        for i in self._numbered:
            numbers[self.edges[i].target.l].append(formula_width(texts[self.edges[i].key], SMALL))
        slots = (max(widths) if l in self.slotted else None for l, widths in enumerate(numbers))
        return Room(max(inside), tuple(around), tuple(map(len, lines)), tuple(slots))

    def symbol(self, unit: Unit) -> str:
        """What stands in a unit that has no number."""
        if unit.l == len(self.data.columns) - 1:
            return "y^" if self.network.outputs == 1 else f"y^{unit.j + 1}"
        return f"x{unit.j + 1}" if unit.l == 0 else unit.name

    def layout(self, frame: Frame) -> NetworkLayout:
        """Where all of it lies, with room for the texts of ``frame``."""
        return NetworkLayout(self.data, self.room(frame))


def structure(
    network: Network,
    moment: Moment,
    *,
    names: Sequence[object] | None = None,
    outputs: Sequence[object] | None = None,
    numbers: bool | None = None,
    most: int = 8,
    digits: int = 4,
) -> Structure:
    """The structure of a network's picture, for moments that know what ``moment`` knows.

    Args:
        network: with at most 16 layers.
        moment: its parameters, and a pass and gradients where there are some.
        names, outputs: of the n[0] inputs and of the n[L] outputs.
        numbers: whether edges and units have their numbers; None leaves them out where they are too many
            to read.
        most: units drawn of each layer; the others are counted.
        digits: significant digits of all numbers.

    Raises:
        InvalidInput, InvalidType: parameters, pass, row or names are not of this network, or it is too large to draw.
    """
    checked_digits(digits)
    check_network(network)
    check_parameters(network, moment.parameters)
    if moment.gradients is not None:
        check_parameters(network, moment.gradients, "gradients")
    if moment.forward_pass is not None:
        check_pass(network, moment.forward_pass, moment.row)
    data = diagram(network, names, outputs, most)
    if numbers is None:
        numbers = max(map(len, data.edges)) <= FEW
    elif numbers:
        _check_numbers(sum(map(len, data.edges)))
    found = values(data, np.empty(0, np.int64), moment)
    known = zip(*([x is not None for x in column] for column in (found.a, found.z, found.gradient)), strict=True)
    return Structure(network, data, digits, numbers, tuple(known))


def _check_numbers(edges: int) -> None:
    if edges > MANY:
        raise InvalidInput(
            f"a picture has room for {MANY} edges with their numbers",
            seen=f"{edges:,}",
            remedy="choose a smaller most, or leave numbers out",
        )
