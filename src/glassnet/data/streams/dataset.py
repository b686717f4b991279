"""``Dataset``: a table larger than memory, whose rows are read some at a time, in any order of its parts."""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Iterator, Sequence
from functools import cached_property, partial
from mmap import mmap
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np

from glassnet.data.arrow import pa
from glassnet.data.reading.in_memory import column_array, from_array
from glassnet.data.reading.opening import open_source
from glassnet.data.reading.options import ReadOptions
from glassnet.data.source import Source, TableLike, check_names
from glassnet.data.streams.containers import Opened, open_files
from glassnet.data.streams.files import find_files
from glassnet.data.streams.part import Part
from glassnet.errors import BrokenFile, InvalidInput, InvalidType, UnusableFile
from glassnet.text import counted, quoted

if TYPE_CHECKING:
    from pyarrow.fs import FileSystem

DEFAULT_MEMORY = "1GB"
LEAST_MEMORY = 400_000_000  # bytes: Python and its libraries alone take about half of that
UNITS = {"": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12, "KIB": 2**10, "MIB": 2**20, "GIB": 2**30}
ARRAY_BYTES = 4 << 20  # of a part of an array


@runtime_checkable
class Resettable(Protocol):
    """A user's own iterator of batches, which can begin anew."""

    def __iter__(self) -> Iterator[TableLike]: ...

    def reset(self) -> object:
        """Go back to the first batch."""


class Dataset:
    """Rows too many for memory, in files, a mapped array or an iterator: what estimators of tables take in ``fit``.

    A part of it is what can be read alone: a row group of Parquet, a record batch of Feather, a stretch of CSV, some
    rows of an array. Training reads parts in another order in every epoch, and rows in another order within a buffer of
    several parts (CorgiPile: Xu et al., SIGMOD 2022), the same for the same seed.

    Args:
        data: a path, a folder, a pattern such as ``"big/*.parquet"``, an address of Arrow's file systems
            (``"s3://bucket/folder"``) or a list of these; an array (m, n), best a memory map; or an iterator of batches
            with ``reset()``, the same batches in the same order each time; each batch is any table.
        y: the targets (m,) of an array, or the name of an iterator's column.
        memory: what a training of it may take in all, bytes or such as "1GB".
        options: how cells are read.
        filesystem: a file system of Arrow that the paths are of.

    Raises:
        UnusableFile: nothing matches, or a file may not be read.
        BrokenFile: files of other columns, of other types or formats, or damaged ones.
        InvalidInput, InvalidType: too little memory, no rows, or no such data.

    >>> X = np.arange(20.0).reshape(10, 2)
    >>> data = Dataset(X, X[:, 0] > 9)
    >>> data.source.names, data.source.rows
    (('x1', 'x2', 'y'), 10)
    """

    def __init__(
        self,
        data: str | os.PathLike[str] | Sequence[str] | np.ndarray | Resettable,
        y: np.ndarray | str | None = None,
        *,
        memory: str | int = DEFAULT_MEMORY,
        options: ReadOptions | None = None,
        filesystem: FileSystem | None = None,
    ) -> None:
        self.memory = parsed_size(memory)
        self.label, self._target = "the dataset", y if isinstance(y, str) else None
        options, self._of_files = options or ReadOptions(), False
        if isinstance(data, np.ndarray):
            opened = _of_array(data, y, options)
        elif isinstance(data, Resettable):
            opened = _of_iterator(data, options)
        elif isinstance(data, str | os.PathLike) or (isinstance(data, list | tuple) and data):
            files = find_files(data, filesystem)
            self.label, opened, self._of_files = files.label, open_files(files, options), True
        else:
            remedy = "pass a path, a pattern, an array, or an iterator with reset()"
            raise InvalidType(f"a {type(data).__name__} is not a dataset", remedy=remedy)
        check_names(self.label, opened.schema.names)
        self.parts, self._opened, self._options = opened.parts, opened, options
        if not any(part.rows is None or part.rows for part in self.parts):
            raise InvalidInput(f"{self.label} has no rows", counted(len(self.parts), "part"), "pass files with rows")

    def __repr__(self) -> str:
        return f"<Dataset: {self.label}, {counted(len(self.parts), 'part')}, {quoted(self.source.names, 'column')}>"

    @cached_property
    def source(self) -> Source:
        """Its rows from the first to the last, as any other table's."""
        rows = [part.rows for part in self.parts]
        known = None if None in rows else sum(filter(None, rows))
        opened = self._opened
        plain = Source(self.label, opened.schema, self._read, self._options, known, typed=opened.typed)
        source = open_source(plain.noting(*opened.notes), self._options)
        return source if self._target is None else dataclasses.replace(source, target=source.check_name(self._target))

    def check_shared(self) -> None:
        """Raise where other processes cannot read its parts, each alone.

        Raises:
            InvalidInput: an array, an iterator, or a file that can only be read from its start.
        """
        if odd := next((part.label for part in self.parts if part.sequential or not self._of_files), None):
            what = f"the workers of a cluster read parts of files by themselves, and {odd} is none"
            raise InvalidInput(what, remedy="write the rows as Parquet, or train on this machine")

    def _read(self, wanted: list[str]) -> Iterator[pa.RecordBatch]:
        for part in self.parts:
            rows = 0
            for batch in part.read(wanted):
                rows += batch.num_rows
                yield batch
            if part.rows not in (None, rows):
                what, seen = f"{part.label} has another number of rows than before", f"{rows:,} of {part.rows:,}"
                raise BrokenFile(what, seen, "read it while no program writes to it")
            part.rows = rows

    def count(self) -> int:
        """The number of rows; parts that do not say theirs are read once, and then known."""
        for part in self.parts:
            if part.rows is None:
                part.rows = sum(batch.num_rows for batch in part.read(list(self.source.names[:1])))
        total = sum(part.rows or 0 for part in self.parts)
        self.source.__dict__["rows"] = total  # it need not count them again
        return total


