"""The workshop, row 9: is it worth going to class? Difficulty 0.4, two assignments due, the midterm in 17 days."""

from math import log

import numpy as np
import pytest

from glassnet.engines.plan import Plan, Rows
from glassnet.network.layers import Dense
from glassnet.network.network import Network
from isas import RUNNING

X, Y = np.array([[0.4, 2, 17]]), np.array([1])


@pytest.fixture
def network():
    return Network(3, [Dense(4, "relu"), Dense(1, "sigmoid")], loss="binary_cross_entropy")


@pytest.fixture
def parameters(network):
    """The slides give the first unit; the others are ours, and the output's bias is what makes y^ = 0.45."""
    p = network.initialize(seed=0)
    p.W[1] = [[0.5, 0.1, 0.0058], [0.3, -0.2, 0.01], [-1.0, 0.4, 0.02], [0.2, -0.6, -0.05]]
    p.b[1] = [0.2, 0.1, 0.0, 0.1]
    p.W[2] = [[0.8, -0.5, -0.3, 0.9]]
    p.b[2] = [0.0]
    z = network.forward(X, p).Z[2].item()
    p.b[2] = [log(0.45 / 0.55) - z]
    return p


def test_the_first_unit(network, parameters):
    """``0.5 * 0.4 + 0.1 * 2 + 0.0058 * 17 + 0.2``: 0.6986, 0.7 on the slide, and the same after ReLU."""
    made = network.forward(X, parameters)
    assert f"{made.Z[1][0, 0]:.12f}" == "0.698600000000"
    assert f"{made.A[1][0, 0]:.1f}" == "0.7" and made.A[1][0, 0] == made.Z[1][0, 0]
    assert made.Z[1].shape == (1, 4) and made.Z[1][0, 3] < 0 == made.A[1][0, 3]


def test_the_decision(network, parameters):
    """y^ = 0.45: skip()."""
    predicted = network.forward(X, parameters).predictions.item()
    assert predicted == pytest.approx(0.45, rel=1e-14)
    assert ("goto_class" if predicted > 0.5 else "skip") == "skip"


def test_his_mistake_in_numerical_form(network, parameters):
    """But it turns out midterm material was covered: y = 1, and the loss is 0.798508."""
    made = network.forward(X, parameters)
    loss = network.cost(made, Y)
    assert f"{loss:.6f}" == "0.798508"
    assert loss == pytest.approx(-log(0.45), rel=1e-14)
    assert network.cost(made, Y, total=True) == loss
    for engine in RUNNING.values():
        assert f"{engine(Plan(network, 1)).cost(parameters, Rows(X, Y)):.6f}" == "0.798508"


def test_such_that_next_time_the_error_is_lower(network, parameters):
    """One step; ``dZ[2] = A[2] - Y`` is 0.45 - 1 before it."""
    made = network.forward(X, parameters)
    gradients = network.backward(made, Y)
    assert made.caches[1].dA.item() == pytest.approx(0.45 - 1, rel=1e-14)
    assert gradients.db[2].item() == pytest.approx(0.45 - 1, rel=1e-14)
    assert not gradients.dW[1][3].any(), "a silent unit learns nothing"
    before = network.step(parameters, X, Y, alpha=0.01)
    after = network.cost(network.forward(X, parameters), Y)
    assert f"{before:.6f}" == "0.798508" and after < before
    for _ in range(20):
        network.step(parameters, X, Y, alpha=0.01)
    assert network.forward(X, parameters).predictions.item() > 0.5, "next time: goto_class()"
