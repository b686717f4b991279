"""Why a text file could not be read: found after a failure, by reading the file again, slowly."""

from __future__ import annotations

import csv
import itertools
import re
from dataclasses import dataclass

from glassnet.borrowed import Borrowed
from glassnet.data.arrow import pa
from glassnet.data.reading.content import DAMAGE, Content
from glassnet.data.reading.text_file import Dialect, TextFile
from glassnet.errors import BrokenFile, GlassnetError
from glassnet.text import counted

# Python's reader takes cells of any length within: its limit belongs to the whole process.
LONG_CELLS = Borrowed(csv.field_size_limit, csv.field_size_limit, 2**31 - 1)


@dataclass(frozen=True)
class Reading:
    """How a text file is read as a table.

    Args:
        text: the file.
        dialect: what stands between its cells.
        names: of its columns.
        width: cells of a row: one more where every line ends with a delimiter.
        block_bytes: how much is read at a time.
        below: number of the line that ends with the row of names, counted from 1; 0 without such a row.
    """

    text: TextFile
    dialect: Dialect
    names: list[str]
    width: int
    block_bytes: int
    below: int

    @property
    def label(self) -> str:
        """What messages call the file."""
        return self.text.content.label


def explain(reading: Reading, problem: Exception) -> GlassnetError:
    """The error to raise when Arrow (or Python) failed with ``problem``."""
    name, reason = reading.label, str(problem).splitlines()[0] if str(problem) else type(problem).__name__
    if reading.text.content.packing and _cannot_be_unpacked(reading.text.content):
        return reading.text.content.damaged(problem)
    try:
        found = first_ragged(reading)
    except UnicodeDecodeError as wrong:
        return bad_byte(reading.text, wrong)
    except (OSError, EOFError, csv.Error) as wrong:
        return BrokenFile(f"{name} cannot be read to its end", str(wrong), "fetch or write it again")
    if found is not None:
        return found
    if "straddl" in reason:
        what = f"a row of {name} is longer than {counted(reading.block_bytes, 'byte')}"
        return BrokenFile(what, remedy="look for a quotation mark that is not closed, or pass a larger block_bytes")
    return BrokenFile(f"{name} cannot be read", reason, "look at the file in an editor")


def _cannot_be_unpacked(content: Content) -> bool:
    try:
        with content.open() as file:
            while file.read(1 << 20):
                pass
    except (*DAMAGE, pa.ArrowException):
        return True
    return False


def first_ragged(reading: Reading) -> BrokenFile | None:
    """The error about the first row with more or fewer cells than there should be, None where all have as many."""
    good = 0
    with LONG_CELLS:
        rows = reading.dialect.rows(reading.text.lines())
        for row in filter(None, rows):
            if len(row) != reading.width:
                line = rows.line_num
                last = good > 1 and not any(len(later) == reading.width for later in itertools.islice(rows, 50))
                return ragged(reading, line, row, last)
            good += 1
    return None


def ragged(reading: Reading, line: int, row: list[str], last: bool) -> BrokenFile:
    """The error about a ``row`` of another length that ends on ``line``; ``last`` says that all below it have, too."""
    start = re.match(r"#|//|%|!|\*" + r"|[^\W\d]\w*" * last, row[0].strip())
    remedy = f"correct the line, or pass delimiter= (--delimiter) if {reading.dialect.delimiter!r} is not the delimiter"
    if start:
        word = repr(start[0])
        remedy = f"correct it, or pass comment=({word},) (--comment {word}) to leave out lines that begin so"
    what = f"line {line} of {reading.label} has another length"
    return BrokenFile(what, f"{counted(len(row), 'cell')} where the first row has {reading.width}", remedy)


def open_quote(reading: Reading) -> int | None:
    """The line on which a row begins whose quotation mark is never closed."""
    rows, line = reading.dialect.rows(reading.text.lines(), strict=True), 1
    try:
        with LONG_CELLS:
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
    return BrokenFile(f"{text.content.label} is not {text.encoding.upper()} text", seen, remedy)
