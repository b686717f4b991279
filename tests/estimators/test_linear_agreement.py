"""Coefficients and costs of the linear models and of scikit-learn's own solvers, on real tables, scaled and unscaled.

Warnings are errors here: a reference that did not converge fails its test too.
"""

from __future__ import annotations

import inspect
from functools import cache
from typing import Any

import numpy as np
import pytest
import sklearn.linear_model as sk
from scipy.special import logsumexp
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris, load_wine
from sklearn.exceptions import ConvergenceWarning
from sklearn.preprocessing import StandardScaler

from glassnet import LinearRegression, LogisticRegression, load, save
from glassnet.errors import InvalidInput

LOADERS = {"cancer": load_breast_cancer, "iris": load_iris, "wine": load_wine}
INTERCEPT = pytest.mark.parametrize("fit_intercept", [True, False], ids=["intercept", "through the origin"])
WEIGHTED = pytest.mark.parametrize("weighted", [False, True], ids=["plain", "weighted"])
SCALED = pytest.mark.parametrize("scaled", [True, False], ids=["scaled", "as it is"])


@cache
def table(name: str, scaled: bool) -> tuple[Any, Any]:
    X, y = load_diabetes(return_X_y=True, scaled=False) if name == "diabetes" else LOADERS[name](return_X_y=True)
    return (StandardScaler().fit_transform(X) if scaled else X), y


def some_weights(y: Any) -> Any:
    return np.random.default_rng(0).uniform(0.2, 3, len(y))


def assert_same_coefficients(mine: Any, other: Any) -> None:
    """To 1e-4 of the largest; zeros are zeros."""
    assert np.shape(mine.coef_) == np.shape(other.coef_)
    assert np.shape(mine.intercept_) == np.shape(other.intercept_)
    largest = np.abs(other.coef_).max()
    np.testing.assert_allclose(mine.coef_, other.coef_, rtol=0, atol=1e-4 * largest)
    np.testing.assert_allclose(mine.intercept_, other.intercept_, rtol=1e-4, atol=1e-4 * largest)
    np.testing.assert_array_equal(np.asarray(mine.coef_) == 0, other.coef_ == 0)


# --- linear -----------------------------------------------------------------------------------------------------------


def line_cost(model: Any, X: Any, y: Any, s: Any, l1: float, l2: float) -> float:
    """``1/2 mean (y^ - y)^2 + l1 |w| + l2/2 |w|^2`` by hand."""
    w = model.coef_
    return 0.5 * np.average((X @ w + model.intercept_ - y) ** 2, weights=s) + l1 * np.abs(w).sum() + l2 / 2 * w @ w


def line_reference(alpha: float, ratio: float, total: float, fit_intercept: bool) -> Any:
    """scikit-learn's class for the penalty; ``total`` is the sum of the weights."""
    if alpha == 0:
        return sk.LinearRegression(fit_intercept=fit_intercept)
    if ratio == 0:
        return sk.Ridge(alpha * total, solver="cholesky", fit_intercept=fit_intercept)
    settings = {"tol": 1e-12, "max_iter": 10**6, "fit_intercept": fit_intercept}
    return sk.Lasso(alpha, **settings) if ratio == 1 else sk.ElasticNet(alpha, l1_ratio=ratio, **settings)


PENALTIES = [(0, 0), (0.3, 0), (30, 0), (0.03, 1), (1, 1), (10, 1), (0.1, 0.5), (2, 0.9)]


@SCALED
@INTERCEPT
@WEIGHTED
@pytest.mark.parametrize(("alpha", "ratio"), PENALTIES)
def test_lines(alpha: float, ratio: float, weighted: bool, fit_intercept: bool, scaled: bool) -> None:
    X, y = table("diabetes", scaled)
    s = some_weights(y) if weighted else None
    l1, l2 = alpha * ratio, alpha * (1 - ratio)
    model = LinearRegression(l1=l1, l2=l2, fit_intercept=fit_intercept).fit(X, y, s)
    other = line_reference(alpha, ratio, len(y) if s is None else s.sum(), fit_intercept).fit(X, y, s)
    assert_same_coefficients(model, other)
    assert line_cost(model, X, y, s, l1, l2) <= line_cost(other, X, y, s, l1, l2) * (1 + 1e-8)


