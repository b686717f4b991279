"""The target: which task it is, what its classes are, and the way back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.data.reading.opening import open_source
from glassnet.data.reading.options import ReadOptions
from glassnet.data.target import TargetEncoder, default_target
from glassnet.errors import GlassnetError, InvalidInput, InvalidType, UnknownName


@pytest.mark.parametrize(
    ("y", "task"),
    [
        (["a", "b"], "classification"),
        ([True, False], "classification"),
        ([0, 1], "classification"),
        ([1.0, 2.0, 1.0], "classification"),
        ([-1, 1], "classification"),
        ([0, 100], "classification"),
        ([0, 1, 2, 0, 1, 2], "classification"),
        (["0", "1", "1"], "classification"),
        ([0.5, 1.5, 0.5, 1.5], "regression"),
        ([1, 2, 3], "regression"),  # as many values as rows
        ([10, 250, 9000] * 5, "regression"),  # few, but far apart
        (list(range(21)) * 3, "regression"),  # many
        ([0.1, 0.2, 0.3], "regression"),
        (["1.5", "2.5", "3.5"], "regression"),
    ],
    ids=str,
)
def test_the_task_is_found_and_explained(y: list[object], task: str) -> None:
    encoder = TargetEncoder().fit(y)
    assert encoder.task == task
    assert encoder.reason.startswith(f"{task}, because 'y' holds ")


def test_an_explicit_task_wins() -> None:
    assert TargetEncoder("regression").fit([0, 1]).reason == "regression, as asked"
    encoder = TargetEncoder("classification").fit([10, 250, 9000] * 5)
    assert encoder.classes.tolist() == [10, 250, 9000]
    with pytest.raises(UnknownName, match="did you mean 'regression'"):
        TargetEncoder("regresion")
    with pytest.raises(InvalidInput, match="holds words, and a regression needs numbers"):
        TargetEncoder("regression").fit(["a", "b"])
    with pytest.raises(InvalidInput, match="30 different numbers in 30 rows"):
        TargetEncoder("classification").fit(np.linspace(0, 1, 30))


@pytest.mark.parametrize(
    ("y", "classes", "kind"),
    [
        (["b", "a", "b"], ["a", "b"], "U"),
        (["ß", "é", "z"], ["z", "ß", "é"], "U"),
        ([2, 1, 2], [1, 2], "i"),
        (["10", "9", "10"], ["9", "10"], "U"),
        (np.array([1.0, 0.0]), [0.0, 1.0], "f"),
        ([True, False], [False, True], "b"),
        (["true", "false"], ["false", "true"], "U"),
        (pd.Series(["b", "a"]), ["a", "b"], "U"),
        (pd.Series(pd.Categorical([3, 1, 3])), [1, 3], "i"),
        (pd.Series(pd.Categorical(["b", "a"])), ["a", "b"], "U"),
        (pl.Series(["b", "a"]), ["a", "b"], "U"),
        (np.array([["b"], ["a"]]), ["a", "b"], "U"),
        (np.array(["b", "a"], dtype=object), ["a", "b"], "U"),
    ],
    ids=str,
)
def test_classes_keep_their_type_and_order(y: object, classes: list[object], kind: str) -> None:
    encoder = TargetEncoder().fit(y)
    assert encoder.classes.tolist() == classes
    assert encoder.classes.dtype.kind == kind
    codes = encoder.transform(y)
    assert codes.dtype == np.int64
    assert codes.shape == (len(y),)
    assert encoder.counts.tolist() == np.bincount(codes).tolist()
    np.testing.assert_array_equal(encoder.transform(encoder.inverse(codes)), codes)


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30).filter(lambda y: np.std(y) > 1e-3))
def test_numbers_come_back_in_the_users_units(y: list[float]) -> None:
    encoder = TargetEncoder("regression").fit(y)
    Y = encoder.transform(y, dtype=np.float64)
    assert Y.shape == (len(y), 1)
    np.testing.assert_allclose([Y.mean(), Y.std()], [0, 1], atol=1e-6)
    np.testing.assert_allclose(encoder.inverse(Y)[:, 0], y, rtol=1e-9, atol=1e-6)
    assert encoder.transform(y).dtype == np.float32
    assert encoder.classes is None
    assert encoder.counts is None


def test_a_column_of_a_table(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("price,kind\n1.5,a\n2.5,b\n4.0,a\n")
    source = open_source(tmp_path / "t.csv")
    assert TargetEncoder().fit(source, "price").task == "regression"
    encoder = TargetEncoder().fit(source)
    assert (encoder.name, encoder.task) == ("kind", "classification")
    assert encoder.transform({"kind": ["b"], "other": [1]}).tolist() == [1]
    assert encoder.transform(source.take([1])).tolist() == [1]
    with pytest.raises(UnknownName, match=r"t.csv has no column 'prize' to predict; 'price' is near; its columns are"):
        TargetEncoder().fit(source, "prize")


def test_default_target() -> None:
    assert default_target(open_source("iris")) == (
        "species",
        "the target is 'species', the usual one for iris (name another with target=, --target)",
    )
    name, sentence = default_target(open_source({"a": [1], "b": [2]}))
    assert name == "b"
    assert "the last column" in sentence


@pytest.mark.parametrize(
    ("y", "error", "words"),
    [
        (["a", None, "b", ""], InvalidInput, "missing in some rows .*2 of 4 rows, the first is row 2.*--keep"),
        ([1.5, float("nan")], InvalidInput, "1 of 2 rows, the first is row 2"),
        ([1.5, float("inf")], InvalidInput, r"row 2 of column 'y' is infinite .*; replace it, or leave the row out\.$"),
        ([None, None], InvalidInput, "is empty"),
        (["a", "a"], InvalidInput, "only one class .*'a' in all 2 rows"),
        ([True], InvalidInput, "only one class"),
        ([2.5, 2.5], InvalidInput, "constant .*2.5 in all 2 rows"),
        ([3], InvalidInput, "constant"),
        ([1e200, -1e200, 0.5], InvalidInput, "too large"),
        (["1", "2", "3", "4", "x"], InvalidInput, "mixes numbers and words"),
        (["2020-01-01", "2020-01-02"], InvalidInput, "dates or times"),
        ([[1], [2]], InvalidType, "list"),
        ([], InvalidInput, "no rows|is empty"),
    ],
    ids=str,
)
def test_targets_that_cannot_be(y: list[object], error: type[GlassnetError], words: str) -> None:
    with pytest.raises(error, match=words):
        TargetEncoder().fit(y)


def test_words_among_numbers_are_classes_if_classes_are_asked_for() -> None:
    assert TargetEncoder("classification").fit(["1", "2", "3", "4", "x"]).classes.tolist() == ["1", "2", "3", "4", "x"]


def test_a_marker_can_be_a_class() -> None:
    encoder = TargetEncoder().fit({"y": ["+", "-", "+"]}, "y", ReadOptions(keep=("-",)))
    assert encoder.classes.tolist() == ["+", "-"]
    assert encoder.transform({"y": ["-"]}).tolist() == [1]


def test_a_class_with_one_row_is_noted() -> None:
    assert TargetEncoder().fit(["a", "a", "b"]).notes == (
        "too few rows to learn from: classes of 'y' with only one row: 'b'",
    )
    assert TargetEncoder().fit(["a", "a", "b", "b"]).notes == ()


@pytest.mark.parametrize(("y", "new"), [(["a", "b"], ["a", "c"]), ([0, 1], [0, 2]), ([True, False], ["c", "d"])])
def test_a_class_that_training_had_not(y: list[object], new: list[object]) -> None:
    with pytest.raises(InvalidInput, match=r"row [12] of the target 'y' is not a class of training .*the classes are"):
        TargetEncoder().fit(y).transform(new)


def test_classes_are_found_however_they_are_stored() -> None:
    assert TargetEncoder().fit(["1", "2", "x", "y"]).transform([1, 2]).tolist() == [0, 1]
    assert TargetEncoder().fit([1, 2]).transform(["2", "1.0"]).tolist() == [1, 0]
    assert TargetEncoder().fit([True, False]).transform(["true", "false"]).tolist() == [1, 0]
    assert TargetEncoder().fit([0.0, 1.0]).transform([1, 0]).tolist() == [1, 0]


@pytest.mark.parametrize(
    ("y", "new", "words"),
    [
        ([1.5, 2.5, 9.0], ["1", "2", "3", "x"], r"3 numbers and 1 word, .*'x' in row 4\); correct these cells"),
        ([1.5, 2.5, 9.0], ["u", "v"], "needs numbers .*; correct these cells"),
        (["a", "b"], ["a", ""], "missing in some rows .*; leave these rows out[.]"),
    ],
)
def test_after_training_no_option_is_advised(y: list[object], new: list[str], words: str) -> None:
    with pytest.raises(InvalidInput, match=words) as caught:
        TargetEncoder().fit(y).transform(new)
    assert "--" not in str(caught.value)
    assert "choose classification" not in str(caught.value)


def test_one_row_is_not_called_rows() -> None:
    for values in ([7], ["a"]):
        with pytest.raises(InvalidInput, match=r"in 1 row\)"):
            TargetEncoder("regression" if values == [7] else None).fit(values)
