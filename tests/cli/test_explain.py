"""``glassnet explain``: a row's answer taken apart, and which columns matter."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from cli.commands import Call, Refused
from glassnet import explain, importance, load


def test_a_row_in_the_users_columns(call: Call, fruit_model: Path) -> None:
    done = call("explain", fruit_model, "fruits.csv", "--row", 3)
    assert done.code == 0 and not done.errors
    found = explain(load(fruit_model), "fruits.csv", 3)
    for sentence in found.sentences():
        assert sentence in done.out
    assert [line.split()[0] for line in done.out.splitlines() if line[:6] in ("weight", "row   ")]
    assert "integrated gradients" in done.out and "DeepLIFT" not in done.out
    column, value, contribution, drawn, *_ = found.table()[1][0]
    largest = found.ranked()[0]
    assert (column, float(contribution)) == (largest.column, pytest.approx(found.contributions()[column], rel=1e-3))
    assert contribution[0] == "-" if found.contributions()[column] < 0 else "+"
    assert drawn == "█" * 12 and all(text in done.out for text in (column, value, contribution, drawn))


def test_three_methods_side_by_side(call: Call, fruit_model: Path) -> None:
    done = call("explain", fruit_model, "fruits.csv", "--row", 3, "--all-methods")
    assert "integrated gradients" in done.out and "DeepLIFT" in done.out and "█" not in done.out


def test_the_same_as_json(call: Call, fruit_model: Path) -> None:
    facts = json.loads(call("explain", fruit_model, "fruits.csv", "--row", 3, "--json").out)
    found = explain(load(fruit_model), "fruits.csv", 3)
    assert facts["answer"] == found.answer and facts["row"] == 3
    for name in ("integrated", "layerwise"):
        total = sum(column[name] for column in facts["columns"])
        assert total == pytest.approx(facts["score"] - facts["baseline_score"], rel=1e-6)
        assert {c["column"]: c[name] for c in facts["columns"]} == pytest.approx(found.contributions(name))


def test_a_price_in_its_own_unit(call: Call, house_model: Path) -> None:
    facts = json.loads(call("explain", house_model, "houses.csv", "--row", 60, "--baseline", "zero", "--json").out)
    assert facts["explained"] == "price" and facts["baseline"] == "all inputs 0"
    assert facts["score"] == pytest.approx(load(house_model).predict("houses.csv")[59], rel=1e-4)
    assert all(column["counterfactual"] is None for column in facts["columns"])


def test_the_other_class(call: Call, fruit_model: Path) -> None:
    both = [
        json.loads(call("explain", fruit_model, "fruits.csv", "--row", 1, "--output", name, "--json").out)
        for name in ("apple", "plum")
    ]
    assert both[0]["score"] == pytest.approx(-both[1]["score"])
    assert both[0]["probability"] + both[1]["probability"] == pytest.approx(1)


def test_the_whole_table(call: Call, fruit_model: Path) -> None:
    facts = json.loads(call("explain", fruit_model, "fruits.csv", "--repeats", 4, "--judge", "all", "--json").out)
    found = importance(load(fruit_model), "fruits.csv", repeats=4, judge="all")
    assert [c["column"] for c in facts["columns"]] == [name for name, _, _ in found.ranked()]
    np.testing.assert_allclose([c["importance"] for c in facts["columns"]], [mean for _, mean, _ in found.ranked()])
    assert facts["columns"][0]["column"] == "weight"
    assert "accuracy on 12 rows (never seen; " in call("explain", fruit_model, "fruits.csv").out
    assert "accuracy on 60 rows (" in call("explain", fruit_model, "fruits.csv", "--judge", "all").out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--row", 61], "there is no row 61 (seen: 60 rows); choose one from 1 to 60."),
        (["--row", 0], "--row must be a whole number"),
        (["--row", "x"], "--row must be a whole number"),
        (["--row", 1, "--baseline", "median"], "there is no baseline 'median'"),
        (["--row", 1, "--output", "pear"], "there is no class 'pear'"),
        (["--baseline", "mean"], "--baseline and --output explain a row"),
        (["--all-methods"], "--all-methods explains a row"),
        (["--row", 1, "--repeats", 3], "--repeats is for the importance of columns"),
    ],
)
def test_refusals(refused: Refused, fruit_model: Path, arguments: list[object], said: str) -> None:
    assert said in refused("explain", fruit_model, "fruits.csv", *arguments)


def test_a_table_without_its_columns(refused: Refused, fruit_model: Path) -> None:
    assert "lacks" in refused("explain", fruit_model, "iris", "--row", 1)
    Path("bare.csv").write_text("row,weight\n1,2\n")
    assert "fruit" in refused("explain", fruit_model, "bare.csv")


def test_without_the_target_a_row_can_be_explained(call: Call, fruit_model: Path) -> None:
    Path("bare.csv").write_text("weight,row\n6,5\n1,2\n")
    done = call("explain", fruit_model, "bare.csv", "--row", 1)
    assert done.code == 0 and "row 1 (learned from): the model predicts plum" in done.out
