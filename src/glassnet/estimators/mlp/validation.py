"""The rows that the training of a multi-layer perceptron is judged by, and the score they are judged with."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from inspect import signature
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, DTypeLike
from sklearn.utils.validation import _check_sample_weight

from glassnet import arrays
from glassnet.arrays import Array, Matrix
from glassnet.engines.plan import Rows
from glassnet.errors import InvalidInput
from glassnet.estimators.labels import Labels
from glassnet.estimators.sound import sound, summable
from glassnet.estimators.typed import BaseEstimator
from glassnet.learning.metrics import Metric

GivenRows = TypeVar("GivenRows", Rows, Rows | None)


def hold_out(
    rows: Rows, share: float, random: np.random.RandomState, labels: Labels | None = None
) -> tuple[Rows, Rows]:
    """Rows to train on, and a share of them held out, the two classes of ``labels`` in proportion.

    Raises:
        InvalidInput: a class of one row.
        ValueError: too few rows, in scikit-learn's words.
    """
    from sklearn.model_selection import train_test_split

    indices, strata = np.arange(rows.X.shape[0]), None
    if labels is not None:  # of 0 and 1 scikit-learn's own error speaks as False and True
        plain = np.array_equal(labels.classes, [0, 1])
        strata = rows.Y.astype(bool)[:, None] if plain else labels.classes[rows.Y]
    try:
        training, validation = train_test_split(indices, random_state=random, test_size=share, stratify=strata)
    except ValueError as error:
        if labels is None or (counts := np.bincount(rows.Y)).min() > 1:
            raise
        seen, remedy = f"1 row of class {labels.named(labels.classes[counts < 2])}", "give every class two rows or more"
        raise InvalidInput(str(error).removesuffix("."), seen, f"{remedy}, or set early_stopping=False") from None
    if len(validation) < 2:
        raise ValueError("The validation set is too small. Increase 'validation_fraction' or the size of your dataset.")
    return _take(rows, training), _take(rows, validation)


def scorer_metric(estimator: BaseEstimator, scoring: str | Callable[..., float], rows: Rows, y: Array) -> Metric:
    """A scorer as scikit-learn takes it, as a metric on ``rows`` whose targets the user knows as ``y``."""
    from sklearn.metrics import check_scoring

    scorer = check_scoring(estimator, scoring=scoring)
    weighted = {"sample_weight": rows.weights} if _takes_weights(scorer) else {}
    nameless = copy(estimator)  # it looks at the same parameters, and at rows that are arrays by now
    vars(nameless).pop("feature_names_in_", None)
    if (scaling := vars(nameless).get("scaling_")) is not None:
        vars(nameless)["scaling_"] = scaling.of_answers  # these rows are scaled by now

    def score(Y: Array, predictions: Array, weights: Array | None) -> float:
        return float(scorer(nameless, rows.X, y, **weighted))

    return Metric("score", score, True, str(scoring))


def _takes_weights(scorer: Callable[..., float]) -> bool:
    function = getattr(scorer, "_score_func", scorer)  # of scikit-learn's own scorers: the metric
    return "sample_weight" in signature(function).parameters


def checked_weights(sample_weight: ArrayLike | None, X: Matrix) -> Array | None:
    """``sample_weight`` (m,) as scikit-learn checks it, in the dtype of ``X``, or None."""
    if sample_weight is None:
        return None
    return summable(_check_sample_weight(sound(sample_weight, "sample_weight"), X, dtype=X.dtype))


def in_dtype(rows: GivenRows, dtype: DTypeLike) -> GivenRows:
    """``rows`` with X in a dtype, laid out as engines read it; None as it is."""
    return rows and Rows(arrays.in_dtype(rows.X, dtype), rows.Y, rows.weights)


def _take(rows: Rows, chosen: Array) -> Rows:
    return Rows(rows.X[chosen], rows.Y[chosen], None if rows.weights is None else rows.weights[chosen])
