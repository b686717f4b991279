"""A job: a training that can be stopped, saved and resumed, and knows its rows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse

from glassnet import Network, Plan, Rows, State
from glassnet.errors import InvalidInput
from glassnet.learning.job import Job
from glassnet.learning.training import STOPPED

X = np.linspace(-1, 1, 40, dtype="float32").reshape(-1, 2)
Y = X[:, :1] ** 2
PLAN = Plan(Network.mlp(2, [5], 1, activation="tanh"), examples=20, epochs=6, batch_size=7)


def job(rows: Rows | None = None, **settings: object) -> Job:
    return Job(PLAN, State.new(PLAN, seed=3), rows or Rows(X, Y), **settings)  # type: ignore[arg-type]


def test_it_is_what_train_does():
    once, twice = job(), job()
    assert once.run().history.epochs == 6
    twice.run(epochs=2)
    assert twice.run().history.epochs == 6
    assert np.array_equal(once.state.theta, twice.state.theta)


def test_a_stopped_job_is_resumed_to_the_same_bits(tmp_path):
    undisturbed = job()
    undisturbed.run()
    path = tmp_path / "job"
    stopped = job(checkpoint=path, callbacks=[lambda run: run.state.epoch == 2 and run.ask_to_stop("enough")])
    assert stopped.run().ending == STOPPED
    resumed = job(checkpoint=path).resume()
    assert resumed.state.epoch == 2
    resumed.run()
    assert np.array_equal(resumed.state.theta, undisturbed.state.theta)


@pytest.mark.parametrize("other", [Rows(X + 1, Y), Rows(X, Y + 1), Rows(X, Y, np.ones(20))], ids=["X", "Y", "weights"])
def test_other_rows_are_refused(other, tmp_path):
    job(checkpoint=tmp_path / "job").run(epochs=1)
    with pytest.raises(InvalidInput, match="of other rows"):
        job(other).resume(tmp_path / "job")
    with pytest.raises(InvalidInput, match="of other rows"):
        job(validation=Rows(X, Y)).resume(tmp_path / "job")


def test_another_plan_is_refused(tmp_path):
    job(checkpoint=tmp_path / "job").run(epochs=1)
    plan = replace(PLAN, batch_size=5)
    with pytest.raises(InvalidInput, match="another batch_size"):
        Job(plan, State.new(plan), Rows(X, Y)).resume(tmp_path / "job")


def test_without_a_checkpoint_there_is_nothing_to_resume():
    with pytest.raises(InvalidInput, match="no checkpoint to resume from"):
        job().resume()


def test_the_fingerprint_is_of_the_numbers():
    assert job().fingerprint == job(Rows(X.copy(), Y.copy())).fingerprint
    sparse = job(Rows(scipy.sparse.csr_array(X), Y))
    assert sparse.fingerprint == job(Rows(scipy.sparse.csc_array(X).tocsr(), Y)).fingerprint != job().fingerprint
