"""``glassnet plot``: a figure of a model, from the table of figures."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from glassnet.cli import options
from glassnet.cli.completion import tables
from glassnet.cli.files import PICTURES, open_both, open_model, refuse_other, replacing, shown_of
from glassnet.cli.options import LEARNED, Command, file_option, number, options_of
from glassnet.cli.terminal import note, tell
from glassnet.data.reading.options import ReadOptions
from glassnet.errors import InvalidInput

if TYPE_CHECKING:
    from glassnet.pieces.tables import Table
    from glassnet.views.figures import Figure
    from glassnet.views.options import Option


class Plot(Command):
    """The command, with the figures and their options in its help."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Those of the command, and the options of the figures, each once."""
        if "figures" not in ctx.meta:
            ctx.meta["figures"] = [_option(option, figures) for option, figures in _options().items()]
        return [*super().get_params(ctx), *ctx.meta["figures"]]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = {"needed": " (of MODEL and DATA)", "optional": " (DATA for more)", "none": ""}
        for by in dict.fromkeys(figure.by for figure in _figures().values()):
            with formatter.section(f"Figures, drawn by {by}"):
                drawn = [figure for figure in _figures().values() if figure.by == by]
                formatter.write_dl([(figure.name, figure.help + rows[figure.rows]) for figure in drawn])
        super().format_options(ctx, formatter)


def _figures() -> Table[Figure]:
    from glassnet.views.figures import FIGURES

    return FIGURES


def _options() -> dict[Option, list[str]]:
    """Every option of a figure, with the names of the figures that have it."""
    found: dict[Option, list[str]] = {}
    for figure in _figures().values():
        for option in figure.options:
            found.setdefault(option, []).append(figure.name)
    return found


def _option(option: Option, figures: list[str]) -> options.Option:
    kind = None if option.number is None else number(option.number, option.whole)
    default = f"  [{option.default}]" if option.default else ""
    help = f"Of {', '.join(figures)}: {option.help}.{default}"
    flag, metavar = f"--{option.name}", None if kind else "WORD"
    return options.Option([flag], type=kind, metavar=metavar, help=help, section="Options of figures")


@click.command(cls=Plot)
@click.argument("kind", shell_complete=partial(options.offer, _figures))
@options.model_argument
@click.argument("data", required=False, shell_complete=tables)
@file_option("-o", "--output", help="File to write: .svg, .png or .pdf; KIND.svg if not given.")
@options.member_option
@options.target_option
@click.option("--dark", is_flag=True, help="On dark paper.")
@options_of(ReadOptions, "Reading DATA", skip=LEARNED)
def command(kind: str, model: str, data: str | None, output: str | None, dark: bool, **values: Any) -> None:
    """Draw a picture of a trained model.

    It is written to a file. Some kinds need DATA, with the target.

    \b
    Examples:
      glassnet plot history iris.safetensors
      glassnet plot confusion iris.safetensors iris -o confusion.png
      glassnet plot network iris.safetensors iris --row 3
    """
    from glassnet.glass.style import matplotlib
    from glassnet.views.figures import FIGURES, draw

    figure, path = FIGURES[kind], output or f"{kind}.svg"
    chosen = {option: values[option.name] for option in _options() if values[option.name] is not None}
    _refuse(figure, chosen, data)
    _refuse_file(path, kind)
    if data is None:
        trained, source = open_model(model, values["target"], note), None
    else:
        trained, source = open_both(model, data, values, note)
    if figure.by == "matplotlib" or not path.lower().endswith(".svg"):
        matplotlib()  # missing, it is missed before the work
    settings = {o.name: value if o.number else o.read(value) for o, value in chosen.items()}
    rows = () if figure.rows == "none" or source is None else (source,)
    shown = shown_of(trained, values["member"], note)
    picture = draw(kind, shown, *rows, **settings)
    replaced = replacing(path)
    picture.save(path, dark=dark)
    tell(f"{picture.title}: written to {path}{replaced}")


def _refuse(figure: Figure, chosen: dict[Option, Any], data: str | None) -> None:
    """Raise where the options or the lack of DATA do not fit the figure, before the work."""
    for option in chosen:
        if option not in figure.options:
            known = ", ".join(f"--{known.name}" for known in figure.options)
            remedy = f"it takes {known}" if known else "leave it out"
            raise InvalidInput(f"--{option.name} has no meaning for {figure.name!r}", remedy=remedy)
    if data is None and (figure.rows == "needed" or any(option.name == "row" for option in chosen)):
        remedy = f"name a table: glassnet plot {figure.name} MODEL DATA"
        raise InvalidInput(f"{figure.name!r} is drawn of rows", remedy=remedy)


def _refuse_file(path: str, kind: str) -> None:
    """Raise where ``path`` is not a picture file, or would replace a file that is none."""
    ending = Path(path).suffix.lower()
    if ending not in PICTURES:
        remedy = f"name a file such as {kind}.svg"
        raise InvalidInput(f"{kind!r} is drawn into {' or '.join(PICTURES)} files", repr(path), remedy)
    refuse_other(path, f"a {ending} picture")
