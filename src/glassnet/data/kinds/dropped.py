"""Columns that say nothing an encoder could use, kept in the record so that the report can say why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from glassnet.archive import Facts
from glassnet.data.cells import Cells
from glassnet.data.kinds.base import Column, Kind, Limits
from glassnet.data.kinds.per_column import Tally, begin_apart, write_apart
from glassnet.data.learned_numbers import Numbers

REASONS = ("constant", "empty", "identifier")


@dataclass(frozen=True)
class DroppedColumn:
    """A column that is left out.

    Args:
        name: of the column.
        reason: one of ``REASONS``.
        why: in words.
    """

    kind: ClassVar[str] = "dropped"

    name: str
    reason: str
    why: str

    @property
    def outputs(self) -> tuple[str, ...]:
        """None."""
        return ()

    @property
    def done(self) -> str:
        """In words."""
        return f"left out: {self.why}"

    @property
    def numbers(self) -> tuple[float, ...]:
        """None."""
        return ()

    @property
    def facts(self) -> dict[str, Any]:
        """All of it."""
        return {"reason": self.reason, "why": self.why}


class EmptyTally:
    """Of a column in which the survey found nothing."""

    def __init__(self, name: str) -> None:
        self.name = name

    def see(self, cells: Cells, drawn: np.ndarray) -> None:
        """There is nothing to see."""

    def column(self) -> Column:
        """An empty column."""
        return DroppedColumn(self.name, "empty", "no cell holds a value")


def _begin(name: str, limits: Limits, format: str | None) -> Tally:
    return EmptyTally(name)


def _restore(name: str, facts: Facts, numbers: Numbers) -> DroppedColumn:
    return DroppedColumn(name, facts.choice("reason", REASONS), facts.text("why"))


EMPTY = Kind("dropped", begin_apart(_begin), write_apart, _restore, ("reason", "why"))
