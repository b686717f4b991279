"""The state goes from engine to engine in the middle of an epoch; and a training that diverges is left as it was."""

from copy import deepcopy

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import isas
import oracles
import problems
from glassnet.engines.native.engine import Native
from glassnet.engines.plan import Plan, Rows
from glassnet.engines.reference import Reference
from glassnet.engines.state import State
from glassnet.errors import Diverged, InvalidInput
from glassnet.learning.checkpoints import load_checkpoint, save_checkpoint
from glassnet.network.layers import Dense, Dropout
from glassnet.network.network import Network
from glassnet.network.norms import BatchNorm, LayerNorm
from glassnet.pieces.optimizers import OPTIMIZERS
from glassnet.pieces.penalties import Clipping, Penalties

pytestmark = isas.built

SUMS = ("cost_sum", "weight_sum", "step", "rows_done")


@settings(max_examples=60)
@given(data=st.data())
def test_an_epoch_shared_by_the_engines(data):
    """Reference, native, reference again, between any two batches: what reference alone would have come to."""
    job = data.draw(problems.jobs("float64", epochs=1))
    size, order = job.plan.batch_size, job.orders[0]
    cuts = sorted(size * data.draw(st.integers(0, len(order) // size)) for _ in range(2))
    alone, shared = deepcopy(job.state), deepcopy(job.state)
    with np.errstate(all="ignore"):
        assume(stays_small(job.plan, alone, job.rows, order))
        for engine, part in zip((Reference, Native, Reference), np.split(order, cuts), strict=True):
            engine(job.plan).train(shared, job.rows, part)
    for name in ("theta", "slots", "running", *SUMS):
        assert oracles.relative_error(getattr(shared, name), getattr(alone, name), floor=1e-2) < 1e-11, name
    assert (shared.step, shared.rows_done) == (alone.step, alone.rows_done)


def stays_small(plan, state, rows, order):
    """Train with the reference engine; False where numbers explode, and rounding with them."""
    try:
        Reference(plan).train(state, rows, order)
    except Diverged:
        return False
    return max(np.abs(state.theta).max(), np.abs(state.slots).max(initial=0)) < 1e3


def test_from_a_file_into_the_other_engine(tmp_path):
    plan = Plan(Network(3, [Dense(8), BatchNorm("relu"), Dropout(0.2), Dense(1)]), 40, batch_size=8, dtype="float64")
    rng = np.random.default_rng(0)
    rows, order = Rows(rng.normal(size=(40, 3)), rng.normal(size=40)), rng.permutation(40)
    alone, state = State.new(plan, seed=3), State.new(plan, seed=3)
    Reference(plan).train(alone, rows, order)
    Native(plan).train(state, rows, order[:16])
    save_checkpoint(tmp_path / "run", plan, state)
    plan, state, _ = load_checkpoint(tmp_path / "run")
    Reference(plan).train(state, rows, order[16:])
    assert oracles.relative_error(state.theta, alone.theta) < 1e-9 and state.step == alone.step == 5


# --- divergence -------------------------------------------------------------------------------------------------------

LAYERS = [Dense(4), BatchNorm(), Dropout(0.1), Dense(4), LayerNorm("relu"), Dense(1)]
rng = np.random.default_rng(0)
X, Y = rng.normal(size=(40, 3)), rng.normal(size=40)


def both_diverge(plan, X, state=None, threads=1):
    """The message of both engines, which must be the same, and so must the states they leave, up to rounding."""
    messages, states = [], []
    rows, order = Rows(X.astype(plan.dtype), Y), np.tile(np.arange(40), 3)
    for engine in (Reference, Native):
        mine = deepcopy(state) if state else State.new(plan)
        with pytest.raises(Diverged) as caught, isas.threads(threads), np.errstate(all="ignore"):
            engine(plan).train(mine, rows, order)
        messages.append(str(caught.value))
        states.append(mine)
    reference, native = states
    assert (native.step, native.rows_done) == (reference.step, reference.rows_done)
    tolerance = 1e-4 if plan.dtype == "float32" else 1e-9
    for name in ("theta", "slots", "running", "cost_sum", "weight_sum"):
        unit = max(1.0, np.abs(getattr(reference, name)).max(initial=0))  # squares of the largest numbers overflow
        assert oracles.relative_error(getattr(native, name) / unit, getattr(reference, name) / unit) < tolerance, name
    assert messages[0].split(" (seen")[0] == messages[1].split(" (seen")[0]
    return messages[1], native


def one_bad_row(value):
    bad = X.copy()
    bad[25, 1] = value
    return bad


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("value", [np.inf, -np.inf, np.nan, 1e300])
@pytest.mark.parametrize("optimizer", ["gradient_descent", "adam"])
def test_a_row_that_is_not_finite(value, optimizer, threads):
    """Rows 20 ... 29 are the third batch of ten."""
    plan = Plan(
        Network.mlp(3, [4], 1),
        40,
        batch_size=10,
        dtype="float64",
        optimizer=OPTIMIZERS.make(optimizer, learning_rate=0.01),
    )
    message, state = both_diverge(plan, one_bad_row(value), threads=threads)
    assert "step 3 (epoch 1)" in message and state.step == 2 and state.rows_done == 20
    undisturbed = State.new(plan)
    Native(plan).train(undisturbed, Rows(X, Y), np.arange(20))
    for name in ("theta", "slots", "running", "cost_sum", "weight_sum"):
        assert np.array_equal(getattr(state, name), getattr(undisturbed, name)), f"{name} is not as before that step"


@pytest.mark.parametrize("place", [1, 2, 4, 5, 6])
def test_the_first_bad_layer_is_named(place):
    """Parameters that overflow in one layer, behind and before others."""
    plan = Plan(Network(3, LAYERS), 40, batch_size=10, dtype="float64", epochs=3)
    state = State.new(plan)
    state.step, state.epoch = 9, 2
    views = vars(state.parameters(plan.network).layers[place - 1])
    views["b" if "b" in views else "beta"][...] = 1e308
    views["W" if "W" in views else "gamma"][...] = 1e308
    message, left = both_diverge(plan, 10 * X, state)
    assert f"step 10 (epoch 3): the output of layer {place} ({LAYERS[place - 1].name}) in forward" in message
    assert np.array_equal(left.theta, state.theta) and np.array_equal(left.running, state.running)


@pytest.mark.parametrize("clipping", [Clipping(), Clipping(norm=1.0), Clipping(value=0.1), Clipping(0.5, 0.2)])
@pytest.mark.parametrize("optimizer", problems.STEPWISE)
def test_too_large_a_learning_rate(optimizer, clipping):
    """In the middle of an epoch the step overflows, or the one after it; clipping hides no invalid number."""

    def plan_at(rate):
        chosen = OPTIMIZERS.make(optimizer, learning_rate=rate)
        network = Network.mlp(3, [4], 1, activation="tanh")
        return Plan(network, 40, batch_size=10, optimizer=chosen, clipping=clipping, penalties=Penalties(l2=1.0))

    state = State.new(plan_at(0.01))
    Native(plan_at(0.01)).train(state, Rows((10 * X).astype("float32"), Y), np.arange(20))
    message, left = both_diverge(plan_at(3e38), 10 * X, state)
    assert left.step in (2, 3) and f"step {left.step + 1} (epoch 1)" in message
    assert np.isfinite(left.theta).all() and np.array_equal(left.theta, state.theta) == (left.step == 2)


@pytest.mark.parametrize("value", [np.inf, np.nan])
def test_a_look_at_what_is_not_finite_leaves_nothing_behind(value):
    """A gradient that is not finite, as a line search may meet, and then a training with the same engine."""
    layers = [Dense(5, "gelu"), LayerNorm("tanh"), Dense(3, "sigmoid")]
    plan = Plan(Network(3, layers), 40, batch_size=10, clipping=Clipping(norm=1.0), dtype="float64")
    looked, fresh, targets = State.new(plan), State.new(plan), np.stack([Y] * 3, axis=1)
    engine, parameters = Native(plan), looked.parameters(plan.network)
    gradients = isas.Gradients(plan.network.layout, plan.network.running_layout, np.empty_like(looked.theta))
    J = engine.value_and_gradient(
        parameters, Rows(np.full((40, 3), value), targets), isas.Mode(training=True), gradients
    )
    assert not np.isfinite(J)
    engine.train(looked, Rows(X, targets), np.arange(40))
    Native(plan).train(fresh, Rows(X, targets), np.arange(40))
    assert looked.theta.tobytes() == fresh.theta.tobytes()


def test_vectors_of_another_kind_than_the_plan_s():
    """A plan is of float32 by default; parameters of float64, or every second number of a vector."""
    network = Network.mlp(3, [4], 1)
    plan, parameters = Plan(network, 40), network.initialize(seed=0)
    strided = network.parameters(np.repeat(parameters.theta, 2)[::2])
    assert not strided.theta.flags.c_contiguous
    expected = Reference(plan).predict(parameters, X)
    engines = Native(plan), Native(Plan(network, 40, dtype="float64"))
    for engine, vectors in ((engines[0], parameters), (engines[0], strided), (engines[1], strided)):
        assert np.array_equal(engine.predict(vectors, X), expected)
        assert engine.cost(vectors, Rows(X, Y)) == Reference(plan).cost(vectors, Rows(X, Y))
        np.testing.assert_allclose(engine.ready(vectors)[1](X), expected, rtol=1e-13)


def test_rows_and_classes_that_there_are_not():
    plan = Plan(Network.mlp(3, [4], 2, loss="cross_entropy"), 40, batch_size=10)
    state = State.new(plan)
    before = deepcopy(state)
    rows = Rows(X.astype("float32"), np.zeros(40, int))
    for order in ([0, 40], [-1, 3]):
        with pytest.raises(InvalidInput, match="an order must name rows that exist"):
            Native(plan).train(state, rows, np.array(order))
    for classes in (np.full(40, 2), np.full(40, -1), np.full(40, 0.5)):
        with pytest.raises(InvalidInput, match="classes must"):
            Native(plan).train(state, rows._replace(Y=classes), np.arange(40))
    assert all(np.array_equal(value, getattr(before, name)) for name, value in vars(state).items())
