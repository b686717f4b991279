"""How good a model is on rows it has not seen, in numbers a person understands, compared with the trivial guess."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from glassnet.arrays import Array
from glassnet.notebook_hook import Displayable
from glassnet.text import amount, counted, one_line

IN_UNIT = ("RMSE", "MAE", "pinball loss")  # these have the target's unit
LONGEST = 24  # letters of a name in the words of a score
NOTHING = 5e-5  # of a number without one


@dataclass(frozen=True)
class Score:
    """One number of an evaluation.

    Args:
        name: of the metric.
        value: the model's.
        baseline: the trivial guess's.
        words: what the metric tells.
        higher_is_better: which way is good.
    """

    name: str
    value: float
    baseline: float
    words: str
    higher_is_better: bool

    def shown(self, value: float) -> str:
        """A value of it as people write it; of what has no unit, next to nothing is 0.00, and only 1 is 1.

        >>> r2 = Score("R2", 0.85381, -4.892e-05, "", True)
        >>> r2.shown(r2.value), r2.shown(r2.baseline), r2.shown(0.99999), r2.shown(1.0)
        ('0.8538', '0.00', '>0.9999', '1')
        >>> Score("RMSE", 0.0, 0.0, "", False).shown(4.2e-05)
        '4.2e-5'
        """
        if self.name in IN_UNIT:
            return amount(value)
        if 1 - NOTHING <= value < 1:
            return ">0.9999"  # 1 says that there is no fault
        return "0.00" if 0 < abs(value) < NOTHING else amount(value)


class OfClass(NamedTuple):
    """How well one class is separated from the others.

    Args:
        name: the class.
        rows: of it.
        recall: the share of these that the model names so.
        precision: the share that is of it, of the rows that the model names so; 0 where there are none.
    """

    name: str
    rows: int
    recall: float
    precision: float

    @property
    def f1(self) -> float:
        """The harmonic mean of the two."""
        both = self.recall + self.precision
        return 2 * self.recall * self.precision / both if both else 0.0


@dataclass(frozen=True, repr=False)
class Evaluation(Displayable):
    """An evaluation.

    Args:
        rows: how many rows it is on.
        baseline: what the trivial guess is.
        scores: the numbers.
        classes: of a classification, the labels in the order of ``confusion``.
        confusion: (k, k), rows are the truth, columns the model's answer; None for a regression.
        judged: what these rows were to the training, and which were left out; "" where they were held out for this.
    """

    rows: int
    baseline: str
    scores: tuple[Score, ...]
    classes: Array | None = None
    confusion: Array | None = None
    judged: str = ""

    def by_class(self) -> list[OfClass]:
        """Each class that has rows, in order; none of a regression."""
        if self.classes is None or self.confusion is None:
            return []
        right, true, named = np.diag(self.confusion), self.confusion.sum(axis=1), self.confusion.sum(axis=0)
        each = zip(self.classes, right.tolist(), true.tolist(), named.tolist(), strict=True)
        return [OfClass(str(name), m, hit / m, hit / max(n, 1)) for name, hit, m, n in each if m]

    def __str__(self) -> str:
        judged = f" ({self.judged})" if self.judged else ""
        lines = [f"{counted(self.rows, 'row')}{judged}; baseline: {self.baseline}"]
        lines += [f"  {s.name:9} {s.shown(s.value):>10} {s.shown(s.baseline):>10}  {s.words}" for s in self.scores]
        return "\n".join(lines)

    def __getitem__(self, name: str) -> Score:
        return next(score for score in self.scores if score.name == name)


def evaluate_classes(
    classes: Array, counts: Array, truth: Array, probabilities: Array, weights: Array | None = None
) -> Evaluation:
    """Accuracy, log-loss and AUC, compared with always naming the most common class with the training's frequencies.

    AUC is the area under the ROC curve, of several classes the mean of each against the others.

    Args:
        classes: labels, (k,).
        counts: rows of each class in training, (k,).
        truth: class indices, (m,).
        probabilities: (m, k).
        weights: of the rows in every score (m,), or None; the table of confusion counts rows.
    """
    from sklearn.metrics import accuracy_score, confusion_matrix, log_loss, roc_auc_score

    every = np.arange(len(classes))
    answers, commonest = probabilities.argmax(axis=1), int(counts.argmax())
    frequencies = np.broadcast_to(counts / counts.sum(), probabilities.shape)
    p = np.asarray(probabilities, np.float64)
    p = p / p.sum(axis=1, keepdims=True)
    always = np.full_like(truth, commonest)
    right, guessed = (float(accuracy_score(truth, some, sample_weight=weights)) for some in (answers, always))
    surprise, surprised = (float(log_loss(truth, q, labels=every, sample_weight=weights)) for q in (p, frequencies))
    area = None
    present = np.unique(truth if weights is None else truth[weights > 0]).astype(int)
    if len(present) > 1:  # of one class there is nothing to tell apart
        judged = present[-1:] if len(classes) == 2 else present
        area = float(np.mean([roc_auc_score(truth == c, p[:, c], sample_weight=weights) for c in judged]))
    confusion = confusion_matrix(truth, answers, labels=every)
    return classes_evaluated(classes, counts, len(truth), (right, guessed), (surprise, surprised), area, confusion)


def classes_evaluated(
    classes: Array,
    counts: Array,
    rows: int,
    right: tuple[float, float],
    surprise: tuple[float, float],
    area: float | None,
    confusion: Array,
) -> Evaluation:
    """The evaluation of a classification from its numbers, each with that of the trivial guess.

    Args:
        classes, counts: labels, and rows of each class in training, (k,).
        rows: how many were judged.
        right, surprise: accuracy and log-loss.
        area: AUC; None where only one class is there.
        confusion: (k, k).
    """
    scores = [
        Score("accuracy", *right, "share of rows whose class is right", True),
        Score("log-loss", *surprise, "how surprised the model is by the truth", False),
    ]
    if area is not None:
        scores.append(Score("AUC", area, 0.5, "how well the classes are separated", True))
    name = classes[int(counts.argmax())]
    baseline = f"always {repr(str(name)) if isinstance(name, str) else name}, the commonest class"
    return Evaluation(rows, baseline, tuple(scores), classes, confusion)


def evaluate_numbers(
    mean: float, truth: Array, predictions: Array, weights: Array | None = None, name: str = ""
) -> Evaluation:
    """RMSE, MAE and R2, compared with always predicting the training's mean.

    Args:
        mean: of the target in training.
        truth, predictions: (m,), in the user's units.
        weights: of the rows in every score (m,), or None.
        name: of the target, in whose unit the errors are.
    """
    from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error

    guess = np.full_like(truth, mean)

    def both(metric: Callable[..., float]) -> tuple[float, float]:
        value, baseline = (float(metric(truth, answers, sample_weight=weights)) for answers in (predictions, guess))
        return value, baseline

    explained = both(r2_score) if len(truth) > 1 else None
    return numbers_evaluated(
        mean, len(truth), both(root_mean_squared_error), both(mean_absolute_error), explained, name
    )


def numbers_evaluated(
    mean: float,
    rows: int,
    typical: tuple[float, float],
    error: tuple[float, float],
    explained: tuple[float, float] | None,
    name: str = "",
) -> Evaluation:
    """The evaluation of a regression from its numbers, each with that of the trivial guess.

    Args:
        mean: of the target in training.
        rows: how many were judged.
        typical, error, explained: RMSE, MAE and R2; the variance of one row is nothing to explain.
        name: of the target.

    >>> numbers_evaluated(2.0, 50, (0.5, 1.1), (0.4, 0.9), None, "price")["MAE"].words
    'mean error of price'
    """
    of = f" of {one_line(name, LONGEST)}" if name else ""
    scores = [
        Score("RMSE", *typical, f"typical error{of}, large errors counting more", False),
        Score("MAE", *error, f"mean error{of}", False),
    ]
    if explained is not None:
        scores.append(Score("R2", *explained, "share of the target's variance explained", True))
    return Evaluation(rows, f"always {amount(mean)}, the mean", tuple(scores))


def evaluate_quantile(level: float, truth: Array, predictions: Array, weights: Array | None = None) -> Evaluation:
    """The pinball loss, compared with that of the best constant, and how far the share of rows below is from the level.

    Args:
        level: the share of rows that lies below a prediction in the long run.
        truth, predictions: (m,), in the user's units.
        weights: of the rows in every score (m,), or None.

    >>> scores = evaluate_quantile(0.5, np.array([1.0, 2.0, 9.0]), np.array([1.5, 2.5, 5.0])).scores
    >>> [(score.name, round(score.value, 3), round(score.baseline, 3)) for score in scores]
    [('pinball loss', 0.833, 1.333), ('coverage error', 0.167, 0.167)]
    """
    from sklearn.metrics import mean_pinball_loss

    shares = np.full(len(truth), 1 / len(truth)) if weights is None else weights / weights.sum()
    order = np.argsort(truth, kind="stable")
    place = int(np.searchsorted(np.cumsum(shares[order]), level - 1e-12))
    constant = float(truth[order[min(place, len(order) - 1)]])
    answers = predictions, np.full_like(truth, constant)
    lost, least = (float(mean_pinball_loss(truth, some, sample_weight=weights, alpha=level)) for some in answers)
    below, constantly = (float((truth <= some) @ shares) for some in answers)
    scores = (
        Score("pinball loss", lost, least, f"mean error, above it counting {level:g}, below {1 - level:g}", False),
        Score("coverage error", abs(below - level), abs(constantly - level), f"{below:.1%} of rows are below", False),
    )
    return Evaluation(len(truth), f"always {amount(constant)}, the {level:g} quantile of these rows", scores)
