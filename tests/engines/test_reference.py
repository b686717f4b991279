"""The reference engine: memory planned once, chunks of any size, the same bits again."""

import tracemalloc
from dataclasses import replace

import numpy as np
import pytest

from glassnet.engines.engine import PREDICTION_ROWS
from glassnet.engines.plan import Plan, Rows
from glassnet.engines.reference import Reference
from glassnet.engines.state import State
from glassnet.network.layers import Dense, Dropout
from glassnet.network.network import Network
from glassnet.network.norms import BatchNorm, LayerNorm
from glassnet.pieces.optimizers import OPTIMIZERS, Adam
from glassnet.pieces.penalties import Clipping, Penalties

rng = np.random.default_rng(0)
M = 103
ROWS = Rows(rng.normal(size=(M, 6)).astype(np.float32), rng.integers(0, 3, M), rng.uniform(0, 2, M))
LAYERS = [Dense(8, "tanh"), Dropout(0.2), BatchNorm("relu"), Dense(5, "gelu"), LayerNorm(), Dense(3)]
PLAN = Plan(Network(6, LAYERS, "cross_entropy"), examples=M, batch_size=10, epochs=3, penalties=Penalties(l2=0.1))


def trained(plan=PLAN, rows=ROWS, seed=0, order=None, chunk=None, epochs=2):
    """The state after some epochs, each in chunks of so many rows."""
    state, engine = State.new(plan, seed), Reference(plan)
    for _ in range(epochs):
        order = np.random.default_rng(seed).permutation(plan.examples) if order is None else order
        for start in range(0, len(order), chunk or len(order)):
            engine.train(state, rows, order[start : start + (chunk or len(order))])
    return state


def same(a: State, b: State) -> bool:
    arrays = all(map(np.array_equal, (a.theta, a.running, a.slots), (b.theta, b.running, b.slots)))
    return arrays and (a.step, a.rows_done, a.cost_sum, a.weight_sum) == (b.step, b.rows_done, b.cost_sum, b.weight_sum)


# --- memory -----------------------------------------------------------------------------------------------------------


