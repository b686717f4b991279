"""How good a model is, as pictures: confusion, calibration, predicted against true, residuals.

scikit-learn does the counting, and draws the matrix; see its ``ConfusionMatrixDisplay``, ``calibration_curve`` and
``PredictionErrorDisplay``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.arrays import Array
from glassnet.errors import InvalidInput
from glassnet.glass.style import LINES, MARKERS, tone
from glassnet.text import format_number
from glassnet.views.displays.display import Display
from glassnet.views.subjects import Rows, Subject, judged, subject_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BINS = 10
MOST_CURVES = 7  # as many as there are colours and lines to tell them apart by


class ConfusionDisplay(Display):
    """Truth by row, the model's answer by column, how many rows in each cell.

    Args:
        matrix: counts, (k, k).
        labels: of the classes, (k,).

    >>> ConfusionDisplay.from_predictions(["a", "b", "b"], ["a", "b", "a"]).matrix.tolist()
    [[1, 0], [1, 1]]
    """

    def __init__(self, matrix: Array, labels: Array) -> None:
        self.matrix, self.labels = matrix, labels

    @classmethod
    def from_predictions(cls, y_true: Any, y_pred: Any, labels: Any = None) -> ConfusionDisplay:
        """From labels.

        Args:
            y_true, y_pred: truth and answers, (m,).
            labels: the classes in order; None takes those that occur.
        """
        from sklearn.metrics import confusion_matrix

        labels = np.unique(np.concatenate([y_true, y_pred])) if labels is None else np.asarray(labels)
        return cls(confusion_matrix(y_true, y_pred, labels=labels), labels)

    @classmethod
    def from_estimator(cls, model: Any, X: Any, y: Any = None) -> ConfusionDisplay:
        """From a fitted classifier.

        Args:
            model: an estimator (also after scalers in a pipeline), a ``TableModel``, or ``(network, parameters)``.
            X, y: rows and their labels; of a ``TableModel`` a table that has the target too.

        Raises:
            InvalidInput: not one of several classes.
        """
        subject, rows, truth = _classifier(model, X, y)
        return cls.from_predictions(truth, subject.answers(rows), subject.classes)

    @property
    def title(self) -> str:
        right, m = int(np.trace(self.matrix)), int(self.matrix.sum())
        return f"confusion: {right:,} of {m:,} rows are right ({format_number(100 * right / max(m, 1), 3)} %)"

    def _size(self) -> tuple[float, float]:
        side = max(4.4, 0.45 * len(self.labels) + 1.6)
        return side + 0.4, side

    def _draw(self, ax: Axes) -> None:
        from sklearn.metrics import ConfusionMatrixDisplay

        many = len(self.labels) > 6
        drawn = ConfusionMatrixDisplay(self.matrix, display_labels=self.labels)
        drawn.plot(
            ax=ax, cmap="cividis", colorbar=False, xticks_rotation=45 if many else "horizontal", values_format=",d"
        )
        self._entitle(ax)
        ax.set(xlabel="the model's answer", ylabel="truth")


class CalibrationDisplay(Display):
    """Of rows told a probability p of a class, which share is of it: on the diagonal it is as told.

    Args:
        told, found: name of a class -> mean probability and share of rows in each bin, (bins,).

    Source: Niculescu-Mizil, Caruana 2005, Predicting good probabilities with supervised learning.
    """

    def __init__(self, told: dict[str, Array], found: dict[str, Array]) -> None:
        self.told, self.found = told, found

    @classmethod
    def from_predictions(
        cls, y_true: Any, probabilities: Any, labels: Sequence[Any] | Array | None = None, bins: int = BINS
    ) -> CalibrationDisplay:
        """From labels and probabilities.

        Args:
            y_true: labels (m,).
            probabilities: of the second of two classes (m,), or of each class (m, k).
            labels: the classes in order; None takes those that occur.
            bins: into how many groups of equal size the rows are put by their probability.
        """
        from sklearn.calibration import calibration_curve

        y_true, p = np.asarray(y_true), np.asarray(probabilities, np.float64)
        labels = np.unique(y_true) if labels is None else np.asarray(labels)
        one = p.ndim == 1 or p.shape[1] == 1
        columns = (
            [(labels[-1], p.reshape(len(p), -1)[:, -1])] if one or len(labels) == 2 else zip(labels, p.T, strict=True)
        )
        told, found = {}, {}
        for label, column in list(columns)[:MOST_CURVES]:
            share, mean = calibration_curve(y_true == label, np.clip(column, 0, 1), n_bins=bins, strategy="quantile")
            told[str(label)], found[str(label)] = mean, share
        return cls(told, found)

    @classmethod
    def from_estimator(cls, model: Any, X: Any, y: Any = None, bins: int = BINS) -> CalibrationDisplay:
        """From a fitted classifier; see :meth:`ConfusionDisplay.from_estimator`."""
        subject, rows, truth = _classifier(model, X, y)
        classes = np.arange(max(2, subject.network.outputs)) if subject.classes is None else subject.classes
        return cls.from_predictions(truth, subject.predictions(subject.encode(rows)), classes, bins)

    @property
    def title(self) -> str:
        return "calibration: of rows told a probability, the share that is of the class"

    def _draw(self, ax: Axes) -> None:
        ax.plot([0, 1], [0, 1], ":", color=tone("faint"), label="as told")
        for i, (name, told) in enumerate(self.told.items()):
            ax.plot(told, self.found[name], marker=MARKERS[i], linestyle=LINES[i], markersize=5, label=name)
        ax.set(xlabel="probability told", ylabel="share found", xlim=(-0.03, 1.03), ylim=(-0.03, 1.03))
        self._entitle(ax)
        ax.legend(title="class")


class PredictionDisplay(Display):
    """Predicted against true: on the diagonal all is right.

    Args:
        truth, predicted: (m,), in the user's units.
        name: of what is predicted.
    """

    def __init__(self, truth: Array, predicted: Array, name: str = "the prediction") -> None:
        self.truth, self.predicted, self.name = truth, predicted, name

    @classmethod
    def from_predictions(cls, y_true: Any, y_pred: Any, name: str = "the prediction") -> PredictionDisplay:
        """From numbers, (m,) each.

        Raises:
            InvalidInput: not as many of one as of the other, or none.
        """
        truth, predicted = np.asarray(y_true, np.float64), np.asarray(y_pred, np.float64)
        if truth.shape != predicted.shape or truth.ndim != 1 or not len(truth):
            seen = f"shapes {truth.shape} and {predicted.shape}"
            raise InvalidInput("truth and predictions are two rows of as many numbers, at least one", seen=seen)
        return cls(truth, predicted, name)

    @classmethod
    def from_estimator(cls, model: Any, X: Any, y: Any = None) -> PredictionDisplay:
        """From a fitted regression.

        Args:
            model: an estimator (also after scalers in a pipeline), a ``TableModel``, or ``(network, parameters)``.
            X, y: rows and their numbers; of a ``TableModel`` a table that has the target too.

        Raises:
            InvalidInput: a classifier.
        """
        subject = subject_of(model)
        if subject.decides:
            raise InvalidInput("a classifier predicts no numbers", remedy="see ConfusionDisplay")
        rows, truth = judged(subject, X, y)
        return cls.from_predictions(truth, subject.answers(rows), subject.answer)

    @property
    def residuals(self) -> Array:
        """True less predicted, (m,)."""
        return self.truth - self.predicted

    @property
    def title(self) -> str:
        from sklearn.metrics import r2_score

        r2 = f", R2 {format_number(r2_score(self.truth, self.predicted), 3)}" if len(self.truth) > 1 else ""
        return f"{self.name}, predicted against true: {len(self.truth):,} rows{r2}"

    def _draw(self, ax: Axes) -> None:
        ends = [min(self.truth.min(), self.predicted.min()), max(self.truth.max(), self.predicted.max())]
        ax.plot(ends, ends, ":", color=tone("faint"), label="as true")
        ax.scatter(self.truth, self.predicted, s=14, alpha=_thin(len(self.truth)), linewidths=0)
        self._entitle(ax)
        ax.set(xlabel="true", ylabel="predicted")
        ax.legend()


class ResidualsDisplay(PredictionDisplay):
    """What is left, true less predicted, over what was predicted: without a pattern nothing is left to learn."""

    @property
    def title(self) -> str:
        root = float(np.sqrt(np.mean(self.residuals**2)))
        rows = f"{len(self.truth):,} rows"
        return f"{self.name}, residuals (true - predicted): root mean square {format_number(root)} on {rows}"

    def _draw(self, ax: Axes) -> None:
        ax.axhline(0, color=tone("faint"), linestyle=":")
        ax.scatter(self.predicted, self.residuals, s=14, alpha=_thin(len(self.truth)), linewidths=0)
        ax.set(xlabel="predicted", ylabel="true less predicted")
        self._entitle(ax)


def _classifier(model: Any, X: Any, y: Any) -> tuple[Subject, Rows, Array]:
    subject = subject_of(model)
    if not subject.decides or (subject.network.loss.targets == "zero_one" and subject.network.outputs > 1):
        raise InvalidInput(
            "this model does not choose one of several classes", remedy="see PredictionDisplay for numbers"
        )
    return subject, *judged(subject, X, y)


def _thin(m: int) -> float:
    """How opaque one of ``m`` points is."""
    return float(np.clip(300 / m, 0.15, 0.9))
