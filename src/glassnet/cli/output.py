"""What commands print: tables and sentences for people, or one JSON document for programs."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from glassnet.cli.terminal import abandon, document, tell
from glassnet.text import one_line, printable

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from glassnet.estimators.table.evaluation import Evaluation
    from glassnet.glass.diagnosis.diagnosis import Diagnosis

MOST_CLASSES_SHOWN, LONGEST_CLASS_SHOWN = 12, 16
LONGEST_UNFOLDED = 24  # characters of a cell up to which it is not folded
GAP = 2  # blanks between two columns


class Page:
    """The output of a command: sentences and tables on standard output, or with ``--json`` one document.

    Args:
        as_json: True prints one JSON document at the end.
        quiet: True prints no sentences and no tables.
    """

    def __init__(self, as_json: bool, quiet: bool = False) -> None:
        self.as_json, self.silent = as_json, as_json or quiet
        self.facts: dict[str, Any] = {}
        self._in_block = False  # print an empty line before the next line

    def say(self, sentence: str, **facts: Any) -> None:
        """Print a sentence; its facts go into the document."""
        self.facts |= facts
        if not self.silent:
            self._print(sentence)

    def note(self, sentence: str) -> None:
        """Print a note, which is not a result, on standard error."""
        self.facts.setdefault("notes", []).append(sentence)
        self._print(f"note: {one_line(sentence)}", err=True)

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[str]], right: Iterable[int] = ()) -> None:
        """Print a table, ``right`` with the numbers of the columns to align right; a list where a cell would be cut."""
        if self.silent:
            return
        rows = [tuple(map(printable, row)) for row in rows]
        columns, console = [*map(printable, columns)], _console()
        fits = needed(columns, rows) <= console.width
        self._block(_text_of(_table(columns, rows, right)) if fits else listed_rows(columns, rows, console.width))

    def narrow_table(self, columns: Sequence[str], rows: Iterable[Sequence[str]], right: Iterable[int] = ()) -> bool:
        """Print a table only where it fits without folded lines; whether it did."""
        if self.silent:
            return True
        rows = [tuple(map(printable, row)) for row in rows]
        console, table = _console(), _table([*map(printable, columns)], rows, right)
        if fits := console.measure(table, options=console.options.update(width=10_000)).maximum <= console.width:
            self._block(_text_of(table))
        return fits

    def block(self, text: str) -> None:
        """Print lines with an empty line above and below."""
        if not self.silent:
            self._block(text, styled=False)

    def section(self, title: str, lines: Iterable[str]) -> None:
        """Print lines below a title, a little to the right."""
        self.block("\n".join([title, *(f"  {line}" for line in lines)]))

    def finish(self) -> None:
        """Print the document, with ``--json``."""
        if self.as_json:
            self._print(document(self.facts), styled=True)

    def _block(self, text: str, styled: bool = True) -> None:  # a table's cells were cleaned before
        self._in_block = True
        self._print(text, styled=styled)
        self._in_block = True

    def _print(self, text: str, err: bool = False, styled: bool = False) -> None:
        tell("\n" * self._in_block + text, err, styled)
        self._in_block = False


def show_diagnosis(page: Page, diagnosis: Diagnosis) -> None:
    """Show what is wrong, a line each, the most serious first; how much was looked at and found good.

    Args:
        page: to write on.
        diagnosis: what to show.
    """
    put_diagnosis(page, diagnosis)
    good = [found.what for found in diagnosis if found.severity == "good"]
    for finding in diagnosis.problems:
        page.say(str(finding))
    if good:
        page.say(f"good: {'; '.join(good)}.")


def put_diagnosis(page: Page, diagnosis: Diagnosis) -> None:
    """Add the findings to the document."""
    page.facts["diagnosis"] = {
        "findings": [vars(finding) for finding in diagnosis.worst_first()],
        "not checked": diagnosis.skipped,
    }


def show_evaluation(page: Page, evaluation: Evaluation, where: str) -> None:
    """Show the scores compared with the trivial guess, and the confusion matrix of few classes.

    Args:
        page: to write on.
        evaluation: what to show.
        where: a description of the rows.
    """
    page.facts["evaluation"] = {
        "rows": evaluation.rows,
        "baseline": evaluation.baseline,
        "scores": {s.name: {"model": s.value, "baseline": s.baseline} for s in evaluation.scores},
        "classes": evaluation.classes,
        "confusion": evaluation.confusion,
    }
    rows = [(s.name, s.shown(s.value), s.shown(s.baseline), s.words) for s in evaluation.scores]
    if not page.narrow_table([where, "model", "baseline", ""], rows, right=(1, 2)):
        page.table([where, "model", "baseline"], [row[:3] for row in rows], right=(1, 2))
        width = _console().width
        for name, _, _, words in rows:
            page.say(textwrap.fill(f"{name}: {words}", width, break_long_words=False))
    page.say(f"baseline: {evaluation.baseline}")
    if evaluation.classes is not None:
        _show_confusion(page, evaluation)


def _show_confusion(page: Page, evaluation: Evaluation) -> None:
    """The confusion matrix: truth by row, prediction by column."""
    assert evaluation.classes is not None and evaluation.confusion is not None
    if len(evaluation.classes) > MOST_CLASSES_SHOWN:
        return
    names = [_shortened(str(name)) for name in evaluation.classes]
    rows = [
        (name, *(str(count) if count else "·" for count in counts))
        for name, counts in zip(names, evaluation.confusion.tolist(), strict=True)
    ]
    if not page.narrow_table(["truth \\ predicted", *names], rows, right=range(1, len(names) + 1)):
        page.say("the confusion matrix is wider than this window; --json prints it")


def patient_console() -> Console:
    """A console on standard error that becomes silent, without an error, when its reader closes the pipe."""
    from rich.console import Console

    class Patient(Console):
        def on_broken_pipe(self) -> None:
            self.quiet = True
            abandon(sys.stderr)

    return Patient(stderr=True)


def _console() -> Console:
    from rich.console import Console

    return Console(highlight=False)


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]], right: Iterable[int]) -> Table:
    from rich import box
    from rich.markup import escape
    from rich.table import Table

    aligned = set(right)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, collapse_padding=True)
    rows = list(rows)
    for place, column in enumerate(columns):
        short = all(len(row[place]) <= LONGEST_UNFOLDED for row in rows)
        table.add_column(
            escape(column),
            justify="right" if place in aligned else "left",
            overflow="fold",
            no_wrap=short and place < len(columns) - 1,
        )
    for row in rows:
        table.add_row(*map(escape, row))
    return table


def needed(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """The width at which no word of a table is broken, but those longer than a cell that may be folded."""
    total = 0
    for place, column in enumerate(columns):
        cells = [column, *(row[place] for row in rows)]
        longest = max(map(len, cells))
        whole = place < len(columns) - 1 and max(map(len, cells[1:]), default=0) <= LONGEST_UNFOLDED
        words = max((len(word) for cell in cells for word in cell.split()), default=0)
        total += longest if whole else min(words, LONGEST_UNFOLDED)
    return total + GAP * (len(columns) - 1)


def listed_rows(columns: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> str:
    """The rows one below the other, each cell after the name of its column: for windows too narrow for a table.

    >>> print(listed_rows(["column", "inputs"], [("age", "1"), ("city", "3")], 20))
    column: age
    inputs: 1
    <BLANKLINE>
    column: city
    inputs: 3
    """

    def lines(name: str, cell: str) -> list[str]:
        text = f"{name}: {cell}" if name.strip() else cell
        return textwrap.wrap(text, max(width, 1), break_long_words=False, break_on_hyphens=False)

    return "\n\n".join(
        "\n".join(line for name, cell in zip(columns, row, strict=True) if cell for line in lines(name, cell))
        for row in rows
    )


def _text_of(table: Table) -> str:
    console = _console()
    with console.capture() as captured:
        console.print(table)
    return "\n".join(line.rstrip() for line in captured.get().splitlines())


def _shortened(name: str) -> str:
    """A class in the confusion matrix: both ends of a long name (some differ in the last letters only); numbers whole.

    >>> _shortened("a name as long as a sentence"), _shortened("1234567890123456789")
    ('a name as …tence', '1234567890123456789')
    """
    whole = len(name) <= LONGEST_CLASS_SHOWN or name.lstrip("+-").isdigit()
    return name if whole else f"{name[: LONGEST_CLASS_SHOWN - 6]}…{name[-5:]}"
