"""The workshop, rows 1 and 2: learning a line from data; the shapes of data."""

import numpy as np
import pytest

from glassnet.engines.plan import Plan, Rows
from glassnet.engines.state import State
from glassnet.errors import InvalidInput
from glassnet.network.layers import Dense
from glassnet.network.network import Network
from glassnet.pieces.optimizers import GradientDescent
from isas import RUNNING

rng = np.random.default_rng(1)
x = rng.uniform(-2, 2, 60)
y = 3 * x - 1 + rng.normal(0, 0.3, 60)
(THETA_1, THETA_0), *_ = np.linalg.lstsq(np.column_stack([x, np.ones(60)]), y)


def test_a_line_by_hand():
    """Row 1: ``f^ = theta_0 + theta_1 x`` by gradient descent is the least-squares line."""
    line = Network(1, [Dense(1)])
    parameters = line.initialize()
    for _ in range(400):
        line.step(parameters, x.reshape(-1, 1), y, alpha=0.3)
    assert parameters.b[1][0] == pytest.approx(THETA_0, rel=1e-12)
    assert parameters.W[1][0, 0] == pytest.approx(THETA_1, rel=1e-12)


@pytest.mark.parametrize("engine", RUNNING)
def test_a_line_by_an_engine(engine):
    """Row 1, trained for real."""
    line = Network(1, [Dense(1)])
    plan = Plan(line, 60, optimizer=GradientDescent(0.3), batch_size=60, dtype="float64")
    state, run = State.new(plan), RUNNING[engine](plan)
    for _ in range(400):
        run.train(state, Rows(x.reshape(-1, 1), y), np.arange(60))
    np.testing.assert_allclose(state.theta, [THETA_1, THETA_0], rtol=1e-12)


def test_several_lines_at_once():
    """Row 1, with several inputs and outputs: each output is a regression of its own."""
    X, Y = rng.normal(size=(50, 3)), rng.normal(size=(50, 2))
    planes = Network(3, [Dense(2)])
    parameters = planes.initialize()
    for _ in range(600):
        planes.step(parameters, X, Y, alpha=0.5)
    expected, *_ = np.linalg.lstsq(np.column_stack([X, np.ones(50)]), Y)
    np.testing.assert_allclose(parameters.W[1], expected[:3].T, rtol=1e-10)
    np.testing.assert_allclose(parameters.b[1], expected[3], rtol=1e-10)


def test_shapes():
    """Row 2: the workshop's X is features x examples; given so, the error names both shapes and what to do."""
    network = Network(3, [Dense(1)])
    parameters, X_of_the_workshop, labels = network.initialize(), np.ones((3, 5)), np.ones(5)
    with pytest.raises(
        InvalidInput, match=r"X must have shape \(m, 3\): rows are examples.*seen: shape \(3, 5\)\); .+"
    ):
        network.forward(X_of_the_workshop, parameters)
    with pytest.raises(InvalidInput, match=r"X must have shape \(m, 3\).*seen: shape \(3,\)\); pass X.reshape\(1, -1"):
        network.forward(X_of_the_workshop[:, 0], parameters)
    made = network.forward(X_of_the_workshop.T, parameters)
    assert made.predictions.shape == (5, 1)
    with pytest.raises(InvalidInput, match=r"Y must have shape \(m, 1\).*seen: shape \(5, 2\)\); change Y, .* 2 units"):
        network.cost(made, np.ones((5, 2)))
    with pytest.raises(InvalidInput, match=r"one row for each example .seen: 5 rows in X, 4 in Y"):
        network.cost(made, labels[:4])
