"""The deck, rows 8, 13, 14, 15, 19 and 20: each can be seen by one call, and what is seen is right."""

import numpy as np
import pytest

from glassnet import Dense, Network, Plan, gradcheck, ledger, trace
from glassnet.engines.loops import Loops
from glassnet.pieces.optimizers import GradientDescent

rng = np.random.default_rng(0)
M = 5


@pytest.fixture
def step():
    network = Network(3, [Dense(4, "tanh"), Dense(1, "sigmoid")], "binary_cross_entropy")
    X, y = rng.normal(size=(M, 3)), rng.integers(0, 2, M)
    return trace(network, X, y, parameters=network.initialize(seed=1), optimizer=GradientDescent(0.1))


def test_row_8_the_steps_of_training(step):
    titles = [part.title for part in ledger(step).steps]
    assert titles == ["Forward propagation", "The cost", "Back propagation", "The update"]


def test_row_13_forward_propagation_for_each_sample_layer_activation(step):
    loops = Loops(Plan(step.plan.network, M, dtype="float64"))
    for i in range(M):
        z, a = loops.forward(step.X[i].tolist(), step.before)
        written = ledger(step, i)
        for j in range(4):
            assert written[f"z{j + 1}[1]"].value == pytest.approx(z[1][j], rel=1e-13)
            assert written[f"a{j + 1}[1]"].value == pytest.approx(a[1][j], rel=1e-13)
        assert written["y^1"].value == pytest.approx(1 / (1 + np.exp(-z[2][0])), rel=1e-13)


def test_row_14_loss_and_cost(step):
    p, y = step.predictions, step.Y
    L = (-y * np.log(p) - (1 - y) * np.log(1 - p))[:, 0]
    np.testing.assert_allclose(step.losses, L, rtol=1e-12)
    J = ledger(step)["J"]
    assert J.value == pytest.approx(L.mean(), rel=1e-12)
    assert J.note == f"their sum, as on the slides, is {L.sum():.6g}"


def test_row_15_parameters_and_hyperparameters(step):
    learned = set(step.before.named())
    assert learned == {"1.W", "1.b", "2.W", "2.b"}
    assert step.plan.optimizer.settings() == {"learning_rate": 0.1} and step.alpha == 0.1


def test_row_19_all_weights_of_a_layer_at_once(step):
    for l in (1, 2):
        np.testing.assert_allclose(step.after.W[l], step.W[l] - 0.1 * step.dW[l], rtol=1e-14)
        np.testing.assert_allclose(step.after.b[l], step.b[l] - 0.1 * step.db[l], rtol=1e-14)
        assert str(ledger(step, depth=1)[f"W[{l}]"]).startswith(f"W[{l}] := W[{l}] - alpha dW[{l}] = ")
    assert ledger(step, depth=1)["dW[1]"].formula == "dZ[1]^T A[0]"


def test_row_20_back_propagation_in_the_decks_own_formulas(step):
    """Examples in columns, 1/m where the deck has it; ours has it in dZ."""
    X, Y, A1, A2 = step.X.T, step.Y.T, step.A[1].T, step.A[2].T
    dZ2 = A2 - Y
    dZ1 = step.W[2].T @ dZ2 * (1 - A1**2)
    same = {"rtol": 1e-12, "atol": 1e-15}
    np.testing.assert_allclose(step.dZ[2].T, dZ2 / M, **same)
    np.testing.assert_allclose(step.dZ[1].T, dZ1 / M, **same)
    np.testing.assert_allclose(step.dW[2], 1 / M * dZ2 @ A1.T, **same)
    np.testing.assert_allclose(step.db[2], 1 / M * dZ2.sum(axis=1), **same)
    np.testing.assert_allclose(step.dW[1], 1 / M * dZ1 @ X.T, **same)
    np.testing.assert_allclose(step.db[1], 1 / M * dZ1.sum(axis=1), **same)


def test_row_20_against_two_witnesses(step):
    check = gradcheck(step.plan.network, step.X, step.Y, parameters=step.before, count=None)
    assert check.ok and len(check.rows) == 21
    analytic = np.empty(21)
    analytic[[row.index for row in check.rows]] = [row.analytic for row in check.rows]
    np.testing.assert_allclose(analytic, step.gradients.theta, rtol=1e-9, atol=1e-12)
