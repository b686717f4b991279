"""What a kind of column is: the two protocols that each file of this folder fulfils, and the limits they share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import numpy as np

from glassnet.archive import Facts
from glassnet.data.cells import Cells
from glassnet.data.numbers import Numbers


@dataclass(frozen=True)
class Limits:
    """What bounds the learning of columns.

    Args:
        categories: the most values of one column that get an output of their own.
        sample: the most values of one column that are kept for quantiles.
        distinct: the most different words of one column that are counted.
    """

    categories: int = 64
    sample: int = 100_000
    distinct: int = 50_000


class Column(Protocol):
    """A column as the encoder knows it after fitting: a frozen record."""

    kind: ClassVar[str]

    @property
    def name(self) -> str:
        """Of the column in the table."""

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names of the columns it becomes; none for a column that is left out."""

    def encode(self, cells: Cells, out: np.ndarray) -> None:
        """Write the cells (rows,) into ``out``, float32 (rows, len(outputs))."""

    @property
    def done(self) -> str:
        """What was done with it, in words."""

    @property
    def numbers(self) -> tuple[float, ...]:
        """The part of its state that is numbers."""

    @property
    def facts(self) -> dict[str, Any]:
        """The part of its state that is JSON, without name and kind."""


class Tally(Protocol):
    """What is gathered of a column while its blocks pass."""

    def see(self, cells: Cells, drawn: np.ndarray) -> None:
        """Take in one block; ``drawn`` are the lots of its rows, uint64 (rows,)."""

    def column(self) -> Column:
        """What was learned, after the last block."""


class Restore(Protocol):
    """Builds a column from its parts, which may come from a hostile file."""

    def __call__(self, name: str, facts: Facts, numbers: Numbers) -> Column:
        """Raises ``BrokenFile`` for anything that ``Column.facts`` and ``numbers`` would not have said."""


class Begin(Protocol):
    """Begins the tally of a column."""

    def __call__(self, name: str, limits: Limits, format: str | None) -> Tally:
        """``format`` is that of times written as text."""


@dataclass(frozen=True)
class Kind:
    """One kind of column.

    Args:
        name: of the kind.
        begin: starts learning a column.
        restore: builds a learned column from a file.
        keys: of its ``Column.facts``.
    """

    name: str
    begin: Begin
    restore: Restore
    keys: tuple[str, ...]
