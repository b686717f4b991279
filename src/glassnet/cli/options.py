"""Command-line options derived from dataclasses, such as the recipe and the options of a reader."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar, get_args

import click
from click.shell_completion import CompletionItem

from glassnet.cli.completion import columns, files, tables
from glassnet.data.reading.options import KINDS, ReadOptions
from glassnet.data.roles import Judge
from glassnet.errors import InvalidInput, unknown_name
from glassnet.pieces.settings import Range, check_number

# Fields of `ReadOptions` that a model has stored from its training: for another table only the others are options.
LEARNED = ("decimal", "thousands", "percent", "currency", "date_order", "missing", "keep", *KINDS)

F = TypeVar("F", bound=Callable[..., Any])


class Command(click.Command):
    """A command whose help shows its options in sections."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        sections: dict[str, list[tuple[str, str]]] = {}
        for option in self.get_params(ctx):
            if isinstance(option, click.Option) and (record := option.get_help_record(ctx)) is not None:
                sections.setdefault(getattr(option, "section", "Options"), []).append(record)
        for title, records in sections.items():
            with formatter.section(title):
                formatter.write_dl(records)


class Option(click.Option):
    """An option with the title of its section in the help."""

    def __init__(self, names: Sequence[str], section: str = "Options", **settings: Any) -> None:
        super().__init__(names, **settings)
        self.section = section


class Kind(click.ParamType):  # type: ignore[type-arg]  # no generic in click 8.1
    """The type of an option's value; invalid values raise the library's own errors.

    Args:
        name: what the help calls a value.
        read: from the flag and a text to the value that the text means.
        names: the values there are, where they have names.
    """

    def __init__(self, name: str, read: Callable[[str, str], Any], names: Sequence[str] = ()) -> None:
        self.name, self.read, self.names = name, read, names

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        return [CompletionItem(name) for name in self.names if name.startswith(incomplete)]

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return self.read(max(param.opts, key=len) if param else "the value", value) if isinstance(value, str) else value


def number(wanted: Range, whole: bool = True) -> Kind:
    """A number within a range, as a field made by ``setting`` declares it."""

    def read(flag: str, text: str) -> int | float:
        try:
            value = int(text) if whole else float(text)
        except ValueError:
            noun = "a whole number" if whole else "a number"
            what = f"{flag} must be {noun} {wanted}"
            raise InvalidInput(what, repr(text[:40]), f"pass {noun}") from None
        check_number(flag, value, wanted, whole)
        return value

    return Kind("NUMBER", read)


def share_or_table(wanted: Range) -> Kind:
    """A share of the rows, or else a table: a file or the name of a bundled set."""

    def read(flag: str, text: str) -> float | str:
        try:
            share = float(text)
        except ValueError:
            return text
        check_number(flag, share, wanted)
        return share

    return Kind("SHARE|FILE", read)


def one_of(names: Iterable[str]) -> Kind:
    """One of some names."""
    known = tuple(names)

    def read(flag: str, text: str) -> str:
        if text not in known:
            raise unknown_name(flag.strip("-"), text, known)
        return text

    return Kind("NAME", read, known)


def whole_numbers(flag: str, text: str, noun: str, example: str) -> tuple[int, ...]:
    """``1,2`` -> ``(1, 2)``, each at least 1.

    Raises:
        InvalidInput: anything else.
    """
    try:
        numbers = tuple(int(part) for part in text.split(","))
    except ValueError:
        what = f"{flag} is not a list of {noun}"
        raise InvalidInput(what, repr(text[:40]), f"write them as {example}") from None
    for value in numbers:
        check_number(f"each of {flag}", value, Range(1), whole=True)
    return numbers


def _sizes(flag: str, text: str) -> tuple[int, ...]:
    """``64,64`` -> ``(64, 64)``; ``none`` -> ``()``."""
    if text.strip().lower() in ("none", "0"):
        return ()
    return whole_numbers(flag, text, "layer sizes", "64,64, or none for no hidden layer")


