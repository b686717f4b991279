"""A drawing as PNG or PDF, for programs that show no SVG; drawn by matplotlib from the same shapes."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal

from glassnet.borrowed import without_warnings
from glassnet.glass.formula import runs
from glassnet.glass.palette import SCHEMES, Colors
from glassnet.glass.scenes.arrows import before_the_head, head
from glassnet.glass.scenes.drawing import Drawing
from glassnet.glass.scenes.field import Field, Strokes
from glassnet.glass.scenes.shapes import Box, Circle, Path, Point, Shape, Text, leaves
from glassnet.glass.scenes.svg import BASELINE
from glassnet.glass.style import matplotlib

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.path import Path as Curve

SCALE = 2.0  # pixels of a PNG for one of the drawing
LARGEST = 16_000  # pixels of a side
INCH = 72.0  # pixels of the drawing in one of matplotlib's, so that a font's pixels are its points

Scheme = dict[str, Colors]


def render(drawing: Drawing, format: Literal["png", "pdf"], dark: bool = False) -> bytes:
    """The file of ``drawing``.

    Raises:
        MissingPackage: matplotlib is not installed.
    """
    matplotlib()
    from matplotlib.figure import Figure

    colors, view = SCHEMES["dark" if dark else "light"], drawing.view
    figure = Figure(figsize=(view.width / INCH, view.height / INCH), facecolor=colors["paper"].tint)
    ax = figure.add_axes((0, 0, 1, 1), xlim=(view.left, view.right), ylim=(view.bottom, view.top))
    ax.set_axis_off()
    for order, shape in enumerate(leaves(drawing.shapes)):
        for artist in DRAW[type(shape)](shape, colors):
            artist.set_zorder(order)
            ax.add_artist(artist)
    scale = min(SCALE, LARGEST / max(view.width, view.height))
    metadata = {"Title": drawing.title} | ({"CreationDate": None} if format == "pdf" else {})
    with io.BytesIO() as file, without_warnings("Glyph .* missing"):  # of a script that the font does not know
        figure.savefig(file, format=format, dpi=INCH * scale, metadata=metadata)
        return file.getvalue()


def _path(path: Path, colors: Scheme) -> list[Artist]:
    from matplotlib.patches import PathPatch, Polygon

    points = before_the_head(path) if path.arrow else path.points
    fill = colors[path.role].tint if path.filled else "none"
    line = _line(path.role, path.width, colors, (4 + path.width, 2.5 + path.width) if path.dash else ())
    drawn: list[Artist] = [PathPatch(_curve(points, path.smooth, path.filled), facecolor=fill, capstyle="butt", **line)]
    return [*drawn, Polygon(head(path), facecolor=colors[path.role].line, linewidth=0)] if path.arrow else drawn


def _curve(points: Sequence[Point], smooth: bool, closed: bool) -> Curve:
    from matplotlib.path import Path as Curve

    if not smooth:
        return Curve([*points, points[0]] if closed else list(points), closed=closed)
    (x, y), *rest = points
    corners, codes = [(x, y)], [Curve.MOVETO]
    for x2, y2 in rest:
        corners += [((x + x2) / 2, y), ((x + x2) / 2, y2), (x2, y2)]
        codes += [Curve.CURVE4] * 3
        x, y = x2, y2
    return Curve(corners, codes)


def _circle(circle: Circle, colors: Scheme) -> list[Artist]:
    from matplotlib.patches import Circle as Drawn

    tint = colors[circle.role].tint
    return [Drawn((circle.x, circle.y), circle.r, facecolor=tint, **_line(circle.role, circle.width, colors))]


def _box(box: Box, colors: Scheme) -> list[Artist]:
    from matplotlib.patches import FancyBboxPatch

    r = min(box.round, box.w / 2, box.h / 2)
    corners = f"round,pad=0,rounding_size={r}" if r else "square,pad=0"
    line = _line(box.role, box.width, colors)
    return [FancyBboxPatch((box.x, box.y), box.w, box.h, boxstyle=corners, facecolor=colors[box.role].tint, **line)]


def _text(text: Text, colors: Scheme) -> list[Artist]:
    from matplotlib.text import Text as Drawn

    anchors: dict[str, Literal["left", "center", "right"]] = {"start": "left", "middle": "center", "end": "right"}
    return [
        Drawn(
            text.x,
            text.y + BASELINE * text.size,
            mathtext(text.text, text.bold) if text.style == "formula" else text.text,
            color=colors[text.role].line,
            fontsize=text.size,
            fontfamily="DejaVu Sans Mono" if text.style == "code" else "DejaVu Sans",
            fontweight="bold" if text.bold else "normal",
            horizontalalignment=anchors[text.anchor],
            verticalalignment="baseline",
            parse_math=text.style == "formula",  # a name is only a name
        )
    ]


def mathtext(formula: str, bold: bool = False) -> str:
    """A formula as matplotlib sets it.

    >>> mathtext("w11[1]").split("\\\\")
    ['w$_{', 'mathregular{11}}^{', 'mathregular{[1]}}$']
    """
    marks, weight = {0: "", 1: "^", -1: "_"}, "mathbf" if bold else "mathregular"
    return "".join(
        re.sub(r"([\\$#%&{}_^~])", r"\\\1", run.text)
        if not run.level and not bold
        else f"${marks[run.level]}{{\\{weight}{{{run.text}}}}}$"
        for run in runs(formula)
    ).replace("$$", "")


def _field(field: Field, colors: Scheme) -> list[Artist]:
    from matplotlib.patches import Rectangle

    wide, high = field.w / max(len(field.cells[0]), 1), field.h / len(field.cells)
    drawn: list[Artist] = []
    for row, (number, first, length) in field.strokes():
        ink = field.inks[number]
        at, size = (field.x + first * wide, field.y + row * high), (length * wide, high)
        style: dict[str, Any] = {
            "facecolor": colors[ink.role].line,
            "alpha": ink.opacity,
            "linewidth": 0,
            "antialiased": False,
        }
        drawn.append(Rectangle(at, *size, **style))
    return drawn


def _strokes(strokes: Strokes, colors: Scheme) -> list[Artist]:
    from matplotlib.collections import LineCollection

    lines: list[Any] = list(strokes.segments)
    return [LineCollection(lines, colors=colors[strokes.role].line, linewidths=strokes.width)]


DRAW: dict[type[Shape], Callable[[Any, Scheme], list[Artist]]] = {
    Path: _path,
    Circle: _circle,
    Box: _box,
    Text: _text,
    Field: _field,
    Strokes: _strokes,
}


def _line(role: str, width: float, colors: Scheme, dash: Sequence[float] = ()) -> dict[str, Any]:
    style = (0, tuple(part / width for part in dash)) if dash and width else "solid"  # in widths of the line
    return {"linewidth": width, "edgecolor": colors[role].line if width else "none", "linestyle": style}
