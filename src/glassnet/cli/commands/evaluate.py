"""``glassnet evaluate``: the scores of a model on a table that has the target too."""

from __future__ import annotations

from typing import Any

import click

from glassnet.cli.files import open_model, open_table
from glassnet.cli.options import LEARNED, Command, json_option, made, options_of
from glassnet.cli.output import Page, show_evaluation
from glassnet.data.reading.options import ReadOptions
from glassnet.text import counted


@click.command(cls=Command)
@click.argument("model")
@click.argument("data")
@json_option
@options_of(ReadOptions, "Reading DATA", skip=LEARNED)
def command(model: str, data: str, as_json: bool, **values: Any) -> None:
    """Measure how good a trained model is on a table.

    DATA needs the columns of training and the target. The baseline is the trivial guess: the most frequent class or
    the mean of the training rows.
    """
    page = Page(as_json)
    trained = open_model(model)
    source = open_table(data, made(ReadOptions, values))
    evaluation = trained.evaluate(source)
    for note in trained.check(source):
        page.note(note)
    page.say(
        f"{source.label}: {counted(source.rows, 'row')}; target {trained.target.name!r}",
        data=source.label,
        rows=source.rows,
        target=trained.target.name,
    )
    show_evaluation(page, evaluation, f"on {source.label}")
    page.finish()
