"""What the parts of each format are: row groups of Parquet, record batches of Arrow, stretches of text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from glassnet.data.arrow import pa
from glassnet.data.reading import content as contents
from glassnet.data.reading import delimited
from glassnet.data.reading.in_memory import in_utf8, rows_at_a_time
from glassnet.data.reading.options import ReadOptions
from glassnet.data.streams.files import Files
from glassnet.data.streams.part import Part, readable
from glassnet.data.streams.stretches import stretches
from glassnet.errors import BrokenFile
from glassnet.text import quoted

if TYPE_CHECKING:
    import pyarrow.parquet as pq


class Opened(NamedTuple):
    """A table and its parts.

    Args:
        schema: names and types of the columns.
        parts: in order.
        typed: whether the cells have types.
        notes: what was found in reading that the user may not expect.
    """

    schema: pa.Schema
    parts: list[Part]
    typed: bool = True
    notes: tuple[str, ...] = ()


def open_files(files: Files, options: ReadOptions) -> Opened:
    """The parts of some files, all of the format of the first.

    Raises:
        BrokenFile: a file is not of that format, or has other columns.
    """
    heads = {path: _head(files, path) for path in files.paths}
    first = next(iter(heads))
    opens = next((opens for magic, opens in FORMATS.items() if heads[first].startswith(magic)), _text)
    for path, head in heads.items():
        other = next((opens for magic, opens in FORMATS.items() if head.startswith(magic)), _text)
        if other is not opens:
            what = f"{files.name(path)} is of another format than {files.name(first)}"
            raise BrokenFile(what, f"it begins with {head[:8]!r}", "pass files of one format")
    return opens(files, heads, options)


def _head(files: Files, path: str) -> bytes:
    with readable(files.name(path)):
        return files.content(path).head()


def one_schema(schemas: Sequence[tuple[str, pa.Schema]]) -> pa.Schema:
    """The schema that all files have, numbers of different width in the wider type.

    Args:
        schemas: of each file, behind its name.

    Raises:
        BrokenFile: one has other columns, or a column of another kind.
    """
    name, whole = schemas[0]
    for other, schema in schemas[1:]:
        if schema.names != whole.names and (odd := sorted(set(schema.names) ^ set(whole.names))):
            seen = f"{quoted(odd, 'column')} in only one of {name} and {other}"
            raise BrokenFile("the files have different columns", seen, "pass files of one table")
        for field in schema:
            before = whole.field(field.name)
            try:
                wider = pa.unify_schemas([pa.schema([before]), pa.schema([field])], promote_options="permissive")
            except pa.ArrowException as problem:
                what = f"the column {field.name!r} changes its type between the files"
                seen = f"{before.type} in {name}, {field.type} in {other}"
                raise BrokenFile(what, seen, "write them with one type, or pass files of one table") from problem
            whole = whole.set(whole.get_field_index(field.name), wider.field(0))
    return whole


def _parquet(files: Files, heads: dict[str, bytes], options: ReadOptions) -> Opened:
    import pyarrow.dataset as datasets

    opened = partial(datasets.dataset, list(files.paths), filesystem=files.system, format="parquet")
    found: list[tuple[str, pa.Schema]] = []
    whole = opened(partitioning="hive", partition_base_dir=files.base)
    fragments = list(whole.get_fragments())
    for path, fragment in zip(files.paths, fragments, strict=True):
        with readable(files.name(path)):
            found.append((files.name(path), fragment.physical_schema))
    schema = one_schema(found)
    named = set(schema.names)  # of the folders, year=2024, behind those in the files
    schema = pa.schema([*schema, *(field for field in whole.schema if field.name not in named)])
    step, parts = rows_at_a_time(len(schema), options), []
    for path, fragment in zip(files.paths, fragments, strict=True):
        group = RowGroups(files, path, fragment.metadata, datasets.get_partition_keys(fragment.partition_expression))
        for number in range(fragment.num_row_groups):
            label, rows = group.label(number), fragment.metadata.row_group(number).num_rows
            parts.append(Part(label, partial(group.read, number, schema, step), rows))
    return Opened(schema, parts)


@dataclass(frozen=True, eq=False)
class RowGroups:
    """Those of one Parquet file.

    Args:
        files, path: where it is.
        metadata: what its end says, read once.
        keys: the columns that its folders name, with their value.
    """

    files: Files
    path: str
    metadata: pq.FileMetaData
    keys: Mapping[str, object]

    def label(self, number: int) -> str:
        """What messages call one."""
        return f"{self.files.name(self.path)} (row group {number + 1})"

    def read(self, number: int, schema: pa.Schema, step: int, wanted: list[str]) -> Iterator[pa.RecordBatch]:
        """The columns ``wanted`` of one, ``step`` rows at a time."""
        import pyarrow.parquet as pq

        types, own = pa.schema([schema.field(name) for name in wanted]), [n for n in wanted if n not in self.keys]
        with readable(self.label(number)), in_utf8(self.label(number)):
            content = self.files.system.open_input_file(self.path)  # cutting short what is mapped ends the process
            # Small pieces take less memory; from another machine round trips would cost more.
            how = {"buffer_size": 1 << 16, "pre_buffer": False} if self.files.local else {}
            with content, pq.ParquetFile(content, metadata=self.metadata, **how) as file:
                for batch in file.iter_batches(step, row_groups=[number], columns=own, use_threads=False):
                    batch.validate(full=True)  # words need not be UTF-8
                    yield self._whole(batch, types)

    def _whole(self, batch: pa.RecordBatch, types: pa.Schema) -> pa.RecordBatch:
        """With the columns of its folders, in the types that all files have."""
        arrays = dict(zip(batch.schema.names, batch.columns, strict=True))
        arrays |= {
            name: pa.array([value] * batch.num_rows)
            for name, value in self.keys.items()
            if name in types.names and name not in arrays
        }
        return pa.RecordBatch.from_arrays([arrays[field.name].cast(field.type) for field in types], schema=types)


def _arrow(files: Files, heads: dict[str, bytes], options: ReadOptions) -> Opened:
    found, parts = [], []

    def opened(path: str) -> pa.RecordBatchFileReader:
        content = files.content(path)
        return pa.ipc.open_file(content.native() if files.local else files.system.open_input_file(path))

    def read(path: str, number: int, wanted: list[str]) -> Iterator[pa.RecordBatch]:
        with readable(files.name(path)), in_utf8(files.name(path)), opened(path) as file:
            batch = file.get_batch(number).select(wanted)
            batch.validate(full=True)  # offsets in a damaged file may point outside it
            types = pa.schema([schema.field(name) for name in wanted])
            yield batch if batch.schema.equals(types) else batch.cast(types)

    for path in files.paths:
        with readable(files.name(path)), opened(path) as file:
            found.append((files.name(path), file.schema))
            for number in range(file.num_record_batches):
                rows = file.get_batch(number).num_rows
                parts.append(Part(f"{files.name(path)} (batch {number + 1})", partial(read, path, number), rows))
    schema = one_schema(found)
    return Opened(schema, parts)


def _text(files: Files, heads: dict[str, bytes], options: ReadOptions) -> Opened:
    first, parts = None, []
    for path, given in heads.items():
        content, head = files.content(path), given
        if (inner := contents.unpacked(content, head)) is not None:
            content, head = inner, inner.head()
        reading, options, notes = delimited.reading_of(content, head, options)
        if first is None:
            first = reading, notes
        elif reading.names != first[0].names:
            odd = sorted(set(reading.names) ^ set(first[0].names)) or reading.names
            what = f"{files.name(path)} has other columns than {first[0].label}"
            raise BrokenFile(what, quoted(odd, "column"), "pass files of one table")
        size = max(options.block_bytes, 2048 * len(reading.names))
        places = stretches(reading, size)
        if not places:
            small = files.local and Path(path).stat().st_size <= size
            parts.append(Part(files.name(path), partial(delimited.batches, reading), sequential=not small))
        parts += [Part(files.name(path), partial(delimited.batches, reading, place=place)) for place in places]
    assert first is not None
    reading, notes = first
    return Opened(pa.schema([(name, pa.string()) for name in reading.names]), parts, typed=False, notes=notes)


FORMATS: dict[bytes, Callable[[Files, dict[str, bytes], ReadOptions], Opened]] = {b"PAR1": _parquet, b"ARROW1": _arrow}
