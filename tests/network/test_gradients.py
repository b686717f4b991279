"""Back propagation against difference quotients of the cost, in float64, for all that the tables hold."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import witnesses as w
from glassnet.engines.plan import Plan
from glassnet.engines.reference import Reference
from glassnet.network.cache import Mode
from glassnet.network.layers import Dense
from glassnet.network.network import Network
from glassnet.network.norms import BatchNorm, LayerNorm
from glassnet.pieces.activations import ACTIVATIONS
from glassnet.pieces.losses import LOSSES
from glassnet.pieces.penalties import Penalties

modes = st.builds(Mode, training=st.booleans(), seed=w.seeds, step=st.integers(0, 9))
NONE = Penalties()
penalties = st.builds(Penalties, l1=st.sampled_from([0.0, 0.2]), l2=st.floats(0, 0.5), per_example=st.booleans())


def check(case: w.Case, mode: Mode, penalties: Penalties = NONE) -> None:
    """The engine's cost and gradient, penalties included, at six parameters and along four random directions."""
    network, parameters, rows = case.network, case.parameters, case.rows
    engine, gradients = Reference(Plan(network, len(rows.Y), penalties=penalties, dtype="float64")), case.by_hand
    engine.value_and_gradient(parameters, rows, mode, gradients)
    at, scratch = network.parameters(parameters.theta.copy(), parameters.running), case.by_hand

    def cost(theta):
        at.theta[...] = theta
        return engine.value_and_gradient(at, rows, mode, scratch)

    def piece(theta):
        at.theta[...] = theta
        return w.pieces_of_the_cost(case, rows.X, at, mode)

    along = w.directions(network.size, np.random.default_rng(1))
    assert w.slope_error(cost, piece, parameters.theta, gradients.theta, along) < 1e-6


@pytest.mark.parametrize("name", ACTIVATIONS)
@settings(max_examples=12)
@given(data=st.data())
def test_every_activation(name, data):
    hidden = st.sampled_from(["dense", "batch_norm", "layer_norm"]).flatmap(lambda n: w.layers_of(n, st.just(name)))
    check(data.draw(w.cases(hidden)), data.draw(modes))


@pytest.mark.parametrize("name", ACTIVATIONS)
@settings(max_examples=5)
@given(data=st.data())
def test_every_activation_at_the_end(name, data):
    case = data.draw(w.cases(loss=st.just(LOSSES.make("squared_error")), depth=st.integers(0, 2)))
    network = Network(case.network.inputs, [*case.network.declared_layers[:-1], Dense(case.network.outputs, name)])
    check(w.Case(network, case.parameters, case.rows), data.draw(modes))


@pytest.mark.parametrize("name", LOSSES)
@settings(max_examples=20)
@given(data=st.data())
def test_every_loss(name, data):
    check(data.draw(w.cases(loss=w.losses_of(name))), data.draw(modes), data.draw(penalties))


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("name", sorted(w.OWN))
@settings(max_examples=15)
@given(data=st.data())
def test_every_layer(name, training, data):
    depth = st.integers(1, 6)
    case = data.draw(w.cases(w.layers_of(name), depth=depth))
    check(case, Mode(training, seed=data.draw(w.seeds), step=3))


@pytest.mark.parametrize("depth", range(7))
@settings(max_examples=12)
@given(data=st.data())
def test_every_depth(depth, data):
    check(data.draw(w.cases(depth=st.just(depth))), data.draw(modes), data.draw(penalties))


@settings(max_examples=20)
@given(seed=w.seeds, norm=st.sampled_from([BatchNorm, LayerNorm]), outermost=st.booleans())
def test_norms_with_their_own_epsilon(seed, norm, outermost):
    """Many rows and units, so that no variance is near 0; also as the last layer, which then gives the scores."""
    layers = [Dense(6, "tanh"), norm(), Dense(5), *([norm()] if outermost else [])]
    network, rng = Network(4, layers), np.random.default_rng(seed)
    parameters = network.initialize(rng)
    parameters.theta += rng.normal(0, 0.2, network.size)
    rows = w.Rows(rng.normal(size=(30, 4)), rng.normal(size=(30, 5)), w.weights(30, rng))
    check(w.Case(network, parameters, rows), Mode(training=True))


@settings(max_examples=40)
@given(case=w.cases(), mode=modes)
def test_by_the_input(case, mode):
    """``Mode(input_gradient=True)`` gives dJ/dX, and changes nothing else."""
    network, parameters, rows = case.network, case.parameters, case.rows
    mode.input_gradient = True
    made = network.forward(rows.X, parameters, mode)
    gradients, dS = case.by_hand, np.empty_like(made.scores)
    network.loss.gradient(made.scores, rows.Y, dS)
    share = np.ones(len(dS)) if rows.weights is None else rows.weights
    dS *= (share / share.sum())[:, None]
    dX = network.backpropagate(dS, parameters, gradients, made.caches)
    assert dX.shape == rows.X.shape

    def cost(x):
        return network.cost(network.forward(x.reshape(rows.X.shape), parameters, mode), rows.Y, rows.weights)

    def piece(x):
        return w.pieces_of_the_cost(case, x.reshape(rows.X.shape), parameters, mode)

    along = w.directions(rows.X.size, np.random.default_rng(1))
    assert w.slope_error(cost, piece, rows.X.ravel(), dX.ravel(), along) < 1e-6
    mode.input_gradient = False
    plain = network.backward(network.forward(rows.X, parameters, mode), rows.Y, rows.weights)
    assert np.array_equal(plain.theta, gradients.theta)


@settings(max_examples=40)
@given(case=w.cases(), mode=modes)
def test_by_hand_as_by_the_engine(case, mode):
    network, parameters, rows = case.network, case.parameters, case.rows
    gradients = case.by_hand
    J = Reference(Plan(network, len(rows.Y), dtype="float64")).value_and_gradient(parameters, rows, mode, gradients)
    made = network.forward(rows.X, parameters, mode)
    assert network.cost(made, rows.Y, rows.weights) == J
    assert np.array_equal(network.backward(made, rows.Y, rows.weights).theta, gradients.theta)


@settings(max_examples=30)
@given(case=w.cases(rows=st.integers(2, 6)), mode=modes)
def test_a_weight_is_so_many_copies(case, mode):
    """Rows weighted 0, 1, 2 give the cost and gradient of leaving out, keeping, repeating them."""
    mode.training = False
    network, parameters, rows = case.network, case.parameters, case.rows
    copies = np.arange(len(rows.Y)) % 3
    weighted = network.forward(rows.X, parameters, mode)
    repeated = network.forward(np.repeat(rows.X, copies, axis=0), parameters, mode)
    Y = np.repeat(rows.Y, copies, axis=0)
    assert network.cost(weighted, rows.Y, copies) == pytest.approx(network.cost(repeated, Y), rel=1e-13, abs=1e-15)
    dW, dR = network.backward(weighted, rows.Y, copies).theta, network.backward(repeated, Y).theta
    np.testing.assert_allclose(dW, dR, rtol=1e-12, atol=1e-13 * max(1, np.abs(dR).max()))
