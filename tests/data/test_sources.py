"""Whatever a user passes becomes the same table."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st

from glassnet.data.cell_format import CellFormat
from glassnet.data.reading.bundled import SETS
from glassnet.data.reading.opening import open_source
from glassnet.data.reading.options import ReadOptions
from glassnet.data.source import Source
from glassnet.errors import GlassnetError, InvalidInput, InvalidType, UnknownName

COLUMNS = {"a": [1.0, 2.0, 3.0], "b": [4.0, 5.0, 6.0]}
MATRIX = np.array([[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]])


def matrix(source: Source) -> np.ndarray:
    """All cells as numbers."""
    blocks = [
        np.column_stack([block.cells(name, CellFormat()).numbers() for name in source.names])
        for block in source.blocks()
    ]
    return np.concatenate(blocks)


@pytest.mark.parametrize(
    "table",
    [
        COLUMNS,
        pd.DataFrame(COLUMNS),
        pd.DataFrame(COLUMNS).astype(object),
        pd.DataFrame(COLUMNS).convert_dtypes(),
        pl.DataFrame(COLUMNS),
        pl.LazyFrame(COLUMNS),
        pa.table(COLUMNS),
        pa.record_batch(COLUMNS),
        {name: np.array(values) for name, values in COLUMNS.items()},
        {name: pd.Series(values) for name, values in COLUMNS.items()},
        {name: pl.Series(values) for name, values in COLUMNS.items()},
        {name: [Decimal(value) for value in values] for name, values in COLUMNS.items()},
        np.array([(1, 4), (2, 5), (3, 6)], dtype=[("a", "i4"), ("b", "f4")]),
    ],
    ids=lambda table: f"{type(table).__module__}.{type(table).__name__}",
)
def test_tables_with_names_are_one_table(table: object) -> None:
    source = open_source(table)
    assert source.names == ("a", "b")
    assert source.rows == 3
    np.testing.assert_array_equal(matrix(source), MATRIX)


@pytest.mark.parametrize(
    "table",
    [
        MATRIX,
        MATRIX.tolist(),
        tuple(map(tuple, MATRIX)),
        MATRIX.astype(object),
        MATRIX.astype(">f4"),
        MATRIX.astype(np.longdouble),
        MATRIX.astype(np.int8),
        MATRIX.astype(str),
        MATRIX.astype("S"),
        np.asfortranarray(MATRIX),
        sp.csr_matrix(MATRIX),
        sp.coo_array(MATRIX),
        sp.csc_array(MATRIX.astype(np.int32)),
    ],
    ids=lambda table: f"{type(table).__name__}-{getattr(table, 'dtype', '')}",
)
def test_tables_without_names_are_one_table(table: object) -> None:
    source = open_source(table)
    assert source.names == ("x1", "x2")
    np.testing.assert_array_equal(matrix(source), MATRIX)


@pytest.mark.parametrize("name", SETS)
def test_bundled_sets(name: str) -> None:
    source = open_source(name)
    assert source.label == name
    assert source.names[-1] == source.target == SETS[name].target
    assert source.task == SETS[name].task


def test_bundled_classes_have_their_names_and_digits_are_digits() -> None:
    assert next(open_source("iris").blocks(["species"])).cells("species", CellFormat()).texts()[0].as_py() == "setosa"
    assert next(open_source("digits").blocks(["digit"])).cells("digit", CellFormat()).numbers()[:3].tolist() == [
        0,
        1,
        2,
    ]


def test_a_file_of_a_bundled_name_is_meant_by_a_path(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "iris").write_text("a,b\n1,2\n")
    assert open_source("./iris").names == ("a", "b")
    assert len(open_source("iris").names) == 5


@pytest.mark.parametrize("size", [1, 7, 8, 16, 17, 1000])
@pytest.mark.parametrize(
    "make", [lambda X: X, pd.DataFrame, pl.DataFrame, sp.csr_array, lambda X: pa.table(pd.DataFrame(X))]
)
def test_block_size_changes_nothing(make, size: int) -> None:
    X = np.arange(12.0).reshape(6, 2)
    source = open_source(make(X), ReadOptions(block_bytes=size))
    np.testing.assert_array_equal(matrix(source), X)
    np.testing.assert_array_equal(matrix(source), X)  # and it can be read again


@given(st.sets(st.integers(0, 29)), st.integers(1, 200))
def test_take_keeps_the_rows_that_are_asked_for(rows: set[int], size: int) -> None:
    X = np.arange(30.0).reshape(30, 1)
    chosen = sorted(rows)
    part = open_source(X, ReadOptions(block_bytes=size)).take(chosen)
    assert part.rows == len(chosen)
    seen = [block.cells("x1", CellFormat()).numbers() for block in part.blocks()]
    assert np.concatenate([np.empty(0), *seen]).tolist() == chosen
    assert [row for block in part.blocks() for row in block.rows] == chosen


def test_take_of_take() -> None:
    part = open_source(np.arange(10.0).reshape(10, 1)).take([1, 3, 5, 7]).take([0, 3])
    assert matrix(part).ravel().tolist() == [1, 7]


@pytest.mark.parametrize("rows", [[0, 0], [2, 1], [-1], [3]])
def test_take_refuses_rows_that_cannot_be(rows: list[int]) -> None:
    with pytest.raises(InvalidInput):
        open_source(MATRIX).take(rows)


def test_blocks_of_some_columns_in_any_order() -> None:
    block = next(open_source(COLUMNS).blocks(["b", "a"]))
    assert block.columns.schema.names == ["b", "a"]
    with pytest.raises(UnknownName, match="did you mean 'a'"):
        next(open_source({"aaa": [1], "a": [1]}).blocks(["A"]))


@pytest.mark.parametrize(
    ("table", "error", "words"),
    [
        (np.zeros((0, 3)), InvalidInput, "no rows"),
        (np.zeros((3, 0)), InvalidInput, "no columns"),
        (np.zeros(3), InvalidInput, r"shape \(3,\)"),
        (np.zeros((2, 2, 2)), InvalidInput, r"shape \(2, 2, 2\)"),
        (np.zeros((2, 2), dtype=complex), InvalidType, "complex"),
        ([], InvalidInput, "no columns"),
        ([[]], InvalidInput, "no columns"),
        ([[1, 2], [3]], InvalidInput, "row 2 of the list has 1 cell, the first has 2"),
        ([1, 2], InvalidInput, "row 1 of the list is not a list"),
        ({}, InvalidInput, "no columns"),
        ({"a": []}, InvalidInput, "no rows"),
        ({"a": [1], "b": [1, 2]}, InvalidInput, "'a' has 1, 'b' has 2"),
        ({"a": np.zeros((2, 2))}, InvalidInput, "not one-dimensional"),
        ({1: [1], "1": [2]}, InvalidInput, "two columns named '1'"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), InvalidInput, "two columns named 'a'"),
        (pd.DataFrame({"a": []}), InvalidInput, "no rows"),
        (pl.DataFrame({"a": pl.Series([], dtype=pl.Int8)}), InvalidInput, "no rows"),
        (pd.DataFrame({"a": np.array([1j])}), InvalidType, "'a'"),
        (pl.Series([1, 2]), InvalidInput, "not a table"),
        (3, InvalidType, "a builtins.int is not a table"),
        (None, InvalidType, "not a table"),
    ],
    ids=str,
)
def test_no_table(table: object, error: type[GlassnetError], words: str) -> None:
    with pytest.raises(error, match=words):
        open_source(table)


def test_options_name_columns_that_exist() -> None:
    with pytest.raises(UnknownName, match="did you mean 'age'"):
        open_source({"age": [1]}, ReadOptions(categorical=("agee",)))


def test_a_source_can_be_read_with_other_options() -> None:
    source = open_source(open_source(COLUMNS), ReadOptions(categorical=("a",)))
    assert source.options.categorical == ("a",)
