"""Traces: the numbers of the engine that trains, to the last bit; and training does not notice."""

import copy
import tracemalloc
from dataclasses import dataclass

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given, reject
from hypothesis import strategies as st

import isas
import witnesses
from glassnet import Clipping, Dense, Dropout, Layer, Network, Penalties, Plan, Rows, State, trace
from glassnet.engines.choice import ENGINES
from glassnet.engines.reference import Reference
from glassnet.errors import Diverged, InvalidInput, InvalidType
from glassnet.network.cache import Mode
from glassnet.network.norms import BatchNorm, LayerNorm
from glassnet.pieces.optimizers import LBFGS, OPTIMIZERS, Adam, AdamW, GradientDescent
from glassnet.pieces.schedules import Cosine

rng = np.random.default_rng(0)
STEPPING = [name for name in OPTIMIZERS if not OPTIMIZERS[name].cls.whole_batch]


def same_bits(a, b):
    return np.array_equal(np.asarray(a), np.asarray(b), equal_nan=True) and np.asarray(a).dtype == np.asarray(b).dtype


def fields(state):
    return {name: value.copy() if isinstance(value, np.ndarray) else value for name, value in vars(state).items()}


def unchanged(before, after):
    return all(
        same_bits(before[name], after[name]) if isinstance(before[name], np.ndarray) else before[name] == after[name]
        for name in before
    )


engines = pytest.mark.parametrize("engine", [name for name in isas.RUNNING if name not in ("loops", "torch")])


def trained(plan, state, rows, engine):
    """What the engine's own step makes of a copy of the state."""
    now = copy.deepcopy(state)
    ENGINES[engine](plan).train(now, rows, np.arange(len(rows.Y)))
    return now


@engines
@given(
    case=witnesses.cases(),
    dtype=st.sampled_from(["float32", "float64"]),
    optimizer=st.sampled_from(STEPPING),
    penalties=st.sampled_from([Penalties(), Penalties(l1=0.01, l2=0.1), Penalties(l2=0.1, per_example=True)]),
    clipping=st.sampled_from([Clipping(), Clipping(norm=0.05), Clipping(value=0.01)]),
    steps=st.integers(0, 2),
)
def test_a_trace_is_the_step_that_training_takes(engine, case, dtype, optimizer, penalties, clipping, steps):
    """Any layers, losses, optimizers; at the beginning and under way: parameters, slots, statistics, cost."""
    rows = Rows(*(None if part is None else part.astype(dtype) for part in case.rows))
    m = len(rows.Y)
    made = OPTIMIZERS.make(optimizer)
    plan = Plan(
        case.network, m, made, Cosine(), penalties, clipping, batch_size=m, epochs=9, shuffle=False, dtype=dtype
    )
    state = State.new(plan, seed=7)
    state.theta[...], state.running[...] = case.parameters.theta, case.parameters.running
    run = ENGINES[engine](plan)
    try:
        ENGINES[engine](plan).train(state.apart(), rows, np.tile(np.arange(m), steps + 2))
    except Diverged:
        reject()  # a deep network of a drawn case may leave the floats; the tests of divergence look at that
    for _ in range(steps):
        run.train(state, rows, np.arange(m))
    state.cost_sum = state.weight_sum = 0.0
    before, inputs = fields(state), copy.deepcopy(rows)
    step = trace(plan, *rows, state=state, engine=engine)
    assert step.engine == engine and unchanged(before, fields(state))
    assert all(a is None or same_bits(a, b) for a, b in zip(inputs, rows, strict=True))
    after = trained(plan, state, rows, engine)
    assert same_bits(step.after.theta, after.theta) and same_bits(step.after.running, after.running)
    assert same_bits(step.before.theta, state.theta) and same_bits(step.before.running, state.running)
    for name, old, new in zip(made.slots, state.slots, after.slots, strict=True):
        assert same_bits(step.slots_before[name].theta, old) and same_bits(step.slots_after[name].theta, new)
    assert after.cost_sum == step.cost * after.weight_sum
    assert step.alpha == state.learning_rate(plan) and step.number == state.step + 1
    run.train(state, rows, np.arange(m))  # the training goes on as without the look
    assert same_bits(state.theta, after.theta) and same_bits(state.slots, after.slots)


