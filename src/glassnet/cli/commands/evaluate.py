"""``glassnet evaluate``: the scores of a model on a table that has the target too."""

from __future__ import annotations

from typing import Any

import click

from glassnet.cli.completion import columns
from glassnet.cli.files import open_both
from glassnet.cli.options import Command, json_option, judge_option, model_and_data
from glassnet.cli.output import Page, show_evaluation
from glassnet.data.row_digests import Judge
from glassnet.text import counted


@click.command(cls=Command)
@judge_option
@click.option(
    "--weight", metavar="COLUMN", shell_complete=columns, help="Column of what each row weighs in every score."
)
@json_option
@model_and_data
def command(model: str, data: str, judge: Judge, weight: str | None, as_json: bool, **values: Any) -> None:
    """Measure how good a trained model is on a table.

    DATA needs the columns of training and the target. Rows that training never saw are judged, where there are some.
    The baseline is the trivial guess: the most frequent class or the mean of the training rows.
    """
    page = Page(as_json)
    trained, source = open_both(model, data, values, page.note)
    evaluation = trained.evaluate(source, judge, weight)
    page.say(
        f"{source.label}: {counted(source.rows, 'row')}; target {trained.target.name!r}",
        data=source.label,
        rows=source.rows,
        target=trained.target.name,
    )
    weighed = f"; rows weigh what {weight!r} says" if weight else ""
    page.say(f"judged by {counted(evaluation.rows, 'row')}: {evaluation.judged}{weighed}", judged=evaluation.judged)
    show_evaluation(page, evaluation, counted(evaluation.rows, "row"))
    page.finish()