@pytest.mark.parametrize(("l1", "l2"), [(0.5, 0.0), (10.0, 0.0), (0.5, 0.5)])
@INTERCEPT
def test_lines_by_gradient_descent(l1: float, l2: float, fit_intercept: bool) -> None:
    X, y = table("diabetes", True)
    descent = LinearRegression(
        l1=l1,
        l2=l2,
        fit_intercept=fit_intercept,
        solver="gradient_descent",
        learning_rate=0.4,
        max_iter=50_000,
        tol=3e-17,
    )
    ratio = l1 / (l1 + l2)
    assert_same_coefficients(descent.fit(X, y), line_reference(l1 + l2, ratio, len(y), fit_intercept).fit(X, y))


def test_a_lasso_of_more_columns_than_rows() -> None:
    rng = np.random.default_rng(1)
    X = rng.normal(size=(40, 200))
    y = X[:, :5] @ [5.0, -4, 3, -2, 1] + 0.1 * rng.normal(size=40)
    model = LinearRegression(l1=0.1).fit(X, y)
    other = line_reference(0.1, 1, 40, True).fit(X, y)
    assert_same_coefficients(model, other)
    assert 5 <= np.count_nonzero(model.coef_) < 40


def test_where_l1_leaves_nothing() -> None:
    """From ``max |X^T (y - mean)| / m`` on every coefficient is 0, and just below it one is not."""
    X, y = table("diabetes", True)
    most = np.abs(X.T @ (y - y.mean())).max() / len(y)
    assert not LinearRegression(l1=most * 1.001).fit(X, y).coef_.any()
    assert np.count_nonzero(LinearRegression(l1=most * 0.999).fit(X, y).coef_) == 1


# --- logistic ---------------------------------------------------------------------------------------------------------


def logistic_cost(model: Any, X: Any, y: Any, s: Any, C: float, ratio: float) -> float:
    """``C sum s loss + ratio |W| + (1 - ratio)/2 |W|^2`` by hand."""
    W, Z = model.coef_, X @ model.coef_.T + model.intercept_
    Z = np.column_stack([np.zeros(len(y)), Z]) if len(W) == 1 else Z
    losses = logsumexp(Z, axis=1) - Z[np.arange(len(y)), y]
    return C * (s @ losses) + ratio * np.abs(W).sum() + (1 - ratio) / 2 * (W * W).sum()


def logistic_reference(C: float, ratio: float, solver: str, **settings: Any) -> Any:
    """With the penalty spelt as the installed scikit-learn wants it (``l1_ratio`` alone from 1.8 on)."""
    spelt = {0: {"penalty": "l2"}, 1: {"penalty": "l1"}}.get(ratio, {"penalty": "elasticnet", "l1_ratio": ratio})
    if inspect.signature(sk.LogisticRegression).parameters["penalty"].default == "deprecated":
        spelt = {"l1_ratio": ratio}
    tol = {"newton-cholesky": 1e-12}.get(solver, 1e-10)
    return sk.LogisticRegression(C=C, solver=solver, tol=tol, max_iter=20_000, random_state=0, **spelt, **settings)


def assert_logistic_agrees(name: str, scaled: bool, C: float, ratio: float, solver: str, **settings: Any) -> None:
    """Without weights, and with sample and balanced class weights together."""
    X, y = table(name, scaled)
    for s, class_weight in ((None, None), (some_weights(y), "balanced")):
        model = LogisticRegression(C=C, l1_ratio=ratio, class_weight=class_weight, **settings).fit(X, y, s)
        other = logistic_reference(C, ratio, solver, class_weight=class_weight, **settings).fit(X, y, s)
        other.intercept_ = np.atleast_1d(other.intercept_)  # liblinear's is a number where there is none
        assert_same_coefficients(model, other)
        total = np.ones(len(y)) if s is None else s * balanced(y, s)
        assert logistic_cost(model, X, y, total, C, ratio) <= logistic_cost(other, X, y, total, C, ratio) * (1 + 1e-8)


