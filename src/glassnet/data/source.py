"""A source: a table with named columns that can be read from its start, block by block, any number of times."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike

from glassnet.arrays import SparseMatrix
from glassnet.data.arrow import pa
from glassnet.data.cell_format import CellFormat
from glassnet.data.cells import Cells
from glassnet.data.reading.options import ReadOptions
from glassnet.data.spelling.numbers import NumberFormat
from glassnet.errors import GlassnetError, InvalidInput, unknown_name
from glassnet.text import quoted

CELLS = 1 << 15  # of columns stored alike, read in one call; a longer column is read alone


@dataclass(frozen=True, eq=False)
class Block:
    """Some rows of a table.

    Args:
        rows: the number of each row in its table, int64 (rows,), counted from 0.
        columns: the cells, an Arrow record batch.
    """

    rows: np.ndarray
    columns: pa.RecordBatch

    def where(self, mask: np.ndarray) -> Block:
        """The rows for which a mask (rows,) is True."""
        return self if mask.all() else Block(self.rows[mask], self.columns.filter(pa.array(mask)))

    def only_columns(self, names: Sequence[str]) -> Block:
        """Some of the columns."""
        return Block(self.rows, self.columns.select(names))

    @cached_property
    def arrays(self) -> dict[str, pa.Array]:
        """The columns as Arrow arrays, under their names."""
        return dict(zip(self.columns.schema.names, self.columns.columns, strict=True))

    def cells(self, name: str, cell_format: CellFormat) -> Cells:
        """The cells of the column ``name``."""
        return Cells(name, self.arrays[name], self.rows, cell_format)

    def only(self, selection: np.ndarray) -> Block:
        """The rows whose numbers are in the sorted ``selection``."""
        first, last = np.searchsorted(selection, (self.rows[0], self.rows[-1] + 1))
        wanted = selection[first:last]
        if len(wanted) == len(self.rows):
            return self
        return Block(wanted, self.columns.take(np.searchsorted(self.rows, wanted)))


def concatenated(
    block: Block, names: Sequence[str], formats: Mapping[str, Any] | None = None
) -> Iterator[tuple[np.ndarray, pa.Array]]:
    """Columns that are stored and written the same way concatenated, some at a time.

    In wide tables the overhead of each column dominates, not its cells.

    Args:
        block: with the columns.
        names: of the columns.
        formats: how they are written; None where all are written alike.

    Yields:
        The places in ``names`` of the columns, int64 (k,), and their cells, an Arrow array (k * rows,).
    """
    by_type: dict[tuple[pa.DataType, Any], list[int]] = {}
    for place, name in enumerate(names):
        by_type.setdefault((block.arrays[name].type, formats[name] if formats else None), []).append(place)
    step = max(1, CELLS // len(block.rows))
    for places in by_type.values():
        for start in range(0, len(places), step):
            some = places[start : start + step]
            arrays = [block.arrays[names[place]] for place in some]
            yield np.array(some), arrays[0] if len(arrays) == 1 else pa.concat_arrays(arrays)


def read_numbers(
    block: Block,
    names: Sequence[str],
    cell_format: CellFormat,
    formats: Mapping[str, NumberFormat | None] | None = None,
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """The columns ``names`` of a block as ``Cells.numbers`` reads them, each in its format, some at a time.

    Yields:
        The places in ``names`` of the columns, int64 (k,), and their numbers, float64 (k, rows).

    Raises:
        GlassnetError: as ``Cells.numbers`` does, about the column that holds the first cell that is not a number.

    >>> import pyarrow as pa
    >>> block = Block(np.arange(2), pa.record_batch({"a": ["1", "2"], "b": ["3", "NA"]}))
    >>> next(read_numbers(block, ["a", "b"], CellFormat()))
    (array([0, 1]), array([[ 1.,  2.],
           [ 3., nan]]))
    """
    for places, array in concatenated(block, names, formats):
        format = formats[names[places[0]]] if formats else None
        try:
            values = Cells(names[places[0]], array, block.rows, cell_format).numbers(format)
        except GlassnetError:
            for place in places:  # read alone, the one that failed raises the error with its own name
                block.cells(names[place], cell_format).numbers(format)
            raise
        yield places, values.reshape(len(places), -1)


@dataclass(frozen=True, eq=False, repr=False)
class Source:
    """A table: its columns, and how to read it again.

    Args:
        label: what messages call it: a file name, "the array".
        schema: names and types of the columns, an Arrow schema.
        read: from names of columns to an iterator of Arrow record batches with these columns, from the first row on.
        options: how cells are read.
        known_rows: the number of rows, where it is known without reading.
        selection: sorted numbers of the rows to use, int64; None uses all.
        rule: from numbers of rows, int64 (k,), to which of them to use (k,); where there are too many for a selection.
        target: the column that is usually predicted, where the set says so.
        task: "classification" or "regression", where the set says so.
        typed: whether the cells have types; those of a text file are text, whatever they mean.
        notes: what was found in reading that the user may not expect.

    >>> from glassnet.data.reading.opening import open_source
    >>> table = open_source({"age": [31, 45, 27], "city": ["Rome", "Oslo", "Rome"]})
    >>> table.names, table.rows, table.take([0, 2]).rows
    (('age', 'city'), 3, 2)
    """

    label: str
    schema: pa.Schema
    read: Callable[[list[str]], Iterable[pa.RecordBatch]]
    options: ReadOptions = dataclasses.field(default_factory=ReadOptions)
    known_rows: int | None = None
    selection: np.ndarray | None = None
    rule: Callable[[np.ndarray], np.ndarray] | None = None
    target: str | None = None
    task: str | None = None
    typed: bool = True
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<Source: {self.label}, {quoted(self.names, 'column')}>"

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in the table's order."""
        return tuple(self.schema.names)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.names)}

    @cached_property
    def rows(self) -> int:
        """How many rows there are; a text file is read once to count them."""
        if self.selection is not None:
            return len(self.selection)
        if self.known_rows is not None and self.rule is None:
            return self.known_rows
        return sum(len(block.rows) for block in self.blocks(self.names[:1]))

    def blocks(self, names: Sequence[str] | None = None) -> Iterator[Block]:
        """The rows from the first to the last, some at a time.

        Args:
            names: of the columns to be read, in any order; None reads all.

        Raises:
            UnknownName: for a name that is not a column.
            GlassnetError: where the file turns out to be damaged.
        """
        wanted = list(self.names if names is None else map(self.check_name, names))
        start = 0
        for batch in self.read(wanted):
            block = Block(np.arange(start, start + batch.num_rows), batch)
            start += batch.num_rows
            if self.selection is not None and batch.num_rows:
                block = block.only(self.selection)
            if self.rule is not None:
                block = block.where(self.rule(block.rows))
            if len(block.rows):
                yield block
        if self.selection is None and self.rule is None:
            self.__dict__["rows"] = start  # now it is known, and need not be counted again

    def take(self, rows: ArrayLike) -> Source:
        """The same table with only some of its rows (they keep their numbers in messages).

        Args:
            rows: row numbers counted from 0 in this source, sorted, none twice: integers (k,).

        Raises:
            InvalidInput: for numbers out of range, out of order or doubled.
        """
        rows = np.asarray(rows, dtype=np.int64).reshape(-1)
        if (np.diff(rows) <= 0).any():
            raise InvalidInput("the rows to take are not in rising order", remedy="pass np.unique(rows)")
        if len(rows) and not 0 <= rows[0] <= rows[-1] < self.rows:
            seen = f"rows {rows[0]} to {rows[-1]}"
            raise InvalidInput(
                f"{self.label} has the rows 0 to {self.rows - 1}", seen, "pass row numbers in that range"
            )
        return dataclasses.replace(self, selection=rows if self.selection is None else self.selection[rows])

    def noting(self, *notes: str) -> Source:
        """The same table with further notes."""
        return dataclasses.replace(self, notes=(*self.notes, *notes))

    def check_name(self, name: object) -> str:
        """``name``, checked to be a column; names of frames may be numbers or tuples, which are words here.

        Raises:
            UnknownName: naming the nearest column.
        """
        name = str(name)
        if name not in self._places:
            raise unknown_name(f"column in {self.label} named", name, self.names)
        return name


class DataFrame(Protocol):
    """A data frame of pandas, polars or another library that narwhals knows."""

    @property
    def columns(self) -> Any:
        """The names of the columns."""


class ArrowTable(Protocol):
    """A table that hands itself out through Arrow's C interface."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The table as a stream of record batches."""


# Anything tabular, as ``open_source`` takes it: the name of a bundled set, a path, arrays, columns, frames, a source.
TableLike = (
    Source | os.PathLike[str] | ArrayLike | Sequence[Any] | Mapping[str, Any] | DataFrame | ArrowTable | SparseMatrix
)


def check_names(label: str, names: Iterable[Any]) -> list[str]:
    """The names as strings, checked to be distinct.

    Raises:
        InvalidInput: for a name that comes twice, and for no names at all.
    """
    words = [str(name) for name in names]
    if not words:
        raise InvalidInput(f"{label} has no columns", remedy="pass a table with columns")
    seen: dict[str, int] = {}
    for place, word in enumerate(words, 1):
        if word in seen:
            remedy = "rename one (if the file has no row of names, pass header=False, --no-header)"
            raise InvalidInput(f"{label} has two columns named {word!r}", f"columns {seen[word]} and {place}", remedy)
        seen[word] = place
    return words
