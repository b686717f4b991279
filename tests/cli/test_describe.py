"""``glassnet evaluate`` and ``glassnet describe``."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from sklearn.base import clone

import glassnet
from cli.commands import Call, Refused, written


def test_evaluate_and_the_trivial_guess(call: Call, fruit_model: Path) -> None:
    result = call("evaluate", fruit_model, "fruits.csv", "--judge", "all")
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith("fruits.csv: 60 rows; target 'fruit'\n")
    facts = json.loads(call("evaluate", fruit_model, "fruits.csv", "--judge", "all", "--json").out)
    scores = facts["evaluation"]["scores"]
    assert set(scores) == {"accuracy", "log-loss", "AUC"}
    assert f"{scores['accuracy']['model']:.4g}" in result.out
    truth = [line.split(",")[2] for line in Path("fruits.csv").read_text().splitlines()[1:]]
    answers = glassnet.load(fruit_model).predict("fruits.csv")
    assert scores["accuracy"]["model"] == np.mean(answers == truth)
    assert scores["accuracy"]["baseline"] == truth.count("plum") / 60
    assert np.sum(facts["evaluation"]["confusion"]) == facts["rows"] == 60


def test_evaluate_needs_the_truth(refused: Refused, house_model: Path, folder: Path) -> None:
    written(folder / "new.csv", ["size,color,prize", "3,red,4"])
    assert refused("evaluate", house_model, "new.csv").startswith(
        "new.csv has no column 'price' to predict; 'prize' is near"
    )


def test_evaluate_on_a_class_never_seen(refused: Refused, fruit_model: Path, folder: Path) -> None:
    written(folder / "new.csv", ["row,weight,fruit", "1,2,pear"])
    sentence = refused("evaluate", fruit_model, "new.csv")
    assert "'pear'" in sentence
    assert "'apple', 'plum'" in sentence


@pytest.mark.parametrize("width", [30, 50, 80])
def test_a_table_that_does_not_fit_is_not_shown(
    call: Call, monkeypatch: pytest.MonkeyPatch, width: int, folder: Path
) -> None:
    lines = [f"{i},{i % 7},{'a long name of an apple' if i % 7 < 3 else 'the plum'}" for i in range(40)]
    written(folder / "fruits.csv", ["row,weight,fruit", *lines])
    monkeypatch.setenv("COLUMNS", str(width))
    result = call("train", "fruits.csv", "--epochs", 2)
    shown = result.out.partition("epochs done")[2].splitlines()
    tables = [
        line
        for line in shown
        if line.startswith(("accuracy", "log-loss", "truth", "─", "8 held-out rows: ", "model: "))
    ]
    assert tables
    assert max(map(len, tables)) <= width
    assert ("the confusion matrix is wider" in result.out) == (width < 50)
    if width > 50:
        assert "a long nam…apple  the plum" in result.out


def test_describe_a_table(call: Call, houses: Path) -> None:
    result = call("describe", "houses.csv")
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith("houses.csv: 60 rows, 3 columns\nthe target is 'price', the last column")
    assert "task: regression, because 'price' holds numbers" in result.out
    facts = json.loads(call("describe", "houses.csv", "--json").out)
    assert [(column["name"], column["kind"]) for column in facts["columns"]] == [
        ("size", "number"),
        ("color", "category"),
    ]
    assert (facts["rows"], facts["target"], facts["task"]) == (60, "price", "regression")


def test_describe_a_table_that_cannot_be_learned_from(call: Call, folder: Path) -> None:
    written(folder / "same.csv", ["a,y", *(f"{i},1.5" for i in range(9))])
    result = call("describe", "same.csv")
    assert result.code == 0
    assert result.notes == ["the target 'y' is constant (seen: 1.5 in all 9 rows); there is nothing to learn from it."]


def test_describe_a_model(call: Call, house_model: Path) -> None:
    result = call("describe", house_model)
    assert (result.code, result.err) == (0, "")
    for words in ("is          a model of a table", "target              price", "dense relu", "hidden         64, 64"):
        assert words in result.out
    assert "\n\n\n" not in result.out
    facts = json.loads(call("describe", house_model, "--json").out)
    assert facts["predicts"]["target"] == "price"
    assert facts["recipe"]["epochs"] == 30


ESTIMATORS = {
    "a multi-layer perceptron that names classes": glassnet.MLPClassifier((5,)),
    "a multi-layer perceptron that predicts numbers": glassnet.MLPRegressor(hidden_layer_sizes=(5,)),
    "a linear regression": glassnet.LinearRegression(),
    "a logistic regression": glassnet.LogisticRegression(),
}


@pytest.mark.parametrize("name", ESTIMATORS)
def test_describe_a_model_saved_from_python(call: Call, folder: Path, name: str) -> None:
    model = clone(ESTIMATORS[name]).set_params(solver="lbfgs")
    X = np.random.default_rng(0).normal(size=(40, 3))
    glassnet.save(model.fit(X, X[:, 0] > 0 if hasattr(model, "predict_proba") else X[:, 0]), "model.bin")
    result = call("describe", "model.bin")  # known by its content, not by its name
    assert (result.code, result.err) == (0, "")
    assert f"is          {name}" in result.out
    facts = json.loads(call("describe", "model.bin", "--json").out)
    assert facts["network"]["inputs"] == 3
    assert facts["settings"]["solver"] == "lbfgs"


def test_describe_what_is_not_there(refused: Refused, house_model: Path) -> None:
    assert "the nearest name is 'houses.csv'" in refused("describe", "house.csv")
    assert "'houses.safetensors'" in refused("describe", "house.safetensors")


def test_a_wide_table_is_shown_in_part_and_listed_whole(call: Call, folder: Path) -> None:
    names = [f"c{j}" for j in range(301)]
    table = written(
        folder / "wide.csv", [",".join(names), *(",".join(str(i * j % 7) for j in range(301)) for i in (1, 2))]
    )
    text = call("describe", table).out
    assert "c199" in text and "c200" not in text.split("and 100 more")[0]
    assert "and 100 more columns; --json lists all of them" in text
    assert len(json.loads(call("describe", table, "--json").out)["columns"]) == 300
