"""Rows that belong together, come later, weigh more, or are in a table of their own: divided as asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from glassnet import Experiment, Recipe, TableModel, TabularClassifier, TabularRegressor, experiment, open_source
from glassnet.data.reading.bundled import SETS
from glassnet.data.splitting.options import SplitBy
from glassnet.errors import GlassnetError, InvalidInput, UnknownName
from glassnet.estimators.table.division import Division

M, PATIENTS = 240, 24
QUICK = Recipe(hidden=(4,), epochs=3)


@pytest.fixture(scope="module")
def visits() -> pd.DataFrame:
    """Several rows of each patient, in the order of days; what is predicted is the patient's own."""
    rng = np.random.default_rng(0)
    patient = rng.integers(0, PATIENTS, M)
    own = rng.normal(0, 3, PATIENTS)
    return pd.DataFrame(
        {
            "patient": [f"p{number:02}" for number in patient],
            "day": pd.Timestamp("2024-01-01") + pd.to_timedelta(np.sort(rng.integers(0, 100, M)), unit="D"),
            "dose": rng.normal(size=M),
            "trust": rng.integers(0, 3, M),
            "score": own[patient] + rng.normal(0, 0.1, M),
        }
    )


def sides(found: Experiment) -> tuple[set[int], set[int], set[int]]:
    """The rows learned from, validated on and held out, found by their doses, each of which occurs once."""
    numbers = {
        dose: row for row, dose in enumerate(found.source.blocks(["dose"]).__next__().arrays["dose"].to_pylist())
    }
    encoder, job = found.model.encoder, found.model.job
    assert job is not None and job.validation is not None
    place = encoder.outputs["dose"].start
    X = encoder.transform(found.source)[:, place]
    assert len(np.unique(X)) == len(numbers)
    row_of = {value: row for row, value in enumerate(X.tolist())}
    learned, validated = ({row_of[value] for value in rows.X[:, place].tolist()} for rows in (job.rows, job.validation))
    return learned, validated, set(found.held_out.tolist())


@pytest.mark.parametrize("preset", ["plain", "fast"])
@pytest.mark.parametrize("order_by", [None, "day"])
def test_no_patient_is_on_two_of_three_sides(visits: pd.DataFrame, preset: str, order_by: str | None) -> None:
    source = open_source(visits)
    found = Experiment.of(source, by=SplitBy(group="patient", order_by=order_by)).prepare(QUICK, preset)
    three = sides(found)
    assert set.union(*three) == set(range(M)) and sum(map(len, three)) == M
    names = [set(visits.patient.iloc[sorted(rows)]) for rows in three]
    assert all(names) and sum(map(len, names)) == PATIENTS
    assert "patient" not in found.model.encoder.input_names


@pytest.mark.parametrize("preset", ["plain", "fast"])
def test_the_latest_rows_are_held_out_and_before_them_validated_on(visits: pd.DataFrame, preset: str) -> None:
    shuffled = visits.sample(frac=1, random_state=0)
    found = Experiment.of(open_source(shuffled), by=SplitBy(order_by="day")).prepare(QUICK, preset)
    learned, validated, held_out = (shuffled.day.iloc[sorted(rows)] for rows in sides(found))
    assert learned.max() < validated.min() <= validated.max() < held_out.min()
    assert f"held out to judge by: the last by 'day', from {held_out.min():%Y-%m-%d} on; " in found.divided
    assert found.divided.endswith(
        f"validated on {len(validated)} of them: the last by 'day', from {validated.min():%Y-%m-%d} on"
    )
    assert "day" not in found.model.encoder.input_names
    assert "column 'day' is left out: it orders the rows (as_input=, --as-input)" in found.notes
    asked = Experiment.of(open_source(shuffled), by=SplitBy(order_by="day", as_input=("day",))).prepare(QUICK)
    assert "day" in asked.model.encoder.input_names and np.array_equal(asked.held_out, found.held_out)


def test_rows_at_random_divide_as_ever() -> None:
    plain, said = (Experiment.of(open_source("iris"), by=by).prepare(QUICK) for by in (SplitBy(), SplitBy()))
    assert np.array_equal(plain.held_out, said.held_out)
    assert plain.divided == "120 rows to learn from, 30 held out to judge by"


