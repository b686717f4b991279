"""Displays as scenes: no matplotlib is needed, and their colors follow the light or dark of the page they stand in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from copy import copy
from math import isfinite

import numpy as np

from glassnet.glass.scenes.curves.plot import Curve, Panel
from glassnet.glass.scenes.field import Field, Ink, cells_of, graded
from glassnet.glass.scenes.frame import Key, below, in_a_row, stacked
from glassnet.glass.scenes.scene import Scene
from glassnet.glass.scenes.shapes import Bounds, Box, Circle, Shape, Text, line, moved
from glassnet.views.displays.boundary import DecisionBoundaryDisplay, UnitBoundariesDisplay
from glassnet.views.displays.curve import FEW, CurveDisplay
from glassnet.views.displays.descents import Descent, DescentsDisplay
from glassnet.views.displays.display import Display
from glassnet.views.displays.first_layer import FirstLayerDisplay
from glassnet.views.displays.surface import CostSurfaceDisplay
from glassnet.views.maps.decision import GRADES, DecisionMap
from glassnet.views.maps.marks import class_keys, mark
from glassnet.views.maps.surface import SurfaceMap

TILE = 150.0  # pixels a side of one map of several
PIXEL = 11.0  # of an image, at most; larger images have smaller ones
ACROSS = 6  # tiles in a row
ROW = Circle(0, 0, 3.5, "ink", 1.5)  # of numbers
SIGNED = tuple(
    Ink("positive" if m > 0 else "negative", round(abs(m), 2))
    for m in ((np.arange(2 * GRADES) + 0.5) / GRADES - 1).tolist()
)


def scene_of(display: Display) -> Scene | None:
    """A display as a scene; None of those that only matplotlib draws.

    >>> from glassnet import LogisticRegression
    >>> X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    >>> model = LogisticRegression().fit(X, X[:, 0])
    >>> scene_of(DecisionBoundaryDisplay.from_estimator(model, X, X[:, 0], resolution=24)).title
    'Probability of 1 over x1 and x2'
    """
    make = SCENES.get(type(display))
    return None if make is None else make(display)


def _scene(display: Display, shapes: Sequence[Shape]) -> Scene:
    title = display.title if display.named else display.title[:1].upper() + display.title[1:]
    return Scene("display", title, f"{title}.", display.tables, tuple(shapes))


# -- tiles -------------------------------------------------------------------------------------------------------------


def units(display: UnitBoundariesDisplay) -> Scene:
    """A map of each unit of a layer, and the network's behind them."""
    tiles = []
    for number, panel in enumerate(display.panels):
        shapes = DecisionMap(panel, (TILE, TILE), f"unit{number}").tile()
        tiles.append(_titled("the network" if panel.unit is None else f"unit {panel.unit[1]}", shapes))
    boundary = Key("the boundary: z = 0, of the network p = 0.5", "ink", width=1.6)
    labels = display.panels[-1].plane.labels
    names = [] if labels is None else map(str, np.unique(labels))
    return _scene(display, below(_grid(tiles), [boundary, *class_keys(names)]))


def weights(display: FirstLayerDisplay) -> Scene:
    """An image of the weights of each unit: blue above 0, orange below."""
    far = max(float(np.nanmax(np.abs(display.images))), 1e-12)
    _, rows, columns = display.images.shape
    side = min(PIXEL, TILE / max(rows, columns))
    tiles = []
    for unit, image in zip(display.units.tolist(), display.images, strict=True):
        cells = cells_of(graded(image[::-1], -far, far, 2 * GRADES))
        wide, high = side * columns, side * rows
        field = Field(0, 0, wide, high, SIGNED, cells, f"weights{unit}")
        tiles.append(_titled(f"unit {unit}", (Box(0, 0, wide, high, "quiet", 1), field)))
    keys = [Key("above 0", "positive", box=True), Key("below 0", "negative", box=True)]
    if np.isnan(display.images).any():
        keys.append(Key("empty: no input", "quiet", width=0))
    return _scene(display, below(_grid(tiles), keys))


def _titled(title: str, shapes: Sequence[Shape]) -> list[Shape]:
    view = Bounds.around(shape.bounds for shape in shapes)
    return [Text((view.left + view.right) / 2, view.top - 12, title, size=12), *shapes]


def _grid(tiles: Sequence[Sequence[Shape]]) -> list[Shape]:
    """Tiles in rows, as many in each as make it about square."""
    across = len(tiles) if len(tiles) < 5 else min(ACROSS, int(np.ceil(np.sqrt(len(tiles)))))
    rows = [in_a_row(tiles[first : first + across], 22) for first in range(0, len(tiles), across)]
    return stacked(rows, 20)


