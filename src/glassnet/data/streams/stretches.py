"""Stretches of a text file that hold whole rows, so that its rows can be read in another order than it has."""

from __future__ import annotations

import codecs
import re
from itertools import pairwise

import numpy as np

from glassnet.data.reading.parse_errors import Reading

SCAN = 1 << 22  # bytes looked at together
ONE_BYTE = {"utf-8", "ascii", "iso8859-1", "cp1252", "iso8859-15"}  # encodings whose line ends are single bytes
LINE_END = re.compile(rb"\r\n|\r|\n")


def stretches(reading: Reading, size: int) -> list[tuple[int, int]]:
    """Where stretches of about ``size`` bytes begin and end, below the row of names; none where that is unknown.

    A line ends a row where an even number of quotation marks stands before it, also where cells hold line ends.
    """
    text, dialect = reading.text, reading.dialect
    plain = dialect.plain and dialect.escape is None and not text.comment and text.content.path is not None
    if not plain or codecs.lookup(text.encoding).name not in ONE_BYTE:
        return []
    ends = _row_ends(reading, size)
    return list(pairwise(ends)) if len(ends) > 2 else []


def _row_ends(reading: Reading, size: int) -> list[int]:
    """Ends of rows, each the first at least ``size`` bytes behind the one before; the file's end is the last."""
    quote = ord(reading.dialect.quote)
    with reading.text.content.open() as file:
        start = _below(file.read(1 << 20), reading.below)
        if start is None:
            return []
        file.seek(start)
        ends, at, odd = [start], start, 0
        while chunk := file.read(SCAN):
            bytes_ = np.frombuffer(chunk, np.uint8)
            inside = (odd + np.cumsum(bytes_ == quote)) & 1
            rows = at + 1 + np.flatnonzero((bytes_ == ord("\n")) & (inside == 0))
            while len(rows) and (place := int(np.searchsorted(rows, ends[-1] + size))) < len(rows):
                ends.append(int(rows[place]))
            at, odd = at + len(chunk), int(inside[-1])
    return [*ends, at] if ends[-1] < at else ends


def _below(head: bytes, lines: int) -> int | None:
    """The place behind so many lines; None where they are longer than what was read."""
    mark = len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0
    found = [match.end() for match, _ in zip(LINE_END.finditer(head), range(lines), strict=False)]
    return None if len(found) < lines else (found[-1] if found else mark)
