"""``glassnet describe``: what is in a model file or in a table."""

from __future__ import annotations

from typing import Any

import click

from glassnet.cli.completion import tables
from glassnet.cli.files import is_model, open_table
from glassnet.cli.options import Command, json_option, made, options_of
from glassnet.cli.output import Page
from glassnet.data.reading.options import ReadOptions
from glassnet.errors import GlassnetError
from glassnet.text import counted

MOST_COLUMNS_SHOWN = 200


@click.command(cls=Command)
@click.argument("what", metavar="MODEL|DATA", shell_complete=tables)
@json_option
@options_of(ReadOptions, "Reading DATA")
def command(what: str, as_json: bool, **values: Any) -> None:
    """Describe a model file or a table.

    A table's columns are listed with what training would do with each of them.
    """
    page = Page(as_json)
    if is_model(what):
        _describe_model(page, what)
    else:
        _describe_table(page, what, made(ReadOptions, values))
    page.finish()


def _describe_table(page: Page, what: str, options: ReadOptions) -> None:
    from glassnet.data.encoder import TableEncoder
    from glassnet.data.streams.files import is_pattern
    from glassnet.data.streams.target import fit_target
    from glassnet.data.target import TargetEncoder, default_target

    source = open_table(what, options, page.note)
    target, why = default_target(source)
    several = is_pattern(what)  # whose rows need not fit in memory
    inputs = TableEncoder().fit(source, [target] if len(source.names) > 1 else [], heavy_hitters=several)
    reports = inputs.report()
    size = f"{counted(source.rows, 'row')}, {counted(len(source.names), 'column')}"
    page.say(f"{source.label}: {size}", rows=source.rows, data=source.label)
    page.say(why, target=target)
    try:
        encoder = fit_target(source, target) if several else TargetEncoder().fit(source, target)
        page.say(f"task: {encoder.reason}", task=encoder.task)
        notes = (*encoder.notes, *inputs.notes)
    except GlassnetError as error:
        notes = (str(error), *inputs.notes)
    for note in notes:
        page.note(note)
    page.facts["columns"] = [vars(report) for report in reports]
    page.table(
        ["column", "kind", "inputs", "what training does with it"],
        [(report.name, report.kind, str(report.outputs), report.done) for report in reports[:MOST_COLUMNS_SHOWN]],
        right=(2,),
    )
    _say_more(page, len(reports))


def _describe_model(page: Page, path: str) -> None:
    from glassnet.files import describe

    for title, content in describe(path).items():
        page.facts[title] = content
        if isinstance(content, str):
            page.block(content) if "\n" in content else page.say(f"{title}: {content}")
        elif title == "columns":
            page.table(["column", "what is done with it"], list(content.items())[:MOST_COLUMNS_SHOWN])
            _say_more(page, len(content))
        else:
            page.table([title, ""], [(name, _format(value)) for name, value in content.items()])


def _say_more(page: Page, columns: int) -> None:
    if columns > MOST_COLUMNS_SHOWN:
        page.say(f"and {counted(columns - MOST_COLUMNS_SHOWN, 'more column')}; --json lists all of them")


def _format(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    return ", ".join(map(_format, value)) if isinstance(value, (list, tuple)) else str(value)
