"""Columnar files: Parquet, Arrow (also called Feather 2), and the older Feather 1."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from glassnet.data.arrow import pa
from glassnet.data.reading.in_memory import from_arrow, rows_at_a_time
from glassnet.data.reading.options import ReadOptions
from glassnet.data.source import Source, check_names
from glassnet.errors import BrokenFile


def from_parquet(path: Path, options: ReadOptions) -> Source:
    """A Parquet file, read some rows at a time."""
    import pyarrow.parquet as pq

    with _readable(path, "Parquet"), pq.ParquetFile(path) as file:
        schema, rows = file.schema_arrow, file.metadata.num_rows
    check_names(path.name, schema.names)

    def read(wanted: list[str]) -> Iterator[pa.RecordBatch]:
        with _readable(path, "Parquet"), pq.ParquetFile(path) as file:
            step = rows_at_a_time(len(schema), options)
            for batch in file.iter_batches(batch_size=step, columns=wanted):
                yield batch.select(wanted)  # they come in the file's order

    return Source(path.name, schema, read, options, known_rows=rows)


def from_ipc(path: Path, options: ReadOptions) -> Source:
    """An Arrow file (Feather 2), mapped into memory and read some rows at a time."""
    with _readable(path, "Arrow"), pa.memory_map(str(path)) as memory, pa.ipc.open_file(memory) as file:
        schema = file.schema
    check_names(path.name, schema.names)

    def read(wanted: list[str]) -> Iterator[pa.RecordBatch]:
        step = rows_at_a_time(len(schema), options)
        with _readable(path, "Arrow"), pa.memory_map(str(path)) as memory, pa.ipc.open_file(memory) as file:
            for number in range(file.num_record_batches):
                batch = file.get_batch(number).select(wanted)
                batch.validate(full=True)  # offsets in a damaged file may point outside it
                yield from (batch.slice(start, step) for start in range(0, batch.num_rows, step))

    return Source(path.name, schema, read, options)


def from_feather1(path: Path, options: ReadOptions) -> Source:
    """A file of the first Feather format, read at once."""
    import warnings

    import pyarrow.feather as feather

    with _readable(path, "Feather 1"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pyarrow announces that its reader will be removed; the error will then say so
        return from_arrow(feather.read_table(path), options, path.name)


@contextlib.contextmanager
def _readable(path: Path, format: str) -> Iterator[None]:
    """Turn any failure inside into an error about a damaged file; our own errors pass."""
    try:
        yield
    except (pa.ArrowException, OSError, ValueError, MemoryError, OverflowError) as problem:
        if isinstance(problem, BrokenFile):
            raise
        reason = str(problem).splitlines()[0][:200] if str(problem) else type(problem).__name__
        raise BrokenFile(f"{path.name} is a damaged {format} file", reason, "fetch or write it again") from problem
