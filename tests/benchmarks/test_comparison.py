"""``benchmarks/accuracy.py``: what its statistics say of known records, and a run over a small folder."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from comparison import command, records
from comparison.methods import METHODS, PUBLISHED, installed
from comparison.preparation import as_categories, as_words, imputed, scaled
from comparison.report import is_quiet, report
from comparison.sets import Table, metas, read, split
from comparison.statistics import interval, mean_errors, ranks, ratio, wins
from comparison.worker import calibration_error, measures
from glassnet.data.encoder import TableEncoder


def record(name: str, number: int, method: str, error: float, **facts: object) -> dict[str, object]:
    return {"set": name, "split": number, "method": method, "error": error, "load": 0.0, "threads": 1, **facts}


ERRORS = {"a": {"x": 0.1, "y": 0.2, "z": 0.2}, "b": {"x": 0.4, "y": 0.2, "z": 0.3}, "c": {"x": 0.2, "y": 0.4}}


def test_a_ratio_is_a_geometric_mean_over_sets() -> None:
    found = ratio(ERRORS, "x", "y")
    assert found is not None
    assert found.value == pytest.approx((0.5 * 2 * 0.5) ** (1 / 3)) and found.sets == 3
    # log ratios (-l, l, -l): mean -l / 3, standard error 2 l / 3, and 4.302653 is Student's quantile of 2 degrees
    low, high = np.log([found.low, found.high]) / np.log(2)
    np.testing.assert_allclose([low, high], [(-1 - 2 * 4.302653) / 3, (-1 + 2 * 4.302653) / 3], rtol=1e-6)


def test_tiny_errors_count_as_one_floor() -> None:
    assert ratio({"a": {"x": 0.0, "y": 0.0001}}, "x", "y").value == 1.0
    assert ratio({"a": {"x": 0.0, "y": 0.004}}, "x", "y").value == pytest.approx(0.5)


def test_ranks_are_over_the_sets_that_all_have_and_ties_share() -> None:
    found = ranks(ERRORS, ["x", "y", "z"])
    assert {name: estimate.value for name, estimate in found.items()} == {"x": 2.0, "y": 1.75, "z": 2.25}
    assert found["x"].sets == 2


def test_wins_with_wilsons_interval() -> None:
    found = wins({str(i): {"x": 0.1 if i < 8 else 0.3, "y": 0.2} for i in range(10)}, "x", "y")
    np.testing.assert_allclose([found.value, found.low, found.high], [0.8, 0.4902, 0.9433], atol=1e-4)
    assert wins({"a": {"x": 0.1, "y": 0.1}}, "x", "y").value == 0.5
    assert wins({"a": {"x": 0.1}}, "x", "y") is None


def test_one_set_has_no_interval() -> None:
    assert interval([3.0]).high == np.inf and interval([]) is None


def test_means_are_over_the_splits_that_all_methods_have() -> None:
    some = [record("a", 0, "x", 0.1), record("a", 1, "x", 0.9), record("a", 0, "y", 0.3)]
    assert mean_errors(some) == {"a": {"x": 0.1, "y": 0.3}}


def test_the_report_has_simulated_sets_apart_and_marks_what_was_not_quiet() -> None:
    some = [record("real", 0, "CatBoost", 0.1, fit_seconds=1.0, processor_seconds=7.5)]
    some += [record("real", 0, "other", 0.2, fit_seconds=2.0)]
    some += [record("made", 0, "CatBoost", 0.5, fit_seconds=9.0, simulated=True, load=8.0)]
    some += [{**record("real", 1, "other", 0.0), "error": None, "failed": "ValueError: no"}]
    text = report(some)
    real, made = text.split("Simulated sets")
    assert "0.1000*" in real and "2.000" in real and "~9.00" in made and "~" not in real and "7.50" in real
    assert "other failed on real, split 1: ValueError: no" in made
    assert all(row.name in text and "not measured here" in text for row in PUBLISHED)


def test_quiet_allows_the_methods_own_threads() -> None:
    assert is_quiet({"load": 2.9, "threads": 2}) and not is_quiet({"load": 3.1, "threads": 2})


def test_records_survive_a_line_that_was_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    records.append(path, record("a", 0, "x", 0.1))
    path.write_bytes(path.read_bytes() + b'{"set": "a", "spl')
    records.append(path, record("a", 1, "x", 0.2))
    records.append(path, record("a", 0, "x", 0.3))
    assert [(r["split"], r["error"]) for r in records.read(path)] == [(0, 0.3), (1, 0.2)]
    assert records.read(tmp_path / "none") == []


def test_calibration_error_is_the_gap_weighted_by_rows() -> None:
    chances = np.array([[0.9, 0.1]] * 4 + [[0.4, 0.6]] * 2)
    assert calibration_error(np.array([0, 0, 0, 1, 1, 0]), chances) == pytest.approx((4 * 0.15 + 2 * 0.1) / 6)


def test_a_regressions_error_is_in_standard_deviations() -> None:
    y = np.array([0.0, 2.0])
    table = Table("t", pd.DataFrame({"a": [1, 2]}), y, {"task": "regression", "categorical": []})
    assert measures(table, y, y + 3, None) == {"error": 3.0, "rmse": 3.0}


LEARNED = pd.DataFrame({"n": [1.0, None, 3.0, 8.0], "w": ["a", "b", None, "b"]})
TESTED = pd.DataFrame({"n": [None, 2.0], "w": ["new", "a"]})


def test_every_form_of_a_table_learns_from_the_training_rows_only() -> None:
    _, categories = as_categories(LEARNED, TESTED, ["w"])
    assert list(categories["w"].cat.categories) == ["a", "b"] and categories["w"].isna().tolist() == [True, False]
    assert as_words(LEARNED, TESTED, ["w"])[0]["w"].tolist() == ["a", "b", "missing", "b"]
    first, second = imputed(LEARNED, TESTED, ["w"])
    assert first["n"].tolist() == [1, 3, 3, 8] and second["n"].tolist() == [3, 2]
    assert second["n is missing"].tolist() == [1, 0]
    first, second = scaled(LEARNED, TESTED, ["w"])
    np.testing.assert_allclose(first.mean(), 0, atol=1e-12)
    np.testing.assert_allclose(first.std(ddof=0), 1)
    assert list(first) == list(second) and np.isfinite(second.to_numpy()).all()
    assert LEARNED["w"].tolist()[:2] == ["a", "b"] and pd.isna(LEARNED["n"][1])  # no table was changed


def test_words_that_look_like_numbers_are_words_for_glassnet_too() -> None:
    codes = pd.DataFrame({"w": ["3", "1", "3", "0"] * 5})
    for name in ("glassnet", "glassnet plain"):
        X, _ = METHODS[name].prepare(codes, codes, ["w"])
        assert [report.kind for report in TableEncoder().fit(X).report()] == ["category"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rng = np.random.default_rng(0)
    n, word = rng.normal(size=60), rng.choice(["red", "NA"], size=60)
    classes = np.where(n + (word == "NA") > 0.5, "yes", "no")
    targets = {"kinds": ("binary", classes, None), "numbers": ("regression", 2 * n, 45)}
    for name, (task, target, start) in targets.items():
        (tmp_path / name).mkdir()
        pd.DataFrame({"n": n, "word": word, "y": target}).to_csv(tmp_path / name / "data.csv.gz", index=False)
        meta = {"task": task, "target": "y", "categorical": ["word"], "n_rows": 60, "test_from": start}
        (tmp_path / name / "meta.json").write_text(json.dumps(meta), "utf-8")
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "meta.json").write_text('{"n_rows": 3}', "utf-8")
    return tmp_path


def test_splits_are_the_same_for_all_and_keep_official_test_rows(folder: Path) -> None:
    table = read(folder, "kinds")
    learned, tested = split(table, 1)
    assert sorted([*learned, *tested]) == list(range(60)) and len(tested) == 12
    assert np.array_equal(split(read(folder, "kinds"), 1)[1], tested)
    assert not np.array_equal(split(table, 2)[1], tested)
    assert split(read(folder, "numbers"), 2)[1].tolist() == list(range(45, 60))
    assert set(table.X["word"]) == {"red", "NA"} and list(metas(folder)) == ["kinds", "numbers"]


def test_pictures_are_tables_of_pixels_with_the_official_test_rows_last(tmp_path: Path) -> None:
    own = tmp_path / "digits"
    own.mkdir()
    arrays = {
        "X_train": np.arange(24).reshape(3, 2, 4),
        "y_train": [1, 0, 2],
        "X_test": np.ones((2, 2, 4)),
        "y_test": [0, 2],
    }
    np.savez(own / "data.npz", **arrays)
    (own / "meta.json").write_text('{"task": "multiclass", "n_rows": 5, "test_from": 3}', "utf-8")
    table = read(tmp_path, "digits")
    assert list(metas(tmp_path)) == ["digits"] and table.X.shape == (5, 8) and not table.categorical
    assert table.X.iloc[1].tolist() == list(range(8, 16)) and table.y.tolist() == [1, 0, 2, 0, 2]
    assert [part.tolist() for part in split(table, 7)] == [[0, 1, 2], [3, 4]]


def test_a_run_appends_reports_and_goes_on(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = [str(folder), "--methods", "glassnet plain", "scikit-learn MLP", "--splits", "1"]
    given += ["--records", str(tmp_path / "r.jsonl"), "--picture", str(tmp_path / "p.svg")]
    assert command.main(given) == 0
    found = records.read(tmp_path / "r.jsonl")
    assert {records.key(r) for r in found} == {(s, 0, m) for s in ("kinds", "numbers") for m in given[2:4]}
    assert not [r["failed"] for r in found if "failed" in r]
    assert all(r["error"] < 1 and r["processor_seconds"] > 0 and "processor" in r["machine"] for r in found)
    assert "scikit-learn MLP" in capsys.readouterr().out
    before = (tmp_path / "r.jsonl").read_bytes()
    assert command.main(given) == 0
    assert (tmp_path / "r.jsonl").read_bytes() == before
    assert "error 0." not in capsys.readouterr().out


def test_a_process_that_dies_is_a_record_that_says_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    options = command.arguments([str(folder)])
    monkeypatch.setattr(command.sys, "executable", "/bin/false")
    assert list(command.run(options, "kinds", "LightGBM", [0])) == [{"split": 0, "load": 0.0, "failed": "exit code 1"}]


def test_sets_and_methods_that_are_not_there(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="has no set nowhere; it has kinds, numbers"):
        command.chosen_sets(command.arguments([str(folder), "--sets", "nowhere"]))
    asked = command.chosen_methods(command.arguments([str(folder)]))
    said = capsys.readouterr().out
    for name, method in METHODS.items():
        assert (name in asked) is (installed(method.package) is not None)
        assert (f"{name} is left out" in said) is (name not in asked)
