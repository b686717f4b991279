"""Linear regression: the least-squares line in the user's own units (workshop, rows 1 and 3): L-BFGS, descent."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.sparse
from sklearn.datasets import load_diabetes
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import Lasso, Ridge

from glassnet import LinearRegression
from glassnet.estimators.warnings import DivergenceWarning
from glassnet.network.layers import Dense
from glassnet.pieces.optimizers import OPTIMIZERS

DESCENT = {"solver": "gradient_descent", "learning_rate": 0.5, "max_iter": 50_000, "tol": 3e-17}
BOTH = pytest.mark.parametrize("solver", [{}, DESCENT], ids=["lbfgs", "gradient descent"])


def least_squares(X: Any, y: Any, weights: Any = None) -> Any:
    """Coefficients with the intercept last."""
    root = np.sqrt(np.ones(len(X)) if weights is None else weights)[:, None]
    return np.linalg.lstsq(np.column_stack([X, np.ones(len(X))]) * root, (y.T * root[:, 0]).T, rcond=None)[0]


def found(model: LinearRegression) -> Any:
    return np.vstack(
        [np.transpose(model.coef_).reshape(-1, np.size(model.intercept_)), np.atleast_1d(model.intercept_)]
    )


@pytest.fixture
def houses() -> tuple[Any, Any]:
    """Bedrooms, bathrooms, square feet; dollars. One of them is the workshop's: 5 bedrooms, 3 bathrooms, 3000 sq ft."""
    rng = np.random.default_rng(3)
    m = 60
    bedrooms = rng.integers(1, 7, m)
    bathrooms = np.clip(bedrooms - rng.integers(0, 4, m), 1, None)
    feet = (450 * bedrooms + 200 * bathrooms + rng.normal(0, 350, m)).clip(400).round()
    X = np.column_stack([bedrooms, bathrooms, feet]).astype(float)
    X[0] = 5, 3, 3000
    return X, X @ [12_000, 9_500, 130] + 40_000 + rng.normal(0, 15_000, m).round()


@BOTH
def test_house_prices(solver: dict[str, Any], houses: tuple[Any, Any]) -> None:
    """Workshop, row 3: from unscaled inputs, `z = 5 w1 + 3 w2 + 3000 w3 + b` with w and b in dollars."""
    X, y = houses
    model = LinearRegression(**solver).fit(X, y)
    expected = least_squares(X, y)
    np.testing.assert_allclose(found(model)[:, 0], expected, rtol=1e-6)
    w, b = model.coef_, model.intercept_
    assert isinstance(b, float)
    z = 5 * w[0] + 3 * w[1] + 3000 * w[2] + b
    assert model.predict([[5, 3, 3000]])[0] == pytest.approx(z, rel=1e-12)
    assert z == pytest.approx(expected @ [5, 3, 3000, 1], rel=1e-8)
    assert model.score(X, y) > 0.9


@BOTH
def test_a_line(solver: dict[str, Any]) -> None:
    """Workshop, row 1: `f^ = theta0 + theta1 x`."""
    x = np.array([0.0, 1.0, 2.0, 3.0, 4.0])
    y = np.array([1.1, 2.9, 5.2, 6.8, 9.0])
    model = LinearRegression(**solver).fit(x[:, None], y)
    theta1, theta0 = np.polyfit(x, y, 1)
    assert model.coef_[0] == pytest.approx(theta1, rel=1e-9)
    assert model.intercept_ == pytest.approx(theta0, rel=1e-9)


@BOTH
def test_sample_weights(solver: dict[str, Any], houses: tuple[Any, Any]) -> None:
    X, y = houses
    w = np.random.default_rng(0).integers(0, 4, len(y)).astype(float)
    weighted = LinearRegression(**solver).fit(X, y, sample_weight=w)
    np.testing.assert_allclose(found(weighted)[:, 0], least_squares(X, y, w), rtol=1e-6)
    repeated = LinearRegression(**solver).fit(np.repeat(X, w.astype(int), axis=0), np.repeat(y, w.astype(int)))
    np.testing.assert_allclose(repeated.coef_, weighted.coef_, rtol=1e-6)


def test_several_outputs_of_different_size(houses: tuple[Any, Any]) -> None:
    X, y = houses
    Y = np.column_stack([y, X[:, 0] / 1000 + 1e-9 * y, -y])
    model = LinearRegression().fit(X, Y)
    assert model.coef_.shape == (3, 3)
    assert model.intercept_.shape == (3,)
    np.testing.assert_allclose(found(model), least_squares(X, Y), rtol=1e-5)
    np.testing.assert_allclose(model.predict(X), np.column_stack([X, np.ones(60)]) @ least_squares(X, Y), rtol=1e-6)


