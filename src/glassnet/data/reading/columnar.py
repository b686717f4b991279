"""Columnar files: Parquet, also a folder of it, Arrow (also called Feather 2), and the older Feather 1."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from glassnet.borrowed import without_warnings
from glassnet.data.arrow import pa
from glassnet.data.reading.content import Content
from glassnet.data.reading.in_memory import from_arrow, in_utf8, rows_at_a_time
from glassnet.data.reading.options import ReadOptions
from glassnet.data.source import Source, check_names
from glassnet.errors import BrokenFile, GlassnetError, UnusableFile
from glassnet.text import printable, quoted


def from_parquet(content: Content, options: ReadOptions) -> Source:
    """A Parquet file, read some rows at a time."""
    import pyarrow.parquet as pq

    with _readable(content.label, "Parquet"), content.native() as memory, pq.ParquetFile(memory) as file:
        schema, rows = file.schema_arrow, file.metadata.num_rows
        check_names(content.label, schema.names)

    def read(wanted: list[str]) -> Iterator[pa.RecordBatch]:
        with _readable(content.label, "Parquet"), content.native() as memory, pq.ParquetFile(memory) as file:
            step = rows_at_a_time(len(schema), options)
            for batch in file.iter_batches(batch_size=step, columns=wanted):
                batch.validate(full=True)  # words need not be UTF-8
                yield batch.select(wanted)  # they come in the file's order

    return Source(content.label, schema, read, options, known_rows=rows)


def from_folder(path: Path, options: ReadOptions) -> Source:
    """A folder of Parquet files with the same columns, in the order of their names; ``year=2024`` is a column ``year``.

    Raises:
        UnusableFile: it holds no Parquet files.
        BrokenFile: one lacks a column that another has.
    """
    import pyarrow.dataset as datasets

    inside = (file for file in path.rglob("*") if file.suffix in (".parquet", ".pq"))
    found = sorted(file for file in inside if not any(part[0] in "._" for part in file.relative_to(path).parts))
    if not found:
        raise UnusableFile(f"{str(path)!r} is a folder", "no Parquet files in it", "pass a file in it")
    label, files = printable(path.resolve().name), list(map(str, found))
    opened = partial(datasets.dataset, files, format="parquet", partitioning="hive", partition_base_dir=str(path))
    with _readable(label, "Parquet"):
        first = opened()
        schemas = [fragment.physical_schema for fragment in first.get_fragments()]
        for file, schema in zip(found, schemas, strict=True):
            if other := set(schema.names) ^ set(schemas[0].names):
                what = f"the files of the folder {str(path)!r} have different columns"
                seen = f"{quoted(sorted(other), 'column')} in only one of {found[0].name} and {file.name}"
                raise BrokenFile(what, seen, "pass files of one table")
        whole = opened(schema=pa.unify_schemas([first.schema, *schemas], promote_options="permissive"))
        rows = whole.count_rows()
        check_names(label, whole.schema.names)

    def read(wanted: list[str]) -> Iterator[pa.RecordBatch]:
        step = rows_at_a_time(len(whole.schema), options)
        with _readable(label, "Parquet"):
            for batch in whole.to_batches(columns=wanted, batch_size=step):
                batch.validate(full=True)
                yield batch

    return Source(label, whole.schema, read, options, known_rows=rows)


def from_ipc(content: Content, options: ReadOptions) -> Source:
    """An Arrow file (Feather 2), mapped into memory and read some rows at a time."""
    with _readable(content.label, "Arrow"), content.native() as memory, pa.ipc.open_file(memory) as file:
        schema = file.schema
        check_names(content.label, schema.names)

    def read(wanted: list[str]) -> Iterator[pa.RecordBatch]:
        step = rows_at_a_time(len(schema), options)
        with _readable(content.label, "Arrow"), content.native() as memory, pa.ipc.open_file(memory) as file:
            for number in range(file.num_record_batches):
                batch = file.get_batch(number).select(wanted)
                batch.validate(full=True)  # offsets in a damaged file may point outside it
                yield from (batch.slice(start, step) for start in range(0, batch.num_rows, step))

    return Source(content.label, schema, read, options)


def from_stream(content: Content, options: ReadOptions) -> Source:
    """A stream of Arrow record batches, read at once."""
    with _readable(content.label, "Arrow"), content.native() as memory, pa.ipc.open_stream(memory) as stream:
        return from_arrow(stream.read_all(), options, content.label)


def from_feather1(content: Content, options: ReadOptions) -> Source:
    """A file of the first Feather format, read at once."""
    import pyarrow.feather as feather

    with _readable(content.label, "Feather 1"), without_warnings("Feather V1"):  # will be removed; an error will say so
        return from_arrow(feather.read_table(content.native()), options, content.label)


@contextlib.contextmanager
def _readable(label: str, format: str) -> Iterator[None]:
    """Turn any failure inside into an error about a damaged file; our own errors pass."""
    try:
        with in_utf8(label):
            yield
    except (pa.ArrowException, OSError, ValueError, MemoryError, OverflowError) as problem:
        if isinstance(problem, GlassnetError):
            raise
        reason = str(problem).splitlines()[0] if str(problem) else type(problem).__name__
        raise BrokenFile(f"{label} is a damaged {format} file", reason, "fetch or write it again") from problem
