"""Whole numbers that seem to be codes of categories are noted, amounts and grades are not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from glassnet import Recipe, experiment, open_source
from glassnet.data.reading.bundled import SETS
from glassnet.data.reading.options import ReadOptions
from glassnet.estimators.table.experiment import Experiment

M = 400
RNG = np.random.default_rng(0)
CODES = RNG.integers(0, 5, (M, 4))
EFFECT = np.array([0.0, 3.0, -2.0, 2.5, -3.0])[CODES].sum(axis=1) + RNG.normal(0, 1, M)
KIND = np.array(["low", "middle", "high"])[np.digitize(EFFECT, [-2, 2])]


def hints(table: dict[str, Any] | str, options: ReadOptions | None = None) -> list[str]:
    notes = Experiment.of(open_source(table, options)).prepare(Recipe(hidden=())).notes
    return [note for note in notes if "--categorical" in note]


def table(columns: np.ndarray, target: np.ndarray) -> dict[str, Any]:
    return {f"A{j}": column for j, column in enumerate(columns.T)} | {"size": RNG.normal(size=M), "y": target}


@pytest.mark.parametrize("target", [EFFECT, KIND, EFFECT > 0], ids=["numbers", "classes", "yes or no"])
@pytest.mark.parametrize("written", [lambda codes: codes, lambda codes: codes.astype(str)], ids=["numbers", "text"])
def test_codes_are_noted(target: np.ndarray, written: Any) -> None:
    assert hints(table(written(CODES), target)) == [
        "the columns 'A0', 'A1', 'A2' and 1 more hold few whole numbers, and their order says little about 'y': if "
        "they are codes, read them as categories (categorical=, --categorical)"
    ]
    assert hints(table(written(CODES), target), ReadOptions(categorical=("A*",))) == []


@pytest.mark.parametrize(
    ("columns", "target"),
    [
        (CODES, CODES.sum(axis=1) + RNG.normal(0, 1, M)),  # grades, along a line
        (CODES, RNG.normal(0, 1, M)),  # nothing
        (CODES[:, :2], EFFECT),  # two columns may bend
        (CODES * 10, EFFECT),  # with gaps: amounts
        (CODES + 0.5, EFFECT),
        (np.minimum(CODES, 1), EFFECT),  # of two values each order is one
        (RNG.integers(0, 30, (M, 4)), EFFECT),
        (np.full((M, 4), 3), EFFECT),
    ],
    ids=["grades", "noise", "two columns", "gaps", "fractions", "two values", "many values", "constant"],
)
def test_others_are_not(columns: np.ndarray, target: np.ndarray) -> None:
    assert hints(table(columns, target)) == []


def test_bundled_sets_and_few_rows_draw_no_hint() -> None:
    assert all(hints(name) == [] for name in SETS)
    few = {name: column[:5] for name, column in table(CODES, EFFECT).items()}
    assert hints(few) == []


def test_a_star_stands_for_columns() -> None:
    rows = table(CODES, EFFECT) | {"B*": CODES[:, 0], "y": EFFECT}
    read = open_source(rows, ReadOptions(categorical=("A*",), exclude=("B*",)))
    assert read.options.categorical == ("A0", "A1", "A2", "A3") and "B*" not in read.names
    found = experiment(read, "y", recipe=Recipe(hidden=(), epochs=1))
    kinds = {column.name: column.kind for column in found.model.encoder.columns}
    assert kinds == dict.fromkeys(("A0", "A1", "A2", "A3"), "category") | {"size": "number"}
