"""The values of a target column: what they are, what is wrong with them, and whether they are classes or numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from glassnet.data.spelling.numbers import NumberFormat
from glassnet.data.targets.words import EXACT
from glassnet.errors import InvalidInput
from glassnet.text import counted, in_all

Task = Literal["classification", "regression"]
MOST_CLASSES = 20  # more different numbers than this are measurements, not labels
MOST_CODES = 200  # up to so many, whole numbers might be classes all the same: it is said what they are taken for


@dataclass(frozen=True)
class TargetValues:
    """The values of a target column.

    Args:
        name: of the column.
        distinct: the distinct values in order (k,), as the user has them.
        codes: for each row the index of its value in ``distinct``, int64 (m,); -1 where missing.
        rows: the number of each row in its table, int64 (m,).
        amounts: what number each distinct value is, float64 (k,); None for words.
        declared: why these are classes whatever they look like, such as "holds categories"; else "".
        notes: about their spelling, as sentences.
        format: how numbers are written, where these are; None is as every program writes them.
        marker: a word in it that is read as "missing", or "".
        learned: whether training is over, so that no option changes how they are read.
        times: how many rows each entry of ``codes`` stands for, int64 (m,), of a table larger than memory; None for 1.
    """

    name: str
    distinct: np.ndarray
    codes: np.ndarray
    rows: np.ndarray
    amounts: np.ndarray | None = None
    declared: str = ""
    notes: tuple[str, ...] = ()
    format: NumberFormat | None = None
    marker: str = ""
    learned: bool = False
    times: np.ndarray | None = None

    @property
    def count(self) -> int:
        """The number of rows."""
        return len(self.codes) if self.times is None else int(self.times.sum())

    def check_complete(self) -> None:
        """Raise if there are no values, or some are missing."""
        if not len(self.codes):
            raise InvalidInput(f"the target {self.name!r} has no rows", remedy="pass a table with rows")
        if not len(self.distinct):
            rows = counted(self.count, "row")
            raise InvalidInput(f"the target {self.name!r} is empty", rows, "name another column")
        if (missing := self.codes < 0).any():
            lacking = int(missing.sum() if self.times is None else self.times[missing].sum())
            seen = f"{lacking} of {counted(self.count, 'row')}, the first is row {self.rows[missing].min() + 1}"
            keep = f"{self.marker!r} is" if self.marker else "the cells hold a word that is"
            keep = "" if self.learned else f" (if {keep} a class, pass keep=, --keep{self.marker and ' '}{self.marker})"
            raise InvalidInput(f"the target {self.name!r} is missing in some rows", seen, f"leave these rows out{keep}")

    def numbers(self) -> np.ndarray:
        """The value of each row, float64 (m,)."""
        if self.amounts is None:
            seen = ", ".join(map(repr, self.distinct[:3].tolist()))
            remedy = "correct these cells" if self.learned else "choose classification"
            raise InvalidInput(f"the target {self.name!r} holds words, and a regression needs numbers", seen, remedy)
        return np.asarray(self.amounts[self.codes])

    def scaling(self) -> tuple[float, float]:
        """Mean and standard deviation.

        Raises:
            InvalidInput: where all values are the same, or too large to be squared.
        """
        numbers = self.numbers()
        with np.errstate(over="ignore", invalid="ignore"):
            center, scale = float(np.mean(numbers)), float(np.std(numbers))
            if self.times is not None:
                center = float(np.average(numbers, weights=self.times))
                scale = float(np.sqrt(np.average((numbers - center) ** 2, weights=self.times)))
        if not np.isfinite(center + scale):
            raise InvalidInput(f"the target {self.name!r} is too large to be scaled", remedy="pass it in a larger unit")
        if scale <= abs(center) * 1e-14 or 1 / scale == np.inf:
            low, *others = self.distinct.tolist()
            rounded = abs(center) >= EXACT and self.distinct.dtype.kind == "f"  # it may have varied as it was written
            if others or rounded:
                what = f"the target {self.name!r} varies too little for its size and float64's 16 digits"
                remedy = "subtract a constant from it, or choose classification (task=, --task) if these are keys"
                raise InvalidInput(what, f"{low} to {others[-1] if others else low}", remedy)
            seen = f"{low:g} {in_all(self.count)}" if isinstance(low, float) else f"{low} {in_all(self.count)}"
            raise InvalidInput(f"the target {self.name!r} is constant", seen, "there is nothing to learn from it")
        return center, scale

    def inexact(self) -> tuple[str, ...]:
        """A note where a regression cannot tell all of these numbers apart."""
        amounts = self.amounts
        if amounts is None or not ((np.abs(amounts) >= EXACT) & (amounts == np.floor(amounts))).any():
            return ()
        what = f"{self.name!r} holds whole numbers from {EXACT:,} on, which are rounded to float64's 16 digits"
        return (f"{what}; if they are keys rather than amounts, choose classification (task=, --task)",)


def find_task(values: TargetValues, wanted: Task | None) -> tuple[Task, str]:
    """ "classification" or "regression", and a sentence that says why.

    Words, booleans, categories and codes with leading zeros are classes. Whole numbers are classes if there are two of
    them, or if they are few (at most ``MOST_CLASSES``, on average in two rows or more) and close together, as labels
    are: 0 1 2, not 10 250 9000; with a unit they are amounts.
    """
    name, different = values.name, len(values.distinct)
    if wanted == "classification" and values.amounts is not None and _are_measurements(values):
        seen = f"{counted(different, 'different number')} in {counted(values.count, 'row')}"
        raise InvalidInput(f"the target {name!r} holds measurements, not classes", seen, "choose regression")
    if wanted is not None:
        return wanted, f"{wanted}, as asked"
    if values.amounts is None or values.declared:
        holds = values.declared or "holds words"
        return "classification", f"classification, because {name!r} {holds} ({different} different)"
    unit = values.format.mark if values.format else ""
    if not unit and _are_labels(values.amounts, values.count):
        why = f"{name!r} holds few whole numbers ({different} different)"
        return (
            "classification",
            f"classification, because {why}; if they are amounts, choose regression (task=, --task)",
        )
    reason = f"regression, because {name!r} holds numbers{unit and f' with {unit!r}'} ({different} different)"
    whole = bool((values.amounts == np.floor(values.amounts)).all())
    if whole and different <= min(MOST_CODES, values.count // 2):
        reason += "; if they are classes, choose classification (task=, --task)"
    return "regression", reason


def _are_labels(numbers: np.ndarray, rows: int) -> bool:
    if (numbers != np.floor(numbers)).any():
        return False
    close = numbers[-1] - numbers[0] < 3 * len(numbers)
    return len(numbers) == 2 or bool(len(numbers) <= min(MOST_CLASSES, rows // 2) and close)


def _are_measurements(values: TargetValues) -> bool:
    """Whether the numbers are fractions, most of which occur once: prices, not labels."""
    fractions = values.amounts is not None and (values.amounts != np.floor(values.amounts)).any()
    return bool(fractions and len(values.distinct) > max(MOST_CLASSES, values.count // 2))
