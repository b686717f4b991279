"""The text twin's tables: the numbers of a picture, in full, and as people read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from glassnet.glass.scenes.sanitize import clean, plain_cell
from glassnet.text import format_number


@dataclass(frozen=True)
class Table:
    """Rows under column names.

    Args:
        title: what the rows are.
        columns: their names.
        rows: text, whole numbers and numbers; None is shown as nothing.
        digits: significant digits of the numbers that are shown.
        keys: of the cells, row by row, as in the ledger; "" for a cell that is not a number of a step, empty for none.

    >>> print(Table("Weights", ("from", "to", "W"), (("x1", "a1", 0.5), ("bias", "a1", -0.25)), 4))
    Weights
      from  to      W
      x1    a1    0.5
      bias  a1  -0.25
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    digits: int = 4
    keys: tuple[tuple[str, ...], ...] = ()

    @classmethod
    def of(
        cls,
        title: str,
        columns: Sequence[str],
        rows: Iterable[Sequence[Any]],
        digits: int = 4,
        keys: Iterable[Sequence[str]] = (),
    ) -> Table:
        """Columns in which no row has anything are left out; numbers and names become plain."""
        full = [tuple(plain_cell(cell) for cell in row) for row in rows]
        filled = [i for i in range(len(columns)) if not full or any(row[i] is not None for row in full)]
        return cls(
            clean(title),
            tuple(clean(columns[i]) for i in filled),
            tuple(tuple(r[i] for i in filled) for r in full),
            digits,
            tuple(tuple(k[i] for i in filled) for k in keys),
        )

    def cells(self) -> list[tuple[str, ...]]:
        """The names of the columns, then every row, as they are read."""
        return [self.columns, *(tuple(map(self._cell, row)) for row in self.rows)]

    def __str__(self) -> str:
        cells = self.cells()
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        right = [any(isinstance(row[i], (int, float)) for row in self.rows) for i in range(len(self.columns))]
        return "\n".join([self.title, *("  " + _line(row, widths, right) for row in cells)])

    def _cell(self, value: Any) -> str:
        return "" if value is None else format_number(value, self.digits) if isinstance(value, float) else str(value)

    def describe(self) -> dict[str, Any]:
        """As plain data."""
        said = {
            "title": self.title,
            "columns": list(self.columns),
            "rows": [list(row) for row in self.rows],
            "digits": self.digits,
        }
        return said | ({"keys": [list(row) for row in self.keys]} if self.keys else {})

    @classmethod
    def from_description(cls, description: Mapping[str, Any]) -> Table:
        """The table that :meth:`describe` described."""
        rows, keys = (tuple(map(tuple, description.get(name, ()))) for name in ("rows", "keys"))
        return cls(description["title"], tuple(description["columns"]), rows, description["digits"], keys)


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    aligned = (c.rjust(w) if r else c.ljust(w) for c, w, r in zip(cells, widths, right, strict=True))
    return "  ".join(aligned).rstrip()
