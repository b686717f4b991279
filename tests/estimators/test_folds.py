"""Rows held out in turn: every row teaches, every row chooses, and none chooses a network that it has taught."""

from __future__ import annotations

import signal
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_diabetes, load_wine

from glassnet import Recipe, TableModel, TabularClassifier, TabularRegressor, load, open_source, save
from glassnet.data.splitting.folds import fold_numbers
from glassnet.data.splitting.split import Split
from glassnet.errors import Diverged, InvalidInput
from glassnet.estimators.table.choice import blended, candidates
from glassnet.learning.blending.criteria import CRITERIA
from glassnet.learning.run import Run
from glassnet.learning.together import Deadline
from glassnet.learning.training import INTERRUPTED

QUICK = Recipe(hidden=(8,), epochs=6)
LEAST = Recipe(hidden=(2,), epochs=1)


@pytest.fixture(scope="module")
def wine() -> Any:
    return load_wine(as_frame=True).frame


@pytest.fixture(scope="module")
def model(wine: Any) -> TableModel:
    return TableModel(QUICK, preset="best", n_folds=3).fit(wine, "target")


@given(st.integers(2, 60), st.integers(2, 6), st.integers(0, 2**64 - 1), st.integers(1, 4))
@settings(max_examples=40)
def test_folds_are_nearly_equal_and_of_each_class_too(m: int, k: int, seed: int, classes: int) -> None:
    y = np.arange(m) % classes
    numbers = fold_numbers(Split(), m, k, seed, y)
    counts = np.array([np.bincount(numbers[y == c], minlength=k) for c in range(classes)])
    assert np.ptp(counts.sum(axis=0)) <= 1 and (np.ptp(counts, axis=1) <= 1).all()


@given(st.lists(st.integers(0, 5), min_size=2, max_size=60), st.integers(2, 4), st.integers(0, 1000))
@settings(max_examples=40)
def test_a_group_is_in_one_fold(groups: list[int], k: int, seed: int) -> None:
    found = np.array(groups)
    numbers = fold_numbers(Split(groups=found), len(found), k, seed)
    assert all(len(set(numbers[found == group])) == 1 for group in groups)
    assert len(set(numbers)) == min(k, len(set(groups)))


def test_an_order_makes_no_folds() -> None:
    with pytest.raises(InvalidInput, match="in the order of 'day' make no folds"):
        fold_numbers(Split(order=np.arange(9.0), order_by="day"), 9, 3, 0)


def test_each_row_is_held_out_once_and_not_learned_from_meanwhile(wine: Any) -> None:
    made = TableModel(QUICK, preset="best", n_folds=3).prepare(open_source(wine), "target")
    parts = made.jobs[:: made.kinds]
    assert [job.validation is None for job in parts] == [False, False, False, True, True]
    whole = np.sort(parts[3].rows.X, axis=0)
    for job in parts[:3]:
        assert (np.sort(np.vstack([job.rows.X, job.validation.X]), axis=0) == whole).all()
        assert np.ptp(np.bincount(job.validation.Y) - np.bincount(parts[3].rows.Y) / 3) < 2
    assert (np.sort(np.vstack([job.validation.X for job in parts[:3]]), axis=0) == whole).all()
    seeds = [job.state.seed for job in made.jobs]
    assert len(set(seeds)) == 3 * made.kinds and seeds[3 * made.kinds :] == seeds[: 2 * made.kinds]