@given(case=witnesses.cases(dtype="float64"))
def test_forward_and_backward_are_those_taken_by_hand(case):
    """Against the network's own steps with a generator-free mode, layer by layer."""
    step = trace(case.network, *case.rows, parameters=case.parameters, engine="reference")
    parameters = case.parameters.copy()
    made = case.network.forward(case.rows.X, parameters, Mode(training=True, input_gradient=True))
    gradients = case.network.backward(made, case.rows.Y, case.rows.weights)
    for l in range(1, step.L + 1):
        assert same_bits(step.A[l], made.A[l])
        assert same_bits(step.dA[l], made.caches[l - 1].dA)
    for l, Z in made.Z.items():
        assert same_bits(step.Z[l], Z)
    assert same_bits(step.gradients.theta, gradients.theta)
    assert step.cost == case.network.cost(made, case.rows.Y, case.rows.weights)
    assert same_bits(step.losses, case.network.loss.value(made.scores, case.rows.Y))


@engines
@given(case=witnesses.cases(rows=st.integers(1, 3), dtype="float64"))
def test_the_slope_by_the_inputs(engine, case):
    """dX against differences of the cost, whatever the layers."""
    network, (X, Y, weights), p = case.network, case.rows, case.parameters
    mode = Mode(training=True)

    def cost(x):
        return network.cost(network.forward(x.reshape(X.shape), p.copy(), mode), Y, weights)

    step = trace(network, X, Y, weights, parameters=p, engine=engine)
    error = witnesses.slope_error(
        cost,
        lambda x: witnesses.pieces_of_the_cost(case, x.reshape(X.shape), p.copy(), mode),
        X.ravel(),
        step.dX.ravel(),
        witnesses.directions(X.size, np.random.default_rng(0)),
    )
    assert error < 1e-6


def deep(loss="cross_entropy", outputs=3):
    layers = [Dense(5), BatchNorm("tanh"), Dropout(0.4), Dense(4, "relu"), LayerNorm("silu"), Dense(outputs)]
    return Network(6, layers, loss)


def test_every_layer_shows_what_it_kept():
    network = deep()
    plan = Plan(network, 7, Adam(), batch_size=7)
    X, Y = rng.normal(size=(7, 6)), rng.integers(0, 3, 7)
    step = trace(plan, X, Y, state=State.new(plan, seed=3))
    norm, dropout = step.layers[1], step.layers[2]
    assert set(norm.cached) == {"N", "scale"} and norm.cached["N"].shape == (7, 5)
    mask = dropout.cached["mask"]
    assert set(np.unique(mask)) == {np.float32(0), np.float32(1 / 0.6)}
    assert same_bits(dropout.A, dropout.A_prev * mask) and same_bits(dropout.dA_prev, dropout.dA * mask)
    assert [t.Z is None for t in step.layers] == [False, False, True, False, False, False]
    np.testing.assert_allclose(norm.dZ, norm.dA * (1 - norm.A**2), rtol=1e-5, atol=1e-7)
    assert step.dZ[6] is not None and same_bits(step.dZ[6], step.dA[6])
    assert step.W[1].shape == step.dW[1].shape == (5, 6) and step.b[4].shape == step.db[4].shape == (4,)
    assert not same_bits(step.before.running, step.after.running), "batch statistics were learned"
    assert same_bits(step.A[0], X.astype("float32")) and same_bits(step.A[6], step.predictions)


@dataclass(frozen=True)
class Doubled(Layer):
    """A user's own layer, which keeps a thing of its own."""

    name = "doubled"

    def forward(self, A_prev, p, c):
        c.doubt = np.full_like(A_prev, 0.5)
        c.word = "no array"
        return 2 * A_prev

    def backward(self, dA, p, g, c):
        return 2 * dA


