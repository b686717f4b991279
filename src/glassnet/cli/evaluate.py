"""``glassnet evaluate``: how good a model is on a table that has the target too."""

from __future__ import annotations

from typing import Any

import click

from glassnet.cli.options import json_option, made, options_of
from glassnet.cli.show import Page, show_evaluation
from glassnet.data.options import ReadOptions


@click.command()
@click.argument("model")
@click.argument("data")
@json_option
@options_of(ReadOptions)
def command(model: str, data: str, as_json: bool, **values: Any) -> None:
    """Measure how good a trained model is on a table.

    DATA needs the columns of training and the target. The baseline is the trivial guess, learned in training.
    """
    from glassnet.cli.models import load_table_model
    from glassnet.data.opening import open_source

    page = Page(as_json)
    trained = load_table_model(model)
    source = open_source(data, made(ReadOptions, values))
    page.say(f"{source.label}: {source.rows:,} rows; target {trained.target.name!r}", target=trained.target.name)
    show_evaluation(page, trained.evaluate(source), f"on {source.label}")
    page.finish()
