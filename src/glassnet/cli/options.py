"""Options derived from dataclasses: a field of the recipe or of the reader is an option of the command line."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


class Sizes(click.ParamType):
    """``64,64`` -> ``(64, 64)``; ``none`` is no hidden layer."""

    name = "SIZES"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, ...]:
        if isinstance(value, tuple):
            return value
        if value.strip().lower() in ("none", "0", ""):
            return ()
        try:
            return tuple(int(part) for part in value.split(","))
        except ValueError:
            self.fail(f"{value!r} is no list of layer sizes; write 64,64, or none for no hidden layer", param, ctx)


def options_of(record: type, skip: tuple[str, ...] = ()) -> Callable[[F], F]:
    """A decorator that gives a command an option for each field of ``record`` that has help."""
    fields = [f for f in dataclasses.fields(record) if "help" in f.metadata and f.name not in skip]

    def decorate(command: F) -> F:
        for field in reversed(fields):
            command = _option(field)(command)
        return command

    return decorate


def made(record: type, values: Mapping[str, Any]) -> Any:
    """The record from a command's values."""
    return record(**{f.name: values[f.name] for f in dataclasses.fields(record) if f.name in values})


def _option(field: dataclasses.Field[Any]) -> Callable[[F], F]:
    flag, default, help = f"--{field.name.replace('_', '-')}", field.default, field.metadata["help"]
    if isinstance(default, bool):
        return click.option(f"{flag}/--no-{flag[2:]}", default=default, help=help, show_default=True)
    if "choices" in field.metadata:
        names = ", ".join(field.metadata["choices"])
        help = f"{help}: {names}" + ("; with settings: NAME:setting=value" if field.metadata["family"] else "")
        return click.option(flag, default=default, metavar="NAME", help=help, show_default=True)
    if isinstance(default, tuple) and all(isinstance(value, int) for value in default) and default:
        shown, help = ",".join(map(str, default)), f"{help} (none: no hidden layer)"
        return click.option(flag, default=default, type=Sizes(), help=help, show_default=shown)
    if isinstance(default, tuple):
        return click.option(flag, default=default, multiple=True, metavar="TEXT", help=f"{help} (may be repeated)")
    kind = type(default) if default is not None else str
    return click.option(flag, default=default, type=kind, help=help, show_default=default is not None)


json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text.")