def test_a_layer_of_ones_own():
    network = Network(2, [Doubled(), Dense(1)])
    step = trace(network, [[1.0, 2.0]], [3.0], parameters=network.initialize())
    own = step.layers[0]
    assert own.Z is None and own.dZ is None and list(own.cached) == ["doubt"]
    assert own.A.tolist() == [[2.0, 4.0]]
    assert same_bits(step.dX, 2 * step.dA[1])


def test_no_array_can_be_written_to():
    plan = Plan(deep(), 7, Adam(), batch_size=7)
    step = trace(plan, rng.normal(size=(7, 6)), rng.integers(0, 3, 7), state=State.new(plan), weights=np.ones(7))
    for array in [*step.arrays(), step.W[1], step.db[1], step.after.W[1], step.gradients.layers[1].gamma, step.weights]:
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0
    with pytest.raises(AttributeError):
        step.cost = 0.0
    with pytest.raises(TypeError):
        step.A[1] = 0
    with pytest.raises(TypeError):
        step.layers[1].cached["N"] = 0


def test_what_was_traced_stays_when_the_training_goes_on():
    plan = Plan(deep(), 7, Adam(), batch_size=7)
    X, Y = rng.normal(size=(7, 6)).astype("float32"), rng.integers(0, 3, 7)
    state, engine = State.new(plan), Reference(plan)
    step = trace(plan, X, Y, state=state)
    copies = [np.array(array) for array in step.arrays()]
    engine.train(state, Rows(X, Y), np.arange(7))
    X[...] = 0
    assert all(same_bits(a, b) for a, b in zip(copies, step.arrays(), strict=True))


def test_sparse_inputs():
    plan = Plan(Network(6, [Dense(4, "tanh"), Dense(1)]), 5, dtype="float64", batch_size=5)
    X = rng.normal(size=(5, 6)) * (rng.random((5, 6)) < 0.4)
    state, y = State.new(plan), rng.normal(size=5)
    dense, sparse = (trace(plan, form, y, state=state) for form in (X, scipy.sparse.csr_array(X)))
    assert sparse.engine == "reference"
    np.testing.assert_allclose(dense.after.theta, sparse.after.theta, rtol=1e-12)
    np.testing.assert_allclose(dense.dX, sparse.dX, rtol=1e-12)
    with pytest.raises(ValueError, match="read-only"):
        sparse.X.data[0] = 1


def test_clipping_is_seen():
    network = Network(2, [Dense(1)])
    plan = Plan(network, 1, GradientDescent(1.0), clipping=Clipping(norm=0.5), dtype="float64")
    step = trace(plan, [[3.0, 4.0]], [100.0])
    assert np.linalg.norm(step.gradients.theta) > 100
    assert np.linalg.norm(step.clipped.theta) == pytest.approx(0.5)
    np.testing.assert_allclose(step.after.theta, step.before.theta - step.clipped.theta)


def test_an_optimizer_without_steps_of_its_own():
    plan = Plan(Network(2, [Dense(1)]), 3, LBFGS(), dtype="float64", batch_size=3)
    step = trace(plan, np.eye(3, 2), [1.0, 2, 3])
    assert step.after is None and step.cost_after is None and not step.slots_after
    assert step.dW[1].any()


def test_the_cost_after_is_that_of_the_same_masks():
    """One small step of gradient descent lowers the cost by alpha |g|^2, to first order."""
    plan = Plan(deep(), 7, GradientDescent(1e-6), batch_size=7, dtype="float64", penalties=Penalties(l2=0.1))
    step = trace(plan, rng.normal(size=(7, 6)), rng.integers(0, 3, 7), state=State.new(plan, seed=5))
    g = step.gradients.theta
    assert step.cost - step.cost_after == pytest.approx(1e-6 * g @ g, rel=1e-3)


def test_penalties_are_recorded_separately():
    network = Network(2, [Dense(1)])
    plan = Plan(network, 1, GradientDescent(), penalties=Penalties(l2=2.0), dtype="float64")
    state = State.new(plan)
    state.theta[...] = [3.0, 4.0, 0.0]
    step = trace(plan, [[1.0, 1.0]], [7.0], state=state)
    assert (step.cost, step.penalty, step.losses.tolist()) == (25.0, 25.0, [0.0])
    assert step.dW[1].tolist() == [[6.0, 8.0]] and step.db[1].tolist() == [0.0]


