"""What the blocks of a text column held so far: its cells seen as numbers, as times, as booleans, as words."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from glassnet.data.arrow import pa, pc
from glassnet.data.cell_format import NUMBER
from glassnet.data.inference.flags import flags
from glassnet.data.inference.number_scan import NumberScan
from glassnet.data.inference.time_scan import TimeScan
from glassnet.data.spelling.booleans import common_pair

WITH_DIGITS = r"(?i)\pN|^[+-]?inf"


@dataclass
class TextColumnScan:
    """The cells of a text column.

    Args:
        name: of the column.
        numbers, times: the cells seen so.
        declared: whether the user says that they are dates.
        present: how many hold a value.
        booleans: the different words in lower case, None where they are not a pair of booleans.
        words: the first two different words that are not numbers.
    """

    name: str
    numbers: NumberScan
    declared: bool = False
    times: TimeScan = field(default_factory=TimeScan)
    present: int = 0
    booleans: set[str] | None = field(default_factory=set)
    words: list[str] = field(default_factory=list)

    def add_plain(self, count: int) -> None:
        """Take in plain numbers."""
        self.present += count
        self.numbers.add_plain(count)
        self.booleans = self.booleans if not count else None

    def update(self, texts: pa.Array) -> None:
        """Take in the cells of a block, as words without surrounding blanks."""
        counts = pc.value_counts(texts.drop_null())
        distinct, times = counts.field("values"), np.asarray(counts.field("counts"))
        real = ~flags(pc.match_substring_regex(distinct, "(?i)^[+-]?nan$"))
        distinct, times = distinct.filter(pa.array(real)), times[real]
        self.present += int(times.sum())
        known = np.zeros(len(distinct), bool)
        if (digits := flags(pc.match_substring_regex(distinct, WITH_DIGITS))).any():
            some, often = distinct.filter(pa.array(digits)), times[digits]
            numbers = self.numbers.add(some, often, flags(pc.match_substring_regex(some, NUMBER)))
            other = ~numbers | flags(pc.match_substring_regex(some, "^[0-9]{8}$"))  # 20240227 is both
            numbers[other] |= self.times.add(some.filter(pa.array(other)), often[other])
            known[digits] = numbers
        if len(self.words) < 2 and not known.all():
            strange = distinct.filter(pa.array(~known))[:2].to_pylist()
            self.words = list(dict.fromkeys([*self.words, *strange]))[:2]
        if self.booleans is not None:
            found = {word.lower() for word in distinct[:5].to_pylist()} | self.booleans
            self.booleans = found if len(distinct) <= 5 and common_pair(found) else None
