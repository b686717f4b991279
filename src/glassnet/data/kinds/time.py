"""Dates and times: their parts. What comes round (month, hour, ...) is a point on a circle, so that December is next
to January; the year and the time elapsed lie on a line from -1 at the earliest to 1 at the latest of training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from glassnet.archive import Facts
from glassnet.data.cells import Cells
from glassnet.data.conversions import TIME_FORMATS
from glassnet.data.kinds.base import Column, Kind, Limits
from glassnet.data.kinds.dropped import DroppedColumn
from glassnet.data.kinds.number import squash
from glassnet.data.kinds.per_column import Tally, begin_apart, write_apart
from glassnet.data.learned_numbers import Numbers


@dataclass(frozen=True)
class Part:
    """One thing a time says.

    Args:
        name: of the part.
        function: of Arrow that takes it out of a timestamp; "" takes the seconds since 1970.
        period: after how many it begins again; None if never.
    """

    name: str
    function: str
    period: float | None

    def values(self, times: Any) -> np.ndarray:
        """Of the Arrow timestamps (rows,): float64 (rows,), NaN where missing."""
        import pyarrow as pa
        import pyarrow.compute as pc

        taken = (
            pc.call_function(self.function, [times]) if self.function else pc.divide(times.cast(pa.int64()), 1000000)
        )
        return np.array(taken.cast(pa.float64()).to_numpy(zero_copy_only=False))


PARTS = {
    part.name: part
    for part in (
        Part("elapsed", "", None),
        Part("year", "year", None),
        Part("month", "month", 12),
        Part("day", "day", 31),
        Part("day of week", "day_of_week", 7),
        Part("hour", "hour", 24),
        Part("minute", "minute", 60),
        Part("second", "second", 60),
    )
}


@dataclass(frozen=True)
class TimeColumn:
    """A column of dates, times or both.

    Args:
        name: of the column.
        format: in which they are written as text; None is ISO 8601.
        parts: that varied in training, each with its lowest and highest value.
        flagged: whether missing cells get a column that says so.
    """

    kind: ClassVar[str] = "time"

    name: str
    format: str | None
    parts: tuple[tuple[str, float, float], ...]
    flagged: bool

    @property
    def outputs(self) -> tuple[str, ...]:
        """One for a part on a line, two (sine, cosine) for one on a circle."""
        names: list[str] = []
        for part, _, _ in self.parts:
            ends = (" sine", " cosine") if PARTS[part].period else ("",)
            names += [f"{self.name} {part}{end}" for end in ends]
        return (*names, f"{self.name} is missing") if self.flagged else tuple(names)

    def encode(self, cells: Cells, out: np.ndarray) -> None:
        """Each part to its place; all of them 0 where the time is missing."""
        times = cells.times(self.format)
        place = 0
        for name, low, high in self.parts:
            for values in _placed(PARTS[name], PARTS[name].values(times), low, high):
                out[:, place] = np.nan_to_num(values, nan=0.0)
                place += 1
        if self.flagged:
            out[:, -1] = times.is_null().to_numpy(zero_copy_only=False)

    @property
    def done(self) -> str:
        """In words."""
        read = f"read as {self.format}: " if self.format else ""
        parts = ", ".join(name for name, _, _ in self.parts) or "only whether it is missing"
        return read + parts + (", missing flagged" if self.flagged and self.parts else "")

    @property
    def numbers(self) -> tuple[float, ...]:
        """Lowest and highest of each part."""
        return tuple(bound for _, low, high in self.parts for bound in (low, high))

    @property
    def facts(self) -> dict[str, Any]:
        """The rest."""
        return {"format": self.format, "parts": [name for name, _, _ in self.parts], "flagged": self.flagged}


def _placed(part: Part, values: np.ndarray, low: float, high: float) -> tuple[np.ndarray, ...]:
    """The values on their circle, or on their line (beyond its ends they are smoothly clipped)."""
    if part.period:
        angle = values * (2 * np.pi / part.period)
        return np.sin(angle), np.cos(angle)
    return (squash(values, (low + high) / 2, (high - low) / 2),)


class TimeTally:
    """Lowest and highest of each part, and how many are missing."""

    def __init__(self, name: str, format: str | None) -> None:
        self.name, self.format, self.missing, self.present = name, format, 0, 0
        self.bounds = dict.fromkeys(PARTS, (np.inf, -np.inf))

    def see(self, cells: Cells, drawn: np.ndarray) -> None:
        """Take in one block."""
        times = cells.times(self.format)
        self.missing += times.null_count
        here = times.drop_null()
        self.present += len(here)
        for part in PARTS if len(here) else ():
            values, (low, high) = PARTS[part].values(here), self.bounds[part]
            self.bounds[part] = min(low, float(values.min())), max(high, float(values.max()))

    def column(self) -> Column:
        """The column, left out if it says nothing."""
        if not self.present:
            return DroppedColumn(self.name, "empty", "no cell holds a value")
        parts = tuple((part, low, high) for part, (low, high) in self.bounds.items() if low < high)
        if not parts and not self.missing:
            return DroppedColumn(self.name, "constant", "always the same time")
        return TimeColumn(self.name, self.format, parts, self.missing > 0)


def _begin(name: str, limits: Limits, format: str | None) -> Tally:
    return TimeTally(name, format)


def _restore(name: str, facts: Facts, numbers: Numbers) -> TimeColumn:
    format, parts, flagged = facts["format"], facts.texts("parts", distinct=True), facts.flag("flagged")
    if format not in TIME_FORMATS or not set(parts) <= set(PARTS) or not (parts or flagged):
        raise facts.broken("has a format or parts that no time has")
    ends = [numbers.take(2) for _ in parts]
    bounds = [(part, low, high) for part, (low, high) in zip(parts, ends, strict=True)]
    if not all(low < high and abs(low) < 1e15 and abs(high) < 1e15 for _, low, high in bounds):
        raise facts.broken("begin after they end", at="parts")
    return TimeColumn(name, format, tuple(bounds), flagged)


TIME = Kind("time", begin_apart(_begin), write_apart, _restore, ("format", "parts", "flagged"))
