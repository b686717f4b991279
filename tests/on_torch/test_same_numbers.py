"""The PyTorch engine and the reference engine: the same numbers on random networks, pieces, plans and rows."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import isas
import oracles
import problems
from glassnet import ACTIVATIONS, LOSSES, OPTIMIZERS, SCHEDULES, BatchNorm, Dense, Dropout, Network, Plan, State, train
from glassnet.network.layers import LAYERS
from isas import TOLERANCE
from torch_jobs import compare, job_of

dtypes = pytest.mark.parametrize("dtype", TOLERANCE)
slow = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=15)


@dtypes
@slow
@given(data=st.data())
def test_random_trainings(dtype, data):
    """Two epochs of ragged batches from the middle of a training: layers, penalties, clipping, factors, weights."""
    compare(data.draw(problems.jobs(dtype, epochs=2)))


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation(name):
    compare(job_of(Network(4, [Dense(6, name), Dense(2)])))


@pytest.mark.parametrize("name", LOSSES)
def test_every_loss(name):
    compare(job_of(Network(4, [Dense(6, "tanh"), Dense(3)], name)))


@pytest.mark.parametrize("name", [name for name in OPTIMIZERS if not OPTIMIZERS[name].cls.whole_batch])
def test_every_optimizer(name):
    compare(job_of(Network(4, [Dense(6, "tanh"), Dense(2)]), optimizer=OPTIMIZERS.make(name)))


@pytest.mark.parametrize("name", SCHEDULES)
def test_every_schedule(name):
    compare(job_of(Network(4, [Dense(6, "tanh"), Dense(2)]), schedule=SCHEDULES.make(name), epochs=4))


@pytest.mark.parametrize("name", LAYERS)
def test_every_layer(name):
    layer = LAYERS.make(name, **({"units": 5} if name == "dense" else {}))
    compare(job_of(Network(4, [layer, Dense(6, "tanh"), layer, Dense(2)])))


def test_a_score_on_its_target():
    """Kinks: where a score is its target, and where a weighted sum is 0, the slope is the reference's."""
    for loss in ("absolute_error", "quantile", "huber"):
        job = job_of(Network(4, [Dense(6, "relu"), Dense(1)], loss))
        job.state.theta[...] = 0
        rows = job.rows._replace(Y=np.zeros((13, 1)))
        compare(replace(job, rows=rows))


def test_lbfgs():
    network = Network(3, [BatchNorm(), Dense(5, "tanh"), Dense(1)])
    X = np.random.default_rng(0).normal(size=(40, 3))
    rows = isas.Rows(X, X[:, :1] * X[:, 1:2])
    plan = Plan(network, 40, optimizer=OPTIMIZERS.make("lbfgs"), epochs=5, dtype="float64")
    found = [train(plan, State.new(plan), rows, engine=name).parameters.theta for name in ("torch", "reference")]
    assert oracles.relative_error(*found) < 1e-9


def test_a_training_changes_engines(tmp_path):
    """State and slots are the same vectors: two epochs here, two there, are four."""
    from glassnet.learning.job import Job

    network = Network(4, [Dense(6, "relu"), Dropout(0.3), BatchNorm(), Dense(3)], "cross_entropy")
    job = job_of(network, epochs=4)
    file = tmp_path / "training.ckpt"
    first = Job(job.plan, State.new(job.plan, 3), job.rows, engine="torch", checkpoint=file)
    first.run(epochs=2)
    second = Job(job.plan, State.new(job.plan, 3), job.rows, engine="reference", checkpoint=file).resume()
    assert second.state.epoch == 2
    second.run()
    whole = Job(job.plan, State.new(job.plan, 3), job.rows, engine="reference")
    whole.run()
    assert oracles.relative_error(second.state.theta, whole.state.theta) < 1e-10
    assert second.state.step == whole.state.step


def test_judging():
    for loss, metrics in (("cross_entropy", 2), ("squared_error", 4)):
        job = job_of(Network(4, [Dense(6, "tanh"), BatchNorm(), Dense(1 if metrics == 4 else 3)], loss))
        parameters = job.state.parameters(job.plan.network)
        found, expected = (isas.ENGINES[name](job.plan).judge(parameters, job.rows) for name in ("torch", "reference"))
        np.testing.assert_allclose(found[:metrics], expected[:metrics], rtol=1e-12)
