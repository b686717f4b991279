"""``glassnet trace``: one training step on rows of a table, number by number."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from glassnet.cli.files import open_model, open_table, refuse_unwritable
from glassnet.cli.options import LEARNED, Command, Number, made, options_of
from glassnet.data.reading.options import ReadOptions
from glassnet.errors import InvalidInput
from glassnet.pieces.settings import Range

if TYPE_CHECKING:
    from glassnet.glass.ledger import Ledger


@click.command(cls=Command)
@click.argument("model")
@click.argument("data")
@click.option(
    "--row",
    "rows",
    type=Number(Range(1), whole=True),
    multiple=True,
    help="A row of DATA, from 1; may be repeated: the step takes all of them and shows the numbers of the first.  [1]",
)
@click.option("--depth", type=Number(Range(1, 3), whole=True), default=2, help="1 matrices, 2 units, 3 edges.  [2]")
@click.option("--layer", type=Number(Range(1), whole=True), help="Only this layer, from 1.")
@click.option("--unit", type=Number(Range(1), whole=True), help="Unfold only this unit of each layer, from 1.")
@click.option("--digits", type=Number(Range(1, 17), whole=True), default=4, help="Significant digits.  [4]")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text.")
@click.option("-o", "--html", "page", metavar="FILE", help="HTML file to write, with lines to unfold.")
@options_of(ReadOptions, "Reading DATA", skip=LEARNED)
def command(
    model: str,
    data: str,
    rows: tuple[int, ...],
    depth: int,
    layer: int | None,
    unit: int | None,
    digits: int,
    as_json: bool,
    page: str | None,
    **values: Any,
) -> None:
    """Write down one training step, number by number.

    Forward propagation, cost, back propagation and update, with the table's own columns and classes.
    DATA needs the columns of training and the target. The model file is not changed.
    """
    if page is not None:
        _refuse(page)
    trained = open_model(model)
    source = open_table(data, made(ReadOptions, values))
    for note in trained.check(source):
        click.echo(f"note: {note}", err=True)
    from glassnet.glass.ledger import ledger

    wanted = list(dict.fromkeys(rows)) or [1]
    step = trained.trace(source, wanted)
    shown = ledger(step, step.rows.index(wanted[0]), depth=depth, layer=layer, unit=unit, digits=digits)
    if page is not None:
        _write(shown, page)
        click.echo(f"the ledger is written to {page}")
    elif as_json:
        click.echo(shown.to_json())
    else:
        _print(shown)


def _refuse(page: str) -> None:
    if Path(page).suffix.lower() not in (".html", ".htm"):
        raise InvalidInput(f"{page!r} does not end in .html", remedy="name a file that does")
    if Path(page).exists() and not Path(page).read_bytes()[:15].lower().startswith(b"<!doctype html>"):
        raise InvalidInput(f"{page!r} exists and is not an HTML page", remedy="choose another name for the output")
    refuse_unwritable(page)


def _write(shown: Ledger, page: str) -> None:
    from glassnet.archive import replace_atomically

    with replace_atomically(page) as file:
        file.write(shown.to_page().encode())


def _print(shown: Ledger) -> None:
    """A tree in a terminal; in a file or a pipe, lines that no width folds."""
    from rich.console import Console

    console = Console(highlight=False)
    if console.is_terminal:
        console.print(shown)
    else:
        click.echo(str(shown))
