"""The cost surface over two parameters as a map, with the path of a descent on it.

The numbers are those of :class:`~glassnet.views.displays.surface.CostSurfaceDisplay`; here they become a scene.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile

import numpy as np

from glassnet.arrays import Array
from glassnet.glass.scenes.field import Ink, graded
from glassnet.glass.scenes.frame import Key, below
from glassnet.glass.scenes.scene import Scene
from glassnet.glass.scenes.shapes import Box, Circle, Group, Path, Point, Shape, moved
from glassnet.text import format_number
from glassnet.views.displays.surface import CostSurfaceDisplay
from glassnet.views.maps.contour import Segment, contour
from glassnet.views.maps.plot import MapFrame

GRADES = 14
STRONG = 0.8  # opacity of the highest cost
LINES = 7  # of equal cost
DOTS = 60  # of a path that are drawn
START, END = Box(-6, -6, 12, 12, "backward", 2), Circle(0, 0, 6, "highlight", 2)


@dataclass(frozen=True, eq=False)
class SurfaceMap:
    """A display as a map.

    Args:
        display: its numbers.
        size: of the area, in pixels.
        key: of the map.

    >>> from glassnet import Network
    >>> X, line = np.linspace(-1, 1, 9).reshape(-1, 1), Network.mlp(1, [], 1)
    >>> display = CostSurfaceDisplay.from_descent(line, line.initialize(), X, 2 * X, alpha=2.5, steps=30, resolution=9)
    >>> drawn = SurfaceMap(display)
    >>> drawn.at.names, "learning rate 2.5: 30 steps" in drawn.scene().title
    (('w11[1]', 'b1[1]'), True)
    """

    display: CostSurfaceDisplay
    size: tuple[float, float] = (340.0, 300.0)
    key: str = "surface"

    @cached_property
    def at(self) -> MapFrame:
        """Where things lie."""
        first, second = self.display.axes
        return MapFrame(self.display.a, self.display.b, (first.name, second.name), self.size, "formula")

    @cached_property
    def heights(self) -> tuple[Array, bool]:
        """What the colors stand for, and whether that is the logarithm of the cost: where it is steep."""
        cost = np.where(np.isfinite(self.display.cost), self.display.cost, np.nan)
        known = cost[np.isfinite(cost)]
        steep = bool(len(known)) and bool(known.min() > 0) and bool(known.max() > 30 * known.min())
        with np.errstate(all="ignore"):
            return (np.log(cost) if steep else cost), steep

    @property
    def ends(self) -> tuple[float, float]:
        """The lowest and the highest cost in view."""
        known = self.display.cost[np.isfinite(self.display.cost)]
        return (float(known.min()), float(known.max())) if len(known) else (0.0, 0.0)

    def scene(self) -> Scene:
        """The picture."""
        title = self.display.title[:1].upper() + self.display.title[1:]
        low, high = map(format_number, self.ends)
        sentence = f"{title}. In view the cost goes from {low} to {high}"
        left = f". The path leaves the picture{': it diverges' if self.display.diverged else ''}" if self.leaves else ""
        return Scene(
            "surface", title, f"{sentence}{left}.", self.display.tables, below(self.shapes, list(self._keys()))
        )

    @property
    def shapes(self) -> list[Shape]:
        """The picture without its legend: one of several."""
        return [*self.at.axes(), *self._surface(), *self._path()]

    def _surface(self) -> Iterator[Shape]:
        heights, _ = self.heights
        known = heights[np.isfinite(heights)]
        if not len(known):
            return
        low, high = float(known.min()), float(known.max())
        inks = tuple(Ink("forward", round(STRONG * (g + 0.5) / GRADES, 2)) for g in range(GRADES))
        yield self.at.field(graded(heights, low, high, GRADES), inks, self.key)
        lines: list[Segment] = []
        for level in np.linspace(low, high, LINES + 2)[1:-1].tolist():
            lines += contour(self.at.x, self.at.y, heights, level)
        yield self.at.strokes(lines, f"{self.key}:lines", "quiet", "lines of equal cost")

    @property
    def way(self) -> list[Point]:
        """The points of the path; where it leaves the picture, the last one is on the edge."""
        path = [] if self.display.path is None else list(map(tuple, self.display.path.tolist()))
        within = list(takewhile(self.at.inside, path))
        return [*within, self.at.edge(within[-1], path[len(within)])] if 0 < len(within) < len(path) else within

    @property
    def leaves(self) -> bool:
        """Whether the path goes on outside the picture."""
        return self.display.path is not None and not all(map(self.at.inside, self.display.path.tolist()))

    def _path(self) -> Iterator[Shape]:
        points = self.way or [(float(self.at.x[[0, -1]].mean()), float(self.at.y[[0, -1]].mean()))]
        pixels = [self.at.place(point) for point in points]
        if len(pixels) > 1:
            said = f"the path of the descent{', which leaves the picture' if self.leaves else ''}"
            yield Path(tuple(pixels), "backward", 2.2, arrow=self.leaves, title=said)
        for x, y in pixels[1 : len(pixels) - self.leaves][:DOTS]:
            yield Circle(x, y, 2.5, "backward", 1.2)
        if not self.leaves:
            yield self._end(*pixels[-1])
        yield self._start(*pixels[0], points[0])

    def _end(self, x: float, y: float) -> Shape:
        said = "where it ended" if self.display.path is not None else "the parameters"
        return Group((moved(END, x, y),), said)

    def _start(self, x: float, y: float, point: Point) -> Shape:
        names = ", ".join(f"{n} = {format_number(v)}" for n, v in zip(self.at.names, point, strict=True))
        return Group((moved(START, x, y),), f"start: {names}", f"{self.key}:start")

    def _keys(self) -> Iterator[Key]:
        low, high = map(format_number, self.ends)
        yield Key(
            f"cost J: pale {low}, strong {high}{', in logarithms' if self.heights[1] else ''}", "forward", width=0
        )
        yield Key("start", "backward", mark=START)
        if self.leaves:
            yield Key("leaves: it diverges" if self.display.diverged else "leaves", "backward", width=2.2, arrow=True)
        else:
            yield Key("diverged" if self.display.diverged else "end", "highlight", mark=END)
