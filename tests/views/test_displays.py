"""Displays: what they keep is right by other means, what they draw is a picture in both themes, and nothing changes."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib as package
import numpy as np
import pytest
from matplotlib import pyplot as plt
from sklearn.datasets import load_iris
from sklearn.metrics import ConfusionMatrixDisplay, confusion_matrix
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from glassnet import ACTIVATIONS, LinearRegression, LogisticRegression, MLPClassifier, Network, Recipe, TableModel
from glassnet.errors import InvalidInput, InvalidType, MissingPackage, UnknownName
from glassnet.glass.palette import HUES, SCHEMES
from glassnet.views.displays import (
    ActivationsDisplay,
    CalibrationDisplay,
    ConfusionDisplay,
    DecisionBoundaryDisplay,
    DistributionRecorder,
    DistributionsDisplay,
    FirstLayerDisplay,
    HistoryDisplay,
    PathRecorder,
    PredictionDisplay,
    UnitBoundariesDisplay,
)
from glassnet.views.figures import FIGURES, draw
from warm import Warm

DISPLAYS = [name for name, figure in FIGURES.items() if figure.by == "matplotlib"]
XOR = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([0, 1, 1, 0])


@pytest.fixture(autouse=True)
def figures() -> Iterator[None]:
    """Drawn without a window; closed, and matplotlib's settings as they were."""
    package.use("Agg")
    before = dict(package.rcParams)
    yield
    plt.close("all")
    assert dict(package.rcParams) == before


@pytest.fixture(scope="module")
def xor() -> MLPClassifier:
    return MLPClassifier((4,), activation="logistic", solver="lbfgs", max_iter=2000, random_state=1).fit(*XOR)


@pytest.fixture(scope="module")
def iris() -> TableModel:
    return TableModel(Recipe(hidden=(8,), epochs=30)).fit("iris")


@pytest.fixture(scope="module")
def diabetes() -> TableModel:
    return TableModel(Recipe(hidden=(8,), epochs=20)).fit("diabetes")


@pytest.fixture(scope="module")
def models(iris: TableModel, diabetes: TableModel) -> Any:
    return {
        name: (diabetes, "diabetes") if name in ("predictions", "residuals", "curve") else (iris, "iris")
        for name in DISPLAYS
    }


def made(name: str, models: Any) -> Any:
    model, data = models[name]
    rows = () if FIGURES[name].rows == "none" else (data,)
    return draw(name, model, *rows, **({"shape": (2, 2)} if name == "weights" else {}))


# -- the manner --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DISPLAYS)
def test_every_display_is_drawn_into_the_users_axes_and_into_one_of_its_own(name: str, models: Any) -> None:
    open_before = plt.get_fignums()
    display = made(name, models)
    assert plt.get_fignums() == open_before  # what is seen is worked out before anything is drawn
    assert display.plot() is display and display.figure_ is display.ax_.figure
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
    display.plot(ax=right)
    assert display.ax_ is right and display.figure_ is figure
    assert display.axes_ and all(panel.figure is figure for panel in display.axes_)
    assert not left.has_data()
    figure.canvas.draw()


@pytest.mark.parametrize("name", DISPLAYS)
def test_every_display_is_a_titled_svg(name: str, models: Any) -> None:
    display = made(name, models)
    picture = display.picture(dark=True)
    root = ElementTree.fromstring(picture)
    assert root.tag.endswith("svg") and root[0].tag.endswith("title") and root[0].text == display.title
    assert b"<script" not in picture


def test_the_same_display_is_the_same_file(iris: TableModel, tmp_path: Path) -> None:
    display, file = HistoryDisplay.from_estimator(iris), tmp_path / "seen.svg"
    display.save(file)
    assert file.read_bytes() == display.picture() != display.picture(dark=True)
    display.save(tmp_path / "seen.png")
    assert (tmp_path / "seen.png").read_bytes()[:4] == b"\x89PNG"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["seen.png", "seen.svg"]


