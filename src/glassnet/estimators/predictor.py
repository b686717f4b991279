"""The fast path: a fitted model frozen for prediction, nothing but its arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from glassnet.arrays import Array
from glassnet.errors import Unsupported
from glassnet.learning.columns import ArrayColumns
from glassnet.learning.fitted import Fitted


class Predictor:
    """The predictions of a fitted model, bit for bit, without its checks: ``model.predictor()``.

    It holds a copy of the parameters, so that what happens to the model later does not reach it. Inputs are dense
    arrays (m, n) of finite numbers, columns in the order of training: nothing is checked. NaN in, NaN (or any class)
    out. It can be pickled, and called from many threads.

    Args:
        fitted: the model.

    >>> import numpy as np
    >>> from glassnet.estimators.linear.regression import LinearRegression
    >>> model = LinearRegression().fit([[1.0], [2.0], [3.0]], [2.0, 4.0, 6.0])
    >>> model.predictor().predict(np.array([[10.0]])).round(6).tolist()
    [20.0]
    """

    def __init__(self, fitted: Fitted) -> None:
        answers = fitted.answers
        self.network, self.blend, self.arithmetic = fitted.network, fitted.blend.copy(), fitted.arithmetic
        self._transform = fitted.columns.transform if isinstance(fitted.columns, ArrayColumns) else None
        self._decode: Callable[[Array], Array] = answers.decode
        self._probabilities: Callable[[Array], Array] | None = answers.probabilities
        if answers.classes is not None:
            self.classes_ = answers.classes
        self._make_ready()

    def _make_ready(self) -> None:
        self.engine_ = self.arithmetic.choose(self.network, self.blend.members[0].parameters).used
        self._predictions = self.blend.ready(self.arithmetic, frozen=True)

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "_predictions"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self._make_ready()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {' - '.join(map(str, self.network.widths))}, {self.engine_.name}>"

    def predict(self, X: Array) -> Array:
        """The prediction for each row: numbers or classes (m,), or (m, k) of several.

        Args:
            X: (m, n).
        """
        return self._decode(self._outputs(X))

    def predict_proba(self, X: Array) -> Array:
        """The probability of each class, (m, k), columns in the order of ``classes_``.

        Args:
            X: (m, n).

        Raises:
            Unsupported: of a regression.
        """
        if self._probabilities is None:
            raise Unsupported("a regression has no probabilities", remedy="ask for predictions")
        return self._probabilities(self._outputs(X))

    def _outputs(self, X: Array) -> Array:
        """``y^`` (m, k)."""
        return self._predictions(X if self._transform is None else self._transform(X))
