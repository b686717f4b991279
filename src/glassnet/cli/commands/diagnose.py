"""``glassnet diagnose``: what is wrong with a model, its training or its table, and what to try."""

from __future__ import annotations

import shlex
from typing import Any

import click

from glassnet.cli.completion import tables
from glassnet.cli.files import open_both, open_model
from glassnet.cli.options import LEARNED, Command, json_option, model_argument, options_of, target_option
from glassnet.cli.output import Page, show_diagnosis
from glassnet.data.reading.options import ReadOptions


@click.command(cls=Command)
@model_argument
@click.argument("data", required=False, shell_complete=tables)
@json_option
@target_option
@options_of(ReadOptions, "Reading DATA", skip=LEARNED)
def command(model: str, data: str | None, as_json: bool, **values: Any) -> None:
    """Find what is wrong with a model and its table.

    Overfitting, epochs cut short, rare classes missed, columns that give the answer away or number the rows, inputs
    that are not scaled: the most serious first, with what to try. DATA is best the table of the training; without it
    only the history of the training, and the scores on rows held out, are looked at.

    \b
    Examples:
      glassnet diagnose houses.safetensors houses.csv
      glassnet diagnose houses.safetensors
    """
    page = Page(as_json)
    if data is None:
        found = open_model(model, values["target"], page.note).diagnose()
    else:
        trained, source = open_both(model, data, values, page.note)
        found = trained.diagnose(source)
    show_diagnosis(page, found)
    if data is None and found.skipped:
        page.say(f"the table tells more: {shlex.join(['glassnet', 'diagnose', model])} DATA")
    page.finish()
