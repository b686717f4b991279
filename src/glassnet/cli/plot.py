"""``glassnet plot``: pictures of a model, from the tables of displays (by matplotlib) and of scenes (our own SVG)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from glassnet.cli.files import open_model, open_table, refuse_unwritable
from glassnet.cli.options import LEARNED, Command, Number, made, options_of
from glassnet.data.options import ReadOptions
from glassnet.errors import InvalidInput, unknown_name
from glassnet.pieces.settings import Range

if TYPE_CHECKING:
    from glassnet.data.source import Source
    from glassnet.estimators.table_model import TableModel

OF_A_MODEL = {"network", "parameters", "activation"}  # a scene that needs no more can be drawn here
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
    "layer": (Number(Range(1), whole=True), "Of units: their layer, from 1.  [1]"),
    "directions": (_directions, "Of a surface: random, curved, or two parameters, W[1][0,0]:b[1][0].  [random]"),
    "reach": (Number(Range(0, above=True), whole=False), "Of a surface: how far it goes.  [1]"),
    "metric": (str, "Of a history: the column that is drawn.  [cost]"),
    "shape": (_shape, "Of weights: ROWSxCOLUMNS of the image; a square if not given."),
    "row": (Number(Range(1), whole=True), "Of a network: with DATA, the row whose numbers are written in it, from 1."),
}


class Kinds(Command):
    """The command, with the kinds of pictures in its help."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from glassnet.glass.displays import DISPLAYS

        data = {"needed": " (of MODEL and DATA)", "optional": " (DATA for more)", "none": ""}
        with formatter.section("Kinds, drawn by matplotlib"):
            formatter.write_dl([(kind.name, kind.help + data[kind.data]) for kind in DISPLAYS.values()])
        with formatter.section("Kinds that are .svg alone"):
            formatter.write_dl([(name, kind.help) for name, kind in _scenes().items()])
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
@click.option("-o", "--output", metavar="FILE", help="File to write: .svg, .png or .pdf; KIND.svg if not given.")
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
    draw = _draw_scene if kind in _scenes() else _draw_display
    click.echo(f"{draw(kind, trained, source, given, path, dark)}: written to {path}")


def _scenes() -> dict[str, Any]:
    """The scenes that can be drawn of a model."""
    from glassnet.glass.scenes.kinds import SCENES

    return {name: kind for name, kind in SCENES.items() if set(kind.needs) <= OF_A_MODEL and kind.needs}


def _refuse(kind: str, path: str, given: dict[str, Any], data: str | None) -> None:
    """What can be refused before the work."""
    from glassnet.glass.displays import DISPLAYS

    scenes = _scenes()
    if kind not in DISPLAYS and kind not in scenes:
        raise unknown_name("kind of picture", kind, [*DISPLAYS, *scenes])
    takes = ("row",) * (kind == "network") if kind in scenes else DISPLAYS[kind].settings
    for name in given:
        if name not in takes:
            remedy = f"it takes {', '.join(f'--{word}' for word in takes)}" if takes else "leave it out"
            raise InvalidInput(f"--{name} has no meaning for {kind!r}", remedy=remedy)
    if data is None and (("row" in given) or (kind in DISPLAYS and DISPLAYS[kind].data == "needed")):
        raise InvalidInput(f"{kind!r} is drawn of rows", remedy=f"name a table: glassnet plot {kind} MODEL DATA")
    _refuse_file(path, (".svg",) if kind in scenes else tuple(STARTS), kind)


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


def _draw_display(
    kind: str, model: TableModel, source: Source | None, given: dict[str, Any], path: str, dark: bool
) -> str:
    from glassnet.glass.displays import DISPLAYS
    from glassnet.glass.displays.style import matplotlib

    matplotlib()  # missing, it is missed before the work
    settings = {name: value if isinstance(SETTINGS[name][0], Number) else SETTINGS[name][0](value)
                for name, value in given.items()}  # fmt: skip
    display = DISPLAYS[kind].make(model, source, **settings)
    display.save(path, dark=dark)
    return display.title


def _draw_scene(
    kind: str, model: TableModel, source: Source | None, given: dict[str, Any], path: str, dark: bool
) -> str:
    from glassnet.archive import replace_atomically
    from glassnet.glass.displays import ActivationsDisplay
    from glassnet.glass.scenes.kinds import draw_from

    classes = model.target.classes
    outputs = [model.target.name] if classes is None else [str(name) for name in classes]
    known = {
        "network": model.network,
        "parameters": model.parameters,
        "names": model.encoder.output_names,
        "outputs": outputs if len(outputs) == model.network.outputs else outputs[1:],
    }
    if kind == "activation":
        known["activation"] = [g.name for g in ActivationsDisplay.from_estimator(model).activations]
    if "row" in given and source is not None:
        if given["row"] > source.rows:
            raise InvalidInput(f"{source.label} has the rows 1 to {source.rows}", seen=f"--row {given['row']}")
        known["made"] = model.network.forward(
            model.encoder.transform(source.take([given["row"] - 1])), model.parameters
        )
    scene = draw_from(kind, known)
    with replace_atomically(path) as file:
        file.write((scene.svg("dark" if dark else "auto") + "\n").encode())
    return scene.title
