"""Warm start as scikit-learn does it: weights, curves and counts go on, the optimizer begins anew."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
import sklearn.neural_network

import glassnet
from glassnet import MLPClassifier, MLPRegressor

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

SETTINGS = [
    {},
    {"solver": "sgd", "learning_rate_init": 0.1},
    {"solver": "sgd", "learning_rate": "adaptive", "learning_rate_init": 0.1, "tol": 0.05, "n_iter_no_change": 2},
    {"tol": 0.02, "n_iter_no_change": 2},
]


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
@pytest.mark.parametrize("kind", ["MLPClassifier", "MLPRegressor"])
def test_three_fits_are_scikit_learns(kind: str, settings: dict[str, Any], iris: tuple[Any, Any]) -> None:
    X, y = iris
    mine, other = (
        getattr(module, kind)((6,), max_iter=7, random_state=0, shuffle=False, warm_start=True, **settings)
        if kind == "MLPClassifier"
        else getattr(module, kind)(
            hidden_layer_sizes=(6,), max_iter=7, random_state=0, shuffle=False, warm_start=True, **settings
        )
        for module in (glassnet, sklearn.neural_network)
    )
    for _ in range(3):
        for model in (mine, other):
            model.fit(X, y)
        assert (mine.n_iter_, mine.t_) == (other.n_iter_, other.t_)
        np.testing.assert_allclose(mine.loss_curve_, other.loss_curve_, rtol=1e-8)
        assert mine.loss_ == pytest.approx(other.loss_, rel=1e-8)
        assert mine.best_loss_ == pytest.approx(other.best_loss_, rel=1e-8)
        for got, expected in zip(mine.coefs_, other.coefs_, strict=True):
            np.testing.assert_allclose(got, expected, rtol=1e-8, atol=1e-9)
    assert mine.history_.epochs == len(mine.history_["seconds"]) == len(mine.loss_curve_)


def test_a_learning_rate_that_falls_falls_on(iris: tuple[Any, Any]) -> None:
    """Where scikit-learn's jumps back for one epoch."""
    model = MLPClassifier((6,), solver="sgd", learning_rate="invscaling", warm_start=True, max_iter=4, random_state=0)
    rates = model.fit(*iris).fit(*iris).history_["learning_rate"]
    np.testing.assert_allclose(rates[1:], 0.001 / (150 * np.arange(1, 8) + 1) ** 0.5)


def test_the_best_of_all_fits_stays(iris: tuple[Any, Any]) -> None:
    model = MLPClassifier((10,), early_stopping=True, warm_start=True, max_iter=30, random_state=0)
    model.set_params(learning_rate_init=0.05).fit(*iris)
    best, scores = model.coefs_[0].copy(), list(model.validation_scores_)
    model.set_params(solver="sgd", learning_rate_init=1e-9).fit(*iris)  # finds nothing better
    assert model.validation_scores_[: len(scores)] == scores
    assert len(model.validation_scores_) > len(scores)
    assert model.best_validation_score_ == max(scores)
    np.testing.assert_array_equal(model.coefs_[0], best)


def test_running_statistics_go_on(iris: tuple[Any, Any]) -> None:
    model = MLPClassifier((5,), normalization="batch", warm_start=True, max_iter=5, random_state=0).fit(*iris)
    before = model.predict_proba(iris[0])
    model.set_params(solver="sgd", learning_rate_init=1e-12, momentum=0, max_iter=1, batch_size=150).fit(*iris)
    # One step moves them a tenth of the way to the batch's own; begun anew they would be far away.
    assert 0 < np.abs(model.predict_proba(iris[0]) - before).max() < 0.04


def test_another_network_cannot_go_on(iris: tuple[Any, Any]) -> None:
    model = MLPClassifier((5,), normalization="layer", warm_start=True, max_iter=2, random_state=0).fit(*iris)
    model.set_params(normalization="batch")  # as many parameters
    with pytest.raises(ValueError, match="warm_start goes on with the network of the fit before"):
        model.fit(*iris)


def test_partial_fit_after_a_warm_start_and_with_another_solver(iris: tuple[Any, Any]) -> None:
    X, y = iris
    model = MLPRegressor(hidden_layer_sizes=(5,), warm_start=True, max_iter=4, random_state=0).fit(X, y).fit(X, y)
    before = model.loss_
    model.partial_fit(X, y)
    assert (len(model.loss_curve_), model.t_, model.n_iter_) == (9, 9 * 150, 1)
    assert model.loss_ < before
    model.set_params(solver="sgd").partial_fit(X, y)
    assert model.loss_ < before
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.set_params(solver="adam").partial_fit(X, y)
    assert len(model.loss_curve_) == 11


def test_initialize_is_fit_before_its_first_step(iris: tuple[Any, Any]) -> None:
    X, y = iris
    names = np.array(["a", "b", "c"])[y]
    model = MLPClassifier((6,), random_state=3, max_iter=5).initialize(X, names)
    peer = sklearn.neural_network.MLPClassifier((6,), random_state=3, max_iter=1, solver="sgd")
    peer.set_params(learning_rate_init=1e-30).fit(X, names)
    for got, expected in zip(model.coefs_, peer.coefs_, strict=True):
        np.testing.assert_array_equal(got, expected)
    assert (model.n_iter_, model.t_, model.loss_curve_) == (0, 0, [])
    assert model.predict(X).dtype.kind == "U"
    first = model.coefs_[0].copy()
    expected = MLPClassifier((6,), random_state=3, max_iter=5, shuffle=False).fit(X, names)
    model.set_params(warm_start=True, shuffle=False).fit(X, names)  # goes on from there
    np.testing.assert_array_equal(model.coefs_[0], expected.coefs_[0])
    np.testing.assert_array_equal(model.initialize(X, names).coefs_[0], first)  # warm start or not
    regressor = MLPRegressor(hidden_layer_sizes=(3,), random_state=0).initialize(X, y)
    assert regressor.predict(X).shape == (150,)
    with pytest.raises(ValueError, match="alpha"):
        MLPRegressor(alpha=-1).initialize(X, y)


def test_initialize_trains_saves_and_says_nothing(iris: tuple[Any, Any], tmp_path: Any, capfd: Any) -> None:
    calls: list[Any] = []
    settings = {"checkpoint": tmp_path / "c", "callbacks": [calls.append], "verbose": True, "progress": True}
    model = MLPClassifier((3,), early_stopping=True, **settings).initialize(*iris)
    assert model.n_iter_ == 0
    assert calls == []
    assert list(tmp_path.iterdir()) == []
    assert capfd.readouterr() == ("", "")
