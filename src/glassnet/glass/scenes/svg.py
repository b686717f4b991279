"""The renderer: a drawing as SVG text, one function a shape.

Colors are attributes, for programs that read nothing else; and each shape has classes, by which the sheet of a page or
a notebook (``glass/sheet.py``) gives it those of the page's own scheme. A picture has no style, so pages may forbid it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from html import escape
from typing import Any, Literal

from glassnet.errors import unknown_name
from glassnet.glass.formula import runs
from glassnet.glass.palette import SCHEMES, Colors
from glassnet.glass.scenes.arrows import before_the_head, head
from glassnet.glass.scenes.drawing import Drawing
from glassnet.glass.scenes.field import Field, Strokes
from glassnet.glass.scenes.measure import is_certain, script_size, text_width
from glassnet.glass.scenes.shapes import Box, Circle, Group, Path, Point, Shape, Text
from glassnet.text import printable

Scheme = Literal["light", "dark"]
SANS = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif"
MONO = "ui-monospace, 'Cascadia Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace"
BASELINE = 0.35  # em from the middle of a line down to its baseline
SHIFTS = {1: -0.45, 0: 0.0, -1: 0.33}  # em: how far what is raised or lowered stands from the line
DIGIT = 0.56  # em: of common fonts; what is stacked goes back so far for each letter below it

_EDGE = re.compile("^ | $")  # a blank next to a tspan, which some programs leave out


def svg(drawing: Drawing, scheme: Scheme = "light") -> str:
    """``drawing`` rendered.

    Raises:
        UnknownName: there is no such scheme.
    """
    if scheme not in SCHEMES:
        raise unknown_name("color scheme", scheme, SCHEMES)
    colors = SCHEMES[scheme]
    view, name = drawing.view, f"gn-{hashlib.sha256(drawing.json().encode()).hexdigest()[:10]}"
    opening = _tag(
        "svg",
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"{_n(view.left)} {_n(view.top)} {_n(view.width)} {_n(view.height)}",
        width=_n(view.width),
        height=_n(view.height),
        role="group",
        class_="glassnet",
        aria_labelledby=f"{name}-t {name}-d",
        font_family=SANS,
    )
    described = [
        f'<title id="{name}-t">{_escaped(drawing.title)}</title>',
        f'<desc id="{name}-d">{_escaped(drawing.sentence)}</desc>',
    ]
    paper = Box(view.left, view.top, view.width, view.height, role="paper", width=0)
    drawn = [_drawn(shape, colors) for shape in (paper, *drawing.shapes)]
    return "\n".join([f"<{opening}>", *described, *drawn, "</svg>"])


def _drawn(shape: Shape, colors: dict[str, Colors]) -> str:
    return DRAW[type(shape)](shape, colors)


def _path(path: Path, colors: dict[str, Colors]) -> str:
    points = before_the_head(path) if path.arrow else path.points
    data = _curve(points) if path.smooth else "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in points)
    drawn = _element(
        "path",
        path.title if not path.arrow else "",
        d=data + ("Z" if path.filled else ""),
        **_keyed("" if path.arrow else path.key),
        **_line(path.role, path.width, path.dash, colors),
        **(_tint(path.role, colors) if path.filled else {"fill": "none"}),
    )
    if not path.arrow:
        return drawn
    tip = _element("path", "", d=_head(path), **_ink(path.role, colors))
    return f"<{_tag('g', **_keyed(path.key))}>{_title(path.title)}{drawn}{tip}</g>"


def _curve(points: Iterable[Point]) -> str:
    (x, y), *rest = points
    parts = [f"M{_n(x)} {_n(y)}"]
    for x2, y2 in rest:
        middle = (x + x2) / 2
        parts.append(f"C{_n(middle)} {_n(y)} {_n(middle)} {_n(y2)} {_n(x2)} {_n(y2)}")
        x, y = x2, y2
    return "".join(parts)


def _head(path: Path) -> str:
    return "M" + "L".join(f"{_n(a)} {_n(b)}" for a, b in head(path)) + "Z"


def _circle(circle: Circle, colors: dict[str, Colors]) -> str:
    style = _filled(circle.role, circle.width, colors)
    return _element("circle", circle.title, cx=_n(circle.x), cy=_n(circle.y), r=_n(circle.r), **style)


def _box(box: Box, colors: dict[str, Colors]) -> str:
    where = {"x": _n(box.x), "y": _n(box.y), "width": _n(box.w), "height": _n(box.h)}
    corners = {"rx": _n(box.round)} if box.round else {}
    return _element("rect", box.title, **where, **corners, **_filled(box.role, box.width, colors))


def _text(text: Text, colors: dict[str, Colors]) -> str:
    optional = {
        "font_weight": "bold" if text.bold else None,
        "text_anchor": None if text.anchor == "start" else text.anchor,
        "font_family": MONO if text.style == "code" else None,
    }
    if not text.style and not is_certain(text.text):  # an unknown script: whatever the font does, it stays in its place
        bound = text_width(text.text, text.size, bold=text.bold)
        optional |= {"textLength": _n(bound), "lengthAdjust": "spacingAndGlyphs"}
    attributes = {
        "x": _n(text.x),
        "y": _n(text.y + BASELINE * text.size),
        "font_size": _n(text.size),
        **_keyed(text.key),
        **{name: value for name, value in optional.items() if value},
        **_ink(text.role, colors),
    }
    inside = (
        _formula(text)
        if text.style == "formula"
        else _escaped(text.text.replace(" ", "\xa0") if text.style else text.text)
    )
    return f"<{_tag('text', **attributes)}>{_title(text.title)}{inside}</text>"


def _formula(text: Text) -> str:
    """Indices lowered, layers and powers raised; where a symbol has both, one above the other."""
    small, at, drawn, before = script_size(text.size), 0.0, "", ""
    for run in runs(text.text):
        y, letters = SHIFTS[run.level] * text.size, _escaped(_EDGE.sub("\N{NO-BREAK SPACE}", run.text))
        style = {"dy": _n(y - at)} if y != at else {}
        if run.level:
            style["font_size"] = _n(small)
        if run.stacked:
            style["dx"] = _n(-small * DIGIT * sum(0.5 if letter == "," else 1 for letter in before))
        drawn += f"<{_tag('tspan', **style)}>{letters}</tspan>" if style else letters
        at, before = y, run.text
    return drawn


def _group(group: Group, colors: dict[str, Colors]) -> str:
    """One thing with a name, which the keyboard reaches."""
    inside = "".join(_drawn(shape, colors) for shape in group.shapes)
    named = {"tabindex": "0", "role": "img", "aria_label": printable(group.title)} if group.title else {}
    return f"<{_tag('g', **_keyed(group.key), **named)}>{_title(group.title)}{inside}</g>"


STRIPED = {"stroke_dasharray": "0.35 0.15"}  # of a cell: what is below 0 differs without colors too


def _field(field: Field, colors: dict[str, Colors]) -> str:
    """A path for each ink, in a system of coordinates of the cells."""
    across, down = len(field.cells[0]) if field.cells else 1, len(field.cells) or 1
    sx, sy = field.w / across, field.h / down
    at = f"translate({_n(field.x)} {_n(field.y + sy / 2)}) scale({sx:.6g} {sy:.6g})"
    inside = "".join(
        _element("path", "", d=path, data_value=key, stroke_width="1", stroke_opacity=_n(ink.opacity),
                 class_=f"l-{ink.role}", stroke=colors[ink.role].line, **(STRIPED if ink.role == "negative" else {}))
        for ink, (key, path) in zip(field.inks, field.paths.items(), strict=True)
    )  # fmt: skip
    return f"<{_tag('g', transform=at, fill='none', shape_rendering='crispEdges')}>{inside}</g>"


def _strokes(strokes: Strokes, colors: dict[str, Colors]) -> str:
    style = _line(strokes.role, strokes.width, False, colors)
    return _element(
        "path",
        strokes.title,
        d=strokes.path,
        fill="none",
        **({"data_value": strokes.key} if strokes.key else {}),
        **style,
    )


Drawer = Callable[[Any, dict[str, Colors]], str]
DRAW: dict[type[Shape], Drawer] = {
    Path: _path,
    Circle: _circle,
    Box: _box,
    Text: _text,
    Group: _group,
    Field: _field,
    Strokes: _strokes,
}


# -- attributes --------------------------------------------------------------------------------------------------------


def _line(role: str, width: float, dash: bool, colors: dict[str, Colors]) -> dict[str, str]:
    if not width:
        return {}
    style = {"class_": f"l-{role}", "stroke": colors[role].line, "stroke_width": _n(width)}
    return style | ({"stroke_dasharray": f"{_n(4 + width)} {_n(2.5 + width)}"} if dash else {})


def _tint(role: str, colors: dict[str, Colors]) -> dict[str, str]:
    return {"class_t": f"t-{role}", "fill": colors[role].tint}


def _filled(role: str, width: float, colors: dict[str, Colors]) -> dict[str, str]:
    return _tint(role, colors) | _line(role, width, False, colors)


def _ink(role: str, colors: dict[str, Colors]) -> dict[str, str]:
    return {"class_": f"f-{role}", "fill": colors[role].line}


def _element(tag: str, title: str, **attributes: str) -> str:
    inside = _tag(tag, **attributes)
    return f"<{inside}>{_title(title)}</{tag}>" if title else f"<{inside}/>"


def _tag(tag: str, **attributes: str) -> str:
    """The inside of an opening tag; ``class_`` and ``class_t`` are both classes, other ``_`` are hyphens."""
    classes = " ".join(filter(None, (attributes.pop("class_", ""), attributes.pop("class_t", ""))))
    named = {name.replace("_", "-"): value for name, value in attributes.items()}
    if classes:
        named["class"] = classes
    return " ".join([tag, *(f"{name}={_quoted(value)}" for name, value in named.items())])


def _keyed(key: str) -> dict[str, str]:
    """The attribute by which a page finds the element of a number."""
    return {"data_key": key} if key else {}


def _title(title: str) -> str:
    return f"<title>{_escaped(title)}</title>" if title else ""


def _escaped(text: str) -> str:
    return escape(printable(text), quote=False)


def _quoted(text: str) -> str:
    """For an attribute; an apostrophe stays what it is."""
    inside = escape(text, quote=False).replace('"', "&quot;")
    return f'"{inside}"'


def _n(value: float) -> str:
    """A coordinate, to hundredths of a pixel."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if round(value, 2) else "0"