def balanced(y: Any, s: Any) -> Any:
    """Class weights by hand: the weight of all over k times that of the class."""
    of_class = np.bincount(y, s)
    return (s.sum() / (len(of_class) * of_class))[y]


@SCALED
@INTERCEPT
@pytest.mark.parametrize("C", [0.01, 1.0, 100.0])
@pytest.mark.parametrize("name", LOADERS)
def test_logistic_l2(name: str, C: float, fit_intercept: bool, scaled: bool) -> None:
    assert_logistic_agrees(name, scaled, C, 0, "newton-cholesky", fit_intercept=fit_intercept)


@INTERCEPT
@pytest.mark.parametrize(("C", "ratio"), [(0.1, 1), (0.3, 0.5), (0.01, 0.5)])
@pytest.mark.parametrize("name", LOADERS)
def test_logistic_l1_and_elastic_net(name: str, C: float, ratio: float, fit_intercept: bool) -> None:
    lasso = ratio == 1 and name == "cancer" and not fit_intercept  # for which saga takes 18,000 epochs
    solver = "liblinear" if lasso else "saga"
    assert_logistic_agrees(name, True, C, ratio, solver, fit_intercept=fit_intercept)


@pytest.mark.parametrize("C", [1.0, 10.0])
def test_logistic_l1_and_liblinear(C: float) -> None:
    """Which penalises an intercept, so there is none."""
    assert_logistic_agrees("cancer", True, C, 1, "liblinear", fit_intercept=False)


@INTERCEPT
@pytest.mark.parametrize(("C", "ratio"), [(0.1, 1), (0.01, 0.5)])
def test_logistic_l1_unscaled(C: float, ratio: float, fit_intercept: bool) -> None:
    """Iris' columns differ little enough for saga."""
    assert_logistic_agrees("iris", False, C, ratio, "saga", fit_intercept=fit_intercept)


@pytest.mark.parametrize("fit_intercept", [True, False])
@pytest.mark.parametrize(("C", "ratio"), [(0.1, 1.0), (1.0, 1.0), (1.0, 0.5)])
@pytest.mark.parametrize("name", ["cancer", "wine"])
def test_logistic_l1_where_saga_does_not_arrive(name: str, C: float, ratio: float, fit_intercept: bool) -> None:
    """Unscaled tables: what holds at the bottom and nowhere else (Karush, Kuhn, Tucker) holds here, column by column:
    the slope of the losses and L2 is ``-sign(w)`` times L1's strength, or no larger than that where w is 0."""
    X, y = table(name, False)
    model = LogisticRegression(C=C, l1_ratio=ratio, fit_intercept=fit_intercept).fit(X, y)
    k, W = len(model.classes_), model.coef_
    error = model.predict_proba(X) - np.eye(k)[y]
    error = error[:, 1:] if k == 2 else error
    slope = C * error.T @ X + (1 - ratio) * W
    size = X.std(axis=0) if fit_intercept else np.sqrt((X**2).mean(axis=0))
    unit = C * len(y) * size  # of a slope in the column's own units
    assert np.abs((slope + ratio * np.sign(W)) / unit)[W != 0].max() < 1e-7
    assert ((np.abs(slope) - ratio) / unit)[W == 0].max() < 1e-7
    assert np.abs(error.mean(axis=0)).max() < 1e-7 or not fit_intercept
    assert 0 < np.count_nonzero(W) < W.size