def test_real_tables() -> None:
    X, y = load_diabetes(return_X_y=True, scaled=False)
    np.testing.assert_allclose(found(LinearRegression().fit(X, y))[:, 0], least_squares(X, y), rtol=1e-5)


@pytest.mark.parametrize("name", ["momentum", "nesterov", "adam", "rmsprop", "adamw"])
def test_any_optimizer_of_the_table(name: str, houses: tuple[Any, Any]) -> None:
    assert name in OPTIMIZERS
    X, y = houses
    model = LinearRegression(solver=name, learning_rate=0.01, max_iter=4000, random_state=0).fit(X, y)
    assert model.score(X, y) > LinearRegression().fit(X, y).score(X, y) - 0.01


def test_mini_batches(houses: tuple[Any, Any]) -> None:
    X, y = houses
    model = LinearRegression(solver="sgd", batch_size=10, learning_rate=0.02, max_iter=500, random_state=0).fit(X, y)
    assert model.score(X, y) > LinearRegression().fit(X, y).score(X, y) - 0.01
    assert model.n_iter_ < 500


# --- penalties --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("l2", [1e-3, 0.3, 1e3])
def test_l2_is_ridge_in_the_users_units(l2: float, houses: tuple[Any, Any]) -> None:
    X, y = houses
    ridge = Ridge(alpha=l2 * len(y), tol=1e-12, solver="cholesky").fit(X, y)
    model = LinearRegression(l2=l2).fit(X, y)
    np.testing.assert_allclose(model.coef_, ridge.coef_, rtol=1e-5)
    assert model.intercept_ == pytest.approx(ridge.intercept_, rel=1e-5)


def test_l2_of_several_outputs(houses: tuple[Any, Any]) -> None:
    X, y = houses
    Y = np.column_stack([y, 1e-3 * y[::-1]])
    ridge = Ridge(alpha=0.3 * len(y), solver="cholesky").fit(X, Y)
    np.testing.assert_allclose(LinearRegression(l2=0.3).fit(X, Y).coef_, ridge.coef_, rtol=1e-5)


def test_l1_is_the_lasso_also_of_several_outputs() -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(100, 4)) * [1, 10, 1, 0.1]
    Y = X @ rng.normal(size=(4, 2)) * [1, 50] + rng.normal(size=(100, 2))
    lasso = Lasso(alpha=0.1, tol=1e-14, max_iter=10**6).fit(X, Y)
    model = LinearRegression(l1=0.1).fit(X, Y)
    np.testing.assert_allclose(model.coef_, lasso.coef_, atol=1e-6 * np.abs(lasso.coef_).max())
    np.testing.assert_array_equal(model.coef_ == 0, lasso.coef_ == 0)


# --- tables that are hard or strange ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [scipy.sparse.csr_matrix, scipy.sparse.csc_array])
def test_sparse_is_dense(kind: Any) -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(80, 6)) * (rng.random((80, 6)) < 0.3) * [1, 1, 100, 1, 0.01, 1]
    y = X @ rng.normal(size=6) + 3 + 0.1 * rng.normal(size=80)
    sparse, dense = LinearRegression().fit(kind(X), y), LinearRegression().fit(X, y)
    np.testing.assert_allclose(found(sparse), found(dense), rtol=1e-4)
    np.testing.assert_allclose(sparse.predict(kind(X)), sparse.predict(X), rtol=1e-9)


@BOTH
def test_collinear_columns_share(solver: dict[str, Any], houses: tuple[Any, Any]) -> None:
    """Square feet and square metres: predictions are those without the copy, coefficients stay sane."""
    X, y = houses
    both = np.column_stack([X, X[:, 2] * 0.0929])
    model = LinearRegression(**solver).fit(both, y)
    np.testing.assert_allclose(model.predict(both), np.column_stack([X, np.ones(60)]) @ least_squares(X, y), rtol=1e-5)
    assert np.abs(model.coef_ * both.std(axis=0)).max() < 10 * y.std()
    # Neither is favoured: started from zero, standardized columns that are equal get equal weights.
    assert model.coef_[2] * X[:, 2].std() == pytest.approx(model.coef_[3] * both[:, 3].std(), rel=1e-6)


