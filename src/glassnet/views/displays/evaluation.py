"""How good a model is, as pictures: confusion, calibration, predicted against true numbers, residuals.

scikit-learn does the counting, and draws the matrix; see its ``ConfusionMatrixDisplay``, ``calibration_curve`` and
``PredictionErrorDisplay``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Self, get_args

import numpy as np
from numpy.typing import ArrayLike

from glassnet.arrays import Array
from glassnet.data.roles import Judge
from glassnet.data.source import TableLike
from glassnet.errors import InvalidInput, unknown_name
from glassnet.glass.scenes.table import Table
from glassnet.glass.style import LINES, MARKERS, color, fading, key_below
from glassnet.learning.fitted import UNNAMED
from glassnet.text import format_number
from glassnet.views.displays.display import Display
from glassnet.views.subject import Judged, Subject, judged

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BINS = 10
MOST_CURVES = 4  # more lie on each other: the worst are drawn, the others counted
SHARES = 20  # bars of the histogram of probabilities
LISTED = 12  # rows in a table
FEW = 50  # points that are drawn large
SHARED = 12  # classes up to which cells have room for shares
Kind = Literal["predictions", "residuals"]


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
        subject, (rows, truth, words) = _classifier(model, X, y, judge)
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
        subject, (rows, truth, words) = _classifier(model, X, y, judge)
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


def _share(part: int, whole: int) -> str:
    return f"{format_number(100 * part / max(whole, 1), 3)} %"


def _classifier(model: object, X: TableLike, y: TableLike | None, judge: Judge) -> tuple[Subject, Judged]:
    subject = Subject(model)
    if not subject.fitted.classifies or (subject.network.loss.targets == "zero_one" and subject.network.outputs > 1):
        raise InvalidInput(
            "this model does not choose one of several classes", remedy="draw predictions (PredictionDisplay)"
        )
    return subject, judged(subject, X, y, judge=judge)
