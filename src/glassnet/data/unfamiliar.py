"""Cells unlike all of training, counted by column while a table is encoded: what is said of them, one note a column."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from glassnet.errors import nearest
from glassnet.text import counted, in_all, one_line

MOST_NOTES = 5  # the columns with the most such cells are named, the others counted
LONGEST_CELL = 40  # letters of a cell in a note
WORDS = {
    "missing": "is empty {rows}, which it never was in training",
    "empty": "is empty {rows}",
    "impossible": "holds dates that cannot be {rows}, read as missing, such as {cell}",
    "bare": "has times without a zone {rows}, read in that of training ({seen})",
    "unmarked": "was written with {seen} in training, and no cell is here: {cell} is read as {cell} {seen}",
    "new": "holds values {rows} that training had not, such as {cell}",
    "rare": "holds rare or new values {rows}, such as {cell}",
    "truth": "held numbers in training, and holds true and false {rows}, taken as 1 and 0",
    "far": "is far outside what training saw ({seen}) {rows}, such as {cell}",
}


class UnfamiliarWarning(UserWarning):
    """A table to predict holds cells that are unlike all of training, so that the answers are guesses.

    >>> issubclass(UnfamiliarWarning, UserWarning)
    True
    """


@dataclass
class Found:
    """Cells of one column with one problem.

    Args:
        name: of the column.
        problem: one of ``WORDS``.
        count: in how many rows.
        cell: one of them.
        seen: what training saw instead.
    """

    name: str
    problem: str
    count: int
    cell: str
    seen: str

    def said(self, rows: int) -> str:
        """What is to be said of it, without the column, in a table of so many rows."""
        where = in_all(rows) if self.count == rows else f"in {self.count:,} of {counted(rows, 'row')}"
        return WORDS[self.problem].format(rows=where, cell=one_line(self.cell, LONGEST_CELL), seen=self.seen)


class Unfamiliar:
    """What was found so far, in the blocks of a table.

    >>> found = Unfamiliar()
    >>> found.rows = 3
    >>> found.add("city", "new", 2, "'ROME'", known=["rome"])
    >>> list(found.notes())
    ["column 'city' holds values in 2 of 3 rows that training had not, such as 'ROME' ('rome' may be meant)"]
    """

    def __init__(self) -> None:
        self.rows = 0
        self._found: dict[tuple[str, str], Found] = {}

    def add(
        self, name: str, problem: str, count: int, cell: str = "", seen: str = "", known: Iterable[str] = ()
    ) -> None:
        """Count cells of a block.

        Args:
            name: of the column.
            problem: one of ``WORDS``.
            count: how many; 0 changes nothing.
            cell: one of them, as it is to be shown.
            seen: what training saw.
            known: words of which one may be meant.
        """
        if (name, problem) in self._found:
            self._found[name, problem].count += count
        elif count:
            near = nearest(cell.strip("'\""), known)
            hint = f" ({near!r} may be meant)" if near else ""
            self._found[name, problem] = Found(name, problem, count, cell + hint, seen)

    def warn(self) -> None:
        """Warn with each of the notes, in the name of the model's method that was called."""
        for note in self.notes():
            warnings.warn(note, UnfamiliarWarning, stacklevel=4)

    def notes(self) -> Iterator[str]:
        """One sentence for each of the columns with the most such cells, and how many other columns there are."""
        by_column: dict[str, list[Found]] = {}
        for found in sorted(self._found.values(), key=lambda found: -found.count):
            everywhere = found.count == self.rows and (self.rows > 1 or found.problem == "unmarked")
            # In single rows these are usual.
            always, mostly = found.problem in ("empty", "unmarked"), found.problem == "rare"
            if everywhere or (not always and (not mostly or 2 * found.count > self.rows)):
                by_column.setdefault(found.name, []).append(found)
        for name, several in list(by_column.items())[:MOST_NOTES]:
            yield one_line(f"column {name!r} {', and '.join(found.said(self.rows) for found in several)}")
        if (more := len(by_column) - MOST_NOTES) > 0:
            yield f"{counted(more, 'more column')} {'holds' if more == 1 else 'hold'} cells unlike all of training"
