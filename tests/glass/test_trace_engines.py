"""Which engine a trace comes from; and that those of the kernels are their own step, to the bit."""

import copy
from unittest import mock

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st

import isas
import oracles
import problems
from glassnet import (
    Clipping,
    Dense,
    Dropout,
    MLPClassifier,
    Network,
    Penalties,
    Plan,
    Recipe,
    State,
    TableModel,
    gradcheck,
    trace,
)
from glassnet.engines.kernels import library
from glassnet.engines.kernels.interface import Recorded
from glassnet.engines.native.engine import Native
from glassnet.engines.native.session import Session
from glassnet.engines.plan import Rows
from glassnet.errors import Diverged, InvalidInput, UnknownName, Unsupported
from glassnet.glass.ledger import ledger
from glassnet.network.cache import Mode
from glassnet.network.norms import BatchNorm, LayerNorm
from glassnet.network.parameters import Gradients
from glassnet.network.targets import as_targets
from glassnet.pieces.optimizers import LBFGS, Adam, GradientDescent

rng = np.random.default_rng(0)


def bits(*arrays):
    return [np.ascontiguousarray(array).tobytes() for array in arrays]


def given_of(state):
    return bits(state.theta, state.running, state.slots), state.step, state.rows_done, state.cost_sum, state.weight_sum


# --- the numbers of the kernels ---------------------------------------------------------------------------------------


@isas.built
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@settings(max_examples=80)
@given(data=st.data())
def test_the_step_that_the_kernels_take(dtype, data):
    """On the first rows of a batch, whatever the network, the plan, the weights."""
    job = data.draw(problems.jobs(dtype))
    plan, state = job.plan, job.state
    state.cost_sum = state.weight_sum = 0.0
    m = data.draw(st.integers(1, min(plan.batch_size, plan.examples)))
    rows = Rows(*(None if part is None else part[:m] for part in job.rows))
    after, before, inputs = copy.deepcopy(state), given_of(state), bits(*(part for part in rows if part is not None))
    Native(plan).train(after, rows, np.arange(m))
    step = trace(plan, *rows, state=state, engine="native")
    assert step.engine == "native"
    assert given_of(state) == before and bits(*(part for part in rows if part is not None)) == inputs
    assert bits(step.before.theta, step.before.running) == bits(state.theta, state.running)
    assert bits(step.after.theta, step.after.running) == bits(after.theta, after.running)
    assert bits(*(slot.theta for slot in step.slots_after.values())) == bits(*after.slots)
    assert after.cost_sum == step.cost * after.weight_sum
    gradients = Gradients(plan.network.layout, plan.network.running_layout, np.empty_like(state.theta))
    Y = as_targets(rows.Y, plan.network.loss, plan.network.outputs, dtype)
    mode = Mode(training=True, seed=state.seed, step=state.step)
    parameters = state.parameters(plan.network)
    J = Native(plan).value_and_gradient(parameters, rows._replace(Y=Y), mode, gradients)
    assert step.cost == J and bits(gradients.theta) == bits(step.gradients.theta)
    parameters = step.after.copy()
    assert step.cost_after == Native(plan).value_and_gradient(parameters, rows._replace(Y=Y), mode, gradients)