@BOTH
def test_a_constant_column_gets_nothing(solver: dict[str, Any], houses: tuple[Any, Any]) -> None:
    X, y = houses
    for constant in (0.0, 7.0, 1e9, -0.1):
        model = LinearRegression(**solver).fit(np.column_stack([X, np.full(60, constant)]), y)
        np.testing.assert_allclose(model.coef_[:3], least_squares(X, y)[:3], rtol=1e-6)
        assert abs(model.coef_[3] * constant) <= 1e-6 * abs(y).max()


def test_a_constant_target(houses: tuple[Any, Any]) -> None:
    model = LinearRegression().fit(houses[0], np.full(60, 7.5))
    np.testing.assert_array_equal(model.coef_, 0)
    assert model.intercept_ == 7.5


def test_more_columns_than_rows() -> None:
    """Every line through the points is as good; the shortest is found, since it starts from zero."""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(5, 12)), rng.normal(size=5)
    model = LinearRegression().fit(X, y)
    np.testing.assert_allclose(model.predict(X), y, atol=1e-6)
    S = (X - X.mean(axis=0)) / X.std(axis=0)
    shortest = np.linalg.pinv(S) @ (y - y.mean())
    np.testing.assert_allclose(model.coef_ * X.std(axis=0), shortest, atol=1e-6)


def test_two_rows() -> None:
    model = LinearRegression().fit([[1.0], [3.0]], [10.0, 20.0])
    assert model.coef_.tolist() == pytest.approx([5])
    assert model.intercept_ == pytest.approx(5)


@pytest.mark.parametrize("scale", [1e-12, 1e12])
def test_any_unit(scale: float, houses: tuple[Any, Any]) -> None:
    X, y = houses
    plain = LinearRegression().fit(X, y)
    np.testing.assert_allclose(LinearRegression().fit(X * scale, y).coef_ * scale, plain.coef_, rtol=1e-6)
    np.testing.assert_allclose(LinearRegression().fit(X, y * scale).coef_ / scale, plain.coef_, rtol=1e-6)


def test_far_from_zero() -> None:
    """Years: a large mean with a small spread."""
    year = np.arange(1990.0, 2020.0)
    y = 3 * (year - 2000) + np.sin(year)
    slope, start = np.polyfit(year - 2000, y, 1)
    model = LinearRegression().fit(year[:, None], y)
    assert model.coef_[0] == pytest.approx(slope, rel=1e-7)
    assert model.predict([[2000.0]])[0] == pytest.approx(start, rel=1e-6)


def test_too_few_epochs_are_warned_of(houses: tuple[Any, Any]) -> None:
    with pytest.warns(ConvergenceWarning, match="raise max_iter"):
        LinearRegression(solver="gradient_descent", max_iter=5).fit(*houses)


def test_too_large_a_rate_is_warned_of(houses: tuple[Any, Any]) -> None:
    """Workshop, row 16: an alpha too large diverges, to the infinite or until patience ends; a warning says so."""
    for rate, said in (
        (3.0, r"the cost rose from .* to .* \(try: lower learning_rate from 3 to 0\.3\)"),
        (1e9, "training diverged at step"),
    ):
        with pytest.warns(DivergenceWarning, match=said):
            model = LinearRegression(solver="gradient_descent", learning_rate=rate, max_iter=5000).fit(*houses)
        assert np.isfinite(model.coef_).all()


# --- through the origin -----------------------------------------------------------------------------------------------


@BOTH
def test_through_the_origin(solver: dict[str, Any]) -> None:
    X, y = load_diabetes(return_X_y=True, scaled=False)
    X = X[:, [2, 3]] - X[:, [2, 3]].mean(axis=0) + 5  # away from the origin: a line that had an intercept would use it
    model = LinearRegression(fit_intercept=False, **solver).fit(X, y)
    np.testing.assert_allclose(model.coef_, np.linalg.lstsq(X, y, rcond=None)[0], rtol=1e-6)
    assert model.intercept_ == 0.0
    assert model.predict(np.zeros((1, 2))).tolist() == [0.0]


def test_through_the_origin_a_constant_column_is_the_intercept(houses: tuple[Any, Any]) -> None:
    X, y = houses
    model = LinearRegression(fit_intercept=False).fit(np.column_stack([X, np.ones(60)]), y)
    np.testing.assert_allclose(model.coef_, least_squares(X, y), rtol=1e-6)


def test_what_is_kept_of_a_line_through_the_origin_is_a_plain_layer(houses: tuple[Any, Any]) -> None:
    model = LinearRegression(fit_intercept=False).fit(*houses)
    assert [type(layer) for layer in model.network_.declared_layers] == [Dense]
    assert model.parameters_.b[1].tolist() == [0.0]
