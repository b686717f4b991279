"""The cells of one column in one block, read as numbers, words, booleans or times, however they are stored.

A column may be stored one way in training and another in use (a CSV says "1", a frame says 1), so kinds of columns
ask for what they need; a cell that cannot be read so raises an error with column, row and value. How each form of
storage is read is the table in cell_readers.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from glassnet.data import cell_readers
from glassnet.data.arrow import pa, pc
from glassnet.data.cell_format import CellFormat
from glassnet.data.cell_readers import Format
from glassnet.data.spelling.numbers import NumberFormat
from glassnet.data.spelling.times import TimeFormat, impossible
from glassnet.errors import InvalidInput, InvalidType


@dataclass(frozen=True, eq=False)
class Cells:
    """One column of one block.

    Args:
        name: of the column.
        array: Arrow array (rows,) of any type that ``cell_readers.storage`` knows.
        rows: the number of each row in its table, int64 (rows,), counted from 0 (messages count from 1); of several
            columns read one behind the other those of one of them.
        cell_format: how they are written.

    >>> import pyarrow as pa
    >>> Cells("age", pa.array(["31", " 4.5 ", "NA"]), np.arange(3), CellFormat()).numbers()
    array([31. ,  4.5,  nan])
    """

    name: str
    array: pa.Array
    rows: np.ndarray
    cell_format: CellFormat

    @cached_property
    def storage(self) -> str:
        """How the cells are stored: ``"number"``, ``"boolean"``, ``"time"``, ``"text"`` or ``"null"``."""
        return column_storage(self.name, self.array.type)

    def numbers(self, format: NumberFormat | None = None) -> np.ndarray:
        """The cells as float64 (rows,), NaN where missing.

        Args:
            format: of numbers written as text; None is as every program writes them.

        Raises:
            InvalidInput: for a cell that is not a number, and for an infinite one.
        """
        values = np.array(self._read("number", format).to_numpy(zero_copy_only=False), dtype=np.float64)
        if self.cell_format.sentinels.size:
            values[np.isin(values, self.cell_format.sentinels)] = np.nan
        if (infinite := np.isinf(values)).any():
            raise self.error_at(int(infinite.argmax()), "is infinite", "replace it, or leave the cell empty")
        return values

    def texts(self) -> pa.Array:
        """The cells as Arrow strings (rows,), null where missing; whole numbers are written without a point."""
        return self._read("word")

    def booleans(self, pair: str | None = None) -> pa.Array:
        """The cells as Arrow booleans (rows,), null where missing.

        Args:
            pair: of words that mean true and false, a name in ``PAIRS``; None is these two words.

        Raises:
            InvalidInput: for a cell that is neither true nor false (numbers: 1 nor 0).
        """
        return self._read("boolean", pair)

    def times(self, format: TimeFormat | None = None) -> pa.Array:
        """The cells as Arrow timestamps (rows,), microseconds, null where missing or a date that cannot be.

        Args:
            format: of times written as text.

        Raises:
            InvalidInput: for a cell that is not a time of that format.
        """
        return self._read("time", format)

    def error_at(self, index: int, problem: str, remedy: str) -> InvalidInput:
        """The error about the cell at ``index`` in this block."""
        where = f"row {self.rows[index % len(self.rows)] + 1} of column {self.name!r}"
        return InvalidInput(f"{where} {problem}", seen=repr(self.array[index].as_py()), remedy=remedy)

    def _read(self, wanted: str, *format: Format) -> pa.Array:
        reader = cell_readers.READERS[wanted].get(self.storage)
        if reader is None:
            first_present = max(int(self.array.is_valid().index(True).as_py()), 0)
            raise self.error_at(first_present, f"is not a {wanted}", "pass the column as it was in training")
        result = reader(self.array, self.cell_format, *format)
        # A reader returns null for what it cannot read; only then it pays to look for such cells among the nulls.
        if self.storage != "null" and result.null_count != self.array.null_count:
            unreadable = cell_readers.unreadable(result, self.array, self.cell_format)
            if wanted == "time" and self.storage == "text":
                unreadable = pc.and_not(unreadable, impossible(self.texts()))
            if (index := unreadable.index(True).as_py()) >= 0:
                # Training read every cell; this one came later, where no option of training can help.
                remedy = "correct the cell, or leave it empty if there is no value"
                raise self.error_at(index, f"is not a {wanted}", remedy)
        return result


def column_storage(name: str, arrow_type: pa.DataType) -> str:
    """How a column of an Arrow type is stored: ``"number"``, ``"boolean"``, ``"time"``, ``"text"`` or ``"null"``.

    Raises:
        InvalidType: for lists, structures, bytes and other types that no cell of a table has.
    """
    found = cell_readers.storage(arrow_type)
    if found is None:
        what = f"column {name!r} holds {arrow_type}, which is not a number, word or time"
        raise InvalidType(what, remedy="leave the column out, or convert it")
    return found
