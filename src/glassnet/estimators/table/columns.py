"""The columns of a whole table, as an encoder makes inputs of them, and what is worth saying about that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from glassnet.arrays import Array
from glassnet.data.encoder import TableEncoder
from glassnet.data.reading.opening import open_source
from glassnet.data.source import TableLike
from glassnet.data.spelling.numbers import NumberFormat
from glassnet.learning.columns import Cells
from glassnet.text import counted

MOST_NOTES = 10  # about columns that are left out


@dataclass(frozen=True, eq=False)
class TableColumns:
    """Columns of any kind, each of them one or more inputs; see :class:`~glassnet.learning.columns.Columns`.

    Args:
        encoder: what was learned of the columns.
        target: the column that is predicted; a table may have it without a remark.
    """

    encoder: TableEncoder
    target: str

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(self.encoder.outputs)

    @property
    def places(self) -> tuple[slice, ...]:
        return tuple(self.encoder.outputs.values())

    @property
    def inputs(self) -> tuple[str, ...]:
        return self.encoder.output_names

    @cached_property
    def _kinds(self) -> dict[str, str]:
        return {column.name: column.kind for column in self.encoder.columns}

    @cached_property
    def _formats(self) -> dict[str, NumberFormat | None]:
        return {column.name: getattr(column, "format", None) for column in self.encoder.columns}

    def is_number(self, j: int) -> bool:
        return self._kinds[self.names[j]] == "number"

    def count(self, data: TableLike) -> int:
        return open_source(data).rows

    def cells(self, data: TableLike, rows: Array | None = None) -> Cells:
        import pyarrow as pa

        source = open_source(data)
        self.encoder.check(source, besides=(self.target,))
        source = source if rows is None else source.take(rows)  # of a file larger than memory, only these
        parts: dict[int, list[Any]] = {j: [] for j in range(len(self.names))}
        for block in source.blocks(self.names):
            for j, name in enumerate(self.names):
                cells = block.cells(name, self.encoder.cell_format)
                parts[j].append(cells.numbers(self._formats[name]) if self.is_number(j) else block.arrays[name])
        return {j: (np.concatenate if self.is_number(j) else pa.concat_arrays)(some) for j, some in parts.items()}

    def encode(self, data: TableLike) -> Array:
        return self.encoder.transform(data)

    def encode_cells(self, cells: Cells) -> Array:
        return np.asarray(self.encoder.transform(self.table(cells)), np.float64)

    def table(self, cells: Cells) -> dict[str, Any]:
        """Cells as a table that can be passed on: columns by name."""
        return {name: cells[j] for j, name in enumerate(self.names)}


def notes_on_columns(encoder: TableEncoder) -> list[str]:
    """About the columns left out, and about how the others are read, as sentences."""
    left_out = [f"column {one.name!r} is {one.done}" for one in encoder.report() if not one.outputs]
    more = ("more column left out", "more columns left out"), ("more note", "more notes")
    kinds = zip((left_out, encoder.notes), more, strict=True)
    return [note for some, nouns in kinds for note in _first(some, *nouns)]


def _first(notes: Sequence[str], noun: str, nouns: str) -> list[str]:
    """The first notes, and how many more there are."""
    more = len(notes) - MOST_NOTES
    said = [f"{counted(more, noun, nouns)}; glassnet describe lists them"] if more > 0 else []
    return [*notes[:MOST_NOTES], *said]
