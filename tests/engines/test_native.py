"""The native engine and the reference engine: the same numbers on random networks, on every instruction set."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import isas
import oracles
import problems
from glassnet.engines.native.engine import Native
from glassnet.engines.plan import Plan, Rows
from glassnet.engines.reference import Reference
from glassnet.engines.state import State
from glassnet.network.layers import Dense, Dropout
from glassnet.network.network import Network
from glassnet.network.norms import BatchNorm, LayerNorm
from glassnet.pieces.optimizers import Momentum
from glassnet.pieces.schedules import Constant
from isas import TOLERANCE, compare, rounding

pytestmark = isas.built

dtypes = pytest.mark.parametrize("dtype", TOLERANCE)


LOOKS = ("J", "gradient", "scores", "predictions")


@dtypes
@settings(max_examples=100)
@given(data=st.data())
def test_cost_gradient_scores_and_predictions(dtype, data):
    job = data.draw(problems.jobs(dtype))
    compare(job, LOOKS, TOLERANCE[dtype], rounding(job, LOOKS) if dtype == "float32" else None)


@dtypes
@settings(max_examples=60)
@given(data=st.data())
def test_training(dtype, data):
    """Two epochs of ragged batches, and all that is left of them."""
    job = data.draw(problems.jobs(dtype, epochs=2))
    names = ("theta", "slots", "running", "cost_sum", "weight_sum", "step", "rows_done")
    compare(job, names, TOLERANCE[dtype], rounding(job, names) if dtype == "float32" else None)


@dtypes
@settings(max_examples=40)
@given(data=st.data())
def test_the_gradient_that_a_step_went_along(dtype, data):
    """Momentum at rest moves by minus alpha g: penalties are in it, dropout's mask is that step's, clipping is last;
    alpha is the parameter's own."""
    still = {"optimizer": Momentum(learning_rate=1.0), "schedule": Constant(), "batch_size": 40}
    job = data.draw(problems.jobs(dtype, **still))
    job.state.slots[...] = 0
    job = replace(job, orders=[np.arange(job.plan.examples)])
    gradient = isas.do(job, "reference")["gradient"]
    job.plan.clipping.clip(gradient)
    rates = np.empty_like(gradient)
    for place in job.plan.network.layout.places:
        rates[place.start : place.stop] = place.parameter.rate
    for isa in isas.ISAS:
        found = isas.done_by(isa, job)
        assert oracles.relative_error(-found["slots"][0], rates * gradient, floor=1e-2) < TOLERANCE[dtype], isa
        if not job.plan.clipping:
            assert np.array_equal(-found["slots"][0], rates * found["gradient"])


# --- shapes at the edges ----------------------------------------------------------------------------------------------


@dtypes
@settings(max_examples=10)
@given(data=st.data())
def test_many_classes(dtype, data):
    network = problems.networks(outputs=st.just(200))
    compare(data.draw(problems.jobs(dtype, network=network, rows=st.integers(1, 20))), LOOKS, TOLERANCE[dtype])


@dtypes
@pytest.mark.parametrize("m", [0, 1, 2, 95, 96, 97, 10_000])
def test_rows_to_predict(m, dtype):
    """Blocks of rows, whole and ragged."""
    network = Network(7, [Dense(70, "gelu"), BatchNorm("tanh"), Dropout(0.5), LayerNorm(), Dense(3)], "cross_entropy")
    job = job_of(Plan(network, max(m, 1), dtype=dtype))
    X, parameters = job.rows.X[:m], job.state.parameters(network)
    engines = Native(job.plan), Reference(job.plan)
    for threads in (1, 3):
        with isas.threads(threads):
            for found, expected in (
                [engine.predict(parameters, X) for engine in engines],
                [engine.scores(parameters, X) for engine in engines],
            ):
                assert found.shape == expected.shape == (m, 3) and found.dtype == expected.dtype
                assert oracles.relative_error(found, expected) < TOLERANCE[dtype]


@dtypes
@pytest.mark.parametrize(
    ("inputs", "width", "m"), [(1023, 5, 3), (1025, 3, 3), (2500, 2, 200), (3, 1100, 2), (2, 3, 2500)]
)
def test_long_sums(inputs, width, m, dtype):
    """Products over more terms than are summed in one go: in the forward pass, for dA and for dW."""
    network = Network(inputs, [Dense(4, "tanh"), Dense(width, "tanh"), Dense(2)])
    compare(job_of(Plan(network, m, batch_size=m, dtype=dtype), orders=2), (*LOOKS, "theta"), TOLERANCE[dtype])


@dtypes
def test_rows_in_any_layout(dtype):
    """Columns first, every second row, read-only, another dtype: the same as a plain copy."""
    job = job_of(Plan(Network.mlp(6, [5], 3, loss="cross_entropy"), 40, batch_size=7, dtype=dtype), orders=1)
    X, Y = job.rows.X, job.rows.Y
    fortran, spread, fixed = np.asfortranarray(X), np.repeat(X, 2, axis=0)[::2], X.copy()
    fixed.flags.writeable = False
    expected = isas.bits(isas.do(job))
    ways = [
        (fortran, Y),
        (spread, Y),
        (fixed, Y),
        (X.astype(float), Y),
        (X, Y.astype(np.uint8)),
        (X, np.repeat(Y, 2)[::2]),
    ]
    for X, Y in ways:
        assert isas.bits(isas.do(replace(job, rows=Rows(X, Y)))) == expected


def test_classes_by_number_or_by_columns():
    """The same cost and gradient, label smoothing, too."""
    plan = Plan(Network(6, [Dense(9), Dense(5)], {"name": "cross_entropy", "label_smoothing": 0.1}), 40, batch_size=7)
    job = job_of(plan, orders=1)
    columns = replace(job, rows=job.rows._replace(Y=np.eye(5)[job.rows.Y]))
    assert isas.bits(isas.do(job)) == isas.bits(isas.do(columns))


@pytest.mark.parametrize(("rate", "seed"), [(0.9, 1612), (0.3, 4231), (0.7, 26504)])
def test_masks_to_the_last_digit_of_their_rate(rate, seed):
    """Seeds with a draw between the rate and the rate rounded to float32."""
    job = job_of(Plan(Network(60, [Dropout(rate), Dense(1)]), 60))
    job.state.seed = seed
    compare(job, LOOKS, TOLERANCE["float32"])


def job_of(plan, orders=0):
    rng = np.random.default_rng(plan.examples)
    rows = problems.rows_of(plan.network, plan.examples, rng, weighted=False, labels=True, dtype=plan.dtype)
    return isas.Job(plan, State.new(plan), rows, [rng.permutation(plan.examples) for _ in range(orders)])
