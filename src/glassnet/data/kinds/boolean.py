"""Booleans: one output, 1 for true and -1 for false (as RealMLP does with two-valued columns), 0 for missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from glassnet.archive import Facts
from glassnet.data.cells import Cells
from glassnet.data.kinds.base import Column, Kind, Limits
from glassnet.data.kinds.dropped import DroppedColumn
from glassnet.data.kinds.per_column import Tally, begin_apart, write_apart
from glassnet.data.learned_numbers import Numbers


@dataclass(frozen=True)
class BooleanColumn:
    """A column of truths.

    Args:
        name: of the column.
        flagged: whether missing cells get a column that says so.
    """

    kind: ClassVar[str] = "boolean"

    name: str
    flagged: bool

    @property
    def outputs(self) -> tuple[str, ...]:
        """The truth, and whether it is missing."""
        return (self.name, f"{self.name} is missing") if self.flagged else (self.name,)

    def encode(self, cells: Cells, out: np.ndarray) -> None:
        """1, -1 or 0."""
        truths = cells.booleans()
        out[:, 0] = truths.cast("int8").fill_null(0).to_numpy() * 2
        out[:, 0] -= truths.is_valid().to_numpy(zero_copy_only=False)
        if self.flagged:
            out[:, 1] = truths.is_null().to_numpy(zero_copy_only=False)

    @property
    def done(self) -> str:
        """In words."""
        return "true is 1, false is -1" + (", missing is 0 and flagged" if self.flagged else "")

    @property
    def numbers(self) -> tuple[float, ...]:
        """None."""
        return ()

    @property
    def facts(self) -> dict[str, Any]:
        """All of it."""
        return {"flagged": self.flagged}


class BooleanTally:
    """How many are true, false, missing."""

    def __init__(self, name: str) -> None:
        self.name, self.true, self.false, self.missing = name, 0, 0, 0

    def see(self, cells: Cells, drawn: np.ndarray) -> None:
        """Take in one block."""
        truths = cells.booleans()
        self.true += truths.true_count
        self.false += truths.false_count
        self.missing += truths.null_count

    def column(self) -> Column:
        """The column, left out if it says nothing."""
        if not self.true and not self.false:
            return DroppedColumn(self.name, "empty", "no cell holds a value")
        if not self.missing and not (self.true and self.false):
            return DroppedColumn(self.name, "constant", f"always {'true' if self.true else 'false'}")
        return BooleanColumn(self.name, self.missing > 0)


def _begin(name: str, limits: Limits, format: str | None) -> Tally:
    return BooleanTally(name)


def _restore(name: str, facts: Facts, numbers: Numbers) -> BooleanColumn:
    return BooleanColumn(name, facts.flag("flagged"))


BOOLEAN = Kind("boolean", begin_apart(_begin), write_apart, _restore, ("flagged",))
