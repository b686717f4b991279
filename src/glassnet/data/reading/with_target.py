"""A table and its targets, as scikit-learn passes them (``fit(X, y)``): one table of both."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import numpy as np

from glassnet.data.arrow import pa
from glassnet.data.reading.in_memory import column_array
from glassnet.data.source import Source
from glassnet.errors import InvalidInput

NAMES = ("y", "target")  # of targets that have none


def with_target(source: Source, y: Any, called: str | None = None) -> tuple[Source, str]:
    """The table with the targets as its last column, and what that is called.

    Args:
        source: the table, m rows.
        y: the targets (m,), or a frame or an array with one column: a series keeps its name.
        called: the name of the column, whatever theirs is.

    Raises:
        InvalidInput: targets of another number of rows, or of a name that the table has too.

    >>> from glassnet.data.reading.opening import open_source
    >>> table, name = with_target(open_source([[1, 2], [3, 4]]), ["no", "yes"])
    >>> table.names, name
    (('x1', 'x2', 'y'), 'y')
    """
    given, column = _column(y)
    name = called or given or next((free for free in NAMES if free not in source.names), NAMES[0])
    if name in source.names:
        what = f"{source.label} has the column {name!r} too, which y is called"
        raise InvalidInput(what, remedy="leave it out of the table, or name y otherwise")
    if len(column) != source.rows:
        seen = f"{source.rows} rows and {len(column)} targets"
        raise InvalidInput("y has not one target for each row", seen, "pass the targets of the same rows")

    def read(wanted: list[str]) -> Iterator[pa.RecordBatch]:
        start = 0
        for block in source.blocks([other for other in wanted if other != name] or source.names[:1]):
            arrays = block.arrays | {name: column.slice(start, len(block.rows))}
            start += len(block.rows)
            yield pa.RecordBatch.from_arrays([arrays[one] for one in wanted], names=wanted)

    both = source.schema.append(pa.field(name, column.type))
    return dataclasses.replace(source, schema=both, read=read, known_rows=len(column), selection=None), name


def _column(y: Any) -> tuple[str | None, pa.Array]:
    """The targets' own name, where they have one, and the targets."""
    name = getattr(y, "name", None)
    if len(shape := np.shape(y)) == 2 and shape[1] == 1:
        names = getattr(y, "columns", None)
        name, y = None if names is None else names[0], np.asarray(y)[:, 0]
    column = column_array(y, "y")
    return None if name is None else str(name), column.combine_chunks() if isinstance(
        column, pa.ChunkedArray
    ) else column
