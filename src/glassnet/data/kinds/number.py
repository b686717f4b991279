"""Numbers: the median where missing, robust scale, smooth clipping.

    z = (x - median) / spread        the spread: see SPREADS
    encoded = z / sqrt(1 + (z / 3)^2)

After RealMLP (Holzmuller, Grinsztajn, Steinwart, "Better by default: strong pre-tuned MLPs and boosted trees on
tabular data", NeurIPS 2024, section 3): quartiles are robust to outliers, and far values approach +-3 but keep their
order. Where the quartiles coincide (a column that is mostly zero) RealMLP takes the range; here the standard deviation
comes first, since a single outlier would shrink all other values to almost 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from glassnet.archive import Facts
from glassnet.data.arrow import pa, pc
from glassnet.data.cell_format import CellFormat
from glassnet.data.kinds.base import Column, Kind, Limits, Writer
from glassnet.data.kinds.dropped import DroppedColumn
from glassnet.data.number_reader import NumberReader
from glassnet.data.source import Block, read_numbers
from glassnet.data.spelling.numbers import NumberFormat
from glassnet.data.stream_sample import StreamSample
from glassnet.data.unfamiliar import Unfamiliar

CLIP, PERCENT = 3.0, "%"
NEGLIGIBLE = 1e-13  # of the largest value: a spread below it is rounding


def quantile(ordered: np.ndarray, share: float) -> float:
    """The value below which a ``share`` of the ``ordered`` values (k,) lies, on the line between neighbors.

    NumPy's does the same, and takes longer to find out what it was given than to sort a short column.

    >>> quantile(np.array([1.0, 2.0, 4.0]), 0.75)
    3.0
    """
    place = share * (len(ordered) - 1)
    below = int(place)
    low, high = float(ordered[below]), float(ordered[min(below + 1, len(ordered) - 1)])
    return low if low == high else low * (1 - (place - below)) + high * (place - below)


# In this order; the first that is finite and more than rounding. From (ordered values of the sample, lowest, highest).
SPREADS: dict[str, Callable[[np.ndarray, float, float], float]] = {
    "interquartile range": lambda values, low, high: quantile(values, 0.75) - quantile(values, 0.25),
    "standard deviation": lambda values, low, high: float(np.std(values)),
    "half the range": lambda values, low, high: high / 2 - low / 2,
}


@dataclass(frozen=True)
class NumberColumn(Column):
    """A column of numbers.

    Args:
        name: of the column.
        center: the median.
        spread: what the encoding's 1 is in the column's unit; 0 where only missing or not missing matters.
        by: which of ``SPREADS`` that is.
        flagged: whether missing cells get an output of their own.
        format: how the cells are written, None for numbers as every program writes them.
        range: the lowest and the highest of training; None where all are the same, and in older files.
        dates: whether all of them look like dates, such as 20240227.
    """

    kind: ClassVar[str] = "number"
    stored: ClassVar[tuple[str, ...]] = ("by", "flagged")
    optional: ClassVar[tuple[str, ...]] = ("format", "range")

    center: float
    spread: float
    by: str
    flagged: bool
    format: NumberFormat | None = None
    range: tuple[float, float] | None = None
    dates: bool = field(default=False, compare=False)  # for the notes of a training

    @classmethod
    def restore(cls, name: str, facts: Facts, numbers: NumberReader) -> NumberColumn:
        center, spread = numbers.take(2)
        by, flagged = facts.choice("by", (*SPREADS, "none")), facts.flag("flagged")
        scaled = spread > 0 and 1 / spread < np.inf
        if not (scaled if by != "none" else spread == 0 and flagged):
            raise facts.broken("is not one that a column can have", at="spread")
        format = NumberFormat.restore(facts.section("format")) if "format" in facts else None
        ends = facts.numbers("range") if "range" in facts else None
        if ends is not None and not (len(ends) == 2 and ends[0] < ends[1]):
            raise facts.broken("does not go from a number to a higher one", at="range")
        return cls(name, center, spread, by, flagged, format, (ends[0], ends[1]) if ends else None)

    @property
    def outputs(self) -> tuple[str, ...]:
        return (*((self.name,) if self.spread else ()), *((f"{self.name} is missing",) if self.flagged else ()))

    @property
    def numeric(self) -> bool:
        return self.spread > 0

    @property
    def done(self) -> str:
        read = f"{self.format.words}: " if self.format else ""
        scaled = f"{read}median {self.center:.6g} to 0, {self.by} {self.spread:.6g} to 1, smoothly clipped at {CLIP:g}"
        filled = ("missing: the median, and flagged",) if self.flagged and self.spread else ()
        return (
            "; ".join((scaled, *filled))
            if self.spread
            else "one value or missing: only whether it is missing is encoded"
        )

    @property
    def numbers(self) -> tuple[float, ...]:
        return (self.center, self.spread)

    @property
    def facts(self) -> dict[str, Any]:
        ends = {"range": list(self.range)} if self.range else {}
        return super().facts | ({"format": self.format.facts} if self.format else {}) | ends

    @property
    def reach(self) -> tuple[float, float]:
        """The numbers from which on a number is far outside the range: by as much as the range is long."""
        if self.range is None:
            return -np.inf, np.inf
        low, high = self.range
        return 2 * low - high, 2 * high - low

    def compare(self, values: np.ndarray, missing: np.ndarray, far: np.ndarray, found: Unfamiliar) -> None:
        """Count missing cells, and those far outside the range of training, in ``found``."""
        found.add(self.name, "empty" if self.flagged else "missing", int(missing.sum()))
        if self.range is not None and far.any():
            seen = " to ".join(f"{end:.6g}" for end in self.range)
            found.add(self.name, "far", int(far.sum()), f"{values[far.argmax()]:.6g}", seen)

    @property
    def note(self) -> str:
        read = f"{self.center:.0f} may be a date, and is read as a number"
        return f"column {self.name!r}: {read} (dates=({self.name!r},), --dates)" if self.dates else ""


def squash(values: np.ndarray, center: float | np.ndarray, spread: float | np.ndarray) -> np.ndarray:
    """Scaled and smoothly clipped to +-3: float64 in the shape of ``values``, finite for every finite value.

    >>> squash(np.array([0.0, 5.0, 1e300]), 5.0, 2.0).round(2)
    array([-1.92,  0.  ,  3.  ])
    """
    with np.errstate(over="ignore"):
        z = np.asarray(values - center)
        np.divide(z, spread, out=z)
    np.clip(z, -1e100, 1e100, out=z)  # beyond it the square overflows, and inf / inf is NaN
    length = np.asarray(z / CLIP)
    np.square(length, out=length)  # in place: new memory takes longer than arithmetic
    np.add(length, 1.0, out=length)
    np.sqrt(length, out=length)
    return np.divide(z, length, out=z)


class NumberAccumulator:
    """Of each column lowest, highest, how many missing, and a sample for the quantiles.

    Args:
        formats: of the n columns, how the cells of each are written.
        limits: bound the samples.
    """

    def __init__(self, formats: Mapping[str, NumberFormat | None], limits: Limits) -> None:
        self.names, self.formats = list(formats), formats
        n = len(self.names)
        self.low, self.high, self.missing = np.full(n, np.inf), np.full(n, -np.inf), np.zeros(n, dtype=np.int64)
        self.samples = [StreamSample(limits.sample) for _ in self.names]

    def update(self, block: Block, cell_format: CellFormat, keys: np.ndarray) -> None:
        wanted: dict[int, np.ndarray] = {}  # by how often a sample was halved: most columns want the same rows
        for places, values in read_numbers(block, self.names, cell_format, self.formats):
            self.low[places] = np.fmin(self.low[places], np.fmin.reduce(values, axis=1))
            self.high[places] = np.fmax(self.high[places], np.fmax.reduce(values, axis=1))
            here = ~np.isnan(values)
            missing = len(keys) - np.count_nonzero(here, axis=1)
            self.missing[places] += missing
            for place, column, present, lacking in zip(places.tolist(), values, here, missing.tolist(), strict=True):
                sample = self.samples[place]
                if lacking:
                    sample.add(column[present], keys[present])
                else:
                    if (some := wanted.get(sample.halvings)) is None:
                        some = wanted[sample.halvings] = sample.wanted(keys)
                    sample.add(column[some], keys[some])

    def columns(self) -> list[Column]:
        bounds = zip(self.low.tolist(), self.high.tolist(), strict=True)
        facts = zip(self.names, self.samples, bounds, self.missing.tolist(), strict=True)
        return [
            _column(name, self.formats[name], sample, low, high, missing > 0)
            for name, sample, (low, high), missing in facts
        ]


def _column(
    name: str, format: NumberFormat | None, sample: StreamSample, low: float, high: float, flagged: bool
) -> Column:
    if low > high:
        return DroppedColumn.empty(name)
    values = np.sort(sample.values())
    values = values if len(values) else np.array([low, high])
    by, spread = _spread(values, low, high)
    if not spread and not flagged:
        return DroppedColumn(name, "constant", f"always {low:.6g}")
    ends = (low, high) if low < high else None
    return NumberColumn(name, quantile(values, 0.5), spread, by, flagged, format, ends, _are_dates(values))


def _are_dates(values: np.ndarray) -> bool:
    """Whether the ordered values are whole numbers such as 20240227, from the years 1900 to 2100."""
    if not (values[0] >= 19000101 and values[-1] <= 21001231 and values[0] < values[-1]):
        return False
    month, day = values // 100 % 100, values % 100
    return bool(((values % 1 == 0) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)).all())


def _spread(values: np.ndarray, low: float, high: float) -> tuple[str, float]:
    floor = max(abs(low), abs(high)) * NEGLIGIBLE
    with np.errstate(over="ignore", invalid="ignore"):
        found = ((name, measure(values, low, high)) for name, measure in SPREADS.items())
        return next(
            ((name, size) for name, size in found if floor < size < np.inf and 1 / size < np.inf), ("none", 0.0)
        )


def _writer(columns: Sequence[NumberColumn], places: Sequence[slice]) -> Writer:
    """Fills in, scales and clips; flags what is missing."""
    formats = {column.name: column.format for column in columns}
    names = list(formats)
    center = np.array([[column.center] for column in columns])
    spread = np.array([[column.spread] for column in columns])
    scaled, flagged = spread[:, 0] > 0, np.array([column.flagged for column in columns])
    first, last = np.array([(place.start, place.stop - 1) for place in places]).T
    rank = np.cumsum(scaled) - 1
    low, high = np.array([column.reach for column in columns]).T

    def write(block: Block, cell_format: CellFormat, out: np.ndarray, found: Unfamiliar | None) -> None:
        if found is not None:
            for name, format in formats.items():
                found.add(name, "truth", len(out) * pa.types.is_boolean(block.arrays[name].type))
                if format is not None and format.mark == PERCENT:
                    _count_unmarked(name, block.arrays[name], found)
        encoded = np.empty((np.count_nonzero(scaled), len(out)), out.dtype)
        for some, values in read_numbers(block, names, cell_format, formats):
            missing = np.isnan(values)
            if found is not None:
                far = (values < low[some, None]) | (values > high[some, None])
                for i in np.flatnonzero(missing.any(axis=1) | far.any(axis=1)):
                    columns[some[i]].compare(values[i], missing[i], far[i], found)
            if missing.any():
                np.copyto(values, center[some], where=missing)
            own = scaled[some]
            here, values = (some, values) if own.all() else (some[own], values[own])
            encoded[rank[here]] = squash(values, center[here], spread[here])
            if flagged[some].any():
                out[:, _side_by_side(last[some[flagged[some]]])] = missing[flagged[some]].T
        out[:, _side_by_side(first[scaled])] = encoded.T  # all at once takes a third of the time of one by one

    return write


def _side_by_side(places: np.ndarray) -> slice | np.ndarray:
    """Rising places as a slice where no other lies between them: NumPy writes those in a fifth of the time."""
    if len(places) and places[-1] - places[0] == len(places) - 1:
        return slice(int(places[0]), int(places[-1]) + 1)
    return places


def _count_unmarked(name: str, cells: pa.Array, found: Unfamiliar) -> None:
    """Count cells without a percent sign in a column that had it: 0.12 may be meant as 12 %."""
    texts = cells.cast(pa.string())
    bare = pc.fill_null(pc.invert(pc.match_substring_regex(texts, "[%％]")), True)
    first = next((text for text in texts.drop_null()[:1].to_pylist()), "")
    found.add(name, "unmarked", pc.sum(bare).as_py() or 0, first, PERCENT)


NUMBER = Kind(NumberColumn, NumberAccumulator, _writer)
