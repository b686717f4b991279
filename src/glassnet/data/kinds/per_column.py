"""For kinds whose columns are learned and encoded one by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from glassnet.data.cell_format import CellFormat
from glassnet.data.cells import Cells
from glassnet.data.kinds.base import Accumulator, Begin, Column, Limits, Writer
from glassnet.data.source import Block


class ColumnAccumulator(Protocol):
    """What is gathered of one column, block by block."""

    def update(self, cells: Cells) -> None:
        """Take in one block."""

    def column(self) -> Column:
        """What was learned, after the last block; a column with nothing to learn from is left out."""


class EncodedColumn(Protocol):
    """A column that is encoded by itself."""

    @property
    def name(self) -> str:
        """Of the column in the table."""

    def encode(self, cells: Cells, out: np.ndarray) -> None:
        """Write the cells (rows,) into ``out``, float32 (rows, len(outputs))."""


@dataclass(frozen=True)
class _EachColumn:
    accumulators: dict[str, ColumnAccumulator]

    def update(self, block: Block, cell_format: CellFormat, keys: np.ndarray) -> None:
        for name, accumulator in self.accumulators.items():
            accumulator.update(block.cells(name, cell_format))

    def columns(self) -> list[Column]:
        return [accumulator.column() for accumulator in self.accumulators.values()]


def begin_each(begin: Callable[[str, Limits, str | None], ColumnAccumulator]) -> Begin:
    """Begins each column with ``begin``, from its name, the limits, and the format of times written as text."""

    def begin_all(formats: Mapping[str, str | None], limits: Limits) -> Accumulator:
        return _EachColumn({name: begin(name, limits, format) for name, format in formats.items()})

    return begin_all


def write_each(columns: Sequence[EncodedColumn], places: Sequence[slice]) -> Writer:
    """Lets each column write itself."""

    def write(block: Block, cell_format: CellFormat, out: np.ndarray) -> None:
        for column, place in zip(columns, places, strict=True):
            column.encode(block.cells(column.name, cell_format), out[:, place])

    return write
