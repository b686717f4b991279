"""The answer over one column, with the rows: the line and its points; the sigmoid and its threshold.

Workshop, *What is learning?* and *Logistic regression*.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from glassnet.arrays import Array
from glassnet.data.source import TableLike
from glassnet.errors import InvalidInput
from glassnet.glass.scenes.table import Table
from glassnet.glass.style import color, key_below
from glassnet.learning.fitted import UNNAMED
from glassnet.text import format_number
from glassnet.views.displays.classes import draw_classes
from glassnet.views.displays.display import Display
from glassnet.views.subject import Subject, judged, typical

if TYPE_CHECKING:
    from matplotlib.axes import Axes

POINTS = 201  # of the curve
MOST_ROWS = 400  # drawn
FEW = 40  # rows up to which each has its distance from the curve
SCORE = "score z = w·x + b"


@dataclass(eq=False, repr=False)
class CurveDisplay(Display):
    """The answer over one column or, of a classifier of several columns, over its score.

    Args:
        x, y: the curve, (q,) each: numbers, or the probability of the second of two classes.
        rows: where the rows lie on the x axis, (m,). truth: their numbers, or 0 and 1 (m,).
        over: what the x axis is. answer: what is predicted.
        classes: the two labels of a classifier, or None.
        threshold: where the probability is 0.5, or None.

    >>> from glassnet import LinearRegression
    >>> X = np.array([[1.0], [2.0], [4.0]])
    >>> display = CurveDisplay.from_estimator(LinearRegression().fit(X, [3.0, 5.0, 9.0]), X, [3.0, 5.0, 9.0])
    >>> display.title
    'ŷ = 2 x1 + 1'
    """

    named = True

    x: Array
    y: Array
    rows: Array
    truth: Array
    over: str
    answer: str
    classes: tuple[str, str] | None = None
    threshold: float | None = None

    @classmethod
    def from_estimator(
        cls, model: object, X: TableLike, y: TableLike | None = None, *, feature: str | int | None = None
    ) -> Self:
        """From a fitted model.

        Args:
            model: an estimator (also after scalers in a pipeline), a ``TableModel``, or ``(network, parameters)``.
            X, y: rows and their labels or numbers; of a ``TableModel`` a table that has the target too.
            feature: the column; None takes the only one, of several the score of a classifier, else the first number.

        Raises:
            InvalidInput: more than two classes, or no column of numbers.
        """
        subject = Subject(model)
        classes = _two(subject)
        judged_rows = judged(subject, X, y, MOST_ROWS)
        cells, truth = judged_rows.rows, judged_rows.truth
        if feature is None and classes is not None and len(subject.columns) > 1:
            scores = subject.scores(subject.encode(cells))[:, 0]
            found = cls._over_score(subject, scores, truth == classes[1], classes)
            found.judged = judged_rows.shown
            return found
        numbers = [j for j in range(len(subject.columns)) if subject.is_number(j)]
        if not numbers:
            raise InvalidInput("a curve needs a column of numbers", remedy="draw another picture")
        j = numbers[0] if feature is None else subject.column(feature)
        rows = np.asarray(cells[j], np.float64)
        low, high = float(np.nanmin(rows)), float(np.nanmax(rows))
        margin = 0.1 * (high - low) or 1.0
        x = np.linspace(low - margin, high + margin, POINTS)
        predicted = subject.predictions(subject.encode(subject.spread(typical(subject, cells), {j: x})))[:, 0]
        found = cls(x, predicted, rows, np.asarray(truth), subject.columns[j], _answer(subject))
        found.judged = judged_rows.shown
        if classes is None:
            found.y = predicted * subject.scale + subject.center
            return found
        found.classes = (str(classes[0]), str(classes[1]))
        found.truth = (truth == classes[1]).astype(float)
        crossed = np.flatnonzero(np.diff(predicted > 0.5))
        if len(crossed):
            i = crossed[:1]
            found.threshold = float(
                (x[i] + (0.5 - predicted[i]) * (x[i + 1] - x[i]) / (predicted[i + 1] - predicted[i]))[0]
            )
        return found

    @classmethod
    def _over_score(cls, subject: Subject, scores: Array, second: Array, classes: Array) -> Self:
        far = max(float(np.abs(scores).max(initial=0.0)) * 1.1, 4.0)
        z = np.linspace(-far, far, POINTS)
        labels = (str(classes[0]), str(classes[1]))
        return cls(
            z,
            subject.network.predictions(z.reshape(-1, 1))[:, 0],
            scores,
            second.astype(float),
            SCORE,
            labels[1],
            labels,
            0.0,
        )

    @property
    def title(self) -> str:
        if self.classes is not None:
            at = "" if self.threshold is None else f": 0.5 at {_short(self.over)} = {format_number(self.threshold, 3)}"
            return f"Probability of {self.classes[1]}{at}{self._judging()}"
        slope = (self.y[-1] - self.y[0]) / (self.x[-1] - self.x[0])
        straight = self.y[0] + slope * (self.x - self.x[0])
        if float(np.abs(straight - self.y).max()) > 1e-5 * max(float(np.ptp(self.y)), 1e-12):
            return f"{self.answer} over {self.over}{self._judging()}"
        b = float(self.y[0] - slope * self.x[0])
        sign = "-" if b < 0 else "+"
        return (
            f"{self.answer} = {format_number(slope, 4)} {self.over} {sign} {format_number(abs(b), 4)}{self._judging()}"
        )

    @property
    def tables(self) -> tuple[Table, ...]:
        some = np.linspace(0, len(self.rows) - 1, min(12, len(self.rows))).round().astype(int)
        at = np.interp(self.rows[some], self.x, self.y)
        heads = (self.over, "true", "predicted")
        return (Table.of("Some rows", heads, zip(self.rows[some], self.truth[some], at, strict=True)),)

    def _draw(self, ax: Axes) -> None:
        if self.classes is None:
            self._draw_line(ax)
        else:
            self._draw_sigmoid(ax, self.classes)
        ax.set(xlabel=self.over)
        self._entitle(ax)
        key_below(ax)

    def _draw_line(self, ax: Axes) -> None:
        at = np.interp(self.rows, self.x, self.y)
        if len(self.rows) <= FEW:
            ax.vlines(
                self.rows, self.truth, at, color=color("quiet"), linewidth=0.8, label="what it leaves unexplained"
            )
        ax.plot(self.x, self.y, color=color("forward"), linewidth=2, label="the model")
        ax.plot(self.rows, self.truth, "o", color=color("ink"), markersize=4.5, label="the data")
        ax.set(ylabel=self.answer)

    def _draw_sigmoid(self, ax: Axes, classes: tuple[str, str]) -> None:
        ax.axhline(0.5, color=color("quiet"), linestyle="--", linewidth=1, label="threshold 0.5")
        if self.threshold is not None:
            ax.axvline(self.threshold, color=color("quiet"), linestyle=":", linewidth=1)
        ax.plot(self.x, self.y, color=color("ink"), linewidth=2, label="the model")
        draw_classes(ax, np.stack([self.rows, self.truth], axis=1), self.truth, {0.0: classes[0], 1.0: classes[1]})
        ax.set(ylabel=f"probability of {classes[1]}", ylim=(-0.08, 1.08))


def _two(subject: Subject) -> Array | None:
    """The two classes, None of a regression."""
    if not subject.fitted.classifies:
        return None
    if subject.network.outputs != 1:
        raise InvalidInput("a curve is drawn of two classes", f"{subject.network.outputs} outputs", "draw the boundary")
    return np.array(["0", "1"]) if subject.classes is None else np.asarray(subject.classes)


def _answer(subject: Subject) -> str:
    """What is predicted, where it has a name."""
    return "ŷ" if subject.answer == UNNAMED else subject.answer


def _short(over: str) -> str:
    return "z" if over == SCORE else over
