"""What a shell offers after Tab: files, bundled sets, the columns of the table that was named."""

from __future__ import annotations

import os
from contextlib import suppress

import click
from click.shell_completion import CompletionItem


def files(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Files, as the shell lists them."""
    return [CompletionItem(incomplete, type="file")]


def tables(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Files and the bundled sets."""
    from glassnet.data.reading.bundled import SETS

    bundled = [name for name in SETS if incomplete and name.startswith(incomplete)]
    if not bundled:
        return files(ctx, param, incomplete)
    here = [name for name in os.listdir() if name.startswith(incomplete)]  # noqa: PTH208  # bash would not add files
    return [*map(CompletionItem, bundled), *map(CompletionItem, here)]


def columns(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The columns of the table among the arguments, nothing where it cannot be read."""
    from glassnet.data.reading.opening import open_source
    from glassnet.errors import GlassnetError

    # An option without its value ends click's parsing: what comes before is among the arguments that are left.
    data: str | None = ctx.params.get("data") or ctx.params.get("what") or next(iter(ctx.args), None)
    names: tuple[str, ...] = ()
    with suppress(GlassnetError):
        names = open_source(data).names if data else ()
    return [CompletionItem(name) for name in names if name.startswith(incomplete) and name.isprintable()]
