"""True against predicted classes. scikit-learn does the counting; see its ``ConfusionMatrixDisplay``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import ArrayLike

from glassnet.arrays import Array
from glassnet.data.roles import Judge
from glassnet.data.source import TableLike
from glassnet.glass.scenes.table import Table
from glassnet.glass.style import color, fading
from glassnet.text import format_number
from glassnet.views.displays.display import Display
from glassnet.views.subject import judged_classes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SHARED = 12  # classes up to which cells have room for shares


class ConfusionDisplay(Display):
    """True class by row, predicted class by column, how many examples in each cell.

    Args:
        matrix: counts, (k, k).
        labels: of the classes, (k,).

    >>> ConfusionDisplay.from_predictions(["a", "b", "b"], ["a", "b", "a"]).matrix.tolist()
    [[1, 0], [1, 1]]
    """

    def __init__(self, matrix: Array, labels: Array) -> None:
        self.matrix, self.labels = matrix, labels

    @classmethod
    def from_predictions(cls, y_true: ArrayLike, y_pred: ArrayLike, labels: ArrayLike | None = None) -> Self:
        """From labels.

        Args:
            y_true, y_pred: true and predicted labels, (m,).
            labels: the classes in order; None takes those that occur.
        """
        from sklearn.metrics import confusion_matrix

        known = np.unique(np.concatenate([y_true, y_pred])) if labels is None else np.asarray(labels)
        return cls(confusion_matrix(y_true, y_pred, labels=known), known)

    @classmethod
    def from_estimator(
        cls, model: object, X: TableLike, y: TableLike | None = None, *, judge: Judge = "unseen"
    ) -> Self:
        """From a fitted classifier.

        Args:
            model: an estimator (also after scalers in a pipeline), a ``TableModel``, or ``(network, parameters)``.
            X, y: rows and their labels; of a ``TableModel`` a table that has the target too.
            judge: by which of the rows: "unseen", those that training never saw, or all where there are none or where
                that is not known; "all"; "learned"; "validated". The title says it.

        Raises:
            InvalidInput: not one of several classes, or no such rows.
        """
        subject, (rows, truth, words) = judged_classes(model, X, y, judge)
        display = cls.from_predictions(truth, subject.answers(rows), subject.classes)
        display.judged = words
        return display

    @property
    def title(self) -> str:
        right, m = int(np.trace(self.matrix)), int(self.matrix.sum())
        return f"confusion: {right:,} of {m:,} rows are right ({_share(right, m)}){self._judging()}"

    @property
    def tables(self) -> tuple[Table, ...]:
        names = [str(label) for label in self.labels]
        rows = ([name, *counts] for name, counts in zip(names, self.matrix, strict=True))
        return (Table.of("True class by row, predicted class by column", ["", *names], rows),)

    def _size(self) -> tuple[float, float]:
        side = max(4.4, 0.55 * len(self.labels) + 1.6)
        return side + 0.4, side

    def _draw(self, ax: Axes) -> None:
        """Of each cell the count and its share of the row; right and wrong in colors of their own."""
        k = len(self.labels)
        shares = self.matrix / np.maximum(self.matrix.sum(axis=1, keepdims=True), 1)
        on = np.eye(k, dtype=bool)
        for cells, role, least in ((on, "forward", 1.0), (~on, "backward", 0.01)):
            vmax = 1.3 * max(least, shares[cells].max(initial=0))
            ax.imshow(np.where(cells, shares, np.nan), cmap=fading(color(role)), vmin=0, vmax=vmax, aspect="equal")
        for i, j in zip(*np.nonzero(self.matrix), strict=True):
            share = f"\n{100 * shares[i, j]:.0f} %" if k <= SHARED else ""
            ax.text(j, i, f"{self.matrix[i, j]:,}{share}", ha="center", va="center", fontsize="small")
        names = [str(label) for label in self.labels]
        turned = any(len(name) > 6 for name in names) or k > 12
        ax.set_xticks(range(k), names, rotation=45 if turned else 0, ha="right" if turned else "center")
        ax.set_yticks(range(k), names)
        ax.tick_params(length=0)
        ax.spines[:].set_visible(False)
        self._entitle(ax)
        ax.set(xlabel="predicted class", ylabel="true class")


def _share(part: int, whole: int) -> str:
    return f"{format_number(100 * part / max(whole, 1), 3)} %"
