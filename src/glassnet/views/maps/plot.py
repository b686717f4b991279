"""The frame of a map: a square of the plane with its axes, in which things are placed by the numbers on them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from glassnet.arrays import Array
from glassnet.glass.scenes.curves.plot import Panel
from glassnet.glass.scenes.field import Field, Ink, Strokes, cells_of
from glassnet.glass.scenes.measure import shortened
from glassnet.glass.scenes.shapes import Point, Shape, Style, Text
from glassnet.views.maps.contour import Segment

LONGEST = 260.0  # pixels of an axis's name


@dataclass(frozen=True, eq=False)
class MapFrame:
    """Where the numbers of two axes lie in a picture.

    Args:
        x, y: ticks of the grid; each is the middle of a cell.
        names: of the axes.
        size: of the area, in pixels.
        style: of the names: a user's are as they are, those of parameters formulas.
    """

    x: Array
    y: Array
    names: tuple[str, str]
    size: tuple[float, float] = (320.0, 320.0)
    style: Style = ""

    @property
    def ends(self) -> tuple[float, float, float, float]:
        """x from and to, y from and to: the outer edges of the cells."""
        half = [float(ticks[1] - ticks[0]) / 2 for ticks in (self.x, self.y)]
        x, y = ((float(ticks[0]) - h, float(ticks[-1]) + h) for ticks, h in zip((self.x, self.y), half, strict=True))
        return (*x, *y)

    @property
    def panel(self) -> Panel:
        """The axes alone."""
        x0, x1, y0, y1 = self.ends
        return Panel("", "", (), (x0, x1), (y0, y1), self.names, width=self.size[0], height=self.size[1])

    def place(self, point: Point) -> Point:
        """The pixel of a point."""
        return self.panel.place(*point, 0, 0)

    def inside(self, point: Point) -> bool:
        """Whether a point is in the picture."""
        x0, x1, y0, y1 = self.ends
        return x0 <= point[0] <= x1 and y0 <= point[1] <= y1

    def edge(self, inside: Point, outside: Point) -> Point:
        """Where the line from a point in the picture to one that is not leaves it.

        >>> from numpy import array
        >>> MapFrame(array([0.5, 1.5]), array([0.5, 1.5]), ("x1", "x2")).edge((1, 1), (5, 2))
        (2.0, 1.25)
        """
        (x, y), (dx, dy) = inside, (outside[0] - inside[0], outside[1] - inside[1])
        x0, x1, y0, y1 = self.ends
        ways = ((x1 if dx > 0 else x0) - x, dx), ((y1 if dy > 0 else y0) - y, dy)
        share = min(room / far for room, far in ways if far)
        return x + share * dx, y + share * dy

    def axes(self) -> list[Shape]:
        """Axes with their ticks and names."""
        wide, high = self.size
        across, up = (shortened(name, LONGEST) for name in self.names)
        return [
            *self.panel.at(0, 0).shapes[2:],
            Text(wide / 2, high + 33, across, size=12, style=self.style),
            Text(-30, -16, up, size=12, anchor="start", style=self.style),
        ]

    def field(self, numbers: Array, inks: tuple[Ink, ...], key: str) -> Field:
        """Cells over the whole of it."""
        return Field(0, 0, *self.size, inks, cells_of(numbers), key)

    def strokes(self, segments: Iterable[Segment], key: str, role: str = "ink", title: str = "") -> Strokes:
        """Lines between points of the plane."""
        return Strokes(tuple((self.place(a), self.place(b)) for a, b in segments), role, key=key, title=title)

    def crosses(self, points: Iterable[Point], key: str, title: str = "", r: int = 6) -> Strokes:
        """A cross at each point."""
        found: list[Segment] = []
        for x, y in (map(round, self.place(point)) for point in points):
            found += [((x - r, y - r), (x + r, y + r)), ((x - r, y + r), (x + r, y - r))]
        return Strokes(tuple(found), key=key, title=title)
