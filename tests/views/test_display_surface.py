"""The cost surface: costs as the network has them, directions as the literature has them, descents as slides have."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glassnet import Network, Plan, Recipe, TableModel
from glassnet.errors import InvalidInput, UnknownName
from glassnet.glass.gradients.cost import Cost
from glassnet.network.targets import as_targets
from glassnet.views.displays import CostSurfaceDisplay
from glassnet.views.displays.slices import filter_normalized, most_curved

LINE = ("W[1][0,0]", "b[1][0]")
X = np.random.default_rng(0).normal(size=(40, 1))
Y = 3 * X + 1


def cost_of(network: Network, parameters: Any, inputs: Any, targets: Any) -> Cost:
    plan = Plan(network, examples=len(inputs), dtype="float64")
    return Cost(plan, parameters.theta, parameters.running, inputs, targets, None, "reference", training=False)


@pytest.fixture
def line() -> Any:
    network = Network.mlp(1, [], 1)
    parameters = network.initialize()
    parameters.theta[:] = [-2, 4]
    return network, parameters


@pytest.fixture
def bent() -> Cost:
    network = Network.mlp(2, [5, 4], 3, activation="tanh", loss="cross_entropy")
    rng = np.random.default_rng(3)
    inputs, classes = rng.normal(size=(30, 2)), rng.integers(0, 3, 30)
    return cost_of(network, network.initialize(seed=1), inputs, as_targets(classes, network.loss, 3, float))


def test_the_cost_at_every_point_is_the_networks(line: Any) -> None:
    network, parameters = line
    display = CostSurfaceDisplay.from_network(network, parameters, X, Y, directions=LINE, reach=5, resolution=7)
    assert (display.a[0], display.a[-1], display.b[0], display.b[-1]) == (-7, 3, -1, 9)
    for (i, j), cost in np.ndenumerate(display.cost):
        assert cost == pytest.approx(np.mean((display.a[j] * X + display.b[i] - Y) ** 2) / 2)
    assert "a slice of the cost J through W[1][0,0] and b[1][0]" in display.title
    assert parameters.theta.tolist() == [-2, 4]


def test_the_title_says_what_stands_still(bent: Cost) -> None:
    arguments = bent.network, bent.network.parameters(bent.theta), bent.X, bent.Y
    named = CostSurfaceDisplay.from_network(*arguments, directions=("W[1][4,1]", "b[3][2]"), resolution=3)
    assert named.title.startswith("a slice of the cost J through W[1][4,1] and b[3][2]; the other 52 parameters are")
    assert (named.a[1], named.b[1]) == (
        bent.network.parameters(bent.theta).W[1][4, 1],
        bent.network.parameters(bent.theta).b[3][2],
    )
    for directions in ("random", "curved"):
        made = CostSurfaceDisplay.from_network(*arguments, directions=directions, resolution=3)
        assert made.title.startswith("a slice of the cost J ")
        assert made.cost[1, 1] == pytest.approx(bent(bent.theta))


# -- gradient descent (workshop row 16) --------------------------------------------------------------------------------


def test_a_descent_comes_down(line: Any) -> None:
    display = CostSurfaceDisplay.from_descent(*line, X, Y, alpha=0.3, steps=80, directions=LINE, resolution=5)
    assert display.path is not None and display.path_cost is not None
    assert display.path[0].tolist() == [-2, 4]
    np.testing.assert_allclose(display.path[-1], [3, 1], atol=1e-6)
    assert (np.diff(display.path_cost) <= 0).all()
    assert "80 steps to a cost of" in display.title and "learning rate 0.3" in display.title
    # The path of the picture is the workshop's rule, step by step.
    theta = np.array([-2.0, 4.0])
    for point in display.path:
        np.testing.assert_allclose(point, theta, atol=1e-9)
        E = theta[0] * X + theta[1] - Y
        theta = theta - 0.3 * np.array([np.mean(E * X), np.mean(E)])


@pytest.mark.parametrize(("alpha", "steps"), [(2.2, 30), (50.0, 200), (1e200, 5)])
def test_too_large_a_learning_rate_is_seen_to_diverge(line: Any, alpha: float, steps: int) -> None:
    display = CostSurfaceDisplay.from_descent(*line, X, Y, alpha=alpha, steps=steps, directions=LINE, resolution=5)
    assert "diverged" in display.title
    assert display.path is not None and np.isfinite(display.path).all()
    assert display.path_cost is not None and display.path_cost[-1] >= display.path_cost[0]
    display.picture("png")


def test_the_axes_reach_as_far_as_the_path(line: Any) -> None:
    display = CostSurfaceDisplay.from_descent(*line, X, Y, alpha=0.3, steps=80, directions=LINE, resolution=5)
    assert display.path is not None
    for ticks, way in zip((display.a, display.b), display.path.T, strict=True):
        assert ticks[0] <= way.min() and way.max() <= ticks[-1]


# -- directions --------------------------------------------------------------------------------------------------------


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**31))
def test_random_directions_have_each_units_own_length(seed: int) -> None:
    network = Network.mlp(3, [4, 2], 2)
    parameters = network.initialize(seed)
    cost = cost_of(network, parameters, np.zeros((1, 3)), np.zeros((1, 2)))
    d = network.parameters(filter_normalized(cost, np.random.default_rng(seed)))
    for l in (1, 2, 3):
        np.testing.assert_allclose(np.linalg.norm(d.W[l], axis=1), np.linalg.norm(parameters.W[l], axis=1))
        assert not d.b[l].any()


def test_the_most_curved_direction_by_the_whole_hessian(bent: Cost) -> None:
    n, h = bent.theta.size, 1e-5
    H = np.empty((n, n))
    for i, e in enumerate(np.eye(n)):
        theta = bent.theta
        H[i] = (bent.gradient(theta + h * e) - bent.gradient(theta - h * e)) / (2 * h)
    values, vectors = np.linalg.eigh((H + H.T) / 2)
    largest = int(np.abs(values).argmax())
    v, curvature = most_curved(bent, np.random.default_rng(0))
    assert curvature == pytest.approx(values[largest], rel=1e-3)
    assert abs(v @ vectors[:, largest]) > 0.99


def test_down_the_gradient_the_cost_falls_first(bent: Cost) -> None:
    made = CostSurfaceDisplay.from_network(
        bent.network, bent.network.parameters(bent.theta), bent.X, bent.Y, directions="curved", reach=1e-3, resolution=3
    )
    assert made.cost[1, 2] < made.cost[1, 1] < made.cost[1, 0]
    assert abs(made.axes[0].d @ made.axes[1].d) < 1e-9 * np.linalg.norm(made.axes[0].d) ** 2
    # Across the curved direction the cost bends as its curvature says.
    bend = (made.cost[0, 1] - 2 * made.cost[1, 1] + made.cost[2, 1]) / 1e-6
    curvature = most_curved(bent, np.random.default_rng(0))[1]
    assert bend == pytest.approx(curvature * float(np.linalg.norm(bent.theta)) ** 2, rel=0.01)


def test_the_directions_of_a_path_hold_most_of_it(bent: Cost) -> None:
    theta = bent.theta
    u, v = np.linalg.qr(np.random.default_rng(0).normal(size=(theta.size, 2)))[0].T
    t = np.linspace(1, 0, 20)[:, None]
    way = theta + 5 * t * u + 2 * t**2 * v
    made = CostSurfaceDisplay.from_network(
        bent.network, bent.network.parameters(bent.theta), bent.X, bent.Y, directions="path", path=way, resolution=3
    )
    assert made.path is not None
    back = theta + made.path @ np.stack([axis.d for axis in made.axes])
    np.testing.assert_allclose(back, way, atol=1e-9)


def test_a_tables_surface_is_the_cost_of_its_rows() -> None:
    model = TableModel(Recipe(hidden=(4,), epochs=5)).fit("iris")
    display = CostSurfaceDisplay.from_estimator(model, "iris", resolution=3)
    E, truth = model.encode("iris")
    made = model.network.forward(E, model.parameters)
    assert display.cost[1, 1] == pytest.approx(model.network.cost(made, truth), rel=1e-4)


@pytest.mark.parametrize(
    ("directions", "error", "said"),
    [
        ("sideways", UnknownName, "no directions 'sideways'"),
        (("W[1][0,0]", "W[1][0,0]"), InvalidInput, "two different parameters"),
        (("W[1][0,0]", "b[9][0]"), UnknownName, "no parameter 'b\\[9\\]'"),
        (("W[1][0,0]", "b[1][1]"), InvalidInput, "there is no parameter"),
        (("W[1][0]", "b[1][0]"), InvalidInput, "has shape"),
        (("weight", "b[1][0]"), InvalidInput, "names no parameter"),
        ((0, 99), InvalidInput, "there is no parameter 99"),
        ("path", InvalidInput, "need a path"),
    ],
)
def test_directions_that_are_none(line: Any, directions: Any, error: Any, said: str) -> None:
    with pytest.raises(error, match=said):
        CostSurfaceDisplay.from_network(*line, X, Y, directions=directions)