def test_weights_of_two_are_rows_twice_in_every_score(visits: pd.DataFrame) -> None:
    rows = visits[["dose", "trust", "score"]]
    found = experiment(rows, "score", weight="trust", recipe=QUICK)
    assert found.divided.endswith("rows weigh what 'trust' says, also in every score")
    assert "trust" not in found.model.encoder.input_names
    held_out = rows.iloc[found.held_out]
    again = found.model.evaluate(held_out.loc[held_out.index.repeat(held_out.trust)])
    assert found.evaluation is not None
    for score in found.evaluation.scores:
        assert again[score.name].value == pytest.approx(score.value, rel=1e-6)
        assert again[score.name].baseline == pytest.approx(score.baseline, rel=1e-6)
    weighed = found.model.evaluate(rows, weight="trust")
    assert weighed.scores == found.evaluation.scores and weighed.rows == len(held_out)
    assert found.model.job is not None and found.model.job.rows.weights is not None
    assert set(found.model.job.rows.weights.tolist()) == {0.0, 1.0, 2.0}


def test_classes_are_scored_by_weights_too(visits: pd.DataFrame) -> None:
    rows = visits[["dose", "trust"]].assign(kind=np.where(visits.dose + visits.score > 0, "high", "low"))
    found = experiment(rows, "kind", weight="trust", recipe=QUICK)
    held_out = rows.iloc[found.held_out]
    again = found.model.evaluate(held_out.loc[held_out.index.repeat(held_out.trust)])
    assert found.evaluation is not None
    for score in found.evaluation.scores:
        assert (again[score.name].value, again[score.name].baseline) == pytest.approx((score.value, score.baseline))


