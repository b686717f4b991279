"""Answers in the user's own type, spelled as the table spells them: codes, truth values, keys of many digits."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import glassnet
from glassnet.data.reading.opening import open_source
from glassnet.data.reading.options import ReadOptions
from glassnet.data.target import TargetEncoder
from glassnet.errors import InvalidInput

ID = 1234567890123456789


def in_csv(folder: Path, words: Sequence[str], name: str = "t.csv") -> Path:
    (folder / name).write_text("x,y\n" + "".join(f"{i},{word}\n" for i, word in enumerate(words)), "utf-8")
    return folder / name


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (["007", "010", "042"], "U"),
        (["01", "02"], "U"),
        (["FALSE", "TRUE"], "U"),
        (["false", "true"], "U"),
        (["False", "True"], "b"),
        (["1.0", "2.0"], "f"),
        (["9", "10", "11"], "i"),
        (["-1", "+1"], "U"),
        (["1e3", "2e3"], "U"),
        (["1.", "2."], "U"),
        ([str(ID), str(ID + 1)], "i"),
        ([f"{ID}{ID}", f"{ID}{ID + 1}"], "U"),
        (["5", "10", "x"], "U"),
    ],
    ids=str,
)
def test_a_class_is_spelled_as_in_the_file(tmp_path: Path, words: list[str], kind: str) -> None:
    path = in_csv(tmp_path, words * 5)
    task = "classification" if "x" in words else None
    encoder = TargetEncoder(task).fit(open_source(path), "y")
    assert encoder.task == "classification"
    assert encoder.classes is not None and encoder.classes.dtype.kind == kind
    assert list(map(str, encoder.classes)) == (sorted(words) if "x" in words else words)  # numbers in their order
    assert list(map(str, encoder.inverse(encoder.transform(open_source(path))))) == words * 5
    assert encoder.notes == ()
    arrays, facts = encoder.to_parts()
    kept = TargetEncoder.from_parts(arrays, facts).classes
    assert kept is not None and kept.dtype == encoder.classes.dtype and kept.tolist() == encoder.classes.tolist()


@pytest.mark.parametrize(
    "values",
    [
        np.array([1, 2], np.int8),
        np.array([2**64 - 2, 2**64 - 1], np.uint64),
        np.array([1, 2], np.float32),
        pd.Series([ID, ID + 1]),
        pd.Series([ID, ID + 1], dtype="Int64"),
        pd.Series([False, True], dtype="boolean"),
        pd.Series(pd.Categorical([False, True])),
        pd.Series(pd.Categorical([3, 11])),
        pd.Series(["1", "2"], dtype=object),
        pd.Series(["01", "1"], dtype="string"),
        pl.Series(["01", "1"], dtype=pl.Categorical),
        pl.Series([Decimal("1"), Decimal("2")]),
        pa.array([Decimal("1" + "0" * 30), Decimal("1" + "0" * 29 + "1")]),
        pa.array(["1.0", "2.0"], pa.large_string()),
    ],
    ids=lambda values: f"{type(values).__module__.split('.')[0]} {getattr(values, 'dtype', '') or values.type}",
)
def test_a_class_has_the_users_type(values: object) -> None:
    given = list(values.to_pylist() if isinstance(values, pa.Array) else values)  # type: ignore[call-overload]
    encoder = TargetEncoder().fit(values)
    assert encoder.classes is not None and encoder.task == "classification"
    assert encoder.classes.tolist() == [value.item() if isinstance(value, np.generic) else value for value in given]
    if isinstance(values, np.ndarray):
        assert encoder.classes.dtype == values.dtype
    arrays, facts = encoder.to_parts()
    kept = TargetEncoder.from_parts(arrays, facts).classes
    assert kept is not None and kept.dtype == encoder.classes.dtype and kept.tolist() == encoder.classes.tolist()
    assert encoder.transform(values).tolist() == [0, 1]


@pytest.mark.parametrize(
    ("words", "truth", "indices"),
    [
        (["007", "042"], [42, 7], [1, 0]),
        (["FALSE", "TRUE"], [True, False], [1, 0]),
        (["-1", "+1"], np.array([1.0, -1.0]), [1, 0]),
        (["1.0", "2.0"], ["2", "1"], [1, 0]),
    ],
    ids=str,
)
def test_the_truth_may_be_spelled_in_another_way(
    tmp_path: Path, words: list[str], truth: object, indices: list[int]
) -> None:
    encoder = TargetEncoder().fit(open_source(in_csv(tmp_path, words * 3)), "y")
    assert encoder.transform(truth).tolist() == indices


def test_a_code_that_has_two_meanings_is_not_guessed() -> None:
    encoder = TargetEncoder().fit(["01", "1", "2"] * 3)
    assert encoder.transform(["01", "1"]).tolist() == [0, 1]
    with pytest.raises(InvalidInput, match="is not a class of training"):
        encoder.transform(["001"])


@pytest.mark.parametrize(
    ("words", "note"),
    [
        (["1", "1.0", "2", "1"], "'1' and '1.0' are one class of 'y': answered as '1'"),
        (["Yes", "YES", "no"], "'YES', 'Yes' are different classes of 'y'; spell them alike"),
        (["yes ", "yes", "no"], "blanks around the classes of 'y' are left out: 'yes ' is answered as 'yes'"),
        (["e\u0301", "\xe9", "x"], r"'e\\u0301', '\\xe9' are different classes of 'y'"),
        (["01", "1", "2"], "'01', '1' are different classes of 'y'"),
        (["True", "TRUE", "False"], "'True' and 'TRUE' are one class of 'y': answered as 'True'"),
    ],
    ids=ascii,
)
def test_spellings_of_one_class_are_said(tmp_path: Path, words: list[str], note: str) -> None:
    encoder = TargetEncoder().fit(open_source(in_csv(tmp_path, words * 4)), "y")
    assert len(encoder.notes) == 1
    assert encoder.notes[0].startswith(note.replace("\\\\", "\\"))


def test_padded_words_of_a_frame_are_said_those_of_a_file_are_not(tmp_path: Path) -> None:
    assert len(TargetEncoder().fit(["a ", "b "]).notes) == 3 - 1  # also that each has one row
    assert TargetEncoder().fit(open_source(in_csv(tmp_path, [" a", " b"] * 2)), "y").notes == ()


def test_a_missing_marker_among_the_words_is_named(tmp_path: Path) -> None:
    path = in_csv(tmp_path, ["None", "low", "high"] * 3)
    with pytest.raises(InvalidInput, match=r"if 'None' is a class, pass keep=, --keep None\)"):
        TargetEncoder().fit(open_source(path), "y")
    kept = TargetEncoder().fit(open_source(path, ReadOptions(keep=("None",))), "y").classes
    assert kept is not None and kept.tolist() == ["None", "high", "low"]


def test_numbers_that_might_be_classes_name_the_option() -> None:
    letters = TargetEncoder().fit(np.arange(520) % 26 + 1)
    assert letters.task == "regression"
    assert letters.reason.endswith("(26 different); if they are classes, choose classification (task=, --task)")
    digits = TargetEncoder().fit(np.arange(100) % 10)
    assert digits.reason.endswith("(10 different); if they are amounts, choose regression (task=, --task)")
    assert "choose" not in TargetEncoder().fit(np.linspace(0, 1, 100)).reason


def test_keys_as_a_regression_are_said_to_be_rounded() -> None:
    keys = TargetEncoder().fit(np.arange(10) * ID // 10)
    assert keys.notes[0].startswith("'y' holds whole numbers from 9,007,199,254,740,992 on, which are rounded")
    assert TargetEncoder().fit(np.arange(10) * 1000).notes == ()
    with pytest.raises(InvalidInput, match=f"varies too little .*seen: {ID} to {ID + 9}"):
        TargetEncoder("regression").fit(np.arange(10) + ID)


def test_dates_are_classes_only_where_asked_for(tmp_path: Path) -> None:
    path = in_csv(tmp_path, ["2024-01-02", "2024-01-01"] * 3)
    with pytest.raises(InvalidInput, match=r"dates or times; .* or choose classification \(task=, --task\)"):
        TargetEncoder().fit(open_source(path), "y")
    days = TargetEncoder("classification").fit(open_source(path), "y").classes
    assert days is not None and days.tolist() == ["2024-01-01", "2024-01-02"]


def test_bytes_that_are_no_text_are_refused() -> None:
    assert TargetEncoder().fit(np.array(["\xe9".encode(), b"b"])).classes is not None
    with pytest.raises(InvalidInput, match="holds bytes that are not UTF-8"):
        TargetEncoder().fit(np.array([b"\xe9", b"b"]))


@pytest.mark.parametrize("labels", [[1.0, 2.0], ["007", "042"], [Decimal(1), Decimal(2)], [True, False]], ids=str)
def test_a_saved_model_answers_as_the_one_trained(tmp_path: Path, labels: list[object]) -> None:
    table = {"x": np.arange(40) % 2, "y": labels * 20}
    model = glassnet.TableModel(glassnet.Recipe(hidden=(), epochs=2)).fit(table)
    glassnet.save(model, tmp_path / "m.safetensors")
    loaded = glassnet.load(tmp_path / "m.safetensors")
    answers = loaded.predict(table)
    assert answers.dtype == model.predict(table).dtype
    assert set(answers.tolist()) <= set(labels)
    assert loaded.evaluate(table).baseline.split(",")[0] in {
        f"always {str(x) if type(x) is not str else repr(x)}" for x in labels
    }
