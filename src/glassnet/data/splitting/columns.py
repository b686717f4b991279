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
from glassnet.data.source import Block, Source
from glassnet.data.spelling.numbers import NumberFormat
from glassnet.errors import InvalidInput


def loose(values: Any, name: str, m: int) -> Source:
    """Values of ``m`` rows (m,) as a table of one column.

    Raises:
        InvalidInput: they are of another number of rows.
    """
    column = column_array(values, name)
    if len(column) != m:
        raise InvalidInput(
            f"{name} has not one value for each row", f"{m} rows, {len(column)} values", "pass one a row"
        )
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
    read, dtype = order_reader(source, name)
    places = np.concatenate(_cells(source, name, read)).astype(dtype)
    _check_complete(~np.isnan(places), source, name)
    return places


def order_reader(source: Source, name: str) -> tuple[Callable[[Cells], np.ndarray], str]:
    """What reads the places in an order from cells, and their dtype; see :func:`read_order`."""
    found = _kind(source, name)
    if found.kind == "number":
        return _number_reader(found), "f8"
    if found.kind != "time":
        what = f"column {name!r} holds neither numbers nor dates, so no row of it is the last"
        raise InvalidInput(what, found.kind, f"order the rows by another one, or pass dates=({name!r},) (--dates)")
    format: Any = found.format
    dtype = "datetime64[us]"
    return lambda cells: np.asarray(cells.times(format).to_numpy(zero_copy_only=False)).astype(dtype), dtype


def read_weights(source: Source, name: str) -> np.ndarray:
    """What each row weighs, float64 (m,).

    Args:
        source: the table.
        name: of the column.

    Raises:
        InvalidInput: a weight is missing or below 0, or none is above.
    """
    weights = _numbers(source, name)
    _check_weights(weights, name, lambda place: _row(source, place))
    check_some_weight(float(weights.sum()), name)
    return weights


def weight_reader(source: Source, name: str) -> Callable[[Block], np.ndarray]:
    """What reads the weights of a block, float64 (k,); see :func:`read_weights`."""
    read, cell_format = _number_reader(_kind(source, name)), CellFormat.of(source.options)

    def weights(block: Block) -> np.ndarray:
        found = read(block.cells(name, cell_format))
        check_present(~np.isnan(found), name, block.rows)
        _check_weights(found, name, lambda place: int(block.rows[place]) + 1)
        return found

    return weights


def check_some_weight(total: float, name: str) -> None:
    """Raise where all rows together weigh nothing."""
    if not total:
        raise InvalidInput(f"all weights in column {name!r} are 0", remedy="pass weights above 0")


def _check_weights(weights: np.ndarray, name: str, row: Callable[[int], int]) -> None:
    if (weights < 0).any():
        seen = f"{weights.min():g} in row {row(int(weights.argmin()))}"
        raise InvalidInput(f"column {name!r} has weights below 0", seen, "pass weights of 0 or more")


def _kind(source: Source, name: str) -> InferredKind:
    return infer_kinds(source, [source.check_name(name)], CellFormat.of(source.options))[name]


def _number_reader(found: InferredKind) -> Callable[[Cells], np.ndarray]:
    format = found.format if isinstance(found.format, NumberFormat) else None
    return lambda cells: cells.numbers(format)


def _numbers(source: Source, name: str) -> np.ndarray:
    numbers = np.concatenate(_cells(source, name, _number_reader(_kind(source, name))))
    _check_complete(~np.isnan(numbers), source, name)
    return numbers


def _cells(source: Source, name: str, read: Callable[[Cells], Any]) -> list[Any]:
    cell_format = CellFormat.of(source.options)
    return [read(block.cells(name, cell_format)) for block in source.blocks([name])]


def _check_complete(present: np.ndarray, source: Source, name: str) -> None:
    if not present.all():
        missing = int(np.count_nonzero(~present))
        raise _incomplete(name, f"{missing:,} of {len(present):,} rows, the first", _row(source, int(present.argmin())))


def check_present(present: np.ndarray, name: str, rows: np.ndarray) -> None:
    """Raise where cells of a block are missing.

    Args:
        present: which are not (k,).
        name: of the column.
        rows: their numbers in the table (k,).
    """
    if not present.all():
        raise _incomplete(name, "the first", int(rows[present.argmin()]) + 1)


def _incomplete(name: str, which: str, row: int) -> InvalidInput:
    what = f"column {name!r} divides or weighs the rows, and some of its cells are missing"
    return InvalidInput(what, f"{which} is row {row}", "fill them in, or leave these rows out")


def _row(source: Source, place: int) -> int:
    """The number of a row in its table, from 1."""
    return 1 + (place if source.selection is None else int(source.selection[place]))