def options_of(record: type, section: str = "Options", skip: tuple[str, ...] = ()) -> Callable[[F], F]:
    """A decorator that gives a command an option for each field of ``record`` that has help."""
    fields = [f for f in dataclasses.fields(record) if "help" in f.metadata and f.name not in skip]

    def decorate(command: F) -> F:
        for field in reversed(fields):
            flag = f"--{field.name.replace('_', '-')}"
            flags = f"{flag}/--no-{flag[2:]}" if isinstance(field.default, bool) else flag
            command = click.option(flags, cls=Option, section=section, **_settings(field))(command)
        return command

    return decorate


def made(record: type, values: Mapping[str, Any]) -> Any:
    """``record`` built from the values of a command's options."""
    return record(**{f.name: values[f.name] for f in dataclasses.fields(record) if f.name in values})


def named(record: type) -> tuple[str, ...]:
    """The fields of ``record`` whose options stand on the command line, also where they say the default."""
    context = click.get_current_context()
    stands = click.core.ParameterSource.COMMANDLINE
    return tuple(f.name for f in dataclasses.fields(record) if context.get_parameter_source(f.name) is stands)


def _settings(field: dataclasses.Field[Any]) -> dict[str, Any]:
    """The arguments of ``click.option`` for ``field``."""
    default, help, metadata = field.default, field.metadata["help"], field.metadata
    if isinstance(default, bool):
        return {"default": default, "help": _sentence(help, default and field.name)}
    if "choices" in metadata:
        family = "; with settings: NAME:setting=value" if metadata["family"] else ""
        help = f"{help}: {', '.join(metadata['choices']())}{family}"
        offered = partial(offer, metadata["choices"])
        return {"default": default, "metavar": "NAME", "help": _sentence(help, default), "shell_complete": offered}
    if "range" in metadata:
        kind = number(metadata["range"], whole=metadata["kind"] is int)
        return {"default": default, "type": kind, "help": _sentence(help, f"{default:g}")}
    if isinstance(default, tuple) and default:
        shown = ",".join(map(str, default))
        return {"default": default, "type": Kind("SIZES", _sizes), "help": _sentence(f"{help}, or none", shown)}
    if isinstance(default, tuple):
        several = {"default": default, "multiple": True, "help": _sentence(f"{help}; may be repeated")}
        if field.name in KINDS or "column" in metadata:
            return several | {"metavar": "COLUMN", "shell_complete": columns}
        return several | {"metavar": "WORD"}
    if "column" in metadata:
        return {"metavar": "COLUMN", "help": _sentence(help), "shell_complete": columns}
    return {"default": default, "metavar": "WORD", "help": _sentence(help, default)}


def offer(names: Callable[[], Iterable[str]], ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """The names that a shell offers."""
    return [name for name in names() if name.startswith(incomplete)]


def _sentence(help: str, default: object = None) -> str:
    return f"{help[0].upper()}{help[1:]}." + (f"  [{default}]" if default else "")


def model_and_data(command: F) -> F:
    """A decorator that gives a command the arguments MODEL and DATA, and the options of reading DATA."""
    command = options_of(ReadOptions, "Reading DATA", skip=LEARNED)(command)
    return model_argument(data_argument(target_option(command)))


def file_option(*names: str, help: str) -> Callable[[F], F]:
    """An option that names a file to write."""
    return click.option(*names, metavar="FILE", shell_complete=files, help=help)


target_option = click.option("--target", metavar="NAME", help="Of a model of several targets this one.")


member_option = click.option(
    "--member",
    type=number(Range(1)),
    help="Of several networks that predict together show this one, from 1, the one of largest weight first.",
)
model_argument = click.argument("model", shell_complete=files)
data_argument = click.argument("data", shell_complete=tables)


judge_option = click.option(
    "--judge",
    type=one_of(get_args(Judge)),
    default="unseen",
    help=f"The rows to judge by, {', '.join(get_args(Judge))}; all where none is unseen.  [unseen]",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text.")
