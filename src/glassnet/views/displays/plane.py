"""A plane of two columns over which a model is evaluated; the others stay at their median or most common cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.arrays import Array
from glassnet.data.source import TableLike
from glassnet.errors import InvalidInput, UnknownName
from glassnet.glass.style import color, key_below
from glassnet.learning.columns import Cells
from glassnet.randomness import sampled_rows
from glassnet.text import counted
from glassnet.views.displays.classes import draw_classes
from glassnet.views.subject import Subject, judged, typical

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Features = tuple[str | int, str | int]
MOST_POINTS = 500  # drawn on it
ENOUGH = 20  # rows from which on it is said where there are none
NEAR = 0.08  # of the picture: what is further from every row is marked


@dataclass(frozen=True, eq=False)
class Plane:
    """Two columns of a model's table, and what is drawn over them.

    Args:
        subject: the model.
        names: of the two columns.
        x, y: the ticks of the grid, (r,) each.
        inputs: what the network gets at each point, (r * r, n[0]).
        points: rows of the data, (q, 2); labels: their truth (q,), or None.
        wrong: which of them a classifier predicts wrong (q,), or None.
        others: a clause on the columns that stay fixed.
        shown: a clause on what the rows were to the training; "" where that is not known.
        numbers: of the rows in the data, from 1 (q,).
        marked: their inputs, where a classifier can be wrong about them, (q, n[0]).
    """

    subject: Subject
    names: tuple[str, str]
    x: Array
    y: Array
    inputs: Array
    points: Array
    labels: Array | None
    wrong: Array | None
    others: str
    shown: str
    numbers: Array
    marked: Array | None = None

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
            found = judged(subject, X, y)
            rows, truth, shown = found.rows, found.truth, found.shown
        except (InvalidInput, UnknownName):
            if y is not None:
                raise
            rows, truth, shown = subject.rows(X), None, ""  # a boundary may be drawn without the truth
        some = sampled_rows(len(rows[0]), MOST_POINTS)
        ticks = _ticks(rows[i], resolution), _ticks(rows[j], resolution)
        across, up = (grid.ravel() for grid in np.meshgrid(*ticks))
        inputs = subject.encode(subject.spread(typical(subject, rows), {i: across, j: up}))
        fixed = len(subject.columns) - 2
        others = f"; {counted(fixed, 'other column')} at the median or most common cell" if fixed else ""
        points = np.stack([rows[i][some], rows[j][some]], axis=1)
        labels = None if truth is None or truth.ndim != 1 else truth[some]
        pair = subject.columns[i], subject.columns[j]
        if labels is None or not subject.fitted.classifies:
            return cls(subject, pair, *ticks, inputs, points, labels, None, others, shown, some + 1)
        wrong, marked = _wrong(subject, rows, some, labels)
        return cls(subject, pair, *ticks, inputs, points, labels, wrong, others, shown, some + 1, marked)

    def of_model(self, model: object) -> Plane:
        """The same plane for other parameters of the network that it was laid for."""
        subject = Subject(model)
        if self.marked is None:
            return replace(self, subject=subject)
        answers = subject.fitted.answers.decode(subject.predictions(self.marked))
        return replace(self, subject=subject, wrong=np.asarray(np.asarray(answers) != self.labels))

    @property
    def notes(self) -> str:
        """The end of a title: what stays fixed, which rows are drawn."""
        return f"{self.others}; {self.shown}" if self.shown else self.others

    def squared(self, values: Array) -> Array:
        """Values at the points of the grid as (r, r), rows from the bottom up."""
        return values.reshape(len(self.y), len(self.x))

    def draw_points(self, ax: Axes, key: bool = True, colored: Mapping[str, Any] | None = None) -> None:
        """The rows: a marker and a color for each class, numbers in the colors of the map, ``colored``."""
        if self.labels is None:
            ax.plot(*self.points.T, ".", color=color("ink"), markersize=3, label="rows")
        elif not self.subject.fitted.classifies:
            shown: dict[str, Any] = (
                {"color": color("ink")} if colored is None else {"c": self.labels.astype(float), **colored}
            )
            x, y = self.points.T
            said = "rows, by their true number"
            ax.scatter(x, y, s=24, edgecolors=color("ink"), linewidths=0.5, label=said, zorder=3, **shown)
        else:
            known = np.unique(self.labels) if self.subject.classes is None else self.subject.classes
            names = {label: str(label) for label in known.tolist()}
            draw_classes(ax, self.points, self.labels, names, self.wrong if key else None)
        self._mark_the_unknown(ax)
        if key:
            key_below(ax, 3)
        ax.set(xlabel=self.names[0], ylabel=self.names[1])

    @property
    def far(self) -> Array | None:
        """How far the nearest row is, in shares of the picture, (r, r); None of few rows: nothing is near anything."""
        if len(self.points) < ENOUGH:
            return None
        scale = np.array([np.ptp(self.x), np.ptp(self.y)])
        grid = np.stack([part.ravel() for part in np.meshgrid(self.x, self.y)], axis=1) / scale
        known = self.points[np.isfinite(self.points).all(axis=1)] / scale
        far = np.full(len(grid), np.inf)
        for point in known:
            np.minimum(far, ((grid - point) ** 2).sum(axis=1), out=far)
        return self.squared(np.sqrt(far))

    def _mark_the_unknown(self, ax: Axes) -> None:
        """Hatched where no row is near: what is drawn there is a guess."""
        far = self.far
        if far is not None and far.max() > NEAR:
            hatched = ax.contourf(self.x, self.y, far, levels=[NEAR, max(far.max(), 2 * NEAR)],
                                  colors="none", hatches=["//"])  # fmt: skip
            hatched.set(edgecolor=color("quiet"), linewidth=0.0, alpha=0.35)
            ax.scatter([], [], s=90, marker="s", facecolors="none", edgecolors=color("quiet"), hatch="/////",
                       label="no rows near")  # fmt: skip


def _wrong(subject: Subject, rows: Cells, some: Array, labels: Array) -> tuple[Array, Array]:
    """Which of some rows are predicted wrong, and their inputs."""
    picked = {k: column[some] if isinstance(column, np.ndarray) else column.take(some) for k, column in rows.items()}
    return np.asarray(np.asarray(subject.answers(picked)) != labels), subject.encode(picked)


def _ticks(cells: Array, resolution: int) -> Array:
    known = cells[np.isfinite(cells)]
    if not len(known):
        raise InvalidInput("a column without a number spans no plane", remedy="choose other features")
    low, high = float(known.min()), float(known.max())
    margin = 0.15 * (high - low) or 1.0
    return np.linspace(low - margin, high + margin, resolution)