# -- descents ----------------------------------------------------------------------------------------------------------


def descents(display: DescentsDisplay) -> Scene:
    """The same surface with the path of each learning rate; below it the cost, step by step."""
    costs = np.concatenate([descent.cost for descent in display.descents])
    known = costs[np.isfinite(costs) & (costs > 0)]
    ends = (float(known.min()) / 2, float(known.max()) * 2) if len(known) else (0.5, 2.0)
    columns = [list(_descent(display.surface, descent, ends, i)) for i, descent in enumerate(display.descents)]
    return _scene(display, in_a_row(columns, 30))


def _descent(surface: CostSurfaceDisplay, descent: Descent, ends: tuple[float, float], number: int) -> Iterator[Shape]:
    of_one = copy(surface)
    of_one.path = descent.path
    wide, high = 230.0, 210.0
    yield Text(0, -40, f"α = {descent.alpha:g}", size=13, anchor="start", bold=True)
    yield from SurfaceMap(of_one, (wide, high), f"surface{number}").shapes
    verdict = descent.verdict
    yield Text(0, high + 56, verdict, size=12, anchor="start")
    points = [(float(t), max(float(J), ends[0])) for t, J in enumerate(descent.cost) if isfinite(J)]  # 0 at the foot
    last = max(1.0, float(len(descent.cost) - 1))
    below_it = Panel("", "", [Curve("cost J", points, "ink")], (0.0, last), ends, width=wide, height=80, log=True)
    yield moved(below_it.at(0, 0), 0, high + 80)
    yield Text(wide / 2, high + 80 + 80 + 32, "step; up: the cost J", role="quiet", size=12)


# -- one column --------------------------------------------------------------------------------------------------------


def curve(display: CurveDisplay) -> Scene:
    """The answer over one column, with the rows: how far each is from it, or of which class."""
    binary = display.classes is not None
    answers = [display.y] if binary else [display.y, np.asarray(display.truth, np.float64)]
    low, high = (-0.08, 1.08) if binary else _room(np.concatenate(answers))
    drawn = Curve("the model", list(zip(display.x.tolist(), display.y.tolist(), strict=True)), "forward")
    panel = Panel("", "", [drawn], (float(display.x[0]), float(display.x[-1])), (low, high), width=420.0, height=260.0)
    shapes: list[Shape] = [*panel.at(0, 0).shapes[2:]]
    if binary:
        (x0, y0), (x1, _) = panel.place(panel.x[0], 0.5, 0, 0), panel.place(panel.x[1], 0.5, 0, 0)
        shapes.append(line(x0, y0, x1, y0, role="quiet", dash=True, title="threshold 0.5"))
    shapes += [*_rows(display, panel), Text(panel.width / 2, panel.height + 33, display.over, size=12)]
    answer = f"probability of {display.classes[1]}" if display.classes is not None else display.answer
    shapes.append(Text(-30, -16, answer, size=12, anchor="start"))
    return _scene(display, below(shapes, list(_keys(display))))


def _room(values: np.ndarray) -> tuple[float, float]:
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    space = 0.08 * (high - low) or 1.0
    return low - space, high + space


def _rows(display: CurveDisplay, panel: Panel) -> Iterator[Shape]:
    at = np.interp(display.rows, display.x, display.y)
    few = display.classes is None and len(display.rows) <= FEW
    for x, truth, answer in zip(display.rows.tolist(), display.truth.tolist(), at.tolist(), strict=True):
        px, py = panel.place(x, float(truth), 0, 0)
        if few:
            yield line(px, py, px, panel.place(x, answer, 0, 0)[1], role="quiet", width=0.8)
        yield moved(ROW, px, py) if display.classes is None else mark(int(truth), px, py)


def _keys(display: CurveDisplay) -> Iterator[Key]:
    yield Key("the model", "forward")
    if display.classes is None:
        yield Key("the data", "ink", mark=ROW)
        if len(display.rows) <= FEW:
            yield Key("what it leaves unexplained", "quiet", width=0.8)
    else:
        yield from class_keys(display.classes)


SCENES: dict[type[Display], Callable[..., Scene]] = {
    CostSurfaceDisplay: lambda display: SurfaceMap(display).scene(),
    CurveDisplay: curve,
    DecisionBoundaryDisplay: lambda display: DecisionMap(display).scene(),
    DescentsDisplay: descents,
    FirstLayerDisplay: weights,
    UnitBoundariesDisplay: units,
}
"""The displays that have a scene."""
