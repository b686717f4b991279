"""Numbers: the median where missing, robust scale, smooth clipping.

    z = (x - median) / spread        the spread: see SPREADS
    encoded = z / sqrt(1 + (z / 3)^2)

After RealMLP (Holzmuller, Grinsztajn, Steinwart, "Better by default: strong pre-tuned MLPs and boosted trees on
tabular data", NeurIPS 2024, section 3): quartiles shrug at outliers, and what is far out approaches +-3 but keeps its
order. Where the quartiles coincide (a column that is mostly zero) RealMLP takes the range; here the standard deviation
comes before it, since a single giant would press all else to nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from glassnet.archive import Facts
from glassnet.data.cells import Cells
from glassnet.data.kinds.base import Column, Kind, Limits, Tally
from glassnet.data.kinds.dropped import DroppedColumn
from glassnet.data.numbers import Numbers
from glassnet.data.sample import Sample

CLIP = 3.0
NEGLIGIBLE = 1e-13  # of the largest value: a spread below it is rounding

# In this order; the first that is finite and more than rounding. From (values of the sample, lowest, highest).
SPREADS: dict[str, Callable[[np.ndarray, float, float], float]] = {
    "interquartile range": lambda values, low, high: float(np.subtract(*np.quantile(values, (0.75, 0.25)))),
    "standard deviation": lambda values, low, high: float(np.std(values)),
    "half the range": lambda values, low, high: high / 2 - low / 2,
}


@dataclass(frozen=True)
class NumberColumn:
    """A column of numbers.

    Args:
        name: of the column.
        centre: the median.
        spread: what 1 is in the encoding, in the column's unit; 0 where only missing or not missing matters.
        by: which of ``SPREADS`` that is.
        flagged: whether missing cells get a column that says so.
    """

    kind: ClassVar[str] = "number"

    name: str
    centre: float
    spread: float
    by: str
    flagged: bool

    @property
    def outputs(self) -> tuple[str, ...]:
        """The number, and whether it is missing."""
        return (*((self.name,) if self.spread else ()), *((f"{self.name} is missing",) if self.flagged else ()))

    def encode(self, cells: Cells, out: np.ndarray) -> None:
        """Fill in, scale, clip."""
        values = cells.numbers()
        gone = np.isnan(values)
        if self.flagged:
            out[:, -1] = gone
        if self.spread:
            values[gone] = self.centre
            out[:, 0] = squash(values, self.centre, self.spread)

    @property
    def done(self) -> str:
        """In words."""
        scaled = f"median {self.centre:.6g} to 0, {self.by} {self.spread:.6g} to 1, smoothly clipped at {CLIP:g}"
        filled = ("missing: the median, and flagged",) if self.flagged and self.spread else ()
        return "; ".join((scaled, *filled)) if self.spread else "one value or missing: only that is kept"

    @property
    def numbers(self) -> tuple[float, ...]:
        """Centre and spread."""
        return (self.centre, self.spread)

    @property
    def facts(self) -> dict[str, Any]:
        """The rest."""
        return {"by": self.by, "flagged": self.flagged}


def squash(values: np.ndarray, centre: float, spread: float) -> np.ndarray:
    """Scaled and smoothly clipped to +-3: float64 (k,), finite for every finite value.

    >>> squash(np.array([0.0, 5.0, 1e300]), 5.0, 2.0).round(2)
    array([-1.92,  0.  ,  3.  ])
    """
    with np.errstate(over="ignore"):
        z = np.clip((values - centre) / spread, -1e100, 1e100)  # beyond it the square overflows, and inf / inf is NaN
    return np.asarray(z / np.hypot(1.0, z / CLIP))


class NumberTally:
    """Lowest, highest, how many missing, and a sample for the quantiles."""

    def __init__(self, name: str, limits: Limits, format: str | None = None) -> None:
        self.name, self.low, self.high = name, np.inf, -np.inf
        self.missing = self.present = 0
        self.sample = Sample(limits.sample)

    def see(self, cells: Cells, drawn: np.ndarray) -> None:
        """Take in one block."""
        values = cells.numbers()
        here = ~np.isnan(values)
        if not here.all():
            values, drawn = values[here], drawn[here]
            self.missing += len(here) - len(values)
        if len(values):
            self.present += len(values)
            self.low, self.high = min(self.low, float(values.min())), max(self.high, float(values.max()))
            self.sample.add(values, drawn)

    def column(self) -> Column:
        """The column, left out if it says nothing."""
        if not self.present:
            return DroppedColumn(self.name, "empty", "no cell holds a value")
        values = self.sample.values()
        values = values if len(values) else np.array([self.low, self.high])
        by, spread = _spread(values, self.low, self.high)
        if not spread and not self.missing:
            return DroppedColumn(self.name, "constant", f"always {self.low:.6g}")
        return NumberColumn(self.name, float(np.median(values)), spread, by, self.missing > 0)


def _spread(values: np.ndarray, low: float, high: float) -> tuple[str, float]:
    floor = max(abs(low), abs(high)) * NEGLIGIBLE
    with np.errstate(over="ignore", invalid="ignore"):
        found = ((name, measure(values, low, high)) for name, measure in SPREADS.items())
        return next(
            ((name, size) for name, size in found if floor < size < np.inf and 1 / size < np.inf), ("none", 0.0)
        )


def _restore(name: str, facts: Facts, numbers: Numbers) -> NumberColumn:
    centre, spread = numbers.take(2)
    by, flagged = facts.choice("by", (*SPREADS, "none")), facts.flag("flagged")
    if (spread == 0) != (by == "none") or spread < 0 or (spread and not 1 / spread < np.inf) or not (spread or flagged):
        raise facts.broken("is not one that a column can have", at="spread")
    return NumberColumn(name, centre, spread, by, flagged)


def _begin(name: str, limits: Limits, format: str | None) -> Tally:
    return NumberTally(name, limits)


NUMBER = Kind("number", _begin, _restore, ("by", "flagged"))
