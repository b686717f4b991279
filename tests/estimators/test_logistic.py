"""Logistic regression (workshop, row 4): a probability, a threshold, and a reference solver that agrees."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.sparse
import sklearn.linear_model
from sklearn.datasets import load_breast_cancer, load_iris, load_wine

from glassnet import LogisticRegression
from glassnet.errors import InvalidInput

TABLES = {"binary": load_breast_cancer, "iris": load_iris, "wine": load_wine}


def reference(C: float = 1.0) -> Any:
    """Newton's method: another algorithm, run to its end."""
    return sklearn.linear_model.LogisticRegression(C=C, solver="newton-cholesky", tol=1e-12, max_iter=1000)


def assert_agrees(mine: LogisticRegression, other: Any, X: Any) -> None:
    for name in ("coef_", "intercept_"):
        got, expected = getattr(mine, name), getattr(other, name)
        assert got.shape == expected.shape
        np.testing.assert_allclose(got, expected, rtol=1e-4, atol=1e-4 * np.abs(expected).max())
    np.testing.assert_allclose(mine.predict_proba(X), other.predict_proba(X), atol=1e-6)
    np.testing.assert_array_equal(mine.predict(X), other.predict(X))
    np.testing.assert_allclose(mine.decision_function(X), other.decision_function(X), rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("C", [0.01, 1.0, 10.0])
@pytest.mark.parametrize("table", TABLES)
def test_agrees_on_real_tables_as_they_are(table: str, C: float) -> None:
    """Unscaled: wine's proline is 278 ... 1680, breast cancer's fractal dimension error 0.001 ... 0.03."""
    X, y = TABLES[table](return_X_y=True)
    assert_agrees(LogisticRegression(C=C).fit(X, y), reference(C).fit(X, y), X)


def test_can_we_afford_the_house() -> None:
    """Workshop, row 4: `z = w.x + b`, `a = sigma(z)`, compared with one half."""
    rng = np.random.default_rng(0)
    X = np.column_stack([rng.integers(1, 7, 80), rng.integers(1, 5, 80), rng.uniform(500, 4000, 80)])
    price = X @ [12_000, 9_500, 130] + rng.normal(0, 60_000, 80)
    afford = np.where(price < 350_000, "yes", "no")
    model = LogisticRegression(C=np.inf).fit(X, afford)
    z = X @ model.coef_[0] + model.intercept_[0]
    p = model.predict_proba(X)[:, 1]
    np.testing.assert_allclose(p, 1 / (1 + np.exp(-z)), rtol=1e-9)
    assert ((p > 0) & (p < 1)).all()
    np.testing.assert_array_equal(model.predict(X), np.where(p > 0.5, "yes", "no"))
    np.testing.assert_array_equal(model.predict(X) == "yes", z > 0)
    assert_agrees(model, reference(np.inf).fit(X, afford), X)
    assert model.score(X, afford) > 0.8


def test_without_a_penalty_the_slope_vanishes() -> None:
    """At the bottom `X^T (a - y) = 0`: what the workshop's gradient says."""
    X, y = load_iris(return_X_y=True)
    X, y = X[50:, :2], y[50:] - 1
    model = LogisticRegression(C=np.inf).fit(X, y)
    error = model.predict_proba(X)[:, 1] - y
    np.testing.assert_allclose(X.T @ error, 0, atol=1e-4)
    assert error.sum() == pytest.approx(0, abs=1e-4)


@pytest.mark.parametrize("C", [0.1, 1.0])
def test_by_gradient_descent(C: float) -> None:
    X, y = load_wine(return_X_y=True)
    model = LogisticRegression(
        C=C, solver="gradient_descent", learning_rate=1.0, max_iter=20_000, tol=3e-17, random_state=0
    ).fit(X, y)
    assert_agrees(model, reference(C).fit(X, y), X)


@pytest.mark.parametrize("table", TABLES)
def test_sample_weights(table: str) -> None:
    X, y = TABLES[table](return_X_y=True)
    w = np.random.default_rng(0).integers(0, 4, len(y)).astype(float)
    assert_agrees(LogisticRegression().fit(X, y, w), reference().fit(X, y, w), X)
    repeated = LogisticRegression().fit(np.repeat(X, w.astype(int), axis=0), np.repeat(y, w.astype(int)))
    assert_agrees(repeated, reference().fit(X, y, w), X)


@pytest.mark.parametrize("kind", [scipy.sparse.csr_matrix, scipy.sparse.csc_array])
def test_sparse(kind: Any) -> None:
    X, y = load_wine(return_X_y=True)
    X = X * (np.median(X, axis=0) < X)
    model = LogisticRegression().fit(kind(X), y)
    assert_agrees(model, reference().fit(X, y), X)
    np.testing.assert_allclose(model.predict_proba(kind(X)), model.predict_proba(X), rtol=1e-9)


def test_collinear_and_constant_columns() -> None:
    X, y = load_iris(return_X_y=True)
    X = np.column_stack([X, X[:, 0], 3 * X[:, 1], np.full(150, 5.0)])
    model = LogisticRegression().fit(X, y)
    assert_agrees(model, reference().fit(X, y), X)
    np.testing.assert_allclose(model.coef_[:, -1], 0, atol=1e-8)


def test_one_column() -> None:
    X, y = load_iris(return_X_y=True)
    assert_agrees(LogisticRegression().fit(X[:, :1], y), reference().fit(X[:, :1], y), X[:, :1])


def test_more_columns_than_rows() -> None:
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(10, 30)), np.arange(10) % 2
    assert_agrees(LogisticRegression().fit(X, y), reference().fit(X, y), X)


