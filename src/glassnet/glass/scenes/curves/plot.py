"""A small line plot as data: curves and marks in a panel, axes with a few round ticks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, isfinite, log10
from typing import NamedTuple

from glassnet.glass.scenes.measure import shortened, text_width
from glassnet.glass.scenes.shapes import Box, Circle, Group, Path, Point, Shape, Text, line
from glassnet.text import format_number

TICKS = 6  # about so many along an axis
SMALL = 11.0


def ticks(low: float, high: float, about: int = TICKS) -> list[float]:
    """Round numbers from ``low`` to ``high``, in steps of 1, 2 or 5 times a power of ten.

    >>> ticks(-5, 5), ticks(0, 1)
    ([-4.0, -2.0, 0.0, 2.0, 4.0], [0.0, 0.2, 0.4, 0.6, 0.8, 1.0])
    """
    rough = (high - low) / about
    power = 10.0 ** floor(log10(rough))
    step = next(step for step in (power, 2 * power, 5 * power, 10 * power) if step >= rough * (1 - 1e-9))
    first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
    return [float(f"{i * step:.12g}") for i in range(first, last + 1)]


def decades(low: float, high: float, most: int = 6) -> list[float]:
    """Powers of ten from ``low`` to ``high``, at most ``most`` of them.

    >>> decades(0.03, 20), decades(1, 1e10)
    ([0.1, 1.0, 10.0], [1.0, 100.0, 10000.0, 1000000.0, 100000000.0, 10000000000.0])
    """
    first, last = ceil(log10(low) - 1e-9), floor(log10(high) + 1e-9)
    powers = range(first, last + 1, max(1, ceil((last - first + 1) / most)))
    return [10.0**power for power in powers]


def labels(marks: Sequence[float]) -> list[str]:
    """The ticks in as many digits as make neighbors differ.

    >>> labels([0.0, 0.5, 1.0]), labels([-711.0, -710.99998])
    (['0', '0.5', '1'], ['-711', '-710.99998'])
    """
    step = min((b - a for a, b in pairwise(marks)), default=1.0)
    largest = max((abs(mark) for mark in marks), default=1.0) or 1.0
    return [format_number(mark, max(4, ceil(log10(largest / step)) + 1)) for mark in marks]


def fitting(low: float, high: float, width: float, whole: bool = False) -> tuple[list[float], list[str]]:
    """Ticks along ``width`` pixels, as many as have room for their labels; with ``whole`` at whole numbers only.

    >>> fitting(1, 3, 300, whole=True)
    ([1.0, 2.0, 3.0], ['1', '2', '3'])
    """
    for about in range(TICKS, 0, -1):
        marks = [mark for mark in ticks(low, high, about) if not whole or mark.is_integer()]
        texts = labels(marks)
        gap = width * (marks[1] - marks[0]) / (high - low) if len(marks) > 1 else width
        if max((text_width(text, SMALL) for text in texts), default=0.0) + 8 <= gap:
            break
    return marks, texts


@dataclass(frozen=True)
class Curve:
    """Points of a curve; where ``y`` is not finite it is interrupted."""

    name: str
    points: Sequence[Point]
    role: str
    dash: bool = False


class Tick(NamedTuple):
    """A mark on an axis: where it is, in pixels, the number there, and how it is written."""

    at: float
    value: float
    text: str


@dataclass(frozen=True)
class Mark:
    """A point that is picked out, and what it is."""

    x: float
    y: float
    title: str


@dataclass(frozen=True)
class Panel:
    """One plot, for our SVG and for matplotlib.

    Args:
        title: stands above it.
        note: a line below the title.
        curves: in the order they are drawn.
        x, y: the ends of the two axes.
        labels: of the two axes.
        marks: points on the curves.
        width, height: of the area of the curves, in pixels.
        whole: True where only whole numbers have a meaning on the x axis.
        log: True for a logarithmic y axis.
    """

    title: str
    note: str
    curves: Sequence[Curve]
    x: tuple[float, float]
    y: tuple[float, float]
    labels: tuple[str, str] = ("", "")
    marks: Sequence[Mark] = ()
    width: float = 300.0
    height: float = 190.0
    whole: bool = False
    log: bool = False

    def at(self, left: float, top: float) -> Group:
        """Drawn, the curves' area beginning at ``left, top``."""
        head = shortened(self.title, self.width, 14, bold=True)
        shapes = [
            Text(left, top - 36, head, size=14, bold=True, anchor="start"),
            Text(left, top - 16, shortened(self.note, self.width, 12), "quiet", 12, "start", style="formula"),
            Box(left, top, self.width, self.height, role="paper", width=0),
            *self._axes(left, top),
            *(shape for curve in self.curves for shape in self._drawn(curve, left, top)),
            *(self._mark(mark, left, top) for mark in self.marks if self.y[0] <= mark.y <= self.y[1]),
        ]
        return Group(tuple(shapes), self.title)

    def place(self, x: float, y: float, left: float, top: float) -> Point:
        """The pixel of a point; a logarithmic axis has no place for 0, which is at its foot.

        >>> Panel("", "", [], (0, 1), (1e-30, 1), width=300, height=190, log=True).place(1, 0, 0, 0)
        (300.0, 190.0)
        """
        across = (x - self.x[0]) / (self.x[1] - self.x[0])
        low, high, at = (log10(max(value, self.y[0])) for value in (*self.y, y)) if self.log else (*self.y, y)
        up = (at - low) / (high - low)
        return left + across * self.width, top + (1 - up) * self.height

    @property
    def ticks(self) -> tuple[list[Tick], list[Tick]]:
        """Those of the two axes, the area of the curves beginning at 0, 0."""
        xs = zip(*fitting(*self.x, self.width, self.whole), strict=True)
        marks = decades(*self.y) if self.log else ticks(*self.y, about=5)
        texts = [format_number(mark) for mark in marks] if self.log else labels(marks)
        across = [Tick(self.place(x, self.y[0], 0, 0)[0], x, text) for x, text in xs]
        up = [Tick(self.place(self.x[0], y, 0, 0)[1], y, text) for y, text in zip(marks, texts, strict=True)]
        return across, up

    def _axes(self, left: float, top: float) -> Iterator[Shape]:
        bottom, right = top + self.height, left + self.width
        across, up = self.ticks
        for tick in across:
            px = left + tick.at
            yield line(px, top, px, bottom, role="quiet", width=1.2 if tick.value == 0 else 0.3)
            yield Text(px, bottom + 13, tick.text, role="quiet", size=SMALL)
        for tick in up:
            py = top + tick.at
            yield line(left, py, right, py, role="quiet", width=1.2 if tick.value == 0 else 0.3)
            yield Text(left - 7, py, tick.text, role="quiet", size=SMALL, anchor="end")

    def _mark(self, mark: Mark, left: float, top: float) -> Circle:
        x, y = self.place(mark.x, mark.y, left, top)
        return Circle(x, y, 4.5, role="highlight", width=2, title=mark.title)

    def pieces(self, curve: Curve, left: float = 0.0, top: float = 0.0) -> list[tuple[Point, ...]]:
        """The pixels of a curve, piece by piece where it is interrupted."""
        found = (tuple(self.place(x, y, left, top) for x, y in piece) for piece in _pieces(curve.points, self.y))
        return [points for points in found if len(points) > 1]

    def _drawn(self, curve: Curve, left: float, top: float) -> Iterator[Path]:
        for points in self.pieces(curve, left, top):
            yield Path(points, role=curve.role, width=2.2, dash=curve.dash, title=curve.name)


def _pieces(points: Sequence[Point], y: tuple[float, float]) -> Iterator[list[Point]]:
    """The curve where it is finite and within the panel."""
    slack = 1e-9 * (y[1] - y[0])
    piece: list[Point] = []
    for point in points:
        if isfinite(point[1]) and y[0] - slack <= point[1] <= y[1] + slack:
            piece.append(point)
        else:
            yield piece
            piece = []
    yield piece
