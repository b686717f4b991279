"""Frames of a history's curves: what a page patches into the drawing as a training goes on, by the column's name."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from glassnet.glass.scenes.curves.history import HistoryCurves
from glassnet.glass.scenes.shapes import Point

BLOCKS = 40  # of epochs, each with at most four points: two curves stay under 4 kB


@dataclass(frozen=True)
class CurveFrame:
    """The curves of one column at one moment, in a panel of fixed size.

    Args:
        size: width and height of the area of the curves, in pixels.
        paths: by the column's name, the path in SVG; ``cost``, ``validation_cost``.
        across, up: the ticks of the two axes, each with its pixel and text.
        best: the pixel of the best epoch's mark, and its epoch.
    """

    size: tuple[float, float]
    paths: dict[str, str]
    across: list[tuple[float, str]]
    up: list[tuple[float, str]]
    best: tuple[float, float, int] | None

    def as_sent(self) -> str:
        """Compact JSON."""
        said = [self.paths, self.across, self.up, self.best]
        return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def curve_frame(history: Mapping[str, Sequence[float]], metric: str = "cost", best: int | None = None) -> CurveFrame:
    """What the curves of :func:`~glassnet.glass.scenes.curves.history.history_curves` show now, in fewer points.

    Args:
        history, metric, best: as for the drawing.

    Raises:
        InvalidInput, UnknownName: as for the drawing.

    >>> frame = curve_frame({"cost": [0.9, 0.4, 0.3]})
    >>> frame.paths
    {'cost': 'M0 12.9L230 131.9L460 155.7'}
    """
    found = replace(HistoryCurves.of(history, metric, best), drawn=BLOCKS)
    panel = found.panel
    names = zip(found.columns, panel.curves, strict=True)
    paths = {name: "".join(map(_path, panel.pieces(curve))) for name, curve in names}
    across, up = ([(round(tick.at, 1), tick.text) for tick in ticks] for ticks in panel.ticks)
    marked = [(*panel.place(mark.x, mark.y, 0, 0), found.best) for mark in panel.marks]
    mark = (round(marked[-1][0], 1), round(marked[-1][1], 1), found.best) if marked else None
    return CurveFrame((panel.width, panel.height), paths, across, up, mark)


def _path(points: Sequence[Point]) -> str:
    """Tenths of a pixel."""
    return "M" + "L".join(f"{x:.1f} {y:.1f}".replace(".0", "") for x, y in points)
