"""Delimited text files (CSV, TSV, ...), also packed, read in blocks by Arrow; those with comments or blanks by Python.

Every cell is read as text. Which columns hold numbers is inferred from all rows (kind_inference.py), not guessed from
the first thousand, so a type that changes late in a file is found.
"""

from __future__ import annotations

import csv
import functools
import itertools
from collections.abc import Iterator
from dataclasses import replace

from glassnet.data.arrow import pa
from glassnet.data.reading import parse_errors
from glassnet.data.reading.content import DAMAGE, Content
from glassnet.data.reading.layout import SEPARATOR, find_dialect, find_layout
from glassnet.data.reading.options import ReadOptions
from glassnet.data.reading.parse_errors import Reading
from glassnet.data.reading.text_file import MARKS, TextFile
from glassnet.data.source import Source
from glassnet.errors import BrokenFile

SNIFFED_LINES = 20  # from which the layout is found
ROWS = 1 << 14  # in a batch, where Python reads


def from_text(content: Content, head: bytes, options: ReadOptions) -> Source:
    """A delimited text file, as :func:`reading_of` finds out about it."""
    reading, options, notes = reading_of(content, head, options)
    schema = pa.schema([(name, pa.string()) for name in reading.names])
    return Source(content.label, schema, functools.partial(batches, reading), options, typed=False, notes=notes)


def reading_of(content: Content, head: bytes, options: ReadOptions) -> tuple[Reading, ReadOptions, tuple[str, ...]]:
    """How a delimited text file is read: also the options that it settles, and what the user may not expect.

    Args:
        content: of the file.
        head: its first bytes.
        options: encoding, delimiter, and whether there is a row of names.

    Raises:
        BrokenFile: for text in another encoding, bytes that are not text, rows that differ in length.
    """
    encoding = next((name for mark, name in MARKS.items() if head.startswith(mark)), options.encoding)
    text = TextFile(content, encoding, options.skip, options.comment)
    _check_head(text, head)
    lines = _first_lines(text)
    above = _blank(lines)
    if separator := SEPARATOR.match(lines[above]):
        text, options = replace(text, skip=above + 1), replace(options, delimiter=options.delimiter or separator[1])
        lines = _first_lines(text)
    with parse_errors.LONG_CELLS:
        dialect = find_dialect(lines, options)
        rows = dialect.rows(iter(lines))
        found = [(row, rows.line_num) for row in rows if row]
    layout = find_layout(content.label, [row for row, _ in found], [line for _, line in found], options)
    below = found[0][1] if options.header else _blank(lines)
    reading = Reading(text, dialect, layout.names, layout.width, options.block_bytes, below)
    return reading, options, layout.notes


def _check_head(text: TextFile, head: bytes) -> None:
    """Refuse files whose first bytes show that they are not text in the encoding."""
    if text.encoding.lower().replace("_", "-").startswith(("utf-16", "utf-32")):
        return
    if len(head) > 3 and not any(head[1:64:2]):
        raise parse_errors.encoding_error(text, "every second byte is zero", "utf-16-le")
    if len(head) > 3 and not any(head[:64:2]):
        raise parse_errors.encoding_error(text, "every second byte is zero", "utf-16-be")
    if b"\0" in head:
        raise BrokenFile(
            f"{text.content.label} is not a table", f"it holds zero bytes: {head[:8]!r}", "pass a CSV file"
        )


def _first_lines(text: TextFile) -> list[str]:
    """The first lines that are not blank, with the blank ones above."""
    lines: list[str] = []
    filled = 0
    try:
        for line in text.lines():
            lines.append(line)
            filled += bool(line.strip())
            if filled == SNIFFED_LINES:
                break
    except UnicodeDecodeError as problem:
        raise parse_errors.bad_byte(text, problem) from problem
    except (*DAMAGE, UnicodeError) as problem:
        what = f"{text.content.label} cannot be read"
        raise BrokenFile(what, str(problem), "fetch or write it again") from problem
    if not filled:
        what = f"{text.content.label} holds only blank lines"
        raise BrokenFile(what, remedy="pass a file with names and rows of cells")
    return lines


