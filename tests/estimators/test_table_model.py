"""TableModel: a table in, answers in its own words and units out, better than guessing, the same for the same seed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import sklearn.metrics
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_iris, load_wine

from glassnet.data.reading.opening import open_source
from glassnet.errors import InvalidInput, Unsupported
from glassnet.estimators.table.experiment import experiment
from glassnet.estimators.table.model import TableModel
from glassnet.estimators.table.recipe import Recipe
from glassnet.learning.checkpointing import Checkpointing
from glassnet.learning.run import Callback, Run

SMALL = Recipe(hidden=(16,), epochs=60)


def frame(load: Any) -> Any:
    """A bundled table with its target as the last column, rows mixed."""
    return load(as_frame=True).frame.sample(frac=1, random_state=0, ignore_index=True)


def houses(m: int = 300, seed: int = 0) -> dict[str, Any]:
    """Columns of three kinds, and prices."""
    rng = np.random.default_rng(seed)
    feet, town, pool = rng.uniform(500, 4000, m), rng.choice(["north", "south", "east"], m), rng.random(m) < 0.3
    price = 130 * feet + 50_000 * (town == "north") + 30_000 * pool + 40_000 + rng.normal(0, 10_000, m)
    return {"feet": feet, "town": town, "pool": pool, "price": price}


# --- how good ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("preset", "load", "score"),
    [
        ("plain", load_iris, 0.9),
        ("plain", load_wine, 0.9),
        ("fast", load_iris, 0.9),
        ("fast", load_breast_cancer, 0.93),
        ("plain", load_digits, 0.93),
    ],
)
def test_classes_of_rows_not_seen(preset: str, load: Any, score: float) -> None:
    table = frame(load)
    part = len(table) // 4
    model = TableModel(preset=preset).fit(table[part:], "target")
    found = model.evaluate(table[:part])
    assert found["accuracy"].value > score > found["accuracy"].baseline + 0.2
    assert found["log-loss"].value < 0.5 * found["log-loss"].baseline


def test_numbers_of_rows_not_seen() -> None:
    table = frame(load_diabetes)
    found = TableModel(Recipe(hidden=(16,), dropout=0.2, epochs=80)).fit(table[100:], "target").evaluate(table[:100])
    assert found["R2"].value > 0.3 > 0.05 > found["R2"].baseline
    assert found["RMSE"].value < 0.85 * found["RMSE"].baseline
    assert found["MAE"].value < 0.85 * found["MAE"].baseline


def test_columns_of_several_kinds() -> None:
    found = TableModel(SMALL).fit(houses(), "price").evaluate(houses(seed=1))
    assert found["R2"].value > 0.97
    assert found["RMSE"].value < 20_000


@pytest.mark.parametrize("name", ["iris", "wine", "breast_cancer", "digits", "diabetes"])
def test_bundled_names(name: str) -> None:
    model = TableModel(Recipe(hidden=(8,), epochs=3)).fit(name)
    assert model.target.task == ("regression" if name == "diabetes" else "classification")
    assert np.isfinite(model.history["cost"]).all()
    assert model.history.epochs == 3


# --- answers ----------------------------------------------------------------------------------------------------------


def test_words_and_probabilities() -> None:
    table = houses()
    table["class"] = np.where(table.pop("price") > 300_000, "dear", "cheap")
    model = TableModel(SMALL).fit(table, "class")
    p = model.predict_proba(table)
    assert p.shape == (300, 2)
    np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-6)
    classes = model.target.classes
    assert classes is not None
    assert classes.tolist() == ["cheap", "dear"]
    np.testing.assert_array_equal(model.predict(table), classes[p.argmax(axis=1)])
    assert (model.predict(table) == table["class"]).mean() > 0.9
    assert model.outputs == 1


def test_columns_are_matched_by_name_whatever_their_order() -> None:
    table = houses()
    model = TableModel(SMALL).fit(table, "price")
    mixed = {name: table[name] for name in ("pool", "town", "feet")} | {"extra": np.zeros(300)}
    assert model.predict(mixed).tobytes() == model.predict(table).tobytes()
    with pytest.raises(InvalidInput, match="town"):
        model.predict({"feet": [1000.0], "pool": [True]})


def test_a_regression_has_no_probabilities() -> None:
    with pytest.raises(Unsupported, match="a regression has no probabilities"):
        TableModel(Recipe(hidden=(), epochs=1)).fit(houses(), "price").predict_proba(houses())


def test_a_table_of_one_useless_column_is_refused() -> None:
    with pytest.raises(InvalidInput, match="no column to learn from"):
        TableModel().fit({"same": [1.0] * 9, "y": np.arange(9.0)}, "y")


# --- evaluation by hand -----------------------------------------------------------------------------------------------


def test_the_numbers_of_a_classification_by_hand() -> None:
    table = frame(load_wine)
    train, test = table[60:], table[:60]
    model = TableModel(Recipe(hidden=(4,), epochs=4)).fit(train, "target")
    found, y = model.evaluate(test), test["target"].to_numpy()
    p, answers = model.predict_proba(test), model.predict(test)
    commonest = np.bincount(train["target"]).argmax()
    frequencies = np.tile(np.bincount(train["target"]) / len(train), (60, 1))
    assert found.rows == 60
    assert found["accuracy"].value == (answers == y).mean()
    assert found["accuracy"].baseline == (commonest == y).mean()
    assert found["log-loss"].value == pytest.approx(-np.log(p[np.arange(60), y]).mean(), rel=1e-5)
    assert found["log-loss"].baseline == pytest.approx(-np.log(frequencies[0, y]).mean(), rel=1e-12)
    assert found.baseline == f"always {commonest}, the commonest class"
    np.testing.assert_array_equal(found.confusion, sklearn.metrics.confusion_matrix(y, answers))
    assert [score.higher_is_better for score in found.scores] == [True, False, True]


def test_the_numbers_of_a_regression_by_hand() -> None:
    train, test = houses(), houses(80, seed=5)
    model = TableModel(Recipe(hidden=(4,), epochs=10)).fit(train, "price")
    found, y, guess = model.evaluate(test), test["price"], model.predict(test)
    mean = train["price"].mean()
    assert found["RMSE"].value == pytest.approx(np.sqrt(np.mean((y - guess) ** 2)))
    assert found["RMSE"].baseline == pytest.approx(np.sqrt(np.mean((y - mean) ** 2)))
    assert found["MAE"].value == pytest.approx(np.mean(np.abs(y - guess)))
    assert found["MAE"].baseline == pytest.approx(np.mean(np.abs(y - mean)))
    assert found["R2"].value == pytest.approx(1 - np.sum((y - guess) ** 2) / np.sum((y - y.mean()) ** 2))
    assert found["R2"].baseline == pytest.approx(1 - np.sum((y - mean) ** 2) / np.sum((y - y.mean()) ** 2))
    assert found.confusion is None


def test_one_row_to_judge() -> None:
    model = TableModel(Recipe(hidden=(4,), epochs=3)).fit(houses(), "price")
    one = {name: column[:1] for name, column in houses(seed=3).items()}
    assert [score.name for score in model.evaluate(one).scores] == ["RMSE", "MAE"]
    table = frame(load_iris)
    found = TableModel(Recipe(hidden=(4,), epochs=3)).fit(table, "target").evaluate(table[:1])
    assert found["accuracy"].value in (0.0, 1.0)
    assert found.confusion is not None
    assert found.confusion.shape == (3, 3)


# --- losses -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", [0.1, 0.5, 0.9])
def test_a_quantile_has_its_share_of_the_targets_below(level: float) -> None:
    rng = np.random.default_rng(0)
    x = rng.uniform(0, 10, 2000)
    table = {"x": x, "price": 1000 + 300 * x + rng.normal(0, 50 + 40 * x)}  # the spread grows with x
    recipe = Recipe(hidden=(16,), loss=f"quantile:level={level}", epochs=40)
    guess = TableModel(recipe).fit(table, "price").predict(table)
    below = table["price"] < guess
    assert below.mean() == pytest.approx(level, abs=0.03)
    for part in (x < 5, x >= 5):  # not only over all
        assert below[part].mean() == pytest.approx(level, abs=0.06)


def test_huber_bears_outliers() -> None:
    rng = np.random.default_rng(0)
    x = rng.uniform(0, 10, 400)
    clean = 1000 + 300 * x
    y = clean + rng.normal(0, 50, 400) + 60_000 * (rng.random(400) < 0.05)
    errors = {}
    for loss in ("squared_error", "huber:delta=0.1"):
        guess = (
            TableModel(Recipe(hidden=(), loss=loss, learning_rate=0.02, epochs=300))
            .fit({"x": x, "y": y}, "y")
            .predict({"x": x})
        )
        errors[loss] = np.abs(guess - clean).mean()
    assert errors["huber:delta=0.1"] < 0.2 * errors["squared_error"]


def test_poisson_predicts_counts_in_their_own_units() -> None:
    rng = np.random.default_rng(0)
    x = rng.uniform(0, 2, 1500)
    y = rng.poisson(np.exp(1 + x))
    model = TableModel(Recipe(hidden=(16,), loss="poisson", epochs=60), task="regression").fit(
        {"x": x, "visits": y}, "visits"
    )
    guess = model.predict({"x": x})
    assert (guess > 0).all()
    assert guess.mean() == pytest.approx(y.mean(), rel=0.05)
    np.testing.assert_allclose(guess, np.exp(1 + x), rtol=0.25)
    with pytest.raises(InvalidInput, match=r"loss 'poisson' is for counts, which are 0 or more \(seen: -1 in 'visits'"):
        TableModel(Recipe(loss="poisson"), task="regression").fit({"x": x, "visits": y - 1.0}, "visits")


# --- the same again ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("settings", [{}, {"dropout": 0.3, "norm": "batch_norm"}, {"optimizer": "lbfgs", "epochs": 8}])
def test_the_same_seed_gives_the_same_bits(settings: dict[str, Any]) -> None:
    def fitted(seed: int) -> TableModel:
        return TableModel(Recipe(**{"hidden": (8,), "epochs": 5, "seed": seed} | settings)).fit(houses(), "price")

    first, again, other = fitted(3), fitted(3), fitted(4)
    assert first.parameters.theta.tobytes() == again.parameters.theta.tobytes()
    assert first.predict(houses()).tobytes() == again.predict(houses()).tobytes()
    assert first.parameters.theta.tobytes() != other.parameters.theta.tobytes()


def test_the_best_epoch_is_the_result() -> None:
    model = TableModel(Recipe(hidden=(64, 64), epochs=400, patience=5)).fit(frame(load_diabetes), "target")
    costs = model.history["validation_cost"]
    assert model.outcome.ending == "stopped"
    assert costs[-1] > min(costs)
    assert model.outcome.reason == "validation cost did not improve by 0.0001 in 5 epochs"


@pytest.mark.parametrize("norm", ["batch_norm", "layer_norm"])
def test_lbfgs_with_norms_predicts_what_it_learned(norm: str) -> None:
    """Running statistics are kept with the best epoch, with any optimizer."""
    table = frame(load_wine)
    model = TableModel(Recipe(hidden=(8,), norm=norm, optimizer="lbfgs", epochs=30)).fit(table, "target")
    assert (model.predict(table) == table["target"]).mean() > 0.9


class StopAt(Callback):
    def __init__(self, epoch: int) -> None:
        self.epoch = epoch

    def on_epoch_end(self, run: Run) -> None:
        if run.state.epoch == self.epoch:
            run.ask_to_stop("for the test")


def test_resumed_is_undisturbed(tmp_path: Path) -> None:
    recipe, path = Recipe(hidden=(8,), dropout=0.2, epochs=9), tmp_path / "run"
    undisturbed = TableModel(recipe).fit(houses(), "price")
    stopped = TableModel(recipe)
    source = TableModel(recipe).fit(houses(), "price")  # only for its fingerprint: the same rows
    stopped.fit(houses(), "price", callbacks=[StopAt(4), Checkpointing(path, about={"data": source.job.fingerprint})])
    assert stopped.history.epochs == 4
    resumed = TableModel(recipe).prepare(open_source(houses()), "price").resume(path).learn()
    assert resumed.history.epochs == 9
    assert resumed.parameters.theta.tobytes() == undisturbed.parameters.theta.tobytes()
    assert resumed.history["validation_cost"] == undisturbed.history["validation_cost"]

    def prepared(recipe: Recipe, table: Any) -> TableModel:
        return TableModel(recipe).prepare(open_source(table), "price")

    with pytest.raises(InvalidInput, match="is of other"):
        prepared(recipe, houses(seed=1)).resume(path)
    with pytest.raises(InvalidInput, match="is of other"):  # other rows held out
        prepared(Recipe(hidden=(8,), dropout=0.2, epochs=9, seed=1), houses()).resume(path)
    for other, named in (
        ({"hidden": (9,)}, "network"),
        ({"hidden": (8,), "dropout": 0.2, "optimizer": "adam"}, "optimizer"),
        ({"hidden": (8,), "dropout": 0.2, "batch_size": 7}, "batch_size"),
        ({"hidden": (8,), "dropout": 0.2, "l2": 0.1}, "penalties"),
    ):
        with pytest.raises(InvalidInput, match=f"saved with another {named}"):
            prepared(Recipe(epochs=9, **other), houses()).resume(path)
    longer = prepared(Recipe(hidden=(8,), dropout=0.2, epochs=12), houses()).resume(path).learn()
    assert longer.history.epochs == 12


# --- small tables -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("validation", [0.0, 0.15, 0.9])
@pytest.mark.parametrize("m", [2, 3, 4, 5, 10])
def test_a_handful_of_rows(m: int, validation: float) -> None:
    rng = np.random.default_rng(m)
    x = np.arange(float(m))
    numbers, words = x * 2 + rng.normal(size=m), np.array(["a", "b"])[np.arange(m) % 2]
    for y in (numbers, words) if m > 2 else (numbers,):
        for norm in ("none", "batch_norm"):
            recipe = Recipe(hidden=(4,), norm=norm, epochs=4, validation=validation)
            model = TableModel(recipe).fit({"x": x, "y": y}, "y")
            assert model.outcome.ending == "finished"
            assert model.predict({"x": x}).shape == (m,)
            columns = model.history.columns
            assert ("validation_cost" in columns) == (validation > 0)
            assert all(np.isfinite(column).all() for column in columns.values())


def test_without_validation_the_cost_is_watched() -> None:
    model = TableModel(Recipe(hidden=(), validation=0, epochs=2000, patience=3, learning_rate=0.1)).fit(
        houses(), "price"
    )
    assert model.outcome.reason == "cost did not improve by 0.0001 in 3 epochs"
    assert "validation_cost" not in model.history
    assert model.history.epochs < 2000


@pytest.mark.parametrize("target", [0, np.int64(2), ("a", "y"), ("b", "z")], ids=str)
def test_a_target_as_the_frame_names_it(target):
    """The first column is called 0, which is not nothing."""
    names = pd.MultiIndex.from_tuples([("a", "x"), ("a", "y"), ("b", "z")]) if isinstance(target, tuple) else range(3)
    frame = pd.DataFrame({0: range(40), 1: np.arange(40) % 5, 2: np.arange(40) * 1.5}).set_axis(names, axis=1)
    model = TableModel(Recipe(hidden=(2,), epochs=1)).fit(frame, target)
    assert model.target.name == str(target)
    assert str(target) not in [column.name for column in model.encoder.columns]
    assert model.score(frame, target) == model.score(frame)
    assert experiment(frame, target, recipe=Recipe(hidden=(2,), epochs=1)).target.name == str(target)