def held_and_peak(layers, optimizer, steps: int) -> tuple[int, int]:
    """Bytes that ``steps`` steps leave behind, and the most they hold at once, some steps having been made."""
    plan = Plan(
        Network(20, layers, "cross_entropy"),
        examples=2 * BATCH,
        batch_size=BATCH,
        optimizer=optimizer,
        penalties=Penalties(l2=1e-4),
        clipping=Clipping(norm=1.0, value=1.0),
    )
    state, engine = State.new(plan), Reference(plan)
    X, Y = rng.normal(size=(2 * BATCH, 20)).astype(np.float32), rng.integers(0, 3, 2 * BATCH)
    rows = Rows(X, Y, rng.uniform(0.5, 2, 2 * BATCH).astype(np.float32))
    order = np.tile(np.arange(2 * BATCH), steps // 2)
    engine.train(state, rows, order[: 2 * BATCH])
    tracemalloc.start()
    try:
        engine.train(state, rows, order[: 2 * BATCH])
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        engine.train(state, rows, order)
        now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return now - before, peak - before


BATCH, UNITS = 2048, 50
ONE_ARRAY = 4 * BATCH * UNITS  # the activations of one layer, or their slopes; a network keeps three for each layer


@pytest.mark.parametrize("optimizer", [name for name in OPTIMIZERS if not OPTIMIZERS[name].cls.whole_batch])
def test_a_step_allocates_next_to_nothing(optimizer):
    """Ten times the steps hold no more, and at no time 0.4 of one of the network's fifteen arrays.

    What NumPy forces: numbers for each row (indices of the chosen, their targets, weights, losses), the loss's
    temporaries (m, 3), and the buffers of 8192 numbers through which ufuncs cast (relu's slope is a comparison).
    Nesterov's look ahead and AdamW's decay take an array of the size of the parameters, here 34 kB.
    """
    layers = [*(Dense(UNITS, g) for g in ("relu", "tanh", "sigmoid", "leaky_relu")), Dense(3)]
    few, many = (held_and_peak(layers, OPTIMIZERS.make(optimizer), steps) for steps in (4, 40))
    assert many[0] < 10_000
    assert many[1] < few[1] + 10_000
    assert many[1] < 0.4 * ONE_ARRAY


def test_layers_that_need_more():
    """Dropout draws two arrays of 32-bit numbers; norms multiply into one; gelu, silu and mish take two or three.

    They give them back: the peak stays at a few arrays of activations, whatever the depth.
    """
    block = [Dense(UNITS, "gelu"), Dropout(0.5), BatchNorm("silu"), LayerNorm("mish")]
    shallow, deep = (held_and_peak([*block * times, Dense(3)], Adam(), 4) for times in (1, 3))
    assert deep[0] < 10_000
    assert deep[1] < shallow[1] + ONE_ARRAY / 10
    assert deep[1] < 3.5 * ONE_ARRAY


def test_a_training_keeps_its_workspace():
    state, engine = State.new(PLAN), Reference(PLAN)
    engine.train(state, ROWS, np.arange(20))
    space, caches = engine._workspace, engine._caches[2]
    memory = [cache.Z.ctypes.data for cache in caches if hasattr(cache, "Z")]
    engine.train(state, ROWS, np.arange(20))
    assert engine._workspace is space and engine._caches[2] is caches
    assert memory == [cache.Z.ctypes.data for cache in caches if hasattr(cache, "Z")]


def test_no_number_is_read_before_it_is_written(monkeypatch):
    """Memory comes with whatever was there: here that is NaN, and must not matter."""
    expected = trained()
    for name in ("empty", "empty_like"):
        monkeypatch.setattr(np, name, poisoned(getattr(np, name)))
    assert np.isnan(np.empty(3)).all()
    assert same(trained(), expected)


def poisoned(make):
    def made(*args, **settings):
        array = make(*args, **settings)
        if array.dtype.kind == "f":
            array.fill(np.nan)
        return array

    return made


def test_another_state_gets_a_workspace_of_its_own():
    engine, first, second = Reference(PLAN), State.new(PLAN), State.new(PLAN)
    for _ in range(2):
        engine.train(first, ROWS, np.arange(20))
        engine.train(second, ROWS, np.arange(20))
    assert same(first, second)
    alone = State.new(PLAN)
    for _ in range(2):
        Reference(PLAN).train(alone, ROWS, np.arange(20))
    assert same(first, alone)


# --- batches ----------------------------------------------------------------------------------------------------------


def test_one_call_is_ten_calls():
    assert same(trained(chunk=10), trained())
    assert same(trained(chunk=30), trained())


def test_a_training_goes_on_in_another_engine():
    """All there is to it is plan and state."""
    whole, parts = trained(epochs=1), State.new(PLAN)
    order = np.random.default_rng(0).permutation(M)
    for start in range(0, M, 20):
        Reference(PLAN).train(parts, ROWS, order[start : start + 20])
    assert same(whole, parts)


def test_the_last_batch_is_short():
    """103 rows in batches of 10: eleven steps, the last of 3 rows, which weigh what they weigh."""
    state = trained(epochs=1)
    assert (state.step, state.rows_done, PLAN.steps_per_epoch) == (11, M, 11)
    assert state.weight_sum == pytest.approx(ROWS.weights.sum(), rel=1e-14)
    only = replace(PLAN, optimizer=OPTIMIZERS.make("gradient_descent"), batch_size=100)
    late, alone = State.new(only), State.new(replace(only, examples=3))
    engine = Reference(only)
    engine.train(late, ROWS, np.arange(100))
    for state, plan, rows, order in (
        (late, only, ROWS, np.arange(100, 103)),
        (alone, replace(only, examples=3), Rows(*(part[100:] for part in ROWS)), np.arange(3)),
    ):
        state.theta[...], state.running[...], state.step = 0.1, 0.5, 7  # the same place and masks
        Reference(plan).train(state, rows, order)
    assert np.array_equal(late.theta, alone.theta) and np.array_equal(late.running, alone.running)


def test_a_batch_larger_than_the_data_is_all_of_it():
    large, exact = (replace(PLAN, batch_size=size) for size in (10**6, M))
    assert large.steps_per_epoch == 1
    assert same(trained(large), trained(exact))


def test_batches_of_one():
    state = trained(replace(PLAN, batch_size=1), epochs=1)
    assert state.step == M and np.isfinite(state.theta).all()


def test_a_chunk_of_no_rows():
    state = State.new(PLAN)
    assert Reference(PLAN).train(state, ROWS, np.arange(0)) == 0
    assert same(state, State.new(PLAN))


def test_the_epochs_cost_is_the_mean_over_its_rows():
    plan = Plan(Network.mlp(6, [4], 3, loss="cross_entropy"), examples=M, batch_size=10, optimizer=Adam(1e-30))
    for rows in (ROWS, ROWS._replace(weights=None)):
        state = State.new(plan)
        engine = Reference(plan)
        engine.train(state, rows, np.arange(M))
        expected = engine.cost(state.parameters(plan.network), rows)
        assert state.cost_sum / state.weight_sum == pytest.approx(expected, rel=1e-6)


class After:
    """Asks to stop after so many looks."""

    def __init__(self, looks):
        self.left = looks

    def is_set(self):
        self.left -= 1
        return self.left < 0


def test_stopped_between_two_steps():
    state, engine = State.new(PLAN), Reference(PLAN)
    assert engine.train(state, ROWS, np.arange(M), stop=After(3)) == 30
    assert (state.step, state.rows_done) == (3, 30)
    assert engine.train(state, ROWS, np.arange(30, M), stop=After(99)) == 73
    assert same(state, trained(order=np.arange(M), epochs=1))


# --- the same bits ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("optimizer", [name for name in OPTIMIZERS if not OPTIMIZERS[name].cls.whole_batch])
def test_same_seed_same_bits(optimizer):
    plan = replace(PLAN, optimizer=OPTIMIZERS.make(optimizer))
    assert same(trained(plan, seed=1), trained(plan, seed=1))
    assert not same(trained(plan, seed=1), trained(plan, seed=2))


def test_masks_follow_from_seed_and_step_alone():
    network = Network(6, [Dropout(0.5), Dense(3)], "cross_entropy")
    plan = replace(PLAN, network=network, optimizer=OPTIMIZERS.make("gradient_descent"))
    first, again, other, later = (State.new(plan, 1) for _ in range(4))
    other.seed, later.step = 2, 1
    for state in (first, again, other, later):
        Reference(plan).train(state, ROWS, np.arange(10))
    assert np.array_equal(first.theta, again.theta)
    assert not np.array_equal(first.theta, other.theta) and not np.array_equal(first.theta, later.theta)


def test_looking_changes_nothing():
    looked, engine = State.new(PLAN), Reference(PLAN)
    order = np.random.default_rng(0).permutation(M)
    for start in range(0, M, 10):
        engine.train(looked, ROWS, order[start : start + 10])
        parameters = looked.parameters(PLAN.network)
        engine.predict(parameters, ROWS.X)
        engine.cost(parameters, ROWS)
        PLAN.network.forward(ROWS.X, parameters)
    assert same(looked, trained(epochs=1))


def test_float32_all_the_way():
    for dtype in ("float32", "float64"):
        plan = replace(PLAN, dtype=dtype, clipping=Clipping(norm=1.0, value=0.5))
        rows = Rows(ROWS.X.astype(dtype), ROWS.Y, ROWS.weights)  # weights are float64 in both
        state = State.new(plan)
        engine = Reference(plan)
        engine.train(state, rows, np.arange(M))
        space = engine._workspace
        arrays = [state.theta, state.running, state.slots, space.gradients.theta, space.X, space.Y]
        arrays += [engine.predict(state.parameters(plan.network), rows.X)]
        arrays += [engine.scores(state.parameters(plan.network), rows.X)]
        for cache in engine._caches[2]:
            arrays += [a for a in [*vars(cache).values(), *cache._memory.values()] if isinstance(a, np.ndarray)]
        assert {a.dtype for a in arrays} == {np.dtype(dtype)}


# --- prediction -------------------------------------------------------------------------------------------------------


def test_prediction_in_blocks():
    state, engine = trained(), Reference(PLAN)
    parameters = state.parameters(PLAN.network)
    for m in (0, 1, PREDICTION_ROWS, PREDICTION_ROWS + 1, 2 * PREDICTION_ROWS + 7):
        X = rng.normal(size=(m, 6)).astype(np.float32)
        at_once = PLAN.network.forward(X, parameters).predictions
        got = engine.predict(parameters, X)
        assert got.shape == (m, 3) and got.dtype == np.float32
        np.testing.assert_allclose(got, at_once, rtol=2e-6, atol=1e-7)
        np.testing.assert_allclose(got.sum(axis=1), 1, atol=1e-6)


def test_cost_in_blocks():
    plan = replace(PLAN, dtype="float64")
    engine, parameters, m = Reference(plan), plan.network.initialize(), PREDICTION_ROWS + 5
    X, Y, weights = rng.normal(size=(m, 6)), rng.integers(0, 3, m), rng.uniform(0, 2, m)
    made = plan.network.forward(X, parameters)
    for w in (None, weights):
        assert engine.cost(parameters, Rows(X, Y, w)) == pytest.approx(plan.network.cost(made, Y, w), rel=1e-12)
    assert engine.cost(parameters, Rows(X[:0], Y[:0])) == 0