def test_one_step_at_a_time_over_many_rows():
    """The trace of a batch is that of its rows together: the losses and slopes of single rows, averaged."""
    network = Network(3, [Dense(4, "tanh"), Dense(1, "sigmoid")], "binary_cross_entropy")
    p, X, y = network.initialize(seed=1), rng.normal(size=(5, 3)), rng.integers(0, 2, 5)
    together = trace(network, X, y, parameters=p)
    alone = [trace(network, X[[i]], y[[i]], parameters=p) for i in range(5)]
    np.testing.assert_allclose(together.losses, [step.losses[0] for step in alone], rtol=1e-12)
    mean = np.mean([step.gradients.theta for step in alone], axis=0)
    np.testing.assert_allclose(together.gradients.theta, mean, rtol=1e-10, atol=1e-14)
    assert together.rows == (1, 2, 3, 4, 5) and "5 examples" in repr(together)


def test_memory():
    """784-1024-1024-10 on 256 rows: less than 100 MB beyond the arrays of the trace themselves."""
    plan = Plan(Network.mlp(784, [1024, 1024], 10, loss="cross_entropy"), 256, AdamW(), batch_size=256)
    state = State.new(plan)
    X, y = rng.normal(size=(256, 784)).astype("float32"), rng.integers(0, 10, 256)
    trace(plan, X[:1], y[:1], state=state)  # what is loaded once
    tracemalloc.start()
    try:
        step = trace(plan, X, y, state=state)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    owned = {id(root): root.nbytes for root in map(owner, step.arrays())}
    assert 60e6 < sum(owned.values()) < 90e6
    assert peak - sum(owned.values()) < 100e6


def owner(array):
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


class Known:
    """What knows itself how it is traced."""

    def trace(self, *data, **settings):
        return data, settings


def test_a_model_with_a_trace_is_asked():
    assert trace(Known(), 1, 2) == ((1, 2), {})
    assert trace(Known(), 1, rows=[3]) == ((1,), {"rows": [3]})
    assert trace(Known(), 1, 2, 3, optimizer=4) == ((1, 2, 3), {"optimizer": 4})


@pytest.mark.parametrize(
    ("error", "said", "change"),
    [
        (InvalidType, "pass a network with parameters=, a plan or a fitted estimator", {"model": "a word"}),
        (InvalidInput, "a description without weights", {"parameters": None}),
        (InvalidInput, "parameters belong to another network", {"parameters": Network(4, [Dense(1)]).initialize()}),
        (InvalidInput, "a trace needs examples", {"X": np.empty((0, 3)), "Y": np.empty(0)}),
        (InvalidInput, r"X must have shape \(m, 3\)", {"X": np.zeros((1, 2))}),
        (InvalidInput, "pass X.reshape", {"X": np.zeros(3)}),
        (InvalidInput, "one row for each example", {"Y": [1, 0]}),
        (InvalidInput, "needs the targets: without them there is no cost; pass Y", {"Y": None}),
        (InvalidInput, "one column for each output", {"Y": [[1, 0]]}),
        (InvalidInput, "one number for each example", {"weights": [1, 2]}),
        (InvalidInput, "does not name every input", {"columns": ["a"]}),
        (InvalidInput, "a network takes no state", {"state": 1}),
        (InvalidInput, "a plan takes no parameters", {"model": Plan(Network(3, [Dense(1)]), 1)}),
        (InvalidInput, "a fitted model takes no parameters", {"model": Known()}),
        (Diverged, "the output of layer 1 .* is not finite", {"X": [[np.inf, 0, 0]]}),
    ],
)
def test_what_cannot_be_traced(error, said, change):
    network = Network(3, [Dense(2, "relu"), Dense(1)])
    given = {"model": network, "X": [[1.0, 2.0, 3.0]], "Y": [1.0], "parameters": network.initialize(), **change}
    with pytest.raises(error, match=said):
        trace(given.pop("model"), given.pop("X"), given.pop("Y"), **given)
