"""The order of a stream's rows in two levels: of slices, then of the rows in a buffer of several slices.

Source: CorgiPile, Xu et al., *In-database machine learning with CorgiPile*, SIGMOD 2022.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

import numpy as np

from glassnet.arrays import Array
from glassnet.data.streams.slices import Slice
from glassnet.engines.epoch_order import order_of
from glassnet.randomness import buffer_seed

SLICES = -1  # in place of a buffer's number: the order of the slices themselves


class Buffer(NamedTuple):
    """What is read together and shuffled.

    Args:
        number: from 0 in its epoch.
        slices: in the order of reading.
        start: rows of the epoch before its first.
        rows: learned from.
    """

    number: int
    slices: list[Slice]
    start: int
    rows: int


@dataclass(frozen=True, eq=False)
class Order:
    """The order of each epoch, from seed and epoch alone.

    Args:
        units: slices; several where they must stay together.
        room: rows of a buffer.
        levels: what the target of each unit is like, a number (units,), where the table is sorted by it: then a buffer
            draws from all of them in proportion. Else None.

    >>> units = [[Slice(part, 0, 10, 10 * part, 10)] for part in range(6)]
    >>> [[one.part for one in buffer.slices] for buffer in Order(units, room=20).buffers(seed=0, epoch=0)]
    [[5, 3], [0, 4], [2, 1]]
    """

    units: Sequence[Sequence[Slice]]
    room: int
    levels: Array | None = None

    @property
    def rows(self) -> int:
        """Of an epoch."""
        return sum(one.learned for unit in self.units for one in unit)

    @property
    def at_once(self) -> bool:
        """Whether one buffer holds all, so that the order is that of a training in memory."""
        return self.rows <= self.room

    def buffers(self, seed: int, epoch: int, shuffle: bool = True) -> Iterator[Buffer]:
        """The buffers of an epoch."""
        some: list[Slice] = []
        number = start = rows = 0
        for one in self._slices(seed, epoch, shuffle):
            if some and rows + one.learned > self.room:
                yield Buffer(number, some, start, rows)
                number, start, some, rows = number + 1, start + rows, [], 0
            some.append(one)
            rows += one.learned
        yield Buffer(number, some, start, rows)

    def _slices(self, seed: int, epoch: int, shuffle: bool) -> Iterator[Slice]:
        count = len(self.units)
        if self.at_once or not shuffle:
            places = np.arange(count)
        elif self.levels is None:
            places = order_of(count, buffer_seed(seed, SLICES), epoch)
        else:
            places = self._in_proportion(self.levels, buffer_seed(seed, SLICES), epoch)
        return chain.from_iterable(self.units[place] for place in places.tolist())

    def _in_proportion(self, levels: Array, seed: int, epoch: int) -> Array:
        """An order in which units of all levels take turns: one of each stratum after the other."""
        count = len(self.units)
        strata = min(count, max(1, round(count * self.room / max(1, self.rows))))
        ranks = np.empty(count, np.int64)
        ranks[np.argsort(levels, kind="stable")] = np.arange(count)
        stratum = ranks * strata // count
        drawn = order_of(count, seed, epoch)  # the first in it of each stratum goes into the first buffer, and so on
        turn = np.empty(count, np.int64)
        for number in range(strata):
            own = drawn[stratum[drawn] == number]
            turn[own] = np.arange(len(own))
        return drawn[np.argsort(turn[drawn], kind="stable")]


def order_within(buffer: Buffer, carried: int, seed: int, epoch: int, shuffle: bool = True) -> Array:
    """The order of a buffer's rows, those carried over from the one before at its head: places (carried + rows,)."""
    own = order_of(buffer.rows, buffer_seed(seed, buffer.number), epoch, shuffle)
    return np.concatenate([np.arange(carried), own + carried]) if carried else own
