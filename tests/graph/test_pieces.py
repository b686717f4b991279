"""The graph on what the library computes: a loss's own code, and a network written out as on the slides."""

import numpy as np
import pytest

from glassnet import graph
from glassnet.errors import InvalidType
from glassnet.pieces.losses import LOSSES


def test_the_value_that_writes_in_place_is_refused():
    with pytest.raises(InvalidType, match="cannot be changed in place"):
        graph.grad(lambda S: np.sum(LOSSES.make("cross_entropy").value(S, np.eye(2))))(np.ones((2, 2)))


def test_a_whole_network_s_gradient():
    """Two layers written as on the slides; the network's backward pass gives the same dW and db."""
    from glassnet import Dense, Network

    rng = np.random.default_rng(2)
    X, Y = rng.normal(size=(7, 3)), rng.integers(2, size=(7, 1)).astype(float)
    network = Network(3, [Dense(4, "tanh"), Dense(1)], loss="binary_cross_entropy")
    parameters = network.initialize(seed=1)
    W1, b1, W2, b2 = (np.array(p) for p in (parameters.W[1], parameters.b[1], parameters.W[2], parameters.b[2]))

    def J(W1, b1, W2, b2):
        A = np.tanh(X @ W1.T + b1)
        p = graph.sigmoid(A @ W2.T + b2)
        return -np.mean(Y * np.log(p) + (1 - Y) * np.log(1 - p))

    value, slopes = graph.value_and_grad(J, argnums=(0, 1, 2, 3))(W1, b1, W2, b2)
    made = network.forward(X, parameters)
    cost, gradient = network.cost(made, Y), network.backward(made, Y)
    assert cost == pytest.approx(value, rel=1e-14)
    for ours, right in zip((gradient.dW[1], gradient.db[1], gradient.dW[2], gradient.db[2]), slopes, strict=True):
        np.testing.assert_allclose(ours, right, rtol=1e-12, atol=1e-15)