@isas.built
def test_it_adds_up():
    """The arrays of one trace are each other's, as the formulas say."""
    network = Network(5, [BatchNorm(), Dropout(0.3), Dense(33, "gelu"), LayerNorm("relu"), Dense(3)], "cross_entropy")
    plan = Plan(network, 40, Adam(), penalties=Penalties(l2=0.1, l1=0.2), clipping=Clipping(0.5, 0.01), dtype="float64")
    X, Y, weights = rng.normal(size=(40, 5)), rng.integers(0, 3, 40), rng.uniform(size=40)
    step = trace(plan, X, Y, weights, engine="native")
    penalty = plan.penalties.value(step.before.weights)
    np.testing.assert_allclose(step.cost, step.losses @ step.shares + step.penalty, rtol=1e-14)
    np.testing.assert_allclose(step.penalty, penalty, rtol=1e-14)
    np.testing.assert_allclose(step.shares, weights / weights.sum(), rtol=1e-14)
    np.testing.assert_allclose(step.dA[5], (step.predictions - step.Y) * step.shares[:, None], rtol=1e-12, atol=1e-16)
    np.testing.assert_allclose(step.Z[5], step.A[4] @ step.W[5].T + step.b[5], rtol=1e-12)
    np.testing.assert_allclose(step.dA[4], step.dZ[5] @ step.W[5], rtol=1e-12, atol=1e-16)
    np.testing.assert_allclose(step.db[3], step.dZ[3].sum(axis=0), rtol=1e-10, atol=1e-16)
    clipped = step.gradients.theta.copy()
    plan.clipping.clip(clipped)
    np.testing.assert_allclose(step.clipped.theta, clipped, rtol=1e-12)
    assert np.abs(step.clipped.theta).max() <= 0.01 < np.abs(step.gradients.theta).max()


@isas.built
def test_only_the_values_of_a_gradient_are_clipped():
    """The kernels clip on the way to the update, which a trace must not show as the gradient's length being cut."""
    plan = Plan(Network.mlp(3, [4], 1), 5, GradientDescent(0.1), clipping=Clipping(value=0.02), dtype="float64")
    step = trace(plan, rng.normal(size=(5, 3)), rng.normal(size=5), engine="native")
    assert bits(step.clipped.theta) == bits(np.clip(step.gradients.theta, -0.02, 0.02))
    assert (step.clipped.theta != step.gradients.theta).any()


@isas.built
def test_more_rows_than_a_batch_has_and_another_optimizer():
    network = Network.mlp(3, [4], 2)
    X, Y = rng.normal(size=(50, 3)), rng.normal(size=(50, 2))
    ours, other = (trace(Plan(network, 20, batch_size=7), X, Y, engine=name) for name in ("native", "reference"))
    assert oracles.relative_error(ours.gradients.theta, other.gradients.theta) < 1e-5
    assert ours.alpha == other.alpha and ours.after is not None
    still = trace(Plan(network, 50, LBFGS(), dtype="float64"), X, Y, engine="native")
    assert still.engine == "native" and still.after is still.cost_after is None and still.dW[1].any()


@isas.built
def test_a_dropout_that_drops_nothing():
    network = Network(3, [Dropout(0.0), Dense(1)])
    step = trace(network, [[1.0, 2, 3]], [1], parameters=network.initialize(), engine="native")
    assert not step.layers[0].cached and bits(step.A[1]) == bits(step.A[0])


@isas.built
def test_where_it_diverges_both_say_the_same():
    plan = Plan(Network(3, [Dense(2, "relu"), Dense(1)]), 1, dtype="float64", batch_size=1)
    state, said = State.new(plan), []
    for name in ("native", "reference"):
        with pytest.raises(Diverged) as raised:
            trace(plan, [[np.inf, 0, 0], [0, 0, 1]], [1.0, 2.0], state=state, engine=name)
        said.append(str(raised.value))
    assert said[0] == said[1] and "the output of layer 1" in said[0]


@isas.built
def test_the_kernels_refuse_what_is_not_there():
    plan = Plan(Network(3, [Dropout(0.2), Dense(2)]), 4)
    session = Session(plan, 4, 1, recording=True)
    room = np.empty((4, 3), "float32")
    for l, what in [
        (-1, Recorded.A),
        (3, Recorded.A),
        (1, Recorded.Z),
        (1, Recorded.penalty),
        (0, Recorded.Z),
        (2, Recorded.mask),
    ]:
        with pytest.raises(ValueError, match=f"no {what.name} of layer {l}"):
            session.recorded(l, what, room)
    with pytest.raises(ValueError, match="no A of layer 0"):
        Session(plan, 4, 1).recorded(0, Recorded.A, room)
    session.rows = 5
    with pytest.raises(ValueError, match="no A of layer 0"):
        session.recorded(0, Recorded.A, room)


