"""A file of delimited text: its encoding, its lines, and what stands between its cells."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from glassnet.data.reading.content import Content

if TYPE_CHECKING:
    import _csv

BLANKS = " "  # the delimiter that stands for any number of blanks and tabs
MARKS = {  # byte-order marks, the longer first
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


@dataclass(frozen=True)
class TextFile:
    """A file of text.

    Args:
        content: its bytes.
        encoding: of its text.
        skip: lines above the row of names.
        comment: beginnings of lines that are not rows.
    """

    content: Content
    encoding: str
    skip: int = 0
    comment: tuple[str, ...] = ()

    def lines(self) -> Iterator[str]:
        """The lines, decoded strictly; those that are not rows become blank, so that line numbers stay right."""
        # A byte-order mark is not part of the first name.
        encoding = "utf-8-sig" if codecs.lookup(self.encoding).name == "utf-8" else self.encoding
        with self.content.open() as raw, io.TextIOWrapper(raw, encoding=encoding, newline="") as file:
            for number, line in enumerate(file):
                yield "\n" if number < self.skip or (self.comment and line.lstrip().startswith(self.comment)) else line


@dataclass(frozen=True)
class Dialect:
    """What stands between and around cells.

    Args:
        delimiter: between cells; ``BLANKS`` is any number of blanks.
        quote: around cells that hold delimiters.
        escape: before a quotation mark within a cell; None where it is doubled.
        spaced: whether blanks may stand between a delimiter and a quotation mark.
    """

    delimiter: str
    quote: str = '"'
    escape: str | None = None
    spaced: bool = False

    @property
    def plain(self) -> bool:
        """Whether Arrow reads it."""
        return self.delimiter != BLANKS and not self.spaced

    def rows(self, lines: Iterator[str], strict: bool = False) -> _csv.Reader:
        """The rows; a blank line is an empty one."""
        if self.delimiter == BLANKS:
            lines = (line.replace("\t", " ").strip() for line in lines)
        return csv.reader(
            lines,
            delimiter=self.delimiter,
            quotechar=self.quote,
            escapechar=self.escape,
            skipinitialspace=not self.plain,
            strict=strict,
        )
