"""Where the rows of a round lie: in a shard that was dealt from memory, or in buffers that workers read by themselves.

The slices of a stream are dealt to the shards like cards, and cut where a shard has as many rows as one dealt from
memory has. A buffer of a shard is read by whichever worker is free, a buffer ahead of the rounds, and its rows are put
into their order there; it follows from seed, epoch and shard alone, so one that is lost is read again to the same bits.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

import numpy as np

from glassnet.data.streams.slices import cut
from glassnet.engines.plan import Rows
from glassnet.errors import InvalidInput
from glassnet.learning.rounds.shard import Round, Shard, Share, Work
from glassnet.learning.streaming.order import Buffer, Order, order_within
from glassnet.learning.streaming.stream import Stream
from glassnet.randomness import member_seed

T = TypeVar("T")


def divided(stream: Stream, shards: int) -> Iterator[Order]:
    """The order of the rows of each shard.

    Raises:
        InvalidInput: there are fewer rows than shards.
    """
    order, levels = stream.order, stream.order.levels
    if order.rows < shards:
        seen = f"{order.rows:,} rows, {shards} shards"
        raise InvalidInput("each shard of a dataset needs a row", seen, "choose fewer shards")
    places = [place for first in range(shards) for place in range(first, len(order.units), shards)]
    left = deque((order.units[place][0], 0.0 if levels is None else levels[place]) for place in places)
    for number in range(shards):
        own, wanted = [], -(-(order.rows - number) // shards)
        while wanted:
            one, level = left.popleft()
            if one.learned > wanted:
                one, rest = cut(one, wanted, stream.shares)
                left.appendleft((rest, level))
            own.append((one, level))
            wanted -= one.learned
        units, of_units = [[one] for one, _ in own], np.array([level for _, level in own])
        yield Order(units, -(-order.room // shards), None if levels is None else of_units)


class Reading(NamedTuple):
    """A buffer to be read.

    Args:
        buffer: of a shard.
        seed, epoch: of the order of its rows; the seed is None where they stay as they lie.
    """

    buffer: Buffer
    seed: int | None = None
    epoch: int = 0

    def read(self, work: Work) -> Rows:
        """Its rows, in their order; a worker does this."""
        assert work.open is not None
        reader, plan = work.open(), work.plan
        rows = Rows.joined([some for one in self.buffer.slices for some in reader(one)]).of_dtype(plan.numpy_dtype)
        if self.seed is None:
            return rows
        return rows.some(order_within(self.buffer, 0, self.seed, self.epoch, plan.shuffle))


class Portion(NamedTuple, Generic[T]):
    """What a shard learns from in a round.

    Args:
        parts: where rows lie, one behind the other.
        start, stop: the rows of the round among them; ``stop`` is None where they are all rows of the shard, of which
            it chooses itself.
    """

    parts: list[T]
    start: int = 0
    stop: int | None = None

    def rows(self, get: Callable[[T], Rows]) -> Rows:
        """The rows, by what gets those of a part."""
        found, at = [], 0
        for part in map(get, self.parts):
            stop = None if self.stop is None else max(0, self.stop - at)
            found.append(part.some(slice(max(0, self.start - at), stop)))
            at += len(part.Y)
        return Rows.joined(found)

    def share(self, known: dict[int, Shard], number: int, work: Work, get: Callable[[T], Rows], at: Round) -> Share:
        """What a shard computes in a round, one of those that are ``known`` or become so."""
        rows = self.rows(get) if self.stop is not None or number not in known else None
        if number not in known:
            known[number] = Shard(work, number, rows)
        return known[number].share(at, None if self.stop is None else rows)


class Portions(Generic[T]):
    """The rows of all shards: the buffers that a round needs and those after them, each read once.

    Args:
        work: the training.
        shards: the rows of each, or the order in which they are read.
        put: puts rows where they are found again.
        read: has a buffer read by a worker; where its rows will be.
    """

    def __init__(
        self, work: Work, shards: Iterable[Rows | Order], put: Callable[[Rows], T], read: Callable[[Reading], T]
    ) -> None:
        self._size, self._read, self._plan = work.shard_plan.batch_size, read, work.plan
        self._orders: dict[int, Order] = {}
        self._whole: dict[int, T] = {}
        self._buffers: dict[int, dict[tuple[int, int], T]] = {}
        for number, one in enumerate(shards):
            if isinstance(one, Rows):
                self._whole[number] = put(one)
            elif one.at_once:
                self._whole[number] = read(Reading(next(one.buffers(0, 0))))
            else:
                self._orders[number], self._buffers[number] = one, {}
        self._listed = lru_cache(2 * len(self))(self._list)

    def __len__(self) -> int:
        return len(self._whole) + len(self._orders)

    def of(self, number: int, at: Round) -> Portion[T]:
        """What a shard learns from in a round."""
        if number in self._whole:
            return Portion([self._whole[number]])
        seed, epoch = member_seed(at.seed, number), at.epoch
        listed, rows = self._listed(number, seed, epoch), self._orders[number].rows
        start, stop = (min(step * self._size, rows) for step in (at.done, at.done + at.steps))
        needed = [one for one in listed if one.start < stop and one.start + one.rows > start] or listed[-1:]
        wanted = [Reading(one, seed, epoch) for one in needed]
        if (ahead := needed[-1].number + 1) < len(listed):
            wanted.append(Reading(listed[ahead], seed, epoch))
        elif epoch + 1 < self._plan.epochs:
            wanted.append(Reading(self._listed(number, seed, epoch + 1)[0], seed, epoch + 1))
        held = self._buffers[number]
        keys = [(one.epoch, one.buffer.number) for one in wanted]
        now = {key: held[key] if key in held else self._read(one) for key, one in zip(keys, wanted, strict=True)}
        self._buffers[number], first = now, needed[0].start
        return Portion([now[key] for key in keys[: len(needed)]], start - first, stop - first)

    def _list(self, number: int, seed: int, epoch: int) -> list[Buffer]:
        return list(self._orders[number].buffers(seed, epoch, self._plan.shuffle))
