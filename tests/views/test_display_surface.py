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

LINE = ("w11[1]", "b1[1]")
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
    assert "a slice of the cost J through w11[1] and b1[1]" in display.title
    assert parameters.theta.tolist() == [-2, 4]


def test_the_title_says_what_stands_still(bent: Cost) -> None:
    arguments = bent.network, bent.network.parameters(bent.theta), bent.X, bent.Y
    named = CostSurfaceDisplay.from_network(*arguments, directions=("w52[1]", "b3[3]"), resolution=3)
    assert named.title.startswith("a slice of the cost J through w52[1] and b3[3]; the other 52 parameters are")
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
        bent.network, bent.network.parameters(bent.theta), bent.X, bent.Y, path=way, resolution=3
    )
    assert made.path is not None and not made.leaves
    back = theta + made.path @ np.stack([axis.d for axis in made.axes])
    np.testing.assert_allclose(back, way, atol=1e-9)


@pytest.mark.parametrize("directions", [None, "random", "path", "curved"])
@pytest.mark.parametrize("units", [[], [1], [3]])
@pytest.mark.parametrize("at_zero", [False, True])
def test_two_directions_span_a_plane(directions: str | None, units: list[int], at_zero: bool) -> None:
    network = Network.mlp(1, units, 1)
    parameters = network.initialize(seed=0)
    parameters.theta[:] *= not at_zero
    way = parameters.theta + np.linspace(1, 0, 4)[:, None] * np.eye(1, network.size)
    for seed in range(5):
        made = CostSurfaceDisplay.from_network(
            network, parameters, X, Y, directions=directions, path=way, seed=seed, resolution=2
        )
        D = np.stack([axis.d for axis in made.axes])
        assert np.linalg.matrix_rank(D / np.linalg.norm(D, axis=1, keepdims=True), tol=0.5) == 2


def test_a_descent_that_diverges_is_drawn_uphill(line: Any) -> None:
    """Its two parameters are the axes: the picture holds the path, and says "diverged" where it ends."""
    display = CostSurfaceDisplay.from_descent(*line, X, Y, alpha=2.5)
    assert [axis.name for axis in display.axes] == ["w11[1]", "b1[1]"]
    assert display.diverged and not display.leaves
    assert display.below is not None and display.below[-1] > 1e5 * display.below[0]
    display.picture("png")
    assert [text.get_text() for text in display.ax_.get_legend().get_texts()] == ["start", "diverged"]


def test_the_plane_of_the_path_and_the_cost_next_to_it_where_the_path_leaves(bent: Cost) -> None:
    network, rng = bent.network, np.random.default_rng(0)
    parameters = network.parameters(bent.theta.copy())
    of_path = CostSurfaceDisplay.from_descent(network, parameters, bent.X, bent.Y, alpha=0.5, steps=30, resolution=3)
    assert "two main directions of the path" in of_path.title
    across = CostSurfaceDisplay.from_descent(
        network, parameters, bent.X, bent.Y, alpha=0.5, steps=30, resolution=3, directions="random"
    )
    assert across.leaves and across.title.endswith("the path leaves the slice")
    across.picture("png")
    second = across.axes_[1]
    assert second.get_xlabel() == "step"
    np.testing.assert_array_equal(second.lines[0].get_ydata(), across.path_cost)
    where = int(rng.integers(30))
    D = np.stack([axis.d for axis in across.axes])
    assert across.path is not None and across.below is not None and across.path_cost is not None
    end = network.parameters(bent.theta.copy())
    for _ in range(30):
        network.step(end, bent.X, bent.Y, 0.5)
    assert across.below[where] == pytest.approx(bent(end.theta + across.path[where] @ D))


def test_the_place_of_a_fitted_model_is_marked() -> None:
    model = TableModel(Recipe(hidden=(4,), epochs=2)).fit("iris")
    display = CostSurfaceDisplay.from_estimator(model, "iris", resolution=3)
    display.picture("png")
    assert [text.get_text() for text in display.ax_.get_legend().get_texts()] == ["the parameters"]


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
        (("w11[1]", "w11[1]"), InvalidInput, "two different parameters"),
        (("w11[1]", "b1[9]"), InvalidInput, "no parameter 'b1\\[9\\]'"),
        (("w11[1]", "b2[1]"), InvalidInput, "no parameter 'b2\\[1\\]'"),
        (("w1[1]", "b1[1]"), InvalidInput, r"seen: W\[1\] \(1, 1\), b\[1\] \(1,\)"),
        (("weight", "b1[1]"), InvalidInput, "no parameter 'weight'"),
        ((0, 99), InvalidInput, "there is no single parameter 99"),
        ("path", InvalidInput, "need a path"),
    ],
)
def test_directions_that_are_none(line: Any, directions: Any, error: Any, said: str) -> None:
    with pytest.raises(error, match=said):
        CostSurfaceDisplay.from_network(*line, X, Y, directions=directions)
