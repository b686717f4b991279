"""The workshop, rows 13, 14 and 15: forward propagation by loops, losses and costs, parameters and hyperparameters."""

import dataclasses
from math import inf, log

import numpy as np
import pytest

import oracles
from glassnet.engines.loops import Loops
from glassnet.engines.plan import Plan, Rows
from glassnet.engines.reference import Reference
from glassnet.engines.state import State
from glassnet.network.layers import Dense
from glassnet.network.network import Network
from glassnet.pieces.activations import ACTIVATIONS
from glassnet.pieces.losses import LOSSES

rng = np.random.default_rng(0)


def test_forward_propagation_by_loops():
    """Row 13: for each sample, for each layer, for each activation; the same numbers as all at once."""
    network = Network(3, [Dense(4, "relu"), Dense(3, "tanh"), Dense(1, "sigmoid")], "binary_cross_entropy")
    parameters, X = network.initialize(seed=1), rng.normal(size=(6, 3))
    made, engine = network.forward(X, parameters), Loops(Plan(network, 6, dtype="float64"))
    for i, x in enumerate(X.tolist()):
        z, a = engine.forward(x, parameters)
        for l in (1, 2, 3):
            np.testing.assert_allclose(z[l], made.Z[l][i], rtol=1e-13, atol=1e-15)
        for l in (1, 2):
            np.testing.assert_allclose(a[l], made.A[l][i], rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(engine.predict(parameters, X), made.predictions, rtol=1e-13)


def test_the_three_loops_as_the_slide_has_them():
    """Row 13: the slide's loops, written here, against the engine's."""
    network = Network(2, [Dense(3, "tanh"), Dense(2)])
    p, X = network.initialize(seed=2), rng.normal(size=(4, 2))
    g = {1: ACTIVATIONS["tanh"], 2: ACTIVATIONS["identity"]}
    outputs = []
    for i in range(4):
        a = {0: X[i]}
        for l in (1, 2):
            a[l] = np.empty(network.widths[l])
            for j in range(network.widths[l]):
                a[l][j] = g[l](sum(p.W[l][j, k] * a[l - 1][k] for k in range(network.widths[l - 1])) + p.b[l][j])
        outputs.append(a[2])
    np.testing.assert_allclose(Loops(Plan(network, 4)).predict(p, X), outputs, rtol=1e-14)


EXTREME = [-1e4, -40.0, -1.0, 0.0, 0.3, 40.0, 1e4]


@pytest.mark.parametrize("name", LOSSES)
def test_losses_against_their_formula_in_many_digits(name):
    """Row 14, also where y^ is 0 or 1 to the last digit: scores of a network whose weights are the scores."""
    kinds = {"classes": [(1, 0), (0, 1)], "zero_one": [(1, 0), (0, 1)], "counts": [(0, 3)], "numbers": [(-2.0, 0.5)]}
    network = Network(2, [Dense(2)], name)
    p = network.initialize()
    p.W[1] = np.eye(2)
    settings = network.loss.settings()
    for Y in kinds[network.loss.targets]:
        for s in EXTREME:
            for S in ((s, 0.0), (0.0, s), (s, s), (s, -s)):
                found = network.cost(network.forward([S], p), [Y])
                if name == "poisson" and max(S) > 700:
                    assert found == inf  # e^1e4 is beyond float64; training reports it
                else:
                    assert found == pytest.approx(oracles.loss(name, S, Y, **settings), rel=1e-12, abs=1e-300)


def test_the_slides_losses():
    """Row 14: MSE, cross-entropy and binary cross-entropy from the predictions, as the slide writes them."""
    y, scores = rng.normal(size=(8, 1)), rng.normal(size=(8, 1))

    def cost(loss, S, Y, **how):
        network = Network(S.shape[1], [Dense(S.shape[1])], loss)
        p = network.initialize()
        p.W[1] = np.eye(S.shape[1])
        made = network.forward(S, p)
        return network.cost(made, Y, **how), made.predictions

    mean, predicted = cost("squared_error", scores, y)
    assert 2 * mean == pytest.approx(np.mean((y - predicted) ** 2), rel=1e-14)
    t = rng.integers(0, 2, (8, 1))
    mean, predicted = cost("binary_cross_entropy", scores, t)
    L = -t * np.log(predicted) - (1 - t) * np.log(1 - predicted)
    assert mean == pytest.approx(L.mean(), rel=1e-14)
    assert cost("binary_cross_entropy", scores, t, total=True)[0] == pytest.approx(L.sum(), rel=1e-14)
    T, S = np.eye(3)[rng.integers(0, 3, 8)], rng.normal(size=(8, 3))
    mean, predicted = cost("cross_entropy", S, T)
    assert mean == pytest.approx(np.mean(-(T * np.log(predicted)).sum(axis=1)), rel=1e-14)
    assert cost("cross_entropy", S, T, total=True)[0] == pytest.approx(8 * mean, rel=1e-14)


def test_a_loss_is_of_one_example_and_the_cost_of_all():
    """Row 14: the cost is the mean of the losses; the workshop's sum is one argument away."""
    network = Network(2, [Dense(3, "tanh"), Dense(1)], "binary_cross_entropy")
    p, X, Y = network.initialize(), rng.normal(size=(5, 2)), np.array([0, 1, 1, 0, 1])
    losses = [network.cost(network.forward(X[i : i + 1], p), Y[i : i + 1]) for i in range(5)]
    made = network.forward(X, p)
    assert network.cost(made, Y) == pytest.approx(sum(losses) / 5, rel=1e-14)
    assert network.cost(made, Y, total=True) == pytest.approx(sum(losses), rel=1e-14)
    assert log(2) / 10 < min(losses)


def test_parameters_are_learned_and_hyperparameters_set():
    """Row 15: a training step changes the state and never the plan; W and b are all it learns."""
    plan = Plan(Network.mlp(2, [3], 1), examples=4)
    learned, set_ = ({field.name for field in dataclasses.fields(record)} for record in (State, Plan))
    assert not learned & (set_ - {"examples"})
    assert {"theta", "running", "slots", "step"} <= learned
    assert {"network", "optimizer", "schedule", "penalties", "clipping", "batch_size", "epochs"} <= set_
    state, described = State.new(plan), plan.describe()
    before = state.theta.copy()
    Reference(plan).train(state, Rows(rng.normal(size=(4, 2)).astype("float32"), rng.normal(size=4)), np.arange(4))
    assert not np.array_equal(state.theta, before)
    assert plan.describe() == described
    assert set(state.parameters(plan.network).named()) == {"1.W", "1.b", "2.W", "2.b"}
    with pytest.raises(dataclasses.FrozenInstanceError):
        plan.batch_size = 3
