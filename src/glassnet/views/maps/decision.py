"""The decision map: what a network, or one unit of it, answers over the plane of two columns, with the rows on it.

The numbers are those of :class:`~glassnet.views.displays.boundary.DecisionBoundaryDisplay`; here they become a scene,
which needs no matplotlib, and frames of a few kilobytes, with which a page makes the map move while the network learns.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from glassnet.arrays import Array
from glassnet.glass.scenes.field import Field, Ink, Strokes, graded
from glassnet.glass.scenes.frame import Key, below
from glassnet.glass.scenes.scene import Scene
from glassnet.glass.scenes.shapes import Box, Circle, Group, Shape
from glassnet.glass.scenes.table import Table
from glassnet.text import format_number
from glassnet.views.displays.boundary import DecisionBoundaryDisplay
from glassnet.views.displays.plane import NEAR
from glassnet.views.maps.contour import Segment, borders, contour, hatching
from glassnet.views.maps.marks import class_keys, class_role, mark
from glassnet.views.maps.plot import MapFrame

GRADES = 10  # of a quantity
STRONG = 0.75  # opacity of the strongest
MOST_ROWS = 200  # marked
MOST_CROSSES = 50  # so that a frame stays under 4 kB


@dataclass(frozen=True, eq=False)
class DecisionMap:
    """A display as a map.

    Args:
        display: its numbers.
        size: of the area, in pixels.
        key: of the map, for the frames.

    >>> from glassnet import LogisticRegression
    >>> X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    >>> model = LogisticRegression().fit(X, X[:, 0])
    >>> drawn = DecisionMap(DecisionBoundaryDisplay.from_estimator(model, X, X[:, 0], resolution=24))
    >>> list(drawn.frame())[:2], drawn.scene().title
    (['map:0', 'map:1'], 'Probability of 1 over x1 and x2')
    """

    display: DecisionBoundaryDisplay
    size: tuple[float, float] = (320.0, 320.0)
    key: str = "map"

    @cached_property
    def at(self) -> MapFrame:
        """Where things lie."""
        plane = self.display.plane
        return MapFrame(plane.x, plane.y, plane.names, self.size)

    @cached_property
    def ends(self) -> tuple[float, float]:
        """Of the colors: 0 and 1 of a probability, else of what is in view."""
        if self.display.kind == "probability":
            return 0.0, 1.0
        return self.display.ends

    @cached_property
    def inks(self) -> tuple[Ink, ...]:
        """Classes in their own; a probability from the one to the other; signs in theirs; an amount in one."""
        if self.display.kind == "class":
            return tuple(Ink(class_role(k), 0.35) for k in range(self.display.plane.subject.network.outputs))
        middles = (np.arange(GRADES) + 0.5) / GRADES
        low, _ = self.ends
        if self.display.kind == "probability" or (self.display.kind == "unit" and low < 0):
            roles = (class_role(0), class_role(1)) if self.display.kind == "probability" else ("negative", "positive")
            return tuple(Ink(roles[int(m > 0.5)], round(STRONG * abs(2 * m - 1), 2)) for m in middles.tolist())
        return tuple(Ink("forward", round(STRONG * m, 2)) for m in middles.tolist())

    @property
    def field(self) -> Field:
        """The answers as cells."""
        response = self.display.response
        numbers = response if self.display.kind == "class" else graded(response, *self.ends, GRADES)
        return self.at.field(numbers, self.inks, self.key)

    @property
    def boundary(self) -> Strokes:
        """Where the decision changes."""
        segments: list[Segment] = []
        if self.display.kind == "class":
            segments = borders(self.at.x, self.at.y, self.display.response)
        elif self.display.boundary is not None:
            segments = contour(self.at.x, self.at.y, self.display.boundary)
        return self.at.strokes(segments, f"{self.key}:boundary", title="where the decision changes")

    @property
    def wrong(self) -> Strokes:
        """A cross over each marked row that is answered wrong."""
        plane = self.display.plane
        wrong = np.zeros(len(self.shown), bool) if plane.wrong is None or self.display.unit else plane.wrong[self.shown]
        points = plane.points[self.shown][wrong][:MOST_CROSSES]
        return self.at.crosses(map(tuple, points.tolist()), f"{self.key}:wrong", "answered wrong")

    def frame(self) -> dict[str, str]:
        """All that moves: paths in SVG by key."""
        boundary, wrong = self.boundary, self.wrong
        return self.field.paths | {boundary.key: boundary.path, wrong.key: wrong.path}

    # -- the scene -----------------------------------------------------------------------------------------------------

    def scene(self) -> Scene:
        """The first picture."""
        title = self.display.title[:1].upper() + self.display.title[1:]
        shapes = [*self.at.axes(), self.field, *self._unknown(), self.boundary, *self._rows(), self.wrong]
        tables = (*self.display.tables, *self._table())
        return Scene("boundary", title, f"{title}{self._counted}.", tables, below(shapes, list(self._keys())))

    def tile(self) -> tuple[Shape, ...]:
        """A small picture without axes and legend: one of several."""
        return Box(0, 0, *self.size, "quiet", 1), self.field, self.boundary, *self._rows()

    def _unknown(self) -> Iterator[Strokes]:
        """Hatched where no row is near: what the map says there is a guess."""
        far = self.display.plane.far
        if far is not None and (far > NEAR).any():
            lines = hatching(self.at.x, self.at.y, far > NEAR)
            yield replace(self.at.strokes(lines, "", "quiet", "no rows near: a guess"), width=0.5)

    @cached_property
    def shown(self) -> Array:
        """The rows that are marked: those with both numbers, of many the last."""
        points = self.display.plane.points
        return np.flatnonzero(np.isfinite(points).all(axis=1))[-MOST_ROWS:]  # a row that is added is seen

    @cached_property
    def _classes(self) -> list[str]:
        """The names of the classes, () of numbers."""
        subject, labels = self.display.plane.subject, self.display.plane.labels
        if labels is None or not subject.fitted.classifies:
            return []
        return list(map(str, np.unique(labels) if subject.classes is None else subject.classes))

    def _rows(self) -> Iterator[Shape]:
        plane, places = self.display.plane, {name: k for k, name in enumerate(self._classes)}
        for i in self.shown.tolist():
            x, y = self.at.place(tuple(plane.points[i].tolist()))
            number = int(plane.numbers[i])
            label = "" if plane.labels is None else str(plane.labels[i])
            cells = ", ".join(f"{n} {format_number(v)}" for n, v in zip(plane.names, plane.points[i], strict=True))
            title = f"row {number}: {cells}{f', {label}' if label else ''}"
            shape = mark(places[label], x, y) if label in places else Circle(x, y, 4.0, "ink", 1.5)
            yield Group((shape,), title, f"row:{number}")

    def _keys(self) -> Iterator[Key]:
        yield from class_keys(self._classes)
        if not self._classes:
            low, high = map(format_number, self.ends)
            yield Key(f"pale {low}, strong {high}", "forward", width=0)
        if self.display.kind != "number":
            yield Key("the decision changes", "ink", width=1.6)
        if any(True for _ in self._unknown()):
            yield Key("hatched: no rows near", "quiet", width=0)
        if self.display.plane.wrong is not None and not self.display.unit:
            some = f" (at most {MOST_CROSSES} are crossed)" if len(self.shown) > MOST_CROSSES else ""
            yield Key(f"× answered wrong{some}", "ink", width=0)

    @property
    def _counted(self) -> str:
        wrong = self.display.plane.wrong
        if wrong is None or self.display.unit:
            return ""
        return f"; {int(np.sum(wrong))} of {len(wrong)} rows are answered wrong"

    def _table(self) -> Iterator[Table]:
        """The rows that are marked, with what is said of them."""
        plane = self.display.plane
        heads = ["row", *plane.names, "truth", "wrong"]
        rows = (
            [int(plane.numbers[i]), *plane.points[i].tolist(),
             None if plane.labels is None else str(plane.labels[i]),
             None if plane.wrong is None or self.display.unit else "×" if plane.wrong[i] else ""]
            for i in self.shown.tolist()
        )  # fmt: skip
        yield Table.of("Rows on the map", heads, rows)
