"""Callbacks: called in order, able to stop, unable to change anything by looking; their errors are not swallowed."""

from __future__ import annotations

import signal
from typing import Any

import pytest

from glassnet.engines.choice import AUTOMATIC
from glassnet.engines.state import State
from glassnet.learning.history import History
from glassnet.learning.run import Callback, Run, TimeLimit
from glassnet.learning.training import train
from glassnet.pieces.optimizers import LBFGS


class Log(Callback):
    """Writes down what it is called with, and when."""

    def __init__(self) -> None:
        self.events: list[tuple[str, int, int]] = []

    def _note(self, event: str, run: Run) -> None:
        self.events.append((event, run.state.epoch, run.state.rows_done))

    def on_train_begin(self, run: Run) -> None:
        self._note("begin", run)

    def on_chunk_end(self, run: Run) -> None:
        self._note("chunk", run)

    def on_epoch_end(self, run: Run) -> None:
        self._note("epoch", run)

    def on_train_end(self, run: Run) -> None:
        self._note("end", run)

    def on_train_broken(self, run: Run) -> None:
        self._note("broken", run)


@pytest.fixture(autouse=True)
def one_step_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("glassnet.learning.training.CHUNK_SECONDS", 0.0)


def test_the_order_of_events(plan: Any, rows: Any) -> None:
    what, log = plan(epochs=2, batch_size=20), Log()
    train(what, State.new(what), rows(), callbacks=[log])
    epoch = [("chunk", 20), ("chunk", 40), ("chunk", 53)]
    assert log.events == [
        ("begin", 0, 0),
        *[(event, 0, row) for event, row in epoch],
        ("epoch", 1, 0),
        *[(event, 1, row) for event, row in epoch],
        ("epoch", 2, 0),
        ("end", 2, 0),
    ]


def test_the_order_of_events_of_lbfgs(plan: Any, rows: Any) -> None:
    what, log = plan(epochs=2, optimizer=LBFGS()), Log()
    train(what, State.new(what), rows(), callbacks=[log])
    assert [event for event, _, _ in log.events] == ["begin", "epoch", "chunk", "epoch", "chunk", "end"]


def test_nothing_left_to_do(plan: Any, rows: Any) -> None:
    what, log = plan(epochs=0), Log()
    outcome = train(what, State.new(what), rows(), callbacks=[log])
    assert [event for event, _, _ in log.events] == ["begin", "end"]
    assert (outcome.ending, outcome.reason, outcome.history.epochs) == ("finished", "0 epochs done", 0)


def test_a_function_is_called_after_each_epoch(plan: Any, rows: Any) -> None:
    what, seen = plan(), []
    train(
        what, State.new(what), rows(), callbacks=[lambda run: seen.append((run.state.epoch, run.history["cost"][-1]))]
    )
    assert [epoch for epoch, _ in seen] == [1, 2, 3, 4]
    assert seen[-1][1] < seen[0][1]


def test_callbacks_are_called_in_their_order(plan: Any, rows: Any) -> None:
    what, order = plan(epochs=1), []
    train(what, State.new(what), rows(), callbacks=[lambda run: order.append("a"), lambda run: order.append("b")])
    assert order == ["a", "b"]


def test_a_stop_in_the_middle_of_an_epoch(plan: Any, rows: Any) -> None:
    what, state = plan(), None

    class Stop(Callback):
        def on_chunk_end(self, run: Run) -> None:
            if run.state.step == 9:  # seven steps an epoch
                run.ask_to_stop("that is enough")
                run.ask_to_stop("no, this is the reason")

    state = State.new(what)
    outcome = train(what, state, rows(), callbacks=[Stop()])
    assert (state.step, state.epoch, state.rows_done) == (9, 1, 16)
    assert (outcome.ending, outcome.reason) == ("stopped", "that is enough")
    assert outcome.history.epochs == 1  # the epoch broken off is not recorded


def test_a_stop_after_the_last_batch_of_an_epoch_records_the_epoch(plan: Any, rows: Any) -> None:
    what = plan()

    class Stop(Callback):
        def on_chunk_end(self, run: Run) -> None:
            if run.state.rows_done == 53:
                run.ask_to_stop("")

    state = State.new(what)
    train(what, state, rows(), callbacks=[Stop()])
    assert (state.epoch, state.rows_done, len(state.history["cost"])) == (1, 0, 1)


