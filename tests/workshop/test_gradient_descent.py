"""The workshop, rows 16 and 19: gradient descent, parameter by parameter and all at once."""

import numpy as np
import pytest

import oracles
from glassnet.engines.plan import Plan, Rows
from glassnet.engines.state import State
from glassnet.errors import Diverged
from glassnet.network.layers import Dense
from glassnet.network.network import Network
from glassnet.pieces.optimizers import GradientDescent
from isas import RUNNING

rng = np.random.default_rng(0)
NET = Network(3, [Dense(4, "tanh"), Dense(2, "sigmoid"), Dense(1)])
X, Y, ALPHA = rng.normal(size=(12, 3)), rng.normal(size=12), 0.3


def J(theta):
    return NET.cost(NET.forward(X, NET.parameters(theta)), Y)


def test_each_parameter_goes_down_its_own_slope():
    """Row 16: ``theta_j := theta_j - alpha dJ/dtheta_j``, the slope of each parameter found by moving it alone."""
    theta = NET.initialize(seed=1).theta
    slopes = oracles.gradient(J, theta)
    expected = [theta[j] - ALPHA * slopes[j] for j in range(NET.size)]
    parameters = NET.parameters(theta.copy())
    assert NET.step(parameters, X, Y, ALPHA) == J(theta)
    np.testing.assert_allclose(parameters.theta, expected, rtol=0, atol=1e-10)
    for engine in RUNNING.values():
        plan = Plan(NET, 12, optimizer=GradientDescent(ALPHA), batch_size=12, dtype="float64")
        state = State.new(plan)
        state.theta[...] = theta
        engine(plan).train(state, Rows(X, Y), np.arange(12))
        np.testing.assert_allclose(state.theta, expected, rtol=0, atol=1e-10)


def test_no_direction_is_steeper_than_the_gradient():
    """Row 16: steepest slope."""
    theta = NET.initialize(seed=1).theta
    gradient = NET.backward(NET.forward(X, NET.parameters(theta)), Y).theta
    steepest = oracles.slope_along(J, theta, gradient / np.linalg.norm(gradient))
    assert steepest == pytest.approx(np.linalg.norm(gradient), rel=1e-9)
    for direction in rng.normal(size=(50, NET.size)):
        assert abs(oracles.slope_along(J, theta, direction / np.linalg.norm(direction))) < steepest


@pytest.mark.parametrize(("alpha", "converges"), [(0.1, True), (0.9, True), (1.9, True), (2.1, False)])
def test_too_large_an_alpha_diverges_and_is_reported(alpha, converges):
    """Row 16: on ``J = w^2 / 2`` the step is ``w := (1 - alpha) w``: it shrinks below alpha = 2 and explodes above."""
    parabola = Network(1, [Dense(1)])
    plan = Plan(parabola, 2, optimizer=GradientDescent(alpha), batch_size=2, dtype="float64")
    state, engine, rows = State.new(plan), RUNNING["reference"](plan), Rows(np.array([[1.0], [-1.0]]), np.zeros(2))
    state.theta[...] = [3.0, 0.0]
    engine.train(state, rows, np.tile([0, 1], 5))
    assert state.theta[0] == pytest.approx(3 * (1 - alpha) ** 5, rel=1e-12)
    if converges:
        engine.train(state, rows, np.tile([0, 1], 1000))
        assert abs(state.theta[0]) < 1e-12
        return
    with pytest.raises(Diverged, match=rf"diverged at step \d+ .*learning rate {alpha}.*try a smaller learning rate"):
        engine.train(state, rows, np.tile([0, 1], 20_000))
    assert np.isfinite(state.theta).all() and abs(state.theta[0]) > 1e100


def test_all_weights_of_a_layer_at_once_is_one_by_one():
    """Row 19: ``W[l] := W[l] - alpha dJ/dW[l]``, the bias too, to the bit."""
    together, alone = NET.initialize(seed=2), NET.initialize(seed=2)
    gradients = NET.backward(NET.forward(X, together), Y)
    for l in (1, 2, 3):
        together.W[l] -= ALPHA * gradients.dW[l]
        together.b[l] -= ALPHA * gradients.db[l]
        for j in range(NET.widths[l]):
            for k in range(NET.widths[l - 1]):
                alone.W[l][j, k] = alone.W[l][j, k] - ALPHA * gradients.dW[l][j, k]
            alone.b[l][j] = alone.b[l][j] - ALPHA * gradients.db[l][j]
    assert np.array_equal(together.theta, alone.theta)
    flat = NET.initialize(seed=2)
    flat.theta -= ALPHA * gradients.theta
    assert np.array_equal(flat.theta, alone.theta)
