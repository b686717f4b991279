"""``open_source``: anything tabular that a user passes, as a ``Source``."""

from __future__ import annotations

import contextlib
import dataclasses
import fnmatch
import os
from typing import Any

import numpy as np

from glassnet.arrays import is_sparse
from glassnet.data.arrow import pa
from glassnet.data.reading import in_memory
from glassnet.data.reading.bundled import SETS, from_bundled
from glassnet.data.reading.options import KINDS, ReadOptions
from glassnet.data.source import Source, TableLike, check_names
from glassnet.errors import InvalidInput, InvalidType
from glassnet.text import counted


def open_source(data: TableLike, options: ReadOptions | None = None) -> Source:
    """Anything tabular as a table that can be read in blocks.

    Args:
        data: the name of a bundled set (``"digits"``, see ``bundled.SETS``); a path to a CSV, TSV (also packed by gzip,
            bzip2, xz, zstd or zip), Parquet, Feather, Arrow file or spreadsheet, to a folder of Parquet files (for your
            own file called ``digits`` pass ``"./digits"``), or an open file;
            a NumPy array (m, n) or a list of rows (columns x1 ... xn) or of dictionaries; a dictionary of columns (m,);
            a data frame (pandas, polars, or another that narwhals knows); an Arrow table; a dataset of xarray; a SciPy
            sparse matrix (m, n); a source.
        options: how to read it; None takes the defaults (of a source, its own).

    Returns:
        The table, with at least one row and one column.

    Raises:
        UnusableFile: for a path that does not exist, is a folder, or may not be read.
        BrokenFile: for a file that is not a table, or is damaged.
        InvalidInput: for a table without rows, with repeated names, or an option with an unknown column.
        InvalidType: for an object that is not a table.

    >>> open_source([[1, 2], [3, 4]]).names
    ('x1', 'x2')
    >>> open_source("digits").rows
    1797
    """
    if isinstance(whole := getattr(data, "source", None), Source):  # of a dataset
        data = whole
    if isinstance(data, Source):
        return data if options is None else _checked(dataclasses.replace(data, options=options))
    source = _opened(data, options or ReadOptions())
    if next(source.blocks(source.names[:1]), None) is None:
        columns = counted(len(source.names), "column")
        raise InvalidInput(f"{source.label} has no rows", columns, "pass a table with rows")
    return _checked(source)


def _opened(data: TableLike, options: ReadOptions) -> Source:
    if isinstance(data, str) and data in SETS:
        return from_bundled(data, options)
    if isinstance(data, str | os.PathLike):
        from glassnet.data.reading.files import from_file

        return from_file(os.fspath(data), options)
    if hasattr(data, "read") and not hasattr(data, "__array__"):
        from glassnet.data.reading.content import of_stream
        from glassnet.data.reading.files import from_content

        return from_content(of_stream(data), options)
    if isinstance(data, np.ndarray):
        return in_memory.from_array(data, options)
    if isinstance(data, dict):
        return in_memory.from_columns(data, options)
    if isinstance(data, list | tuple):
        return in_memory.from_rows(data, options)
    return _library_object(data, options)


def _library_object(data: TableLike, options: ReadOptions) -> Source:
    """Tables of libraries that are loaded only if the user loaded them."""
    if is_sparse(data):
        return in_memory.from_sparse(data, options)
    if isinstance(data, pa.Table):
        return in_memory.from_arrow(data, options)
    if (frame := in_memory.from_frame(data, options)) is not None:
        return frame
    if hasattr(data, "to_dataframe") and hasattr(data, "data_vars"):
        return in_memory.from_dataset(data, options)
    if isinstance(data, pa.RecordBatch) or hasattr(data, "__arrow_c_stream__"):
        with contextlib.suppress(pa.ArrowException):  # a series is a stream too, but not a table
            return in_memory.from_arrow(pa.table(data), options)
    if hasattr(data, "__array__"):
        return in_memory.from_array(np.asarray(data), options)
    kind = f"{type(data).__module__}.{type(data).__qualname__}"
    remedy = "pass a path, an array, a data frame or a dictionary of columns"
    raise InvalidType(f"a {kind} is not a table", remedy=remedy)


def _spelled_out(source: Source) -> ReadOptions:
    """The options with the columns that ``A*`` stands for, where no column is called so."""

    def columns(name: str) -> list[str]:
        found = [] if name in source.names or "*" not in name else fnmatch.filter(source.names, name)
        return found or [name]

    fields = {field: getattr(source.options, field) for field in ("exclude", *KINDS)}
    if not any("*" in name for names in fields.values() for name in names):
        return source.options
    spelled: dict[str, Any] = {
        field: tuple(one for name in names for one in columns(name)) for field, names in fields.items()
    }
    return dataclasses.replace(source.options, **spelled)


def _checked(source: Source) -> Source:
    if (options := _spelled_out(source)) is not source.options:
        source = dataclasses.replace(source, options=options)
    for name in (*options.exclude, *options.categorical, *options.numeric, *options.dates):
        source.check_name(name)
    if options.exclude:
        left = [field for field in source.schema if field.name not in options.exclude]
        check_names(f"{source.label} without what is excluded", [field.name for field in left])
        target = None if source.target in options.exclude else source.target
        options = dataclasses.replace(options, exclude=())  # a source may be opened again
        source = dataclasses.replace(source, schema=pa.schema(left), target=target, options=options)
    return source
