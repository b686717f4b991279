"""``glassnet describe``: what is in a model file or in a table."""

from __future__ import annotations

from typing import Any

import click

from glassnet.cli.options import json_option, made, options_of
from glassnet.cli.show import Page
from glassnet.data.options import ReadOptions

MODEL_SUFFIX = ".safetensors"


@click.command()
@click.argument("what", metavar="MODEL|DATA")
@json_option
@options_of(ReadOptions)
def command(what: str, as_json: bool, **values: Any) -> None:
    """Say what is in a model file or in a table.

    A table's columns are listed with what training would do with each of them.
    """
    page = Page(as_json)
    if what.lower().endswith(MODEL_SUFFIX):
        _describe_model(page, what)
    else:
        _describe_table(page, what, made(ReadOptions, values))
    page.finish()


def _describe_table(page: Page, what: str, options: ReadOptions) -> None:
    from glassnet.data.encoder import TableEncoder
    from glassnet.data.opening import open_source
    from glassnet.data.target import default_target

    source = open_source(what, options)
    page.say(f"{source.label}: {source.rows:,} rows, {len(source.names)} columns", rows=source.rows, data=source.label)
    target, why = default_target(source)
    page.say(why, target=target)
    reports = TableEncoder().fit(source).report()
    page.facts["columns"] = [vars(report) for report in reports]
    page.table(
        ["column", "kind", "inputs", "what training does with it"],
        [(report.name, report.kind, str(report.outputs), report.done) for report in reports],
        right=(2,),
    )


def _describe_model(page: Page, path: str) -> None:
    from glassnet.files import describe

    for title, content in describe(path).items():
        page.facts[title] = content
        if isinstance(content, str):
            page.say(f"\n{content}\n" if "\n" in content else f"{title}: {content}")
        elif title == "columns":
            page.table(["column", "what is done with it"], content.items())
        else:
            page.table([title, ""], [(name, _shown(value)) for name, value in content.items()])


def _shown(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    return ", ".join(map(_shown, value)) if isinstance(value, (list, tuple)) else str(value)