def test_a_stop_at_the_end_of_an_epoch(plan: Any, rows: Any) -> None:
    what = plan()
    state = State.new(what)
    outcome = train(what, state, rows(), callbacks=[lambda run: run.ask_to_stop(f"after {run.state.epoch}")])
    assert (state.epoch, state.rows_done) == (1, 0)
    assert (outcome.ending, outcome.reason) == ("stopped", "after 1")


@pytest.mark.parametrize("event", ["on_train_begin", "on_chunk_end", "on_epoch_end", "on_train_end"])
@pytest.mark.parametrize("optimizer", [None, LBFGS()], ids=["mini-batches", "lbfgs"])
def test_an_error_in_a_callback_reaches_the_user(event: str, optimizer: Any, plan: Any, rows: Any) -> None:
    what, log = plan(epochs=3, **({"optimizer": optimizer} if optimizer else {})), Log()
    faulty = type("Faulty", (Callback,), {event: lambda self, run: 1 / 0})()
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(ZeroDivisionError):
        train(what, State.new(what), rows(), callbacks=[log, faulty])
    assert signal.getsignal(signal.SIGINT) is before
    assert log.events[-1][0] == "broken"


def test_a_training_goes_on_after_an_error_in_a_callback(plan: Any, rows: Any, numbers: Any) -> None:
    what = plan()
    undisturbed, state = State.new(what), State.new(what)
    train(what, undisturbed, rows())

    class Faulty(Callback):
        def on_chunk_end(self, run: Run) -> None:
            if run.state.step == 10:
                raise OSError("the network is down")

    with pytest.raises(OSError, match="down"):
        train(what, state, rows(), callbacks=[Faulty()])
    train(what, state, rows())
    assert numbers(state) == numbers(undisturbed)


def test_what_a_run_shows(plan: Any, rows: Any) -> None:
    what, state, data = plan(), State.new(plan()), rows()

    class Look(Callback):
        def on_train_begin(self, run: Run) -> None:
            assert run.plan is what
            assert run.state is state
            assert run.rows is data
            assert run.until == 2
            assert run.engine.name in AUTOMATIC
            assert run.engine is run.choice.engine and f"{run.engine.name} is the fastest" in run.choice.why
            assert isinstance(run.history, History)

    assert train(what, state, data, callbacks=[Look()], epochs=2).history.epochs == 2


# --- time -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock that shows what the test says."""
    now = [100.0]
    monkeypatch.setattr("glassnet.learning.run.time.monotonic", lambda: now[0])
    return now


class Tick(Callback):
    """Ten seconds pass at every step."""

    def __init__(self, clock: list[float]) -> None:
        self.clock = clock

    def on_chunk_end(self, run: Run) -> None:
        self.clock[0] += 10
        run.state.seconds = 0.0 + 10 * run.state.step


def test_a_time_limit(plan: Any, rows: Any, clock: list[float]) -> None:
    what = plan()
    state = State.new(what)
    outcome = train(what, state, rows(), callbacks=[Tick(clock), TimeLimit(45)])
    assert state.step == 5
    assert (outcome.ending, outcome.reason) == ("stopped", "the time limit of 45 s is over")


def test_a_time_limit_counts_all_sessions(plan: Any, rows: Any, clock: list[float]) -> None:
    what = plan()
    state = State.new(what)
    train(what, state, rows(), callbacks=[Tick(clock), TimeLimit(30)])
    assert state.step == 3
    clock[0] += 1e6  # a night between
    train(what, state, rows(), callbacks=[Tick(clock), TimeLimit(50)])
    assert state.step == 5


def test_a_time_limit_far_off_changes_nothing(plan: Any, rows: Any, numbers: Any) -> None:
    what = plan()
    alone, limited = State.new(what), State.new(what)
    train(what, alone, rows())
    assert train(what, limited, rows(), callbacks=[TimeLimit(3600)]).ending == "finished"
    assert numbers(limited) == numbers(alone)


def test_a_real_time_limit(plan: Any, rows: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("glassnet.learning.training.CHUNK_SECONDS", 0.01)
    what = plan(epochs=10**6)
    state = State.new(what)
    assert train(what, state, rows(), callbacks=[TimeLimit(0.1)]).ending == "stopped"
    assert 0 < state.epoch < 10**6
