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

from glassnet.glass.scenes.measure import SIZE, shortened, text_width
from glassnet.glass.scenes.network.diagram_data import Column, Diagram, Edge, Unit
from glassnet.glass.scenes.shapes import Box, Point
from glassnet.text import counted

SMALL = 12.0  # font size of numbers on edges and at units
SLOT = 17.0  # height of one number
WIDEST = 240.0  # pixels: of a column's heading
BIAS = 20.0  # side of the bias's box
BETWEEN = 14.0  # pixels between what belongs to one unit and what to the next
STEEP = 0.7  # the least run of an edge's last piece for its rise
LEAST_RUN, MOST_RUN = (
    80.0,
    140.0,
)  # of an edge between two layers: a picture of many units is tall, and fits a page across


@dataclass(frozen=True)
class Room:
    """How wide the texts are that there must be room for, in pixels; by layer, the input first.

    Args:
        inside: of what stands in a unit.
        around: of what stands above and below units.
        lines: how many lines stand above and below a unit: 0, 1 or 2.
        numbers: of the numbers of the edges that arrive; None where they have none.
    """

    inside: float
    around: tuple[float, ...]
    lines: tuple[int, ...]
    numbers: tuple[float | None, ...]


@dataclass(frozen=True)
class NetworkLayout:
    """Columns from left to right, each centered on y = 0. It knows no number: only how much room they take.

    Args:
        data: what is drawn.
        room: for texts.
        shorter: by how much edges are, in pixels, where a page has less room than they take.
    """

    data: Diagram
    room: Room
    shorter: float = 0.0

    def has_slots(self, l: int) -> bool:
        """True where the edges that arrive at layer ``l`` have their numbers."""
        return self.room.numbers[l] is not None

    @property
    def has_numbers(self) -> bool:
        """True where text stands at edges or units."""
        return any(self.room.lines) or any(width is not None for width in self.room.numbers)

    def detail(self, column: Column) -> str:
        """What stands below a column's heading."""
        return shortened(column.detail, WIDEST, SMALL)

    # -- sizes -------------------------------------------------------------------------------------------------------

    @cached_property
    def r(self) -> float:
        """The radius of all units: the longest activation fits."""
        return max(20.0, self.room.inside / 2 + 5)

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
        high = (
            max(2 * self.r + lines * SLOT, n * SLOT) for lines, n in zip(self.room.lines, self.arriving, strict=True)
        )
        return [height + BETWEEN for height in high]

    @cached_property
    def left(self) -> list[float]:
        """Of each layer: from its middle to its left edge, without names and slots."""
        return [max(self.r, _left_out(column)) for column in self.data.columns]

    @cached_property
    def right(self) -> list[float]:
        """Of each layer: from its middle to its right edge."""
        around = zip(self.room.around, self.data.columns, strict=True)
        return [max(self.r, width - self.text_left, _left_out(column)) for width, column in around]

    @cached_property
    def slot_width(self) -> list[float]:
        """Of each layer: of the widest number before its units."""
        return [width or 0.0 for width in self.room.numbers]

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
            most = max(MOST_RUN, 2 * self.slot_width[after.l])  # steep edges would strike through long numbers
            run = min(most, max(90.0, 0.28 * tall) if self.has_numbers else max(110.0, 0.32 * tall))
            run = min(run, max(LEAST_RUN, run - self.shorter))
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

    @property
    def paper(self) -> Box:
        """As wide as all units with their texts, however short these are."""
        left, right = self.x[0] - self.left[0], self.x[-1] + self.right[-1]
        return Box(left, self.top, right - left, -2 * self.top, role="paper", width=0)

    def start(self, edge: Edge) -> tuple[Point, ...]:
        """Where an edge leaves: at the rim, then clear of the text at its unit."""
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
