"""What maps are made of: a field, a grid of cells each in one of a few inks; and strokes, lines that stand for one.

The cells of one ink are one path of short strokes, so a map of 40 by 40 cells is about 2 kB, and what follows it are
the paths alone, found by key.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import NamedTuple, Self

import numpy as np

from glassnet.arrays import Array
from glassnet.glass.scenes.shapes import SHAPES, Bounds, Point, Shape

NOTHING = -1


class Ink(NamedTuple):
    """What a cell is filled with: the color of a role, and how much of it, from 0 to 1."""

    role: str
    opacity: float


@dataclass(frozen=True)
class Field(Shape):
    """A grid of cells.

    Args:
        x, y, w, h: where it lies.
        inks: what cells are filled with.
        cells: row by row from the top, of each cell the number of its ink; -1 for none.
        key: of the field; that of an ink's path is ``key:number``.
    """

    x: float
    y: float
    w: float
    h: float
    inks: tuple[Ink, ...]
    cells: tuple[tuple[int, ...], ...]
    key: str = ""

    name = "field"

    @property
    def bounds(self) -> Bounds:
        return Bounds(self.x, self.y, self.x + self.w, self.y + self.h)

    @property
    def paths(self) -> dict[str, str]:
        """The path of each ink in SVG, by its key, in cells: the middles of a row's cells are at 0, 1, ..."""
        found: dict[int, list[str]] = {number: [] for number in range(len(self.inks))}
        for row, (number, first, length) in self.strokes():
            found[number].append(f"M{first} {row}h{length}")
        return {f"{self.key}:{number}": "".join(strokes) for number, strokes in found.items()}

    def strokes(self) -> Iterator[tuple[int, tuple[int, int, int]]]:
        """Of each run of equal cells its row, ink, first cell and length."""
        for row, cells in enumerate(self.cells):
            first = 0
            for number, run in groupby(cells):
                length = len(list(run))
                if number != NOTHING:
                    yield row, (number, first, length)
                first += length

    def __post_init__(self) -> None:
        object.__setattr__(self, "inks", tuple(Ink(*ink) for ink in self.inks))


@dataclass(frozen=True)
class Strokes(Shape):
    """Straight lines that belong together, such as the pieces of a boundary.

    Args:
        segments: from and to, in pixels.
        role, width: as of a path.
        key: by which a page finds it.
        title: what it is.
    """

    segments: tuple[tuple[Point, Point], ...]
    role: str = "ink"
    width: float = 1.6
    key: str = ""
    title: str = ""

    name = "strokes"

    @property
    def bounds(self) -> Bounds:
        return Bounds.around(Bounds(x, y, x, y) for segment in self.segments for x, y in segment).grown(self.width / 2)

    def moved(self, dx: float, dy: float) -> Self:
        return replace(self, segments=tuple(((x + dx, y + dy), (u + dx, v + dy)) for (x, y), (u, v) in self.segments))

    @property
    def path(self) -> str:
        """In SVG, in tenths of a pixel."""
        return "".join(f"M{round(x, 1):g} {round(y, 1):g}L{round(x2, 1):g} {round(y2, 1):g}"
                       for (x, y), (x2, y2) in self.segments)  # fmt: skip


SHAPES.update({Field.name: Field, Strokes.name: Strokes})


def cells_of(numbers: Array) -> tuple[tuple[int, ...], ...]:
    """Numbers of inks (r, c), rows from the bottom up as plots have them, as a field's cells, from the top."""
    return tuple(map(tuple, numbers[::-1].tolist()))


def graded(values: Array, low: float, high: float, grades: int) -> Array:
    """Values from ``low`` to ``high`` in equal ``grades``, 0 to ``grades - 1``; those that are not numbers in none.

    >>> graded(np.array([0.0, 0.49, 0.5, 1.0, np.nan]), 0, 1, 2).tolist()
    [0, 0, 1, 1, -1]
    """
    with np.errstate(all="ignore"):
        share = (values - low) / ((high - low) or 1.0)
        found = np.clip(np.floor(share * grades), 0, grades - 1)
    return np.where(np.isnan(found), NOTHING, found).astype(int)