def test_all_weights_alike_are_no_weights(visits: pd.DataFrame) -> None:
    rows = visits[["dose", "score"]]
    plain = experiment(rows, "score", recipe=QUICK)
    weighed = experiment(rows.assign(w=1.0), "score", weight="w", recipe=QUICK)
    assert np.allclose(plain.model.parameters.theta, weighed.model.parameters.theta, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("preset", ["plain", "fast"])
def test_tables_of_their_own(visits: pd.DataFrame, tmp_path: Path, preset: str) -> None:
    visits[["dose", "score"]].iloc[:60].to_csv(tmp_path / "later.csv", index=False)
    rows, val = visits[["dose", "score"]].iloc[60:180], visits[["score", "dose"]].iloc[180:]
    found = experiment(rows, "score", recipe=QUICK, preset=preset, validation=val, test=tmp_path / "later.csv")
    job = found.model.job
    assert job is not None and job.validation is not None and found.evaluation is not None
    assert (len(job.rows.Y), len(job.validation.Y), found.evaluation.rows) == (120, 60, 60)
    assert found.evaluation.scores == found.model.evaluate(tmp_path / "later.csv").scores
    assert found.divided == (
        "120 rows to learn from, the 60 rows of later.csv to judge by; validated on the 60 rows of the frame"
    )
    alone = TableModel(QUICK, "regression", preset).fit(rows, "score", X_val=val[["dose"]], y_val=val.score)
    assert np.array_equal(alone.parameters.theta, found.model.parameters.theta)
    assert alone.validated == "validated on the 60 rows of the frame"


def test_a_group_in_two_tables_is_noted(visits: pd.DataFrame) -> None:
    found = experiment(visits.iloc[:200], recipe=QUICK, group="patient", test=visits.iloc[200:])
    (note,) = [note for note in found.notes if "values of 'patient' in" in note]
    assert note.endswith("so it does not show how good the model is on new ones")
    first = visits.patient < "p12"
    apart = experiment(visits[first], recipe=QUICK, group="patient", test=visits[~first])
    assert not [note for note in apart.notes if "values of 'patient' in" in note]


def test_rows_to_judge_by_that_taught_it_are_noted(visits: pd.DataFrame) -> None:
    rows = visits[["dose", "score"]]
    found = experiment(rows[:200], recipe=QUICK, test=rows[190:])
    assert found.notes[-1] == (
        "10 of 50 rows of the frame are also learned from or validated on: the scores flatter the model"
    )
    assert experiment(rows[:200], recipe=QUICK, test=rows[200:]).notes == ()


@pytest.mark.parametrize(
    ("change", "said", "match"),
    [
        (lambda t: t, {"group": "patients"}, "no column .* named 'patients'"),
        (lambda t: t, {"group": "score"}, "'score' is the column to predict"),
        (lambda t: t, {"order_by": "patient"}, "neither numbers nor dates"),
        (lambda t: t, {"weight": "dose"}, "weights below 0"),
        (lambda t: t.assign(patient="p"), {"group": "patient"}, "all 240 rows are of one group of 'patient'"),
        (lambda t: t.assign(day=None), {"order_by": "day"}, "neither numbers nor dates"),
        (lambda t: t.replace({"patient": {"p01": None}}), {"group": "patient"}, "some of its cells are missing"),
        (lambda t: t, {"test": {"dose": [1.0, 2.0]}}, "has no column 'score' to predict"),
        (lambda t: t, {"validation": {"score": [1.0, 2.0]}}, "lacks the columns"),
        (lambda t: t.drop(columns=["patient", "day"]), {"test": {"dose": ["a", "b"], "trust": [1, 2], "score": [1, 2]}},
         "row 1 of column 'dose' is not a number"),
        (lambda t: t.drop(columns=["patient", "day"]), {"validation": {"dose": [1], "trust": [1], "score": ["?"]}},
         "'score' is "),
        (lambda t: t, {"test": 1.5}, "test must be a share"),
        (lambda t: t, {"validation": 1.5}, "validation must be a number"),
    ],
)  # fmt: skip
def test_what_cannot_be(visits: pd.DataFrame, change: Any, said: dict[str, Any], match: str) -> None:
    with pytest.raises((InvalidInput, UnknownName), match=match):
        experiment(change(visits), "score", recipe=QUICK, **said)


def test_a_class_that_comes_last_cannot_be_learned(visits: pd.DataFrame) -> None:
    table = visits[["day", "dose"]].assign(
        kind=np.where(np.arange(M) > M - 20, "new", np.where(visits.dose > 0, "a", "b"))
    )
    with pytest.raises(
        InvalidInput, match=r"the class 'new' of 'kind' is only in rows held out \(seen: the last by 'day'"
    ):
        experiment(table, recipe=QUICK, order_by="day")
    assert experiment(table, recipe=QUICK, order_by="day", test=0.02).evaluation is not None


def test_one_table_is_not_used_twice(visits: pd.DataFrame, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    visits.to_csv(path, index=False)
    for said in ({"test": str(path)}, {"validation": path}):
        with pytest.raises(InvalidInput, match=r"the data and (test|validation) .* are the same table"):
            experiment(path, recipe=QUICK, **said)
    with pytest.raises(InvalidInput, match=r"validation .* and test .* are the same table"):
        experiment(path, recipe=QUICK, test=visits, validation=visits)
    with pytest.raises(InvalidInput, match=r"the data and test .* are the same table"):
        experiment("iris", recipe=QUICK, test="iris")


# -- the estimators ----------------------------------------------------------------------------------------------------


def test_groups_as_a_column_and_as_values(visits: pd.DataFrame) -> None:
    X, y = visits[["patient", "dose", "trust"]], visits.score
    by_name = TabularRegressor("fast").fit(X, y, groups="patient")
    values = TabularRegressor("fast").fit(X[["dose", "trust"]], y, groups=visits.patient.to_numpy())
    assert (by_name.predict(X) == values.predict(X[["dose", "trust"]])).all()
    assert "whole groups of 24 by 'patient'" in by_name.validated
    assert "whole groups of 24 by 'groups'" in values.validated
    with pytest.raises(InvalidInput, match="240 rows, 3 values"):
        TabularRegressor("fast").fit(X, y, groups=[1, 2, 3])


def test_rows_to_choose_by(visits: pd.DataFrame) -> None:
    X, y = visits[["dose", "trust"]], np.where(visits.dose > 0, "high", "low")
    given = TabularClassifier("fast").fit(X[:160], y[:160], X_val=X[160:], y_val=y[160:])
    assert given.validation_rows == given.choice.rows == 80 and given.rows == 160
    ordered = TabularClassifier("fast", validation=1 / 3).fit(X, y, order_by=np.arange(M))
    assert ordered.validated == "validated on 80 of them: the last by 'order_by', from 160 on"
    weighed = TabularClassifier("fast").fit(
        X[:160], y[:160], X_val=X[160:], y_val=y[160:], sample_weight_val=np.arange(80) % 2
    )
    assert weighed.choice.rows == 80 and weighed.choice.blend != given.choice.blend
    for wrong in ({"X_val": X[:3], "y_val": y[:2]}, {"X_val": X[:3], "y_val": ["high", "so so", "low"]}):
        with pytest.raises(GlassnetError):
            TabularClassifier("fast").fit(X, y, **wrong)


# -- hints -------------------------------------------------------------------------------------------------------------


def hints(table: Any, target: str | None = None, **by: Any) -> list[str]:
    notes = Experiment.of(open_source(table), target, by=SplitBy(**by)).prepare(Recipe(hidden=())).notes
    return [note for note in notes if "--group" in note or "--order-by" in note]


def test_columns_that_call_for_a_division(visits: pd.DataFrame) -> None:
    group, order = hints(visits)
    assert group == (
        "the 24 values of column 'patient' come again in other rows: if the model is for new ones, keep the rows of "
        "one on one side (group=, --group)"
    )
    assert (
        order
        == "column 'day' holds dates: if the model is for later rows, judge it by the latest (order_by=, --order-by)"
    )
    assert hints(visits, group="patient") == [order] and hints(visits, order_by="day") == [group]
    assert hints(visits, group="patient", order_by="day") == []


@pytest.mark.parametrize("codes", [np.random.default_rng(1).permutation(40), [f"k{i}" for i in range(40)]], ids="ab")
def test_blocks_of_rows_without_a_telling_name(codes: Any) -> None:
    rng = np.random.default_rng(0)
    blocks = np.repeat(codes, rng.integers(3, 9, 40))
    (note,) = hints({"lot": blocks, "size": rng.normal(size=len(blocks)), "price": rng.normal(size=len(blocks))})
    assert note.startswith("the 40 values of column 'lot' stand in blocks of rows")
    mixed = rng.permutation(blocks)
    assert hints({"lot": mixed, "size": rng.normal(size=len(mixed)), "price": rng.normal(size=len(mixed))}) == []


@pytest.mark.parametrize(
    "column",
    [
        {"age": np.sort(np.random.default_rng(0).integers(18, 80, M))},
        {"id": np.arange(M)},
        {"user_id": np.arange(M) % 3},
        {"paid": np.arange(M) % 30},
        {"birthday": pd.Timestamp("1970-01-01") + pd.to_timedelta(np.arange(M) * 30, unit="D")},
        {"id": np.random.default_rng(0).normal(size=M).round(1)},
        {"zeros": np.zeros(M) + (np.arange(M) > 230)},
    ],
    ids=lambda column: next(iter(column)),
)
def test_columns_that_do_not(column: dict[str, Any]) -> None:
    rng = np.random.default_rng(0)
    assert hints({**column, "size": rng.normal(size=M), "price": rng.normal(size=M)}) == []


def test_bundled_sets_draw_no_hint() -> None:
    assert all(hints(name) == [] for name in SETS)


def test_a_division_may_be_impossible_for_the_inner_rows() -> None:
    """Two groups: one is tested on, and of the other none can be validated on."""
    rng = np.random.default_rng(0)
    table = {"shop": np.repeat([0, 1], 30), "size": rng.normal(size=60), "price": rng.normal(size=60)}
    found = experiment(table, recipe=QUICK, group="shop")
    assert found.model.validation_rows == 0 and len(found.held_out) == 30


def test_a_division_takes_some_rows() -> None:
    source = open_source({"g": [1, 1, 2, 2], "t": [4.0, 3, 2, 1], "w": [1, 2, 3, 4], "y": [1, 2, 3, 5]})
    some = Division.by(source, SplitBy("g", "t", "w")).some(np.array([1, 3]))
    assert some.split.groups is not None and some.split.order is not None and some.weights is not None
    assert (some.split.groups.tolist(), some.split.order.tolist(), some.weights.tolist()) == ([0, 1], [3, 1], [2, 4])
