"""An L1 penalty under L-BFGS: weights split in two, zeros that are zeros, any network."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from glassnet.engines.choice import choose
from glassnet.engines.plan import Plan, Rows
from glassnet.engines.state import State
from glassnet.learning.lbfgs.bounded import SplitCost
from glassnet.learning.lbfgs.positive_parts import PositiveParts
from glassnet.learning.run import Run
from glassnet.learning.stopping import Stopping
from glassnet.learning.training import train
from glassnet.network.cache import Mode
from glassnet.network.layers import Dense
from glassnet.network.network import Network
from glassnet.network.parameters import Gradients
from glassnet.pieces.optimizers import LBFGS
from glassnet.pieces.penalties import Penalties


@pytest.fixture
def task() -> tuple[Plan, Rows]:
    """A small network with both penalties, each weight with a factor of its own, and weighted examples."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 5))
    rows = Rows(X, np.sin(X[:, 0]) + X[:, 1] ** 2, rng.uniform(0.5, 2, 60))
    network = Network(5, [Dense(4, "tanh"), Dense(1)], "squared_error")
    plan = Plan(
        network,
        examples=60,
        optimizer=LBFGS(tolerance=1e-8, improvement=1e-16, history=30),
        penalties=Penalties(l1=1.5, l2=0.3, per_example=True),
        penalty_factors=rng.uniform(0.5, 2, network.layout.weights),
        batch_size=60,
        epochs=5000,
        dtype="float64",
    )
    return plan, rows


def begun(plan: Plan, rows: Rows) -> Run:
    return Run(plan, State.new(plan, seed=1), rows, choose(plan), until=plan.epochs)


def split(run: Run) -> SplitCost:
    assert isinstance(run.plan.optimizer, LBFGS)
    return SplitCost(run, run.plan.optimizer)


def test_the_slopes_of_the_split_cost(task: tuple[Plan, Rows]) -> None:
    """Along random directions, by central differences; u and v both above 0."""
    problem = split(begun(*task))
    rng = np.random.default_rng(2)
    size = problem.cost.theta.size + problem.parts.thresholds.size
    x, h = rng.uniform(0.1, 1, size), 1e-6
    _, slope = problem(x)
    for _ in range(5):
        d = rng.normal(size=size)
        numeric = (problem(x + h * d)[0] - problem(x - h * d)[0]) / (2 * h)
        assert slope @ d == pytest.approx(numeric, rel=1e-7)


def test_a_split_network_costs_what_it_did(task: tuple[Plan, Rows]) -> None:
    plan, rows = task
    run = begun(plan, rows)
    problem = split(run)
    gradients = Gradients(plan.network.layout, plan.network.running_layout)
    parameters = run.state.parameters(plan.network)
    whole = run.engine.value_and_gradient(parameters, problem.cost.rows, Mode(training=True), gradients)
    assert problem(problem.parts.split(run.state.theta))[0] == pytest.approx(whole, rel=1e-12)


def test_apart_and_joined() -> None:
    theta = np.array([2.0, -3.0, 0.0, 5.0, -7.0])
    parts = PositiveParts(np.array([1.0, 2.0, 3.0]))
    x = parts.split(theta)
    assert x.tolist() == [2, 0, 0, 5, -7, 0, 3, 0]
    assert parts.join(x).tolist() == theta.tolist()
    assert parts.penalty(x) == 2 + 6
    assert parts.bounds(5) == [(0, None)] * 3 + [(None, None)] * 2 + [(0, None)] * 3


def test_the_bottom_of_a_network_with_l1(task: tuple[Plan, Rows]) -> None:
    """Weights of exactly 0, and where they are not the slope, L1's part in it, is 0."""
    plan, rows = task
    outcome = train(plan, State.new(plan, seed=1), rows)
    assert outcome.ending == "finished"
    assert outcome.reason.startswith("L-BFGS converged after")
    w, g = outcome.parameters.weights, Gradients(plan.network.layout, plan.network.running_layout)
    assert 0 < np.count_nonzero(w == 0) < w.size
    targets = Rows(rows.X, rows.Y[:, None], rows.weights)
    choose(plan).engine.value_and_gradient(outcome.parameters, targets, Mode(), g)
    assert plan.penalty_factors is not None
    t = 1.5 * plan.penalty_factors / rows.total_weight()
    assert np.abs(g.weights[w != 0]).max() < 1e-7
    assert (np.abs(g.weights) - t)[w == 0].max() <= 1e-7


def test_the_last_cost_is_the_lowest(task: tuple[Plan, Rows]) -> None:
    plan, rows = task
    outcome = train(plan, State.new(plan, seed=1), rows)
    cost = outcome.history["cost"]
    assert len(cost) == outcome.history.epochs < plan.epochs
    assert min(cost) == pytest.approx(cost[-1], rel=1e-9)


@pytest.mark.parametrize("limit", [1, 7])
def test_epochs_and_evaluations_are_limits(limit: int, task: tuple[Plan, Rows]) -> None:
    plan, rows = task
    few: Any = dataclasses.replace(plan, epochs=limit)
    outcome = train(few, State.new(few, seed=1), rows)
    assert outcome.history.epochs == limit
    assert outcome.reason == f"{limit} epoch{'s' * (limit > 1)} done"
    poor = dataclasses.replace(plan, optimizer=dataclasses.replace(plan.optimizer, max_evaluations=limit))
    outcome = train(poor, State.new(poor, seed=1), rows)
    assert outcome.ending == "stopped"
    assert "evaluations of the cost are used up" in outcome.reason


def test_early_stopping_ends_it(task: tuple[Plan, Rows]) -> None:
    plan, rows = task
    outcome = train(plan, State.new(plan, seed=1), rows, stopping=Stopping(patience=2, tolerance=1.0))
    assert outcome.ending == "stopped"
    assert outcome.history.epochs == 4
