"""A table as its user has it, cell by cell, and the numbers that a network gets of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from glassnet.arrays import Array
from glassnet.learning.columns import Cells, Columns
from glassnet.studio.answering import answers_of, columns_of, rows_of, truth_of
from glassnet.studio.data import Data
from glassnet.text import format_number

MOST_INPUTS = 16  # that are written of a row
DIGITS = 6


@dataclass(frozen=True, eq=False)
class Given:
    """The cells of a table.

    Args:
        data: the table.
        columns: how its cells become inputs.
        all_cells: of every row, column by column.
        answers: the truth of every row, as the user has it.
    """

    data: Data
    columns: Columns
    all_cells: Cells
    answers: Array

    @property
    def names(self) -> Sequence[str]:
        """Of the columns."""
        return self.columns.names

    @property
    def is_encoded(self) -> bool:
        """Whether the network gets the cells as they are."""
        return self.data.given is None

    @property
    def inputs(self) -> Sequence[str]:
        """Names of the inputs, of many the first."""
        return self.data.names[:MOST_INPUTS]

    def cells(self, i: int) -> list[str]:
        """Of a row, by its number from 0, as they were given."""
        return [shown(self.all_cells[j][i]) for j in range(len(self.columns.names))]

    def truth(self, i: int) -> str:
        """What is right for a row."""
        return shown(self.answers[i])

    def encoded(self, i: int) -> list[str]:
        """What the network gets of a row: its inputs, of many the first, and its target."""
        inputs = [format_number(value) for value in self.data.X[i, :MOST_INPUTS].tolist()]
        target = np.asarray(self.data.Y).reshape(len(self.data.X), -1)[i, 0]
        return [*inputs, format_number(float(target))]


@lru_cache(maxsize=8)
def given_of(data: Data) -> Given:
    """The cells of a table, read once."""
    columns, rows = columns_of(data), rows_of(data)
    answers = np.asarray(answers_of(data).truth(rows, truth_of(data)))
    return Given(data, columns, columns.cells(rows), answers)


def shown(value: object) -> str:
    """A cell in words: numbers in a few digits, what is missing as such.

    >>> shown(np.float64(0.5)), shown(None), shown(float("nan")), shown("red")
    ('0.5', 'missing', 'missing', 'red')
    """
    as_py = getattr(value, "as_py", None)  # of Arrow
    plain = as_py() if as_py else value.item() if isinstance(value, np.generic) else value
    if plain is None or (isinstance(plain, float) and np.isnan(plain)):
        return "missing"
    return format_number(plain, DIGITS) if isinstance(plain, float) else str(plain)
