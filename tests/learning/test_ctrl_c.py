"""Ctrl-C finishes the batch and keeps what was learned; a second one stops at once."""

from __future__ import annotations

import os
import signal
import threading
from typing import Any

import pytest

from glassnet.engines.state import State
from glassnet.learning.interrupts import graceful_interrupt
from glassnet.learning.run import Callback, Run
from glassnet.learning.training import Outcome, train
from glassnet.pieces.optimizers import LBFGS
from warm import PIPE, Warm


@pytest.fixture(autouse=True)
def default_handler(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The handler of a fresh Python, and chunks of one step."""
    monkeypatch.setattr("glassnet.learning.training.CHUNK_SECONDS", 0.0)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


class CtrlC(Callback):
    """Presses Ctrl-C when a step is done."""

    def __init__(self, step: int, times: int = 1) -> None:
        self.step, self.times = step, times

    def on_chunk_end(self, run: Run) -> None:
        if run.state.step == self.step:
            for _ in range(self.times):
                signal.raise_signal(signal.SIGINT)


def test_it_stops_after_the_batch(plan: Any, rows: Any) -> None:
    what = plan()
    state = State.new(what)
    outcome = train(what, state, rows(), callbacks=[CtrlC(10)])
    assert (state.step, state.epoch, state.rows_done) == (10, 1, 24)
    assert (outcome.ending, outcome.reason) == ("interrupted", "interrupted after 1 epoch and 24 rows")
    assert outcome.parameters.theta.tobytes() == state.theta.tobytes()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_it_goes_on_to_the_same_bits(plan: Any, rows: Any, numbers: Any) -> None:
    what = plan()
    undisturbed, state = State.new(what), State.new(what)
    train(what, undisturbed, rows())
    train(what, state, rows(), callbacks=[CtrlC(10)])
    assert train(what, state, rows()).ending == "finished"
    assert numbers(state) == numbers(undisturbed)


def test_lbfgs_stops_after_the_iteration(plan: Any, rows: Any) -> None:
    what = plan(optimizer=LBFGS(), epochs=50)
    state = State.new(what)
    outcome = train(what, state, rows(), callbacks=[CtrlC(3)])
    assert (state.epoch, outcome.ending) == (3, "interrupted")


def test_a_second_one_stops_at_once(plan: Any, rows: Any) -> None:
    what = plan()
    state = State.new(what)
    with pytest.raises(KeyboardInterrupt):
        train(what, state, rows(), callbacks=[CtrlC(10, times=2)])
    assert state.step == 10
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_handler_of_ones_own_is_left_alone(plan: Any, rows: Any) -> None:
    pressed: list[int] = []
    handler = lambda number, frame: pressed.append(number)  # noqa: E731
    signal.signal(signal.SIGINT, handler)
    what = plan()
    outcome = train(what, State.new(what), rows(), callbacks=[CtrlC(10)])
    assert outcome.ending == "finished"
    assert pressed == [signal.SIGINT]
    assert signal.getsignal(signal.SIGINT) is handler


def test_training_in_a_thread(plan: Any, rows: Any) -> None:
    what, outcomes = plan(), list[Outcome]()
    thread = threading.Thread(target=lambda: outcomes.append(train(what, State.new(what), rows())))
    thread.start()
    thread.join()
    assert [outcome.ending for outcome in outcomes] == ["finished"]
    with graceful_interrupt() as interrupted:
        assert not interrupted.is_set()


def test_trainings_within_a_training(plan: Any, rows: Any) -> None:
    """A callback that trains a network of its own takes nothing from the outer training."""
    what = plan()

    def inner(run: Run) -> None:
        train(what, State.new(what), rows(), epochs=1)

    state = State.new(what)
    outcome = train(what, state, rows(), callbacks=[inner, CtrlC(10)])
    assert (state.step, outcome.ending) == (10, "interrupted")
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


SCRIPT = """
import numpy as np
from glassnet.engines.plan import Rows
from glassnet.engines.plan import Plan
from glassnet.engines.state import State
from glassnet.learning.run import Callback
from glassnet.learning.training import train
from glassnet.network.network import Network

class Ready(Callback):
    notified = False
    def on_chunk_end(self, run):
        if not self.notified:
            print("ready", flush=True)
        self.notified = True

X = np.random.default_rng(0).normal(size=(500, 5)).astype("float32")
plan = Plan(Network.mlp(5, [50], 1), examples=500, epochs=10**7)
state = State.new(plan)
before = state.theta.copy()
outcome = train(plan, state, Rows(X, X[:, 0]), callbacks=[Ready()])
print(outcome.ending, state.step > 0, bool(np.isfinite(state.theta).all()), bool((state.theta != before).any()))
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGINT to another process is a matter of POSIX systems")
def test_a_real_signal_to_a_real_process() -> None:
    with Warm("-c", SCRIPT, stdout=PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert said == "interrupted True True True\n"
