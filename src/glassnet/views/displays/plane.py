"""A plane of two columns over which a model is evaluated; the others stay at their median or most common cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from glassnet.arrays import Array
from glassnet.data.source import TableLike
from glassnet.errors import InvalidInput, UnknownName
from glassnet.glass.style import MARKERS, color, series_color
from glassnet.randomness import sampled_rows
from glassnet.views.subject import Subject, judged, typical

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Features = tuple[str | int, str | int]
MOST_POINTS = 500  # drawn on it


@dataclass(frozen=True, eq=False)
class Plane:
    """Two columns of a model's table, and what is drawn over them.

    Args:
        subject: the model.
        names: of the two columns.
        x, y: the ticks of the grid, (r,) each.
        inputs: what the network gets at each point, (r * r, n[0]).
        points: rows of the data, (q, 2); labels: their truth (q,), or None.
        others: a clause on the columns that stay fixed.
    """

    subject: Subject
    names: tuple[str, str]
    x: Array
    y: Array
    inputs: Array
    points: Array
    labels: Array | None
    others: str

    @classmethod
    def of(cls, model: object, X: TableLike, y: TableLike | None, features: Features | None, resolution: int) -> Plane:
        """The plane of two ``features``, or the first two of numbers, around the rows ``X``."""
        subject = Subject(model)
        numeric = [j for j in range(len(subject.columns)) if subject.is_number(j)][:2]
        if features is None and len(numeric) < 2:
            seen, remedy = f"the model has {len(numeric)}", "choose another model, or another picture"
            raise InvalidInput("a plane needs two columns of numbers", seen, remedy)
        if resolution < 2:
            seen, remedy = f"resolution={resolution}", "leave it out"
            raise InvalidInput("a grid has at least 2 points a side", seen, remedy)
        i, j = numeric if features is None else (subject.column(feature) for feature in features)
        if i == j or not (subject.is_number(i) and subject.is_number(j)):
            names = f"{subject.columns[i]!r} and {subject.columns[j]!r}"
            remedy = "name two, as in features=('age', 'height')"
            raise InvalidInput("a plane needs two different columns of numbers", names, remedy)
        try:
            rows, truth, _ = judged(subject, X, y)
        except (InvalidInput, UnknownName):
            if y is not None:
                raise
            rows, truth = subject.rows(X), None  # a boundary may be drawn without the truth
        some = sampled_rows(len(rows[0]), MOST_POINTS)
        ticks = _ticks(rows[i], resolution), _ticks(rows[j], resolution)
        across, up = (grid.ravel() for grid in np.meshgrid(*ticks))
        inputs = subject.encode(subject.spread(typical(subject, rows), {i: across, j: up}))
        fixed = len(subject.columns) - 2
        others = f"; the other {fixed} columns at their median or most common cell" if fixed else ""
        points = np.stack([rows[i][some], rows[j][some]], axis=1)
        labels = None if truth is None or not subject.fitted.classifies else truth[some]
        return cls(subject, (subject.columns[i], subject.columns[j]), *ticks, inputs, points, labels, others)

    def squared(self, values: Array) -> Array:
        """Values at the points of the grid as (r, r), rows from the bottom up."""
        return values.reshape(len(self.y), len(self.x))

    def draw_points(self, ax: Axes, legend: bool = True) -> None:
        """The rows, a marker and a color for each class."""
        if self.labels is None or self.labels.ndim != 1:
            ax.plot(*self.points.T, ".", color=color("ink"), markersize=3)
        else:
            known = np.unique(self.labels) if self.subject.classes is None else self.subject.classes
            for k, label in enumerate(known):  # also of those not among the rows: colors are those of the classes
                if label not in self.labels:
                    continue
                a, b = self.points[self.labels == label].T
                marker, paper = MARKERS[k % len(MARKERS)], color("paper")
                ax.scatter(a, b, s=34, marker=marker, color=series_color(k), edgecolors=paper, linewidths=0.6,
                           label=str(label), zorder=3)  # fmt: skip
            if legend:
                ax.legend(loc="best", fontsize="small", framealpha=0.8, frameon=True, facecolor=color("paper"))
        ax.set(xlabel=self.names[0], ylabel=self.names[1])


def _ticks(cells: Array, resolution: int) -> Array:
    known = cells[np.isfinite(cells)]
    if not len(known):
        raise InvalidInput("a column without a number spans no plane", remedy="choose other features")
    low, high = float(known.min()), float(known.max())
    margin = 0.15 * (high - low) or 1.0
    return np.linspace(low - margin, high + margin, resolution)
