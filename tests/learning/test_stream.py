"""Training on a stream of rows: each row once an epoch, in an order found again at any place, to the bit."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glassnet.data.streams.part import Part
from glassnet.data.streams.slices import Shares, Slice, slices_of
from glassnet.engines.plan import Plan, Rows
from glassnet.engines.state import State
from glassnet.errors import InvalidInput, UnusableFile
from glassnet.learning.run import Callback
from glassnet.learning.states.recorder import StateRecorder
from glassnet.learning.streaming.order import Order
from glassnet.learning.streaming.prefetch import ahead
from glassnet.learning.streaming.stream import Stream
from glassnet.learning.training import train
from glassnet.network.network import Network
from glassnet.pieces.optimizers import OPTIMIZERS

M = 700
X = np.random.default_rng(0).normal(size=(M, 3)).astype("float32")
ROWS = Rows(X, (X[:, :1] > 0).astype("float32"))
SIZES = (130, 70, 200, 50, 150, 100)
PLAN = Plan(Network.mlp(3, [8], 1, loss="binary_cross_entropy"), examples=M, batch_size=32, epochs=3)


def stream_of(room: int, most: int = 60, levels: bool = False, shares: Shares | None = None) -> Stream:
    parts = [Part(str(number), lambda names: [], size) for number, size in enumerate(SIZES)]
    units = slices_of(parts, shares or Shares(), most)

    def read(one: Slice):
        for start in range(one.first, one.first + one.stop - one.start, 37):
            yield ROWS.some(np.arange(start, min(start + 37, one.first + one.stop - one.start)))

    order = Order(units, room, np.arange(len(units)) if levels else None)
    return Stream(order, lambda: read, shares or Shares(), ROWS.some(np.arange(50)))


def order_of_rows(stream: Stream, done: int = 0, epoch: int = 0, seed: int = 0, batch: int = 32) -> list[float]:
    """What identifies each row, in the order of visits; the rows of a piece are copied before the next is asked for."""
    plan, at = replace(PLAN, batch_size=batch), SimpleNamespace(seed=seed, epoch=epoch, rows_done=done)
    pieces = [rows.X[order, 0].tolist() for rows, order in stream.rest(plan, at, epoch + 1)]
    stream.close()
    assert all(len(piece) % batch == 0 for piece in pieces[:-1])
    return [x for piece in pieces for x in piece]


@settings(max_examples=15, deadline=None)
@given(st.sampled_from([1, 7, 32]), st.integers(150, 800), st.integers(5, 60), st.booleans(), st.data())
def test_every_row_comes_once_and_any_place_is_found_again(batch, room, most, levels, data):
    stream = stream_of(room, most, levels)
    whole = order_of_rows(stream, batch=batch)
    assert sorted(whole) == sorted(X[:, 0].tolist())
    assert order_of_rows(stream, batch=batch) == whole != order_of_rows(stream, epoch=1, batch=batch)
    done = batch * data.draw(st.integers(0, M // batch))
    assert order_of_rows(stream, done, batch=batch) == whole[done:]


def test_one_buffer_for_all_is_a_training_in_memory_to_the_bit():
    memory, streamed = State.new(PLAN), State.new(PLAN)
    train(PLAN, memory, ROWS)
    train(PLAN, streamed, ROWS.some(np.arange(50)), stream=stream_of(M))
    np.testing.assert_array_equal(streamed.theta, memory.theta)
    assert streamed.history["cost"] == memory.history["cost"]


class StopAt(Callback):
    def __init__(self, step):
        self.step = step

    def on_chunk_end(self, run):
        if run.state.step >= self.step:
            run.ask_to_stop("asked")


@pytest.mark.parametrize("stop", [1, 5, 6, 13, 22, 30, 43])
def test_stopped_anywhere_it_goes_on_to_the_same_bits(stop, monkeypatch):
    monkeypatch.setattr("glassnet.learning.training.CHUNK_SECONDS", 0.0)
    whole, parts = State.new(PLAN), State.new(PLAN)
    train(PLAN, whole, ROWS, stream=stream_of(200))
    train(PLAN, parts, ROWS, stream=stream_of(200), callbacks=[StopAt(stop)])
    assert parts.step < whole.step
    train(PLAN, parts.copy(), ROWS, stream=stream_of(200))
    going_on = parts.copy()
    train(PLAN, going_on, ROWS, stream=stream_of(200))
    np.testing.assert_array_equal(going_on.theta, whole.theta)
    assert {n: c for n, c in going_on.history.items() if n != "seconds"} == {
        n: c for n, c in whole.history.items() if n != "seconds"
    }


def test_buffers_of_a_sorted_table_draw_from_all_of_it():
    units = [[Slice(number, 0, 10, 10 * number, 10)] for number in range(100)]
    levels = np.repeat(np.arange(4.0), 25)

    def spread(order):
        return [np.bincount([one.part // 25 for one in b.slices], minlength=4).std() for b in order.buffers(0, 0)]

    assert max(spread(Order(units, 200, levels))) <= 0.5 < 1.5 < max(spread(Order(units, 200)))
    listed = [one.part for buffer in Order(units, 200, levels).buffers(1, 2) for one in buffer.slices]
    assert sorted(listed) == list(range(100))


def test_the_next_is_made_while_this_one_is_used():
    made: list[int] = []

    def items():
        for number in range(3):
            made.append(number)
            yield number

    using = ahead(items())
    assert next(using) == 0
    until = time.monotonic() + 5
    while made != [0, 1] and time.monotonic() < until:
        time.sleep(0.001)
    assert made == [0, 1]
    using.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("glassnet-reader")]


def test_nothing_is_read_for_an_epoch_that_does_not_come():
    stream, read = stream_of(200), []
    reader = stream.open()
    stream.open = lambda: lambda one: read.append(one) or reader(one)
    for epochs in (2, 1):
        train(PLAN, State.new(PLAN), ROWS.some(np.arange(50)), stream=stream, epochs=epochs)
        assert len(read) == epochs * len(stream.order.units)
        read.clear()


def test_an_error_of_the_reader_ends_the_training_between_two_steps():
    stream = stream_of(200)

    def broken():
        read = stream_of(200).open()

        def until(one):
            if one.part == 4:
                raise UnusableFile("4.parquet is gone")
            yield from read(one)

        return until

    state = State.new(PLAN)
    with pytest.raises(UnusableFile, match=r"4\.parquet is gone"):
        train(PLAN, state, ROWS, stream=replace(stream, open=broken))
    assert state.rows_done == 32 * state.step < M
    train(PLAN, state, ROWS, stream=stream)
    whole = State.new(PLAN)
    train(PLAN, whole, ROWS, stream=stream_of(200))
    np.testing.assert_array_equal(state.theta, whole.theta)


def test_what_needs_all_rows_at_once_is_refused():
    plan = replace(PLAN, optimizer=OPTIMIZERS.make("lbfgs"))
    with pytest.raises(InvalidInput, match="takes steps on all rows at once"):
        train(plan, State.new(plan), ROWS, stream=stream_of(M))
    with pytest.raises(InvalidInput, match="cannot be taken again from a recorded state"):
        train(PLAN, State.new(PLAN), ROWS, stream=stream_of(200), callbacks=[StateRecorder()])
    with pytest.raises(InvalidInput, match="the plan is for another number of examples"):
        train(replace(PLAN, examples=60), State.new(PLAN), ROWS, stream=stream_of(200))
