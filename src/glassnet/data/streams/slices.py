"""Slices of a table larger than memory: which rows are what to the training, and pieces that are read together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from glassnet.data.streams.by_column import ByColumn
from glassnet.data.streams.part import Part
from glassnet.randomness import holdout_keys

WORDS = "chosen by a hash of their numbers"
MOST_CUTS = 16  # of one part for a better shuffle: what lies before a slice of it is read for nothing


@dataclass(frozen=True)
class Shares:
    """Which rows are held out: those whose key, a hash of seed and row number, is below a share.

    So a row keeps its part whatever rows come after it, and nothing has to be remembered of any. Or a column says it.

    Args:
        test: of all rows, to judge by.
        validation: of all rows, to validate on.
        seed: of the keys.
        by: the column by which rows are held out instead; None for none.

    >>> shares = Shares(test=0.2, validation=0.1, seed=0)
    >>> rows = np.arange(1000)
    >>> [int(which(rows).sum()) for which in (shares.tested, shares.validated, shares.learned)]
    [194, 89, 717]
    """

    test: float = 0.0
    validation: float = 0.0
    seed: int = 0
    by: ByColumn | None = None

    def tested(self, rows: np.ndarray) -> np.ndarray:
        """Which of the rows with these numbers judge the model, (k,)."""
        return self._below(rows, self.test)

    def validated(self, rows: np.ndarray) -> np.ndarray:
        """Which are validated on, (k,)."""
        return self._below(rows, self.test + self.validation) & ~self.tested(rows)

    def learned(self, rows: np.ndarray) -> np.ndarray:
        """Which are learned from, (k,)."""
        return ~self._below(rows, self.test + self.validation)

    def known(self, rows: np.ndarray) -> np.ndarray:
        """Which are learned from or validated on, (k,)."""
        return ~self.tested(rows)

    @property
    def words(self) -> str:
        """Which rows are held out, those of the test and those to validate on."""
        return WORDS if self.by is None else self.by.words(self.test + self.validation)

    def _below(self, rows: np.ndarray, share: float) -> np.ndarray:
        if not share:
            return np.zeros(len(rows), bool)
        if self.by is not None:
            return self.by.held(rows, share)
        return np.asarray(holdout_keys(rows, self.seed) < np.uint64(min(int(share * 2**64), 2**64 - 1)))


class Slice(NamedTuple):
    """Rows of a part that are read together.

    Args:
        part: its number.
        start, stop: rows of the part.
        first: the number in the table of its first row.
        learned: how many of them are learned from.
    """

    part: int
    start: int
    stop: int
    first: int
    learned: int


def cut(one: Slice, learned: int, shares: Shares) -> tuple[Slice, Slice]:
    """A slice in two, of which the first has so many rows that are learned from, at least one.

    >>> cut(Slice(part=0, start=20, stop=30, first=70, learned=10), 4, Shares())
    (Slice(part=0, start=20, stop=24, first=70, learned=4), Slice(part=0, start=24, stop=30, first=74, learned=6))
    """
    numbers = np.arange(one.first, one.first + one.stop - one.start)
    rows = int(np.flatnonzero(shares.learned(numbers))[learned - 1]) + 1
    rest = Slice(one.part, one.start + rows, one.stop, one.first + rows, one.learned - learned)
    return one._replace(stop=one.start + rows, learned=learned), rest


def slices_of(parts: Sequence[Part], shares: Shares, most: int, wanted: int | None = None) -> list[list[Slice]]:
    """Each part in slices; those of a sequential part stay together, in order.

    Args:
        parts: of the table, their rows counted.
        shares: which rows are held out.
        most: rows of a slice.
        wanted: rows of a slice, so far as parts are not cut into more than ``MOST_CUTS`` for it; None for ``most``.

    >>> parts = [Part("a", lambda names: [], 10), Part("b", lambda names: [], 5, sequential=True)]
    >>> [[(one.part, one.start, one.stop) for one in some] for some in slices_of(parts, Shares(), 4)]
    [[(0, 0, 4)], [(0, 4, 7)], [(0, 7, 10)], [(1, 0, 3), (1, 3, 5)]]
    """
    found: list[list[Slice]] = []
    before = 0
    for number, part in enumerate(parts):
        rows = part.rows or 0
        cuts = max(-(-rows // most), min(MOST_CUTS, -(-rows // (wanted or most))))
        ends = [-(-rows * cut // max(1, cuts)) for cut in range(cuts + 1)]
        own = []
        for start, stop in pairwise(ends):
            numbers = np.arange(before + start, before + stop)
            own.append(Slice(number, start, stop, before + start, int(shares.learned(numbers).sum())))
        found += [own] if part.sequential else [[one] for one in own]
        before += rows
    return [some for some in found if some]
