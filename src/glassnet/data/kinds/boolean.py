"""Booleans: one output, 1 for true and -1 for false (as RealMLP does with two-valued columns), 0 for missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from glassnet.archive import Facts
from glassnet.data.cells import Cells
from glassnet.data.kinds.base import Column, Kind, begin_each, write_each
from glassnet.data.kinds.dropped import DroppedColumn
from glassnet.data.number_reader import NumberReader
from glassnet.data.spelling.booleans import PAIRS, PLAIN
from glassnet.data.unfamiliar import Unfamiliar


@dataclass(frozen=True)
class BooleanColumn(Column):
    """A boolean column.

    Args:
        name: of the column.
        flagged: whether missing cells get an output of their own.
        format: the pair of words they are written as, None for true and false.
    """

    kind: ClassVar[str] = "boolean"
    stored: ClassVar[tuple[str, ...]] = ("flagged",)
    optional: ClassVar[tuple[str, ...]] = ("format",)

    flagged: bool
    format: str | None = None

    @classmethod
    def restore(cls, name: str, facts: Facts, numbers: NumberReader) -> BooleanColumn:
        return cls(name, facts.flag("flagged"), facts.choice("format", PAIRS) if "format" in facts else None)

    @property
    def outputs(self) -> tuple[str, ...]:
        return (self.name, f"{self.name} is missing") if self.flagged else (self.name,)

    @property
    def done(self) -> str:
        yes, no = map(" or ".join, PAIRS[self.format or PLAIN])
        return f"{yes} is 1, {no} is -1" + (", missing is 0 and flagged" if self.flagged else "")

    def encode(self, cells: Cells, out: np.ndarray) -> None:
        """1, -1 or 0."""
        booleans = cells.booleans(self.format)
        out[:, 0] = booleans.cast("int8").fill_null(0).to_numpy() * 2
        out[:, 0] -= booleans.is_valid().to_numpy(zero_copy_only=False)
        if self.flagged:
            out[:, 1] = booleans.is_null().to_numpy(zero_copy_only=False)

    def compare(self, cells: Cells, out: np.ndarray, found: Unfamiliar) -> None:
        """Missing cells."""
        found.add(self.name, "empty" if self.flagged else "missing", int((out[:, 0] == 0).sum()))


class BooleanAccumulator:
    """How many cells are true, false, missing."""

    def __init__(self, name: str, format: str | None) -> None:
        self.format = format
        self.name, self.true, self.false, self.missing = name, 0, 0, 0

    def update(self, cells: Cells) -> None:
        booleans = cells.booleans(self.format)
        self.true += booleans.true_count
        self.false += booleans.false_count
        self.missing += booleans.null_count

    def column(self) -> Column:
        if not self.true and not self.false:
            return DroppedColumn.empty(self.name)
        if not self.missing and not (self.true and self.false):
            return DroppedColumn(self.name, "constant", f"always {PAIRS[self.format or PLAIN][not self.true][0]}")
        return BooleanColumn(self.name, self.missing > 0, self.format)


BOOLEAN = Kind(BooleanColumn, begin_each(lambda name, limits, format: BooleanAccumulator(name, format)), write_each)
