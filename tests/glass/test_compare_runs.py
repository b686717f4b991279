"""Two runs: the first step after which they differ, and the number that does."""

from __future__ import annotations

import numpy as np
import pytest

from glassnet import OPTIMIZERS, Dense, Dropout, Network, Plan, Rows, State, StateRecorder, first_difference, train
from glassnet.errors import InvalidInput

NETWORK = Network(3, [Dense(12, "tanh"), Dropout(0.2), Dense(1)])
X = np.random.default_rng(0).normal(size=(30, 3))
DATA = Rows(X, X[:, :1] ** 2)


def recorded(plan: Plan, state: State) -> StateRecorder:
    states = StateRecorder()
    train(plan, state, DATA, callbacks=[states])
    return states


def plan_of(optimizer: str = "adam", **settings) -> Plan:
    alpha = settings.pop("alpha", 0.01)
    made = OPTIMIZERS.make(optimizer, learning_rate=alpha)
    return Plan(
        settings.pop("network", NETWORK), 30, optimizer=made, batch_size=7, epochs=4, dtype="float64", **settings
    )


def test_the_same_run_twice():
    plan = plan_of()
    assert first_difference(recorded(plan, State.new(plan)), recorded(plan, State.new(plan))) is None


@pytest.mark.parametrize("edited", [0, 1, 9, 19])
def test_an_edited_weight_is_named(edited):
    """By its key in the ledger; so is the place where the optimizer remembers otherwise."""
    one = recorded(plan_of(), State.new(plan_of()))
    branch, other = one.at(edited), StateRecorder()
    branch.parameters.W[1][11, 2] = np.nextafter(branch.parameters.W[1][11, 2], 9)
    branch.train(callbacks=[other])
    found = first_difference(one, other)
    assert (found.step, found.name, found.count) == (edited, "w12,3[1]", 1)
    assert found.numbers == (one.at(edited).parameters.W[1][11, 2], other.at(edited).parameters.W[1][11, 2])
    assert f"w12,3[1] is {found.numbers[0]!r} after it in the one run, {found.numbers[1]!r} in the other" in str(found)
    assert str(found).startswith(
        f"the first step that differs is step {edited}:" if edited else "they differ from the b"
    )


def test_another_setting_shows_when_it_acts():
    """A learning rate at the first step; against all steps one after the other."""
    slow, fast = plan_of(), plan_of(alpha=0.02)
    one, other = recorded(slow, State.new(slow)), recorded(fast, State.new(fast))
    apart = [s for s in range(one.last + 1) if one.at(s).state.theta.tobytes() != other.at(s).state.theta.tobytes()]
    found = first_difference(one, other)
    assert found.step == apart[0] == 1 and found.count == NETWORK.size
    differences = abs(one.at(1).state.theta - other.at(1).state.theta)
    assert abs(found.numbers[0] - found.numbers[1]) == differences.max()


def test_memory_that_differs_before_any_weight_does():
    one = recorded(plan_of(), State.new(plan_of()))
    branch, other = one.at(6), StateRecorder()
    branch.state.slots[1][-1] *= 2
    branch.train(callbacks=[other])
    assert (found := first_difference(one, other)).step == 6 and found.name == "v(b1[3])"


def test_what_cannot_be_compared():
    plan, wide = plan_of(), plan_of(network=Network(3, [Dense(2), Dense(1)]))
    one, other = recorded(plan, State.new(plan)), recorded(wide, State.new(wide))
    with pytest.raises(InvalidInput, match="not of one network"):
        first_difference(one, other)
    with pytest.raises(InvalidInput, match="no step in common"):
        first_difference(one, StateRecorder())
