"""``glassnet evaluate``: the scores of a model on a table that has the target too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from glassnet.cli.completion import columns
from glassnet.cli.files import checked_table, open_models
from glassnet.cli.options import Command, json_option, judge_option, model_and_data
from glassnet.cli.output import Page, show_evaluation
from glassnet.cli.targets import chosen, labels
from glassnet.data.roles import Judge
from glassnet.text import counted

if TYPE_CHECKING:
    from glassnet.data.source import Source
    from glassnet.estimators.table.model import TableModel


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
    page, models = Page(as_json), open_models(model)
    if values["target"] is not None:
        models = (chosen(models, values["target"], page.note),)
    source = checked_table(models, data, values, page.note)
    of_each: dict[str, dict[str, Any]] = {}
    for trained, label in zip(models, labels(models), strict=True):
        if len(models) > 1:
            page.facts = of_each[label] = {}
        _evaluate(page, trained, label, source, judge, weight)
    if of_each:
        page.facts = {"targets": of_each}
    page.finish()


def _evaluate(page: Page, trained: TableModel, label: str, source: Source, judge: Judge, weight: str | None) -> None:
    evaluation = trained.evaluate(source, judge, weight)
    page.say(
        f"{source.label}: {counted(source.rows, 'row')}; target {label!r}",
        data=source.label,
        rows=source.rows,
        target=label,
    )
    weighed = f"; rows weigh what {weight!r} says" if weight else ""
    page.say(f"judged by {counted(evaluation.rows, 'row')}: {evaluation.judged}{weighed}", judged=evaluation.judged)
    show_evaluation(page, evaluation, counted(evaluation.rows, "row"))
