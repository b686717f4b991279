"""Tables that are odd, under the preset of several networks: each is learned from, or the sentence says why not."""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from glassnet import Recipe, TableModel, TabularClassifier, TabularRegressor, open_source, save
from glassnet.data.unfamiliar import UnfamiliarWarning
from glassnet.errors import InvalidInput, UnknownName, UnusableFile
from glassnet.learning.run import Run

M = 40
RNG = np.random.default_rng(0)
BASE = pd.DataFrame({"a": RNG.normal(size=M), "b": RNG.choice(list("xyz"), M)})
NAMES, NUMBERS = np.where(BASE.a > 0, "p", "q"), np.asarray(BASE.a * 2 + 1)
SOON = {"time_limit": 0.05}
FULL = "cannot be written .*would exceed the size allowed here.*; choose another place"


@pytest.mark.parametrize(
    "more",
    [
        {"empty": np.nan},
        {"code": RNG.integers(1, 4, M) * 1000},
        {"day": pd.date_range("2024-01-01", periods=M)},
        {"id": [f"u{i}" for i in range(M)]},
        {"gaps": np.where(np.arange(M) % 3, np.arange(M), np.nan)},
    ],
    ids=lambda more: next(iter(more)),
)
def test_columns_that_are_odd_are_learned_from(more: dict[str, Any]) -> None:
    table = BASE.assign(**more)
    model = TabularClassifier(**SOON).fit(table, NAMES)
    assert model.predict_proba(table).shape == (M, 2)
    new_category = table.assign(b="never seen")
    with pytest.warns(UnfamiliarWarning, match="'b'"):
        assert set(model.predict(new_category)) <= {"p", "q"}


@pytest.mark.parametrize("rows", [3, 5, 12])
def test_few_rows(rows: int) -> None:
    assert TabularRegressor(**SOON).fit(BASE[:rows], NUMBERS[:rows]).predict(BASE[:rows]).shape == (rows,)
    labels = np.resize(["p", "q"], rows)
    assert TabularClassifier(**SOON).fit(BASE[:rows], labels).predict_proba(BASE[:rows]).shape == (rows, 2)


def test_one_column_and_many() -> None:
    one = TabularClassifier(**SOON).fit(BASE[["a"]], NAMES)
    assert one.score(BASE[["a"]], NAMES) == np.mean(one.predict(BASE[["a"]]) == NAMES)
    wide = pd.DataFrame(np.random.default_rng(1).normal(size=(12, 3000)), columns=[f"c{j}" for j in range(3000)])
    assert TabularRegressor("fast", **SOON).fit(wide, NUMBERS[:12]).predict(wide).shape == (12,)


def test_a_class_of_one_row_and_a_millisecond() -> None:
    labels = np.where(np.arange(M) == 3, "once", NAMES)
    model = TabularClassifier(time_limit=0.001).fit(BASE, labels)
    assert model.classes_.tolist() == ["once", "p", "q"] and model.predict_proba(BASE).shape == (M, 3)
    assert model.outcome.reason == "the time limit is over" and "0.001" in repr(model)


@pytest.mark.parametrize(
    ("table", "target", "said"),
    [
        (BASE[[]].assign(c=np.nan), NAMES, "has no column to learn from"),
        (BASE, np.full(M, "p"), "has only one class"),
        (BASE, np.full(M, 3.0), "is constant"),
        (BASE[:2], ["p", "q"], "a class of its own"),
        (BASE.assign(i=np.where(np.arange(M) == 7, np.inf, 1.0)), NAMES, "row 8 of column 'i' is infinite"),
        (BASE.assign(x=[1, "two", None, 3.5] * (M // 4)), NAMES, "mixes numbers and words"),
        (BASE, np.where(np.arange(M) == 2, np.nan, NUMBERS), "is missing in some rows"),
        (BASE, np.where(np.arange(M) == 2, np.inf, NUMBERS), "is infinite"),
    ],
)
def test_what_cannot_be_learned_from_is_said(table: pd.DataFrame, target: Any, said: str) -> None:
    kind = TabularRegressor if np.asarray(target).dtype.kind == "f" else TabularClassifier
    with pytest.raises(InvalidInput, match=said):
        kind().fit(table, target)


def test_a_metric_that_does_not_exist_raises_before_the_work() -> None:
    with pytest.raises(UnknownName, match=r"'f1'.*accuracy, log_loss"):
        TabularClassifier(metric="f1").fit(BASE, NAMES)
    with pytest.raises(UnknownName, match=r"regression metric 'accuracy'.*rmse, mae"):
        TabularRegressor("plain", metric="accuracy").fit(BASE, NUMBERS)


def test_the_metric_decides() -> None:
    few = Recipe(hidden=(8,), epochs=8)
    losses = {
        metric: TableModel(few, preset="fast", metric=metric).fit(BASE.assign(y=NAMES)).network.loss.settings()
        for metric in ("accuracy", "log_loss", None)
    }
    assert losses["accuracy"] == losses[None] != losses["log_loss"] == {"label_smoothing": 0.0}
    words = [
        TableModel(few, preset="fast", metric=metric).fit(BASE.assign(y=NUMBERS)).choice.criterion
        for metric in ("mae", "rmse", None)
    ]
    assert words == ["MAE", "RMSE", "RMSE"]
    alone = TableModel(few, metric="mae").fit(BASE.assign(y=NUMBERS))
    assert "one alone is trained by its loss" in " ".join(alone.notes)


@pytest.fixture
def largest_file() -> Iterator[Callable[[int], None]]:
    """Sets how many bytes a file may have: what is larger fails half-written, as on a disk that is full."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_a_full_disk_while_several_networks_are_saved(tmp_path: Path, largest_file: Callable[[int], None]) -> None:
    model, path = TabularClassifier("fast", **SOON).fit(BASE, NAMES), tmp_path / "m.safetensors"
    save(model, path)
    before = path.read_bytes()
    largest_file(len(before) // 2)
    with pytest.raises(UnusableFile, match=FULL) as caught:
        save(model, path)
    assert len(str(caught.value).splitlines()) == 1
    assert path.read_bytes() == before and [one.name for one in tmp_path.iterdir()] == [path.name]


def test_a_disk_that_fills_up_while_a_bag_is_trained(tmp_path: Path, largest_file: Callable[[int], None]) -> None:
    place, few = tmp_path / "checkpoint", Recipe(hidden=(4,), epochs=9, threads=1)

    def fill(run: Run) -> None:
        if run.state.epoch == 2:
            largest_file(1000)

    source = open_source(BASE.assign(y=NAMES))
    bag = TableModel(few, preset="best", n_folds=2).prepare(source, "y").save_to(place, seconds=0)
    with pytest.warns(UserWarning, match=f"{FULL}.* Training continues; the last checkpoint is unchanged") as caught:
        bag.learn([fill])
    assert len(caught) == 1  # not once a save
    with pytest.raises(UnusableFile, match=FULL):
        save(bag, tmp_path / "m.safetensors")
    assert [one.name for one in tmp_path.iterdir()] == [place.name]
    saved = TableModel(few, preset="best", n_folds=2).prepare(source, "y").resume(place).learn()
    assert np.array_equal(saved.predict_proba(BASE), bag.predict_proba(BASE))  # what was there is whole
