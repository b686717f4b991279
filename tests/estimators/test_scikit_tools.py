"""The networks in scikit-learn's tools, on its bundled data."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Iterator
from typing import Any

import joblib
import numpy as np
import pytest
import sklearn
import sklearn.neural_network
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_wine
from sklearn.ensemble import BaggingClassifier, BaggingRegressor, StackingClassifier, VotingClassifier, VotingRegressor
from sklearn.inspection import partial_dependence, permutation_importance
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_predict, cross_val_score, cross_validate, learning_curve
from sklearn.multiclass import OneVsRestClassifier
from sklearn.multioutput import MultiOutputClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

import glassnet
from glassnet import MLPClassifier, MLPRegressor
from glassnet.pieces.losses import Quantile
from glassnet.pieces.optimizers import AdamW

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
QUICK: dict[str, Any] = {"hidden_layer_sizes": (8,), "max_iter": 40, "random_state": 0, "learning_rate_init": 0.02}


@pytest.fixture
def cancer() -> tuple[Any, Any]:
    X, y = load_breast_cancer(return_X_y=True)
    return StandardScaler().fit_transform(X), y


@pytest.fixture
def diabetes() -> tuple[Any, Any]:
    X, y = load_diabetes(return_X_y=True)
    return StandardScaler().fit_transform(X), (y - y.mean()) / y.std()


# --- copies -----------------------------------------------------------------------------------------------------------


def test_copies_with_records_for_parameters(iris: tuple[Any, Any]) -> None:
    model = MLPClassifier((4, 3), activation=["tanh", "elu"], dropout=[0, 0.1], solver=AdamW(0.05), max_iter=20)
    model.set_params(normalization="layer", random_state=0).fit(*iris)
    for twin in (copy.copy(model), copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert twin.predict_proba(iris[0]).tobytes() == model.predict_proba(iris[0]).tobytes()
    again = clone(model)
    assert again.get_params() == model.get_params()
    assert again.fit(*iris).predict_proba(iris[0]).tobytes() == model.predict_proba(iris[0]).tobytes()
    assert repr(again) == repr(model)


# --- pipelines and searches -------------------------------------------------------------------------------------------


def test_a_table_through_columns_and_pipeline() -> None:
    frame, y = load_wine(return_X_y=True, as_frame=True)
    frame["region"] = np.where(np.arange(len(frame)) % 2, "north", "south")
    columns = ColumnTransformer(
        [("numbers", StandardScaler(), ["alcohol", "hue", "proline"]), ("words", OneHotEncoder(), ["region"])]
    )
    columns.set_output(transform="default")
    model = Pipeline([("columns", columns), ("network", MLPClassifier(**QUICK))]).fit(frame, y)
    assert model.score(frame, y) > 0.9
    assert model["network"].n_features_in_ == 5
    named = make_pipeline(StandardScaler().set_output(transform="pandas"), MLPClassifier(**QUICK))
    named.fit(frame.drop(columns="region"), y)
    assert named[-1].feature_names_in_.tolist() == list(frame.columns[:-1])
    assert named[:-1].transform(frame.drop(columns="region")).shape == (178, 13)
    with pytest.raises(ValueError, match="feature names"):
        named[-1].predict(frame.drop(columns=["region", "hue"]))


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_search_over_old_and_new_parameters(jobs: int, iris: tuple[Any, Any]) -> None:
    grid = [
        {"alpha": [0.0, 1.0], "activation": ["tanh", ["gelu"]]},
        {"dropout": [0.0, 0.2], "solver": ["adamw", AdamW(0.05)], "class_weight": [None, "balanced"]},
        {"solver": ["lbfgs"], "l1": [0.0, 1000.0]},
    ]
    search = GridSearchCV(MLPClassifier(**QUICK), grid, cv=3, n_jobs=jobs).fit(*iris)
    assert len(search.cv_results_["params"]) == 14
    scores = search.cv_results_["mean_test_score"]
    assert search.best_score_ == scores.max() > 0.9
    assert scores[-1] < 0.5  # all weights are 0
    assert search.predict(iris[0]).shape == (150,)


def test_the_same_in_parallel(iris: tuple[Any, Any]) -> None:
    model = MLPClassifier(**QUICK)
    expected = cross_val_score(model, *iris, cv=4)
    assert cross_val_score(model, *iris, cv=4, n_jobs=2).tolist() == expected.tolist()
    fits = joblib.Parallel(n_jobs=2, prefer="threads")(joblib.delayed(clone(model).fit)(*iris) for _ in range(4))
    assert len({fit.predict_proba(iris[0]).tobytes() for fit in fits}) == 1
    fitted = fits[0]
    halves = joblib.Parallel(n_jobs=2)(joblib.delayed(fitted.predict_proba)(X) for X in np.split(iris[0], 2))
    np.testing.assert_allclose(np.concatenate(halves), fitted.predict_proba(iris[0]), rtol=1e-12)


# --- models made of models --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["sigmoid", "isotonic"])
@pytest.mark.parametrize("ensemble", [True, False])
def test_calibrated(method: str, ensemble: bool, cancer: tuple[Any, Any]) -> None:
    X, y = cancer
    model = CalibratedClassifierCV(MLPClassifier(**QUICK), method=method, ensemble=ensemble, cv=3).fit(X[::2], y[::2])
    assert model.score(X[1::2], y[1::2]) > 0.94
    assert np.mean((model.predict_proba(X[1::2])[:, 1] - y[1::2]) ** 2) < 0.05


def test_voting_bagging_stacking(cancer: tuple[Any, Any], diabetes: tuple[Any, Any]) -> None:
    X, y = cancer
    members = [("network", MLPClassifier(**QUICK)), ("line", LogisticRegression())]
    for model in (
        VotingClassifier(members, voting="soft"),
        VotingClassifier(members, voting="hard"),
        StackingClassifier(members, cv=3),
        BaggingClassifier(MLPClassifier(**QUICK), n_estimators=3, max_samples=0.5, random_state=0, n_jobs=2),
        OneVsRestClassifier(MLPClassifier(**QUICK)),
    ):
        assert model.fit(X[::2], y[::2]).score(X[1::2], y[1::2]) > 0.94
    X, y = diabetes
    for regressor in (
        BaggingRegressor(MLPRegressor(**QUICK), n_estimators=3, random_state=0),
        VotingRegressor([("a", MLPRegressor(**QUICK)), ("b", MLPRegressor(**QUICK, loss=Quantile(0.5)))]),
        TransformedTargetRegressor(MLPRegressor(**QUICK), transformer=StandardScaler()),
    ):
        assert regressor.fit(X, y).score(X, y) > 0.5


def test_an_estimator_for_each_column_of_labels(iris: tuple[Any, Any]) -> None:
    X, y = iris
    Y = np.column_stack([np.array(["a", "b", "c"])[y], np.where(X[:, 0] > 0, "long", "short")])
    model = MultiOutputClassifier(MLPClassifier(**QUICK)).fit(X, Y)
    assert (model.predict(X) == Y).mean() > 0.9


# --- looking ----------------------------------------------------------------------------------------------------------


def test_permutation_importance_and_partial_dependence(diabetes: tuple[Any, Any]) -> None:
    X, y = diabetes
    model = MLPRegressor(hidden_layer_sizes=(), solver="lbfgs", max_iter=500, alpha=0).fit(X, y)
    importances = permutation_importance(model, X, y, n_repeats=3, random_state=0, n_jobs=2).importances_mean
    line = sklearn.linear_model.LinearRegression().fit(X, y)
    expected = permutation_importance(line, X, y, n_repeats=3, random_state=0).importances_mean
    np.testing.assert_allclose(importances, expected, atol=0.02)
    seen = partial_dependence(model, X, [2], grid_resolution=10)
    slope = np.polyfit(seen["grid_values"][0], seen["average"][0], 1)[0]
    assert slope == pytest.approx(line.coef_[2], rel=0.05)


def test_learning_curve(cancer: tuple[Any, Any]) -> None:
    sizes, train, test = learning_curve(
        MLPClassifier(**QUICK), *cancer, train_sizes=[0.1, 0.5, 1.0], cv=3, shuffle=True, random_state=0
    )
    assert sizes.tolist() == [37, 189, 379]
    assert (train > 0.97).all()
    assert test.mean(axis=1)[0] < test.mean(axis=1)[2]
    incremental = learning_curve(
        MLPClassifier(**QUICK), *cancer, train_sizes=[0.5, 1.0], cv=3, exploit_incremental_learning=True, shuffle=True
    )
    assert (incremental[2] > 0.5).all()


# --- metadata routing -------------------------------------------------------------------------------------------------


@pytest.fixture
def routing() -> Iterator[None]:
    with sklearn.config_context(enable_metadata_routing=True):
        yield


def test_sample_weights_are_routed(routing: None, iris: tuple[Any, Any]) -> None:
    X, y = iris
    weights = np.where(y == 0, 0.0, 1.0)
    model = MLPClassifier(**QUICK).set_fit_request(sample_weight=True).set_score_request(sample_weight=False)
    fits = cross_validate(model, X, y, cv=3, params={"sample_weight": weights}, return_estimator=True)["estimator"]
    assert all((fit.predict(X) != 0).all() for fit in fits)  # rows without weight taught nothing
    answers = cross_val_predict(model, X, y, cv=3, params={"sample_weight": weights})
    assert (answers != 0).all()
    deaf = MLPClassifier(**QUICK).set_fit_request(sample_weight=False).set_score_request(sample_weight=True)
    fits = cross_validate(deaf, X, y, cv=3, params={"sample_weight": weights}, return_estimator=True)["estimator"]
    assert all((fit.predict(X) == 0).any() for fit in fits)


def test_validation_rows_are_routed(routing: None, iris: tuple[Any, Any]) -> None:
    X, y = iris
    network = MLPClassifier(**QUICK, early_stopping=True, scoring="loss").set_fit_request(X_val=True, y_val=True)
    model = Pipeline([("scale", StandardScaler()), ("network", network)], transform_input=["X_val"])
    model.fit(10 * X[::2] + 3, y[::2], X_val=10 * X[1::2] + 3, y_val=y[1::2])
    scaled = model[0].transform(10 * X[1::2] + 3)
    expected = clone(network).fit(model[0].transform(10 * X[::2] + 3), y[::2], X_val=scaled, y_val=y[1::2])
    assert model[-1].history_["validation_cost"] == expected.history_["validation_cost"]
    assert len(expected.history_["validation_cost"]) > 10
    search = GridSearchCV(network, {"alpha": [0.0, 0.1]}, cv=3).fit(X, y, X_val=X[:50], y_val=y[:50])
    assert search.best_score_ > 0.9
    assert len(search.best_estimator_.history_["validation_cost"]) > 1


# --- as good as scikit-learn's ----------------------------------------------------------------------------------------

SETS = {
    "digits": (load_digits, "MLPClassifier", {"hidden_layer_sizes": (30,), "max_iter": 30}),
    "cancer": (load_breast_cancer, "MLPClassifier", {"hidden_layer_sizes": (20,), "early_stopping": True}),
    "wine": (load_wine, "MLPClassifier", {"hidden_layer_sizes": (10,), "solver": "lbfgs", "max_iter": 100}),
    "diabetes": (
        load_diabetes,
        "MLPRegressor",
        {"hidden_layer_sizes": (20,), "solver": "sgd", "learning_rate_init": 0.01, "max_iter": 60},
    ),
}


@pytest.mark.parametrize("name", SETS)
def test_as_good_as_scikit_learn(name: str) -> None:
    """The mean over seeds is no lower than scikit-learn's by more than three standard errors of the difference."""
    load, kind, settings = SETS[name]
    X, y = load(return_X_y=True)
    X = StandardScaler().fit_transform(X)
    y = (y - y.mean()) / y.std() if kind == "MLPRegressor" else y
    differences = []
    for seed in range(6):
        rows = np.random.default_rng(seed).permutation(len(y))
        train, test = rows[len(y) // 3 :], rows[: len(y) // 3]
        mine, peer = (
            getattr(module, kind)(random_state=seed, **settings).fit(X[train], y[train]).score(X[test], y[test])
            for module in (glassnet, sklearn.neural_network)
        )
        differences.append(mine - peer)
    error = np.std(differences, ddof=1) / np.sqrt(len(differences))
    assert np.mean(differences) > -3 * error - 0.003
    assert abs(np.mean(differences)) < 0.05  # equal parameters, equal meaning
