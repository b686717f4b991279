"""Where the parts of the expanded network lie.

Each unit has a column of slots before it, one for every edge that arrives, in the order of where they come from. An
edge runs as a curve to its slot, its number stands there, and a short line leads on to the unit. So numbers never
meet, no edge crosses a number, and a unit's column of numbers reads like the sum it computes.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import hypot

from glassnet.glass.scenes.measure import SIZE, formula_width, shortened, text_width
from glassnet.glass.scenes.network.diagram_data import Column, Diagram, Edge, Unit
from glassnet.glass.scenes.shapes import Point
from glassnet.text import counted, format_number

SMALL = 12.0  # font size of numbers on edges and beside units
SLOT = 17.0  # height of one number
WIDEST = 240.0  # pixels: of a column's heading
BIAS = 20.0  # side of the bias's box
BETWEEN = 14.0  # pixels between what belongs to one unit and what to the next
STEEP = 0.7  # the least run of an edge's last piece for its rise


@dataclass(frozen=True)
class NetworkLayout:
    """Columns from left to right, each centered on y = 0.

    Args:
        data: what is drawn.
        digits: significant digits.
        numbers: True writes a number at every edge and beside every unit.
    """

    data: Diagram
    digits: int
    numbers: bool

    # -- what stands where -------------------------------------------------------------------------------------------

    def inside(self, unit: Unit) -> str:
        """What stands in a unit: its activation, or its symbol."""
        if unit.a is not None:
            return format_number(unit.a, self.digits)
        return f"x{unit.j + 1}" if unit.l == 0 else "y^" if unit.l == self.last else unit.name

    def above(self, unit: Unit) -> str:
        """What stands above it: ``z``."""
        return f"z{unit.j + 1} = {format_number(unit.z, self.digits)}" if self.numbers and unit.z is not None else ""

    def under(self, unit: Unit) -> str:
        """What stands below it: the derivative of the cost."""
        if not self.numbers or unit.gradient is None:
            return ""
        return (
            f"{self.data.columns[unit.l].gradient_of.lower()}{unit.j + 1} = {format_number(unit.gradient, self.digits)}"
        )

    def number(self, edge: Edge) -> str:
        """What stands on an edge."""
        return "" if edge.weight is None else format_number(edge.weight, self.digits)

    def has_slots(self, l: int) -> bool:
        """True where the edges that arrive at layer ``l`` have their numbers."""
        return l in self._slotted

    @cached_property
    def _slotted(self) -> set[int]:
        weighed = (all(edge.weight is not None for edge in edges) for edges in self.data.edges)
        return {l for l, all_of_them in enumerate(weighed, start=1) if self.numbers and all_of_them}

    def detail(self, column: Column) -> str:
        """What stands below a column's heading."""
        return shortened(column.detail, WIDEST, SMALL)

    # -- sizes -------------------------------------------------------------------------------------------------------

    @property
    def last(self) -> int:
        return len(self.data.columns) - 1

    @cached_property
    def r(self) -> float:
        """The radius of all units: the longest activation fits."""
        inside = (self.inside(unit) for column in self.data.columns for unit in column.drawn)
        return max(20.0, max(formula_width(text, SMALL) for text in inside) / 2 + 5)

    @property
    def text_left(self) -> float:
        """From a unit's middle to where the text above and below it begins; edges arrive further left."""
        return 0.5 * self.r

    @cached_property
    def arriving(self) -> list[int]:
        """Of each layer: how many numbers stand before a unit."""
        counts = (Counter(edge.target.j for edge in edges).values() for edges in self.data.edges)
        return [0, *(max(n) if self.has_slots(l) else 0 for l, n in enumerate(counts, start=1))]

    @cached_property
    def pitch(self) -> list[float]:
        """Of each layer: from one unit to the next."""
        return [self._pitch(column) for column in self.data.columns]

    def _pitch(self, column: Column) -> float:
        lines = sum(any(say(unit) for unit in column.drawn) for say in (self.above, self.under))
        return max(2 * self.r + lines * SLOT, self.arriving[column.l] * SLOT) + BETWEEN

    @cached_property
    def left(self) -> list[float]:
        """Of each layer: from its middle to its left edge, without names and slots."""
        return [max(self.r, _left_out(column)) for column in self.data.columns]

    @cached_property
    def right(self) -> list[float]:
        """Of each layer: from its middle to its right edge."""
        return [
            max(self.r, self._widest_text(column) - self.text_left, _left_out(column)) for column in self.data.columns
        ]

    def _widest_text(self, column: Column) -> float:
        texts = (text for unit in column.drawn for text in (self.above(unit), self.under(unit)))
        return max((formula_width(text, SMALL) for text in texts), default=0.0)

    @cached_property
    def slot_width(self) -> list[float]:
        """Of each layer: of the widest number before its units."""
        numbers = ([self.number(edge) for edge in edges] for edges in self.data.edges)
        widest = (max((formula_width(number, SMALL) for number in some), default=0.0) for some in numbers)
        return [0.0, *(width if self.has_slots(l) else 0.0 for l, width in enumerate(widest, start=1))]

    def heading(self, column: Column) -> float:
        """The width of a column's heading."""
        return max(text_width(column.heading, SIZE, bold=True), text_width(self.detail(column), SMALL))

    def last_piece(self, l: int) -> float:
        """From the slots of layer ``l`` to its units' left edge: no edge is so steep that it meets the text above."""
        rise = (self.arriving[l] - 1) / 2 * SLOT
        return max(14.0, STEEP * rise - self.r)

    # -- places ------------------------------------------------------------------------------------------------------

    @cached_property
    def x(self) -> list[float]:
        """The middle of each column."""
        xs = [0.0]
        for before, after in pairwise(self.data.columns):
            tall = max(self.pitch[c.l] * len(c.units) for c in (before, after))
            run = max(90.0, 0.28 * tall) if self.numbers else max(110.0, 0.32 * tall)
            slots = self.slot_width[after.l] + self.last_piece(after.l) if self.has_slots(after.l) else 0.0
            headings = (self.heading(before) + self.heading(after)) / 2 + 24
            xs.append(xs[-1] + max(headings, self.right[before.l] + run + slots + self.left[after.l]))
        return xs

    @cached_property
    def y(self) -> list[dict[int | None, float]]:
        """Of each column the middle of every unit by its number, under None of those left out."""
        return [
            {
                unit.j if unit else None: (place - (len(column.units) - 1) / 2) * self.pitch[column.l]
                for place, unit in enumerate(column.units)
            }
            for column in self.data.columns
        ]

    def bias(self, l: int) -> Point:
        """The middle of the bias's box, which belongs to layer ``l + 1`` and stands below layer ``l``."""
        return self.x[l], max(self.y[l].values()) + self.pitch[l] / 2 + BIAS / 2

    @cached_property
    def top(self) -> float:
        """The upper edge of all units."""
        return min(min(self.y[c.l].values()) - self.pitch[c.l] / 2 for c in self.data.columns)

    def start(self, edge: Edge) -> tuple[Point, ...]:
        """Where an edge leaves: at the rim, then clear of the text beside its unit."""
        l = edge.target.l - 1
        (x, y), rim = (self.bias(l), BIAS / 2) if edge.source is None else (self.middle(edge.source), self.r)
        clear = self.right[l]
        return ((x + rim, y),) if clear == self.r else ((x + rim, y), (x + clear, y))

    def middle(self, unit: Unit) -> Point:
        """The middle of a unit."""
        return self.x[unit.l], self.y[unit.l][unit.j]

    def slot(self, target: Unit, place: int, of: int) -> Point:
        """The right end of the slot of edge ``place`` among the ``of`` that arrive at ``target``."""
        x, y = self.middle(target)
        left = x - self.left[target.l] - self.last_piece(target.l)
        return left, y + (place - (of - 1) / 2) * SLOT

    def rim(self, start: Point, unit: Unit) -> Point:
        """Where a line from ``start`` to the middle of a unit reaches its circle."""
        x, y = self.middle(unit)
        dx, dy = x - start[0], y - start[1]
        far = hypot(dx, dy) or 1.0
        return x - dx / far * self.r, y - dy / far * self.r


def _left_out(column: Column) -> float:
    """Half the width of what is said of the units that are not drawn."""
    return text_width(counted(column.hidden, "more unit"), SMALL) / 2 + 3 if column.hidden else 0.0
