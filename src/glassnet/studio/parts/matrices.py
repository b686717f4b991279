"""The step as matrices: W, b, Z and A of a layer as heat maps with their numbers; what the lens shows, and no more."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import NamedTuple

import numpy as np

from glassnet.arrays import Array
from glassnet.glass import notation
from glassnet.glass.formula import marked
from glassnet.glass.scenes.field import Field, Ink, cells_of, graded
from glassnet.glass.scenes.frame import Elided
from glassnet.glass.scenes.scene import Scene
from glassnet.glass.scenes.shapes import Box, Shape, Text
from glassnet.glass.scenes.table import Table
from glassnet.studio.html import chooser, element, text
from glassnet.studio.parts.part import Part
from glassnet.studio.session.reveal import HIDDEN
from glassnet.studio.session.view import View
from glassnet.studio.words import word
from glassnet.text import format_number

GRADES = 10
STRONG = 0.6  # opacity of the largest
INKS = tuple(
    Ink("positive" if m > 0 else "negative", round(STRONG * abs(m), 2))
    for m in ((np.arange(GRADES) + 0.5) / GRADES * 2 - 1).tolist()
)
MOST = 8  # rows and columns whose numbers are written; of more every one is a cell of the heat map
CELL, ROW = 58.0, 26.0
TINY = 6.0  # pixels of a cell without its number
LARGEST = 64  # rows and columns of a heat map


class Shown(NamedTuple):
    """A matrix of the step.

    Args:
        name: with its layer, ``W[1]``.
        values: (rows, columns).
        letter: of one of its numbers, ``w``.
        by: what its rows and columns are.
        changed: whether it is what the step changes.
    """

    name: str
    values: Array
    letter: str
    by: tuple[str, str]
    changed: bool = False


def layer_of(view: View) -> int:
    """The layer that is shown: that which was chosen here, else that of the selection, else the first."""
    last = len(view.run.network.layers)
    chosen = int(view.look("matrices")) or view.selection.layer or 1
    return min(max(chosen, 1), last)


def shown(view: View) -> Iterator[Shown]:
    """What the lens shows of the layer."""
    step, l = view.trace, layer_of(view)
    by_weight, by_row = ("unit", "input"), ("row", "unit")
    if view.lens == "change":
        pairs = [(name, getattr(step.after, name), getattr(step.before, name)) for name in ("W", "b")]
        for name, after, before in pairs:
            if step.after is not None and l in after:
                change = np.atleast_2d(after[l] - before[l])
                yield Shown(f"Δ{name}[{l}]", change if name == "W" else change.T, name.lower(), by_weight, True)
        return
    gradients = view.lens == "gradients"
    d = "d" if gradients else ""
    for name, by in (("W", by_weight), ("b", by_weight), ("Z", by_row), ("A", by_row)):
        arrays = getattr(step, f"{d}{name}", {})
        if l in arrays:
            values = np.asarray(arrays[l])
            yield Shown(f"{d}{name}[{l}]", values if values.ndim > 1 else values[:, None], f"{d}{name.lower()}", by)


def is_known(view: View, one: Shown) -> bool:
    """Whether the clock has come to it."""
    if one.name[:1] in "Wb":
        return True
    return view.is_shown(one.name.removeprefix("Δ"), changed=one.changed)


def scene(view: View, one: Shown) -> Scene:
    """A matrix as a heat map, with its numbers where there are few."""
    m, n = one.values.shape
    written = m <= MOST and n <= MOST
    wide, high = (CELL, ROW) if written else (TINY, TINY)
    rows, columns = min(m, LARGEST), min(n, LARGEST)
    field = Field(0, 0, columns * wide, rows * high, INKS, _cells(view, one), f"heat:{one.name}")
    frame = Box(0, 0, columns * wide, rows * high, "quiet", 1)
    title = f"{one.name} ({m} × {n})"
    shapes: list[Shape] = [Box(0, 0, 1, 1, "paper", 0), frame, field]
    if written:
        shapes += list(_numbers(view, one))
    shapes.append(Text(0, -14, title, size=13, anchor="start", bold=True, style="formula"))
    known = is_known(view, one)
    low, high_ = (float(one.values.min()), float(one.values.max())) if one.values.size else (0.0, 0.0)
    ends = {"low": format_number(low), "high": format_number(high_)}
    said = word("matrices.ends", **ends) if known else word("matrices.unknown")
    cut = word("matrices.cut", rows=rows, columns=columns) if (rows, columns) != (m, n) else ""
    return Scene("matrix", title, f"{title}, {said}{cut}.", (_table(view, one),), tuple(shapes))


def _cells(view: View, one: Shown) -> tuple[tuple[int, ...], ...]:
    values = one.values[:LARGEST, :LARGEST]
    if not is_known(view, one):
        return cells_of(np.full(values.shape, -1))
    far = float(np.abs(values[np.isfinite(values)]).max(initial=0.0))
    return cells_of(graded(values, -far, far, GRADES)[::-1]) if far else cells_of(np.full(values.shape, -1))


def key(view: View, one: Shown, i: int, j: int) -> str:
    """The key of a number, as in the ledger; "" where it has none, as in a row that is not the example."""
    l, letter = layer_of(view), one.letter
    if letter.endswith("w"):
        return notation.edge(letter, i, j, l)
    if letter.endswith("b"):
        return notation.of(letter, i, l)
    if letter == "a" and l == view.trace.L:
        letter = "y^"
    return notation.of(letter, j, l) if i == view.selection.example - 1 else ""


def _numbers(view: View, one: Shown) -> Iterator[Text]:
    known = is_known(view, one)
    for (i, j), value in np.ndenumerate(one.values):
        said = format_number(value) if known else HIDDEN
        x, y = (j + 0.5) * CELL, (i + 0.5) * ROW
        yield Text(x, y, said, size=12, style="formula", key=key(view, one, i, j) or f"{one.name}:{i}:{j}")


def _table(view: View, one: Shown) -> Table:
    """The numbers, of many the first and the last."""
    known = is_known(view, one)
    rows, columns = (Elided.of(max(n, 1), 12).drawn for n in one.values.shape)
    heads = [one.by[0], *(f"{one.by[1]} {j + 1}" for j in columns)]
    numbers = ([i + 1, *(one.values[i, j] if known else HIDDEN for j in columns)] for i in rows)
    return Table.of(one.name, heads, numbers)


def markup(view: View) -> str:
    """The matrices of the layer."""
    layers = {str(l): word("layer", layer=l) for l in range(1, len(view.run.network.layers) + 1)}
    menu = chooser(word("matrices.of"), layers, layer_of(view), data_do="look", data_name="matrices")
    pictures = "".join(scene(view, one).markup() for one in shown(view))
    rows = ", ".join(map(str, view.trace.rows[:8])) + (", …" if view.m > 8 else "")
    note = text("p", word("matrices.rows", rows=rows))
    return f"{element('p', menu, class_='choices')}{element('div', pictures, class_='matrices')}{note}"


def version(view: View) -> Hashable:
    """What is shown; where the clock rests, the text twin is its step's. Heat maps of many cells are sent whole."""
    known = tuple(is_known(view, one) for one in shown(view))
    large = any(one.values.size > 4 * MOST * MOST for one in shown(view))
    still = view.clock.step if large or not view.desk.clock.playing else None
    return view.run.number, layer_of(view), view.lens, view.m, view.selection.example, known, still


def frame(view: View) -> object:
    """Heat by path, numbers by key."""
    found: dict[str, str] = {}
    for one in shown(view):
        drawn = scene(view, one)
        for shape in drawn.shapes:
            if isinstance(shape, Field):
                found |= shape.paths
            elif isinstance(shape, Text) and shape.key:
                found[shape.key] = marked(shape.text)
    return found


PART = Part("matrices", "Matrices", markup, version, frame, drawer=True, slow=True)