# --- which engine -----------------------------------------------------------------------------------------------------

NETWORK = Network(2, [Dense(3, "tanh"), Dense(1)])
PARAMETERS = NETWORK.initialize(seed=1)
X, Y = [[1.0, 2.0]], [1.0]
FASTEST = "native" if isas.ISAS else "reference"


@pytest.mark.parametrize(
    ("wanted", "found"), [("auto", FASTEST), ("reference", "reference"), ("loops", "reference"), (FASTEST, FASTEST)]
)
def test_the_engine_asked_for(wanted, found):
    step = trace(NETWORK, X, Y, parameters=PARAMETERS, engine=wanted)
    assert step.engine == found and repr(step).endswith(f", by {found}>")
    assert f"Computed by the {found} engine." in str(ledger(step))
    assert trace(Plan(NETWORK, 1), X, Y, engine=wanted).engine == found


def test_what_only_python_knows():
    own = Network(2, [Dense(3, lambda z: z * z), Dense(1)])
    assert trace(own, X, Y, parameters=own.initialize()).engine == "reference"
    sparse = scipy.sparse.csr_array(X)
    assert trace(NETWORK, sparse, Y, parameters=PARAMETERS).engine == "reference"
    with pytest.raises(Unsupported, match=r"known to Python only|cannot run: it was not built"):
        trace(own, X, Y, parameters=own.initialize(), engine="native")
    with pytest.raises(UnknownName, match="natve"):
        trace(NETWORK, X, Y, parameters=PARAMETERS, engine="natve")


def test_where_the_kernels_are_missing():
    with mock.patch.object(library, "_attempt", lambda: "it was not built"):
        assert trace(NETWORK, X, Y, parameters=PARAMETERS).engine == "reference"
        model = MLPClassifier((3,)).initialize(np.eye(4), [0, 1, 0, 1]).set_params(engine="native")
        assert model.trace(np.eye(4), [0, 1, 0, 1]).engine == "reference", "a model goes where its engine is not"


@pytest.mark.parametrize(("wanted", "found"), [("auto", FASTEST), ("reference", "reference"), ("loops", "reference")])
def test_models_by_their_own_engine(wanted, found):
    rows, y = np.eye(4), [0, 1, 0, 1]
    model = MLPClassifier((3,), engine=wanted).initialize(rows, y)
    assert model.trace(rows, y).engine == trace(model, rows, y).engine == found
    assert model.trace(scipy.sparse.csr_array(rows), y).engine == "reference"
    assert gradcheck(model, rows, y).engine == found
    table = TableModel(Recipe(hidden=(3,), epochs=1, engine=wanted)).fit("iris")
    assert table.trace("iris", rows=[1]).engine == found
    with pytest.raises(InvalidInput, match="a fitted model takes no engine"):
        trace(model, rows, y, engine="reference")


@isas.built
@pytest.mark.parametrize("settings", [{}, {"normalization": "batch", "dropout": 0.3}, {"solver": "sgd", "l1": 0.01}])
def test_a_model_goes_on_along_its_trace(settings):
    """All rows in one batch in their order: what ``partial_fit`` does next, to the bit."""
    rows, y = rng.normal(size=(60, 4)), rng.integers(0, 3, 60)
    model = MLPClassifier((7, 5), shuffle=False, batch_size=60, random_state=1, **settings)
    model.partial_fit(rows, y, classes=[0, 1, 2])
    step = model.trace(rows, y)
    model.partial_fit(rows, y)
    assert step.engine == model.engine_.name == "native"
    assert bits(step.after.theta, step.after.running) == bits(model.parameters_.theta, model.parameters_.running)
    assert step.cost == pytest.approx(model.loss_curve_[-1], rel=1e-14)
