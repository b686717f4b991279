"""A matrix as a grid of numbers between brackets; rows and columns that would not fit are left out and counted."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import SupportsFloat

import numpy as np
from numpy.typing import ArrayLike

from glassnet.arrays import Array, dense, is_sparse
from glassnet.errors import InvalidInput
from glassnet.glass.scenes.frame import Elided
from glassnet.glass.scenes.measure import formula_width, shortened, text_width
from glassnet.glass.scenes.sanitize import clean
from glassnet.glass.scenes.shapes import Box, Group, Path, Shape, Style, Text
from glassnet.glass.scenes.table import Table
from glassnet.text import format_number

ROW = 27.0  # height of a row
GAP = 18.0  # between columns
BETWEEN = 9.0  # between a matrix and a sign
SIGN = 18.0  # size of a sign
NAME = 200.0  # pixels: the widest name


@dataclass(frozen=True)
class Grid:
    """A matrix to draw.

    Args:
        name: what stands below it, with its shape.
        values: (rows, columns).
        most: rows, and columns, that are drawn.
        digits: significant digits.
        row, column: what is picked out: a row, a column, or of both the cell in which they meet.
        quiet: rows that are only repeated, as broadcasting does.
        note: a second line below.
        shape: what is written for its shape, where that is another one than of ``values``.
        heads: names of the rows, written on the left; () for none.
        role: of its numbers.
    """

    name: str
    values: Array
    most: int = 8
    digits: int = 4
    row: int | None = None
    column: int | None = None
    quiet: Collection[int] = ()
    note: str = ""
    shape: tuple[int, ...] = ()
    heads: Sequence[str] = ()
    role: str = "ink"

    @cached_property
    def rows(self) -> Elided:
        return _keeping(self.values.shape[0], self.most, self.row)

    @cached_property
    def columns(self) -> Elided:
        return _keeping(self.values.shape[1], self.most, self.column)

    def picked_out(self, i: int | None, j: int | None) -> bool:
        """False where one is None, left out."""
        if i is None or j is None or self.row is self.column is None:
            return False
        return self.row in (None, i) and self.column in (None, j)

    def text(self, i: int | None, j: int | None) -> str:
        """What stands in a cell; dots where something is left out."""
        if i is None or j is None:
            return "⋱" if i is None and j is None else "⋮" if i is None else "⋯"
        value = self.values[i, j]
        return format_number(value, self.digits) if isinstance(value, SupportsFloat) else clean(value)

    @cached_property
    def widths(self) -> list[float]:
        """Of the drawn columns."""
        return [
            max(
                [
                    20.0,
                    *(
                        max(formula_width(t, 13), text_width(t, 13))
                        for t in (self.text(i, j) for i in self.rows.places)
                    ),
                ]
            )
            + GAP
            for j in self.columns.places
        ]

    @property
    def label(self) -> str:
        return f"{shortened(self.name, NAME, 12, bold=True)} {self.shape or self.values.shape}"

    @property
    def inner(self) -> float:
        return max(sum(self.widths), 24.0)

    @cached_property
    def margin(self) -> float:
        """The room of the names on the left."""
        return max((text_width(shortened(head, NAME), 13) + 12 for head in self.heads), default=0.0)

    @property
    def width(self) -> float:
        return self.margin + max(self.inner + 12, formula_width(self.label, 12, bold=True), text_width(self.note, 12))

    @property
    def height(self) -> float:
        return ROW * max(len(self.rows.places), 1)

    def drawn(self, x: float, y: float) -> Group:
        """With its left at ``x`` and its middle at ``y``."""
        x, wide = x + self.margin, self.width - self.margin
        left, top = x + (wide - self.inner) / 2, y - self.height / 2
        shapes = [*self._cells(left, top), *self._brackets(left, top)]
        for row, i in enumerate(self.rows.places if self.heads else ()):
            head = "" if i is None else shortened(self.heads[i], NAME)
            shapes.append(Text(left - 14, top + (row + 0.5) * ROW, head, "quiet", anchor="end"))
        bottom = top + self.height + 18
        shapes.append(Text(x + wide / 2, bottom, self.label, self.role, 12, bold=True, style="formula"))
        if self.note:
            shapes.append(Text(x + wide / 2, bottom + 18, self.note, role="quiet", size=12))
        return Group(tuple(shapes), self.label)

    def _cells(self, left: float, top: float) -> Iterator[Shape]:
        for row, i in enumerate(self.rows.places):
            x, y = left, top + (row + 0.5) * ROW
            for width, j in zip(self.widths, self.columns.places, strict=True):
                if self.picked_out(i, j):
                    yield Box(x + 2, y - ROW / 2 + 2, width - 4, ROW - 4, role="highlight", width=1, round=4)
                role = "quiet" if i is None or j is None or i in self.quiet else self.role
                style: Style = "formula" if self.values.dtype != object else ""
                yield Text(x + width / 2, y, self.text(i, j), role=role, style=style)
                x += width

    def _brackets(self, left: float, top: float) -> Iterator[Path]:
        right, bottom = left + self.inner, top + self.height
        for x, inward in ((left - 4, 6), (right + 4, -6)):
            yield Path(((x + inward, top), (x, top), (x, bottom), (x + inward, bottom)))

    def left_out(self) -> str:
        """How many rows and columns are not drawn; empty where all are."""
        parts = [f"{e.hidden:,} {what}" for e, what in ((self.rows, "rows"), (self.columns, "columns")) if e.hidden]
        return f"{self.name}: {' and '.join(parts)} left out" if parts else ""


def table_of(grid: Grid) -> Table:
    """Its numbers, those that are drawn."""
    rows, columns = grid.rows.places, grid.columns.places
    heads = ["row", *("..." if j is None else f"column {j + 1}" for j in columns)]
    body = [
        ["..." if i is None else i + 1, *("..." if i is None or j is None else grid.values[i, j] for j in columns)]
        for i in rows
    ]
    return Table.of(grid.name, heads, body, grid.digits)


def side_by_side(parts: Sequence[Grid | str], y: float = 0.0) -> Iterator[Shape]:
    """Matrices, with the signs and formulas between them."""
    x = 0.0
    for part in parts:
        if isinstance(part, Grid):
            yield part.drawn(x, y)
            x += part.width + BETWEEN
        else:
            size = SIGN if len(part) < 3 else 13.0
            sign = Text(x, y, part, size=size, anchor="start", style="formula")
            yield sign
            x += sign.text_width + BETWEEN


def _keeping(n: int, most: int, wanted: int | None) -> Elided:
    """As :meth:`Elided.of`, but a row or column picked out is among the first."""
    elided = Elided.of(n, most)
    if wanted is None or wanted in elided.drawn:
        return elided
    return Elided(n, (*range(most - 2), wanted, n - 1))


def as_matrix(values: ArrayLike, name: str, *, column: bool = False) -> Array:
    """``values`` as a matrix of numbers; a vector becomes a row, or a column.

    Raises:
        InvalidInput: it is none.
    """
    values = dense(values) if is_sparse(values) else values
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        remedy = "pass an array of numbers"
        raise InvalidInput(f"{clean(name)} is not a matrix of numbers", type(values).__name__, remedy) from None
    if array.ndim == 1:
        array = array.reshape(-1, 1) if column else array.reshape(1, -1)
    if array.ndim != 2:
        raise InvalidInput(
            f"{clean(name)} must be a matrix or a vector", f"shape {array.shape}", "pass one of its slices"
        )
    return array
