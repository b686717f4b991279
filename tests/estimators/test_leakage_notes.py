"""Columns that give the answer away are left out or said before the training: in Python, and by ``train``."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import glassnet
from glassnet.data.encoder import TableEncoder
from glassnet.data.reading.opening import open_source
from glassnet.data.reading.options import ReadOptions
from glassnet.errors import InvalidInput, UnknownName
from glassnet.estimators.table.experiment import Experiment
from glassnet.estimators.table.model import TableModel
from glassnet.estimators.table.recipe import Recipe

M = 200
RNG = np.random.default_rng(0)
SIZE, ROOMS = RNG.normal(50, 10, M).round(1), RNG.integers(1, 6, M)
PRICE = 3 * SIZE + 5 * ROOMS + RNG.normal(0, 5, M)
KIND = np.array(["flat", "house", "palace"])[np.digitize(PRICE, [150, 180])]
HOUSES = pd.DataFrame({"size": SIZE, "rooms": ROOMS, "price": PRICE})
KINDS = pd.DataFrame({"size": SIZE, "rooms": ROOMS, "kind": KIND})


def notes(table: object, target: str) -> tuple[str, ...]:
    found = Experiment.of(open_source(table), target).prepare(Recipe(hidden=()))  # type: ignore[arg-type]
    assert all(len(note) <= 300 for note in found.notes)
    return found.notes


@pytest.mark.parametrize("name", ["", "Unnamed: 0", "column 1", "index", "__index_level_0__", "rownames"])
@pytest.mark.parametrize(
    "numbers", [np.arange(M), np.arange(M) + 1, np.random.default_rng(1).permutation(M)], ids="abc"
)
def test_an_unnamed_row_number_is_left_out(name: str, numbers: np.ndarray) -> None:
    table = pd.concat([pd.DataFrame({name: numbers}), HOUSES], axis=1)
    model = TableModel(Recipe(hidden=(), epochs=1)).fit(table)
    assert model.encoder.input_names == ("size", "rooms")
    assert model.notes == (
        f"column {name!r} is left out: it numbers the rows ({numbers.min()} to {numbers.max()}), and has no name",
    )
    assert model.check(table) == []  # nor is it unknown to the model


def test_the_index_that_pandas_writes_is_left_out(tmp_path: Path) -> None:
    HOUSES.sample(frac=0.9, random_state=0).to_csv(tmp_path / "t.csv")
    assert TableEncoder().fit(open_source(tmp_path / "t.csv"), ["price"]).input_names == ("size", "rooms")


@pytest.mark.parametrize("values", [ROOMS, SIZE, np.where(np.arange(M) < 3, np.nan, np.arange(M)), np.arange(M) * 7])
def test_another_column_without_a_name_is_used(values: np.ndarray) -> None:
    assert "" in TableEncoder().fit({"": values, "size": SIZE}).input_names


@pytest.mark.parametrize("numbers", [np.arange(M), np.random.default_rng(1).permutation(M) + 1], ids="ab")
def test_a_named_row_number_is_said(numbers: np.ndarray) -> None:
    (note,) = notes(HOUSES.assign(house=numbers), "price")
    assert note.startswith("column 'house' numbers the rows (")
    assert note.endswith("leave it out (exclude=, --exclude) if it is only a number")


@pytest.mark.parametrize(("table", "target"), [(HOUSES, "price"), (KINDS, "kind")], ids=["numbers", "classes"])
@pytest.mark.parametrize("step", [1, 7])
def test_an_id_that_sorts_with_the_target_is_said(table: pd.DataFrame, target: str, step: int) -> None:
    ordered = table.sort_values(target).reset_index(drop=True)
    (note,) = notes(ordered.assign(id=1000 + step * np.arange(M)), target)
    assert "'id'" in note and "--exclude" in note
    assert ("numbers the rows" in note and "gives the answer away" in note) == (step == 1)


@pytest.mark.parametrize(
    ("table", "target", "copy"),
    [
        (HOUSES, "price", PRICE),
        (HOUSES, "price", PRICE * 1.1 + 3),
        (HOUSES, "price", -PRICE),
        (HOUSES, "price", np.log(PRICE)),
        (HOUSES, "price", PRICE + RNG.normal(0, 0.5, M)),
        (KINDS, "kind", pd.Series(KIND).map({"flat": "A", "house": "B", "palace": "C"})),
        (KINDS, "kind", pd.Series(KIND).map({"flat": 3, "house": 1, "palace": 2})),
        (KINDS.replace("palace", "house"), "kind", np.where(KIND == "flat", "sold", None)),
        (KINDS.replace("palace", "house"), "kind", KIND == "flat"),
    ],
    ids=["copy", "affine", "falling", "logarithm", "noisy", "words", "numbers", "missing", "flag"],
)
def test_a_copy_of_the_target_is_said(table: pd.DataFrame, target: str, copy: object) -> None:
    (note,) = notes(table.assign(other=copy)[["other", "size", "rooms", target]], target)
    assert note.startswith(f"the column 'other' alone predicts '{target}'")


def test_honest_columns_are_not_suspected() -> None:
    assert notes(HOUSES, "price") == notes(KINDS, "kind") == ()
    for name in ("iris", "wine", "breast_cancer", "diabetes", "digits"):
        source = open_source(name)
        assert not any("predict" in note or "numbers the rows" in note for note in notes(source, source.target or ""))


def test_a_single_column_and_few_rows_are_not_suspected() -> None:
    assert notes({"t": np.arange(M), "y": np.arange(M) * 2.0}, "y") == ()
    assert notes({"t": [1, 2, 3, 4], "u": [4, 3, 1, 2], "y": [1.5, 2.5, 3.0, 4.0]}, "y") == ()


def test_a_column_can_be_excluded(tmp_path: Path) -> None:
    HOUSES.assign(eur=PRICE * 2).to_csv(tmp_path / "t.csv", index=False)
    source = open_source(tmp_path / "t.csv", ReadOptions(exclude=("eur", "rooms")))
    assert source.names == ("size", "price")
    assert open_source(source).take([0, 2]).rows == 2
    model = TableModel(Recipe(hidden=(), epochs=1)).fit(source)
    assert model.notes == ()
    assert model.check(tmp_path / "t.csv") == [
        "t.csv has the columns 'rooms', 'eur' that the model does not know: ignored"
    ]
    with pytest.raises(UnknownName, match="did you mean 'size'"):
        open_source(HOUSES, ReadOptions(exclude=("sise",)))
    with pytest.raises(InvalidInput, match="without what is excluded has no columns"):
        open_source({"a": [1]}, ReadOptions(exclude=("a",)))
    iris = open_source("iris", ReadOptions(exclude=("species",)))
    assert glassnet.experiment(iris, recipe=Recipe(hidden=(), epochs=1)).target.name == "petal width (cm)"
