"""Trainings whose steps are taken together: each comes out as it does alone."""

from dataclasses import replace

import numpy as np
import pytest

import oracles
from glassnet import BatchNorm, Dense, Dropout, MLPClassifier, Network, Plan, Rows, State
from glassnet.engines.torch.stack import Stack
from glassnet.learning.job import Job
from glassnet.learning.metrics import METRICS
from glassnet.learning.stopping import Stopping
from glassnet.learning.together import train_together
from glassnet.pieces.optimizers import AdamW

rng = np.random.default_rng(0)
NETWORK = Network(4, [Dense(6, "relu"), BatchNorm(), Dropout(0.3), Dense(3)], "cross_entropy")
PLAN = Plan(NETWORK, 23, optimizer=AdamW(learning_rate=0.02), batch_size=5, epochs=4, dtype="float64")
X, Y = rng.normal(size=(60, 4)), rng.integers(0, 3, 60)
ROWS = Rows(X[:23], Y[:23])


@pytest.fixture
def sizes(monkeypatch):
    """How many trainings each stack took steps for."""
    seen, own = [], Stack.train

    def train(self, trainings, stop, seconds):
        seen.append(len(trainings))
        return own(self, trainings, stop, seconds)

    monkeypatch.setattr(Stack, "train", train)
    return seen


def jobs(*plans, rows=(ROWS, ROWS, ROWS), **settings):
    return [
        Job(plan, State.new(plan, seed), part, engine="torch", **settings)
        for seed, (plan, part) in enumerate(zip(plans, rows, strict=True))
    ]


def assert_as_alone(together, outcomes, alone):
    for job, outcome, other in zip(together, outcomes, alone, strict=True):
        theirs = other.run()
        assert (outcome.ending, outcome.engine.name) == (theirs.ending, "torch")
        assert oracles.relative_error(job.state.theta, other.state.theta) < 1e-11
        assert oracles.relative_error(job.state.running, other.state.running) < 1e-11
        assert job.state.step == other.state.step and list(outcome.history) == list(theirs.history)
        assert np.allclose(outcome.history["cost"], theirs.history["cost"], rtol=1e-11)


def test_seeds_and_learning_rates(sizes):
    plans = [PLAN, PLAN, replace(PLAN, optimizer=AdamW(learning_rate=0.1))]
    together = jobs(*plans)
    outcomes = train_together(together)
    assert set(sizes) == {3}
    assert_as_alone(together, outcomes, jobs(*plans))


def test_folds(sizes):
    """Rows of their own, of one number."""
    rows = [Rows(X[k : k + 23], Y[k : k + 23], rng.uniform(0, 2, 23)) for k in (0, 10, 30)]
    together = jobs(PLAN, PLAN, PLAN, rows=rows)
    assert_as_alone(together, train_together(together), jobs(PLAN, PLAN, PLAN, rows=rows))
    assert 3 in sizes


def test_one_that_ends_earlier(sizes):
    plans = [PLAN, replace(PLAN, epochs=2), PLAN]
    together = jobs(*plans)
    outcomes = train_together(together)
    assert set(sizes) == {3, 2} and sizes == sorted(sizes, reverse=True)
    assert_as_alone(together, outcomes, jobs(*plans))


def test_validation_and_stopping():
    held_out = {"validation": Rows(X[40:], Y[40:]), "metrics": [METRICS["accuracy"]], "stopping": Stopping(patience=1)}
    plans = [replace(PLAN, epochs=12)] * 3
    together = jobs(*plans, **held_out)
    assert_as_alone(together, train_together(together), jobs(*plans, **held_out))


def test_one_that_diverges():
    plans = [PLAN, replace(PLAN, optimizer=AdamW(learning_rate=1e200)), PLAN]
    together = jobs(*plans)
    outcomes = train_together(together)
    assert [outcome.ending for outcome in outcomes] == ["finished", "diverged", "finished"]
    assert np.isfinite(together[1].state.theta).all()
    assert "training diverged at step" in outcomes[1].reason


def test_an_error_reaches_all():
    """A step that cannot be taken breaks every training, and none waits for ever."""
    together = jobs(PLAN, PLAN, PLAN)
    together[1].state.slots = together[1].state.slots[:, :-1]
    with pytest.raises(ValueError, match="the state is of another plan"):
        train_together(together)


def test_unlike_ones_are_in_stacks_of_their_own(sizes):
    other = replace(PLAN, network=Network(4, [Dense(5), Dense(3)], "cross_entropy"))
    together = jobs(PLAN, other, PLAN)
    outcomes = train_together(together)
    assert set(sizes) == {1, 2}
    assert_as_alone(together, outcomes, jobs(PLAN, other, PLAN))


def test_a_classifier():
    model = MLPClassifier(hidden_layer_sizes=(8,), engine="torch", max_iter=5, random_state=0, tol=0).fit(X, Y)
    other = MLPClassifier(hidden_layer_sizes=(8,), engine="reference", max_iter=5, random_state=0, tol=0).fit(X, Y)
    assert model.engine_.name == model.predictor().engine_.name == "torch"
    np.testing.assert_allclose(model.predict_proba(X), other.predict_proba(X), rtol=1e-9)
