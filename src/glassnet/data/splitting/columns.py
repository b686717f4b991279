"""The columns that say which rows belong together, which come last, and what each row weighs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from glassnet.data.arrow import pa
from glassnet.data.cell_format import CellFormat
from glassnet.data.cells import Cells
from glassnet.data.inference.verdict import InferredKind
from glassnet.data.kind_inference import infer_kinds
from glassnet.data.reading.in_memory import column_array, from_columns
from glassnet.data.reading.options import ReadOptions
from glassnet.data.source import Source
from glassnet.data.spelling.numbers import NumberFormat
from glassnet.errors import InvalidInput


def loose(values: Any, name: str, m: int) -> Source:
    """Values of ``m`` rows (m,) as a table of one column.

    Raises:
        InvalidInput: they are of another number of rows.
    """
    column = column_array(values, name)
    if len(column) != m:
        raise InvalidInput(f"{name} has not one value for each row", f"{m} rows, {len(column)} values")
    return from_columns({name: column}, ReadOptions(), name)


def read_groups(source: Source, name: str) -> np.ndarray:
    """The number of each row's group, int64 (m,): of cells that are read as the same word the same.

    Args:
        source: the table.
        name: of the column.

    Raises:
        InvalidInput: a cell is missing.

    >>> from glassnet.data.reading.opening import open_source
    >>> read_groups(open_source({"patient": ["b", "a", "b"]}), "patient")
    array([0, 1, 0])
    """
    words = read_words(source, name)
    _check_complete(words.is_valid().to_numpy(zero_copy_only=False), source, name)
    return np.asarray(words.dictionary_encode().indices.to_numpy(), np.int64)


def read_words(source: Source, name: str) -> pa.Array:
    """The cells of a column as words, null where missing: Arrow strings (m,)."""
    return pa.concat_arrays(_cells(source, name, Cells.texts))


def read_order(source: Source, name: str) -> np.ndarray:
    """The place of each row in an order: float64 (m,), or times in microseconds (m,).

    Args:
        source: the table.
        name: of the column, of numbers or times.

    Raises:
        InvalidInput: a cell is missing, or the column holds words.
    """
    found = _kind(source, name)
    if found.kind == "number":
        return _numbers(source, name)
    if found.kind != "time":
        what = f"column {name!r} holds neither numbers nor dates, so no row of it is the last"
        raise InvalidInput(what, found.kind, f"order the rows by another one, or pass dates=({name!r},) (--dates)")
    format: Any = found.format
    parts = _cells(source, name, lambda cells: np.asarray(cells.times(format).to_numpy(zero_copy_only=False)))
    times = np.concatenate(parts).astype("datetime64[us]")
    _check_complete(~np.isnat(times), source, name)
    return times


def read_weights(source: Source, name: str) -> np.ndarray:
    """What each row weighs, float64 (m,).

    Args:
        source: the table.
        name: of the column.

    Raises:
        InvalidInput: a weight is missing or below 0, or none is above.
    """
    weights = _numbers(source, name)
    if (weights < 0).any():
        seen = f"{weights.min():g} in row {_row(source, int(weights.argmin()))}"
        raise InvalidInput(f"column {name!r} has weights below 0", seen, "pass weights of 0 or more")
    if not weights.any():
        raise InvalidInput(f"all weights in column {name!r} are 0", remedy="pass weights above 0")
    return weights


def _kind(source: Source, name: str) -> InferredKind:
    return infer_kinds(source, [source.check_name(name)], CellFormat.of(source.options))[name]


def _numbers(source: Source, name: str) -> np.ndarray:
    found = _kind(source, name)
    format = found.format if isinstance(found.format, NumberFormat) else None
    numbers = np.concatenate(_cells(source, name, lambda cells: cells.numbers(format)))
    _check_complete(~np.isnan(numbers), source, name)
    return numbers


def _cells(source: Source, name: str, read: Callable[[Cells], Any]) -> list[Any]:
    cell_format = CellFormat.of(source.options)
    return [read(block.cells(name, cell_format)) for block in source.blocks([name])]


def _check_complete(present: np.ndarray, source: Source, name: str) -> None:
    if not present.all():
        missing = int(np.count_nonzero(~present))
        seen = f"{missing:,} of {len(present):,} rows, the first is row {_row(source, int(present.argmin()))}"
        remedy = "fill them in, or leave these rows out"
        raise InvalidInput(
            f"column {name!r} divides or weighs the rows, and some of its cells are missing", seen, remedy
        )


def _row(source: Source, place: int) -> int:
    """The number of a row in its table, from 1."""
    return 1 + (place if source.selection is None else int(source.selection[place]))
