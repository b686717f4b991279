"""Rounds: equal to one machine where they must be, and the same bits on any workers."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import problems
from glassnet import OPTIMIZERS, BatchNorm, LocalCluster, Plan, Rows, State
from glassnet.engines.choice import choose
from glassnet.errors import Diverged, InvalidInput, Unsupported
from glassnet.learning.rounds.cluster import planned
from glassnet.learning.rounds.engine import OnShards, choose_on_shards
from glassnet.learning.rounds.shard import Round, Shard, Share, Work, dealt, whole_order
from glassnet.learning.rounds.tree import added, blocks
from glassnet.learning.training import train
from glassnet.network.layers import Dense
from glassnet.network.network import Network

QUICK = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


def usable(plan: Plan) -> bool:
    """No running statistics, and no masks, which every shard draws for itself."""
    return not plan.network.running_layout.size and not any(layer.name == "dropout" for layer in plan.network.layers)


@st.composite
def trainings(draw: Callable[..., Any], **given: Any) -> tuple[Plan, State, Rows, int]:
    """A plan and a state between two epochs, rows, and a number of shards."""
    job, shards = draw(problems.jobs(**given)), draw(st.integers(1, 9))
    plan = planned(replace(job.plan, shuffle=draw(st.booleans())), LocalCluster(shards))
    return plan, job.state, job.rows, shards


@QUICK
@given(trainings(dtype="float64", optimizers=problems.PLAIN))
def test_one_step_a_round_is_one_machine_to_rounding(drawn: tuple[Plan, State, Rows, int]) -> None:
    plan, state, rows, shards = drawn
    assume(usable(plan))
    alone, together = state.copy(), state.copy()
    engine = choose_on_shards(plan, "reference", rows, LocalCluster(shards)).engine
    order = engine.order(state)
    choose(plan, "reference").engine.train(alone, rows, order)
    assert engine.train(together, rows, order) == len(order)
    scale = max(1.0, float(np.abs(alone.theta).max()))
    np.testing.assert_allclose(together.theta, alone.theta, rtol=1e-7, atol=1e-9 * scale)
    np.testing.assert_allclose(together.cost_sum, alone.cost_sum, rtol=1e-7, atol=1e-9)
    assert (together.step, together.rows_done) == (alone.step, alone.rows_done)


@QUICK
@given(m=st.integers(1, 60), shards=st.integers(1, 9), part=st.integers(1, 5), seed=st.integers(0, 99))
def test_an_epoch_visits_each_row_once(m: int, shards: int, part: int, seed: int) -> None:
    net = Network(1, [Dense(1)])
    work = Work(Plan(net, m, batch_size=part * shards), shards, "reference", True)
    order = whole_order(work, m, seed, 0)
    np.testing.assert_array_equal(np.sort(order), np.arange(m))
    still = work._replace(plan=replace(work.plan, shuffle=False))
    unshuffled = whole_order(still, m, seed, 0)
    for start in range(0, m, part * shards):  # batch after batch the rows that one machine takes
        batch = np.arange(m)[start : start + part * shards]
        np.testing.assert_array_equal(np.sort(unshuffled[start : start + part * shards]), batch)


@dataclass(frozen=True)
class Restless:
    """A cluster whose workers die, start anew and take turns, as a seed says."""

    shards: int
    steps: int
    seed: int

    def workers(self, work: Work, shards: Iterable[Rows]) -> Dying:
        return Dying(work, list(shards), np.random.default_rng(self.seed))


class Dying:
    def __init__(self, work: Work, rows: list[Rows], rng: np.random.Generator) -> None:
        self.work, self.rows, self.rng = work, rows, rng

    def total(self, at: Round) -> Share:
        division = blocks(len(self.rows), int(self.rng.integers(1, len(self.rows) + 1)))
        known = {}
        for i in self.rng.permutation(len(division)):
            for _ in range(int(self.rng.integers(1, 3))):  # what a worker had computed before it died is lost
                sent: Round = pickle.loads(pickle.dumps(at))
                known[division[i]] = added(
                    division[i], {}, lambda number, at=sent: Shard(self.work, number, self.rows[number]).share(at)
                )
        return added((0, len(self.rows)), known)

    def close(self) -> None:
        pass


@QUICK
@given(trainings(), st.integers(1, 4), st.integers(0, 2**32), st.integers(2, 5))
def test_who_computes_what_changes_no_bit(
    drawn: tuple[Plan, State, Rows, int], steps: int, seed: int, threads: int
) -> None:
    plan, state, rows, shards = drawn
    assume(not plan.network.running_layout.size)
    ends = []
    for cluster in (LocalCluster(shards, steps), LocalCluster(shards, steps, threads), Restless(shards, steps, seed)):
        end = state.copy()
        train(plan, end, rows, cluster=cluster, epochs=2)
        ends.append(end)
    for end in ends[1:]:
        np.testing.assert_array_equal(end.theta, ends[0].theta)
        np.testing.assert_array_equal(end.slots, ends[0].slots)
        assert {**end.history, "seconds": 0} == {**ends[0].history, "seconds": 0}


class AfterSome:
    """Asks to stop when it is looked at for the n-th time."""

    def __init__(self, looks: int) -> None:
        self.looks = looks

    def is_set(self) -> bool:
        self.looks -= 1
        return self.looks < 0


def quadratic(m: int = 103, **given: Any) -> tuple[Plan, State, Rows]:
    X = np.random.default_rng(0).normal(size=(m, 3)).astype("float32")
    plan = Plan(Network.mlp(3, [5], 1, activation="tanh"), m, **{"batch_size": 16, "epochs": 4, **given})
    return plan, State.new(plan), Rows(X, (X**2).sum(axis=1))


@pytest.mark.parametrize("steps", [1, 3])
@pytest.mark.parametrize("looks", [1, 2])
def test_a_training_stopped_between_rounds_goes_on_to_the_same_bits(steps: int, looks: int) -> None:
    plan, state, rows = quadratic()
    whole = state.copy()
    train(plan, whole, rows, cluster=LocalCluster(4, steps))
    engine = choose_on_shards(plan, "auto", rows, LocalCluster(4, steps)).engine
    used = engine.train(state, rows, engine.order(state), AfterSome(looks))
    assert used == state.rows_done == looks * steps * 16
    train(plan, state, rows, cluster=LocalCluster(4, steps, threads=2))
    np.testing.assert_array_equal(state.theta, whole.theta)
    np.testing.assert_array_equal(state.slots, whole.slots)
    assert state.history["cost"] == whole.history["cost"]


def test_one_shard_with_steps_of_its_own_is_one_machine() -> None:
    plan, state, rows = quadratic()
    alone = state.copy()
    train(plan, alone, rows)
    train(plan, state, rows, cluster=LocalCluster(1, 4))
    np.testing.assert_array_equal(state.theta, alone.theta)  # float32, which double precision averages exactly
    assert state.step == alone.step


def test_more_shards_than_rows_and_rows_that_weigh_nothing() -> None:
    plan, state, rows = quadratic(5)
    weightless = rows._replace(weights=np.array([0, 0, 1, 0, 0], "float32"))
    for cluster in (LocalCluster(8), LocalCluster(8, 2)):
        end = state.copy()
        train(planned(plan, cluster), end, weightless, cluster=cluster)
        assert np.isfinite(end.theta).all() and end.step == 4


def test_no_rows_that_weigh_anything_move_nothing() -> None:
    plan, state, rows = quadratic(8, batch_size=8)
    before = state.theta.copy()
    train(plan, state, rows._replace(weights=np.zeros(8, "float32")), cluster=LocalCluster(2, 2), judge_training=False)
    np.testing.assert_array_equal(state.theta, before)


@pytest.mark.parametrize("steps", [1, 2])
def test_a_shard_that_diverges_ends_the_training_before_that_round(steps: int) -> None:
    plan, state, rows = quadratic()
    X = rows.X.copy()
    X[50] = np.nan  # of shard 2
    before = state.theta.copy()
    errors = []
    for threads in (1, 3):
        end = state.copy()
        outcome = train(replace(plan, shuffle=False), end, Rows(X, rows.Y), cluster=LocalCluster(4, steps, threads))
        assert outcome.ending == "diverged" and end.step == 48 // 16 // steps * steps
        errors.append(str(outcome.error))
    assert errors[0] == errors[1] and "layer 1" in errors[0]
    assert not np.array_equal(end.theta, before)


def test_a_step_that_overflows_here_is_reported() -> None:
    plan, state, rows = quadratic(dtype="float64")
    engine = choose_on_shards(plan, "auto", Rows(rows.X.astype(float), rows.Y), LocalCluster(4)).engine
    assert isinstance(engine, OnShards)
    engine.workers.total = lambda at: Share(np.full((1, state.theta.size), np.inf), 1.0, 1.0, 16)  # type: ignore[method-assign]
    with pytest.raises(Diverged, match=r"step 1 .*learning rate"):
        engine.train(state, rows, engine.order(state))
    assert state.step == 0


def test_what_cannot_be_divided_is_refused() -> None:
    plan, state, rows = quadratic()
    with pytest.raises(InvalidInput, match="multiple of the shards"):
        train(plan, state, rows, cluster=LocalCluster(5))
    normalized = replace(plan, network=Network(3, [Dense(5), BatchNorm(), Dense(1)]))
    whole = replace(plan, optimizer=OPTIMIZERS.make("lbfgs"))
    for other, words in (normalized, "layer normalization"), (whole, "another optimizer"):
        with pytest.raises(Unsupported, match=words):
            train(other, State.new(other), rows, cluster=LocalCluster(4))


@pytest.mark.parametrize("bad", [0, -1, 1.5, True])
def test_numbers_of_a_cluster(bad: Any) -> None:
    with pytest.raises((ValueError, TypeError), match="steps"):
        LocalCluster(4, steps=bad)


def test_rows_are_dealt_like_cards() -> None:
    parts = list(dealt(Rows(np.arange(7.0)[:, None], np.arange(7), np.ones(7)), 3))
    assert [part.Y.tolist() for part in parts] == [[0, 3, 6], [1, 4], [2, 5]]
    assert all(part.X.flags.c_contiguous and len(part.weights) == len(part.Y) for part in parts)
