"""What the networks of a blend are stopped by and chosen by: one record for each metric."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from glassnet.arrays import Array
from glassnet.errors import unknown_name
from glassnet.pieces.links import LINKS
from glassnet.pieces.losses import Loss

SMALLEST = 1e-12  # probability: its logarithm is finite
CLASSES = ("classes", "zero_one")  # targets of losses
TENTH = 0.1  # of the log-loss tells apart what is right equally often
MOST_RANKED = 10_000  # rows: of more an evenly spaced part is ranked


@dataclass(frozen=True)
class Criterion:
    """One metric, as a blend is chosen by it; a cost is lower where the metric is better.

    A prediction is the probability of the row's own class, or of each class where ``whole``, or the number.

    Args:
        words: what it is called once it is ``shown``.
        terms: predictions (.., m) or (.., m, k) and the truth (m,) -> the cost of each row (.., m), by which trainings
            are stopped.
        shown: predictions, truth, weights of the rows, the target's scale -> the number that people read.
        whole: whether it needs the probability of each class.
        ranked: predictions, truth, weights -> costs (..,) of all rows together; None is the mean of ``terms``.
    """

    words: str
    terms: Callable[[Array, Array], Array]
    shown: Callable[[Array, Array, Array, float], float]
    whole: bool = False
    ranked: Callable[[Array, Array, Array], Array] | None = None

    def part(self, predictions: Array, own: Array) -> Array:
        """What is read of a network's predictions (m, k): of classes the probability of the row's own, or all.

        Args:
            predictions: (m, k), of classes a probability of each.
            own: class numbers (m,) of integers, or numbers (m,).
        """
        if self.whole:
            return predictions
        return predictions[np.arange(len(own)), own] if own.dtype.kind == "i" else predictions[:, 0]

    def costs(self, P: Array, truth: Array, weights: Array) -> Array:
        """Of predictions by several (c, m) or (c, m, k) the cost of each, (c,); of one's a number.

        Args:
            P, truth: see ``terms``.
            weights: of the rows, (m,), sum 1.
        """
        if self.ranked is not None:
            return self.ranked(P, truth, weights)
        return np.asarray(self.terms(P, truth) @ weights)


def _surprise(p: Array, own: Array) -> Array:
    return -np.log(np.maximum(p, SMALLEST))


def _of_own(P: Array, own: Array) -> Array:
    return P[..., np.arange(len(own)), own]


def _right(P: Array, own: Array) -> Array:
    return np.asarray(P.argmax(axis=-1) == own)


def misranked(P: Array, own: Array, weights: Array) -> Array:
    """1 - AUC: how often a row of another class is ranked before one of the class, the mean over classes (two: once).

    Args:
        P: probabilities (.., m, k).
        own: (m,).
        weights: of the rows (m,); one of 0 does not count, else all count alike.

    >>> P = np.array([[0.9, 0.1], [0.6, 0.4], [0.7, 0.3], [0.2, 0.8]])
    >>> float(misranked(P, np.array([0, 0, 1, 1]), np.ones(4)))
    0.25
    """
    from scipy.stats import rankdata

    rows = np.flatnonzero(weights > 0)
    rows = rows[np.linspace(0, len(rows) - 1, min(len(rows), MOST_RANKED)).astype(np.int64)] if len(rows) else rows
    P, own = P[..., rows, :], own[rows]
    present = [c for c in range(P.shape[-1]) if 0 < (own == c).sum() < len(own)]
    areas = []
    for c in present[-1:] if P.shape[-1] == 2 else present:
        mine = own == c
        many, others = int(mine.sum()), int((~mine).sum())
        ranks = rankdata(P[..., c], axis=-1)[..., mine].sum(axis=-1)
        areas.append((ranks - many * (many + 1) / 2) / (many * others))
    return np.asarray(1 - np.mean(areas, axis=0)) if areas else np.zeros(P.shape[:-2])


def _square(p: Array, y: Array) -> Array:
    return np.square(p - y)


def _explained(p: Array, y: Array, weights: Array, scale: float) -> float:
    spread = float(np.square(y - y @ weights) @ weights)
    return 1 - float(_square(p, y) @ weights) / (spread or 1.0)


CRITERIA = {
    "accuracy": Criterion(
        "accuracy",
        lambda P, own: ~_right(P, own) + TENTH * _surprise(_of_own(P, own), own),
        lambda p, own, weights, scale: float(_right(p, own) @ weights),
        whole=True,
    ),
    "log_loss": Criterion("log-loss", _surprise, lambda p, own, weights, scale: float(_surprise(p, own) @ weights)),
    "roc_auc": Criterion(
        "AUC",
        lambda P, own: _surprise(_of_own(P, own), own),  # no row alone has an AUC
        lambda p, own, weights, scale: 1 - float(misranked(p, own, weights)),
        whole=True,
        ranked=misranked,
    ),
    "rmse": Criterion("RMSE", _square, lambda p, y, w, scale: float(np.sqrt(_square(p, y) @ w)) * scale),
    "mae": Criterion("MAE", lambda p, y: np.abs(p - y), lambda p, y, w, scale: float(np.abs(p - y) @ w) * scale),
    "r2": Criterion("R2", _square, _explained),
}
METRIC_NAMES = {True: ("accuracy", "log_loss", "roc_auc"), False: ("rmse", "mae", "r2")}  # of classes, of numbers


def criterion_for(metric: str | None, loss: Loss) -> Criterion:
    """What a blend is chosen by.

    Args:
        metric: a name, or None for what the loss is: of classes the log-loss, since few rows do not tell candidates
            apart by how many are right.
        loss: of the networks.

    Raises:
        UnknownName: no such metric of this task.
    """
    classes = loss.targets in CLASSES
    if metric is not None and metric not in METRIC_NAMES[classes]:
        noun = f"{'classification' if classes else 'regression'} metric"
        raise unknown_name(noun, metric, METRIC_NAMES[classes])
    if metric is not None or classes:
        return CRITERIA[metric or "log_loss"]
    if loss.name == "squared_error" or LINKS[loss.link].name != "identity":
        return CRITERIA["rmse"]
    terms = partial(_own_terms, loss)
    return Criterion(loss.name.replace("_", " "), terms, lambda p, y, weights, scale: float(terms(p, y) @ weights))


def _own_terms(loss: Loss, P: Array, truth: Array) -> Array:
    """The loss itself, of predictions (.., m)."""
    Y = np.broadcast_to(truth, P.shape).reshape(-1, 1)
    return loss.value(P.reshape(-1, 1), Y).reshape(P.shape)
