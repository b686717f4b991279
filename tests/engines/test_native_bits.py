"""The native engine gives the same bits however its work is cut up: threads, calls, epochs, stops, processes."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import isas
import problems
from glassnet.engines.native import engine as native
from glassnet.engines.native import pace
from glassnet.engines.native.engine import Native
from glassnet.engines.plan import Rows
from glassnet.engines.state import State
from glassnet.hardware import thread_count
from glassnet.network.network import Network

pytestmark = isas.built


@pytest.mark.parametrize("isa", isas.ISAS)
@settings(max_examples=25)
@given(data=st.data())
def test_any_number_of_threads(isa, data):
    """1 and 2 and 3, more than there are rows or columns, too; the sets with fused multiply-add agree as well."""
    dtype = data.draw(st.sampled_from(["float32", "float64"]))
    m = data.draw(st.integers(1, 300))
    job = data.draw(problems.jobs(dtype, epochs=1, rows=st.just(m), batch_size=m // data.draw(st.integers(1, 6)) + 1))
    alone = isas.bits(isas.done_by(isa, job))
    for threads in (2, 3):
        assert isas.bits(isas.done_by(isa, replace(job, threads=threads))) == alone, f"{threads} threads"


@settings(max_examples=25)
@given(data=st.data())
def test_a_wide_first_layer(data):
    """Its columns are halved between two threads, where the batch is not too large."""
    network = problems.wide_networks()
    job = data.draw(problems.jobs("float32", network=network, epochs=1, rows=st.sampled_from([3, 40, 150, 250])))
    names = "J", "gradient", "scores", "predictions"
    isas.compare(job, names, isas.TOLERANCE["float32"], isas.rounding(job, names))
    for isa in isas.ISAS:
        alone = isas.bits(isas.done_by(isa, job))
        for threads in (2, 3):
            assert isas.bits(isas.done_by(isa, replace(job, threads=threads))) == alone, f"{isa}, {threads} threads"


@settings(max_examples=40)
@given(data=st.data())
def test_any_cutting_into_calls(data):
    """An epoch at once, cut anywhere between two batches, and one step a call."""
    job = data.draw(problems.jobs("float32", epochs=1))
    size, whole = job.plan.batch_size, job.orders[0]
    cut = size * data.draw(st.integers(0, len(whole) // size))
    ways = [[whole], [whole[:cut], whole[cut:]], [whole[i : i + size] for i in range(0, len(whole), size)]]
    found = [isas.bits(isas.do(replace(job, orders=orders))) for orders in ways]
    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize("seconds", [0.0, 1e-4, 10.0])
def test_pieces_between_two_looks_at_the_clock(seconds, monkeypatch):
    """How fast the machine is must not show, in the epoch's cost either."""
    job = some_job(200, batch_size=3, epochs=3)
    expected = isas.do(job)["theta"].tobytes()
    monkeypatch.setattr(pace, "PIECE_SECONDS", seconds)
    monkeypatch.setattr(native, "thread_count", lambda wanted=None: 2)
    for steps in (1, 2, 7):
        with isas.threads(2, steps):
            assert trained_bits(job) == expected
    assert trained_bits(job) == expected


class StopAfter:
    """A stop that is set when it has been asked so often."""

    def __init__(self, looks):
        self.left = looks

    def is_set(self):
        self.left -= 1
        return self.left < 0


@pytest.mark.parametrize("looks", range(6))
def test_stopped_and_resumed(looks):
    job = some_job(100, batch_size=7)
    order, undisturbed = job.orders[0], isas.do(job)
    state, engine = State.new(job.plan), Native(job.plan)
    with isas.threads(1, steps=2):
        used = engine.train(state, job.rows, order, StopAfter(looks))
    assert used == state.rows_done == min(100, 7 * state.step) == 14 * looks
    resumed = Native(job.plan)
    resumed.train(state, job.rows, order[used:])
    for name in ("theta", "slots", "running", "cost_sum", "weight_sum", "step", "rows_done"):
        assert np.asarray(getattr(state, name)).tobytes() == np.asarray(undisturbed[name]).tobytes(), name


