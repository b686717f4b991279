"""The workshop, rows 20, 21, 22 and 26: back propagation, layers as functions, deep networks, the whole."""

import numpy as np
import pytest

from glassnet.engines.plan import Plan, Rows
from glassnet.engines.reference import Reference
from glassnet.engines.state import State
from glassnet.network.cache import Mode
from glassnet.network.layers import Dense
from glassnet.network.network import Network
from glassnet.network.norms import BatchNorm, LayerNorm
from glassnet.pieces.activations import ACTIVATIONS
from glassnet.pieces.optimizers import Adam

rng = np.random.default_rng(0)


def sigma(Z):
    return 1 / (1 + np.exp(-Z))


# The workshop's *Derivatives for activation functions*.
SLOPES = {
    "sigmoid": lambda Z: sigma(Z) * (1 - sigma(Z)),
    "tanh": lambda Z: 1 - np.tanh(Z) ** 2,
    "relu": lambda Z: np.where(Z > 0, 1.0, 0.0),
}
CURVES = {"sigmoid": sigma, "tanh": np.tanh, "relu": lambda Z: np.maximum(Z, 0)}


def the_workshops(X, Y, W, b, names):
    """Forward and back propagation in the workshop's own formulas, examples in columns."""
    m, L = X.shape[1], len(W)
    Z, A = {}, {0: X}
    for l in range(1, L + 1):
        Z[l] = W[l] @ A[l - 1] + b[l]
        A[l] = CURVES[names[l]](Z[l])
    dZ, dW, db = {L: A[L] - Y}, {}, {}
    for l in range(L, 0, -1):
        dW[l] = 1 / m * dZ[l] @ A[l - 1].T
        db[l] = 1 / m * np.sum(dZ[l], axis=1, keepdims=True)
        if l > 1:
            dZ[l - 1] = W[l].T @ dZ[l] * SLOPES[names[l - 1]](Z[l - 1])
    return Z, A, dZ, dW, db


@pytest.mark.parametrize("activation", SLOPES)
@pytest.mark.parametrize("hidden", [[4], [5, 3], [4, 4, 4, 4]])
def test_back_propagation(activation, hidden):
    """Row 20: dZ[L] = A[L] - Y; dW[l] = 1/m dZ[l] A[l-1]^T; db[l]; dZ[l] = W[l+1]^T dZ[l+1] * g'(Z[l])."""
    layers = [*(Dense(units, activation) for units in hidden), Dense(1, "sigmoid")]
    network = Network(3, layers, "binary_cross_entropy")
    p, m = network.initialize(seed=1), 9
    p.theta += rng.normal(0, 0.1, network.size)
    X, Y, L = rng.normal(size=(3, m)), rng.integers(0, 2, (1, m)), len(layers)
    names = dict.fromkeys(range(1, L), activation) | {L: "sigmoid"}
    Z, A, dZ, dW, db = the_workshops(X, Y, p.W, {l: b[:, None] for l, b in p.b.items()}, names)
    made = network.forward(X.T, p)
    gradients = network.backward(made, Y.T)
    same = {"rtol": 1e-12, "atol": 1e-15}
    for l in range(1, L + 1):
        np.testing.assert_allclose(made.Z[l], Z[l].T, **same)
        np.testing.assert_allclose(made.A[l], A[l].T, **same)
        np.testing.assert_allclose(gradients.dW[l], dW[l], **same)
        np.testing.assert_allclose(gradients.db[l], db[l][:, 0], **same)
    np.testing.assert_allclose(m * made.caches[-1].dA, dZ[L].T, **same)  # ours has the 1/m in it from the start
    for l in range(1, L):
        np.testing.assert_allclose(m * made.caches[l - 1].dA, (p.W[l + 1].T @ dZ[l + 1]).T, **same)


def test_layers_are_functions():
    """Row 21: ``a[l] = f[l](a[l-1])``: a network is its layers one after the other. One's own: test_own_pieces.py."""
    network = Network(3, [Dense(4, "tanh"), LayerNorm(), Dense(2, "relu"), BatchNorm("sigmoid"), Dense(1)])
    p, X = network.initialize(seed=1), rng.normal(size=(7, 3))
    made, A = network.forward(X, p), X
    for layer, views, cache in zip(network.layers, p.layers, network.caches(p, Mode()), strict=True):
        A = layer.forward(A, views, cache)
        assert np.array_equal(A, made.A[cache.l])
    assert np.array_equal(A, made.predictions)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_any_depth(activation):
    """Row 22: L is what it is; gradients stay finite through fifty layers and do not all vanish."""
    network = Network.mlp(5, [8] * 50, 1, activation=activation)
    parameters = network.initialize(seed=1, dtype="float32")
    made = network.forward(rng.normal(size=(20, 5)), parameters)
    gradients = network.backward(made, rng.normal(size=20))
    assert len(network.layers) == 51 and len(made.A) == 52
    assert np.isfinite(gradients.theta).all() and gradients.dW[51].any()
    assert all(np.isfinite(made.A[l]).all() for l in made.A)


def test_deep_networks_with_norms_keep_their_gradients():
    """Row 22: what normalising is for: the first of thirty layers still learns."""
    layers = [layer for _ in range(30) for layer in (Dense(8), BatchNorm("tanh"))]
    network = Network(5, [*layers, Dense(1)])
    made = network.forward(rng.normal(size=(50, 5)), network.initialize(seed=1), Mode(training=True))
    gradients = network.backward(made, rng.normal(size=50))
    first, last = (np.abs(gradients.dW[l]).mean() for l in (1, 61))
    assert 1e-3 < first / last < 1e3


def test_the_whole():
    """Row 26: forward propagate, compute the cost, back propagate, update weights; repeat: it fits what it is shown."""
    X = rng.uniform(-1, 1, (200, 2)).astype("float32")
    inside = (X**2).sum(axis=1) < 0.5
    plan = Plan(
        Network(2, [Dense(16, "tanh"), Dense(8, "tanh"), Dense(1, "sigmoid")], "binary_cross_entropy"),
        examples=200,
        optimizer=Adam(0.02),
        batch_size=20,
        epochs=60,
    )
    state, engine, rows = State.new(plan, seed=1), Reference(plan), Rows(X, inside)
    before = engine.cost(state.parameters(plan.network), rows)
    for epoch in range(plan.epochs):
        engine.train(state, rows, np.random.default_rng(epoch).permutation(200))
    parameters = state.parameters(plan.network)
    assert engine.cost(parameters, rows) < before / 5
    assert ((engine.predict(parameters, X)[:, 0] > 0.5) == inside).mean() > 0.97
