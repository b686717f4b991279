"""Rows of a stream held out by a column: whole groups by a hash of their names, or the last in an order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b

import numpy as np

from glassnet.data.cell_format import CellFormat
from glassnet.data.cells import Cells
from glassnet.data.source import Source
from glassnet.data.splitting.columns import check_present, order_reader
from glassnet.data.splitting.options import SplitBy
from glassnet.data.splitting.split import Split
from glassnet.data.stream_sample import StreamSample
from glassnet.errors import InvalidInput
from glassnet.randomness import sampling_keys

SAMPLED = 100_000  # rows by which it is decided from which place on rows are held out


@dataclass(frozen=True, eq=False)
class ByColumn:
    """The place of each row by a column; rows are held out from a place on, so that no place stands on both sides.

    Args:
        source: all rows.
        column: of groups, whose place is a hash, or of numbers or times.
        grouped: whether it is one of groups.
        seed: of the hash.

    >>> from glassnet.data.reading.opening import open_source
    >>> days = ByColumn(open_source({"day": [3, 1, 2, 5, 4]}), "day", grouped=False, seed=0)
    >>> days.held(np.arange(5), 0.4), days.words(0.4)
    (array([False, False, False,  True,  True]), "the last by 'day', from 4 on")
    """

    source: Source = field(repr=False)
    column: str
    grouped: bool
    seed: int
    _marks: dict[float, np.ndarray] = field(default_factory=dict, init=False, repr=False)

    @classmethod
    def of(cls, source: Source, by: SplitBy, seed: int) -> ByColumn | None:
        """By the column that a user names; None where none is named.

        Raises:
            InvalidInput: two are named; memory holds no place for each group.
        """
        if by.group is not None and by.order_by is not None:
            what = "a dataset is divided by groups or by an order, not by both"
            remedy = "choose --group or --order-by, or train on a table in memory"
            raise InvalidInput(what, f"{by.group!r} and {by.order_by!r}", remedy)
        name = by.group if by.group is not None else by.order_by
        return None if name is None else cls(source, source.check_name(name), by.group is not None, seed)

    def held(self, rows: np.ndarray, share: float) -> np.ndarray:
        """Which of the rows with these numbers are held out, where a share of all rows is, (k,).

        A bit for each row of the table is kept.
        """
        if share not in self._marks:
            flags, cut = np.zeros(self.source.rows, bool), self.cut(share)
            self._read(lambda numbers, places: flags.__setitem__(numbers, places >= cut))
            self._marks[share] = np.packbits(flags, bitorder="little")
        return (self._marks[share][rows >> 3] >> (rows & 7).astype(np.uint8) & 1).astype(bool)

    def cut(self, share: float) -> float:
        """The place from which on rows are held out, so that these are nearest to a share of all rows.

        Raises:
            InvalidInput: all rows are at one place.
        """
        held = Split(order=self._sample, order_by=self.column).hold_out(len(self._sample), share, self.seed)[1]
        return float(self._sample[held].min())

    def words(self, share: float) -> str:
        """Which rows are held out."""
        if self.grouped:
            return f"whole groups by {self.column!r}, chosen by a hash of their names"
        cut = np.array([self.cut(share)])
        return Split(order=cut.astype(self._reader[1]), order_by=self.column).words(np.array([0]))

    @cached_property
    def _sample(self) -> np.ndarray:
        sample = StreamSample(SAMPLED)
        self._read(lambda rows, places: sample.add(places, sampling_keys(rows)))
        return sample.values()

    @cached_property
    def _reader(self) -> tuple[Callable[[Cells], np.ndarray], str]:
        """What reads the places of cells, and their type."""
        return (self._hashed, "f8") if self.grouped else order_reader(self.source, self.column)

    def _read(self, use: Callable[[np.ndarray, np.ndarray], object]) -> None:
        """Pass the numbers and the places of all rows on, block by block."""
        cell_format = CellFormat.of(self.source.options)
        for block in self.source.blocks([self.column]):
            places = self._reader[0](block.cells(self.column, cell_format))
            check_present(~np.isnan(places), self.column, block.rows)
            use(block.rows, places.astype(np.int64).astype(np.float64) if places.dtype.kind == "M" else places)

    def _hashed(self, cells: Cells) -> np.ndarray:
        """A number from 0 to 1 for the group of each cell, NaN where it is missing."""
        words = cells.texts().dictionary_encode()
        key = self.seed.to_bytes(8, "little")
        hashes = [blake2b(w.encode(), digest_size=8, key=key).digest() for w in words.dictionary.to_pylist()]
        numbers = np.array([*(int.from_bytes(one, "little") / 2**64 for one in hashes), np.nan])
        return numbers[words.indices.fill_null(-1).to_numpy()]
