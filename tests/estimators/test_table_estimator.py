"""A model of a whole table in scikit-learn's tools: it is cloned, scored, searched and piped as an estimator is."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy import sparse
from sklearn.base import clone, is_classifier, is_regressor
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import load_diabetes
from sklearn.ensemble import BaggingClassifier
from sklearn.exceptions import NotFittedError
from sklearn.inspection import permutation_importance
from sklearn.metrics import accuracy_score, r2_score
from sklearn.model_selection import GridSearchCV, cross_val_predict, cross_val_score, cross_validate
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils.validation import check_is_fitted

from glassnet import Recipe, TableModel
from glassnet.errors import GlassnetError, UnknownName

QUICK = Recipe(hidden=(8,), epochs=15, learning_rate=0.02)
OTHERS = {"preset": "auto", "time_limit": None, "metric": None, "row_digests": True, "n_folds": None, "cluster": None}


@pytest.fixture
def visits() -> tuple[pd.DataFrame, pd.Series]:
    """Words, numbers and dates; which of three plans a visitor took, mostly by the word. Sorted by the plan."""
    rng = np.random.default_rng(0)
    city = np.repeat(["oslo", "paris", "rome"], 40)
    frame = pd.DataFrame(
        {
            "city": city,
            "age": rng.integers(18, 80, 120),
            "day": rng.permutation(pd.date_range("2024-01-01", periods=120)),
        }
    )
    plan = pd.Series(np.repeat(["free", "small", "large"], 40), name="plan")
    plan[::9] = "free"
    return frame, plan


def test_parameters_are_kept_as_given_and_cloned() -> None:
    model = TableModel(QUICK, "classification")
    assert model.recipe is QUICK and model.get_params(deep=False) == OTHERS | {
        "recipe": QUICK,
        "task": "classification",
    }
    twin = clone(model)
    assert type(twin) is TableModel and twin is not model and twin.get_params() == model.get_params()
    assert TableModel().get_params(deep=False) == OTHERS | {"recipe": Recipe(), "task": None}
    assert (
        repr(model)
        == "TableModel(recipe=Recipe(hidden=(8,), learning_rate=0.02, epochs=15),\n           task='classification')"
    )
    assert repr(TableModel()) == "TableModel()"


def test_the_fields_of_the_recipe_are_parameters() -> None:
    model = TableModel(QUICK)
    assert model.get_params()["recipe__epochs"] == 15
    assert model.set_params(recipe__epochs=3, task="regression") is model
    assert model.recipe == Recipe(hidden=(8,), epochs=3, learning_rate=0.02) and model.task == "regression"
    model.set_params(recipe=Recipe(), recipe__hidden=(4,))
    assert model.recipe == Recipe(hidden=(4,))
    for wrong in ("recipe__epoch", "hidden", "epochs"):
        with pytest.raises(UnknownName, match=f"no parameter of TableModel '{wrong}'"):
            model.set_params(**{wrong: 3})
    with pytest.raises(GlassnetError, match="epochs"):
        model.set_params(recipe__epochs=0)


@pytest.mark.parametrize("given", ["series", "array", "list", "frame", "polars", "column"])
def test_targets_outside_the_table_or_in_it_make_the_same_model(given: str, visits: tuple[Any, Any]) -> None:
    frame, plan = visits
    expected = TableModel(QUICK).fit(frame.assign(plan=plan), "plan")
    pairs = {
        "series": (frame, plan),
        "array": (frame, plan.to_numpy()),
        "list": (frame, plan.tolist()),
        "frame": (frame, plan.to_frame()),
        "polars": (pl.from_pandas(frame), pl.from_pandas(plan)),
        "column": (frame.to_numpy(), plan.to_numpy().reshape(-1, 1)),
    }
    X, y = pairs[given]
    model = TableModel(QUICK).fit(X, y)
    assert model.target.name == ("y" if given in ("array", "list", "column") else "plan")
    assert model.target.name not in [report.name for report in model.encoder.report()]
    assert model.predict(X).tolist() == expected.predict(frame).tolist()
    assert model.classes_.tolist() == ["free", "large", "small"]
    assert model.score(X, y) == accuracy_score(plan, model.predict(X)) == expected.score(frame.assign(plan=plan))


def test_targets_that_do_not_go_with_the_table(visits: tuple[Any, Any]) -> None:
    frame, plan = visits
    with pytest.raises(GlassnetError, match="has the column 'plan' too, which y is called"):
        TableModel(QUICK).fit(frame.assign(plan=plan), plan)
    with pytest.raises(GlassnetError, match=r"not one target for each row.*120 rows and 7 targets"):
        TableModel(QUICK).fit(frame, plan[:7])
    points = pd.DataFrame({"x": np.arange(40.0), "y": np.arange(40.0) % 7})
    assert TableModel(QUICK).fit(points, points["x"].to_numpy() > 20).target.name == "target"


def test_a_regression_in_its_own_units(visits: tuple[Any, Any]) -> None:
    X, y = load_diabetes(return_X_y=True, as_frame=True)
    model = TableModel(QUICK, "regression").fit(X, y)
    assert is_regressor(model) and not is_classifier(model) and not hasattr(model, "classes_")
    assert model.score(X, y) == pytest.approx(r2_score(y, model.predict(X)))
    assert model.score(X, y) > 0.3 and model.predict(X).mean() == pytest.approx(y.mean(), rel=0.2)
    rows = sparse.csr_matrix(X.to_numpy())
    assert TableModel(QUICK).fit(rows, y).score(rows, y) > 0.3


def test_scores_over_folds(visits: tuple[Any, Any]) -> None:
    frame, plan = visits
    model = TableModel(QUICK, "classification")
    assert is_classifier(model) and cross_val_score(model, frame, plan, cv=3).min() > 0.6
    found = cross_validate(model, frame, plan, cv=3, scoring=["accuracy", "roc_auc_ovr", "f1_macro"])
    assert found["test_roc_auc_ovr"].min() > 0.7 and found["test_f1_macro"].min() > 0.5
    probabilities = cross_val_predict(model, frame, plan, cv=3, method="predict_proba")
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-6)
    in_table = cross_val_score(model, frame.assign(plan=plan).sample(frac=1, random_state=0), cv=3)
    assert in_table.min() > 0.6  # no y: the table has it, in its last column


def test_a_class_that_training_did_not_have_is_a_wrong_answer_and_said(visits: tuple[Any, Any]) -> None:
    frame, plan = visits
    with pytest.warns(UserWarning, match=r"\d+ rows of 'plan' are of classes that training did not have.*task="):
        scores = cross_val_score(TableModel(QUICK), frame, plan, cv=3)  # it is not said that these are classes
    assert scores.min() < 0.2


def test_searched_and_piped(visits: tuple[Any, Any]) -> None:
    frame, plan = visits
    grid = {"recipe__hidden": [(2,), (8,)], "recipe__epochs": [1, 15]}
    search = GridSearchCV(TableModel(QUICK, "classification"), grid, cv=2).fit(frame, plan)
    assert search.best_params_["recipe__epochs"] == 15 and search.score(frame, plan) > 0.8
    assert search.classes_.tolist() == ["free", "large", "small"]
    older = FunctionTransformer(lambda rows: rows.assign(age=rows["age"] + 1))
    pipe = Pipeline([("older", older), ("model", TableModel(QUICK))]).set_params(model__recipe__epochs=15)
    assert pipe.fit(frame, plan).score(frame, plan) > 0.8
    assert make_pipeline(TableModel(QUICK)).fit(frame.assign(plan=plan)).predict(frame).shape == (120,)


def test_inside_other_estimators(visits: tuple[Any, Any]) -> None:
    frame, plan = visits
    model = TableModel(QUICK, "classification")
    for outer in (BaggingClassifier(model, n_estimators=2, random_state=0), CalibratedClassifierCV(model, cv=2)):
        rows = frame[["age"]].assign(oslo=frame["city"] == "oslo", rome=frame["city"] == "rome").astype(float)
        assert outer.fit(rows, plan).score(rows, plan) > 0.75
    drops = permutation_importance(model.fit(frame, plan), frame, plan, n_repeats=2, random_state=0)
    assert drops.importances_mean.argmax() == 0  # the city


def test_fitted_or_not(visits: tuple[Any, Any]) -> None:
    model = TableModel(QUICK)
    with pytest.raises(NotFittedError):
        check_is_fitted(model)
    assert not hasattr(model, "classes_")
    check_is_fitted(model.fit(*visits))
    assert clone(model).get_params() == model.get_params() and not hasattr(clone(model), "parameters")
    again = pickle.loads(pickle.dumps(model))
    assert again.predict(visits[0]).tolist() == model.predict(visits[0]).tolist()
