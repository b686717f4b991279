"""``glassnet plot``: pictures of a model, from the tables of displays (by matplotlib) and of scenes (our own SVG)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from glassnet.cli.files import open_model, open_table, refuse_unwritable
from glassnet.cli.options import LEARNED, Command, Number, made, options_of
from glassnet.data.reading.options import ReadOptions
from glassnet.errors import InvalidInput, unknown_name
from glassnet.pieces.settings import Range

if TYPE_CHECKING:
    from glassnet.data.source import Source
    from glassnet.estimators.table.model import TableModel
    from glassnet.views.displays.kinds import DisplayKind
    from glassnet.views.model_scenes import ModelScene

STARTS = {".svg": (b"<?xml", b"<svg"), ".png": (b"\x89PNG",), ".pdf": (b"%PDF",)}  # ending -> how such a file begins


def _columns(text: str) -> tuple[str, str]:
    names = tuple(text.split(","))
    if len(names) != 2:
        raise InvalidInput("--features names two columns", seen=repr(text[:60]), remedy="as in --features age,height")
    return names


def _unit(text: str) -> tuple[int, int]:
    layer, unit = _whole("--unit", text, ":", "as in --unit 1:3, layer and unit, both from 1")
    return layer, unit - 1


def _shape(text: str) -> tuple[int, int]:
    return _whole("--shape", text, "x", "as in --shape 8x8, rows and columns")


def _whole(flag: str, text: str, between: str, remedy: str) -> tuple[int, int]:
    numbers = text.split(between)
    if len(numbers) != 2 or not all(number.isdecimal() and len(number) < 9 for number in numbers):
        raise InvalidInput(f"{flag} is two whole numbers", seen=repr(text[:60]), remedy=remedy)
    return int(numbers[0]), int(numbers[1])


def _directions(text: str) -> str | tuple[str, ...]:
    return tuple(text.split(":")) if ":" in text else text


# An option of a display -> how its word is read, and its help. Which display takes which, the table of displays says.
SETTINGS: dict[str, tuple[Callable[[str], Any] | Number, str]] = {
    "features": (_columns, "Of a boundary: its two columns, A,B; the first two if not given."),
    "unit": (_unit, "Of a boundary: that of one unit, LAYER:UNIT from 1, instead of the answer."),
    "layer": (Number(Range(1), whole=True), "Of units, a matrix or a product: the layer, from 1.  [1]"),
    "directions": (_directions, "Of a surface: random, curved, or two parameters, W[1][0,0]:b[1][0].  [random]"),
    "reach": (Number(Range(0, above=True), whole=False), "Of a surface: how far it goes.  [1]"),
    "metric": (str, "Of a history: the column that is drawn.  [cost]"),
    "shape": (_shape, "Of weights: ROWSxCOLUMNS of the image; a square if not given."),
    "row": (Number(Range(1), whole=True), "Of DATA: the row whose numbers are seen, from 1."),
}


class Kinds(Command):
    """The command, with the kinds of pictures in its help."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from glassnet.views.displays import DISPLAYS
        from glassnet.views.model_scenes import MODEL_SCENES

        data = {"needed": " (of MODEL and DATA)", "optional": " (DATA for more)", "none": ""}
        for title, table in (
            ("Kinds, drawn by matplotlib", DISPLAYS),
            ("Kinds, drawn by glassnet itself", MODEL_SCENES),
        ):
            with formatter.section(title):
                formatter.write_dl([(kind.name, kind.help + data[kind.data]) for kind in table.values()])
        super().format_options(ctx, formatter)


def _settings(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of ``SETTINGS``."""
    for name, (read, help) in reversed(SETTINGS.items()):
        kind = read if isinstance(read, Number) else None
        command = click.option(f"--{name}", type=kind, metavar=None if kind else "WORD", help=help)(command)
    return command


@click.command(cls=Kinds)
@click.argument("kind")
@click.argument("model")
@click.argument("data", required=False)
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    help="File to write: .svg, .png or .pdf (matplotlib's alone); KIND.svg if not given.",
)
@click.option("--dark", is_flag=True, help="On dark paper.")
@_settings
@options_of(ReadOptions, "Reading DATA", skip=LEARNED)
def command(kind: str, model: str, data: str | None, output: str | None, dark: bool, **values: Any) -> None:
    """Draw a picture of a trained model.

    It is written to a file: a display of matplotlib's, or a drawing of our own. Some kinds need DATA, with the target.

    \b
    Examples:
      glassnet plot history iris.safetensors
      glassnet plot confusion iris.safetensors iris -o confusion.png
      glassnet plot network iris.safetensors iris --row 3
    """
    given = {name: values[name] for name in SETTINGS if values[name] is not None}
    path = output or f"{kind}.svg"
    _refuse(kind, path, given, data)
    trained = open_model(model)
    source = None if data is None else open_table(data, made(ReadOptions, values))
    for note in [] if source is None else trained.check(source):
        click.echo(f"note: {note}", err=True)
    click.echo(f"{_drawn(kind, trained, source, given, path, dark)}: written to {path}")


def _kind(name: str) -> DisplayKind | ModelScene:
    """The entry of one of the two tables."""
    from glassnet.views.displays import DISPLAYS
    from glassnet.views.model_scenes import MODEL_SCENES

    kinds: dict[str, DisplayKind | ModelScene] = {**DISPLAYS, **MODEL_SCENES}
    if name not in kinds:
        raise unknown_name("kind of picture", name, kinds)
    return kinds[name]


def _refuse(name: str, path: str, given: dict[str, Any], data: str | None) -> None:
    """What can be refused before the work."""
    from glassnet.views.displays import DISPLAYS

    kind = _kind(name)
    for word in given:
        if word not in kind.settings:
            remedy = f"it takes {', '.join(f'--{word}' for word in kind.settings)}" if kind.settings else "leave it out"
            raise InvalidInput(f"--{word} has no meaning for {name!r}", remedy=remedy)
    if data is None and ("row" in given or kind.data == "needed"):
        raise InvalidInput(f"{name!r} is drawn of rows", remedy=f"name a table: glassnet plot {name} MODEL DATA")
    _refuse_file(path, tuple(STARTS) if name in DISPLAYS else (".svg", ".png"), name)


def _refuse_file(path: str, endings: tuple[str, ...], kind: str) -> None:
    ending = Path(path).suffix.lower()
    if ending not in endings:
        raise InvalidInput(f"{kind!r} is drawn into {' or '.join(endings)} files", seen=repr(path))
    if Path(path).is_file():
        with Path(path).open("rb") as file:
            head = file.read(8)
        if head and not head.startswith(STARTS[ending]):
            raise InvalidInput(
                f"{path!r} exists and is no {ending} picture", remedy="choose another name for the output"
            )
    refuse_unwritable(path)


def _drawn(name: str, model: TableModel, source: Source | None, given: dict[str, Any], path: str, dark: bool) -> str:
    """Draw into ``path``; the title of what is seen there."""
    from glassnet.glass.style import matplotlib
    from glassnet.views.displays import DISPLAYS

    if name in DISPLAYS or not path.lower().endswith(".svg"):
        matplotlib()  # missing, it is missed before the work
    settings = {name: value if isinstance(SETTINGS[name][0], Number) else SETTINGS[name][0](value)
                for name, value in given.items()}  # fmt: skip
    picture = _kind(name).make(model, source, **settings)
    picture.save(path, dark=dark)
    return picture.title
