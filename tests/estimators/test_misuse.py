"""Misuse is refused as scikit-learn refuses it: an error of the same class, or of one below it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import sklearn.linear_model
import sklearn.neural_network
from sklearn.exceptions import NotFittedError

import glassnet

X = np.random.default_rng(0).normal(size=(12, 3))
CLASSES, NUMBERS = np.arange(12) % 2, X @ [1.0, 2.0, 3.0]

BAD_SETTINGS = [
    {"hidden_layer_sizes": -1},
    {"hidden_layer_sizes": (3, 0)},
    {"hidden_layer_sizes": "wide"},
    {"activation": "rleu"},
    {"solver": "newton"},
    {"alpha": -1},
    {"batch_size": 0},
    {"batch_size": "all"},
    {"learning_rate": "fast"},
    {"learning_rate_init": 0},
    {"power_t": -1},
    {"max_iter": 0},
    {"shuffle": "yes"},
    {"random_state": "seven"},
    {"tol": -1},
    {"momentum": 2},
    {"nesterovs_momentum": 3},
    {"early_stopping": "yes"},
    {"validation_fraction": 1},
    {"beta_1": 1},
    {"beta_2": -0.1},
    {"epsilon": 0},
    {"n_iter_no_change": 0},
    {"max_fun": 0},
]


def error_of(act: Callable[[], Any]) -> type[Exception]:
    with pytest.raises(Exception) as caught:
        act()
    return type(caught.value)


def assert_same_refusal(mine: Callable[[], Any], other: Callable[[], Any]) -> None:
    expected = error_of(other)
    built_in = next(cls for cls in expected.__mro__ if cls.__module__ == "builtins")
    assert issubclass(error_of(mine), built_in)


@pytest.mark.parametrize("settings", BAD_SETTINGS, ids=str)
@pytest.mark.parametrize("kind", ["MLPClassifier", "MLPRegressor"])
def test_settings(kind: str, settings: dict[str, Any]) -> None:
    y = CLASSES if kind == "MLPClassifier" else NUMBERS
    mine, other = (getattr(module, kind)(**settings) for module in (glassnet, sklearn.neural_network))
    with pytest.raises(ValueError, match=next(iter(settings))) as caught:
        mine.fit(X, y)
    assert error_of(lambda: other.fit(X, y)).__name__ == type(caught.value).__name__


def test_the_loss_of_a_regressor() -> None:
    with pytest.raises(ValueError, match="'loss' parameter of MLPRegressor"):
        glassnet.MLPRegressor("absolute").fit(X, NUMBERS)
    with pytest.raises(ValueError, match="out of the valid range"):
        glassnet.MLPRegressor("poisson").fit(X, NUMBERS)


def spoiled(value: float) -> Any:
    Z = X.copy()
    Z[3, 1] = value
    return Z


@pytest.mark.parametrize(
    "rows",
    [
        (X[:, 0], CLASSES),
        (X[None], CLASSES),
        (spoiled(np.nan), CLASSES),
        (spoiled(np.inf), CLASSES),
        (X, CLASSES[:5]),
        (X[:0], CLASSES[:0]),
        (X[:, :0], CLASSES),
        (np.array([["a"] * 3] * 12), CLASSES),
        (X * 1j, CLASSES),
        (X, None),
        (X, np.where(CLASSES, np.nan, 1.0)),
    ],
    ids=["1d", "3d", "nan", "inf", "lengths", "no rows", "no columns", "words", "complex", "no y", "nan in y"],
)
@pytest.mark.parametrize("kind", ["MLPClassifier", "MLPRegressor", "LinearRegression", "LogisticRegression"])
def test_rows(kind: str, rows: tuple[Any, Any]) -> None:
    home = sklearn.neural_network if kind.startswith("MLP") else sklearn.linear_model
    assert_same_refusal(lambda: getattr(glassnet, kind)().fit(*rows), lambda: getattr(home, kind)().fit(*rows))


@pytest.mark.parametrize("kind", ["MLPClassifier", "LogisticRegression"])
@pytest.mark.parametrize("y", [np.linspace(0, 1, 12), np.column_stack([np.arange(12) % 3] * 2)])
def test_labels(kind: str, y: Any) -> None:
    """Numbers that are not labels; several columns of several classes."""
    with pytest.raises(ValueError):
        getattr(glassnet, kind)().fit(X, y)


@pytest.mark.parametrize("sizes", [3.5, (3.0,), [4, 2.5], ["3"], [None]], ids=str)
def test_units_are_whole_numbers(sizes: Any) -> None:
    with pytest.raises((TypeError, ValueError), match="hidden_layer_sizes"):
        glassnet.MLPClassifier(sizes).fit(X, CLASSES)


def test_one_class_is_named() -> None:
    with pytest.raises(ValueError, match=r"at least two classes.*'spam'"):
        glassnet.LogisticRegression().fit(X, ["spam"] * 12)


@pytest.mark.parametrize("weights", [np.ones(5), np.ones((12, 2)), [np.nan] * 12, ["a"] * 12])
@pytest.mark.parametrize("kind", ["MLPClassifier", "MLPRegressor", "LinearRegression", "LogisticRegression"])
def test_weights(kind: str, weights: Any) -> None:
    with pytest.raises(ValueError):
        getattr(glassnet, kind)().fit(X, CLASSES, sample_weight=weights)


@pytest.mark.parametrize("kind", ["MLPClassifier", "MLPRegressor", "LinearRegression", "LogisticRegression"])
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_rows_to_predict(kind: str) -> None:
    quick = {"max_iter": 3} if kind.startswith("MLP") else {}
    model = getattr(glassnet, kind)(**quick)
    with pytest.raises(NotFittedError):
        model.predict(X)
    model.fit(X, CLASSES)
    with pytest.raises(ValueError, match=r"X has 2 features, but .* is expecting 3"):
        model.predict(X[:, :2])
    with pytest.raises(ValueError, match="NaN"):
        model.predict(spoiled(np.nan))
    with pytest.raises(ValueError, match="1D array"):
        model.predict(X[0])
    with pytest.raises(ValueError, match="0 sample"):
        model.predict(X[:0])


def test_too_few_rows_to_hold_out() -> None:
    with pytest.raises(ValueError, match="validation set is too small"):
        glassnet.MLPRegressor(early_stopping=True).fit(X[:5], NUMBERS[:5])


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        ("LinearRegression", {"l1": -1}),
        ("LinearRegression", {"l2": -1}),
        ("LinearRegression", {"solver": "newton"}),
        ("LinearRegression", {"learning_rate": 0}),
        ("LinearRegression", {"batch_size": 0}),
        ("LinearRegression", {"max_iter": 0}),
        ("LogisticRegression", {"C": 0}),
        ("LogisticRegression", {"C": -1.0}),
        ("LogisticRegression", {"tol": -1}),
    ],
    ids=str,
)
def test_settings_of_lines(kind: str, settings: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"The '{next(iter(settings))}' parameter of {kind} must be"):
        getattr(glassnet, kind)(**settings).fit(X, CLASSES)


def test_labels_that_are_missing_are_one_sentence() -> None:
    y = np.array(["low", None, "high"] * 10, dtype=object)
    for estimator in (glassnet.MLPClassifier(max_iter=2), glassnet.LogisticRegression(max_iter=2)):
        with pytest.raises(
            ValueError, match=r"y has labels that are missing \(seen: 10 of 30 rows, the first has index 1"
        ):
            estimator.fit(np.arange(60.0).reshape(30, 2), y)
