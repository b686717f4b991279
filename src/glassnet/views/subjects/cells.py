"""Cells as subjects keep them: cells by column, numbers in NumPy arrays, all else in Arrow arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from glassnet.arrays import Array

MOST_VALUES = 100  # different cells of a column that are tried, the commonest first


def cell(cells: Any, i: int = 0) -> Any:
    """A cell as a Python object; None where missing."""
    value = cells[i].as_py() if hasattr(cells[i], "as_py") else cells[i].item()
    return None if isinstance(value, float) and np.isnan(value) else value


def commonest(cells: Any, most: int = MOST_VALUES) -> Any:
    """The different cells of an Arrow array that are not missing, the commonest first."""
    counted = cells.drop_null().value_counts()
    return counted.field("values").take(np.argsort(-counted.field("counts").to_numpy(), kind="stable")[:most])


def repeated(cells: Any, count: int) -> Any:
    return np.repeat(cells, count) if isinstance(cells, np.ndarray) else cells.take(np.zeros(count, np.int64))


def filled(cells: Any, starts: Array, changed: Sequence[Any]) -> Any:
    """A cell ``starts[-1]`` times, but for the stretches that are ``changed``."""
    parts = [
        repeated(cells, int(stop - start)) if new is None else new
        for start, stop, new in zip(starts[:-1], starts[1:], changed, strict=True)
    ]
    if isinstance(cells, np.ndarray):
        return np.concatenate(parts) if parts else cells[:0]
    import pyarrow as pa

    return pa.concat_arrays(parts) if parts else cells[:0]
