"""The displays that the workshop needs: a line and its points, a sigmoid, learning rates, what each layer adds."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from glassnet import (
    CurveDisplay,
    Dense,
    DescentsDisplay,
    FirstLayerDisplay,
    LayersDisplay,
    LinearRegression,
    LogisticRegression,
    MLPClassifier,
    Network,
    compare_engines,
    draw,
)
from glassnet.errors import InvalidInput
from glassnet.glass.forward_codes import forward_codes
from glassnet.glass.palette import ROLES, SERIES, SIGNS

pytest.importorskip("matplotlib").use("Agg")

rng = np.random.default_rng(0)
CORNERS, XOR = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])


@pytest.fixture(scope="module")
def bent() -> MLPClassifier:
    return MLPClassifier((2,), activation="logistic", solver="lbfgs", random_state=5).fit(CORNERS, XOR)


def test_the_line_is_that_of_least_squares() -> None:
    X = rng.normal(size=(12, 1))
    y = 3 * X[:, 0] - 1 + rng.normal(size=12)
    display = CurveDisplay.from_estimator(LinearRegression().fit(X, y), X, y)
    slope, intercept = np.polyfit(X[:, 0], y, 1)
    np.testing.assert_allclose(display.y, slope * display.x + intercept, rtol=1e-6)
    assert display.title.startswith("ŷ = ") and f"{slope:.4g} x1" in display.title
    assert display.plot().ax_.get_legend() is not None


def test_the_sigmoid_crosses_its_threshold_where_the_decision_changes() -> None:
    X, y = np.array([[0.0], [1.0], [3.0], [4.0]]), ["no", "no", "yes", "yes"]
    model = LogisticRegression().fit(X, y)
    display = CurveDisplay.from_estimator(model, X, y)
    assert display.threshold is not None
    assert model.predict_proba([[display.threshold]])[0, 1] == pytest.approx(0.5, abs=1e-3)
    assert display.truth.tolist() == [0, 0, 1, 1] and display.classes == ("no", "yes")


def test_of_several_columns_the_sigmoid_is_over_the_score() -> None:
    X = rng.normal(size=(20, 3))
    y = (X.sum(axis=1) > 0).astype(int)
    model = LogisticRegression().fit(X, y)
    display = CurveDisplay.from_estimator(model, X, y)
    np.testing.assert_allclose(display.rows, model.decision_function(X), atol=1e-9)
    np.testing.assert_allclose(display.y, 1 / (1 + np.exp(-display.x)), atol=1e-12)
    with pytest.raises(InvalidInput, match=r"two classes \(seen: 3 outputs\); draw the boundary"):
        CurveDisplay.from_estimator(LogisticRegression().fit(X, y + (X[:, 0] > 1)), X)


def best_line(points: Any, labels: Any) -> float:
    """By trying: every line through two points, moved a little, both ways round."""
    best = max(np.mean(labels), 1 - np.mean(labels))
    for a, b in itertools.combinations(points, 2):
        normal = np.array([a[1] - b[1], b[0] - a[0]])
        for shift in (-1e-6, 1e-6):
            right = np.mean((points @ normal > a @ normal + shift) == (labels == 1))
            best = max(best, right, 1 - right)
    return float(best)


def test_what_a_layer_adds_is_what_lines_can_tell_apart_in_it(bent: MLPClassifier) -> None:
    display = LayersDisplay.from_estimator(bent, CORNERS, XOR)
    hidden = bent.layer_outputs(CORNERS)[1]
    assert (
        [seen.share for seen in display.layers]
        == [best_line(CORNERS, XOR), best_line(hidden, XOR), 1.0]
        == [0.75, 1, 1]
    )
    np.testing.assert_allclose(display.layers[1].points, hidden)
    line = display.layers[1].line
    assert line is not None
    sides = (line[1] - line[0])[0] * (hidden - line[0])[:, 1] - (line[1] - line[0])[1] * (hidden - line[0])[:, 0]
    assert len({*np.sign(sides[XOR == 0]), *-np.sign(sides[XOR == 1])}) == 1, "the network's own line divides them"


def test_layers_of_a_regression_and_of_no_rows() -> None:
    X = rng.normal(size=(30, 4))
    model = LinearRegression().fit(X, X[:, 0])
    shares = [seen.share for seen in LayersDisplay.from_estimator(model, X, X[:, 0]).layers]
    assert shares == pytest.approx([1, 1], abs=1e-4)


def test_learning_rates_are_judged_by_what_they_came_to() -> None:
    """J = mean x^2 (w - 2)^2 / 2 + (b - 1)^2 / 2: above 2 over the largest curvature a descent diverges."""
    network, x = Network(1, [Dense(1)]), np.linspace(-1, 1, 20).reshape(-1, 1)
    start = network.initialize(seed=0)
    display = DescentsDisplay.from_network(network, start, x, 2 * x + 1, alphas=(0.01, 1.0, 1.9, 2.1), resolution=5)
    assert [d.verdict.split(":")[0] for d in display.descents] == ["too slow", "good", "good", "too large"]
    for descent in display.descents:
        w, b = descent.path[-1]
        J = 0.5 * np.mean((w * x + b - 2 * x - 1) ** 2)
        assert descent.cost[-1] == pytest.approx(J, rel=1e-9), "the path lies in the plane of both parameters"
    assert np.ptp(display.surface.a) < 20, "a descent that diverges does not blow up the view"
    with pytest.raises(InvalidInput, match="needs a learning rate"):
        DescentsDisplay.from_network(network, start, x, x, alphas=())


def test_wrong_rows_are_ringed_and_the_best_line_gets_three_of_four(bent: MLPClassifier) -> None:
    line = LogisticRegression(C=100).fit(CORNERS, XOR, sample_weight=[1, 1, 1, 0.1])
    pair = draw("boundary", line, CORNERS, XOR).next_to(draw("boundary", bent, CORNERS, XOR))
    assert [int(display.plane.wrong.sum()) for display in pair.displays] == [1, 0]
    svg = pair.svg()
    assert svg.count("wrong: 1 of 4") == 1 and pair.tables and " | " in pair.title


def test_where_no_rows_are_is_hatched_and_truth_has_the_colors_of_the_map() -> None:
    X = rng.normal(size=(60, 2))
    display = draw("boundary", LinearRegression().fit(X, X[:, 0]), X, X[:, 0]).plot()
    (rows,) = [c for c in display.ax_.collections if len(c.get_offsets()) == 60]
    np.testing.assert_allclose(rows.get_array(), X[:, 0])
    words = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert words == ["rows, by their true number", "no rows near"]


def test_holes_of_an_image_are_hatched() -> None:
    network = Network.mlp(3, [1], 1)
    display = FirstLayerDisplay.from_estimator((network, network.initialize()), shape=(1, 3))
    display.images[0, 0, 1] = np.nan
    assert "hatched: no input" in display.svg()


def test_blue_and_orange_are_signs_and_nothing_else() -> None:
    assert {ROLES[SIGNS[sign]] for sign in ("positive", "negative")} == {"blue", "orange"}
    assert not {"blue", "orange"} & {*SERIES} and len({*SERIES}) == len(SERIES)


@pytest.mark.parametrize("m", [1, 7])
def test_four_codes_are_one_function(m: int) -> None:
    network = Network(3, [Dense(4, "tanh"), Dense(2)], loss="cross_entropy")
    parameters, X = network.initialize(seed=1), rng.normal(size=(m, 3))
    codes = forward_codes(network, parameters, X, seconds=0)
    for code in codes:
        np.testing.assert_allclose(code.scores, network.forward(X, parameters).scores, rtol=1e-6)
        assert code.seconds > 0 and not code.lines[0].startswith((" ", "def"))


def test_no_rows_cannot_be_measured() -> None:
    network = Network.mlp(3, [2], 1)
    with pytest.raises(InvalidInput, match=r"a pass without rows cannot be measured \(seen: 0 rows\)"):
        draw("code", network, network.initialize(), np.empty((0, 3)))


def test_bars_of_engines_are_the_longer_the_slower() -> None:
    scene = draw("engines", compare_engines(Network.mlp(2, [2], 1), rng.normal(size=(9, 2)), np.ones(9), seconds=0))
    assert [row[0] for row in scene.tables[0].rows][:3] == ["loops", "vectors", "matrices"]
