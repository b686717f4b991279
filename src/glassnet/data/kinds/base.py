"""What a kind of column is: the two protocols that each file of this folder fulfils, and the limits they share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import numpy as np

from glassnet.archive import Facts
from glassnet.data.learned_numbers import Numbers
from glassnet.data.source import Block
from glassnet.data.spelling import Spelling


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

    @property
    def done(self) -> str:
        """What was done with it, in words."""

    @property
    def numbers(self) -> tuple[float, ...]:
        """The part of its state that is numbers."""

    @property
    def facts(self) -> dict[str, Any]:
        """The part of its state that is JSON, without name and kind."""


class Tallies(Protocol):
    """What is gathered of all columns of a kind while the blocks pass."""

    def see(self, block: Block, spelling: Spelling, drawn: np.ndarray) -> None:
        """Take in one block; ``drawn`` are the lots of its rows, uint64 (rows,)."""

    def columns(self) -> Iterable[Column]:
        """What was learned, after the last block, in the order in which the columns were named."""


class Restore(Protocol):
    """Builds a column from its parts, which may come from a hostile file."""

    def __call__(self, name: str, facts: Facts, numbers: Numbers) -> Column:
        """Raises ``BrokenFile`` for anything that ``Column.facts`` and ``numbers`` would not have said."""


# Writes the columns of a block into their places of a matrix, float32 (rows, width).
Writer = Callable[[Block, Spelling, np.ndarray], None]


class Begin(Protocol):
    """Begins the tallies of columns."""

    def __call__(self, formats: Mapping[str, str | None], limits: Limits) -> Tallies:
        """``formats`` has the names of the columns, each with the format of its times if these are text."""


class MakeWriter(Protocol):
    """Makes the writer of columns of a kind."""

    def __call__(self, columns: Sequence[Any], places: Sequence[slice]) -> Writer:
        """``columns`` are of that kind; ``places`` say which columns of the matrix are theirs."""


@dataclass(frozen=True)
class Kind:
    """One kind of column.

    Args:
        name: of the kind.
        begin: starts learning columns.
        writer: makes what encodes them.
        restore: builds a learned column from a file.
        keys: of its ``Column.facts``.
    """

    name: str
    begin: Begin
    writer: MakeWriter
    restore: Restore
    keys: tuple[str, ...]
