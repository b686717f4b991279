"""Whole epochs in one call of the kernels: the bits of epoch by epoch, wherever calls begin and end."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from math import inf
from typing import Any

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

import isas
import problems
from glassnet.engines.native.engine import Native
from glassnet.engines.plan import Plan, Rows
from glassnet.engines.reference import Reference
from glassnet.engines.state import State
from glassnet.errors import InvalidInput
from glassnet.learning.metrics import METRICS
from glassnet.learning.progress import Progress
from glassnet.learning.run import Callback, Run
from glassnet.learning.stopping import Stopping
from glassnet.learning.training import Outcome, train
from glassnet.network.layers import Dense
from glassnet.network.network import Network
from glassnet.pieces.optimizers import OPTIMIZERS

pytestmark = isas.built


@st.composite
def watched(draw: Callable[..., Any], job: isas.Job) -> dict[str, Any]:
    """Rows held out, metrics, and when to stop: anything that goes together."""
    network, rng = job.plan.network, np.random.default_rng(draw(st.integers(0, 99)))
    weighted, labels = draw(st.booleans()), np.ndim(job.rows.Y) == 1
    m = draw(st.integers(2, 30))
    held_out = problems.rows_of(network, m, rng, weighted, labels, job.plan.dtype)
    if network.layers[0].sparse and draw(st.booleans()):
        held_out = held_out._replace(X=scipy.sparse.csr_array(held_out.X))
    settings: dict[str, Any] = {
        "validation": draw(st.none() | st.just(held_out)),
        "metrics": draw(
            st.sampled_from([[], [METRICS["accuracy"]], [METRICS["r2"]], [METRICS["accuracy"], METRICS["mae"]]])
        ),
        "judge_training": draw(st.booleans()),
    }
    if network.outputs > 1:
        settings["metrics"] = [metric for metric in settings["metrics"] if metric.name == "accuracy"]
    prefixes = [""] * settings["judge_training"] + ["validation_"] * (settings["validation"] is not None)
    columns = ["cost"] + ["validation_cost"] * (settings["validation"] is not None)
    columns += [prefix + metric.name for prefix in prefixes for metric in settings["metrics"]]
    watch = draw(st.sampled_from(columns))
    settings["stopping"] = draw(
        st.none()
        | st.builds(
            Stopping,
            watch=st.just(watch),
            higher_is_better=st.just(watch.endswith(("accuracy", "r2"))),
            patience=st.sampled_from([0, 1, 2, inf]),
            tolerance=st.sampled_from([-1.0, 0.0, 1e-4, 0.1]),
            restore_best=st.booleans(),
            reduce_rate=st.sampled_from([1.0, 1.0, 0.5, 1e-3]),
        )
    )
    return settings


class Fixed:
    """A pace that takes so many steps a call, whatever the time."""

    def __init__(self, threads: int, steps: list[int]) -> None:
        self.threads, self.steps, self.calls = threads, steps, 0

    def next(self, most: float = inf) -> tuple[int, int]:
        self.calls += 1
        return self.threads, self.steps[self.calls % len(self.steps)]

    def took(self, threads: int, steps: int, seconds: float) -> None:
        pass


def trained(job: isas.Job, pace: Fixed, **settings: Any) -> tuple[State, Outcome]:
    state = replace(job.state.apart(), history={})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Native, "_pace", lambda self, session: pace)
        outcome = train(job.plan, state, job.rows, engine="native", **settings)
    return state, outcome


@given(
    data=st.data(),
    job=problems.jobs() | problems.jobs(dtype="float64"),
    steps=st.lists(st.integers(1, 60), min_size=1, max_size=4),
    threads=st.integers(1, 3),
)
def test_the_bits_are_those_of_epoch_by_epoch(
    data: st.DataObject, job: isas.Job, steps: list[int], threads: int, numbers: Callable[[State], Any]
) -> None:
    settings = data.draw(watched(job))
    by_one, ended = trained(job, Fixed(1, [10**6]), callbacks=[lambda run: None], **settings)
    at_once, ended_too = trained(job, Fixed(threads, steps), **settings)
    assert str(numbers(at_once)) == str(numbers(by_one))
    assert (ended_too.ending, ended_too.reason) == (ended.ending, ended.reason)


@given(data=st.data(), job=problems.jobs(), parts=st.lists(st.integers(1, 3), min_size=1, max_size=8))
def test_epochs_in_parts(data: st.DataObject, job: isas.Job, parts: list[int], numbers: Callable[[State], Any]) -> None:
    settings = data.draw(watched(job)) | {"stopping": None}
    whole, _ = trained(job, Fixed(1, [10**6]), **settings)
    state = replace(job.state.apart(), history={})
    for epochs in [*parts, job.plan.epochs]:
        train(job.plan, state, job.rows, engine="native", epochs=epochs, **settings)
    assert str(numbers(state)) == str(numbers(whole))


@given(job=problems.jobs() | problems.jobs(dtype="float64"), weighted=st.booleans(), seed=st.integers(0, 99))
def test_the_kernels_judge_as_numpy_does(job: isas.Job, weighted: bool, seed: int) -> None:
    network, dtype = job.plan.network, job.plan.dtype
    rows = problems.rows_of(network, 23, np.random.default_rng(seed), weighted, np.ndim(job.rows.Y) == 1, dtype)
    parameters = job.state.parameters(network)
    native, reference = Native(job.plan).judge(parameters, rows), Reference(job.plan).judge(parameters, rows)
    close = 1e-4 if dtype == "float32" else 1e-9
    assert native.losses == pytest.approx(reference.losses, rel=close, abs=close)
    if network.outputs == 1:
        assert native.squares == pytest.approx(reference.squares, rel=close, abs=close)
        assert native.distances == pytest.approx(reference.distances, rel=close, abs=close)
    predictions = Reference(job.plan).predict(parameters, rows.X)
    if (abs(predictions - 0.5) > 1e-3).all() and (np.diff(np.sort(predictions), axis=1) > 1e-3).all():  # no tie
        assert native.right == pytest.approx(reference.right)
        if np.ndim(rows.Y) == 1 and network.outputs > 1:  # classes by number; one column alone reads as yes or no
            accuracy = METRICS["accuracy"].function(rows.Y, predictions, rows.weights)
            assert native.right == pytest.approx(accuracy * rows.total_weight())


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


@pytest.mark.parametrize("progress", [False, True])
def test_a_call_takes_many_epochs(progress: bool) -> None:
    chunks = Chunks()
    callbacks = [chunks, *[Progress(Console(file=io.StringIO()))] * progress]
    outcome = train(*problem(epochs=3000), engine="native", callbacks=callbacks)
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


@pytest.mark.parametrize("held_out", [False, True])
def test_judged_rows_that_weigh_nothing_are_refused(held_out: bool) -> None:
    plan, state, rows = problem(epochs=3)
    nothing = rows._replace(weights=np.zeros(60))
    with pytest.raises(InvalidInput, match=r"all weigh 0 .seen: 60 rows (held out|to learn from)"):
        train(plan, state, rows if held_out else nothing, validation=nothing, metrics=[METRICS["r2"]])


def test_sparse_rows_held_out_are_judged_alike() -> None:
    plan, state, rows = problem(epochs=9)
    sparse = rows._replace(X=scipy.sparse.csr_array(rows.X))
    by_one, at_once = state.apart(), state.apart()
    train(plan, by_one, rows, engine="native", validation=sparse, callbacks=[lambda run: None])
    train(plan, at_once, rows, engine="native", validation=sparse)
    assert by_one.history["validation_cost"] == at_once.history["validation_cost"]


@pytest.mark.parametrize("engine", ["native", "reference"])
def test_rows_of_another_dtype_are_as_if_cast(engine: str) -> None:
    plan, state, rows = problem(epochs=3)
    exact = rows._replace(X=rows.X.astype("float64"))
    one, other = state.apart(), state.apart()
    train(plan, one, rows, engine=engine, validation=rows)
    train(plan, other, exact, engine=engine, validation=exact)
    assert one.theta.tobytes() == other.theta.tobytes()
    assert one.history["validation_cost"] == other.history["validation_cost"]


@pytest.mark.parametrize("restore_best", [False, True])
def test_a_reduced_learning_rate_takes_many_epochs_a_call(restore_best: bool, numbers: Callable[[State], Any]) -> None:
    """A call ends where the rate is reduced, and nowhere else."""
    stopping = Stopping(patience=3, tolerance=1e-2, reduce_rate=0.2, restore_best=restore_best)
    plan, state, rows = problem(epochs=2000)
    again, chunks = replace(state.apart(), history={}), Chunks()
    at_once = train(plan, state, rows, engine="native", stopping=stopping, callbacks=[chunks])
    by_one = train(plan, again, rows, stopping=stopping, callbacks=[lambda run: None])
    assert numbers(state) == numbers(again)
    assert (at_once.ending, at_once.reason) == (by_one.ending, by_one.reason)
    assert state.rate_scale < 0.2**3
    assert len(chunks.epochs) < at_once.history.epochs
