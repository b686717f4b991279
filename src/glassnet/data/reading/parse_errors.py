"""Why a text file could not be read: found after a failure, by reading the file again, slowly."""

from __future__ import annotations

import codecs
import contextlib
import csv
import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from glassnet.errors import BrokenFile, GlassnetError
from glassnet.text import counted


@dataclass(frozen=True)
class TextFile:
    """A file of text.

    Args:
        path: of the file.
        encoding: of its text.
        zipped: whether it is compressed with gzip.
    """

    path: Path
    encoding: str
    zipped: bool

    def lines(self) -> Iterator[str]:
        """The lines, decoded strictly."""
        opened = gzip.open if self.zipped else open
        # A byte-order mark is not part of the first name.
        encoding = "utf-8-sig" if codecs.lookup(self.encoding).name == "utf-8" else self.encoding
        with opened(self.path, "rt", encoding=encoding, newline="") as file:
            yield from file


@dataclass(frozen=True)
class Reading:
    """How a text file is read as a table.

    Args:
        text: the file.
        names: of its columns.
        delimiter: between its cells.
        block_bytes: how much is read at a time.
        skip: lines that the row of names takes, with the blank ones above it.
    """

    text: TextFile
    names: list[str]
    delimiter: str
    block_bytes: int
    skip: int


def explain(reading: Reading, problem: Exception) -> GlassnetError:
    """The error to raise when Arrow (or Python) failed with ``problem``."""
    name, reason = reading.text.path.name, str(problem).splitlines()[0] if str(problem) else type(problem).__name__
    if any(word in reason for word in ("compressed", "inflate", "gzip", "zlib")):
        return BrokenFile(f"{name} is a damaged gzip file", reason, "fetch it again")
    try:
        found = _first_ragged(reading)
    except UnicodeDecodeError as wrong:
        return bad_byte(reading.text, wrong)
    except (OSError, EOFError, csv.Error) as wrong:
        return BrokenFile(f"{name} cannot be read to its end", str(wrong), "fetch or write it again")
    if found is not None:
        line, cells = found
        seen = f"{counted(cells, 'cell')} where the first row has {len(reading.names)}"
        remedy = f"correct the line, or pass delimiter= (--delimiter) if {reading.delimiter!r} is not the delimiter"
        return BrokenFile(f"line {line} of {name} has another length", seen, remedy)
    if "straddl" in reason:
        what = f"a row of {name} is longer than {counted(reading.block_bytes, 'byte')}"
        return BrokenFile(what, remedy="look for a quotation mark that is not closed, or pass a larger block_bytes")
    return BrokenFile(f"{name} cannot be read", reason[:200], "look at the file in an editor")


def _first_ragged(reading: Reading) -> tuple[int, int] | None:
    """Line number and number of cells of the first row with more or fewer cells than there are names."""
    with long_cells():
        rows = csv.reader(reading.text.lines(), delimiter=reading.delimiter)
        return next(((rows.line_num, len(row)) for row in rows if row and len(row) != len(reading.names)), None)


@contextlib.contextmanager
def long_cells() -> Iterator[None]:
    """Let Python's reader take cells of any length; its limit belongs to the whole process, so it is restored."""
    limit = csv.field_size_limit(2**31 - 1)
    try:
        yield
    finally:
        csv.field_size_limit(limit)


def open_quote(reading: Reading) -> int | None:
    """The line on which a row begins whose quotation mark is never closed."""
    rows, line = csv.reader(reading.text.lines(), delimiter=reading.delimiter, strict=True), 1
    try:
        with long_cells():
            for _ in rows:
                line = rows.line_num + 1
    except csv.Error as problem:
        return line if "unexpected end" in str(problem) else None
    return None


def bad_byte(text: TextFile, problem: UnicodeDecodeError) -> BrokenFile:
    """The error for bytes that are not text in the encoding."""
    raw, start = problem.object, problem.start
    return encoding_error(text, f"byte 0x{raw[start]:02x} in {raw[max(0, start - 12) : start + 8]!r}", "latin-1")


def encoding_error(text: TextFile, seen: str, guess: str) -> BrokenFile:
    """The error that names the option by which the encoding is given."""
    remedy = f"pass the encoding it has, such as encoding={guess!r} (--encoding {guess})"
    return BrokenFile(f"{text.path.name} is not {text.encoding.upper()} text", seen, remedy)
