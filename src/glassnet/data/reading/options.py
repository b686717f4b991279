"""How a table is to be read: the options of a reader, and the usual markers of missing values."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

from glassnet.errors import InvalidInput
from glassnet.pieces.settings import Range

# Cells that mean "missing", written exactly so. The one list of them.
MISSING = (
    *("", "NA", "N/A", "n/a", "na", "#N/A", "#NA", "<NA>", "NaN", "nan", "-nan", "-NaN", "NaT"),
    *("null", "NULL", "Null", "None", "none", "NONE", "?", "-", "--", "."),
)

KINDS = ("categorical", "numeric", "dates")  # options that say what columns hold
CHOICES = {
    "decimal": ("a decimal mark", (".", ",")),
    "thousands": ("a mark between thousands", (",", ".", " ", "'", "_")),
    "percent": ("a way to read 12%", ("number", "share")),
    "date_order": ("an order of dates", ("day-first", "month-first", "year-first")),
}


def _option(default: object, help: str) -> Any:
    return field(default=default, metadata={"help": help})


@dataclass(frozen=True, kw_only=True)
class ReadOptions:
    """What a reader cannot find out by itself. Fields with ``metadata["help"]`` are options of the command line.

    Args:
        encoding: of text files, any name Python knows.
        delimiter: of text files, one character; None finds it among comma, semicolon, tab, bar and blanks; ``" "`` is
            any number of blanks.
        quote: what stands around cells with delimiters in them, of text files, one character; None finds it.
        comment: beginnings of lines of a text file that are not rows, such as ``("#", "Total")``.
        skip: lines of a text file, or rows of a sheet, above the row of names.
        part: which table of a file with several: a sheet, a file in a zip archive.
        decimal: the decimal mark of numbers written as text, ``"."`` or ``","``; None finds it in each column.
        thousands: the mark between groups of three digits, such as ``","``; None finds it in each column.
        percent: ``"number"`` reads 12% as 12, ``"share"`` as 0.12.
        currency: further words or signs that may stand before numbers.
        date_order: ``"day-first"``, ``"month-first"`` or ``"year-first"``; None finds it in each column.
        header: whether the first row of a text file holds the names; without, they are x1, x2, ...
        missing: further cell texts that mean "missing", in addition to ``MISSING``.
        keep: usual markers of missing values that are values in this table.
        categorical: columns that hold categories, whatever they look like.
        numeric: columns that hold numbers; a word in them is an error.
        dates: columns that hold dates, also such as 20240227.
        exclude: columns to be left out, as if the table had none of that name. In these four ``"A*"`` stands for all
            columns whose names begin with A.
        block_bytes: how much is read at a time, bytes.

    Raises:
        InvalidInput: for an invalid option.

    >>> ReadOptions(delimiter=";", decimal=",").decimal
    ','
    """

    encoding: str = _option("utf-8", "text encoding of the file, such as latin-1 or utf-16")
    delimiter: str | None = _option(None, "character between the cells; found automatically if not given")
    quote: str | None = _option(None, "character around cells that hold delimiters; found automatically if not given")
    comment: tuple[str, ...] = _option((), "a beginning of lines that are not rows, such as # or Total")
    skip: int = field(default=0, metadata={"help": "lines above the row of names", "range": Range(0), "kind": int})
    part: str | None = _option(None, "the sheet of a spreadsheet, or the file in a zip archive")
    decimal: str | None = _option(None, "decimal mark of the numbers, '.' or ','; found in each column if not given")
    thousands: str | None = _option(None, "mark between groups of three digits; found in each column if not given")
    percent: str = _option("number", "whether 12% is the number 12 or the share 0.12: number or share")
    currency: tuple[str, ...] = _option((), "a further currency that stands before numbers")
    date_order: str | None = _option(None, "day-first, month-first or year-first; found in each column if not given")
    header: bool = _option(True, "whether the first row of a text file holds the column names")
    missing: tuple[str, ...] = _option((), "a further word that means 'missing'")
    keep: tuple[str, ...] = _option((), "a usual word for 'missing', such as None, that is a value here")
    categorical: tuple[str, ...] = _option((), "a column to be read as categories; A* is all that begin with A")
    numeric: tuple[str, ...] = _option((), "a column to be read as numbers; A* is all that begin with A")
    dates: tuple[str, ...] = _option((), "a column to be read as dates; A* is all that begin with A")
    exclude: tuple[str, ...] = _option((), "a column to leave out; A* is all that begin with A")
    block_bytes: int = 8 << 20

    def __post_init__(self) -> None:
        for name in ("missing", "keep", "currency", "comment", "exclude", *KINDS):
            _check_words(name, getattr(self, name))
        _check_encoding(self.encoding)
        for name, example in (("delimiter", ";"), ("quote", "'")):
            letter = getattr(self, name)
            if letter is not None and (len(letter) != 1 or letter in "\r\n" or (letter in '"' and name == "delimiter")):
                raise InvalidInput(f"{name}={letter!r} is not one character", remedy=f"pass one, such as {example!r}")
        if self.skip < 0:
            raise InvalidInput(f"skip={self.skip} is negative", remedy="pass the number of lines above the names")
        for name, (noun, choices) in CHOICES.items():
            if getattr(self, name) not in (None, *choices):
                what = f"{name}={getattr(self, name)!r} is not {noun}"
                raise InvalidInput(what, remedy=f"pass {', '.join(map(repr, choices[:-1]))} or {choices[-1]!r}")
        if self.decimal is not None and self.decimal == self.thousands:
            raise InvalidInput(f"decimal and thousands are both {self.decimal!r}", remedy="pass one of them")
        if self.block_bytes < 1:
            raise InvalidInput(
                f"block_bytes={self.block_bytes} is not positive", remedy="pass a larger number of bytes"
            )
        for one, other in itertools.combinations(KINDS, 2):
            if both := sorted(set(getattr(self, one)) & set(getattr(self, other))):
                raise InvalidInput(f"column {both[0]!r} cannot be both {one} and {other}", remedy="name it once")

    @property
    def markers(self) -> tuple[str, ...]:
        """Every cell text that means "missing" in this table."""
        return tuple(dict.fromkeys(word for word in (*MISSING, *self.missing) if word not in self.keep))


def _check_words(name: str, words: object) -> None:
    # A bare string is a sequence of its letters: the mistake everyone makes once.
    if not isinstance(words, tuple) or not all(isinstance(word, str) for word in words):
        raise InvalidInput(f"{name} is not a tuple of words", seen=repr(words), remedy=f"pass {name}=('word',)")


def _check_encoding(encoding: str) -> None:
    try:
        "".encode(encoding)
    except (LookupError, ValueError) as problem:
        remedy = "pass one that Python knows, such as latin-1 or utf-16"
        raise InvalidInput(f"there is no text encoding {encoding!r}", remedy=remedy) from problem
