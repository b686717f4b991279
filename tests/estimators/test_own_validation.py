"""Validation rows of the user's own: recorded, stopped by, with any solver, any scorer and ``partial_fit``."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from sklearn.metrics import accuracy_score, log_loss, make_scorer, roc_auc_score

from glassnet import MLPClassifier, MLPRegressor

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
QUICK: dict[str, Any] = {"hidden_layer_sizes": (8,), "max_iter": 12, "random_state": 0, "learning_rate_init": 0.02}


def arrays(model: Any) -> bytes:
    return model.parameters_.theta.tobytes() + model.parameters_.running.tobytes()


@pytest.fixture
def halves(iris: tuple[Any, Any]) -> tuple[Any, Any, Any, Any]:
    """X, y, X_val, y_val, labels words."""
    X, y = iris
    names = np.array(["a", "b", "c"])[y]
    return X[::2], names[::2], X[1::2], names[1::2]


@pytest.mark.parametrize("solver", ["adam", "sgd", "lbfgs"])
@pytest.mark.parametrize("weighted", [False, True])
def test_what_is_recorded(solver: str, weighted: bool, halves: tuple[Any, ...]) -> None:
    X, y, X_val, y_val = halves
    w = np.random.default_rng(0).uniform(0.5, 2, len(y_val)) if weighted else None
    model = MLPClassifier(**QUICK, solver=solver, alpha=0).fit(X, y, X_val=X_val, y_val=y_val, sample_weight_val=w)
    history = model.history_
    assert len(history["validation_cost"]) == len(history["validation_score"]) == model.n_iter_
    proba = model.predict_proba(X_val)
    assert history["validation_cost"][-1] == pytest.approx(log_loss(y_val, proba, sample_weight=w))
    assert history["validation_score"][-1] == pytest.approx(model.score(X_val, y_val, sample_weight=w))
    assert arrays(model) == arrays(
        MLPClassifier(**QUICK, solver=solver, alpha=0).fit(X, y)
    )  # who looks changes nothing


def test_what_is_recorded_of_numbers(iris: tuple[Any, Any]) -> None:
    X, Y = iris[0][:, :2], iris[0][:, 2:]
    model = MLPRegressor(**QUICK).fit(X, Y, None, X[:40], Y[:40])
    assert model.history_["validation_score"][-1] == pytest.approx(model.score(X[:40], Y[:40]))
    expected = np.square(model.predict(X[:40]) - Y[:40]).sum(axis=1).mean() / 2
    assert model.history_["validation_cost"][-1] == pytest.approx(expected)
    sparse = MLPRegressor(**QUICK).fit(X, Y, None, scipy.sparse.csr_array(X[:40]), Y[:40])
    np.testing.assert_allclose(sparse.history_["validation_cost"], model.history_["validation_cost"])


def negative_log_loss(estimator: Any, X: Any, y: Any) -> float:
    return -log_loss(y, estimator.predict_proba(X))


@pytest.mark.parametrize(
    ("scoring", "column", "sign"),
    [
        (None, "validation_score", 1),
        ("loss", "validation_cost", -1),
        ("neg_log_loss", "validation_score", 1),
        (negative_log_loss, "validation_score", 1),
        (make_scorer(accuracy_score), "validation_score", 1),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_early_stopping_by_anything(scoring: Any, column: str, sign: int, solver: str, halves: tuple[Any, ...]) -> None:
    X, y, X_val, y_val = halves
    settings = QUICK | {"early_stopping": True, "n_iter_no_change": 3, "max_iter": 400, "alpha": 0}
    model = MLPClassifier(**settings | {"learning_rate_init": 0.3}, solver=solver, scoring=scoring)
    model.fit(X, y, X_val=X_val, y_val=y_val)
    watched = sign * np.array(model.history_[column])
    assert 4 <= model.n_iter_ < 400
    best = watched.max()
    if scoring == "loss":
        seen = -log_loss(y_val, model.predict_proba(X_val))
    elif scoring is None or not (callable(scoring) or isinstance(scoring, str)) or "accuracy" in str(scoring):
        seen = model.score(X_val, y_val)
    else:
        seen = negative_log_loss(model, X_val, y_val)
    assert seen == pytest.approx(best)  # the best weights are back
    # Patience: nothing better by tol than what was best four epochs before the end.
    assert watched[-4:].max() < watched[:-4].max() + 2 * model.tol
    assert model.t_ == model.n_iter_ * len(y)  # no row was held out


def test_a_scorer_with_rows_held_out_and_with_weights(iris: tuple[Any, Any]) -> None:
    X, y = iris[0][:100], iris[1][:100]
    rows = pd.DataFrame(X[:, :2], columns=["a", "b"])
    settings = QUICK | {"early_stopping": True, "validation_fraction": 0.3}
    model = MLPClassifier(**settings, scoring="roc_auc").fit(rows, y)
    assert len(model.validation_scores_) == model.n_iter_
    assert max(model.validation_scores_) > 0.9
    weights = np.random.default_rng(0).uniform(0.1, 3, 100)
    weighted = MLPClassifier(**settings, scoring="roc_auc").fit(
        X, y, sample_weight=weights, X_val=X[::3, ::-1], y_val=y[::3], sample_weight_val=weights[::3]
    )
    assert weighted.best_validation_score_ == pytest.approx(
        roc_auc_score(y[::3], weighted.predict_proba(X[::3, ::-1])[:, 1], sample_weight=weights[::3])
    )
    plain = MLPClassifier(**settings, scoring=negative_log_loss).fit(X, y, sample_weight=weights)  # takes none
    assert len(plain.validation_scores_) == plain.n_iter_


def test_what_does_not_fit_is_refused(halves: tuple[Any, ...]) -> None:
    X, y, X_val, y_val = halves
    model = MLPClassifier(**QUICK)
    for values in ({"X_val": X_val}, {"y_val": y_val}):
        with pytest.raises(ValueError, match="X_val and y_val go together"):
            model.fit(X, y, **values)
    with pytest.raises(ValueError, match="4 features"):
        model.fit(X, y, X_val=X_val[:, :2], y_val=y_val)
    with pytest.raises(ValueError, match=r"class that the model does not know.*'d'"):
        model.fit(X, y, X_val=X_val, y_val=np.full(len(X_val), "d"))
    with pytest.raises(ValueError, match="NaN"):
        model.fit(X, y, X_val=np.full_like(X_val, np.nan), y_val=y_val)
    with pytest.raises(ValueError, match="sample_weight"):
        model.fit(X, y, X_val=X_val, y_val=y_val, sample_weight_val=np.ones(3))
    with pytest.raises(ValueError, match="nonsense"):
        MLPClassifier(**QUICK, scoring="nonsense").fit(X, y, X_val=X_val, y_val=y_val)
    with pytest.raises(ValueError, match="go together"):
        MLPRegressor(**QUICK).fit(X, X[:, 0], y_val=X[:, 0])


def test_partial_fit_keeps_the_best(halves: tuple[Any, ...]) -> None:
    X, y, X_val, y_val = halves
    model = MLPClassifier((8,), early_stopping=True, scoring="loss", learning_rate_init=0.02, random_state=0)
    for _ in range(20):
        model.partial_fit(X, y, classes=["a", "b", "c"], X_val=X_val, y_val=y_val)
    good = arrays(model)
    model.set_params(learning_rate_init=50.0)
    for _ in range(5):
        model.partial_fit(X, y, X_val=X_val, y_val=y_val)  # thrown off
    costs = model.history_["validation_cost"]
    assert arrays(model) == good
    assert len(costs) == 25
    assert min(costs[20:]) > min(costs)
    assert log_loss(y_val, model.predict_proba(X_val)) == pytest.approx(min(costs))
    with pytest.raises(ValueError, match=r"partial_fit does not support early_stopping=True without X_val, y_val"):
        model.partial_fit(X, y)
    regressor = MLPRegressor(hidden_layer_sizes=(3,), early_stopping=True, random_state=0)
    regressor.partial_fit(X, X[:, 0], X_val=X_val, y_val=X_val[:, 0])
    assert regressor.best_validation_score_ == pytest.approx(regressor.score(X_val, X_val[:, 0]))
