"""scikit-learn's displays draw our networks: what is in the picture is what the network says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes
from sklearn.inspection import DecisionBoundaryDisplay, PartialDependenceDisplay
from sklearn.metrics import RocCurveDisplay, roc_auc_score
from sklearn.model_selection import LearningCurveDisplay, learning_curve
from sklearn.preprocessing import scale

from glassnet import MLPClassifier, MLPRegressor

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
QUICK: dict[str, Any] = {"hidden_layer_sizes": (8,), "max_iter": 40, "random_state": 0, "learning_rate_init": 0.02}


@pytest.fixture(autouse=True)
def no_window() -> Iterator[None]:
    matplotlib.use("Agg")
    yield
    import matplotlib.pyplot as plt

    plt.close("all")


@pytest.fixture
def cancer() -> tuple[Any, Any]:
    X, y = load_breast_cancer(return_X_y=True)
    return scale(X)[:, :2], np.array(["malignant", "benign"])[y]


@pytest.mark.parametrize("method", ["predict", "predict_proba", "decision_function"])
def test_decision_boundary(cancer: tuple[Any, Any], method: str) -> None:
    X, y = cancer
    model = MLPClassifier(**QUICK).fit(X, y)
    display = DecisionBoundaryDisplay.from_estimator(model, X, grid_resolution=5, response_method=method)
    grid = np.column_stack([display.xx0.ravel(), display.xx1.ravel()])
    expected = getattr(model, method)(grid)
    if method == "predict":
        expected = np.searchsorted(model.classes_, expected)
    drawn = display.response.reshape(expected.shape[0], -1)
    np.testing.assert_allclose(drawn[:, -1], expected.reshape(expected.shape[0], -1)[:, -1], rtol=1e-12)


def test_partial_dependence() -> None:
    """The line is the mean of the predictions with one column set; the thin ones are those of each row."""
    frame, y = load_diabetes(return_X_y=True, as_frame=True)
    frame, y = pd.DataFrame(scale(frame), columns=frame.columns), scale(y)
    model = MLPRegressor(**QUICK).fit(frame, y)
    display = PartialDependenceDisplay.from_estimator(
        model, frame, ["bmi", ("bmi", "bp")], kind=["both", "average"], grid_resolution=6, subsample=10, random_state=0
    )
    thin, thick = display.lines_[0, 0][0], display.lines_[0, 0][-1]
    grid, mean = thick.get_xdata(), thick.get_ydata()
    expected = [model.predict(frame.assign(bmi=bmi)).mean() for bmi in grid]
    np.testing.assert_allclose(mean, expected, rtol=1e-12)
    curves = np.array([model.predict(frame.assign(bmi=bmi)) for bmi in grid]).T
    assert np.isclose(curves, thin.get_ydata(), rtol=1e-12).all(axis=1).sum() == 1
    assert display.contours_[0, 1].levels.size > 1


def test_roc_curve_and_learning_curve(cancer: tuple[Any, Any]) -> None:
    X, y = cancer
    model = MLPClassifier(**QUICK)
    roc = RocCurveDisplay.from_estimator(model.fit(X, y), X, y, pos_label="malignant")
    area = np.trapezoid(roc.line_.get_ydata(), roc.line_.get_xdata())
    assert area == pytest.approx(roc_auc_score(y == "malignant", model.predict_proba(X)[:, 1]))
    assert area > 0.9
    display = LearningCurveDisplay.from_estimator(model, X, y, train_sizes=[60, 120], cv=3)
    sizes, scores, _ = learning_curve(model, X, y, train_sizes=[60, 120], cv=3)
    assert display.lines_[0].get_xdata().tolist() == sizes.tolist() == [60, 120]
    np.testing.assert_allclose(display.lines_[0].get_ydata(), scores.mean(axis=1), rtol=1e-12)
