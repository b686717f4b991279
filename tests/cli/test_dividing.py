"""``glassnet train --group --order-by --weight --test --validation``: what is held out, and that it is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.commands import Call, Refused, written

ROWS = [
    f"s{i % 6},2024-{1 + i // 20:02}-{1 + i % 20:02},{i * 7 % 11},{i % 3},{i * 7 % 11 * 2 + i % 6}" for i in range(60)
]
HEAD = "shop,day,size,w,price"


@pytest.fixture
def sales(folder: Path) -> str:
    written(folder / "sales.csv", [HEAD, *ROWS])
    written(folder / "later.csv", [HEAD, *(row.replace("2024", "2025") for row in ROWS[:24])])
    return "sales.csv"


def test_the_division_is_said(call: Call, sales: str) -> None:
    result = call("train", sales, "--order-by", "day", "--weight", "w", "--epochs", 2)
    lines = result.out.splitlines()
    assert lines[3:5] == [
        "48 rows to learn from, 12 held out to judge by: the last by 'day', from 2024-03-09 on; "
        "rows weigh what 'w' says, also in every score",
        "validated on 7 of them: the last by 'day', from 2024-03-02 on",
    ]
    assert "note: column 'day' is left out: it orders the rows (as_input=, --as-input)" in result.err
    assert "--order-by)" not in result.err  # what was done is not advised


def test_weights_count_again_in_evaluate(call: Call, sales: str) -> None:
    trained = call("train", sales, "--order-by", "day", "--weight", "w", "--epochs", 2, "--json", "-o", "m.safetensors")
    result = call("evaluate", "m.safetensors", sales, "--weight", "w")
    assert "never seen; 41 learned from, 7 validated on are left out; rows weigh what 'w' says" in result.out
    again = json.loads(call("evaluate", "m.safetensors", sales, "--weight", "w", "--json").out)
    assert again["evaluation"]["scores"] == json.loads(trained.out)["evaluation"]["scores"]


def test_groups_and_the_document(call: Call, sales: str) -> None:
    facts = json.loads(call("train", sales, "--group", "shop", "--epochs", 2, "--json").out)
    assert facts["divided"] == "50 rows to learn from, 10 held out to judge by: 1 whole group of 6 by 'shop'"
    assert facts["validated"] == "validated on 10 of them: 1 whole group of 5 by 'shop'"
    assert (facts["learned_from"], facts["evaluation"]["rows"]) == (50, 10)


def test_files_of_rows(call: Call, sales: str, folder: Path) -> None:
    written(folder / "val.csv", [HEAD, *ROWS[:10]])
    result = call("train", sales, "--test", "later.csv", "--validation", "val.csv", "--epochs", 2)
    assert (
        "60 rows to learn from, the 24 rows of later.csv to judge by\nvalidated on the 10 rows of val.csv" in result.out
    )
    assert "on later.csv" in result.out and result.code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--test", "sales.csv"), "the data and test (--test) are the same table"),
        (("--test", "later.csv", "--validation", "./later.csv"), "are the same table (seen: later.csv)"),
        (("--test", "no-such.csv"), "no-such.csv"),
        (("--test", "1"), "--test must be a number at least 0 and below 1"),
        (("--validation", "-0.1"), "--validation must be a number at least 0 and below 1"),
        (("--group", "shops"), "there is no column in sales.csv named 'shops'; did you mean 'shop'"),
        (("--order-by", "price"), "'price' is the column to predict, so it can neither divide nor weigh the rows"),
        (("--order-by", "shop"), "holds neither numbers nor dates"),
    ],
)
def test_what_cannot_be(refused: Refused, sales: str, words: tuple[str, ...], said: str) -> None:
    assert said in refused("train", sales, *words)
