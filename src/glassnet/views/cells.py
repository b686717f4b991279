"""Cells of one column: numbers in a NumPy array, all else in an Arrow array."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from glassnet.arrays import Array


class ArrowArray(Protocol):
    """What is used here of Arrow's arrays, so that types need no pyarrow."""

    def __len__(self) -> int: ...
    def __getitem__(self, i: int | slice) -> Any: ...
    def take(self, places: Array) -> ArrowArray: ...
    def drop_null(self) -> ArrowArray: ...
    def value_counts(self) -> Any: ...


ColumnCells = Array | ArrowArray
MOST_VALUES = 100  # different cells of a column that are tried, the most common first


def cell(cells: ColumnCells, i: int = 0) -> object:
    """A cell as a Python object; None where missing."""
    value = cells[i].item() if isinstance(cells, np.ndarray) else cells[i].as_py()
    return None if isinstance(value, float) and np.isnan(value) else value


def most_common(cells: ArrowArray, most: int = MOST_VALUES) -> ArrowArray:
    """The different cells that are not missing, the most common first."""
    counted = cells.drop_null().value_counts()
    return counted.field("values").take(np.argsort(-counted.field("counts").to_numpy(), kind="stable")[:most])


def repeated(cells: ColumnCells, count: int) -> ColumnCells:
    """The first cell ``count`` times."""
    return np.repeat(cells, count) if isinstance(cells, np.ndarray) else cells.take(np.zeros(count, np.int64))


def filled(cells: ColumnCells, starts: Array, changed: Sequence[ColumnCells | None]) -> ColumnCells:
    """The first cell ``starts[-1]`` times, but for the parts that are ``changed``."""
    parts = [
        repeated(cells, int(stop - start)) if new is None else new
        for start, stop, new in zip(starts[:-1], starts[1:], changed, strict=True)
    ]
    if isinstance(cells, np.ndarray):
        return np.concatenate([np.asarray(part) for part in parts]) if parts else cells[:0]
    import pyarrow as pa

    whole: ArrowArray = pa.concat_arrays(parts) if parts else cells[:0]
    return whole
