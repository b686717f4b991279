"""Columns that number the rows: the index of a frame, an id. They say nothing about new rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from glassnet.data.cell_format import CellFormat
from glassnet.data.source import Block, Source, read_numbers
from glassnet.data.spelling.numbers import NumberFormat

FEWEST = 10  # rows; of fewer, any whole numbers may lie side by side
MOST = 10_000  # rows that are looked at, evenly over the table
ROOM = 1.5  # times the number of rows: so far the numbers may reach, since rows were held out or left out
# What pandas, R and their readers call the numbers of the rows if the user gave no name.
_UNNAMED = re.compile(r"(unnamed: ?\d+|column \d+|index|level_\d+|__index_level_\d+__|row\.?_?names?|\.\.\.\d+|)")


def is_unnamed(name: str) -> bool:
    """Whether a column of row numbers has a name that a program made up.

    >>> [name for name in ("", "Unnamed: 0", "column 1", "id", "row") if is_unnamed(name)]
    ['', 'Unnamed: 0', 'column 1']
    """
    return _UNNAMED.fullmatch(name.strip().lower()) is not None


def row_numbers(source: Source, formats: Mapping[str, NumberFormat | None], cell_format: CellFormat) -> dict[str, str]:
    """The columns of numbers that number the rows, and from where to where: in order, or shuffled.

    Args:
        source: the table; of many rows a sample is read.
        formats: of columns that hold numbers, how each is written.
        cell_format: how missing cells are written.

    >>> from glassnet.data.reading.opening import open_source
    >>> source = open_source({"id": np.arange(20)[::-1] + 1, "size": np.arange(20) % 7})
    >>> row_numbers(source, {"id": None, "size": None}, CellFormat())
    {'id': '1 to 20'}
    """
    if not formats or (m := source.rows) < FEWEST:
        return {}
    first = next(source.blocks(list(formats)))  # most columns show at once that they are not numbers of rows
    formats = {name: formats[name] for name, values in _whole([first], formats, cell_format) if _differ(values)}
    if not formats:
        return {}
    sample = source if m <= MOST else source.take(np.unique(np.linspace(0, m - 1, MOST).astype(np.int64)))
    blocks = list(sample.blocks(list(formats)))
    reach = ROOM * max(m, int(blocks[-1].rows[-1]) + 1)
    return {
        name: f"{values.min():.0f} to {values.max():.0f}"
        for name, values in _whole(blocks, formats, cell_format)
        if _differ(values) and values.max() - values.min() < reach
    }


def _whole(
    blocks: Sequence[Block], formats: Mapping[str, NumberFormat | None], cell_format: CellFormat
) -> Iterator[tuple[str, np.ndarray]]:
    """The columns of whole numbers, none of them missing, with their values."""
    names = list(formats)
    parts: dict[str, list[np.ndarray]] = {name: [] for name in names}
    for block in blocks:
        for places, values in read_numbers(block, names, cell_format, formats):
            for i in np.flatnonzero((values == np.floor(values)).all(axis=1)):  # NaN is not equal to itself
                parts[names[places[i]]].append(values[i])
    return ((name, np.concatenate(some)) for name, some in parts.items() if len(some) == len(blocks))


def _differ(values: np.ndarray) -> bool:
    return len(np.unique(values)) == len(values)