def _blank(lines: list[str]) -> int:
    """How many lines above the first that is not blank."""
    return next(number for number, line in enumerate(lines) if line.strip())


def batches(reading: Reading, wanted: list[str], place: tuple[int, int] | None = None) -> Iterator[pa.RecordBatch]:
    """Arrow record batches with the columns ``wanted``, as text.

    Args:
        reading: of the file.
        wanted: names of columns.
        place: bytes from where to where to read, whole rows; None reads all below the row of names.
    """
    wanted = wanted or reading.names[:1]  # to Arrow an empty list means all columns
    try:
        if reading.text.comment or not reading.dialect.plain:
            yield from _read_by_python(reading, wanted)
            return
        if place is None and _is_empty_below_names(reading):  # Arrow cannot skip a row of names that no line follows
            return
        with _open(reading, wanted, place) as reader:
            batch = None
            for batch in reader:
                yield batch
        _check_last_cell(reading, batch)
    except (pa.ArrowException, csv.Error, UnicodeError, *DAMAGE) as problem:
        raise parse_errors.explain(reading, problem) from problem


def _read_by_python(reading: Reading, wanted: list[str]) -> Iterator[pa.RecordBatch]:
    """The same for what Arrow does not read: lines that are not rows, cells with blanks between them."""
    places = [reading.names.index(name) for name in wanted]
    rows = reading.dialect.rows(reading.text.lines())
    filled = (row for row in rows if row and rows.line_num > reading.below)
    while some := _some(filled):
        if any(len(row) != reading.width for row in some) and (error := parse_errors.first_ragged(reading)):
            raise error
        columns = [pa.array([row[place] for row in some], pa.string()) for place in places]
        yield pa.RecordBatch.from_arrays(columns, names=wanted)


def _some(rows: Iterator[list[str]]) -> list[list[str]]:
    with parse_errors.LONG_CELLS:
        return list(itertools.islice(rows, ROWS))


def _check_last_cell(reading: Reading, batch: pa.RecordBatch | None) -> None:
    """A quotation mark that is never closed swallows the rest of the file, of which Arrow makes one long cell."""
    if batch is None or not batch.num_rows or reading.names[-1] not in batch.schema.names:
        return
    if "\n" in batch.column(reading.names[-1])[-1].as_py() and (line := parse_errors.open_quote(reading)):
        what = f"a quotation mark in {reading.label} is never closed"
        raise BrokenFile(what, f"the row from line {line} on", "close it, or double it where it is part of the cell")


def _is_empty_below_names(reading: Reading) -> bool:
    below = itertools.islice(reading.text.lines(), reading.below, reading.below + 1000)
    return not any(line.strip() for line in below)


def _open(reading: Reading, wanted: list[str], place: tuple[int, int] | None) -> pa.RecordBatchReader:
    import pyarrow.csv as arrow

    content, unnamed = reading.text.content, [""] * (reading.width - len(reading.names))
    return arrow.open_csv(
        content.stream() if place is None else content.stretch(*place),
        read_options=arrow.ReadOptions(
            encoding=reading.text.encoding,
            # A row must fit in a block; a wide table gets blocks of some hundred rows.
            block_size=max(reading.block_bytes, 2048 * len(reading.names)),
            column_names=[*reading.names, *unnamed],
            skip_rows=reading.below if place is None else 0,
        ),
        parse_options=arrow.ParseOptions(
            delimiter=reading.dialect.delimiter,
            quote_char=reading.dialect.quote,
            escape_char=reading.dialect.escape or False,
            newlines_in_values=True,
        ),
        convert_options=arrow.ConvertOptions(column_types=dict.fromkeys(wanted, pa.string()), include_columns=wanted),
    )
