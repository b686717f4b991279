"""Categories, one-hot encoded: one output a value, one for all rare values together, one for missing.

A value that training did not have counts as rare; without a rare output, all outputs are 0: an output that was never 1
in training has weights that were never trained.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from glassnet.archive import Facts
from glassnet.data.arrow import pa, pc
from glassnet.data.cells import Cells
from glassnet.data.kinds.base import Column, Kind, Limits, begin_each, write_each
from glassnet.data.kinds.dropped import DroppedColumn
from glassnet.data.number_reader import NumberReader
from glassnet.data.unfamiliar import Unfamiliar
from glassnet.text import counted

RARE = 5  # a value in fewer rows than this is rare; in small tables, in fewer than one row in a hundred

NAMES = 1 << 22  # letters that the output names of one column may have together, in a file


@dataclass(frozen=True)
class CategoryColumn(Column):
    """A column of categories.

    Args:
        name: of the column.
        values: that have an output each, the most frequent first.
        rest: whether rare values share an output.
        flagged: whether missing cells have an output.
        short: rows by which the count of a value may be too low, where not all could be counted.
    """

    kind: ClassVar[str] = "category"
    stored: ClassVar[tuple[str, ...]] = ("values", "rest", "flagged")

    values: tuple[str, ...]
    rest: bool
    flagged: bool
    short: int = field(default=0, compare=False)  # for the notes of a training

    @property
    def note(self) -> str:
        if not self.short:
            return ""
        return f"column {self.name!r} has too many different words: counts are short by {self.short:,} rows at most"

    @classmethod
    def restore(cls, name: str, facts: Facts, numbers: NumberReader) -> CategoryColumn:
        values = tuple(facts.texts("values", distinct=True))
        if not values:
            raise facts.broken("is empty", at="values")
        if len(name) * len(values) > NAMES:
            raise facts.broken("are too many for a column with so long a name", at="values")
        return cls(name, values, facts.flag("rest"), facts.flag("flagged"))

    @property
    def outputs(self) -> tuple[str, ...]:
        extra = (*(("rare or new",) if self.rest else ()), *(("missing",) if self.flagged else ()))
        return (*(f"{self.name} = {value}" for value in self.values), *(f"{self.name} is {word}" for word in extra))

    @cached_property
    def _words(self) -> pa.Array:
        return pa.array(self.values, pa.string())

    def encode(self, cells: Cells, out: np.ndarray) -> None:
        """A 1 in the output of the value, 0 elsewhere."""
        texts = cells.texts()
        place = pc.index_in(texts, self._words)
        known = place.is_valid().to_numpy(zero_copy_only=False)
        missing = texts.is_null().to_numpy(zero_copy_only=False)
        out[:] = 0
        out[known.nonzero()[0], place.drop_null().to_numpy()] = 1
        if self.rest:
            out[:, len(self.values)] = ~known & ~missing
        if self.flagged:
            out[:, -1] = missing

    def compare(self, cells: Cells, out: np.ndarray, found: Unfamiliar) -> None:
        """Missing cells, and values without an output."""
        others = ~out[:, : len(self.values)].any(axis=1)
        if not others.any():
            return
        texts = cells.texts().filter(pa.array(others))
        found.add(self.name, "empty" if self.flagged else "missing", texts.null_count)
        if len(new := texts.drop_null()):
            problem = "rare" if self.rest else "new"
            found.add(self.name, problem, len(new), repr(new[0].as_py()), known=self.values)

    @property
    def done(self) -> str:
        count = len(self.values)
        shown = f"one output for each of {count} values" if count != 1 else f"one output for {self.values[0]!r}"
        rest, missing = ("one for rare or new values",) * self.rest, ("one for missing",) * self.flagged
        return ", ".join((shown, *rest, *missing))

    @property
    def facts(self) -> dict[str, Any]:
        return super().facts | {"values": list(self.values)}


class CategoryAccumulator:
    """How often each word occurs, as long as there are not too many different ones.

    Of more, with ``limits.heavy_hitters``, those that are common: whenever there are too many counters, what the first
    to go counts is taken from all (Misra, Gries 1982; in blocks, Agarwal et al. 2012, *Mergeable summaries*). No count
    is too high, and none is lower by more than the rows divided by the number of counters.
    """

    def __init__(self, name: str, limits: Limits) -> None:
        self.name, self.limits, self.missing, self.present = name, limits, 0, 0
        self.counts: Counter[str] = Counter()
        self.short = 0

    def update(self, cells: Cells) -> None:
        texts = cells.texts()
        self.missing += texts.null_count
        self.present += len(texts) - texts.null_count
        if len(self.counts) <= self.limits.distinct:
            counts = pc.value_counts(texts.drop_null())
            words, times = counts.field("values").to_pylist(), counts.field("counts").to_pylist()
            self.counts.update(dict(zip(words, times, strict=True)))
            if self.limits.heavy_hitters and len(self.counts) > self.limits.distinct:
                self._forget()

    def _forget(self) -> None:
        """Keep as many counters as there may be."""
        least = sorted(self.counts.values(), reverse=True)[self.limits.distinct]
        self.counts = Counter({word: count - least for word, count in self.counts.items() if count > least})
        self.short += least

    def column(self) -> Column:
        if (dropped := self._useless()) is not None:
            return dropped
        rare = max(min(RARE, math.ceil((self.present + self.missing) / 100)), self.short)
        ranked = sorted(self.counts.items(), key=lambda item: (-item[1], item[0]))
        values = tuple(value for value, count in ranked[: self.limits.categories] if count >= rare)
        if not values:
            return self._identifier()
        rest = len(values) < len(self.counts) or self.short > 0
        return CategoryColumn(self.name, values, rest, self.missing > 0, self.short)

    def _useless(self) -> DroppedColumn | None:
        different = len(self.counts)
        if self.short:
            return None if different else self._identifier()
        if not different:
            return DroppedColumn.empty(self.name)
        if different == 1 and not self.missing:
            return DroppedColumn(self.name, "constant", f"always {next(iter(self.counts))!r}")
        many = different > self.limits.categories and 2 * different > self.present
        return self._identifier() if many or different > self.limits.distinct else None

    def _identifier(self) -> DroppedColumn:
        limit = self.limits.distinct
        many, noun = len(self.counts) > limit or self.short > 0, "different word"
        different = f"more than {counted(limit, noun)}" if many else counted(len(self.counts), noun)
        rows, teach = counted(self.present, "row"), "teaches" if len(self.counts) == 1 else "teach"
        why = f"{different} in {rows}, like names or keys, {teach} nothing about new rows"
        return DroppedColumn(self.name, "identifier", why)


CATEGORY = Kind(CategoryColumn, begin_each(lambda name, limits, format: CategoryAccumulator(name, limits)), write_each)
