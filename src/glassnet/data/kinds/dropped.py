"""Columns that are left out because nothing can be learned from them; kept so that the report can say why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from glassnet.archive import Facts
from glassnet.data.cells import Cells
from glassnet.data.kinds.base import Column, Kind, begin_each, write_each
from glassnet.data.number_reader import NumberReader

REASONS = ("constant", "empty", "identifier", "row number", "set aside")


@dataclass(frozen=True)
class DroppedColumn(Column):
    """A column that is left out.

    Args:
        name: of the column.
        reason: one of ``REASONS``.
        why: an explanation for people.
    """

    kind: ClassVar[str] = "dropped"
    stored: ClassVar[tuple[str, ...]] = ("reason", "why")

    reason: str
    why: str

    @classmethod
    def restore(cls, name: str, facts: Facts, numbers: NumberReader) -> DroppedColumn:
        return cls(name, facts.choice("reason", REASONS), facts.text("why"))

    @classmethod
    def empty(cls, name: str) -> DroppedColumn:
        """A column without values."""
        return cls(name, "empty", "no cell holds a value")

    @property
    def outputs(self) -> tuple[str, ...]:
        return ()

    @property
    def done(self) -> str:
        return f"left out: {self.why}"


@dataclass(frozen=True)
class EmptyAccumulator:
    """For a column in which kind inference found no value."""

    name: str

    def update(self, cells: Cells) -> None:
        """Nothing to gather."""

    def column(self) -> Column:
        return DroppedColumn.empty(self.name)


EMPTY = Kind(DroppedColumn, begin_each(lambda name, limits, format: EmptyAccumulator(name)), write_each)
