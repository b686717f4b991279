"""How a table is to be read: the options of a reader, and the usual markers of missing values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from glassnet.errors import InvalidInput

# Cells that mean "missing", written exactly so. The one list of them.
MISSING = (
    *("", "NA", "N/A", "n/a", "na", "#N/A", "#NA", "<NA>", "NaN", "nan", "-nan", "-NaN", "NaT"),
    *("null", "NULL", "Null", "None", "none", "NONE", "?", "-", "--", "."),
)


def _option(default: object, help: str) -> Any:
    return field(default=default, metadata={"help": help})


@dataclass(frozen=True, kw_only=True)
class ReadOptions:
    """What a reader cannot find out by itself. Fields with ``metadata["help"]`` are options of the command line.

    Args:
        encoding: of text files, any name Python knows.
        delimiter: of text files, one character; None finds it among comma, semicolon, tab and bar.
        decimal: the decimal mark of numbers written as text, ``"."`` or ``","``.
        header: whether the first row of a text file holds the names; without, they are x1, x2, ...
        missing: further cell texts that mean "missing", in addition to ``MISSING``.
        keep: usual markers of missing values that are values in this table.
        categorical: columns that hold categories, whatever they look like.
        numeric: columns that hold numbers; a word in them is an error.
        block_bytes: how much is read at a time, bytes.

    Raises:
        InvalidInput: for an invalid option.

    >>> ReadOptions(delimiter=";", decimal=",").decimal
    ','
    """

    encoding: str = _option("utf-8", "text encoding of the file, such as latin-1 or utf-16")
    delimiter: str | None = _option(None, "character between the cells; found automatically if not given")
    decimal: str = _option(".", "decimal mark of the numbers, '.' or ','")
    header: bool = _option(True, "whether the first row of a text file holds the column names")
    missing: tuple[str, ...] = _option((), "a further word that means 'missing'")
    keep: tuple[str, ...] = _option((), "a usual word for 'missing', such as None, that is a value here")
    categorical: tuple[str, ...] = _option((), "a column to be read as categories")
    numeric: tuple[str, ...] = _option((), "a column to be read as numbers")
    block_bytes: int = 8 << 20

    def __post_init__(self) -> None:
        for name in ("missing", "keep", "categorical", "numeric"):
            _check_words(name, getattr(self, name))
        _check_encoding(self.encoding)
        if self.delimiter is not None and (len(self.delimiter) != 1 or self.delimiter in '"\r\n'):
            raise InvalidInput(f"delimiter={self.delimiter!r} is not one character", remedy="pass one, such as ';'")
        if self.decimal not in (".", ","):
            raise InvalidInput(f"decimal={self.decimal!r} is not a decimal mark", remedy="pass '.' or ','")
        if self.block_bytes < 1:
            raise InvalidInput(
                f"block_bytes={self.block_bytes} is not positive", remedy="pass a larger number of bytes"
            )
        if both := sorted(set(self.categorical) & set(self.numeric)):
            raise InvalidInput(f"column {both[0]!r} cannot be both categorical and numeric", remedy="name it once")

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
