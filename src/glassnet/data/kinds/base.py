"""What a kind of column is: the protocols that each file of this folder implements, and the limits they share.

Kinds whose columns are learned and encoded one by one are made with ``begin_each`` and ``write_each``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import numpy as np

from glassnet.archive import Facts
from glassnet.data.cell_format import CellFormat
from glassnet.data.cells import Cells
from glassnet.data.number_reader import NumberReader
from glassnet.data.source import Block
from glassnet.data.unfamiliar import Unfamiliar


@dataclass(frozen=True)
class Limits:
    """Bounds on what is learned from columns.

    Args:
        categories: the most values of one column that get an output each.
        sample: the most values of one column that are sampled for quantiles.
        distinct: the most different words of one column that are counted.
        heavy_hitters: True finds the commonest of more words; False takes such a column for one of keys.
    """

    categories: int = 64
    sample: int = 100_000
    distinct: int = 50_000
    heavy_hitters: bool = False


@dataclass(frozen=True)
class Column(ABC):
    """A column as the encoder knows it after fitting.

    Args:
        name: of the column in the table.
    """

    kind: ClassVar[str]
    stored: ClassVar[tuple[str, ...]]  # names of its facts
    optional: ClassVar[tuple[str, ...]] = ()  # of those that are left out where they are None

    name: str

    @classmethod
    @abstractmethod
    def restore(cls, name: str, facts: Facts, numbers: NumberReader) -> Column:
        """The column with these parts, which may come from a hostile file.

        Raises:
            BrokenFile: for parts that no column can have.
        """

    @property
    @abstractmethod
    def outputs(self) -> tuple[str, ...]:
        """Names of the columns of the matrix it becomes; empty for a column that is left out."""

    @property
    def numeric(self) -> bool:
        """Whether it is a number along a line, which a periodic embedding can take apart."""
        return False

    @property
    @abstractmethod
    def done(self) -> str:
        """What was done with it, for people."""

    @property
    def numbers(self) -> tuple[float, ...]:
        """The part of its state that is stored as numbers."""
        return ()

    @property
    def facts(self) -> dict[str, Any]:
        """The part of its state that is stored as JSON, without name and kind."""
        said = {name: getattr(self, name) for name in self.optional if getattr(self, name) is not None}
        return {name: getattr(self, name) for name in self.stored} | said

    @property
    def note(self) -> str:
        """What the user has to know about it, or ""."""
        return ""


class Accumulator(Protocol):
    """What is gathered of all columns of a kind, block by block."""

    def update(self, block: Block, cell_format: CellFormat, keys: np.ndarray) -> None:
        """Take in one block; ``keys`` are the random sampling keys of its rows, uint64 (rows,)."""

    def columns(self) -> Iterable[Column]:
        """What was learned, after the last block, in the order in which the columns were named."""


# Writes the columns of a block into their places of a matrix, float32 (rows, width), and counts unfamiliar cells.
Writer = Callable[[Block, CellFormat, np.ndarray, Unfamiliar | None], None]
# From the names of the columns, each with the format of its cells where these are text.
Begin = Callable[[Mapping[str, Any], Limits], Accumulator]
# From the columns of a kind, and the columns of the matrix that are theirs.
MakeWriter = Callable[[Sequence[Any], Sequence[slice]], Writer]


@dataclass(frozen=True)
class Kind:
    """One kind of column.

    Args:
        column: its class.
        begin: begins to learn columns.
        writer: makes what encodes them.
    """

    column: type[Column]
    begin: Begin
    writer: MakeWriter


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

    def compare(self, cells: Cells, out: np.ndarray, found: Unfamiliar) -> None:
        """Count the cells unlike all of training in ``found``; ``out`` is what :meth:`encode` made of them."""


@dataclass(frozen=True)
class _EachColumn:
    accumulators: dict[str, ColumnAccumulator]

    def update(self, block: Block, cell_format: CellFormat, keys: np.ndarray) -> None:
        for name, accumulator in self.accumulators.items():
            accumulator.update(block.cells(name, cell_format))

    def columns(self) -> list[Column]:
        return [accumulator.column() for accumulator in self.accumulators.values()]


def begin_each(begin: Callable[[str, Limits, Any], ColumnAccumulator]) -> Begin:
    """Begins each column with ``begin``, from its name, the limits, and the format of its cells."""

    def begin_all(formats: Mapping[str, Any], limits: Limits) -> Accumulator:
        return _EachColumn({name: begin(name, limits, format) for name, format in formats.items()})

    return begin_all


def write_each(columns: Sequence[EncodedColumn], places: Sequence[slice]) -> Writer:
    """Lets each column write itself."""

    def write(block: Block, cell_format: CellFormat, out: np.ndarray, found: Unfamiliar | None) -> None:
        for column, place in zip(columns, places, strict=True):
            cells = block.cells(column.name, cell_format)
            column.encode(cells, out[:, place])
            if found is not None:
                column.compare(cells, out[:, place], found)

    return write