def parsed_size(given: str | int) -> int:
    """Bytes.

    Raises:
        InvalidInput: it is not a size, or too small a one.

    >>> parsed_size("1.5GB")
    1500000000
    """
    match = re.fullmatch(r"\s*([\d.]+)\s*([A-Z]*)\s*", str(given).upper())
    try:
        size = int(float(match[1]) * UNITS[match[2]]) if match else 0
    except (ValueError, KeyError, OverflowError):
        size = 0
    if not size:
        raise InvalidInput(f"{given!r} is not an amount of memory", remedy="write it as 500MB or 2GB")
    if size < LEAST_MEMORY:
        least = f"{LEAST_MEMORY / 1e6:.0f}MB"
        raise InvalidInput(f"{given!r} is too little memory to train in", remedy=f"give at least {least}")
    return size


def _of_array(X: np.ndarray, y: np.ndarray | str | None, options: ReadOptions) -> Opened:
    """Rows of an array, some at a time; a mapped one is never read whole."""
    label = "the array"
    if isinstance(y, str) or (y is not None and (y.ndim != 1 or len(y) != len(X))):
        seen = f"X {X.shape}, y {getattr(y, 'shape', repr(y))}"
        raise InvalidInput("y is not one target a row", seen, "pass an array (m,) with X (m, n)")
    targets, file = () if y is None else ("y",), _owner(X)
    size = file.size() if isinstance(file, mmap) else 0

    def read(start: int, stop: int, wanted: list[str]) -> Iterator[pa.RecordBatch]:
        if isinstance(file, mmap) and (now := file.size()) < size:  # to touch what is missing would end the process
            raise BrokenFile(
                "the array's file was cut short", f"{now:,} of {size:,} bytes are left", "do not change it"
            )
        own = from_array(X[start:stop], options, label)
        for batch in own.read([name for name in wanted if name not in targets]):
            arrays = dict(zip(batch.schema.names, batch.columns, strict=True))
            if y is not None:
                arrays["y"] = column_array(y[start : start + (batch.num_rows or stop - start)], "y")
                start += batch.num_rows
            yield pa.RecordBatch.from_arrays([arrays[name] for name in wanted], names=wanted)

    first = from_array(X[:1], options, label)
    schema = first.schema if y is None else first.schema.append(pa.field("y", column_array(y[:1], "y").type))
    step = max(1, ARRAY_BYTES // max(1, X[:1].nbytes))
    starts = range(0, len(X), step)
    parts = [Part(f"rows {a + 1:,} on of the array", partial(read, a, a + step), min(step, len(X) - a)) for a in starts]
    return Opened(schema, parts)


def _owner(array: np.ndarray) -> object:
    """What the memory of an array belongs to, which may be a view of a view; None where it is its own."""
    base: object = array
    while isinstance(base, np.ndarray):
        base = base.base
    return base


def _of_iterator(batches: Resettable, options: ReadOptions) -> Opened:
    """All that an iterator gives, which can only be read in its order."""

    def tables() -> Iterator[Source]:
        batches.reset()
        for number, batch in enumerate(batches, start=1):
            yield dataclasses.replace(open_source(batch, options), label=f"batch {number}")

    first = next(tables(), None)
    if first is None:
        raise UnusableFile("the iterator gives no batch with rows", remedy="check that reset() goes back to the first")
    schema = first.schema

    def read(wanted: list[str]) -> Iterator[pa.RecordBatch]:
        for table in tables():
            for name in wanted:
                table.check_name(name)
            for batch in table.read(wanted):
                yield _same_types(batch, schema, table.label)

    return Opened(schema, [Part("the iterator", read, sequential=True)], first.typed)


def _same_types(batch: pa.RecordBatch, schema: pa.Schema, label: str) -> pa.RecordBatch:
    """A batch in the types of the first.

    Raises:
        BrokenFile: a column has cells of another kind.
    """
    wanted = pa.schema([schema.field(name) for name in batch.schema.names])
    if batch.schema.equals(wanted):
        return batch
    for field, other in zip(wanted, batch.schema, strict=True):
        numbers = [pa.types.is_integer(one.type) or pa.types.is_floating(one.type) for one in (field, other)]
        fits = field.type == other.type or all(numbers) or pa.types.is_null(other.type)
        try:
            cells = batch.column(field.name).cast(field.type) if fits else None
        except pa.ArrowException:  # a fraction among whole numbers
            cells = None
        if cells is None:
            what = f"the column {field.name!r} changes its type between the batches"
            raise BrokenFile(what, f"{field.type} in the first, {other.type} in {label}", "give batches of one type")
    return batch.cast(wanted)
