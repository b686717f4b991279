"""Delimited text files (CSV, TSV, ...), also compressed with gzip, read in blocks by Arrow.

Every cell is read as text. Which columns hold numbers is inferred from all rows (kind_inference.py), not guessed from
the first thousand, so a type that changes late in a file is found.
"""

from __future__ import annotations

import codecs
import csv
import functools
import itertools
import zlib
from collections.abc import Iterator
from pathlib import Path

from glassnet.data.arrow import pa
from glassnet.data.reading import parse_errors
from glassnet.data.reading.options import ReadOptions
from glassnet.data.reading.parse_errors import Reading, TextFile
from glassnet.data.source import Source, check_names
from glassnet.errors import BrokenFile

DELIMITERS = ",;\t|"
SNIFFED_LINES = 20  # from which the delimiter is found


def from_text(path: Path, head: bytes, options: ReadOptions, zipped: bool) -> Source:
    """A delimited text file.

    Args:
        path: of the file.
        head: its first bytes, unpacked.
        options: encoding, delimiter, and whether there is a row of names.
        zipped: whether it is compressed with gzip.

    Raises:
        BrokenFile: for text in another encoding, bytes that are not text, rows that differ in length.
    """
    text = TextFile(path, options.encoding, zipped)
    _check_head(text, head)
    lines = _first_lines(text)
    with parse_errors.long_cells():
        delimiter = options.delimiter or find_delimiter(lines)
        rows = csv.reader(lines, delimiter=delimiter)
        first = next((row for row in rows if row), [])
    names = _names(path, first, options)
    reading = Reading(text, names, delimiter, options.block_bytes, rows.line_num if options.header else 0)
    schema = pa.schema([(name, pa.string()) for name in names])
    return Source(path.name, schema, functools.partial(_batches, reading), options, typed=False)


def _check_head(text: TextFile, head: bytes) -> None:
    """Refuse files whose first bytes show that they are not text in the encoding."""
    if text.encoding.lower().replace("_", "-").startswith(("utf-16", "utf-32")):
        return
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise parse_errors.encoding_error(text, "it begins like UTF-16", "utf-16")
    if len(head) > 3 and not any(head[1:64:2]):
        raise parse_errors.encoding_error(text, "every second byte is zero", "utf-16-le")
    if b"\0" in head:
        raise BrokenFile(f"{text.path.name} is not a table", f"it holds zero bytes: {head[:8]!r}", "pass a CSV file")


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
    except (OSError, EOFError, zlib.error) as problem:
        raise BrokenFile(f"{text.path.name} cannot be read", str(problem), "fetch or write it again") from problem
    if not filled:
        raise BrokenFile(f"{text.path.name} holds only blank lines", remedy="pass a file with names and rows of cells")
    return lines


def find_delimiter(lines: list[str]) -> str:
    """The delimiter by which the lines fall into the most cells, the same number in each where possible.

    >>> find_delimiter(["a;b\\n", "1,5;2,5\\n"])
    ';'
    """

    def fit(delimiter: str) -> tuple[float, int]:
        lengths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if row] or [1]
        agreeing = sum(length == lengths[0] for length in lengths) / len(lengths)
        return (agreeing if lengths[0] > 1 else 0.0), lengths[0]

    return max(DELIMITERS, key=fit)


def _names(path: Path, first: list[str], options: ReadOptions) -> list[str]:
    if not options.header:
        return [f"x{j}" for j in range(1, len(first) + 1)]
    # pandas writes its index as a first column without a name.
    return check_names(path.name, [name.strip() or f"column {j}" for j, name in enumerate(first, 1)])


def _batches(reading: Reading, wanted: list[str]) -> Iterator[pa.RecordBatch]:
    """Arrow record batches with the columns ``wanted``, as text."""
    wanted = wanted or reading.names[:1]  # to Arrow an empty list means all columns
    try:
        if _is_empty_below_names(reading):  # Arrow cannot skip a row of names that no line follows
            return
        with _open(reading, wanted) as reader:
            batch = None
            for batch in reader:
                yield batch
        _check_last_cell(reading, batch)
    except (pa.ArrowException, OSError, EOFError, UnicodeError, zlib.error) as problem:
        raise parse_errors.explain(reading, problem) from problem


def _check_last_cell(reading: Reading, batch: pa.RecordBatch | None) -> None:
    """A quotation mark that is never closed swallows the rest of the file, of which Arrow makes one long cell."""
    if batch is None or not batch.num_rows or reading.names[-1] not in batch.schema.names:
        return
    if "\n" in batch.column(reading.names[-1])[-1].as_py() and (line := parse_errors.open_quote(reading)):
        what = f"a quotation mark in {reading.text.path.name} is never closed"
        raise BrokenFile(what, f"the row from line {line} on", "close it, or double it where it is part of the cell")


def _is_empty_below_names(reading: Reading) -> bool:
    below = itertools.islice(reading.text.lines(), reading.skip, reading.skip + 1000)
    return not any(line.strip() for line in below)


def _open(reading: Reading, wanted: list[str]) -> pa.RecordBatchReader:
    import pyarrow.csv as arrow

    return arrow.open_csv(
        pa.CompressedInputStream(str(reading.text.path), "gzip") if reading.text.zipped else str(reading.text.path),
        read_options=arrow.ReadOptions(
            encoding=reading.text.encoding,
            # A row must fit in a block; a wide table gets blocks of some hundred rows.
            block_size=max(reading.block_bytes, 2048 * len(reading.names)),
            column_names=reading.names,
            skip_rows=reading.skip,
        ),
        parse_options=arrow.ParseOptions(delimiter=reading.delimiter, newlines_in_values=True),
        convert_options=arrow.ConvertOptions(column_types=dict.fromkeys(wanted, pa.string()), include_columns=wanted),
    )
