"""``glassnet trace``: a step in the user's own words; what cannot be traced is one sentence."""

import json
from pathlib import Path

import numpy as np
import pytest

import glassnet
from cli.commands import Call, Refused, contents, written
from glassnet import ledger


def test_a_row_by_number(call: Call, fruit_model: Path) -> None:
    result = call("trace", fruit_model, "fruits.csv", "--row", 3)
    assert (result.code, result.err) == (0, "")
    model = glassnet.load(fruit_model)
    assert result.out == f"{ledger(model.trace('fruits.csv', [3]), depth=2, digits=4)}\n"
    for said in ("row 3, one example", "(weight)", "(plum)", "1. Forward propagation", "4. The update", "J = "):
        assert said in result.out


def test_the_names_are_the_users(call: Call, house_model: Path) -> None:
    out = call("trace", house_model, "houses.csv", "--row", 60, "--depth", 3).out
    assert "(size)" in out and "(color = red)" in out and "y is (price - " in out
    model = glassnet.load(house_model)
    predicted = ledger(model.trace("houses.csv", [60]))["y^1"].value
    answer = model.predict("houses.csv")[59]
    assert predicted * model.target.scale + model.target.center == pytest.approx(answer, rel=1e-4)


def test_depth_layer_unit_and_digits(call: Call, fruit_model: Path) -> None:
    flat = call("trace", fruit_model, "fruits.csv", "--depth", 1).out
    assert "z1[" not in flat and "Z[1] = " in flat
    one = call("trace", fruit_model, "fruits.csv", "--layer", 2, "--unit", 5, "--digits", 2).out
    assert "z5[2] = " in one and "Z[1] = " not in one and "z4[2]" not in one
    assert "to 2 significant digits" in one


def test_several_rows(call: Call, fruit_model: Path) -> None:
    out = call("trace", fruit_model, "fruits.csv", "--row", 9, "--row", 4, "--depth", 1).out
    assert "2 examples, with the numbers of row 9" in out and "(2, 2)" in out


def test_json(call: Call, fruit_model: Path) -> None:
    facts = json.loads(call("trace", fruit_model, "fruits.csv", "--row", 3, "--json").out)
    model = glassnet.load(fruit_model)
    step = model.trace("fruits.csv", [3])
    lines = {line["symbol"]: line for part in facts["steps"] for line in part["lines"]}
    assert lines["L"]["value"] == pytest.approx(float(step.losses[0]))
    first = lines["Z[1]"]["inside"][0]
    assert first["symbol"] == "z1[1]" and first["value"] == pytest.approx(float(step.Z[1][0, 0]))


@pytest.mark.parametrize("option", ["-o", "--html"])
def test_html(call: Call, fruit_model: Path, folder: Path, option: str) -> None:
    result = call("trace", fruit_model, "fruits.csv", option, "step.html")
    assert (result.code, result.out) == (0, "the ledger is written to step.html\n")
    page = (folder / "step.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>") and "<math>" in page and "<script" not in page
    assert call("trace", fruit_model, "fruits.csv", option, "step.html").code == 0  # an earlier page is replaced


def test_nothing_is_changed(call: Call, fruit_model: Path, folder: Path) -> None:
    before = contents(folder)
    call("trace", fruit_model, "fruits.csv")
    assert contents(folder) == before


def test_the_step_is_on_exactly_these_rows(call: Call, house_model: Path) -> None:
    """The losses are those of the predictions, row by row."""
    model = glassnet.load(house_model)
    step = model.trace("houses.csv", [2, 7, 11])
    X, y = model.encode("houses.csv")
    np.testing.assert_array_equal(step.X, X[[1, 6, 10]])
    np.testing.assert_allclose(step.Y, y[[1, 6, 10]], rtol=1e-6)
    assert step.rows == (2, 7, 11)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("--row 61", "fruits.csv has the rows 1 to 60 (seen: row 61)"),
        ("--row 0", "--row must be a whole number at least 1 (seen: 0)"),
        ("--row -1", "--row must be a whole number at least 1"),
        ("--row three", "--row must be a whole number at least 1 (seen: 'three')"),
        ("--depth 4", "--depth must be a whole number at least 1 and at most 3"),
        ("--layer 99", "layer must be a whole number at least 1 and at most "),
        ("--layer 3 --unit 65", "unit must be a whole number at least 1 and at most "),
        ("--digits 0", "--digits must be"),
        ("-o step.txt", "'step.txt' does not end in .html"),
        ("-o gone/step.html", "there is no folder 'gone'"),
        ("--rwo 3", "there is no option '--rwo'; did you mean '--row'?"),
    ],
)
def test_what_cannot_be_traced(refused: Refused, fruit_model: Path, options: str, said: str) -> None:
    assert said in refused("trace", fruit_model, "fruits.csv", *options.split())


def test_an_html_file_that_is_none_is_left_alone(refused: Refused, fruit_model: Path, folder: Path) -> None:
    written(folder / "notes.html", ["my notes"])
    assert "exists and is not an HTML page" in refused("trace", fruit_model, "fruits.csv", "-o", "notes.html")


def test_a_table_without_the_target(refused: Refused, fruit_model: Path, folder: Path) -> None:
    written(folder / "new.csv", ["row,weight", "3,4"])
    assert "has no column 'fruit'" in refused("trace", fruit_model, "new.csv")


def test_the_wrong_table(refused: Refused, fruit_model: Path) -> None:
    assert refused("trace", fruit_model, "iris").startswith("iris lacks the columns")


def test_a_class_of_no_training_row(refused: Refused, fruit_model: Path, folder: Path) -> None:
    written(folder / "new.csv", ["row,weight,fruit", "3,4,pear"])
    assert "'pear'" in refused("trace", fruit_model, "new.csv")


def test_a_model_of_arrays(refused: Refused, folder: Path) -> None:
    X = np.linspace(0, 1, 20).reshape(-1, 1)
    glassnet.save(glassnet.LinearRegression().fit(X, X[:, 0]), "line.safetensors")
    assert "which takes arrays, not tables" in refused("trace", "line.safetensors", "iris")


def test_a_tree_in_the_terminal(call: Call, fruit_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    out = call("trace", fruit_model, "fruits.csv", "--depth", 1).out
    assert "├── " in out and "Z[1]" in out
