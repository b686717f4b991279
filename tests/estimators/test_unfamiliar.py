"""Cells unlike all of training are counted and said: one note a column, never many; answers stay as they are."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import glassnet
from glassnet import Recipe, TableModel, UnfamiliarWarning, open_source
from glassnet.data.encoder import TableEncoder
from glassnet.data.unfamiliar import Unfamiliar

M = 120
RNG = np.random.default_rng(0)
HOMES = pd.DataFrame(
    {
        "city": RNG.choice(["rome", "oslo"], M),
        "size": RNG.uniform(10, 80, M).round(1),
        "pool": RNG.choice([True, False], M),
        "sold": pd.date_range("2024-01-01", periods=M).strftime("%Y-%m-%d"),
        "tax": np.where(np.arange(M) % 5 == 0, np.nan, RNG.normal(size=M)),
        "agent": [f"agent {i}" if i % 12 == 0 else "ab"[i % 2] for i in range(M)],
        "price": RNG.normal(100, 10, M),
    }
)
MODEL = TableModel(Recipe(hidden=(), epochs=1)).fit(HOMES)


def notes(table: pd.DataFrame) -> list[str]:
    MODEL.encoder.transform(table, found := Unfamiliar())
    return list(found.notes())


def changed(column: str, value: object, rows: int = M) -> pd.DataFrame:
    table = HOMES.astype({column: object})
    table.loc[: rows - 1, column] = value
    return table


@pytest.mark.parametrize(
    ("column", "value", "rows", "note"),
    [
        ("city", "paris", M, "holds values in all 120 rows that training had not, such as 'paris'"),
        (
            "city",
            "ROME",
            3,
            "holds values in 3 of 120 rows that training had not, such as 'ROME' ('rome' may be meant)",
        ),
        ("city", None, M, "is empty in all 120 rows, which it never was in training"),
        ("size", None, 2, "is empty in 2 of 120 rows, which it never was in training"),
        ("size", 1e6, 4, "is far outside what training saw (10.7 to 79.7) in 4 of 120 rows, such as 1e+06"),
        ("size", True, M, "held numbers in training, and holds true and false in all 120 rows, taken as 1 and 0"),
        ("pool", None, M, "is empty in all 120 rows, which it never was in training"),
        (
            "sold",
            "2031-05-05",
            9,
            "is far outside what training saw (2024-01-01 to 2024-04-29) in 9 of 120 rows, such as",
        ),
        ("sold", None, 9, "is empty in 9 of 120 rows, which it never was in training"),
        ("tax", None, M, "is empty in all 120 rows"),
        ("agent", "nobody", M, "holds rare or new values in all 120 rows, such as 'nobody'"),
    ],
)
def test_one_note_with_a_count(column: str, value: object, rows: int, note: str) -> None:
    (said,) = notes(changed(column, value, rows))
    assert said.startswith(f"column {column!r} {note}")


@pytest.mark.parametrize(
    "table",
    [
        HOMES,
        HOMES.iloc[1:2],
        changed("tax", None, 100),  # empty cells are nothing new
        changed("agent", "nobody", 50),  # nor are rare values
        changed("size", 120.0),  # outside, but not far
    ],
    ids=range(5),
)
def test_what_training_knew_is_not_noted(table: pd.DataFrame) -> None:
    assert notes(table) == []


def test_of_many_columns_the_worst_are_named() -> None:
    table = pd.DataFrame({f"c{j}": ["a", "b"] * 10 for j in range(12)})
    encoder = TableEncoder().fit(table)
    encoder.transform(table.replace("a", "x" * 1000), found := Unfamiliar())
    said = list(found.notes())
    assert said[-1] == "7 more columns hold cells unlike all of training"
    assert len(said) == 6
    assert all(len(note) <= 300 for note in said)


def test_counts_do_not_depend_on_blocks(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    changed("city", "paris", 70).to_csv(path, index=False)
    source = glassnet.open_source(path, glassnet.ReadOptions(block_bytes=500))
    for _ in MODEL.encoder.blocks(source, found := Unfamiliar()):
        pass
    assert list(found.notes()) == [
        "column 'city' holds values in 70 of 120 rows that training had not, such as 'paris'"
    ]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["0.12", "0.5"], True),
        ([0.12, 0.5], True),
        ([12, None], True),
        (["12%", "0.5"], False),
        (["12 %", None], False),
        (["0.12"], True),
    ],
)
def test_a_percent_sign_that_training_had(cells: list[object], said: bool) -> None:
    table = pd.DataFrame({"share": [f"{i % 90}%" for i in range(100)], "y": np.arange(100.0) % 7})
    encoder = TableEncoder().fit(open_source(table), exclude=["y"])
    encoder.transform(pd.DataFrame({"share": cells}), found := Unfamiliar())
    sentence = "column 'share' was written with % in training, and no cell is here: "
    assert any(note.startswith(sentence) for note in found.notes()) == said


@pytest.mark.parametrize("method", ["predict", "evaluate", "predict_blocks"])
def test_python_is_warned(method: str) -> None:
    with pytest.warns(UnfamiliarWarning, match="'city' holds values in all 120 rows") as caught:
        answers = getattr(MODEL, method)(changed("city", "paris"))
        list(answers) if method == "predict_blocks" else None
    assert len(caught) == 1


def test_a_loaded_model_warns_and_looking_changes_nothing(tmp_path: Path) -> None:
    glassnet.save(MODEL, tmp_path / "m.safetensors")
    loaded = glassnet.load(tmp_path / "m.safetensors")
    with pytest.warns(UnfamiliarWarning, match="is far outside what training saw"):
        loaded.predict(changed("size", -1e9))
    X = MODEL.encoder.transform(changed("size", -1e9))
    np.testing.assert_array_equal(X, loaded.encoder.transform(changed("size", -1e9), Unfamiliar()))


def test_judging_held_out_rows_warns_of_nothing() -> None:
    table = HOMES.assign(city=[f"city {i}" if i % 10 == 0 else "ab"[i % 2] for i in range(M)])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = glassnet.experiment(table, recipe=Recipe(hidden=(), epochs=1))
    assert caught == [] and found.evaluation is not None
