"""Predicted probabilities against observed fractions; see scikit-learn's ``calibration_curve``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import ArrayLike

from glassnet.arrays import Array
from glassnet.data.roles import Judge
from glassnet.data.source import TableLike
from glassnet.glass.scenes.table import Table
from glassnet.glass.style import LINES, MARKERS, color
from glassnet.views.displays.display import Display
from glassnet.views.subject import judged_classes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BINS = 10
MOST_CURVES = 4  # more lie on each other: the worst are drawn, the others counted
SHARES = 20  # bars of the histogram of probabilities


class CalibrationDisplay(Display):
    """Of rows with predicted probability p of a class, the fraction that is of it: equal on the diagonal.

    Args:
        predicted, observed: name of a class -> mean predicted probability and observed fraction in each bin, (bins,).
        counts: name of a class -> rows in each twentieth of the probabilities, (20,).

    Attributes:
        error: name of a class -> the mean distance from the diagonal (the expected calibration error).
        drawn: the classes that are drawn, the worst of many.

    Source: Niculescu-Mizil, Caruana 2005, Predicting good probabilities with supervised learning.

    >>> from sklearn.datasets import load_breast_cancer
    >>> from glassnet import MLPClassifier
    >>> X, y = load_breast_cancer(return_X_y=True)
    >>> display = CalibrationDisplay.from_estimator(MLPClassifier(random_state=0).fit(X, y), X, y)
    >>> display.predicted.keys() == display.observed.keys()
    True
    """

    size = (6.4, 6.2)

    def __init__(self, predicted: dict[str, Array], observed: dict[str, Array], counts: dict[str, Array]) -> None:
        self.predicted, self.observed, self.counts = predicted, observed, counts
        self.error = {name: float(np.abs(p - observed[name]).mean()) for name, p in predicted.items()}
        worst = sorted(predicted, key=lambda name: -self.error[name])[:MOST_CURVES]
        self.drawn = [name for name in predicted if name in worst]

    @classmethod
    def from_predictions(
        cls, y_true: ArrayLike, probabilities: ArrayLike, labels: ArrayLike | None = None, bins: int = BINS
    ) -> Self:
        """From labels and probabilities.

        Args:
            y_true: labels (m,).
            probabilities: of the second of two classes (m,), or of each class (m, k).
            labels: the classes in order; None takes those that occur.
            bins: the number of groups of equal size into which the rows are put by their probability.
        """
        from sklearn.calibration import calibration_curve

        truth, p = np.asarray(y_true), np.asarray(probabilities, np.float64)
        known = np.unique(truth) if labels is None else np.asarray(labels)
        one = p.ndim == 1 or p.shape[1] == 1 or len(known) == 2
        columns = [(known[-1], p.reshape(len(p), -1)[:, -1])] if one else zip(known, p.T, strict=True)
        predicted, observed, counts = {}, {}, {}
        for label, column in columns:
            column = np.clip(column, 0, 1)
            share, mean = calibration_curve(truth == label, column, n_bins=bins, strategy="quantile")
            predicted[str(label)], observed[str(label)] = mean, share
            counts[str(label)] = np.histogram(column, SHARES, (0, 1))[0]
        return cls(predicted, observed, counts)

    @classmethod
    def from_estimator(
        cls, model: object, X: TableLike, y: TableLike | None = None, bins: int = BINS, *, judge: Judge = "unseen"
    ) -> Self:
        """From a fitted classifier; see :meth:`ConfusionDisplay.from_estimator`."""
        subject, (rows, truth, words) = judged_classes(model, X, y, judge)
        classes = np.arange(max(2, subject.network.outputs)) if subject.classes is None else subject.classes
        display = cls.from_predictions(truth, subject.predictions(subject.encode(rows)), classes, bins)
        display.judged = words
        return display

    @property
    def title(self) -> str:
        said = "calibration: predicted probability of a class against the observed fraction"
        left_out = len(self.predicted) - len(self.drawn)
        worst = f"; the {len(self.drawn)} worst of {len(self.predicted)} classes, {left_out} more are in the table"
        return said + worst * (left_out > 0) + self._judging()

    @property
    def tables(self) -> tuple[Table, ...]:
        errors = sorted(self.error.items(), key=lambda pair: -pair[1])
        every = Table.of("Mean distance from the diagonal", ("class", "calibration error"), errors)
        return (
            *(() if len(errors) == 1 else (every,)),
            *(
                Table.of(f"Class {name}", ("predicted", "observed"), zip(predicted, self.observed[name], strict=True))
                for name, predicted in self.predicted.items()
            ),
        )

    def _draw(self, ax: Axes) -> None:
        ax, below = self._panels(ax, 2, 1, heights=(3, 1))
        ax.plot([0, 1], [0, 1], ":", color=color("quiet"), label="perfect")
        for i, name in enumerate(self.drawn):
            style: dict[str, Any] = {"marker": MARKERS[i], "linestyle": LINES[i], "markersize": 5}
            drawn = ax.plot(self.predicted[name], self.observed[name], label=name, **style)
            below.stairs(self.counts[name], np.linspace(0, 1, SHARES + 1), color=drawn[0].get_color(), ls=LINES[i])
        ends = (-0.03, 1.03)
        ax.set(ylabel="observed fraction", xlim=ends, ylim=ends)
        ax.legend(title="class", loc="center left", bbox_to_anchor=(1, 0.5))
        below.set(xlabel="predicted probability", ylabel="rows", xlim=ends, yscale="log")