def test_a_dark_axes_is_seen_to_be_dark(iris: TableModel) -> None:
    display = HistoryDisplay.from_estimator(iris)
    assert display.plot().ax_.lines[0].get_color() == SCHEMES["light"]["forward"].line
    with plt.style.context("dark_background"):
        ax = plt.subplots()[1]
    assert display.plot(ax).ax_.lines[0].get_color() == SCHEMES["dark"]["forward"].line
    assert display.plot(dark=False).ax_.lines[0].get_color() == SCHEMES["light"]["forward"].line


def contrast(a: str, b: str) -> float:
    """By WCAG 2.1."""

    def luminance(color: str) -> float:
        c = np.array(package.colors.to_rgb(color))
        return float(np.where(c <= 0.03928, c / 12.92, ((c + 0.055) / 1.055) ** 2.4) @ [0.2126, 0.7152, 0.0722])

    high, low = sorted([luminance(a), luminance(b)], reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("dark", [False, True])
def test_words_stand_out_and_so_do_the_first_lines(dark: bool, iris: TableModel) -> None:
    ax = HistoryDisplay.from_estimator(iris).plot(dark=dark).ax_
    paper = package.colors.to_hex(ax.get_facecolor())
    assert contrast(paper, ax.xaxis.label.get_color()) > 7
    assert contrast(paper, ax.title.get_color()) > 7
    for line in ax.lines[:2]:
        assert contrast(paper, line.get_color()) > 3
    assert ax.lines[0].get_linestyle() != ax.lines[1].get_linestyle()


def test_without_matplotlib_the_line_to_install_it_is_named() -> None:
    program = """
import sys
sys.modules["matplotlib"] = None
from glassnet.views.displays import HistoryDisplay
from glassnet.errors import MissingPackage
display = HistoryDisplay.from_history({"cost": [2.0, 1.0]})
for draw in (display.plot, display.picture):
    try:
        draw()
    except MissingPackage as error:
        assert "pip install 'glassnet[plot]'" in str(error), error
    else:
        raise SystemExit("drawn all the same")
"""
    assert Warm("-c", program).wait(timeout=60) == 0
    assert issubclass(MissingPackage, ImportError)


def test_matplotlib_is_loaded_by_drawing_alone() -> None:
    program = (
        "import sys; from glassnet.views.displays import HistoryDisplay as D; D.from_history({'cost': [2.0, 1.0]});"
        "assert 'matplotlib' not in sys.modules"
    )
    assert Warm("-c", program).wait(timeout=60) == 0


def test_a_format_that_is_none(iris: TableModel, tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="svg, png, pdf"):
        HistoryDisplay.from_estimator(iris).save(tmp_path / "seen.jpx")
    assert not list(tmp_path.iterdir())


def test_looking_changes_nothing(iris: TableModel, xor: MLPClassifier) -> None:
    before = iris.parameters.theta.copy(), xor.parameters_.theta.copy()
    for name in ("boundary", "units", "surface", "distributions", "confusion", "calibration"):
        draw(name, iris, "iris").picture("png")
    DecisionBoundaryDisplay.from_estimator(xor, *XOR).plot()
    assert (iris.parameters.theta == before[0]).all() and (xor.parameters_.theta == before[1]).all()


# -- history -----------------------------------------------------------------------------------------------------------


def test_history_has_both_curves_and_the_best_epoch(iris: TableModel) -> None:
    display = HistoryDisplay.from_estimator(iris)
    assert list(display.curves) == ["cost", "validation_cost"]
    assert display.curves["cost"].tolist() == iris.history["cost"]
    assert display.best_epoch == iris.best_epoch == 1 + int(np.argmin(iris.history["validation_cost"]))
    assert display.plot().ax_.lines[-1].get_xdata().tolist() == [display.best_epoch]
    assert [text.get_text().split(":")[0] for text in display.ax_.get_legend().get_texts()][:2] == [
        "training rows",
        "validation rows",
    ]


def test_the_best_epoch_of_a_score_is_the_highest() -> None:
    display = HistoryDisplay.from_history({"cost": [3, 1], "validation_score": [0.2, 0.9, 0.5]}, "score")
    assert display.best_epoch == 2 and list(display.curves) == ["validation_score"]
    assert HistoryDisplay.from_history({"cost": [3.0, 1.0, 2.0]}).best_epoch == 2


def test_histories_of_the_edge() -> None:
    HistoryDisplay.from_history({"cost": [1.0]}).picture()
    HistoryDisplay.from_history({"cost": [1.0, np.inf, np.nan]}).picture()
    assert HistoryDisplay.from_history({"cost": [1e3, 1.0]}).plot().ax_.get_yscale() == "log"
    with pytest.raises(InvalidInput, match="no history"):
        HistoryDisplay.from_history({})
    with pytest.raises(UnknownName, match="no column in the history 'acuracy'; did you mean 'accuracy'"):
        HistoryDisplay.from_history({"accuracy": [1.0]}, "acuracy")
    with pytest.raises(InvalidInput, match="no cost in the history is a finite number"):
        HistoryDisplay.from_history({"cost": [np.nan]})
    with pytest.raises(InvalidType, match="a StandardScaler cannot be looked into"):
        HistoryDisplay.from_estimator(StandardScaler())


# -- activations (workshop row 10) -------------------------------------------------------------------------------------


def test_activations_with_derivatives_that_differences_confirm() -> None:
    display = ActivationsDisplay.from_names(z=np.linspace(-3.05, 3.05, 62))
    assert set(display.values) == set(ACTIVATIONS)
    for name, g in ACTIVATIONS.items():
        about = (g(display.z + 1e-6) - g(display.z - 1e-6)) / 2e-6
        np.testing.assert_allclose(display.derivatives[name], about, atol=1e-6, err_msg=name)
    panels = display.plot().axes_
    assert [panel.get_title() for panel in panels] == list(ACTIVATIONS)
    assert all(len(panel.lines) == 4 for panel in panels)  # two curves, two axes


def test_activations_that_a_model_uses(xor: MLPClassifier) -> None:
    assert [g.name for g in ActivationsDisplay.from_estimator(xor).activations] == ["sigmoid"]
    with pytest.raises(InvalidInput, match="no layer of this network"):
        ActivationsDisplay.from_estimator(LinearRegression().fit(XOR[0], XOR[1]))


# -- boundaries (workshop row 11) --------------------------------------------------------------------------------------


def test_xor_side_by_side(xor: MLPClassifier) -> None:
    """No line divides the four points; a network with four hidden units does."""
    X, y = XOR
    line = LogisticRegression().fit(X, y)
    assert line.score(X, y) <= 0.75 and xor.score(X, y) == 1.0
    axes = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")[1]
    for model, ax in zip((line, xor), axes, strict=True):
        display = DecisionBoundaryDisplay.from_estimator(model, X, y, resolution=31)
        grid = np.stack([g.ravel() for g in np.meshgrid(display.plane.x, display.plane.y)], axis=1)
        np.testing.assert_allclose(display.response.ravel(), model.predict_proba(grid)[:, 1], atol=1e-9)
        assert display.plot(ax).ax_ is ax
        assert display.title.endswith("no boundary in view") == (model is line)
    bounds = [c for c in axes[1].collections if type(c).__name__ == "QuadContourSet"]
    assert len(bounds) == 1


def test_units_of_a_layer_and_the_network_they_make_up(xor: MLPClassifier) -> None:
    X, y = XOR
    display = UnitBoundariesDisplay.from_estimator(xor, X, y, resolution=21)
    assert [panel.unit for panel in display.panels] == [(1, 1), (1, 2), (1, 3), (1, 4), None]
    plane = display.panels[0].plane
    grid = np.stack([g.ravel() for g in np.meshgrid(plane.x, plane.y)], axis=1)
    hidden = xor.layer_outputs(grid)[1]
    for j, panel in enumerate(display.panels[:-1]):
        np.testing.assert_allclose(panel.response.ravel(), hidden[:, j], atol=1e-9)
    assert [panel.get_title() for panel in display.plot().axes_] == [
        "unit 1",
        "unit 2",
        "unit 3",
        "unit 4",
        "the network",
    ]


def test_a_boundary_in_the_users_columns(iris: TableModel) -> None:
    features = ("petal length (cm)", "petal width (cm)")
    display = DecisionBoundaryDisplay.from_estimator(iris, "iris", features=features, resolution=15)
    assert display.kind == "class" and "; 2 other columns" in display.title
    X = load_iris().data
    middle = np.median(X, axis=0)
    for at in [(0, 0), (7, 3), (14, 14)]:
        cells = [middle[0], middle[1], display.plane.x[at[1]], display.plane.y[at[0]]]
        row = {name: [float(cell)] for name, cell in zip(iris.encoder.input_names, cells, strict=True)}
        assert iris.predict(row)[0] == iris.target.classes[display.response[at]]
    assert display.plane.labels is not None and set(display.plane.labels) == set(iris.target.classes)


def test_points_have_the_color_of_their_class_though_others_are_missing() -> None:
    X, y = load_iris(return_X_y=True)
    model = LogisticRegression().fit(X[:, 2:], y)
    few = y == 2
    ax = DecisionBoundaryDisplay.from_estimator(model, X[few, 2:], y[few], resolution=5).plot(dark=False).ax_
    (points,) = (c for c in ax.collections if len(c.get_offsets()) == 50)
    assert package.colors.to_hex(points.get_facecolor()[0]) == HUES["light"]["yellow"].line


def test_a_boundary_may_be_drawn_without_the_truth(iris: TableModel, xor: MLPClassifier) -> None:
    bare = {name: [1.0, 2.0, 3.0] for name in iris.encoder.input_names}
    for model, rows in ((iris, bare), (xor, XOR[0])):
        display = DecisionBoundaryDisplay.from_estimator(model, rows, resolution=3)
        assert display.plane.labels is None and display.picture("png")
    with pytest.raises(InvalidInput, match="one row for each example"):
        DecisionBoundaryDisplay.from_estimator(xor, XOR[0], XOR[1][:3])


def test_a_boundary_in_the_units_before_a_scaler() -> None:
    X, y = load_iris(return_X_y=True)
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(100 * X[:, :2], y > 0)
    display = DecisionBoundaryDisplay.from_estimator(model, 100 * X[:, :2], y > 0, resolution=11)
    grid = np.stack([g.ravel() for g in np.meshgrid(display.plane.x, display.plane.y)], axis=1)
    np.testing.assert_allclose(display.response.ravel(), model.predict_proba(grid)[:, 1], atol=1e-9)


def test_a_boundary_of_numbers(diabetes: TableModel) -> None:
    display = DecisionBoundaryDisplay.from_estimator(diabetes, "diabetes", features=("age", "bmi"), resolution=9)
    assert display.kind == "number" and display.plane.labels.dtype == float
    assert 25 < display.response.min() < display.response.max() < 400  # in the unit of the target


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"features": (0, 0)}, "two different columns"),
        ({"features": (0, "weight")}, "no column 'weight'"),
        ({"unit": (1, 5)}, "no unit 5 in a layer 1"),
        ({"unit": (1, 0)}, "no unit 0 in a layer 1"),
        ({"unit": (0, 0)}, "no unit 0 in a layer 0"),
        ({"resolution": 1}, "at least 2 points"),
    ],
)
def test_boundaries_that_are_none(xor: MLPClassifier, settings: Any, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        DecisionBoundaryDisplay.from_estimator(xor, *XOR, **settings)


def test_a_single_column_spans_no_plane() -> None:
    model = LinearRegression().fit([[1.0], [2.0]], [1.0, 2.0])
    with pytest.raises(InvalidInput, match="two columns"):
        DecisionBoundaryDisplay.from_estimator(model, [[1.0], [2.0]])


# -- first layer (workshop row 23) -------------------------------------------------------------------------------------


def test_the_first_layer_of_digits_as_images() -> None:
    model = TableModel(Recipe(hidden=(12,), epochs=3)).fit("digits")
    display = FirstLayerDisplay.from_estimator(model)
    assert display.images.shape == (12, 8, 8)
    assert np.isnan(display.images).sum() == 12 * (64 - model.encoder.width)  # constant pixels are not inputs
    unit = int(display.units[0]) - 1
    for name, place in model.encoder.outputs.items():
        row, column = map(int, name.split("_")[1:])
        assert display.images[0, row, column] == pytest.approx(float(model.parameters.W[1][unit, place.start]))
    sizes = np.linalg.norm(model.parameters.W[1], axis=1)
    assert (np.diff(sizes[display.units - 1]) <= 0).all()


def test_images_of_another_shape() -> None:
    network = Network.mlp(6, [40], 1)
    model = (network, network.initialize())
    assert FirstLayerDisplay.from_estimator(model, shape=(3, 2), most=7).images.shape == (7, 3, 2)
    with pytest.raises(InvalidInput, match="6 inputs are not an image of 2 by 2"):
        FirstLayerDisplay.from_estimator(model)


# -- distributions -----------------------------------------------------------------------------------------------------


def test_distributions_are_quantiles_of_weights_and_gradients(xor: MLPClassifier) -> None:
    display = DistributionsDisplay.from_estimator(xor, *XOR)
    shares = [0.01, 0.25, 0.5, 0.75, 0.99]
    for l in (1, 2):
        np.testing.assert_allclose(display.weights[0][l], np.quantile(xor.parameters_.W[l], shares))
    network, h = xor.network_, 1e-6
    slopes = []
    for i in np.ndindex(xor.parameters_.W[2].shape):
        costs = []
        for step in (h, -h):
            moved = xor.parameters_.copy()
            moved.W[2][i] += step
            costs.append(network.cost(network.forward(XOR[0], moved), XOR[1]))
        slopes.append((costs[0] - costs[1]) / (2 * h))
    np.testing.assert_allclose(display.gradients[0][2], np.quantile(slopes, shares), rtol=1e-3, atol=1e-8)


def trained(**settings: Any) -> MLPClassifier:
    X, y = load_iris(return_X_y=True)
    return MLPClassifier((6,), max_iter=12, tol=0, n_iter_no_change=99, random_state=0, **settings).fit(
        X - X.mean(0), y
    )


@pytest.mark.filterwarnings("ignore:Maximum iterations")
def test_recorders_see_every_epoch_and_change_no_bit() -> None:
    path, distributions = PathRecorder(), DistributionRecorder()
    watched, alone = trained(callbacks=[path, distributions]), trained()
    assert (watched.parameters_.theta == alone.parameters_.theta).all()
    assert path.path.shape == (13, alone.parameters_.theta.size)
    assert (path.path[-1] == watched.parameters_.theta).all()
    display = DistributionsDisplay.from_recorder(distributions)
    assert display.epochs == [*range(1, 13)]
    np.testing.assert_allclose(display.weights[-1][1][2], np.median(watched.parameters_.W[1]))
    assert len(display.plot().axes_) == 4  # two layers, weights and gradients
    thin = PathRecorder(most=4)
    trained(callbacks=[thin])
    assert len(thin.path) <= 5 and (thin.path[0] == path.path[0]).all() and (thin.path[-1] == path.path[-1]).all()


def test_a_recorder_that_saw_nothing() -> None:
    assert PathRecorder().path.shape == (0, 0)
    with pytest.raises(InvalidInput, match="has recorded no epoch"):
        DistributionsDisplay.from_recorder(DistributionRecorder())


# -- judged ------------------------------------------------------------------------------------------------------------


def test_confusion_is_scikit_learns(iris: TableModel) -> None:
    display = ConfusionDisplay.from_estimator(iris, "iris")
    truth = load_iris().target_names[load_iris().target]
    assert (display.matrix == confusion_matrix(truth, iris.predict("iris"))).all()
    assert isinstance(ConfusionMatrixDisplay(display.matrix), ConfusionMatrixDisplay)
    right = int(np.trace(display.matrix))
    assert f"{right} of 150 rows are right" in display.title


def test_calibration_of_a_forecast_that_is_right() -> None:
    rng = np.random.default_rng(0)
    p = rng.uniform(size=20_000)
    y = np.where(rng.uniform(size=20_000) < p, "rain", "dry")
    display = CalibrationDisplay.from_predictions(y, p)
    assert list(display.predicted) == ["rain"]
    np.testing.assert_allclose(display.predicted["rain"], display.observed["rain"], atol=0.03)
    boastful = CalibrationDisplay.from_predictions(y, np.clip(2 * p - 0.5, 0, 1))
    assert np.abs(boastful.predicted["rain"] - boastful.observed["rain"]).max() > 0.15


def test_calibration_of_many_classes_draws_the_worst_and_counts_the_others() -> None:
    """Ten classes: none is dropped, the four worst are drawn, the title counts the rest."""
    rng = np.random.default_rng(0)
    y, p = rng.integers(0, 10, 800), rng.dirichlet(np.ones(10), 800)
    display = CalibrationDisplay.from_predictions(y, p)
    assert list(display.predicted) == [str(k) for k in range(10)]
    assert display.title.endswith("the 4 worst of 10 classes, 6 more are in the table")
    assert min(display.error[k] for k in display.drawn) >= max(
        error for k, error in display.error.items() if k not in display.drawn
    )
    assert [row[0] for row in display.tables[0].rows] == sorted(display.error, key=lambda k: -display.error[k])
    assert all(counts.sum() == 800 for counts in display.counts.values()), "the histogram below counts every row"
    display.picture("png")
    assert [text.get_text() for text in display.axes_[0].get_legend().get_texts()] == ["perfect", *display.drawn]


def test_calibration_of_three_classes_has_a_curve_for_each(iris: TableModel) -> None:
    assert list(CalibrationDisplay.from_estimator(iris, "iris").predicted) == list(iris.target.classes)


def test_predictions_and_residuals_in_the_users_unit(diabetes: TableModel) -> None:
    display = PredictionDisplay.from_estimator(diabetes, "diabetes", kind="residuals")
    np.testing.assert_allclose(display.predicted, diabetes.predict("diabetes"), rtol=1e-6)
    assert display.truth.max() == 346
    root = diabetes.evaluate("diabetes")["RMSE"].value
    assert f"root mean square {root:.4g}" in display.title
    np.testing.assert_allclose(display.residuals, display.truth - display.predicted)
    r2 = diabetes.evaluate("diabetes")["R2"].value
    assert f"R2 {r2:.3g}" in PredictionDisplay.from_estimator(diabetes, "diabetes").title


def test_a_display_for_another_task(iris: TableModel, diabetes: TableModel) -> None:
    with pytest.raises(InvalidInput, match=r"draw its confusion \(ConfusionDisplay\)"):
        PredictionDisplay.from_estimator(iris, "iris")
    for display in (ConfusionDisplay, CalibrationDisplay):
        with pytest.raises(InvalidInput, match=r"draw predictions \(PredictionDisplay\)"):
            display.from_estimator(diabetes, "diabetes")
    with pytest.raises(InvalidInput, match="at least one"):
        PredictionDisplay.from_predictions([], [])
    PredictionDisplay.from_predictions([1.0], [2.0]).picture()


def test_numbers_carry_the_name_of_the_target() -> None:
    display = PredictionDisplay.from_predictions([1.0, 2.0], [2.0, 3.0], "price").plot()
    assert (display.ax_.get_xlabel(), display.ax_.get_ylabel()) == ("true price", "predicted price")
    assert display.ax_.get_title().startswith("price, predicted against true")
    nameless = PredictionDisplay.from_predictions([1.0, 2.0], [2.0, 3.0]).plot()
    assert nameless.ax_.get_xlabel() == "true" and nameless.ax_.get_title().startswith("Predicted against true")


def test_the_most_frequent_error_of_a_good_classifier_is_seen() -> None:
    matrix = np.array([[990, 10], [0, 1000]])
    _, wrong = ConfusionDisplay(matrix, np.array(["a", "b"])).plot().ax_.images
    assert wrong.norm(0.01) > 0.5
