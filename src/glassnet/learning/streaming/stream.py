"""``Stream``: the rows of a training that are too many for memory, encoded and shuffled buffer by buffer."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

import numpy as np

from glassnet.arrays import Array
from glassnet.data.streams.slices import Shares, Slice
from glassnet.engines.plan import Plan, Rows
from glassnet.engines.state import State
from glassnet.learning.streaming.order import Order, order_within
from glassnet.learning.streaming.prefetch import ahead

Reader = Callable[[Slice], Iterator[Rows]]
"""From a slice to its rows as the network takes them, in order, those alone that are learned from."""

Opening = Callable[[], Reader]
"""Begins to read; a reader goes on from where the slice before ended."""

Piece = tuple[Rows, Array]
"""Rows, and the order in which steps visit some of them: whole batches, but at the end of an epoch."""


@dataclass(eq=False)
class Stream:
    """Rows of a training, in an order that follows from seed and epoch; any place of it is found again.

    Memory holds two buffers: one is trained on while the next is read, encoded and shuffled in the background.

    Args:
        order: of the rows.
        open: see :data:`Opening`.
        shares: which rows are learned from.
        sample: some of the rows, as many as are judged after each epoch.
        fingerprint: what tells these rows from others.
    """

    order: Order
    open: Opening
    shares: Shares
    sample: Rows
    fingerprint: str = ""
    _running: Generator[Piece, None, None] | None = field(default=None, init=False, repr=False)
    _place: tuple[int, int, int] = field(default=(-1, -1, -1), init=False, repr=False)  # seed, epoch, rows done

    def rest(self, plan: Plan, state: State, until: int) -> Iterator[Piece]:
        """The pieces of the state's epoch that are still to be done; each is used up before the next is asked for."""
        done, m = state.rows_done, plan.examples
        if self._running is None or self._place != (state.seed, state.epoch, done):
            self.close()
            self._running = ahead(self._pieces(plan, state.seed, range(state.epoch, until), done))  # no further
        while done < m:
            try:
                rows, order = next(self._running)
            except BaseException:
                self.close()
                raise
            done += len(order)
            self._place = (state.seed, state.epoch, done) if done < m else (state.seed, state.epoch + 1, 0)
            yield rows, order

    def close(self) -> None:
        """Stop reading ahead."""
        running, self._running = self._running, None
        if running is not None:
            running.close()

    def _pieces(self, plan: Plan, seed: int, epochs: range, done: int) -> Iterator[Piece]:
        """Of one epoch after the other, from a place of the first on."""
        buffers = Buffers(plan, self.order.room, self.sample)
        for each in epochs:
            yield from self._epoch(buffers, plan, seed, each, done if each == epochs.start else 0)

    def _epoch(self, buffers: Buffers, plan: Plan, seed: int, epoch: int, done: int) -> Iterator[Piece]:
        read, carried, m = self.open(), None, plan.examples
        listed = list(self.order.buffers(seed, epoch, plan.shuffle))
        # What is left over of a buffer goes into the next, so one is read before the place to go on from.
        first = max(0, sum(buffer.start + buffer.rows <= done for buffer in listed) - 1)
        for buffer in listed[first:]:
            rows = buffers.filled(buffer.slices, carried, read)
            held = 0 if carried is None else len(carried.Y)
            order = order_within(buffer, held, seed, epoch, plan.shuffle)
            start, end = buffer.start - held, buffer.start + buffer.rows
            if buffer is listed[first] and first:  # its own rows that came over are not here: they are done
                held = start % plan.batch_rows and plan.batch_rows - start % plan.batch_rows
                order, start = order[held:], start + held
            whole = len(order) if end == m else len(order) // plan.batch_rows * plan.batch_rows
            carried = rows.some(order[whole:]) if whole < len(order) else None
            part = order[max(0, done - start) : whole]
            if len(part):
                yield rows, part


class Buffers:
    """Memory for two buffers, one of which is read into while the other is used; of all rows, where these are few.

    Args:
        plan: of the training.
        room: rows of a buffer.
        like: rows of the training, for the shapes.
    """

    def __init__(self, plan: Plan, room: int, like: Rows) -> None:
        self._at_once = plan.examples <= room
        most, unweighted = plan.examples if self._at_once else room + plan.batch_rows, like.weights is None
        n, shape, dtype = plan.network.inputs, (most, *like.Y.shape[1:]), like.Y.dtype
        self._rows = [
            Rows(np.empty((most, n), plan.numpy_dtype), np.empty(shape, dtype), None if unweighted else np.empty(most))
            for _ in range(1 if self._at_once else 2)
        ]
        self._kept: Rows | None = None

    def filled(self, slices: Sequence[Slice], carried: Rows | None, read: Reader) -> Rows:
        """The rows of some slices, behind those carried over."""
        if self._kept is not None:
            return self._kept
        self._rows.reverse()
        memory, at = self._rows[0], 0
        for rows in chain([] if carried is None else [carried], chain.from_iterable(map(read, slices))):
            end = at + len(rows.Y)
            for into, some in zip(memory, rows, strict=True):
                if into is not None:
                    into[at:end] = some
            at = end
        filled = Rows(memory.X[:at], memory.Y[:at], None if memory.weights is None else memory.weights[:at])
        self._kept = filled if self._at_once else None
        return filled
