"""Columns read together become what each would by itself, and wide tables do not pay for each column."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.data import source
from glassnet.data.cell_format import CellFormat
from glassnet.data.cells import Cells
from glassnet.data.encoder import TableEncoder
from glassnet.data.kinds.number import quantile
from glassnet.data.reading.opening import open_source
from glassnet.data.reading.options import ReadOptions
from glassnet.data.source import Block
from glassnet.errors import GlassnetError, InvalidInput, InvalidType

COLUMNS = {
    "plain": ["1", "2.5", "-3e4"],
    "gaps": ["", " 7 ", "NA"],
    "null": pa.array([None, "4", None]),
    "marked": ["-999", "5", "nan"],
    "large": pa.array(["1", "2", None], pa.large_string()),
    "whole": [1, None, -999],
    "small": np.array([1, 2, 3], np.uint8),
    "float": [0.5, None, 2.0],
    "single": np.array([0.5, np.nan, 2], np.float32),
    "truth": [True, False, None],
    "void": pa.nulls(3),
    "coded": pa.array(["1", "2", None]).dictionary_encode(),
    "coded otherwise": pa.array(["3", "3", "1"]).dictionary_encode(),
    "length": np.array([1, 2, 3], "m8[s]"),
    "exact": pa.array([1, None, 3], pa.decimal128(5)),
}
SPELLING = CellFormat(("", "NA", "nan", "-999"))
CELL = st.sampled_from(["1", "2", "-0.5", "1e3", " 4 ", "", "NA", "nan", "-999"])
WORDS = st.sampled_from(["red", "blue", "true", "2020-01-01", "", "1"])


@pytest.fixture(params=[1, 7, 1 << 15])
def cells(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "CELLS", request.param)


@pytest.mark.usefixtures("cells")
def test_every_way_of_storing_numbers() -> None:
    block = next(open_source(COLUMNS).blocks())
    names, seen = list(COLUMNS), []
    for places, values in source.read_numbers(block, names, SPELLING):
        assert values.shape == (len(places), 3)
        for place, column in zip(places, values, strict=True):
            np.testing.assert_array_equal(column, block.cells(names[place], SPELLING).numbers(), names[place])
            seen.append(place)
    assert sorted(seen) == list(range(len(names)))


@given(st.lists(st.lists(CELL, min_size=6, max_size=6) | st.lists(WORDS, min_size=6, max_size=6), max_size=8))
def test_what_becomes_of_a_column_does_not_depend_on_its_neighbors(columns: list[list[str]]) -> None:
    table = {"first": list("123456"), **{f"c{j}": column for j, column in enumerate(columns)}}
    options = ReadOptions(missing=("-999",), block_bytes=64)
    try:
        whole = TableEncoder().fit(table, options=options)
    except GlassnetError as error:
        assert "mixes" in str(error)
        return
    matrix = whole.transform(open_source(table, options))
    for report, (name, column) in zip(whole.report(), table.items(), strict=True):
        if report.outputs:
            alone = TableEncoder().fit({name: column}, options=options)
            assert alone.report() == [report]
            np.testing.assert_array_equal(matrix[:, whole.outputs[name]], alone.transform({name: column}))


def test_a_wrong_cell_is_found_among_many_columns() -> None:
    table = {f"c{j}": [str(j + i) for i in range(50)] for j in range(300)}
    encoder = TableEncoder().fit(table)
    table["c217"][31] = "many"
    with pytest.raises(InvalidInput, match=r"^row 32 of column 'c217' is not a number \(seen: 'many'\)"):
        encoder.transform(open_source(table, ReadOptions(block_bytes=4096)))
    table["c217"][31] = "inf"
    with pytest.raises(InvalidInput, match=r"^row 32 of column 'c217' is infinite"):
        encoder.transform(table)
    with pytest.raises(InvalidType, match="column 'c217' holds list"):
        encoder.transform(table | {"c217": [[1]] * 50})


def test_the_number_of_readings_does_not_grow_with_the_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    read, original = [], Cells._read
    monkeypatch.setattr(Cells, "_read", lambda self, *wanted: read.append(1) or original(self, *wanted))
    table = {f"c{j}": [str(j + i) for i in range(10)] for j in range(3000)}
    encoder = TableEncoder().fit(table)
    assert encoder.transform(table).shape == (10, 3000)
    assert len(read) <= 4  # 30,000 cells: once to learn, once to write


def test_a_block_knows_its_columns() -> None:
    block = Block(np.arange(2), pa.record_batch({"a": [1, 2], "b": ["x", "y"]}))
    assert {name: array.to_pylist() for name, array in block.arrays.items()} == {"a": [1, 2], "b": ["x", "y"]}


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=30), st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]))
def test_quantiles_are_numpys(values: list[float], share: float) -> None:
    expected = np.quantile(values, share)
    scale = max(map(abs, values))
    assert quantile(np.sort(values), share) == pytest.approx(expected, rel=1e-12, abs=1e-15 * scale)


FRAME = pd.DataFrame(
    {
        "small": np.array([1, -2, 3], np.int8),
        "single": np.array([0.5, np.nan, 2], np.float32),
        "half": np.array([0.5, 1, np.nan], np.float16),
        "double": [1.0, None, np.inf],
        "truth": [True, False, True],
        "nullable": pd.array([1, None, 3], "Int64"),
        "word": ["a", None, "b"],
        "mixed": ["a", 1, None],
        "coded": pd.Categorical(["x", "y", None]),
        "day": pd.to_datetime(["2024-01-01", None, "2024-01-03"]),
        "large": np.array([2**63, 1, 0], np.uint64),
        7: [1, 2, 3],
    }
)


@pytest.mark.parametrize("rows", [3, 1])
@pytest.mark.parametrize("at_a_time", [1, 100_000])
def test_a_frame_is_its_columns_one_by_one(rows: int, at_a_time: int) -> None:
    frame = FRAME[:rows]
    together = open_source(frame, ReadOptions(block_bytes=at_a_time))
    blocks = list(together.blocks())
    assert len(blocks) == (rows if at_a_time == 1 else 1)
    for name in frame:
        column = pa.concat_arrays([block.arrays[str(name)] for block in blocks])
        if frame[name].dtype == object:
            assert column.to_pylist() == [None if value is None else str(value) for value in frame[name]]
        else:
            assert column.equals(pa.Array.from_pandas(frame[name])), name
        if isinstance(frame[name].dtype, np.dtype) and frame[name].dtype != object:
            assert together.schema.field(str(name)).type == column.type