def test_classes_that_a_line_separates() -> None:
    """Without a penalty the best slope is infinite; whatever is found is finite and right."""
    X = np.array([[0.0], [1.0], [2.0], [3.0]])
    model = LogisticRegression(C=np.inf).fit(X, [0, 0, 1, 1])
    assert np.isfinite(model.coef_).all()
    assert model.predict(X).tolist() == [0, 0, 1, 1]
    p = model.predict_proba(X)
    assert (p >= 0).all()
    assert (p <= 1).all()


@pytest.mark.parametrize("labels", [["no", "yes"], [-1, 1], [True, False], [2.0, 5.0]], ids=str)
def test_labels_of_any_kind(labels: list[Any]) -> None:
    X = np.linspace(-1, 1, 20)[:, None]
    y = np.array(labels)[(X[:, 0] > 0.1).astype(int)]
    model = LogisticRegression().fit(X, y)
    assert model.classes_.tolist() == sorted(labels)
    assert set(model.predict(X).tolist()) == set(labels)
    assert model.predict(X).dtype == y.dtype


# --- weights of classes, warm starts ----------------------------------------------------------------------------------


@pytest.mark.parametrize("table", TABLES)
def test_class_weights_multiply_sample_weights(table: str) -> None:
    X, y = TABLES[table](return_X_y=True)
    w = np.random.default_rng(0).uniform(0.5, 2, len(y))
    by_hand = LogisticRegression().fit(X, y, w * np.where(y == 1, 3.0, 1.0))
    model = LogisticRegression(class_weight={1: 3.0}).fit(X, y, w)
    np.testing.assert_allclose(model.coef_, by_hand.coef_, rtol=1e-9)
    for class_weight in ({1: 3.0}, "balanced"):
        other = reference().set_params(class_weight=class_weight)
        assert_agrees(LogisticRegression(class_weight=class_weight).fit(X, y), other.fit(X, y), X)
        assert_agrees(LogisticRegression(class_weight=class_weight).fit(X, y, w), other.fit(X, y, w), X)


@pytest.mark.parametrize("heavy", [[1], [0, 2]], ids=str)
def test_balanced_classes_of_which_some_weigh_nothing(heavy: list[int]) -> None:
    """What is left out by its weight changes nothing; scikit-learn's divides by 0 here, and learns nothing."""
    X, y = load_iris(return_X_y=True)
    weights = np.isin(y, heavy).astype(float)
    model = LogisticRegression(class_weight="balanced").fit(X, y, sample_weight=weights)
    assert np.isfinite(model.coef_).all() and set(model.predict(X)) == set(heavy)
    assert model.classes_.tolist() == [0, 1, 2]


def test_balanced_classes_are_those_of_names_too() -> None:
    X, y = load_breast_cancer(return_X_y=True)
    names = np.array(["malignant", "benign"])[y]
    model = LogisticRegression(class_weight="balanced").fit(X, names)
    assert_agrees(model, reference().set_params(class_weight="balanced").fit(X, names), X)


@pytest.mark.parametrize("class_weight", [{"no such": 2.0}, "uneven", 3])
def test_class_weights_of_no_class(class_weight: Any) -> None:
    with pytest.raises(ValueError, match="class_weight"):
        LogisticRegression(class_weight=class_weight).fit([[0.0], [1.0], [2.0]], [0, 1, 1])


@pytest.mark.parametrize("fit_intercept", [True, False])
@pytest.mark.parametrize("l1_ratio", [0.0, 0.5])
def test_a_warm_start_begins_where_the_last_fit_ended(l1_ratio: float, fit_intercept: bool) -> None:
    X, y = load_wine(return_X_y=True)
    model = LogisticRegression(warm_start=True, l1_ratio=l1_ratio, fit_intercept=fit_intercept).fit(X, y)
    coef, cold = model.coef_.copy(), model.n_iter_
    model.fit(X, y)
    np.testing.assert_allclose(model.coef_, coef, atol=1e-6 * np.abs(coef).max())
    assert model.n_iter_ < cold / 3
    fresh = LogisticRegression(C=0.5, l1_ratio=l1_ratio, fit_intercept=fit_intercept).fit(X, y)
    np.testing.assert_allclose(model.set_params(C=0.5).fit(X, y).coef_, fresh.coef_, atol=1e-5 * np.abs(coef).max())


def test_a_warm_start_needs_the_same_columns_and_classes() -> None:
    X, y = load_iris(return_X_y=True)
    model = LogisticRegression(warm_start=True).fit(X, y)
    with pytest.raises(InvalidInput, match=r"warm start .*seen: 4 columns.*now 2 and .*warm_start=False"):
        model.fit(X[:, :2], y)
    with pytest.raises(InvalidInput, match="warm start"):
        model.fit(X[50:], y[50:])


@pytest.mark.parametrize("solver", ["lbfgs", "gradient_descent"])
def test_through_the_origin(solver: str) -> None:
    X, y = load_iris(return_X_y=True)
    model = LogisticRegression(C=0.01, fit_intercept=False, solver=solver, tol=1e-7, learning_rate=0.5)
    np.testing.assert_array_equal(model.fit(X, y).intercept_, np.zeros(3))
    np.testing.assert_allclose(model.predict_proba(np.zeros((1, 4))), 1 / 3)


def test_intercepts_of_several_classes_have_mean_0() -> None:
    X, y = load_wine(return_X_y=True)
    assert LogisticRegression(l1_ratio=1.0).fit(X, y).intercept_.mean() == pytest.approx(0, abs=1e-9)
