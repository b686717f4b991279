"""The fast path: a fitted model frozen for prediction, nothing but its arithmetic."""

from __future__ import annotations

from typing import Any

import numpy as np

from glassnet.arrays import Array
from glassnet.estimators.labels import Labels
from glassnet.learning.arithmetic import AUTO, Arithmetic
from glassnet.network.network import Network
from glassnet.network.parameters import Parameters


class Predictor:
    """The predictions of a fitted estimator, bit for bit, without its checks: ``model.predictor()``.

    It holds a copy of the parameters, so that what happens to the estimator later does not reach it. Inputs are dense
    arrays (m, n) of finite numbers, columns in the order of training: nothing looks whether they are. NaN in, NaN (or
    any class) out. It can be pickled, and called from many threads.

    Args:
        network, parameters: what predicts; kept, not copied.
        arithmetic: who does the arithmetic.

    >>> from glassnet.estimators.linear.regression import LinearRegression
    >>> model = LinearRegression().fit([[1.0], [2.0], [3.0]], [2.0, 4.0, 6.0])
    >>> model.predictor().predict(np.array([[10.0]])).round(6).tolist()
    [20.0]
    """

    def __init__(self, network: Network, parameters: Parameters, arithmetic: Arithmetic = AUTO) -> None:
        self.network, self.parameters, self.arithmetic = network, parameters, arithmetic
        self._dtype, self._single = parameters.theta.dtype, network.outputs == 1
        choice = arithmetic.choose(network, parameters)
        self.engine_ = choice.used
        self._scores, self._predictions = choice.engine.ready(parameters, frozen=True)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.network, self.parameters, self.arithmetic)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {' - '.join(map(str, self.network.widths))}, {self.engine_.name}>"

    def predict(self, X: Array) -> Array:
        """The prediction for each row, (m,) or (m, k).

        Args:
            X: (m, n).
        """
        Y = self._outputs(X)
        return Y[:, 0] if self._single else Y

    def _outputs(self, X: Array) -> Array:
        """``y^`` (m, k)."""
        return self._predictions(np.ascontiguousarray(X, self._dtype))


class ClassPredictor(Predictor):
    """The :class:`Predictor` of a classifier.

    Args:
        network, parameters: what predicts; kept, not copied.
        labels: what the outputs mean.
        arithmetic: who does the arithmetic.
    """

    def __init__(self, network: Network, parameters: Parameters, labels: Labels, arithmetic: Arithmetic = AUTO) -> None:
        super().__init__(network, parameters, arithmetic)
        self.labels, self.classes_ = labels, labels.classes

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.network, self.parameters, self.labels, self.arithmetic)

    def predict(self, X: Array) -> Array:
        """The class of each row, (m,); of several yes/no answers (m, k) of 0 and 1.

        Args:
            X: (m, n).
        """
        return self.labels.decode(self._outputs(X))

    def predict_proba(self, X: Array) -> Array:
        """The probability of each class, (m, k), columns in the order of ``classes_``.

        Args:
            X: (m, n).
        """
        return self.labels.probabilities(self._outputs(X))