def test_folds_hold_the_rows_twice_and_no_more(wine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    made = TableModel(LEAST, preset="best").prepare(open_source(wine), "target")
    every = [rows.X for job in made.jobs for rows in (job.rows, job.validation) if rows is not None]
    twice = every[0].base
    assert all(X.base is twice for X in every) and len(twice) < 2 * len(wine)
    monkeypatch.setattr("glassnet.hardware.ALWAYS_THERE", 0)
    monkeypatch.setattr("glassnet.hardware.available_memory", lambda: 50_000_000 // 10_000)
    with pytest.raises(InvalidInput, match=r"a second copy of 178 encoded rows.*fit in memory.*n_folds=1"):
        TableModel(LEAST, preset="best").prepare(open_source(wine), "target")


def test_all_rows_teach_and_choose(model: TableModel, wine: Any) -> None:
    assert (
        model.rows == model.validation_rows == model.choice.rows == len(wine) and model.choice.folds == model.folds == 3
    )
    assert set(model.roles(wine)) == {"learned from"}
    assert "178 learned from and validated on, in 3 folds" in str(model)
    assert "of 178 held-out rows, 3 folds" in model.report()
    assert {one.number for one in model.blend.members} <= set(range(3 * model.kinds + 1, 5 * model.kinds + 1))
    assert model.score(wine) > 0.8 and model.diagnose_training().findings


def test_any_number_of_threads_makes_the_same_folds(model: TableModel, wine: Any) -> None:
    recipe = Recipe(hidden=(8,), epochs=6, threads=1)
    other = TableModel(recipe, preset="best", n_folds=3).fit(wine, "target")
    assert (other.predict_proba(wine) == model.predict_proba(wine)).all()


def test_stopped_and_resumed_to_the_same_bits(model: TableModel, wine: Any, tmp_path: Path) -> None:
    place, source, seen = tmp_path / "wine.checkpoint", open_source(wine), []

    def stop(run: Run) -> None:
        seen.append(run.state.epoch)
        if len(seen) == 40:  # of 180
            signal.raise_signal(signal.SIGINT)
        if len(seen) >= 40:  # the main thread, which the signal is for, may take a while to run
            time.sleep(0.01)

    stopped = TableModel(QUICK, preset="best", n_folds=3).prepare(source, "target").save_to(place).learn([stop])
    assert stopped.outcome.signal and 40 <= len(seen) < 100 and place.exists()
    again = TableModel(QUICK, preset="best", n_folds=3).prepare(source, "target").resume(place).learn()
    assert (again.predict_proba(wine) == model.predict_proba(wine)).all()
    with pytest.raises(InvalidInput, match="another folds"):
        TableModel(QUICK, preset="best", n_folds=4).prepare(source, "target").resume(place)


def test_stopped_before_the_choice_and_resumed_to_the_same_bits(wine: Any, tmp_path: Path) -> None:
    place, source, recipe = tmp_path / "wine.checkpoint", open_source(wine), Recipe(hidden=(8,), epochs=30)
    whole = TableModel(recipe, preset="balanced").fit(wine, "target")

    def stop(run: Run) -> None:
        if run.validation is not None and run.state.epoch == 5:
            run.interrupted.set()

    stopped = TableModel(recipe, preset="balanced").prepare(source, "target").save_to(place).learn([stop])
    assert "142 learned from, 36 validated on" in str(stopped) and not stopped.choice.refitted
    assert sorted(stopped.roles(wine)).count("validated on") == 36
    assert {one.reason for one in stopped.trained[stopped.kinds :]} == {"interrupted after 0 epochs and 0 rows"}
    again = TableModel(recipe, preset="balanced").prepare(source, "target").resume(place).learn()
    assert (again.predict_proba(wine) == whole.predict_proba(wine)).all()
    assert [(one.number, one.epoch) for one in again.blend.members] == [
        (one.number, one.epoch) for one in whole.blend.members
    ]
    stopped.learn()  # the same model goes on, too
    assert "178 learned from, 36 of them validated on" in str(stopped)
    assert set(stopped.roles(wine)) == {"learned from"}
    assert (stopped.predict_proba(wine) == whole.predict_proba(wine)).all()


@pytest.mark.parametrize("preset", ["balanced", "best"])
def test_stopped_after_the_choice_and_resumed_to_the_same_bits(wine: Any, tmp_path: Path, preset: str) -> None:
    place, source, recipe = tmp_path / "wine.checkpoint", open_source(wine), Recipe(hidden=(8,), epochs=30)
    whole = TableModel(recipe, preset=preset).fit(wine, "target")

    def stop(run: Run) -> None:
        if run.validation is None and run.state.epoch == 2:
            run.interrupted.set()

    stopped = TableModel(recipe, preset=preset).prepare(source, "target").save_to(place).learn([stop])
    assert stopped.outcome.ending == INTERRUPTED and stopped.choice.blend == whole.choice.blend
    again = TableModel(recipe, preset=preset).prepare(source, "target").resume(place).learn()
    assert (again.predict_proba(wine) == whole.predict_proba(wine)).all()
    assert [one.epochs for one in again.trained] == [one.epochs for one in whole.trained]


def test_a_file_keeps_the_folds(model: TableModel, wine: Any, tmp_path: Path) -> None:
    save(model, tmp_path / "model.safetensors")
    again = load(tmp_path / "model.safetensors")
    assert (again.predict_proba(wine) == model.predict_proba(wine)).all()
    assert (again.choice, again.folds, again.n_folds) == (model.choice, 3, 3)
    assert model.member(2).plan.network is model.blend.members[1].network


def test_groups_stay_together(wine: Any) -> None:
    groups = np.arange(len(wine)) // 30
    made = TableModel(LEAST, preset="best").fit(wine, "target", groups=groups)
    assert made.folds == 5 and "5 folds, whole groups by 'groups' in each" in made.validated


def test_an_order_and_own_rows_are_held_out_once(wine: Any) -> None:
    last = TableModel(LEAST, preset="best").fit(wine, "target", order_by=np.arange(len(wine)))
    assert last.folds == 1 and last.validated.startswith("validated on 36 of them: the last by 'order_by'")
    own = TableModel(LEAST, preset="best").fit(wine[::2], "target", X_val=wine[1::2])
    assert own.folds == 1 and own.validation_rows == len(wine[1::2])


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"n_folds": 0}, "n_folds must be a whole number at least 1"),
        ({"n_folds": 100}, "178 rows cannot be divided into 100 folds"),
        ({"n_folds": 3, "preset": "plain"}, "one network makes no folds"),
    ],
)
def test_folds_that_cannot_be(wine: Any, settings: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        TableModel(**{"preset": "best"} | settings).prepare(open_source(wine), "target")


def test_few_rows_make_few_folds() -> None:
    X = np.arange(5.0).reshape(-1, 1)
    found = TabularRegressor("best", time_limit=1).fit(X, X[:, 0])
    assert (found.folds, found.rows) == (2, 5)


def test_a_limit_of_time_leaves_the_folds_that_were_reached(wine: Any) -> None:
    made = TableModel(QUICK, preset="best", n_folds=3).prepare(open_source(wine), "target")
    for job in made.jobs[made.kinds : 3 * made.kinds]:
        job.callbacks = [Deadline(0)]
    outcomes = [job.run() for job in made.jobs]
    found, judges = candidates(made.jobs, outcomes, made.kinds)
    assert len(judges) == 1 and all((len(one.members), len(one.refitted)) == (1, 2) for one in found)
    first = set(range(1, made.kinds + 1))
    assert {member.number for one in found for member in one.members} == first
    assert {one.refitted[0].number - 3 * made.kinds for one in found} == first
    hurried = TabularClassifier("best", time_limit=0.001).fit(wine.drop(columns="target"), wine["target"])
    assert len(hurried.predict(wine.drop(columns="target"))) == len(wine)


def test_a_fold_in_which_all_networks_diverge_does_not_count(wine: Any) -> None:
    made = TableModel(QUICK, preset="best", n_folds=3).prepare(open_source(wine), "target")
    outcomes = [job.run() for job in made.jobs]
    lost = replace(outcomes[0], error=Diverged("the cost is nan", remedy="try a smaller learning rate"))
    some = [lost if made.kinds <= i < 2 * made.kinds else one for i, one in enumerate(outcomes)]
    found, judges = candidates(made.jobs, some, made.kinds)
    assert len(judges) == 1 and len(blended(found, judges, CRITERIA["log_loss"], 1.0)[0].members)
    with pytest.raises(Diverged):  # none is left to choose by, though those of all rows are
        candidates(made.jobs, [lost] * 3 * made.kinds + outcomes[3 * made.kinds :], made.kinds)


def test_networks_of_all_rows_that_did_not_come_so_far_do_not_answer(wine: Any) -> None:
    made = TableModel(QUICK, preset="balanced").prepare(open_source(wine), "target")
    for job in made.jobs[made.kinds :]:
        job.callbacks = [Deadline(0)]
    for job in made.jobs[made.kinds : made.kinds + 2]:
        job.callbacks = []
    found, judges = candidates(made.jobs, [job.run() for job in made.jobs], made.kinds)
    answering = {member.number for one in found for member in one.refitted}
    assert answering == {made.kinds + 1, made.kinds + 2}
    blend, choice = blended(found, judges, CRITERIA["log_loss"], 1.0)
    assert choice.refitted == sum(one.number in answering for one in blend.members)
    assert len(blend.predict(made.jobs[0].rows.X)) == len(made.jobs[0].rows.X)


def test_numbers_and_a_table_without_folds() -> None:
    table = load_diabetes(as_frame=True).frame
    made = TableModel(QUICK, preset="balanced", n_folds=2).fit(table, "target")
    assert made.folds == 2 and made.score(table) > 0.3
    assert TableModel(QUICK, preset="best", n_folds=1).prepare(open_source(table), "target").folds == 1
