"""Losses: how wrong one example is (Intro to Neural Networks, *Computing the cost*, *Example cost functions*).

>>> LOSSES.make("cross_entropy").link
'softmax'
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from glassnet.arrays import Array
from glassnet.pieces.expressions import Operations, Value
from glassnet.pieces.links import LINKS
from glassnet.pieces.loss import Loss as Loss
from glassnet.pieces.settings import setting
from glassnet.pieces.tables import Family


def _difference(loss: Loss, ns: Operations, p: Value, y: Value) -> Value:
    return p - y


def _predictions_minus_targets(loss: Loss, S: Array, Y: Array, out: Array) -> None:
    LINKS[loss.link].value(S, out)
    out -= loss.targets_as_compared(Y)


@dataclass(frozen=True)
class SquaredError(Loss):
    """Half the squared error. The half makes its gradient ``dZ[L] = A[L] - Y``; the workshop's MSE is twice this.

    >>> SquaredError().value(np.array([[3.0]]), np.array([[1.0]])).tolist()
    [2.0]
    """

    name = "squared_error"
    aliases = ("mse",)
    formula = "1/2 sum_k (y^_k - y_k)^2"
    gradient_formula = "y^ - y"
    source = "Intro to Neural Networks, Example cost functions"

    def value(self, S: Array, Y: Array) -> Array:
        E = S - Y
        return 0.5 * np.einsum("mk,mk->m", E, E)

    def gradient(self, S: Array, Y: Array, out: Array) -> None:
        np.subtract(S, Y, out=out)

    def written(self, ns: Operations, p: Value, y: Value) -> Value:
        return 0.5 * (p - y) ** 2

    written_gradient = _difference


@dataclass(frozen=True)
class AbsoluteError(Loss):
    """The absolute error: fits the median, and outliers pull no harder than other examples.

    >>> AbsoluteError().value(np.array([[3.0]]), np.array([[1.0]])).tolist()
    [2.0]
    """

    name = "absolute_error"
    aliases = ("mae",)
    formula = "sum_k |y^_k - y_k|"
    gradient_formula = "sign(y^ - y), 0 where they are equal"
    source = "Laplace 1774"

    def value(self, S: Array, Y: Array) -> Array:
        return np.abs(S - Y).sum(axis=1)

    def gradient(self, S: Array, Y: Array, out: Array) -> None:
        np.sign(np.subtract(S, Y, out=out), out=out)

    def written(self, ns: Operations, p: Value, y: Value) -> Value:
        return ns.abs(p - y)

    def written_gradient(self, ns: Operations, p: Value, y: Value) -> Value:
        return ns.sign(p - y)


@dataclass(frozen=True)
class Huber(Loss):
    """Squared near the target, absolute beyond ``delta``.

    Args:
        delta: where the one passes into the other, in units of y.

    >>> Huber(delta=1.0).value(np.array([[0.5], [3.0]]), np.zeros((2, 1))).tolist()
    [0.125, 2.5]
    """

    delta: float = setting(1.0, low=0, above=True, help="the error beyond which the loss is linear, in units of y")

    name = "huber"
    formula = "sum_k (e^2 / 2 if |e| <= delta else delta (|e| - delta / 2)), e = y^_k - y_k"
    gradient_formula = "e cut to [-delta, delta]"
    source = "Huber 1964, Robust estimation of a location parameter"

    def in_units(self, scale: float) -> Huber:
        return Huber(self.delta / scale)

    def value(self, S: Array, Y: Array) -> Array:
        E = np.abs(S - Y)
        near = np.minimum(E, self.delta)
        return (near * (E - 0.5 * near)).sum(axis=1)

    def gradient(self, S: Array, Y: Array, out: Array) -> None:
        np.clip(np.subtract(S, Y, out=out), -self.delta, self.delta, out=out)

    def written(self, ns: Operations, p: Value, y: Value) -> Value:
        error, delta = ns.abs(p - y), ns.named("delta", self.delta)
        return ns.where(error <= self.delta, 0.5 * (p - y) ** 2, delta * (error - 0.5 * delta))

    def written_gradient(self, ns: Operations, p: Value, y: Value) -> Value:
        delta = ns.named("delta", self.delta)
        return ns.maximum(ns.minimum(p - y, delta), -delta)


@dataclass(frozen=True)
class Quantile(Loss):
    """The pinball loss: fits the ``level`` quantile, so that this share of the targets lies below the prediction.

    Args:
        level: the share, strictly between 0 and 1; 0.5 is the median.

    >>> Quantile(level=0.9).value(np.array([[0.0], [1.0]]), np.array([[1.0], [0.0]])).round(3).tolist()
    [0.9, 0.1]
    """

    level: float = setting(0.5, low=0, high=1, above=True, below=True, help="the share of targets below the prediction")

    name = "quantile"
    aliases = ("pinball",)
    formula = "sum_k (level (y - y^) if y > y^ else (1 - level) (y^ - y))"
    gradient_formula = "-level where y > y^, 1 - level where y < y^, 0 where they are equal"
    source = "Koenker, Bassett 1978, Regression quantiles"

    def value(self, S: Array, Y: Array) -> Array:
        E = Y - S
        return np.maximum(self.level * E, (self.level - 1) * E).sum(axis=1)

    def gradient(self, S: Array, Y: Array, out: Array) -> None:
        np.sign(np.subtract(S, Y, out=out), out=out)
        out *= np.where(out < 0, self.level, 1 - self.level).astype(out.dtype, copy=False)

    def written(self, ns: Operations, p: Value, y: Value) -> Value:
        level = ns.named("level", self.level)
        return ns.where(y > p, level * (y - p), ns.where(y < p, (1 - level) * (p - y), 0.0))

    def written_gradient(self, ns: Operations, p: Value, y: Value) -> Value:
        level = ns.named("level", self.level)
        return ns.where(y > p, -level, ns.where(y < p, 1 - level, 0.0))


@dataclass(frozen=True)
class Poisson(Loss):
    """Half the Poisson deviance, for counts, with ``y^ = e^S``.

    The terms without y^ are kept, so a perfect prediction costs 0 (scikit-learn's ``MLPRegressor`` keeps them too).

    >>> Poisson().value(np.array([[0.0]]), np.array([[1.0]])).tolist()
    [0.0]
    """

    name = "poisson"
    link = "exp"
    targets = "counts"
    formula = "sum_k (y^_k - y_k + y_k ln(y_k / y^_k))"
    gradient_formula = "y^ - y"
    source = "Nelder, Wedderburn 1972, Generalized linear models"

    def value(self, S: Array, Y: Array) -> Array:
        # Not y^ - y + y ln(y / y^) as it stands: near y its large terms cancel, down to costs below 0.
        some = np.where(Y > 0, Y, 1)
        d = S - np.log(some)  # ln(y^ / y)
        with np.errstate(over="ignore"):
            excess = np.where(Y > 0, some * np.expm1(d), np.exp(S))  # y^ - y
        return (excess - Y * d).sum(axis=1)

    def expression(self, ns: Operations, S: Value, Y: Array) -> Value:
        return ns.sum(ns.exp(S) - Y + ns.xlogy(Y, Y) - Y * S, axis=1)

    def written(self, ns: Operations, p: Value, y: Value) -> Value:
        return ns.where(y > 0, p - y + ns.xlogy(y, y / p), p)

    gradient = _predictions_minus_targets
    written_gradient = _difference


@dataclass(frozen=True)
class BinaryCrossEntropy(Loss):
    """Cross-entropy of k independent yes/no answers, from the scores (logits); k = 1 is logistic regression.

    Args:
        label_smoothing: the share of each label moved to the fair coin: ``y (1 - s) + s / 2``.

    >>> BinaryCrossEntropy().value(np.array([[1e4], [0.0]]), np.array([[0.0], [1.0]])).round(4).tolist()
    [10000.0, 0.6931]
    """

    label_smoothing: float = setting(0.0, low=0, high=1, below=True, help="share of each label given to the fair coin")

    name = "binary_cross_entropy"
    link = "sigmoid"
    targets = "zero_one"
    formula = "sum_k (-y_k ln y^_k - (1 - y_k) ln(1 - y^_k))"
    gradient_formula = "y^ - y"
    source = "Intro to Neural Networks, Example cost functions; smoothing: Szegedy et al. 2015, arXiv 1512.00567"

    def targets_as_compared(self, Y: Array) -> Array:
        s = self.label_smoothing
        return Y * (1 - s) + 0.5 * s if s else Y

    def value(self, S: Array, Y: Array) -> Array:
        # Not softplus(S) - y S: for large S that loses the small answer in the difference of two large numbers.
        tail = np.log1p(np.exp(-np.abs(S)))
        return (np.maximum(S, 0) - S * self.targets_as_compared(Y) + tail).sum(axis=1)

    def expression(self, ns: Operations, S: Value, Y: Array) -> Value:
        y = self.targets_as_compared(Y)
        return ns.sum(y * ns.softplus(-S) + (1 - y) * ns.softplus(S), axis=1)

    def written(self, ns: Operations, p: Value, y: Value) -> Value:
        return -ns.xlogy(y, p) - ns.xlogy(1 - y, 1 - p)

    gradient = _predictions_minus_targets
    written_gradient = _difference


@dataclass(frozen=True)
class CrossEntropy(Loss):
    """Cross-entropy of one answer out of k classes, from the scores (logits) through softmax.

    Args:
        label_smoothing: the share of each label spread evenly over the k classes: ``y (1 - s) + s / k``.

    >>> CrossEntropy().value(np.array([[0.0, 0.0], [1e4, 0.0]]), np.eye(2)).round(4).tolist()
    [0.6931, 10000.0]
    """

    label_smoothing: float = setting(0.0, low=0, high=1, below=True, help="share of each label spread over the classes")

    name = "cross_entropy"
    link = "softmax"
    targets = "classes"
    formula = "-sum_k y_k ln y^_k"
    gradient_formula = "y^ - y"
    source = "Intro to Neural Networks, Example cost functions; smoothing: Szegedy et al. 2015, arXiv 1512.00567"

    def targets_as_compared(self, Y: Array) -> Array:
        s = self.label_smoothing
        return Y * (1 - s) + s / Y.shape[1] if s else Y

    def value(self, S: Array, Y: Array) -> Array:
        rows, top = np.arange(len(S)), S.argmax(axis=1)
        T = S - S[rows, top, None]
        others = np.exp(T)
        others[rows, top] = 0  # Not ln sum_k e^T_k: the top's 1 would swallow the others, and with them a small loss.
        return np.log1p(others.sum(axis=1)) - np.einsum("mk,mk->m", self.targets_as_compared(Y), T)

    def expression(self, ns: Operations, S: Value, Y: Array) -> Value:
        return -ns.sum(self.targets_as_compared(Y) * ns.log_softmax(S), axis=1)

    def written(self, ns: Operations, p: Value, y: Value) -> Value:
        return -ns.xlogy(y, p)

    gradient = _predictions_minus_targets
    written_gradient = _difference


LOSSES: Family[Loss] = Family(
    "loss", [SquaredError, AbsoluteError, Huber, Quantile, Poisson, BinaryCrossEntropy, CrossEntropy]
)
