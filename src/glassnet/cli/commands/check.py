"""``glassnet check``: is the gradient of a trained model right? Three ways to compute it, compared."""

from __future__ import annotations

from typing import Any

import click

from glassnet.cli.files import open_both, shown_of
from glassnet.cli.options import Command, json_option, member_option, model_and_data, number
from glassnet.cli.output import Page
from glassnet.pieces.settings import Range

WRONG = 1  # the exit code where a gradient is wrong
TOLERANCE = number(Range(0, above=True), whole=False)


@click.command(cls=Command)
@click.option("--rows", type=number(Range(1)), default=20, help="How many rows of DATA, from the first.  [20]")
@click.option("--count", type=number(Range(1)), default=30, help="How many parameters, some of each array.  [30]")
@click.option("--all", "every", is_flag=True, help="Check all parameters.")
@click.option("--seed", type=number(Range(0)), default=0, help="Seed of the random choice of parameters.  [0]")
@click.option("--tolerance", type=TOLERANCE, default=1e-6, help="Largest relative error.  [1e-06]")
@member_option
@json_option
@model_and_data
def command(model: str, data: str, rows: int, count: int, every: bool, as_json: bool, **values: Any) -> int:
    """Check the gradient of a model in two independent ways.

    The engine's gradient is compared with that of the computation graph and with finite differences of the cost.
    DATA needs the columns of training and the target. The exit code is 1 where a gradient is wrong.
    """
    page = Page(as_json)
    trained, source = open_both(model, data, values, page.note)
    from glassnet.glass.gradients.gradcheck import gradcheck
    from glassnet.glass.gradients.record import COLUMNS

    few = source.take(range(min(rows, source.rows)))
    shown = shown_of(trained, values["member"], page.note)
    found = gradcheck(shown, few, count=None if every else count, seed=values["seed"], tolerance=values["tolerance"])
    page.say(found.summary, **found.to_dict())
    page.table(COLUMNS, found.lines(), right=range(1, 5))
    for note in found.notes:
        page.say(note)
    page.finish()
    return 0 if found.ok else WRONG