@pytest.mark.parametrize("ratio", [0.5, 1.0])
def test_logistic_by_gradient_descent(ratio: float) -> None:
    X, y = table("wine", True)
    descent = LogisticRegression(
        C=0.1, l1_ratio=ratio, solver="gradient_descent", learning_rate=0.4, max_iter=20_000, tol=3e-17
    )
    assert_same_coefficients(descent.fit(X, y), logistic_reference(0.1, ratio, "saga").fit(X, y))


def test_mini_batches_know_the_whole_penalty() -> None:
    """C weighs all examples, whatever part of them a step sees."""
    X, y = table("wine", True)
    settings = {"C": 0.05, "solver": "sgd", "learning_rate": 0.003, "max_iter": 1000, "tol": 0.0, "random_state": 0}
    with pytest.warns(ConvergenceWarning, match="raise max_iter"):
        model = LogisticRegression(batch_size=20, **settings).fit(X, y)
    whole = LogisticRegression(C=0.05).fit(X, y)
    np.testing.assert_allclose(model.coef_, whole.coef_, atol=0.03 * np.abs(whole.coef_).max())


# --- refusals, warnings, files ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", [LinearRegression(l1=0.1), LogisticRegression(l1_ratio=0.5)])
def test_solvers_that_cannot_stay_at_zero_refuse_l1(model: Any) -> None:
    X, y = table("iris", True)
    with pytest.raises(InvalidInput, match=r"exactly 0 \(seen: solver='adam'\).*'gradient_descent'"):
        model.set_params(solver="adam").fit(X, y)


def test_without_a_penalty_the_ratio_means_nothing() -> None:
    X, y = table("iris", True)
    X, y = X[50:, :2], y[50:] - 1
    model = LogisticRegression(C=np.inf, l1_ratio=1.0, solver="adam", learning_rate=0.1, max_iter=5000).fit(X, y)
    np.testing.assert_allclose(model.coef_, LogisticRegression(C=np.inf).fit(X, y).coef_, rtol=1e-3)


@pytest.mark.parametrize("solver", ["lbfgs", "gradient_descent"])
def test_stopping_short_of_the_bottom_is_warned_of(solver: str) -> None:
    X, y = table("cancer", True)
    for model in (LinearRegression(l1=0.01), LogisticRegression(l1_ratio=1.0)):
        with pytest.warns(ConvergenceWarning, match=r"Maximum iterations \(4\) reached"):
            model.set_params(solver=solver, max_iter=4).fit(X, y)
        assert model.n_iter_ == 4


def test_the_cost_recorded_is_the_cost() -> None:
    """The split of the weights does not show."""
    X, y = table("diabetes", True)
    for settings in ({}, {"solver": "gradient_descent", "max_iter": 20_000, "learning_rate": 0.4}):
        model = LinearRegression(l1=2.0, l2=0.1, **settings).fit(X, y)
        cost = line_cost(model, X, y, None, 2.0, 0.1)
        assert model.history_["cost"][-1] * y.var() == pytest.approx(cost, rel=1e-6)


@pytest.mark.parametrize(
    "model",
    [
        LinearRegression(l1=1.0, fit_intercept=False),
        LogisticRegression(C=0.1, l1_ratio=1.0, fit_intercept=False, class_weight="balanced"),
        LogisticRegression(C=0.1, l1_ratio=0.5, solver="gradient_descent", learning_rate=0.4, warm_start=True),
    ],
    ids=["linear", "logistic", "descent"],
)
def test_files_keep_zeros_and_settings(model: Any, tmp_path: Any) -> None:
    X, y = table("wine", True)
    save(model.fit(X, y), tmp_path / "model.safetensors")
    loaded = load(tmp_path / "model.safetensors")
    np.testing.assert_array_equal(loaded.coef_, model.coef_)
    np.testing.assert_array_equal(loaded.intercept_, model.intercept_)
    np.testing.assert_array_equal(loaded.predict(X), model.predict(X))
    assert loaded.get_params() == model.get_params()
    assert (loaded.coef_ == 0).any()
