"""Metrics, computed by scikit-learn from predictions ``y^`` and targets of the network.

Whether labels or class indices are compared is decided here.

>>> "accuracy" in METRICS
True
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import nan
from typing import Any

import numpy as np

from glassnet.arrays import Array
from glassnet.engines.judging import Ratio
from glassnet.pieces.tables import Table


@dataclass(frozen=True)
class Metric:
    """One metric.

    Args:
        name: its name in menus and histories.
        function: ``(Y, predictions, weights)`` -> number; ``Y`` as passed to the network, predictions (m, k).
        higher_is_better: True for scores, False for errors.
        words: its meaning, for people.
        ratio: how it follows from sums that engines make; None where only the function knows.

    >>> METRICS["accuracy"].function(np.array([1, 0]), np.array([[0.2, 0.8], [0.3, 0.7]]), None)
    0.5
    """

    name: str
    function: Callable[[Array, Array, Array | None], float]
    higher_is_better: bool
    words: str
    ratio: Ratio | None = None


def decisions(predictions: Array) -> Array:
    """Class indices (m,) from the probabilities of several classes, else 0/1 from each probability above one half."""
    return predictions.argmax(axis=1) if predictions.shape[1] > 1 else (predictions > 0.5).astype(np.intp)


def _accuracy(Y: Array, predictions: Array, weights: Array | None) -> float:
    from sklearn.metrics import accuracy_score

    if Y.ndim == 2 and Y.shape[1] > 1:  # multilabel: all labels of a row must be right
        return float(accuracy_score(Y > 0.5, predictions > 0.5, sample_weight=weights))
    return float(accuracy_score(Y.ravel().astype(np.intp), decisions(predictions).ravel(), sample_weight=weights))


def _of_numbers(name: str) -> Callable[[Array, Array, Array | None], float]:
    def function(Y: Array, predictions: Array, weights: Array | None) -> float:
        import sklearn.metrics

        if not np.isfinite(predictions).all():  # training diverges; scikit-learn refuses such numbers
            return nan
        metric: Callable[..., Any] = getattr(sklearn.metrics, name)
        return float(metric(Y.reshape(predictions.shape), predictions, sample_weight=weights))

    return function


METRICS = Table(
    "metric",
    [
        Metric("accuracy", _accuracy, True, "share of rows whose class is right", Ratio("right")),
        Metric("rmse", _of_numbers("root_mean_squared_error"), False, "typical error, large errors counting more"),
        Metric("mae", _of_numbers("mean_absolute_error"), False, "mean error", Ratio("distances")),
        Metric(
            "r2",
            _of_numbers("r2_score"),
            True,
            "share of the target's variance explained",
            Ratio("squares", "spread", 1.0, -1.0),
        ),
    ],
)
