"""TabularClassifier and TabularRegressor: scikit-learn's contract over whole tables."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone, is_classifier, is_regressor
from sklearn.model_selection import cross_val_score
from sklearn.utils.estimator_checks import parametrize_with_checks

from glassnet import (
    Recipe,
    TableModel,
    TabularClassifier,
    TabularRegressor,
    describe,
    explain,
    importance,
    load,
    save,
)
from glassnet.errors import GlassnetError, InvalidInput, InvalidType, UnknownName

WEIGHTS = "rows that weigh nothing still have a place in the order of rows"
XFAIL = {f"check_sample_weight_equivalence_on_{kind}_data": WEIGHTS for kind in ("dense", "sparse")}


@parametrize_with_checks(
    [TabularClassifier("plain"), TabularRegressor("plain")], expected_failed_checks=lambda estimator: XFAIL
)
def test_scikit_learns_checks(estimator: Any, check: Any) -> None:
    check(estimator)


@pytest.fixture(scope="module")
def trips() -> tuple[pd.DataFrame, np.ndarray]:
    """Numbers, words, dates, and missing cells of all of them; whether the trip was late."""
    rng = np.random.default_rng(0)
    m = 240
    km, town = rng.exponential(10, m), rng.choice(["oslo", "rome", None], m)
    late = np.where((km > 9) ^ (town == "rome"), "late", "on time")
    km[::7] = np.nan
    frame = pd.DataFrame({"km": km, "town": town, "day": pd.date_range("2024-01-01", periods=m), "empty": [None] * m})
    return frame, late


@pytest.fixture(scope="module")
def model(trips: Any) -> TabularClassifier:
    return TabularClassifier("fast").fit(*trips)


def test_a_mixed_frame(model: TabularClassifier, trips: Any) -> None:
    X, y = trips
    assert model.score(X, y) > 0.75 and model.classes_.tolist() == ["late", "on time"]
    np.testing.assert_allclose(model.predict_proba(X).sum(axis=1), 1, atol=1e-6)
    assert model.feature_names_in_.tolist() == list(X) and model.n_features_in_ == 4
    strange = X.head(3).assign(km=1e30)
    with pytest.warns(UserWarning, match="column 'km' is far outside what training saw"):
        assert np.isfinite(model.predict_proba(strange)).all()


def test_a_file_and_a_pickle_answer_the_same(model: TabularClassifier, trips: Any, tmp_path: Path) -> None:
    save(model, tmp_path / "late.safetensors")
    again = load(tmp_path / "late.safetensors")
    assert type(again) is TabularClassifier and again.get_params() == model.get_params()
    for other in (again, pickle.loads(pickle.dumps(model))):
        assert (other.predict_proba(trips[0]) == model.predict_proba(trips[0])).all()
    assert describe(model)["blend"]["chosen"] in model.report() == again.report()
    with pytest.raises(GlassnetError, match="not trained yet"):
        save(TabularClassifier(), tmp_path / "none.safetensors")


def test_it_can_be_looked_into(model: TabularClassifier, trips: Any) -> None:
    X, y = trips
    assert importance(model, X, y, repeats=2).ranked()[0][0] in ("km", "town")
    assert "weight" in model.fitted.note and explain(model, X[:1], row=1).sentences()
    assert model.member(2).parameters is model.blend_.members[1].parameters


def test_a_recipe_makes_the_network_of_a_table_model(trips: Any) -> None:
    X, y = trips
    recipe = Recipe(hidden=(8,), epochs=5)
    one = TabularClassifier("plain", recipe=recipe, seed=3, validation=0.3).fit(X, y)
    two = TableModel(replace(recipe, seed=3, validation=0.3), "classification", "plain").fit(X, y)
    assert one.network.widths == two.network.widths and (one.predict_proba(X) == two.predict_proba(X)).all()
    assert one.evaluate(X.assign(y=y)).scores == two.evaluate(X.assign(y=y)).scores
    assert one.get_params()["recipe__epochs"] == 5 and clone(one).set_params(recipe__epochs=2).recipe.epochs == 2
    with pytest.raises(InvalidInput, match="n_threads is a parameter of TabularClassifier, and the recipe says it too"):
        TabularClassifier(recipe=Recipe(threads=2)).fit(X, y)
    with pytest.raises(InvalidType, match="recipe must be a Recipe"):
        TabularClassifier(recipe={"hidden": (8,)}).fit(X, y)  # type: ignore[arg-type]


def test_a_target_in_the_table_is_no_feature(trips: Any, tmp_path: Path) -> None:
    X, y = trips
    outside, within = TabularClassifier("plain").fit(X, y), TabularClassifier("plain").fit(X.assign(y=y), "y")
    assert (within.predict_proba(X) == outside.predict_proba(X)).all()
    assert within.score(X.assign(y=y)) == within.score(X.assign(y=y), "y") == outside.score(X, y)
    assert not hasattr(within, "feature_names_in_") and outside.fit(X.assign(y=y), "y").predict(X[:1]).shape == (1,)
    save(within, tmp_path / "late.safetensors")
    assert (load(tmp_path / "late.safetensors").predict(X) == within.predict(X)).all()


def test_weights_of_classes_and_rows_count(trips: Any) -> None:
    X, y = trips
    heavy = TabularClassifier("plain", class_weight={"late": 50.0, "on time": 1.0}).fit(X, y)
    usual = TabularClassifier("plain").fit(X, y)
    rows = TabularClassifier("plain").fit(X, y, sample_weight=np.where(y == "late", 50.0, 1.0))
    late = [np.mean(one.predict(X) == "late") for one in (usual, heavy, rows)]
    assert late[0] + 0.05 < late[1] == late[2]
    with pytest.raises(InvalidInput, match="class_weight needs the labels"):
        TabularClassifier(class_weight="balanced").fit(X.assign(y=y), "y")


def test_tools_take_them(trips: Any) -> None:
    X, y = trips
    assert is_classifier(TabularClassifier()) and is_regressor(TabularRegressor())
    assert clone(TabularRegressor("best", seed=3)).get_params() == TabularRegressor("best", seed=3).get_params()
    assert cross_val_score(TabularClassifier("plain"), X, y, cv=2).min() > 0.5


def test_settings_that_cannot_be(trips: Any) -> None:
    X, y = trips
    with pytest.raises(UnknownName, match="no preset 'quick'"):
        TabularClassifier("quick").fit(X, y)
    with pytest.raises(UnknownName, match="no classification metric 'rmse'"):
        TabularClassifier("fast", metric="rmse").fit(X, y)
    for limit in (0, -1.0, float("nan"), "soon"):
        with pytest.raises(GlassnetError, match="time_limit"):
            TabularClassifier("fast", time_limit=limit).fit(X, y)  # type: ignore[arg-type]


BAD: dict[str, tuple[Any, Any, str]] = {
    "one column": (np.arange(40.0)[:, None], np.arange(40) % 2, ""),
    "five rows": (np.arange(10.0).reshape(5, 2), [0, 1, 0, 1, 0], ""),
    "two rows": (np.arange(4.0).reshape(2, 2), [0, 1], "class of its own"),
    "a constant target": (np.arange(20.0).reshape(10, 2), np.zeros(10), "constant|single|one class"),
    "unique words": ({"id": [f"id{i}" for i in range(400)]}, np.arange(400) % 2, "no column to learn from"),
    "all missing": ({"a": [None] * 40}, np.arange(40) % 2, "no column to learn from"),
    "infinities": (
        np.where(np.arange(80).reshape(40, 2) == 7, np.inf, 1.0 * np.arange(80).reshape(40, 2)),
        [0, 1] * 20,
        "infinit",
    ),
    "a class of one row": (np.arange(80.0).reshape(40, 2), [2, *[0, 1] * 19, 0], ""),
    "mixed types": ({"a": [1, "x", 2.5, None] * 10, "b": list(range(40))}, [0, 1] * 20, "mixes numbers and words"),
    "many columns": (np.random.default_rng(0).normal(size=(30, 3000)), [0, 1] * 15, ""),
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.filterwarnings("ignore")
def test_odd_tables_work_or_say_why_not(name: str) -> None:
    X, y, said = BAD[name]
    if said:
        with pytest.raises(ValueError, match=said):
            TabularClassifier("fast").fit(X, y)
    else:
        model = TabularClassifier("fast", time_limit=5).fit(X, y)
        assert np.isfinite(model.predict_proba(X)).all()
