"""Whole epochs in one call of the kernels: the bits of epoch by epoch, wherever calls begin and end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import inf
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import isas
import problems
from glassnet.engines.native.engine import Native
from glassnet.engines.plan import Plan, Rows
from glassnet.engines.state import State
from glassnet.learning.run import Callback, Run
from glassnet.learning.stopping import Stopping
from glassnet.learning.training import Outcome, train
from glassnet.network.layers import Dense
from glassnet.network.network import Network
from glassnet.pieces.optimizers import OPTIMIZERS

pytestmark = isas.built

stoppings = st.none() | st.builds(
    Stopping, patience=st.sampled_from([0, 1, 2, inf]), tolerance=st.sampled_from([-1.0, 0.0, 1e-4, 0.1])
)


class Fixed:
    """A pace that takes so many steps a call, whatever the time."""

    def __init__(self, threads: int, steps: list[int]) -> None:
        self.threads, self.steps, self.calls = threads, steps, 0

    def next(self, most: float = inf) -> tuple[int, int]:
        self.calls += 1
        return self.threads, self.steps[self.calls % len(self.steps)]

    def took(self, threads: int, steps: int, seconds: float) -> None:
        pass


def trained(job: isas.Job, stopping: Stopping | None, pace: Fixed, **settings: Any) -> tuple[State, Outcome]:
    state = replace(job.state.apart(), history={})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Native, "_pace", lambda self, session: pace)
        outcome = train(job.plan, state, job.rows, engine="native", stopping=stopping, **settings)
    return state, outcome


@given(
    job=problems.jobs() | problems.jobs(dtype="float64"),
    stopping=stoppings,
    steps=st.lists(st.integers(1, 60), min_size=1, max_size=4),
    threads=st.integers(1, 3),
)
def test_the_bits_are_those_of_epoch_by_epoch(
    job: isas.Job, stopping: Stopping | None, steps: list[int], threads: int, numbers: Callable[[State], Any]
) -> None:
    by_one, ended = trained(job, stopping, Fixed(1, [10**6]), callbacks=[lambda run: None])
    at_once, ended_too = trained(job, stopping, Fixed(threads, steps))
    assert numbers(at_once) == numbers(by_one)
    assert (ended_too.ending, ended_too.reason) == (ended.ending, ended.reason)


@given(job=problems.jobs(), parts=st.lists(st.integers(1, 3), min_size=1, max_size=8))
def test_epochs_in_parts(job: isas.Job, parts: list[int], numbers: Callable[[State], Any]) -> None:
    whole, _ = trained(job, None, Fixed(1, [10**6]))
    state = replace(job.state.apart(), history={})
    for epochs in [*parts, job.plan.epochs]:
        train(job.plan, state, job.rows, engine="native", epochs=epochs)
    assert numbers(state) == numbers(whole)


class Chunks(Callback):
    """Counts the calls of an engine, and the epochs at each."""

    def __init__(self) -> None:
        self.epochs: list[int] = []

    def on_chunk_end(self, run: Run) -> None:
        assert run.history.epochs == run.state.epoch
        self.epochs.append(run.state.epoch)


def problem(epochs: int, **settings: Any) -> tuple[Plan, State, Rows]:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 4)).astype("float32")
    plan = Plan(Network(4, [Dense(8, "tanh"), Dense(1)]), 60, batch_size=60, epochs=epochs, n_threads=1, **settings)
    return plan, State.new(plan), Rows(X, X[:, 0] * X[:, 1])


def test_a_call_takes_many_epochs() -> None:
    chunks = Chunks()
    outcome = train(*problem(epochs=3000), engine="native", callbacks=[chunks])
    assert outcome.history.epochs == chunks.epochs[-1] == 3000
    assert len(chunks.epochs) < 1000
    assert all(seconds >= 0 for seconds in outcome.history["seconds"])


def test_a_divergence_keeps_the_epochs_before_it(numbers: Callable[[State], Any]) -> None:
    plan, state, rows = problem(epochs=500, optimizer=OPTIMIZERS.make("gradient_descent", learning_rate=1.9))
    again = replace(state.apart(), history={})
    first, second = train(plan, state, rows, engine="native"), train(plan, again, rows, callbacks=[lambda run: None])
    assert first.ending == second.ending
    assert first.reason == second.reason
    assert numbers(state) == numbers(again)


def test_a_stop_by_the_cost_says_so() -> None:
    outcome = train(*problem(epochs=5000), engine="native", stopping=Stopping(patience=5, tolerance=1e-3))
    assert outcome.ending == "stopped"
    assert outcome.reason == "cost did not improve by 0.001 in 5 epochs"
    assert 6 < outcome.history.epochs < 5000
