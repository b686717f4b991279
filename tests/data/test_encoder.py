"""The table encoder: what each kind becomes, and the laws that hold for all of them."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.data.encoder import TableEncoder
from glassnet.data.kinds import KINDS
from glassnet.data.reading.opening import open_source
from glassnet.data.reading.options import ReadOptions
from glassnet.errors import GlassnetError, InvalidInput, InvalidType, UnknownName

DAY = datetime.datetime(2020, 1, 1)
TIMES = [DAY + datetime.timedelta(hours=31 * i) for i in range(8)]
MIXED = {
    "number": [1.0, 2.0, 3.0, 4.0, None, 6.0, 7.0, 8.0],
    "color": ["red", "blue", "red", None, "red", "blue", "red", "blue"],
    "flag": [True, False, None, True, True, False, True, True],
    "when": TIMES,
    "same": [5] * 8,
    "void": [None] * 8,
}


def encode(column: object, **options: object) -> np.ndarray:
    source = open_source({"c": column}, ReadOptions(**options))
    return TableEncoder().fit(source).transform(source)


# ---- numbers


def test_numbers_by_median_and_quartiles() -> None:
    x = np.arange(101.0)
    z = (x - 50) / 50
    np.testing.assert_allclose(encode(x)[:, 0], z / np.sqrt(1 + (z / 3) ** 2), rtol=1e-6)


def test_mostly_zero_falls_back_on_the_standard_deviation() -> None:
    x = np.zeros(100)
    x[:10] = 7.0
    z = 7.0 / x.std()
    np.testing.assert_allclose(encode(x)[[0, -1], 0], [z / np.sqrt(1 + (z / 3) ** 2), 0], rtol=1e-6)


def test_missing_numbers_are_the_median_and_flagged() -> None:
    X = encode([1.0, None, 3.0, float("nan"), 2.0])
    assert X.shape == (5, 2)
    assert X[:, 1].tolist() == [0, 1, 0, 1, 0]
    assert X[[1, 3, 4], 0].tolist() == [0, 0, 0]


def test_one_value_or_missing_is_only_a_flag() -> None:
    encoder = TableEncoder().fit({"c": [5, None, 5]})
    assert encoder.output_names == ("c is missing",)
    assert encoder.transform({"c": [None, 9]}).tolist() == [[1], [0]]


@pytest.mark.parametrize(
    "values",
    [
        [0.0, 1e308, -1e308, 1e300],
        [1e-320, 2e-320, 3e-320],
        [1.7e308, -1.7e308],
        [1e9, 1e9 + 1e-3, 1e9 + 2e-3],
        [2**63 - 1, 0, 5],
        [0.0] * 1000 + [1e-300],
    ],
    ids=str,
)
def test_extreme_numbers_stay_finite(values: list[float]) -> None:
    try:
        X = encode(values)
    except InvalidInput as error:
        assert "no column to learn from" in str(error)
    else:
        assert np.isfinite(X).all()
        assert abs(X).max() <= 3


def test_far_out_is_near_three_and_keeps_its_order() -> None:
    encoder = TableEncoder().fit({"c": [1, 2, 3, 4]})
    X = encoder.transform({"c": [-1e30, -100, 0, 100, 1e30]})[:, 0]
    assert (np.diff(X) > 0).all()
    assert X[[0, -1]].tolist() == [-3, 3]


@pytest.mark.parametrize("bad", [np.inf, -np.inf])
def test_infinity_is_refused_with_its_row(bad: float) -> None:
    with pytest.raises(InvalidInput, match=r"row 3 of column 'c' is infinite .*leave the cell empty"):
        encode([1.0, 2.0, bad])
    encoder = TableEncoder().fit({"c": [1.0, 2.0]})
    with pytest.raises(InvalidInput, match=r"row 1 of column 'c' is infinite"):
        encoder.transform({"c": ["inf"]})


def test_sentinels_are_missing_however_they_are_stored() -> None:
    for column in ([1, 2, -999], ["1", "2", "-999.0"], [1.0, 2.0, -999.0]):
        assert encode(column, missing=("-999",))[:, 1].tolist() == [0, 0, 1]


# ---- categories


def test_one_output_a_value_the_commonest_first() -> None:
    encoder = TableEncoder().fit({"c": ["b", "a", "b", "c"]})
    assert encoder.output_names == ("c = b", "c = a", "c = c")
    assert encoder.transform({"c": ["a", "c", "b"]}).tolist() == [[0, 1, 0], [0, 0, 1], [1, 0, 0]]


def test_what_training_never_had_is_all_zero() -> None:
    encoder = TableEncoder().fit({"c": ["a", "b"]})
    assert encoder.transform({"c": ["new", None]}).tolist() == [[0, 0], [0, 0]]


def test_rare_new_and_missing_values_have_their_outputs() -> None:
    encoder = TableEncoder(max_categories=1).fit({"c": ["a"] * 5 + ["b", None]})
    assert encoder.output_names == ("c = a", "c is rare or new", "c is missing")
    assert encoder.transform({"c": ["a", "b", "z", ""]}).tolist() == [[1, 0, 0], [0, 1, 0], [0, 1, 0], [0, 0, 1]]


def test_rare_is_less_than_one_in_a_hundred_or_five() -> None:
    encoder = TableEncoder().fit({"c": ["a"] * 900 + ["b"] * 5 + ["c"] * 4})
    assert encoder.output_names == ("c = a", "c = b", "c is rare or new")


def test_names_and_keys_are_left_out() -> None:
    table = {"key": [f"k{i}" for i in range(200)], "x": range(200)}
    encoder = TableEncoder().fit({name: list(values) for name, values in table.items()})
    assert encoder.input_names == ("x",)
    assert encoder.report()[0].kind == "identifier"
    assert "200 different words in 200 rows" in encoder.report()[0].done


def test_numbers_said_to_be_categories() -> None:
    source = open_source({"c": [1.0, 2.0, 1.0, None]}, ReadOptions(categorical=("c",)))
    encoder = TableEncoder().fit(source)
    assert encoder.output_names == ("c = 1", "c = 2", "c is missing")
    for column in ([2], [2.0], ["2"], pd.Series(pd.Categorical([2]))):
        assert encoder.transform({"c": column}).tolist() == [[0, 1, 0]]


def test_words_kept_as_objects_may_begin_with_a_missing_one() -> None:
    frame = pd.DataFrame({"c": pd.Series([None, "a", "b", "a"], dtype=object)})
    for size in (1, 1 << 20):
        encoder = TableEncoder().fit(open_source(frame, ReadOptions(block_bytes=size)))
        assert encoder.output_names == ("c = a", "c = b", "c is missing")


# ---- booleans, times


def test_booleans_are_plus_and_minus_one() -> None:
    for column in ([True, False, None], ["true", "FALSE", ""], pd.array([True, False, None])):
        assert encode(column).tolist() == [[1, 0], [-1, 0], [0, 1]]
    assert encode(np.array([[True], [False]])[:, 0]).tolist() == [[1], [-1]]


def test_booleans_may_come_as_numbers() -> None:
    encoder = TableEncoder().fit({"c": [True, False]})
    assert encoder.transform({"c": [1, 0, None]}).tolist() == [[1], [-1], [0]]
    with pytest.raises(InvalidInput, match="row 2 of column 'c' is not a boolean"):
        encoder.transform({"c": [1, 2]})


def test_times_become_the_parts_that_vary() -> None:
    encoder = TableEncoder().fit({"t": ["2020-01-01", "2020-07-01", "2021-01-01", None]})
    assert encoder.output_names == (
        *("t elapsed", "t year", "t month sine", "t month cosine"),
        *("t day of week sine", "t day of week cosine", "t is missing"),
    )
    X = encoder.transform({"t": [datetime.date(2020, 1, 1), datetime.date(2021, 1, 1), None]})
    low = 1 / np.sqrt(1 + 1 / 9)
    np.testing.assert_allclose(X[:, 0], [-low, low, 0], rtol=1e-6)
    np.testing.assert_allclose(X[:, 1], [-low, low, 0], rtol=1e-6)
    np.testing.assert_allclose(X[0, 2:4], [0.5, np.sqrt(3) / 2], rtol=1e-6)  # January
    assert X[2].tolist() == [0] * 6 + [1]


def test_times_of_day_and_durations() -> None:
    X = encode(["00:00", "06:00", "12:00"])
    np.testing.assert_allclose(X[:, 1:3], [[0, 1], [1, 0], [0, -1]], atol=1e-6)
    assert encode(np.array([1, 2, 3], dtype="m8[h]"))[1].tolist() == [0]


def test_times_with_zones_are_taken_in_utc() -> None:
    plain = encode(pa.array(TIMES, pa.timestamp("us")))
    zoned = encode(pa.array(TIMES, pa.timestamp("ns", "Europe/Paris")))
    np.testing.assert_array_equal(plain, zoned)


def test_days_before_months_are_said_aloud() -> None:
    report = TableEncoder().fit({"t": ["01/02/2020", "03/04/2021"]}).report()
    assert report[0].done.startswith("day-first")


# ---- laws


def assert_same(one: TableEncoder, other: TableEncoder, data: object) -> None:
    np.testing.assert_array_equal(one.transform(data), other.transform(data))


@given(st.integers(1, 400))
def test_block_size_does_not_matter(size: int) -> None:
    source = open_source(MIXED, ReadOptions(block_bytes=size))
    one, other = TableEncoder().fit(source), TableEncoder().fit(MIXED)
    assert one.columns == other.columns
    np.testing.assert_array_equal(one.transform(source), other.transform(MIXED))


@given(st.permutations(list(MIXED)))
def test_column_order_does_not_matter(names: list[str]) -> None:
    shuffled = {name: MIXED[name] for name in names}
    one, other = TableEncoder().fit(shuffled), TableEncoder().fit(MIXED)
    assert_same(other, other, MIXED)
    np.testing.assert_array_equal(other.transform(shuffled), other.transform(MIXED))
    for name, place in one.outputs.items():
        np.testing.assert_array_equal(one.transform(MIXED)[:, place], other.transform(MIXED)[:, other.outputs[name]])


@given(st.lists(st.sampled_from(range(8)), min_size=1, max_size=12))
def test_a_row_is_encoded_alone_as_among_others(rows: list[int]) -> None:
    encoder = TableEncoder().fit(MIXED)
    picked = {name: [values[row] for row in rows] for name, values in MIXED.items()}
    np.testing.assert_array_equal(encoder.transform(picked), encoder.transform(MIXED)[rows])


def test_the_same_table_as_text_and_as_a_frame(tmp_path) -> None:
    frame = pd.DataFrame({name: values for name, values in MIXED.items() if name != "void"})
    frame.to_csv(tmp_path / "t.csv", index=False)
    one, other = TableEncoder().fit(frame), TableEncoder().fit(tmp_path / "t.csv")
    assert one.output_names == other.output_names
    np.testing.assert_array_equal(one.transform(tmp_path / "t.csv"), other.transform(frame))


@given(
    st.lists(
        st.tuples(
            st.none() | st.floats(allow_nan=False, allow_infinity=False),
            st.none() | st.text(alphabet="abcß", max_size=2),
        ),
        min_size=2,
        max_size=30,
    )
)
def test_whatever_is_learned_is_finite_and_of_the_width_promised(rows: list[tuple[float | None, str | None]]) -> None:
    table = {"x": [row[0] for row in rows], "w": [row[1] for row in rows]}
    try:
        encoder = TableEncoder().fit(table)
    except GlassnetError as error:
        assert "no column to learn from" in str(error)
        return
    X = encoder.transform(table)
    assert X.dtype == np.float32
    assert X.shape == (len(rows), encoder.width)
    assert encoder.width == len(encoder.output_names)
    assert np.isfinite(X).all()
    assert (X.std(axis=0) > 0).any()


def test_some_rows_of_a_source() -> None:
    source = open_source(MIXED)
    encoder = TableEncoder().fit(source.take([0, 1, 2, 3, 5]))
    np.testing.assert_array_equal(encoder.transform(source.take([6])), encoder.transform(source)[[6]])
    assert encoder.transform(source.take([])).shape == (0, encoder.width)


def test_outputs_divide_the_matrix() -> None:
    encoder = TableEncoder().fit(MIXED)
    assert tuple(encoder.outputs) == encoder.input_names == ("number", "color", "flag", "when")
    places = [list(range(encoder.width)[place]) for place in encoder.outputs.values()]
    assert [p for part in places for p in part] == list(range(encoder.width))
    assert all(encoder.output_names[p].startswith(n) for n, ps in zip(encoder.outputs, places, strict=True) for p in ps)


def test_numbers_may_come_first() -> None:
    table = MIXED | {"lacking": [None, 2, None, 2, None, 2, None, 2], "more": [1, 2, 3, 4, 5, 6, 7, 9]}
    encoder, usual = TableEncoder(numbers_first=True).fit(table), TableEncoder().fit(table)
    first = encoder.output_names[: encoder.leading]
    assert first == ("number", "number is missing", "more")  # not what is only a flag
    assert usual.leading == 2 and usual.input_names[0] == "number"
    X, same = encoder.transform(table), usual.transform(table)
    for name, place in usual.outputs.items():
        np.testing.assert_array_equal(X[:, encoder.outputs[name]], same[:, place])
    read = TableEncoder.from_parts(*encoder.to_parts())
    assert read.output_names == encoder.output_names and read.leading == encoder.leading


def test_the_report_says_what_was_done() -> None:
    report = {entry.name: entry for entry in TableEncoder().fit(MIXED).report()}
    kinds = {name: entry.kind for name, entry in report.items()}
    assert kinds == {
        "number": "number",
        "color": "category",
        "flag": "boolean",
        "when": "time",
        "same": "constant",
        "void": "empty",
    }
    assert report["same"].done == "left out: always 5"
    assert "median 4 to 0, interquartile range" in report["number"].done
    assert set(kinds.values()) - {"constant", "empty"} < set(KINDS)


def test_fitting_again_forgets() -> None:
    encoder = TableEncoder().fit({"a": [1, 2]})
    assert encoder.outputs
    encoder.fit({"b": ["u", "v"], "c": [1, 2]})
    assert list(encoder.outputs) == ["b", "c"]
    assert encoder.transform({"b": ["u"], "c": [1]}).shape == (1, 3)


# ---- a model on the wrong table


def test_extra_columns_are_ignored_and_noted() -> None:
    encoder = TableEncoder().fit({"a": [1, 2], "same": [0, 0]})
    assert encoder.check({"b": [1], "a": [2]}) == [
        "the dictionary has the column 'b' that the model does not know: ignored"
    ]
    assert encoder.check({"a": [2], "same": [1]}) == []  # known, though not used
    assert encoder.check({"b": [1], "a": [2]}, besides=["b", "z"]) == []
    assert encoder.check({"be": [1], "a": [2]}, besides="be") == []  # one name, not two letters
    assert len(encoder.check({"b": [1], "c": [1], "a": [2]}, besides=("c",))) == 1
    assert encoder.transform({"b": [1], "a": [2]}).shape == (1, 1)


def test_missing_columns_are_named_with_the_nearest() -> None:
    encoder = TableEncoder().fit({"price": [1, 2], "rooms": [1, 2], "same": [0, 0]})
    with pytest.raises(InvalidInput, match=r"lacks the column 'price' .*'prize' may be meant for 'price'"):
        encoder.transform({"prize": [1], "rooms": [2]})
    with pytest.raises(InvalidInput, match=r"lacks the columns 'price', 'rooms'"):
        encoder.transform({"z": [1]})
    with pytest.raises(InvalidInput, match="pass a table with the columns of training"):
        encoder.check({"prize": [1], "rooms": [2]}, besides=["prize"])  # known to be something else


@pytest.mark.parametrize(
    ("column", "words"),
    [
        (["3", "three"], r"row 2 of column 'c' is not a number \(seen: 'three'\); correct the cell, or leave it empty"),
        ([DAY, DAY], r"row 1 of column 'c' is not a number \(seen: datetime"),
    ],
)
def test_a_column_of_another_kind(column: object, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        TableEncoder().fit({"c": [1, 2, 3]}).transform({"c": column})


def test_words_and_numbers_where_times_were() -> None:
    encoder = TableEncoder().fit({"c": ["2020-01-01", "2021-01-01"]})
    with pytest.raises(InvalidInput, match=r"row 2 of column 'c' is not a time \(seen: 'soon'\)"):
        encoder.transform({"c": ["2020-01-01", "soon"]})
    with pytest.raises(InvalidInput, match=r"row 1 of column 'c' is not a time \(seen: 7\)"):
        encoder.transform({"c": [7]})
    assert encoder.transform({"c": [None]}).tolist() == [[0] * encoder.width]


def test_row_numbers_are_those_of_the_table() -> None:
    encoder = TableEncoder().fit({"c": [1, 2, 3]})
    source = open_source({"c": ["1"] * 20 + ["x"]}, ReadOptions(block_bytes=16))
    with pytest.raises(InvalidInput, match="row 21 of column 'c'"):
        encoder.transform(source.take(np.arange(5, 21)))


# ---- refusals


def test_exclude() -> None:
    encoder = TableEncoder().fit({"a": [1, 2], "y": [[1], [2]]}, exclude=["y"])  # excluded columns are not looked at
    assert encoder.input_names == ("a",)
    assert TableEncoder().fit({"a": [1, 2], "y": [1, 2]}, exclude="y").input_names == ("a",)
    with pytest.raises(UnknownName, match="did you mean 'price'"):
        TableEncoder().fit({"price": [1, 2], "a": [1, 2]}, exclude=["prize"])


@pytest.mark.parametrize("table", [{"a": [1, 1]}, {"a": [None, None]}, {"a": [1]}], ids=str)
def test_nothing_to_learn_from(table: dict[str, list[object]]) -> None:
    with pytest.raises(InvalidInput, match=r"no column to learn from .*a: left out"):
        TableEncoder().fit(table)
    with pytest.raises(InvalidInput, match=r"no column to learn from \(seen: only the target\)"):
        TableEncoder().fit(table, exclude=["a"])


@pytest.mark.parametrize("wrong", [0, -1, 2.5, True, "many"])
def test_max_categories(wrong: object) -> None:
    with pytest.raises(InvalidInput, match="max_categories"):
        TableEncoder(wrong)


def test_lists_and_bytes_are_no_cells() -> None:
    with pytest.raises(InvalidType, match="column 'c' holds list"):
        TableEncoder().fit({"c": [[1], [2]]})


def test_nothing_but_the_target() -> None:
    with pytest.raises(InvalidInput, match=r"seen: only the target\)"):
        TableEncoder().fit({"y": [1, 2]}, exclude=["y"])
    with pytest.raises(InvalidInput, match=r"seen: only the excluded columns 'y', 'w'\)"):
        TableEncoder().fit({"y": [1, 2], "w": [1, 2]}, exclude=["y", "w"])


@pytest.mark.parametrize(
    ("learned", "new"), [(["1", "2"], "x"), (["true", "false"], "x"), (["2020-01-01", "2021-01-01"], "x")]
)
def test_after_training_no_option_is_advised(learned: list[str], new: str) -> None:
    with pytest.raises(InvalidInput, match="; correct the cell, or leave it empty if there is no value") as caught:
        TableEncoder().fit({"c": learned}).transform({"c": [*learned, new]})
    assert "--" not in str(caught.value)
