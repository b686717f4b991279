"""For kinds whose columns are learned and encoded one by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from glassnet.data.cells import Cells
from glassnet.data.kinds.base import Begin, Column, Limits, Tallies, Writer
from glassnet.data.source import Block
from glassnet.data.spelling import Spelling


class Tally(Protocol):
    """What is gathered of one column while its blocks pass."""

    def see(self, cells: Cells, drawn: np.ndarray) -> None:
        """Take in one block; ``drawn`` are the lots of its rows, uint64 (rows,)."""

    def column(self) -> Column:
        """What was learned, after the last block."""


class Encodes(Protocol):
    """A column that is encoded by itself."""

    @property
    def name(self) -> str:
        """Of the column in the table."""

    def encode(self, cells: Cells, out: np.ndarray) -> None:
        """Write the cells (rows,) into ``out``, float32 (rows, len(outputs))."""


@dataclass(frozen=True)
class _Apart:
    tallies: dict[str, Tally]

    def see(self, block: Block, spelling: Spelling, drawn: np.ndarray) -> None:
        for name, tally in self.tallies.items():
            tally.see(block.cells(name, spelling), drawn)

    def columns(self) -> list[Column]:
        return [tally.column() for tally in self.tallies.values()]


def begin_apart(begin: Callable[[str, Limits, str | None], Tally]) -> Begin:
    """Begins each column with ``begin``, from its name, the limits, and the format of times written as text."""

    def begin_all(formats: Mapping[str, str | None], limits: Limits) -> Tallies:
        return _Apart({name: begin(name, limits, format) for name, format in formats.items()})

    return begin_all


def write_apart(columns: Sequence[Encodes], places: Sequence[slice]) -> Writer:
    """Lets each column write itself."""

    def write(block: Block, spelling: Spelling, out: np.ndarray) -> None:
        for column, place in zip(columns, places, strict=True):
            column.encode(block.cells(column.name, spelling), out[:, place])

    return write
