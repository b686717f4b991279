"""L-BFGS: every iteration is an epoch with all that belongs to one."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from glassnet.engines.curvature import Pair
from glassnet.engines.plan import Plan, Rows
from glassnet.engines.state import State
from glassnet.errors import BrokenFile
from glassnet.learning.checkpointing import Checkpointing
from glassnet.learning.checkpoints import load_checkpoint, save_checkpoint
from glassnet.learning.job import Job
from glassnet.learning.metrics import METRICS
from glassnet.learning.stopping import Stopping
from glassnet.learning.training import train
from glassnet.network.layers import Dense, Dropout
from glassnet.network.network import Network
from glassnet.network.norms import BatchNorm
from glassnet.pieces.optimizers import LBFGS
from glassnet.pieces.penalties import Penalties

TIGHT = LBFGS(tolerance=1e-12, improvement=1e-16)


@pytest.fixture
def line() -> tuple[Plan, Rows, Any]:
    """A least-squares problem, and its solution with the intercept last."""
    rng = np.random.default_rng(1)
    X = rng.normal(size=(40, 3)) * [1, 3, 10]
    y = X @ [1.0, -2.0, 0.5] + 4 + rng.normal(size=40)
    solution = np.linalg.lstsq(np.column_stack([X, np.ones(40)]), y, rcond=None)[0]
    plan = Plan(
        Network(3, [Dense(1)], "squared_error"),
        examples=40,
        optimizer=TIGHT,
        batch_size=40,
        epochs=200,
        dtype="float64",
    )
    return plan, Rows(X, y), solution


def test_it_finds_the_bottom(line: tuple[Plan, Rows, Any]) -> None:
    plan, rows, solution = line
    outcome = train(plan, State.new(plan), rows)
    assert outcome.ending == "finished"
    assert outcome.reason.startswith("L-BFGS converged after")
    np.testing.assert_allclose(outcome.parameters.theta, solution, rtol=1e-7)


def test_with_weights_and_penalties(line: tuple[Plan, Rows, Any]) -> None:
    plan, rows, _ = line
    w = np.random.default_rng(2).uniform(0, 3, 40)
    plan = dataclasses.replace(plan, penalties=Penalties(l2=0.7))
    theta = train(plan, State.new(plan), Rows(rows.X, rows.Y, w)).parameters.theta
    A = np.column_stack([rows.X, np.ones(40)])
    expected = np.linalg.solve((A.T * w) @ A / w.sum() + 0.7 * np.diag([1, 1, 1, 0]), (A.T * w) @ rows.Y / w.sum())
    np.testing.assert_allclose(theta, expected, rtol=1e-6)


def test_history_has_an_entry_an_iteration(line: tuple[Plan, Rows, Any]) -> None:
    plan, rows, _ = line
    state = State.new(plan)
    history = train(plan, state, rows, validation=rows, metrics=[METRICS["r2"]]).history
    assert history.epochs == state.epoch == state.step > 3
    assert {len(column) for column in history.values()} == {state.epoch}
    assert all(np.diff(history["cost"]) <= 0)
    np.testing.assert_allclose(history["cost"], history["validation_cost"], rtol=1e-9)
    assert history["r2"][-1] > 0.9
    assert state.examples == 40 * state.epoch


def test_most_epochs(line: tuple[Plan, Rows, Any]) -> None:
    plan, rows, _ = line
    state = State.new(plan)
    outcome = train(plan, state, rows, epochs=2)
    assert (state.epoch, outcome.ending, outcome.reason) == (2, "finished", "2 epochs done")


def test_most_evaluations(line: tuple[Plan, Rows, Any]) -> None:
    plan, rows, _ = line
    plan = dataclasses.replace(plan, optimizer=LBFGS(max_evaluations=3))
    outcome = train(plan, State.new(plan), rows)
    assert outcome.ending == "stopped"
    assert outcome.reason.startswith("L-BFGS stopped after 3 iterations: the evaluations")


def test_going_on_after_the_end_stays_at_the_bottom(line: tuple[Plan, Rows, Any], tmp_path: Path) -> None:
    plan, rows, solution = line
    state = State.new(plan)
    train(plan, state, rows, epochs=2, callbacks=[Checkpointing(tmp_path / "run")])
    loaded_plan, loaded, _ = load_checkpoint(tmp_path / "run")
    outcome = train(loaded_plan, loaded, rows)
    assert outcome.ending == "finished"
    assert loaded.history["cost"][:2] == state.history["cost"]
    np.testing.assert_allclose(outcome.parameters.theta, solution, rtol=1e-7)
    train(loaded_plan, loaded, rows)
    np.testing.assert_allclose(loaded.theta, solution, rtol=1e-7)


def test_a_callback_stops_it(line: tuple[Plan, Rows, Any]) -> None:
    plan, rows, _ = line
    state = State.new(plan)
    stop = lambda run: run.ask_to_stop("enough") if run.state.epoch == 3 else None  # noqa: E731
    outcome = train(plan, state, rows, callbacks=[stop])
    assert (state.epoch, outcome.ending, outcome.reason) == (3, "stopped", "enough")
    found = 0.5 * np.mean((rows.X @ outcome.parameters.W[1][0] + outcome.parameters.b[1] - rows.Y) ** 2)
    assert found == pytest.approx(outcome.history["cost"][-1], rel=1e-12)


def test_early_stopping_and_its_best(plan: Any, rows: Any) -> None:
    what = plan(Network(4, [Dense(30, "tanh"), Dense(3)], "cross_entropy"), epochs=500, optimizer=LBFGS())
    validation = rows(m=40, seed=1)
    stopping = Stopping("validation_cost", patience=3, restore_best=True)
    state = State.new(what)
    outcome = train(what, state, rows(), validation=validation, stopping=stopping)
    costs = outcome.history["validation_cost"]
    assert outcome.ending == "stopped"
    assert len(costs) < 500
    p = what.network.predictions(what.network.forward(validation.X, outcome.parameters).scores)
    assert -np.log(p[np.arange(40), validation.Y]).mean() == pytest.approx(min(costs), rel=1e-5)
    epoch, theta = state.epoch, state.theta.copy()
    train(what, state, rows(), validation=validation, stopping=stopping)  # it was ended, and stays so
    assert state.epoch == epoch
    assert state.theta.tobytes() == theta.tobytes()


def test_running_statistics_are_those_of_all_examples_at_every_iteration(plan: Any, rows: Any) -> None:
    network = Network(4, [Dense(6), BatchNorm("tanh"), Dense(3)], "cross_entropy")
    what, data = plan(network, optimizer=LBFGS(), epochs=5, dtype="float64"), rows("float64")

    def look(run: Any) -> None:
        p = run.state.parameters(network)
        Z = data.X @ p.W[1].T + p.b[1]
        np.testing.assert_allclose(p.running_layers[1].mean, Z.mean(axis=0), rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(p.running_layers[1].variance, Z.var(axis=0), rtol=1e-9)

    state = State.new(what)
    stopping = Stopping("validation_cost", restore_best=True)
    outcome = train(what, state, data, validation=data, stopping=stopping, callbacks=[look])
    history = outcome.history
    # So prediction and training see the same network, and the validation cost of the training rows is their cost.
    np.testing.assert_allclose(history["validation_cost"], history["cost"], rtol=1e-4)
    assert len(history["cost"]) == 5


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_dropout_keeps_one_mask(dtype: str, plan: Any, rows: Any) -> None:
    """A line search needs the cost to be one function."""
    what = plan(
        Network(4, [Dense(20, "relu"), Dropout(0.3), Dense(3)], "cross_entropy"),
        optimizer=LBFGS(),
        epochs=60,
        dtype=dtype,
    )
    history = train(what, State.new(what), rows(dtype)).history
    assert all(np.diff(history["cost"]) <= 0)
    assert history["cost"][-1] < 0.5 * history["cost"][0]


def test_the_same_seed_gives_the_same_bits(plan: Any, rows: Any, numbers: Any) -> None:
    what = plan(optimizer=LBFGS(), epochs=20)
    one, other = State.new(what), State.new(what)
    train(what, one, rows())
    train(what, other, rows())
    assert numbers(one) == numbers(other)


# -- resumed -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("stopped_after", [0, 1, 2, 7, 11, 12, 25, 39])
def test_a_resumed_training_gives_the_same_bits(
    stopped_after: int, dtype: str, plan: Any, rows: Any, numbers: Any, tmp_path: Path
) -> None:
    network = Network(4, [Dense(6), BatchNorm("tanh"), Dropout(0.2), Dense(3)], "cross_entropy")
    what, data = plan(network, optimizer=LBFGS(history=5), epochs=40, dtype=dtype), rows(dtype, weights=True)
    whole, state = State.new(what), State.new(what)
    train(what, whole, data)
    train(what, state, data, epochs=stopped_after, callbacks=[Checkpointing(tmp_path / "run")])
    loaded_plan, loaded, _ = load_checkpoint(tmp_path / "run")
    for each in (state, loaded):  # in the same process, and in another
        train(loaded_plan, each, data)
        assert numbers(each) == numbers(whole)


@pytest.mark.parametrize("optimizer", [LBFGS(), LBFGS(tolerance=0.0), LBFGS(max_evaluations=9)], ids=str)
def test_a_training_that_ended_by_itself_stays_ended(
    optimizer: LBFGS, line: tuple[Plan, Rows, Any], numbers: Any, tmp_path: Path
) -> None:
    plan, rows, _ = line
    plan = dataclasses.replace(plan, optimizer=optimizer)
    state = State.new(plan)
    first = train(plan, state, rows, callbacks=[Checkpointing(tmp_path / "run")])
    loaded = load_checkpoint(tmp_path / "run")[1]
    again = train(plan, loaded, rows)
    assert (again.ending, again.reason) == (first.ending, first.reason)
    assert numbers(loaded) == numbers(state)
    assert state.epoch < plan.epochs


def test_a_stop_at_every_iteration_changes_nothing(plan: Any, rows: Any, numbers: Any) -> None:
    what = plan(optimizer=LBFGS(), epochs=15)
    whole, state = State.new(what), State.new(what)
    train(what, whole, rows())
    while state.epoch < 15:
        train(what, state, rows(), callbacks=[lambda run: run.ask_to_stop("for now")])
    assert numbers(state) == numbers(whole)


@pytest.mark.parametrize("threads", [2, 3])
def test_threads_change_no_bit(threads: int, plan: Any, rows: Any, numbers: Any) -> None:
    network = Network(
        4, [Dense(3000, "relu"), Dense(3)], "cross_entropy"
    )  # BLAS would share out vectors of this length
    states = []
    for n_threads in (1, threads):
        what = plan(network, optimizer=LBFGS(), epochs=5, n_threads=n_threads)
        states.append(State.new(what))
        train(what, states[-1], rows(), engine="native")
    assert numbers(states[0]) == numbers(states[1])


def test_a_damaged_curvature_is_refused(line: tuple[Plan, Rows, Any], tmp_path: Path) -> None:
    plan, rows, _ = line
    state = State.new(plan)
    train(plan, state, rows, epochs=3)
    assert state.curvature is not None
    s, y, rho = state.curvature.pairs[0]
    state.curvature = dataclasses.replace(state.curvature, pairs=(Pair(s, -y, rho),))
    save_checkpoint(tmp_path / "run", plan, state)
    with pytest.raises(BrokenFile, match="curvature"):
        load_checkpoint(tmp_path / "run")


def test_a_finished_job_forgets_the_curvature(line: tuple[Plan, Rows, Any]) -> None:
    """A fitted model would be twenty times as large."""
    plan, rows, _ = line
    job = Job(plan, State.new(plan), rows)
    job.run(epochs=2)
    assert job.state.curvature is not None
    job.run()
    assert job.state.curvature is None
