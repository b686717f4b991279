"""``glassnet explain``: why a model answers as it does for a row; or which columns matter to it at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

import click

from glassnet.cli.files import open_both
from glassnet.cli.options import Command, json_option, member_option, model_and_data, number, one_of
from glassnet.cli.output import Page
from glassnet.data.roles import Judge
from glassnet.errors import InvalidInput
from glassnet.pieces.settings import Range

if TYPE_CHECKING:
    from glassnet.views.explain.report import Report


@click.command(cls=Command)
@click.option("--row", type=number(Range(1)), help="Explain this row of DATA, from 1.")
@click.option("--baseline", metavar="WORD", help="What the row is compared with: mean (of DATA) or zero.  [mean]")
@click.option("--output", metavar="CLASS", help="The class whose score is explained; the answer's if not given.")
@click.option("--repeats", type=number(Range(1)), help="Without --row: shuffles of each column.  [10]")
@click.option(
    "--judge",
    type=one_of(get_args(Judge)),
    help=f"Without --row: the rows to judge by, {', '.join(get_args(Judge))}.  [unseen]",
)
@click.option("--all-methods", is_flag=True, help="With --row: the contributions by three methods side by side.")
@member_option
@json_option
@model_and_data
def command(
    model: str,
    data: str,
    row: int | None,
    baseline: str | None,
    output: str | None,
    repeats: int | None,
    judge: Judge | None,
    all_methods: bool,
    as_json: bool,
    **values: Any,
) -> None:
    """Say what each column contributes to an answer.

    With --row also what would change the answer to that row; without, how much each column matters: what is lost in
    accuracy, or R2, when it is shuffled. DATA needs the columns of training, and without --row the target too.

    \b
    Examples:
      glassnet explain iris.safetensors iris --row 3
      glassnet explain iris.safetensors iris
    """
    page = Page(as_json)
    if row is None and (baseline is not None or output is not None):
        raise InvalidInput("--baseline and --output explain a row", remedy="say which, as in --row 3")
    if row is not None and judge is not None:
        raise InvalidInput("--judge chooses rows for the importance of columns", remedy="leave out --row or --judge")
    if row is not None and repeats is not None:
        raise InvalidInput("--repeats is for the importance of columns", remedy="leave out --row or --repeats")
    if row is None and all_methods:
        raise InvalidInput("--all-methods explains a row", remedy="say which, as in --row 3")
    trained, source = open_both(model, data, values, page.note)
    shown = trained.member(values["member"]) if values["member"] else trained
    from glassnet.views.explain import explain, importance

    if row is not None:
        found = explain(shown, source, row, baseline=baseline, output=output)
        _show(page, found, found.table(all_methods), found.legend(all_methods))
    else:
        of_all = importance(shown, source, repeats=repeats or 10, seed=trained.recipe_.seed, judge=judge or "unseen")
        _show(page, of_all, of_all.table(), [])
    page.finish()


def _show(page: Page, found: Report, table: tuple[list[str], list[list[str]]], legend: list[str]) -> None:
    """Sentences, then the table; the same facts for programs."""
    page.facts |= found.to_dict()
    for sentence in found.sentences():
        page.say(f"{sentence}.")
    heads, rows = table
    page.table(heads, rows, right=[i for i, head in enumerate(heads) if i and head])
    for line in legend:
        page.say(line)
