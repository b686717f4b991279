"""The loops and the reference engine: the same numbers, from the same plans, on random networks."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import oracles
import witnesses as w
from glassnet.engines.loops import Loops
from glassnet.engines.plan import Plan, Rows
from glassnet.engines.reference import Reference
from glassnet.engines.state import State
from glassnet.errors import Diverged
from glassnet.network.cache import Mode
from glassnet.pieces.optimizers import OPTIMIZERS
from glassnet.pieces.penalties import Clipping, Penalties
from glassnet.pieces.schedules import SCHEDULES
from isas import RUNNING

STEPWISE = [name for name in OPTIMIZERS if not OPTIMIZERS[name].cls.whole_batch]

dense = w.cases(w.layers_of("dense"), depth=st.integers(0, 3))
penalties = st.builds(
    Penalties, l1=st.sampled_from([0.0, 0.1]), l2=st.sampled_from([0.0, 0.3]), per_example=st.booleans()
)
clipping = st.builds(Clipping, norm=st.sampled_from([0.0, 0.5]), value=st.sampled_from([0.0, 0.1]))


def both(plan: Plan) -> tuple[Loops, Reference]:
    return Loops(plan), Reference(plan)


@settings(max_examples=100)
@given(case=dense, penalties=penalties, scaled=st.booleans(), seed=w.seeds)
def test_cost_gradient_and_scores(case, penalties, scaled, seed):
    network, parameters, rows = case.network, case.parameters, case.rows
    factors = np.random.default_rng(seed).uniform(0.2, 5, network.layout.weights) if scaled else None
    plan = Plan(network, len(rows.Y), penalties=penalties, dtype="float64", penalty_factors=factors)
    found = []
    for engine in both(plan):
        gradients = case.by_hand
        J = engine.value_and_gradient(parameters, rows, Mode(training=True), gradients)
        scores, predictions = engine.scores(parameters, rows.X), engine.predict(parameters, rows.X)
        found.append(([J, engine.cost(parameters, rows)], gradients.theta, scores, predictions))
    for loops, reference in zip(*found, strict=True):
        assert oracles.relative_error(loops, reference, floor=1e-2) < 1e-12


@pytest.mark.parametrize("optimizer", STEPWISE)
@settings(max_examples=15)
@given(data=st.data())
def test_training(optimizer, data):
    """Some epochs of ragged mini-batches in shuffled order, with every schedule, clipping, penalty and weights."""
    case = data.draw(w.cases(w.layers_of("dense"), depth=st.integers(0, 2), rows=st.integers(1, 7)))
    plan = Plan(
        case.network,
        len(case.rows.Y),
        optimizer=OPTIMIZERS.make(optimizer, learning_rate=0.01),
        schedule=SCHEDULES.make(data.draw(st.sampled_from(list(SCHEDULES))), warmup=data.draw(st.integers(0, 2))),
        penalties=data.draw(penalties),
        clipping=data.draw(clipping),
        batch_size=data.draw(st.integers(1, 8)),
        epochs=2,
        dtype="float64",
    )
    order = np.random.default_rng(data.draw(w.seeds))
    orders = [order.permutation(plan.examples) for _ in range(2)]
    states = []
    for engine in both(plan):
        state = State.new(plan)
        state.theta[...] = case.parameters.theta
        for epoch in orders:
            engine.train(state, case.rows, epoch)
            state.epoch, state.examples = state.epoch + 1, state.examples + plan.examples
        states.append(state)
    loops, reference = states
    assert loops.step == reference.step == 2 * plan.steps_per_epoch
    # Where a slope is 0 but for rounding, adaptive steps would show that rounding enlarged up to 1 / epsilon = 1e8.
    assume(optimizer in ("gradient_descent", "momentum", "nesterov") or no_slope_is_almost_0(case, plan))
    assert oracles.relative_error(loops.theta, reference.theta) < 1e-12
    assert oracles.relative_error(loops.slots, reference.slots) < 1e-12
    assert loops.cost_sum == pytest.approx(reference.cost_sum, rel=1e-12, abs=1e-13)
    assert loops.weight_sum == reference.weight_sum


def no_slope_is_almost_0(case: w.Case, plan: Plan) -> bool:
    gradients = case.by_hand
    for i in range(plan.examples):
        one = Rows(case.rows.X[i : i + 1], case.rows.Y[i : i + 1])
        Reference(plan).value_and_gradient(case.parameters, one, Mode(), gradients)
        size = np.abs(gradients.theta)
        if ((size > 0) & (size < 1e-9)).any():
            return False
    return True


@settings(max_examples=40)
@given(case=w.cases(w.layers_of("dense"), depth=st.integers(0, 3), dtype="float32"))
def test_float32(case):
    """The loops reckon in float64 and round what they return: the reference's float32 is as near as its digits."""
    plan = Plan(case.network, len(case.rows.Y))
    found = []
    for engine in both(plan):
        gradients = case.by_hand
        J = engine.value_and_gradient(case.parameters, case.rows, Mode(), gradients)
        scores = engine.scores(case.parameters, case.rows.X)
        assert gradients.theta.dtype == scores.dtype == np.float32
        found.append(([J], gradients.theta, scores))
    for loops, reference in zip(*found, strict=True):
        assert oracles.relative_error(loops, reference, floor=1e-2) < 2e-5


