"""The cost by epoch, of the rows that teach and of those that watch, with the run before in grey."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from html import escape
from math import isfinite

from glassnet.glass.scenes.curves.frames import BLOCKS
from glassnet.glass.scenes.curves.history import HistoryCurves
from glassnet.glass.scenes.curves.plot import Curve, Panel
from glassnet.studio.parts.part import Part
from glassnet.studio.session.view import View
from glassnet.studio.words import word
from glassnet.text import format_number

LEFT, TOP, BELOW, RIGHT = 62.0, 8.0, 34.0, 12.0  # room around the curves, in pixels
WIDE, HIGH = 360.0, 110.0
ROLES = {"cost": ("forward", False), "validation_cost": ("backward", True)}
GHOST = "ghost"


@lru_cache(maxsize=2)
def panel(view: View) -> Panel | None:
    """The plot; None before the first epoch is done, or where no cost is finite."""
    history = view.run.history
    if not any(isfinite(value) for column in history.values() for value in column):
        return None
    found = replace(HistoryCurves.of(history), drawn=BLOCKS).panel
    before = _before(view)
    longest = max(found.x[1], float(len(before)))
    low, high = _span(found, before)
    return replace(found, x=(found.x[0], longest), y=(low, high), width=WIDE, height=HIGH)


def _before(view: View) -> Sequence[float]:
    """The cost of the run before."""
    return view.previous.history.get("cost", []) if view.previous is not None else []


def _span(found: Panel, before: Sequence[float]) -> tuple[float, float]:
    """The axis that has room for the ghost too, as long as it is of the same order."""
    low, high = found.y
    finite = [value for value in before if isfinite(value) and (value > 0 or not found.log)]
    top = min(max(finite, default=high), 4 * high if high > 0 else high)
    return min(low, *finite) if found.log and finite else low, max(high, top * 1.05 if finite else high)


def paths(view: View, shown: Panel) -> dict[str, str]:
    """By name, the path in SVG."""
    names = [name for name in ROLES if view.run.history.get(name)]
    drawn = {name: _path(shown, curve) for name, curve in zip(names, shown.curves, strict=True)}
    before = list(enumerate(_before(view), start=1))
    every = max(1, len(before) // (2 * BLOCKS))
    points = [(float(epoch), value) for epoch, value in before[::every]]
    return {GHOST: _path(shown, Curve(word("curve.ghost"), points, "quiet")), **drawn, "now": _now(view, shown)}


def _path(shown: Panel, curve: Curve) -> str:
    pieces = shown.pieces(curve, LEFT, TOP)
    return "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) for points in pieces) or "M0 0"


def _now(view: View, shown: Panel) -> str:
    """A line at the clock's epoch."""
    epoch = max(shown.x[0], min(shown.x[1], view.desk.clock.step / view.run.per_epoch))
    x, _ = shown.place(epoch, shown.y[1], LEFT, TOP)
    return f"M{x:.1f} {TOP:.0f}V{TOP + HIGH:.0f}"


def markup(view: View) -> str:
    """Axes, legend and curves."""
    shown = panel(view)
    if shown is None:
        return f'<p class="quiet">{word("curve.later")}</p>'
    across, up = shown.ticks
    axes = "".join(_text(LEFT + tick.at, TOP + HIGH + 14, tick.text, "middle") for tick in across)
    axes += "".join(_text(LEFT - 6, TOP + tick.at + 4, tick.text, "end") for tick in up)
    axes += _text(LEFT + WIDE / 2, TOP + HIGH + 29, word("curve.epoch"), "middle")
    drawn = "".join(_curve(name, path) for name, path in paths(view, shown).items())
    frame = f'<path class="l-quiet" fill="none" d="M{LEFT} {TOP}V{TOP + HIGH}H{LEFT + WIDE}"/>'
    wide, high = LEFT + WIDE + RIGHT, TOP + HIGH + BELOW
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="glassnet" role="img" viewBox="0 0 {wide:.0f} {high:.0f}" '
        f'width="{wide:.0f}" height="{high:.0f}" aria-label="{word("curve.name")}">{frame}{axes}{drawn}</svg>'
    )
    return f'<figure class="cost">{svg}<figcaption>{_legend(view)}</figcaption></figure>'


def _text(x: float, y: float, said: str, anchor: str) -> str:
    return f'<text class="f-quiet" x="{x:.1f}" y="{y:.1f}" font-size="11" text-anchor="{anchor}">{escape(said)}</text>'


def _curve(name: str, path: str) -> str:
    role, dash = ROLES.get(name, ("quiet", name == "now"))
    dashed = ' stroke-dasharray="6 4"' if dash else ""
    wide = 1 if name in (GHOST, "now") else 2
    return f'<path data-value="{name}" class="l-{role} {name}" fill="none" stroke-width="{wide}"{dashed} d="{path}"/>'


def _legend(view: View) -> str:
    parts = [
        f'<span class="{name}">{word(f"curve.{name}")}: J = '
        f'<span data-value="J {name}">{format_number(column[-1])}</span></span>'
        for name, column in view.run.history.items()
        if name in ROLES and column
    ]
    if _before(view) and view.previous is not None:
        parts.append(f'<span class="{GHOST}">{word("curve.grey", number=view.previous.number)}</span>')
    return "; ".join(parts)


def version(view: View) -> Hashable:
    """The axes, and whose curves there are."""
    shown = panel(view)
    if shown is None:
        return None
    ticks = tuple((round(tick.at, 1), tick.text) for axis in shown.ticks for tick in axis)
    return view.run.number, view.desk.previous, bool(_before(view)), ticks, tuple(view.run.history)


def frame(view: View) -> object:
    """The paths, and the last costs."""
    shown = panel(view)
    if shown is None:
        return {}
    last: Mapping[str, Sequence[float]] = view.run.history
    costs = {f"J {name}": format_number(column[-1]) for name, column in last.items() if name in ROLES and column}
    return {**paths(view, shown), **costs}


PART = Part("curve", "Cost", markup, version, frame, slow=True)
