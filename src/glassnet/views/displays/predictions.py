"""Predicted against true numbers, and residuals; see scikit-learn's ``PredictionErrorDisplay``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Self, get_args

import numpy as np
from numpy.typing import ArrayLike

from glassnet.arrays import Array
from glassnet.data.roles import Judge
from glassnet.data.source import TableLike
from glassnet.errors import InvalidInput, unknown_name
from glassnet.glass.scenes.table import Table
from glassnet.glass.style import color, key_below
from glassnet.learning.fitted import UNNAMED
from glassnet.text import format_number
from glassnet.views.displays.display import Display
from glassnet.views.subject import Subject, judged

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LISTED = 12  # rows in a table
FEW = 50  # points that are drawn large
Kind = Literal["predictions", "residuals"]


class PredictionDisplay(Display):
    """Predicted against true numbers, or the residuals (true less predicted) over the predicted ones.

    Args:
        truth, predicted: (m,), in the user's unit.
        name: of what is predicted.
        kind: "predictions" or "residuals".

    >>> from glassnet import LinearRegression
    >>> model = LinearRegression().fit([[1.0], [2.0], [4.0]], [1.0, 2.0, 4.0])
    >>> PredictionDisplay.from_estimator(model, [[1.0], [3.0]], [1.0, 3.0]).predicted.round(3).tolist()
    [1.0, 3.0]
    """

    def __init__(self, truth: Array, predicted: Array, name: str = UNNAMED, kind: Kind = "predictions"):
        self.truth, self.predicted, self.name, self.kind = truth, predicted, name, kind
        self.named = name != UNNAMED

    def _of_target(self, what: str) -> str:
        """A label of an axis, with the target's name where there is one."""
        return f"{what} {self.name}" if self.named else what

    @classmethod
    def from_predictions(
        cls, y_true: ArrayLike, y_pred: ArrayLike, name: str = UNNAMED, kind: Kind = "predictions"
    ) -> Self:
        """From numbers, (m,) each.

        Raises:
            InvalidInput: not as many of one as of the other, or none.
            UnknownName: another kind.
        """
        if kind not in get_args(Kind):
            raise unknown_name("kind", kind, get_args(Kind))
        truth, predicted = np.asarray(y_true, np.float64), np.asarray(y_pred, np.float64)
        if truth.shape != predicted.shape or truth.ndim != 1 or not len(truth):
            raise InvalidInput(
                "truth and predictions are vectors of the same length, at least one",
                seen=f"shapes {truth.shape} and {predicted.shape}",
                remedy="pass one number of each for every row",
            )
        return cls(truth, predicted, name, kind)

    @classmethod
    def from_estimator(
        cls,
        model: object,
        X: TableLike,
        y: TableLike | None = None,
        *,
        kind: Kind = "predictions",
        judge: Judge = "unseen",
    ) -> Self:
        """From a fitted regression.

        Args:
            model: an estimator (also after scalers in a pipeline), a ``TableModel``, or ``(network, parameters)``.
            X, y: rows and their numbers; of a ``TableModel`` a table that has the target too.
            kind: "predictions" or "residuals".
            judge: by which of the rows; see :meth:`ConfusionDisplay.from_estimator`.

        Raises:
            InvalidInput: a classifier, or no such rows.
        """
        subject = Subject(model)
        if subject.fitted.classifies:
            raise InvalidInput("a classifier predicts no numbers", remedy="draw its confusion (ConfusionDisplay)")
        rows, truth, words = judged(subject, X, y, judge=judge)
        display = cls.from_predictions(truth, subject.answers(rows), subject.answer, kind)
        display.judged = words
        return display

    @property
    def residuals(self) -> Array:
        """True less predicted, (m,)."""
        return self.truth - self.predicted

    @property
    def title(self) -> str:
        rows, begun = f"{len(self.truth):,} rows", f"{self.name}, " if self.named else ""
        if self.kind == "residuals":
            root = float(np.sqrt(np.mean(self.residuals**2)))
            return f"{begun}residuals (true less predicted): root mean square {format_number(root)} on {rows}" + (
                self._judging()
            )
        from sklearn.metrics import r2_score

        r2 = f", R2 {format_number(r2_score(self.truth, self.predicted), 3)}" if len(self.truth) > 1 else ""
        return f"{begun}predicted against true: {rows}{r2}{self._judging()}"

    @property
    def tables(self) -> tuple[Table, ...]:
        order = np.argsort(self.truth, kind="stable")
        at = order[np.linspace(0, len(order) - 1, min(LISTED, len(order))).round().astype(int)]
        rows = zip(self.truth[at], self.predicted[at], self.residuals[at], strict=True)
        title = "Every row" if len(order) <= LISTED else f"{LISTED} rows from the smallest to the largest true number"
        return (Table.of(title, ("true", "predicted", "true less predicted"), rows),)

    def _draw(self, ax: Axes) -> None:
        residuals = self.kind == "residuals"
        x, y = (self.predicted, self.residuals) if residuals else (self.truth, self.predicted)
        if residuals:
            ax.axhline(0, color=color("quiet"), linestyle=":")
            ax.set(xlabel=self._of_target("predicted"), ylabel="true less predicted")
        else:
            ends = [min(x.min(), y.min()), max(x.max(), y.max())]
            ax.plot(ends, ends, ":", color=color("quiet"), label="perfect")
            ax.set(xlabel=self._of_target("true"), ylabel=self._of_target("predicted"))
            key_below(ax)
        opacity = float(np.clip(300 / len(x), 0.15, 0.9))
        ax.scatter(x, y, s=14 if len(x) > FEW else 30, alpha=opacity, linewidths=0)
        self._entitle(ax)
