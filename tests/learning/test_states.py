"""The states of a training: found again to the bit at every step, within a budget, and gone on from."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from glassnet import Dense, Network, Penalties, Plan, Rows, State, StateRecorder, trace, train
from glassnet.errors import InvalidInput
from glassnet.learning.run import Callback, Run
from glassnet.pieces.optimizers import OPTIMIZERS
from isas import RUNNING
from learning.test_same_bits import VARIANTS, StopAtStep, deep, settings_of

CHOSEN = ["plain", "optimizer=adam", "schedule=one_cycle", "not shuffled", "one batch an epoch", "everything"]


@pytest.fixture
def one_step_a_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that much is notified, and a training stops at any step."""
    monkeypatch.setattr("glassnet.learning.training.CHUNK_SECONDS", 0.0)


@pytest.mark.parametrize("variant", CHOSEN)
def test_every_step_is_found_again(variant: str, plan: Any, rows: Any, numbers: Any, monkeypatch: Any) -> None:
    """Against a training that was stopped at that step; recorded with one state to start from, and asked backwards."""
    what = plan(**VARIANTS[variant])
    data, alone, watched, states = rows(what.dtype), State.new(what, seed=3), State.new(what, seed=3), StateRecorder(1)
    train(what, alone, data, **settings_of(what, rows))
    train(what, watched, data, callbacks=[states], **settings_of(what, rows))
    assert numbers(watched) == numbers(alone), "watching changes no bit"
    assert (states.first, states.last, states.kept) == (0, alone.step, [0])
    monkeypatch.setattr("glassnet.learning.training.CHUNK_SECONDS", 0.0)
    n = what.steps_per_epoch
    for step in sorted({0, 1, n - 1, n, n + 2, alone.step - 1, alone.step}, reverse=True):
        if 0 <= step <= alone.step:
            stopped = State.new(what, seed=3)
            train(what, stopped, data, callbacks=[StopAtStep(step)], **settings_of(what, rows)) if step else None
            assert numbers(states.at(step).state) == numbers(stopped), step


@pytest.mark.parametrize("engine", [name for name in RUNNING if name != "loops"])
def test_each_step_leads_to_the_next(engine: str, plan: Any, rows: Any) -> None:
    """The batch that is said to be next is the one that training takes: a trace of it arrives at the next state."""
    what, states = plan(deep(), epochs=2), StateRecorder()
    train(what, State.new(what, seed=1), rows(weights=True), engine=engine, callbacks=[states])
    for step in range(states.last):
        paused, after = states.at(step), states.at(step + 1)
        seen = trace(paused)
        assert seen.engine == engine and seen.number == step + 1 and len(seen.rows) == len(paused.batch)
        assert seen.after.theta.tobytes() == after.state.theta.tobytes()
        assert seen.after.running.tobytes() == after.state.running.tobytes()


def test_l_bfgs_too(plan: Any, rows: Any, numbers: Any) -> None:
    """Its iterations are steps; what it knows of the curvature is found again, too."""
    what = plan(optimizer=OPTIMIZERS.make("lbfgs"), dtype="float64", epochs=9, penalties=Penalties(l2=1e-3))
    data, states = rows("float64"), StateRecorder(1)
    train(what, State.new(what, seed=2), data, callbacks=[states])
    assert states.last == 9 and states.at(4).batch.tolist() == list(range(what.examples))
    for step in (9, 4, 5, 0):
        stopped = State.new(what, seed=2)
        train(what, stopped, data, epochs=step)
        assert numbers(states.at(step).state) == numbers(stopped), step


class Watch(Callback):
    """What the recorder takes after each step."""

    def __init__(self, states: StateRecorder) -> None:
        self.states, self.most = states, 0

    def on_chunk_end(self, run: Run) -> None:
        self.most = max(self.most, self.states.bytes)


@pytest.mark.usefixtures("one_step_a_chunk")
@pytest.mark.parametrize("fit", [1, 2, 3, 7, 1000])
def test_the_budget_holds(fit: int, plan: Any, rows: Any, numbers: Any) -> None:
    """Never more bytes than allowed; few states are far apart, evenly, and the first is kept."""
    what = plan(epochs=5)
    state = State.new(what)
    each = state.theta.nbytes + state.running.nbytes + state.slots.nbytes
    states = StateRecorder(budget=fit * each)
    watch = Watch(states)
    train(what, state, rows(), callbacks=[states, watch])
    assert each <= watch.most <= fit * each and states.kept[0] == 0 and len(states.kept) <= fit
    steps = what.total_steps
    assert fit < steps or sorted(set(states.kept)) == list(range(steps + 1)), "with room for all, all are kept"
    if 2 <= fit < steps:
        assert max(np.diff([*states.kept, steps])) <= 2 * (2 * steps / fit + 2)
    fresh = StateRecorder()
    train(what, State.new(what), rows(), callbacks=[fresh])
    assert numbers(states.at(steps // 2).state) == numbers(fresh.at(steps // 2).state)


def test_a_branch_goes_its_own_way(plan: Any, rows: Any, numbers: Any) -> None:
    """Untouched it arrives where the training did; edited it goes on from there, and the past is as it was."""
    what, data = plan(deep(), epochs=3), rows()
    state, states, branched = State.new(what), StateRecorder(), StateRecorder()
    train(what, state, data, callbacks=[states])
    middle = what.total_steps // 2
    same, other = states.at(middle), states.at(middle)
    same.train()
    assert numbers(same.state) == numbers(state)
    other.parameters.W[1][0, 0] += 1
    other.train(callbacks=[branched])
    assert numbers(other.state)["theta"] != numbers(state)["theta"]
    assert (branched.first, branched.last) == (middle, states.last)
    by_hand = states.at(middle).state
    by_hand.parameters(what.network).W[1][0, 0] += 1
    assert numbers(branched.at(middle).state) == numbers(by_hand)
    train(what, by_hand, data)
    assert numbers(by_hand) == numbers(other.state) == numbers(branched.at(branched.last).state)


def test_a_training_in_two_calls_is_one_recording(plan: Any, rows: Any, numbers: Any) -> None:
    what, data = plan(epochs=4), rows()
    state, states = State.new(what), StateRecorder()
    train(what, state, data, callbacks=[states], epochs=1)
    train(what, state, data, callbacks=[states])
    assert (states.first, states.last) == (0, what.total_steps)
    assert numbers(states.at(what.total_steps).state) == numbers(state)
    train(what, State.new(what), data, callbacks=[states], epochs=1)
    assert states.last == what.steps_per_epoch, "another training begins anew"


def test_a_diverged_training_is_found_again_up_to_its_end() -> None:
    X = np.linspace(-1, 1, 20).reshape(-1, 1)
    descent = OPTIMIZERS.make("gradient_descent", learning_rate=1e150)
    what = Plan(Network(1, [Dense(1)]), 20, optimizer=descent, batch_size=5, epochs=9, dtype="float64")
    state, states = State.new(what), StateRecorder()
    assert train(what, state, Rows(X, X), callbacks=[states]).ending == "diverged"
    assert 0 < states.last == state.step and states.at(states.last).state.theta.tobytes() == state.theta.tobytes()


def test_what_was_not_recorded(plan: Any, rows: Any) -> None:
    states, what = StateRecorder(), plan(epochs=1)
    with pytest.raises(InvalidInput, match=r"step 3\); pass it to train\(\) as a callback"):
        states.at(3)
    train(what, State.new(what), rows(), callbacks=[states])
    for step in (-1, states.last + 1):
        with pytest.raises(InvalidInput, match=rf"{step:,}, recorded are 0 to {states.last:,}"):
            states.at(step)
