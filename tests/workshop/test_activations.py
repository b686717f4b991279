"""The workshop, rows 10, 11 and 12: activation functions, and why they are not linear."""

import numpy as np
import pytest

from glassnet.engines.plan import Plan, Rows
from glassnet.engines.reference import Reference
from glassnet.engines.state import State
from glassnet.network.layers import Dense
from glassnet.network.network import Network
from glassnet.pieces.activations import ACTIVATIONS
from glassnet.pieces.optimizers import Adam

POINTS, XOR = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], float), np.array([0, 1, 1, 0])


@pytest.mark.parametrize(("name", "low", "high"), [("sigmoid", 0, 1), ("tanh", -1, 1), ("relu", 0, np.inf)])
def test_ranges(name, low, high):
    """Row 10: sigmoid lies in (0, 1), tanh in (-1, 1), ReLU is never negative; as activations of a network."""
    g, z = ACTIVATIONS[name], np.linspace(-18, 18, 2001).reshape(-1, 1)
    network = Network(1, [Dense(1, name)])
    parameters = network.initialize()
    parameters.W[1], parameters.b[1] = [[1.0]], [0.0]
    a = network.forward(z, parameters).A[1]
    assert g.range == (low, high)
    assert (low <= a).all() and (a <= high).all() and a.min() < low + 1e-6
    assert a.max() > (1 - 1e-6 if high == 1 else 17)
    assert (np.diff(a, axis=0) >= 0).all(), "the stronger the input, the stronger the activation"


def trained(network, seed, steps, alpha):
    plan = Plan(network, 4, optimizer=Adam(alpha), batch_size=4, dtype="float64")
    state, engine = State.new(plan, seed), Reference(plan)
    engine.train(state, Rows(POINTS, XOR), np.tile(np.arange(4), steps))
    predictions = engine.predict(state.parameters(network), POINTS)
    return ((predictions[:, 0] > 0.5) == XOR).mean(), predictions[:, 0]


@pytest.mark.parametrize("seed", range(10))
def test_no_line_separates_xor(seed):
    """Row 11: logistic regression has at most three of the four points right, and is best off with a fair coin."""
    share, predictions = trained(Network(2, [Dense(1, "sigmoid")], "binary_cross_entropy"), seed, 300, 0.1)
    assert share <= 0.75
    np.testing.assert_allclose(predictions, 0.5, atol=0.05)


@pytest.mark.parametrize("seed", range(10))
def test_two_layers_of_sigmoids_do_xor(seed):
    """Row 11: all four points right. The setting: 4 hidden units, Adam with alpha 0.1, 600 steps of all four points."""
    network = Network(2, [Dense(4, "sigmoid"), Dense(1, "sigmoid")], "binary_cross_entropy")
    share, predictions = trained(network, seed, 600, 0.1)
    assert share == 1
    assert np.abs(predictions - XOR).max() < 0.1


@pytest.mark.parametrize("seed", range(10))
def test_two_linear_layers_do_not(seed):
    """Rows 11 and 12: depth without an activation does not help."""
    network = Network(2, [Dense(4, "identity"), Dense(1, "sigmoid")], "binary_cross_entropy")
    assert trained(network, seed, 300, 0.1)[0] <= 0.75


@pytest.mark.parametrize("depth", [1, 2, 5])
def test_linear_activations_collapse(depth):
    """Row 12: ``w2 (w1 x + b1) + b2 = (w2 w1) x + (w2 b1 + b2)``, layer after layer, the weights multiplied by hand."""
    rng = np.random.default_rng(depth)
    widths = [3, *rng.integers(2, 7, depth).tolist(), 2]
    deep = Network(3, [Dense(units, "identity") for units in widths[1:]])
    parameters = deep.initialize(seed=depth)
    parameters.theta += rng.normal(0, 0.3, deep.size)
    W, b = np.eye(3), np.zeros(3)
    for l in range(1, depth + 2):
        W, b = parameters.W[l] @ W, parameters.W[l] @ b + parameters.b[l]
    single = Network(3, [Dense(2)])
    collapsed = single.initialize()
    collapsed.W[1], collapsed.b[1] = W, b
    X = rng.normal(size=(20, 3))
    deep_scores = deep.forward(X, parameters).predictions
    np.testing.assert_allclose(single.forward(X, collapsed).predictions, deep_scores, rtol=1e-12, atol=1e-13)


def test_the_workshops_two_numbers():
    """Row 12 as on the slide, one number a layer: w1 = 2, b1 = 3, w2 = 5, b2 = 7."""
    network = Network(1, [Dense(1), Dense(1)])
    p = network.initialize()
    p.W[1], p.b[1], p.W[2], p.b[2] = [[2]], [3], [[5]], [7]
    assert network.forward([[10]], p).predictions.item() == 5 * (2 * 10 + 3) + 7 == (5 * 2) * 10 + (5 * 3 + 7)
