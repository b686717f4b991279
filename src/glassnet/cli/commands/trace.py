"""``glassnet trace``: one training step on rows of a table, number by number."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from glassnet.cli.files import open_both, refuse_other, replacing
from glassnet.cli.options import Command, file_option, json_option, member_option, model_and_data, number
from glassnet.cli.terminal import NARROW, document, note, tell
from glassnet.errors import InvalidInput
from glassnet.pieces.settings import Range

if TYPE_CHECKING:
    from glassnet.glass.ledger import Ledger


@click.command(cls=Command)
@click.option(
    "--row",
    "rows",
    type=number(Range(1)),
    multiple=True,
    help="A row of DATA, from 1; may be repeated: the step takes all of them and shows the numbers of the first.  [1]",
)
@click.option(
    "--depth",
    type=number(Range(1, 3)),
    help="1 matrices, 2 units, 3 edges.  [2, or 1 where that is more than the window shows]",
)
@click.option("--layer", type=number(Range(1)), help="Only this layer, from 1.")
@click.option("--unit", type=number(Range(1)), help="Unfold only this unit of each layer, from 1.")
@click.option("--digits", type=number(Range(1, 17)), default=4, help="Significant digits.  [4]")
@member_option
@json_option
@file_option("-o", "--html", "page", help="HTML file to write, with lines to unfold.")
@model_and_data
def command(model: str, data: str, rows: tuple[int, ...], as_json: bool, page: str | None, **values: Any) -> None:
    """Write down one training step, number by number.

    Forward propagation, cost, back propagation and update, with the table's own columns and classes.
    DATA needs the columns of training and the target. The model file is not changed.
    """
    if page is not None:
        _refuse(page)
    trained, source = open_both(model, data, values, note)
    from glassnet.glass.ledger import ledger

    wanted = list(dict.fromkeys(rows)) or [1]
    step = trained.trace(source, wanted, member=values["member"] or 1)
    chosen = {name: values[name] for name in ("layer", "unit", "digits")}
    shown = ledger(step, step.rows.index(wanted[0]) + 1, depth=values["depth"] or 2, **chosen)
    if values["depth"] is None and page is None and not as_json and _is_long(shown):
        shown = ledger(step, step.rows.index(wanted[0]) + 1, depth=1, **chosen)
        unfolded = "--depth 2 unfolds every unit, --layer 1 --unit 3 --depth 3 one with its edges"
        shown = replace(shown, notes=(*shown.notes[:-1], f"Shown by matrices: {unfolded}.", *shown.notes[-1:]))
    if page is not None:
        replaced = replacing(page)
        _write(shown, page)
        tell(f"the ledger is written to {page}{replaced}")
    elif as_json:
        tell(document(shown.to_dict(), 1), styled=True)
    else:
        _print(shown)


def _is_long(shown: Ledger) -> bool:
    """Whether it is more than a terminal's window shows."""
    lines = sum(1 for _ in shown.lines()) + 2 * len(shown.steps) + len(shown.notes)
    return sys.stdout is not None and sys.stdout.isatty() and lines > shutil.get_terminal_size().lines


def _refuse(page: str) -> None:
    if Path(page).suffix.lower() not in (".html", ".htm"):
        raise InvalidInput(f"{page!r} does not end in .html", remedy="name a file that does")
    refuse_other(page, "an HTML page")


def _write(shown: Ledger, page: str) -> None:
    from glassnet.archive import replace_atomically

    with replace_atomically(page) as file:
        file.write(shown.to_page().encode())


def _print(shown: Ledger) -> None:
    """A tree in a terminal; in a narrow one, a file or a pipe, lines that are not folded within numbers."""
    from rich.console import Console

    console = Console(highlight=False)
    if console.is_terminal and console.width >= NARROW:
        console.print(shown)
    else:
        tell(str(shown))
