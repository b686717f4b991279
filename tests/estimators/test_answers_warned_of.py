"""An estimator that gives nearly all rows one answer, because its inputs are not scaled, says so; no other does."""

from __future__ import annotations

import re
import warnings
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_iris, load_wine
from sklearn.exceptions import ConvergenceWarning
from sklearn.preprocessing import scale

from glassnet import LinearRegression, LogisticRegression, MLPClassifier, MLPRegressor


def said(model: Any, X: Any, y: Any) -> list[str]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model.fit(X, y)
    assert all(issubclass(warning.category, ConvergenceWarning) for warning in caught)
    return [str(warning.message) for warning in caught]


def wild(m: int = 300) -> tuple[Any, Any]:
    """Inputs of which the largest says nothing of the class, which the smallest one tells."""
    rng = np.random.default_rng(0)
    X = np.column_stack([rng.normal(0, 1e-3, m), rng.normal(5e5, 2e5, m)])
    return X, np.where(X[:, 0] > 0.0002, "yes", "no")


def test_one_class_for_nearly_all_rows() -> None:
    X, y = wild()
    (text,) = said(MLPClassifier((10,), max_iter=2000, random_state=0), X, y)
    assert re.match(r"the answer is class '(yes|no)' for \d+ % of the rows, though it is true of \d+ %, ", text)
    assert "inputs are not scaled: column " in text and text.endswith(
        "(try: standardize the inputs, as StandardScaler does)."
    )
    assert len(text) <= 300
    assert said(MLPClassifier((10,), max_iter=2000, random_state=0), scale(X), y) == []


def test_one_number_for_all_rows() -> None:
    X, _ = wild()
    y = 1000 * X[:, 0]
    (text,) = said(MLPRegressor(activation="logistic", max_iter=2000, random_state=0), X, y)
    assert text.startswith("the predictions hardly differ: ") and "inputs are not scaled" in text
    assert said(MLPRegressor(hidden_layer_sizes=(10,), max_iter=5000, random_state=1), scale(X), scale(y)) == []


@pytest.mark.parametrize("load", [load_iris, load_wine, load_breast_cancer, load_digits])
@pytest.mark.parametrize("scaled", [False, True], ids=["raw", "scaled"])
def test_classifiers_that_work_are_silent(load: Any, scaled: bool) -> None:
    X, y = load(return_X_y=True)
    warned = said(MLPClassifier((20,), max_iter=3000, random_state=0), scale(X) if scaled else X, y)
    assert not any("the answer is" in text for text in warned)
    assert not any("the answer is" in text for text in said(LogisticRegression(max_iter=50), X, y))


def test_regressors_that_work_are_silent() -> None:
    X, y = load_diabetes(return_X_y=True)
    assert said(MLPRegressor(hidden_layer_sizes=(20,), max_iter=8000, random_state=0), scale(X), scale(y)) == []
    assert said(LinearRegression(), 1e6 * X, 1e6 * y) == []


def test_rows_that_are_nearly_all_of_one_class_are_answered_so() -> None:
    X, _ = wild()
    y = np.arange(300) % 30 == 0
    assert not any("the answer is" in text for text in said(MLPClassifier((5,), max_iter=2000, random_state=0), X, y))


def test_a_constant_target_is_no_fault_of_the_inputs() -> None:
    X, _ = wild()
    warned = said(MLPRegressor(hidden_layer_sizes=(5,), max_iter=2000, random_state=0), X, np.full(300, 2.0))
    assert not any("hardly differ" in text for text in warned)