def test_a_look_at_the_gradient_between_steps():
    """Of more rows than a batch has, of fewer, and predictions: training goes on as if nothing had been."""
    job, quiet = some_job(60, batch_size=8), some_job(60, batch_size=8)
    state, engine = State.new(job.plan), Native(job.plan)
    for i in range(0, 60, 8):
        engine.train(state, job.rows, job.orders[0][i : i + 8])
        for rows in (job.rows, Rows(job.rows.X[:3], job.rows.Y[:3])):
            isas_gradient(engine, state, rows)
        engine.predict(state.parameters(job.plan.network), job.rows.X)
    assert state.theta.tobytes() == isas.do(quiet)["theta"].tobytes()


def test_two_trainings_at_once():
    """Different networks in two Python threads that share the pool: the one that finds it busy works alone."""
    job_list = [some_job(400, width, batch_size=50, epochs=5, threads=2) for width in (20, 33, 47, 64)]
    expected = [isas.bits(isas.do(job)) for job in job_list]
    with isas.threads(2), ThreadPoolExecutor(2) as pool:
        for _ in range(3):
            trained = list(pool.map(trained_bits, job_list))
            assert trained == [one["theta"] for one in expected]


FORKED = """
import multiprocessing, os, sys
import numpy as np
sys.path[:0] = {paths!r}
from unittest import mock
import isas
from test_native_bits import some_job, trained_bits

if __name__ == "__main__":
    with isas.threads(2):
        job = some_job(400, 40, batch_size=50)
        expected = trained_bits(job)
        inside, outside = os.pipe()
        if os.fork() == 0:
            os.write(outside, b"same" if trained_bits(job) == expected else b"other")
            os._exit(0)
        assert os.wait()[1] == 0 and os.read(inside, 10) == b"same"
        assert trained_bits(job) == expected
    for way in ("fork", "spawn"):
        with multiprocessing.get_context(way).Pool(2) as pool:
            assert pool.map(trained_bits, [job] * 3) == [expected] * 3
    print("all the same")
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_children_that_were_forked_or_spawned(tmp_path):
    """Also after the pool was used, whose threads a fork does not take along."""
    script = tmp_path / "forked.py"
    script.write_text(FORKED.format(paths=[str(Path(__file__).parent), *sys.path]))
    done = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", script], capture_output=True, text=True, timeout=120
    )
    assert done.stdout == "all the same\n", done.stderr


def test_inside_joblibs_workers_one_thread(monkeypatch):
    joblib = pytest.importorskip("joblib")
    monkeypatch.delenv("GLASSNET_NUM_THREADS", raising=False)
    joblib.externals.loky.get_reusable_executor().shutdown(wait=True)  # workers keep the environment they started in
    assert joblib.Parallel(n_jobs=2)(joblib.delayed(thread_count)() for _ in range(2)) == [1, 1]


# --- what is trained --------------------------------------------------------------------------------------------------


def some_job(m, width=9, threads=1, epochs=1, **settings):
    """A job that learns a little; with all that has a memory or draws random numbers."""
    rng = np.random.default_rng(width)
    layers = [problems.Dense(width, "tanh"), problems.w.BatchNorm("relu"), problems.w.Dropout(0.3), problems.Dense(3)]
    network = Network(5, layers, "cross_entropy")
    plan = problems.Plan(network, m, epochs=9, **settings)
    rows = problems.rows_of(network, m, rng, weighted=True, labels=True, dtype="float32")
    return isas.Job(plan, State.new(plan), rows, [rng.permutation(m) for _ in range(epochs)], threads)


def trained_bits(job):
    state = State.new(job.plan)
    engine = Native(job.plan)
    for order in job.orders:
        engine.train(state, job.rows, order)
    return state.theta.tobytes()


def isas_gradient(engine, state, rows):
    network = engine.plan.network
    gradients = isas.Gradients(network.layout, network.running_layout, np.empty_like(state.theta))
    Y = isas.as_targets(rows.Y, network.loss, network.outputs, engine.plan.dtype)
    engine.value_and_gradient(state.parameters(network), rows._replace(Y=Y), isas.Mode(training=True), gradients)
