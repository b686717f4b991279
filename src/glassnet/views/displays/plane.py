"""A plane of two columns, on which a model is looked at; the others stand at their median or commonest cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.arrays import Array
from glassnet.errors import InvalidInput, UnknownName
from glassnet.glass.style import MARKERS, colour, tone
from glassnet.randomness import sampled_rows
from glassnet.views.subjects import Subject, judged, subject_of, typical

if TYPE_CHECKING:
    from matplotlib.axes import Axes

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
        others: what stands still, in words.
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
    def of(cls, model: Any, X: Any, y: Any, features: tuple[Any, Any], resolution: int) -> Plane:
        """The plane of two ``features`` around the rows ``X``."""
        subject = subject_of(model)
        if len(subject.columns) < 2 and features == (0, 1):
            raise InvalidInput("a plane needs two columns", seen=f"the model has {len(subject.columns)}")
        if resolution < 2:
            raise InvalidInput("a grid has at least 2 points a side", seen=f"resolution={resolution}")
        i, j = (subject.column(feature) for feature in features)
        if i == j or not (subject.is_number(i) and subject.is_number(j)):
            names = f"{subject.columns[i]!r} and {subject.columns[j]!r}"
            raise InvalidInput("a plane needs two different columns of numbers", seen=names)
        try:
            rows, truth = judged(subject, X, y)
        except (InvalidInput, UnknownName):
            if y is not None:
                raise
            rows, truth = subject.rows(X), None  # a boundary may be drawn without the truth
        some = sampled_rows(len(rows[0]), MOST_POINTS)
        x, up_to = _ticks(rows[i], resolution), _ticks(rows[j], resolution)
        across, up = (grid.ravel() for grid in np.meshgrid(x, up_to))
        inputs = subject.encode(subject.spread(typical(subject, rows), {i: across, j: up}))
        still = len(subject.columns) - 2
        others = f"; the other {still} columns at their median or commonest" if still else ""
        points = np.stack([rows[i][some], rows[j][some]], axis=1)
        labels = None if truth is None or not subject.decides else truth[some]
        return cls(subject, (subject.columns[i], subject.columns[j]), x, up_to, inputs, points, labels, others)

    def squared(self, values: Array) -> Array:
        """Values at the points of the grid as (r, r), rows from the bottom up."""
        return values.reshape(len(self.y), len(self.x))

    def draw_points(self, ax: Axes, legend: bool = True) -> None:
        """The rows, a marker and a colour for each class."""
        if self.labels is None or self.labels.ndim != 1:
            ax.plot(*self.points.T, ".", color=tone("ink"), markersize=3)
        else:
            known = np.unique(self.labels) if self.subject.classes is None else self.subject.classes
            for k, label in enumerate(known):  # also of those not among the rows: colours are the classes'
                if label not in self.labels:
                    continue
                a, b = self.points[self.labels == label].T
                ax.scatter(a, b, s=34, marker=MARKERS[k % len(MARKERS)], color=colour(k), edgecolors=tone("paper"),
                           linewidths=0.6, label=str(label), zorder=3)  # fmt: skip
            if legend:
                ax.legend(loc="best", fontsize="small", framealpha=0.8, frameon=True, facecolor=tone("paper"))
        ax.set(xlabel=self.names[0], ylabel=self.names[1])


def _ticks(cells: Array, resolution: int) -> Array:
    known = cells[np.isfinite(cells)]
    if not len(known):
        raise InvalidInput("a column without a number spans no plane")
    low, high = float(known.min()), float(known.max())
    margin = 0.15 * (high - low) or 1.0
    return np.linspace(low - margin, high + margin, resolution)
