"""Which kind a column is, from all its rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.data.cell_format import NUMBER, CellFormat
from glassnet.data.cell_readers import READERS
from glassnet.data.kind_inference import InferredKind, infer_kinds
from glassnet.data.reading.opening import open_source
from glassnet.data.reading.options import MISSING, ReadOptions
from glassnet.data.spelling.times import TimeFormat
from glassnet.errors import GlassnetError, InvalidInput, InvalidType


def kind(values: object, **options: object) -> InferredKind:
    """What a column of these values is, whether read at once or cell by cell."""
    found = [
        infer_kinds(open_source({"c": values}, ReadOptions(block_bytes=size, **options)), ["c"], cell_format(options))[
            "c"
        ]
        for size in (1 << 20, 1)
    ]
    assert found[0] == found[1]
    return found[0]


def cell_format(options: dict[str, object]) -> CellFormat:
    return CellFormat.of(ReadOptions(**options))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["1", "2.5", "-3e4", "+.5", "7."], "number"),
        (["1", "", "NA", " 2 "], "number"),
        (["inf", "1"], "number"),
        (["", None, "NA"], "dropped"),
        ([None, None], "dropped"),
        (["true", "False", "TRUE", ""], "boolean"),
        (["red", "blue", "1"], "category"),
        (["red", "blue", "1", "2", "3"], "category"),
        (["yes", "no"], "boolean"),
        (["0x10", "1_000", "1d"], "category"),
        (["١", "٢"], "number"),
        (["2020-01-01", "2020-02-29 10:11:12.5"], "time"),
        (["2020-01-01T00:00:00Z", "2020-01-01T00:00:00+02:00"], "time"),
        (["2020-01-01T00:00:00Z", "2020-01-01"], "time"),
        (["2020-01-01", "later"], "category"),
        ([1, 2, None], "number"),
        ([1.5, float("nan")], "number"),
        ([True, False, None], "boolean"),
        (np.array([1, 2], dtype="m8[s]"), "number"),
        (np.array([1, 2], dtype="M8[D]"), "time"),
        (pa.array([1, 2], pa.time32("s")), "time"),
        (pa.array([1, 2], pa.decimal128(5)), "number"),
        (pa.array(np.array([1, 2], np.float16)), "number"),
        (pa.array(["a", "b"]).dictionary_encode(), "category"),
        (pa.array(["1", "2"], pa.large_string()), "number"),
        (pa.array(["1", "2"], pa.string_view()), "number"),
        (pd.Series(pd.Categorical([1, 2])), "category"),
        (pd.Series(["1", "2"]), "number"),
        (pl.Series(["u", "v"], dtype=pl.Categorical), "category"),
        (pl.Series(["u", "v"], dtype=pl.Enum(["u", "v"])), "category"),
    ],
    ids=lambda value: str(value) if isinstance(value, str) else type(value).__name__,
)
def test_kinds(values: object, expected: str) -> None:
    assert kind(values).kind == expected


@pytest.mark.parametrize(
    ("values", "order"),
    [
        (["31/12/2020", "01/02/2020"], "day-first"),
        (["12/31/2020", "01/02/2020"], "month-first"),
        (["01/02/2020"], "day-first"),
        (["31.12.2020 23:59"], "day-first"),
        (["23:59", "0:01"], None),
        (["2020-12-31"], None),
    ],
)
def test_orders_of_dates(values: list[str], order: str | None) -> None:
    found = kind(values)
    assert (found.kind, found.format) == ("time", TimeFormat(order, ""))


def test_a_type_that_changes_in_the_last_row_is_seen() -> None:
    values = ["1"] * 50_000 + ["x"]
    with pytest.raises(InvalidInput, match="50,000 numbers and 1 word, the first 'x' in row 50001"):
        infer_kinds(open_source({"c": values}, ReadOptions(block_bytes=4096)), ["c"], CellFormat())


@pytest.mark.parametrize(
    "values",
    [["1"] * 9 + ["x"], ["x"] + ["1"] * 9, ["1", "2", "x"], ["1", "2", "x", "3", "x"], ["1"] * 30 + ["x", "y", "z"]],
)
def test_numbers_with_a_few_words_are_refused(values: list[str]) -> None:
    words = sum(value.isalpha() for value in values)
    row = next(i for i, value in enumerate(values, 1) if value.isalpha())
    expected = rf"'c' mixes .*{len(values) - words} numbers and {words} words?, the first 'x' in row {row}\)"
    with pytest.raises(InvalidInput, match=expected + r".*missing=\('x',\) \(--missing\).*--categorical"):
        kind(values)


def test_both_remedies_help() -> None:
    values = ["1", "2", "3", "unknown"]
    assert kind(values, missing=("unknown",)).kind == "number"
    assert kind(values, categorical=("c",)).kind == "category"


def test_declared_columns() -> None:
    assert kind([1, 2], categorical=("c",)).kind == "category"
    assert kind(pa.array(["1", "2"]).dictionary_encode(), numeric=("c",)).kind == "number"
    assert kind([True, False], numeric=("c",)).kind == "number"
    with pytest.raises(InvalidInput, match="mixes numbers and words"):
        kind(["a", "b", "1"], numeric=("c",))
    with pytest.raises(InvalidInput, match="was declared numeric"):
        kind(np.array([1, 2], dtype="M8[D]"), numeric=("c",))


def test_words_kept_and_words_that_are_missing() -> None:
    assert kind(["None", "None"]).kind == "dropped"
    assert kind(["None", "Some"], keep=("None",)).kind == "category"
    assert kind(["1,5", "2"], decimal=",").kind == "number"
    assert kind(list(MISSING)).kind == "dropped"


@pytest.mark.parametrize("values", [pa.array([[1], [2]]), pa.array([b"a", b"b"]), pa.array([{"u": 1}])])
def test_what_is_no_cell(values: pa.Array) -> None:
    with pytest.raises(InvalidType, match=r"column 'c' holds .*leave the column out"):
        kind(values)


@given(st.from_regex(NUMBER, fullmatch=True))
def test_whatever_counts_as_a_number_is_one(text: str) -> None:
    texts = pa.array([text.strip()])
    assert CellFormat().is_number(texts).to_pylist() == [True]
    value = READERS["number"]["text"](texts, CellFormat(())).to_pylist()[0]
    assert value is not None
    assert float(text) == value or (value != value and float(text) != float(text))


@given(
    st.lists(st.text(max_size=6) | st.sampled_from(["1", "2.5", "true", "NA", "2020-01-01"]), min_size=1, max_size=20)
)
def test_any_words_have_a_kind_or_a_clear_error(values: list[str]) -> None:
    try:
        found = kind(values).kind
    except GlassnetError as error:
        assert "mixes" in str(error) or "in one way" in str(error)
    else:
        assert found in ("number", "boolean", "category", "time", "dropped")
