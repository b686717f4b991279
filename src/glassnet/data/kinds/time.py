"""Dates and times, by their parts. Periodic parts (month, hour, ...) are points on a circle, so that December is next
to January; the year and the time elapsed lie on a line from -1 at the earliest to 1 at the latest of training. Dates
far beyond the others, such as 9999-12-31 for "never", do not move the ends of that line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from glassnet.archive import Facts
from glassnet.data.arrow import pa, pc
from glassnet.data.cells import Cells
from glassnet.data.kinds.base import Column, Kind, Limits, begin_each, write_each
from glassnet.data.kinds.dropped import DroppedColumn
from glassnet.data.kinds.number import quantile, squash
from glassnet.data.number_reader import NumberReader
from glassnet.data.spelling.times import Parsed, TimeFormat
from glassnet.data.stream_sample import StreamSample
from glassnet.data.unfamiliar import Unfamiliar
from glassnet.randomness import sampling_keys


@dataclass(frozen=True)
class Part:
    """One part of a time.

    Args:
        name: of the part.
        function: of Arrow that extracts it from a timestamp; "" takes the seconds since 1970.
        period: after how many it repeats; None for never.
    """

    name: str
    function: str
    period: float | None

    def values(self, times: pa.Array) -> np.ndarray:
        """Of the Arrow timestamps (rows,): float64 (rows,), NaN where missing."""
        function, seconds = self.function, times.cast(pa.int64())
        part = pc.call_function(function, [times]) if function else pc.divide(seconds, 1000000)
        return np.array(part.cast(pa.float64()).to_numpy(zero_copy_only=False))


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

LINES = ("elapsed", "year")
FAR_ENCODED = float(squash(np.array(3.0), 0.0, 1.0))  # as far behind an end of a line as the line is long
FAR = 10.0  # interquartile ranges beyond the quartiles: times farther out do not move the ends of a line
NEVER = ("0001-01-01", "1900-01-01", "9999-12-31")  # what programs write for a date that is not known or never comes
# How files of earlier versions name formats.
OLD_FORMATS = {
    f"{date}{clock}": TimeFormat({"%d": "day-first", "%m": "month-first"}.get(date[:2]))
    for date in ("%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%Y/%m/%d", "%d-%m-%Y", "")
    for clock in ("", " %H:%M", " %H:%M:%S", "%H:%M", "%H:%M:%S")
}


@dataclass(frozen=True)
class TimeColumn(Column):
    """A column of dates, times or both.

    Args:
        name: of the column.
        format: in which they are written; None in old files, where it is ISO 8601.
        parts: that varied in training, each with its lowest and highest value.
        flagged: whether missing cells get an output of their own.
    """

    kind: ClassVar[str] = "time"
    stored: ClassVar[tuple[str, ...]] = ("format", "parts", "flagged")

    format: TimeFormat | None
    parts: tuple[tuple[str, float, float], ...]
    flagged: bool

    @classmethod
    def restore(cls, name: str, facts: Facts, numbers: NumberReader) -> TimeColumn:
        format, parts, flagged = facts["format"], facts.texts("parts", distinct=True), facts.flag("flagged")
        if isinstance(format, dict):
            format = TimeFormat.restore(facts.section("format"))
        elif isinstance(format, str):
            format = OLD_FORMATS.get(format, format)
        known = format is None or isinstance(format, TimeFormat)
        if not known or not set(parts) <= set(PARTS) or not (parts or flagged):
            raise facts.broken("has a time format or parts that do not exist")
        ends = [numbers.take(2) for _ in parts]
        bounds = [(part, low, high) for part, (low, high) in zip(parts, ends, strict=True)]
        if not all(low < high and abs(low) < 1e15 and abs(high) < 1e15 for _, low, high in bounds):
            raise facts.broken("begin after they end", at="parts")
        return cls(name, format, tuple(bounds), flagged)

    @property
    def outputs(self) -> tuple[str, ...]:
        names: list[str] = []
        for part, _, _ in self.parts:
            ends = (" sine", " cosine") if PARTS[part].period else ("",)
            names += [f"{self.name} {part}{end}" for end in ends]
        return (*names, f"{self.name} is missing") if self.flagged else tuple(names)

    def encode(self, cells: Cells, out: np.ndarray) -> None:
        """Each part to its outputs; all of them 0 where the time is missing."""
        times = cells.times(self.format)
        place = 0
        for name, low, high in self.parts:
            for values in _encoded(PARTS[name], PARTS[name].values(times), low, high):
                out[:, place] = np.nan_to_num(values, nan=0.0)
                place += 1
        if self.flagged:
            out[:, -1] = times.is_null().to_numpy(zero_copy_only=False)

    def compare(self, cells: Cells, out: np.ndarray, found: Unfamiliar) -> None:
        """Missing cells, and times as far from those of training as these lie apart."""
        missing = out[:, -1] == 1 if self.flagged else ~out.any(axis=1)
        wrong, bare = self._odd(cells, bool(missing.any()))
        found.add(self.name, "impossible", int(wrong.sum()), repr(cells.array[int(wrong.argmax())].as_py()))
        found.add(self.name, "bare", int(bare.sum()), seen=(self.format and self.format.zone) or "")
        found.add(self.name, "empty" if self.flagged else "missing", int((missing & ~wrong).sum()))
        if self.parts and self.parts[0][0] == "elapsed" and (far := np.abs(out[:, 0]) > FAR_ENCODED).any():
            days = [str(np.datetime64(int(second), "s"))[:10] for second in self.parts[0][1:]]
            found.add(self.name, "far", int(far.sum()), str(cells.array[int(far.argmax())]), " to ".join(days))

    def _odd(self, cells: Cells, missing: bool) -> tuple[np.ndarray, np.ndarray]:
        """Which cells are dates that cannot be, and which have no zone where training had one, boolean (rows,)."""
        zone = self.format is not None and bool(self.format.zone)
        if cells.storage != "text":
            bare = zone and getattr(cells.array.type, "tz", None) is None
            return np.zeros(len(cells.array), bool), bare & cells.array.is_valid().to_numpy(zero_copy_only=False)
        if not missing and not zone:
            return np.zeros(len(cells.array), bool), np.zeros(len(cells.array), bool)
        parsed = Parsed(cells.texts())
        return parsed.shaped & ~parsed.exists, zone & parsed.exists & ~parsed.zoned

    @property
    def done(self) -> str:
        read = f"{self.format.words}: " if self.format and self.format.words else ""
        parts = ", ".join(name for name, _, _ in self.parts) or "only whether it is missing"
        return read + parts + (", missing flagged" if self.flagged and self.parts else "")

    @property
    def numbers(self) -> tuple[float, ...]:
        return tuple(bound for _, low, high in self.parts for bound in (low, high))

    @property
    def facts(self) -> dict[str, Any]:
        format = None if self.format is None else self.format.facts
        return super().facts | {"format": format, "parts": [name for name, _, _ in self.parts]}


def _encoded(part: Part, values: np.ndarray, low: float, high: float) -> tuple[np.ndarray, ...]:
    """The values on their circle, or on their line (beyond its ends they are smoothly clipped)."""
    if part.period:
        angle = values * (2 * np.pi / part.period)
        return np.sin(angle), np.cos(angle)
    return (squash(values, (low + high) / 2, (high - low) / 2),)


class TimeAccumulator:
    """Lowest and highest of each part, how many are missing, and a sample for the quartiles."""

    def __init__(self, name: str, format: TimeFormat | None, limits: Limits) -> None:
        self.name, self.format, self.missing, self.present = name, format, 0, 0
        self.bounds = dict.fromkeys(PARTS, (np.inf, -np.inf))
        self.sample = StreamSample(limits.sample)

    def update(self, cells: Cells) -> None:
        times = cells.times(self.format)
        self.missing += times.null_count
        here = times.drop_null()
        self.present += len(here)
        for part in PARTS if len(here) else ():
            values, (low, high) = PARTS[part].values(here), self.bounds[part]
            self.bounds[part] = min(low, float(values.min())), max(high, float(values.max()))
        keys = sampling_keys(cells.rows)[times.is_valid().to_numpy(zero_copy_only=False)]
        self.sample.add(PARTS["elapsed"].values(here), keys)

    def column(self) -> Column:
        if not self.present:
            return DroppedColumn.empty(self.name)
        self._leave_far_times_out()
        parts = tuple((part, low, high) for part, (low, high) in self.bounds.items() if low < high)
        if not parts and not self.missing:
            return DroppedColumn(self.name, "constant", "always the same time")
        return TimeColumn(self.name, self.format, parts, self.missing > 0)

    def _leave_far_times_out(self) -> None:
        """Let the lines end at the last times that are not far beyond the others."""
        seconds = self.sample.values()
        usual = np.sort(seconds[~np.isin(seconds // 86400, _days(NEVER))])
        if not len(usual):
            return
        low, high = quantile(usual, 0.25), quantile(usual, 0.75)
        reach = FAR * ((high - low) or (usual[-1] - usual[0]))
        near = seconds[(low - reach <= seconds) & (seconds <= high + reach)]
        ends = float(near.min()), float(near.max())
        first, last = self.bounds["elapsed"]
        ends = (first if first >= low - reach else ends[0]), (last if last <= high + reach else ends[1])
        if ends == (first, last) or ends[0] == ends[1]:
            return
        times = pa.array([int(end) * 1_000_000 for end in ends], pa.timestamp("us"))
        for part in LINES:
            self.bounds[part] = tuple(PARTS[part].values(times).tolist())


def _days(dates: Iterable[str]) -> np.ndarray:
    return np.array(list(dates), "M8[D]").astype(np.int64)


TIME = Kind(TimeColumn, begin_each(lambda name, limits, format: TimeAccumulator(name, format, limits)), write_each)