@settings(max_examples=20)
@given(case=dense)
def test_sparse_rows(case):
    from scipy import sparse

    holes = case.rows._replace(X=np.where(np.abs(case.rows.X) > 0.6, case.rows.X, 0))
    thin = holes._replace(X=sparse.csr_array(holes.X))
    plan = Plan(case.network, len(case.rows.Y), batch_size=2, dtype="float64")
    thetas = []
    for name in RUNNING:
        for rows in (holes, thin):
            state = State.new(plan)
            engine = RUNNING[name](plan)
            engine.train(state, rows, np.arange(plan.examples))
            thetas.append(state.theta)
            expected = RUNNING["reference"](plan).predict(state.parameters(case.network), holes.X)
            np.testing.assert_allclose(
                engine.predict(state.parameters(case.network), rows.X), expected, rtol=1e-12, atol=1e-13
            )
    assert all(oracles.relative_error(theta, thetas[0]) < 1e-9 for theta in thetas)


@pytest.mark.parametrize("engine", RUNNING)
def test_a_batch_whose_weights_are_all_0(engine):
    """It teaches nothing, and it does not count in the epoch's cost."""
    case = w.Network.mlp(2, [3], 1)
    plan = Plan(case, examples=6, batch_size=3, optimizer=OPTIMIZERS.make("gradient_descent"), dtype="float64")
    rng = np.random.default_rng(0)
    rows = Rows(rng.normal(size=(6, 2)), rng.normal(size=6), np.array([0, 0, 0, 1, 2, 3.0]))
    state, only = State.new(plan), State.new(plan)
    before = state.theta.copy()
    run = RUNNING[engine](plan)
    run.train(state, rows, np.arange(3))
    assert np.array_equal(state.theta, before)
    assert (state.cost_sum, state.weight_sum, state.rows_done) == (0, 0, 3)
    run.train(state, rows, np.arange(3, 6))
    run.train(only, rows, np.arange(3, 6))
    assert np.array_equal(state.theta, only.theta)
    assert (state.cost_sum, state.weight_sum) == (only.cost_sum, 6)
    assert run.cost(state.parameters(case), rows._replace(weights=np.zeros(6))) == 0


@pytest.mark.parametrize("engine", RUNNING)
def test_divergence_is_reported_alike(engine):
    network = w.Network.mlp(1, [2], 1, activation="softplus")
    plan = Plan(network, examples=1, dtype="float64")
    state = State.new(plan)
    with pytest.raises(Diverged, match=r"step 1 .*layer 1"):
        RUNNING[engine](plan).train(state, Rows(np.array([[np.inf]]), np.zeros(1)), np.arange(1))
    assert state.step == 0 and np.isfinite(state.theta).all()


def test_the_loops_in_the_workshops_words():
    """``a_j = g(sum_k w_jk a_k + b_j)`` for each activation of each layer of each sample, said once more by hand."""
    network = w.Network.mlp(2, [3], 1, activation="tanh", loss="binary_cross_entropy")
    parameters = network.initialize(seed=1)
    z, a = Loops(Plan(network, examples=1)).forward([0.5, -2.0], parameters)
    for l in (1, 2):
        for j in range(network.widths[l]):
            expected = (
                sum(parameters.W[l][j, k] * a[l - 1][k] for k in range(network.widths[l - 1])) + parameters.b[l][j]
            )
            assert z[l][j] == pytest.approx(expected, rel=1e-15)
            assert a[l][j] == (np.tanh(z[l][j]) if l == 1 else z[l][j])


def test_replaced_plans_are_other_plans():
    plan = Plan(w.Network.mlp(1, [], 1), examples=2)
    assert replace(plan, dtype="float64").numpy_dtype == np.float64 and plan.numpy_dtype == np.float32
