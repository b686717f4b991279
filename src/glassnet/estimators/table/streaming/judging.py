"""How good a model is on rows too many for memory: sums over blocks, from which the scores follow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np

from glassnet.arrays import Array
from glassnet.data.encoder import TableEncoder
from glassnet.data.source import Source
from glassnet.data.splitting.columns import weight_reader
from glassnet.data.unfamiliar import Unfamiliar
from glassnet.errors import InvalidInput
from glassnet.estimators.labels import of_each_class
from glassnet.estimators.table.answers import TableAnswers
from glassnet.estimators.table.evaluation import Evaluation, classes_evaluated, numbers_evaluated
from glassnet.estimators.table.streaming.rows import gathered
from glassnet.pieces.losses import Quantile

BINS, MOST_CELLS = 1 << 16, 1 << 22  # of log-odds, for the AUC; of all classes together
REACH = 20.0  # log-odds beyond which all are alike


class Sums(Protocol):
    """What of an evaluation adds up."""

    def add(self, truth: Array, predictions: Array, weights: Array) -> None:
        """Rows: their truth, class numbers (m,) or numbers (m, 1), the network's predictions (m, k), weights (m,)."""

    def evaluation(self) -> Evaluation:
        """Of all rows so far."""


def judged_in_blocks(
    source: Source,
    encoder: TableEncoder,
    answers: TableAnswers,
    predict: Callable[[Array], Array],
    weight: str | None = None,
) -> Evaluation:
    """The evaluation of a model on a table that has the target too, block by block.

    Args:
        source: the table.
        encoder: of its columns.
        answers: what the outputs mean.
        predict: from inputs to predictions (m, k).
        weight: the column of what each row weighs in every score; None for all 1.
    """
    target, found = answers.target, Unfamiliar()
    kind: Callable[[TableAnswers], Sums] = ClassSums if target.classes is not None else NumberSums
    sums = Kept(answers) if isinstance(answers.loss, Quantile) else kind(answers)
    encoder.check(source, besides=(target.name,))
    names = dict.fromkeys([*encoder.input_names, target.name, *([] if weight is None else [weight])])
    weights = None if weight is None else weight_reader(source, weight)
    for block in source.blocks(list(names)):
        table = gathered(source, [block], [target.name])
        own = np.ones(len(block.rows)) if weights is None else weights(block)
        sums.add(target.transform(table, target.name, np.float64), predict(encoder.block(block, found)), own)
    found.warn()
    return sums.evaluation()


class Kept:
    """All truths and predictions, for scores that do not add up."""

    def __init__(self, answers: TableAnswers) -> None:
        self._answers = answers
        self._parts: list[tuple[Array, Array, Array]] = []

    def add(self, truth: Array, predictions: Array, weights: Array) -> None:
        """See :class:`Sums`."""
        self._parts.append((truth, predictions, weights))

    def evaluation(self) -> Evaluation:
        """See :class:`Sums`."""
        truth, predictions, weights = (np.concatenate(some) for some in zip(*self._parts, strict=True))
        return self._answers.judge(predictions, truth, weights)


class NumberSums:
    """Of a regression: sums of errors, and of the distances from the training's mean."""

    def __init__(self, answers: TableAnswers) -> None:
        self._answers = answers
        self._mean = float(answers.target.inverse(np.zeros(1))[0])
        self._rows, self._weight, self._offset = 0, 0.0, 0.0
        self._sums = np.zeros((2, 2))  # squared and absolute; of the model and of the mean

    def add(self, truth: Array, predictions: Array, weights: Array) -> None:
        """See :class:`Sums`."""
        numbers = self._answers.target.inverse(truth)[:, 0]
        off = np.stack([numbers - self._answers.decode(predictions), numbers - self._mean])
        self._rows += len(numbers)
        self._weight += float(weights.sum())
        self._offset += float(off[1] @ weights)
        self._sums += [off**2 @ weights, np.abs(off) @ weights]

    def evaluation(self) -> Evaluation:
        """See :class:`Sums`."""
        squared, absolute = self._sums
        weight = some_weight(self._weight)
        spread = squared[1] - self._offset**2 / weight  # about the mean of these rows
        typical, error = np.sqrt(squared / weight).tolist(), (absolute / weight).tolist()
        explained = (1 - squared / spread).tolist() if self._rows > 1 and spread > 0 else None
        return numbers_evaluated(self._mean, self._rows, typical, error, explained, self._answers.target.name)


class ClassSums:
    """Of a classification: the table of confusion, the surprise, and how often each class has which log-odds.

    AUC follows from the last; odds that fall into the same of ``BINS`` count as equal.
    """

    def __init__(self, answers: TableAnswers) -> None:
        assert answers.target.classes is not None and answers.target.counts is not None
        self._classes, self._counts = answers.target.classes, answers.target.counts
        self._k = len(self._classes)
        self._bins = min(BINS, MOST_CELLS // self._k)
        self._confusion = np.zeros((self._k, self._k), np.int64)
        self._odds = np.zeros((self._k, 2, self._bins))  # of the others, and of the class itself
        self._weights = np.zeros(self._k)  # of the rows of each class
        self._right = self._surprise = 0.0

    def add(self, truth: Array, predictions: Array, weights: Array) -> None:
        """See :class:`Sums`."""
        k, own = self._k, truth.astype(np.int64)
        p = np.asarray(of_each_class(predictions), np.float64)
        p /= p.sum(axis=1, keepdims=True)
        named = p.argmax(axis=1)
        self._confusion += np.bincount(own * k + named, minlength=k * k).reshape(k, k)
        self._weights += np.bincount(own, weights, minlength=k)
        self._right += float(weights[named == own].sum())
        self._surprise -= float(np.log(_inside(p[np.arange(len(own)), own])) @ weights)
        odds = np.log(_inside(p)) - np.log(_inside(1 - p))
        place = np.clip((odds + REACH) * (self._bins / (2 * REACH)), 0, self._bins - 1).astype(np.int64)
        for c in range(k):
            both = (own == c) * self._bins + place[:, c]
            self._odds[c] += np.bincount(both, weights, minlength=2 * self._bins).reshape(2, self._bins)

    def evaluation(self) -> Evaluation:
        """See :class:`Sums`."""
        each, weight = self._weights, some_weight(float(self._weights.sum()))
        rows, frequencies = int(self._confusion.sum()), self._counts / self._counts.sum()
        right = self._right / weight, each[self._counts.argmax()] / weight
        surprised = self._surprise / weight, float(-(each @ np.log(_inside(frequencies))) / weight)
        present = np.flatnonzero(each)
        judged = present[-1:] if self._k == 2 else present
        auc = float(np.mean([_area(*self._odds[c]) for c in judged])) if len(present) > 1 else None
        return classes_evaluated(self._classes, self._counts, rows, right, surprised, auc, self._confusion)


def some_weight(total: float) -> float:
    """The weight of all rows, of which some must weigh something."""
    if not total:
        raise InvalidInput("rows that are judged all weigh 0", remedy="give some of them a weight")
    return total


def _inside(p: Array) -> Array:
    eps = np.finfo(np.float64).eps
    return np.clip(p, eps, 1 - eps)


def _area(others: Array, own: Array) -> float:
    """The area under the ROC curve: the share of pairs in which the row of the class has the higher odds."""
    below = np.cumsum(others) - others / 2
    return float(own @ below / (own.sum() * float(others.sum())))
