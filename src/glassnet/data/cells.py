"""The cells of one column in one block, read as numbers, words, booleans or times: whatever they are stored as.

A column may be stored one way in training and another in use (a CSV says "1", a frame says 1), so kinds ask for what
they need, and what cannot be read so is an error that names column, row and value. How each form of storage is read
is the table in conversions.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from glassnet.data import conversions
from glassnet.data.spelling import Spelling
from glassnet.errors import InvalidInput, InvalidType


@dataclass(frozen=True, eq=False)
class Cells:
    """One column of one block.

    Args:
        name: of the column.
        array: Arrow array (rows,) of any type that ``form`` knows.
        rows: the number of each row in its table, int64 (rows,), counted from 0 (messages count from 1).
        spelling: what the words mean.

    >>> import pyarrow as pa
    >>> Cells("age", pa.array(["31", " 4.5 ", "NA"]), np.arange(3), Spelling()).numbers()
    array([31. ,  4.5,  nan])
    """

    name: str
    array: Any
    rows: np.ndarray
    spelling: Spelling

    @cached_property
    def form(self) -> str:
        """How the cells are stored: ``"number"``, ``"boolean"``, ``"time"``, ``"text"`` or ``"nothing"``."""
        return form(self.name, self.array.type)

    def numbers(self) -> np.ndarray:
        """The cells as float64 (rows,), NaN where missing.

        Raises:
            InvalidInput: for a cell that is no number, and for an infinite one.
        """
        values = np.array(self._read("number").to_numpy(zero_copy_only=False), dtype=np.float64)
        if self.spelling.sentinels.size:
            values[np.isin(values, self.spelling.sentinels)] = np.nan
        if (endless := np.isinf(values)).any():
            raise self.wrong(int(endless.argmax()), "is infinite", "replace it, or leave the cell empty")
        return values

    def texts(self) -> Any:
        """The cells as Arrow strings (rows,), null where missing; whole numbers are written without a point."""
        return self._read("word")

    def booleans(self) -> Any:
        """The cells as Arrow booleans (rows,), null where missing.

        Raises:
            InvalidInput: for a cell that is neither true nor false (numbers: 1 nor 0).
        """
        return self._read("boolean")

    def times(self, format: str | None = None) -> Any:
        """The cells as Arrow timestamps (rows,), microseconds, null where missing.

        Args:
            format: of times written as text, as ``strptime`` takes it; None is ISO 8601.

        Raises:
            InvalidInput: for a cell that is no time of that format.
        """
        return self._read("time", format)

    def wrong(self, index: int, what: str, remedy: str) -> InvalidInput:
        """The error about the cell at ``index`` in this block."""
        value = self.array[index].as_py()
        where = f"row {self.rows[index] + 1} of column {self.name!r}"
        return InvalidInput(f"{where} {what}", seen=repr(value), remedy=remedy)

    def _read(self, wanted: str, *extra: Any) -> Any:
        reader = conversions.READERS[wanted].get(self.form)
        if reader is None:
            raise self.wrong(self._first_present(), f"is not a {wanted}", "pass the column as it was in training")
        result = reader(self.array, self.spelling, *extra)
        self._refuse_lost(result, wanted)
        return result

    def _refuse_lost(self, result: Any, wanted: str) -> None:
        # A reader makes null of what it cannot read; only then is it worth asking which of the nulls were words.
        if self.form == "nothing" or result.null_count == self.array.null_count:
            return
        lost = conversions.lost(result, self.array, self.spelling)
        if (index := lost.index(True).as_py()) >= 0:
            # The survey of training has seen every cell; what is wrong now came later, where no option is asked for.
            raise self.wrong(index, f"is not a {wanted}", "correct the cell, or leave it empty if there is no value")

    def _first_present(self) -> int:
        return max(int(self.array.is_valid().index(True).as_py()), 0)


def form(name: str, kind: Any) -> str:
    """How an Arrow type stores values: ``"number"``, ``"boolean"``, ``"time"``, ``"text"`` or ``"nothing"``.

    Raises:
        InvalidType: for lists, structures, bytes and whatever else is no cell of a table.
    """
    found = conversions.form(kind)
    if found is None:
        what = f"column {name!r} holds {kind}, which is no number, word or time"
        raise InvalidType(what, remedy="leave the column out, or convert it")
    return found
