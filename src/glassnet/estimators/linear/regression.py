"""Linear regression: a network of one layer and no activation (*Intro to Neural Networks*, Linear Regression)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from numbers import Real
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils import column_or_1d
from sklearn.utils._param_validation import Interval

from glassnet.arrays import Array
from glassnet.engines.choice import EngineName
from glassnet.engines.plan import Device
from glassnet.estimators.base import Data
from glassnet.estimators.linear.base import LinearModel, checked_rows
from glassnet.estimators.linear.standardize import Standardizer
from glassnet.estimators.numeric import as_numbers
from glassnet.estimators.typed import RegressorMixin, fit_context
from glassnet.learning.fitted import single
from glassnet.pieces.penalties import Penalties


@dataclass(kw_only=True, eq=False, repr=False)
class LinearRegression(RegressorMixin, LinearModel):
    """Linear regression by least squares: ``y^ = w . x + b``, with the smallest

    ``J = 1/(2m) sum_i (y^_i - y_i)^2 + l1 |w|_1 + l2/2 |w|_2^2``

    (with sample weights ``s`` the mean is ``sum_i s_i (...)^2 / (2 sum_i s_i)``; of several targets the sum). The
    penalties are on the coefficients in the user's units, never on the intercept. scikit-learn's models are

    ==============================  =================================================
    ``LinearRegression()``          ``LinearRegression()``
    ``Ridge(alpha)``                ``LinearRegression(l2=alpha / sum of weights)``
    ``Lasso(alpha)``                ``LinearRegression(l1=alpha)``
    ``ElasticNet(alpha, r)``        ``LinearRegression(l1=alpha * r, l2=alpha * (1 - r))``
    ==============================  =================================================

    Args:
        fit_intercept: False fixes b at 0.
        l1: strength of the L1 penalty, >= 0, in units of J for each unit of w; sets coefficients to exactly 0.
        l2: strength of the L2 penalty, >= 0, in units of J for each squared unit of w. Both 0: ordinary least squares.
        solver: "lbfgs", or an optimizer for gradient descent, such as "gradient_descent"; with l1 those two only.
        learning_rate: of gradient descent on standardized inputs, > 0; None is the optimizer's own.
        batch_size: rows of a mini-batch; None takes all rows at once, as in the workshop.
        max_iter: most iterations or epochs.
        tol: with lbfgs the largest derivative of J to stop at, else the least improvement of J that counts; both for
            standardized inputs and target.
        random_state: of shuffles: None, a whole number or NumPy's RandomState.
        verbose: True shows progress.
        n_threads: the most threads the native engine may use; None for as many as are useful. It changes no number.
        engine, device: "auto" takes the fastest that can, on the "cpu"; or others, as in ``MLPClassifier``.

    Attributes:
        coef_: (n,) or (k, n), in the user's units. intercept_: a number or (k,).
        n_iter_: iterations or epochs done. engine_: which one trained, and why.

    Source: *Intro to Neural Networks*, Linear Regression; Tibshirani 1996; Zou, Hastie 2005.

    >>> X, y = [[5, 3, 3000], [2, 1, 900], [3, 2, 1500], [4, 2, 2000]], [500, 180, 270, 350]
    >>> LinearRegression().fit(X, y).predict([[5, 3, 3000]]).round(3).tolist()
    [500.0]
    >>> LinearRegression(l1=50.0).fit(X, y).coef_.round(3).tolist()
    [0.0, 0.0, 0.153]
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **LinearModel._parameter_constraints,
        "l1": [Interval(Real, 0, None, closed="left")],
        "l2": [Interval(Real, 0, None, closed="left")],
    }

    l1: float = 0.0
    l2: float = 0.0
    n_threads: int | None = None
    engine: EngineName = "auto"
    device: Device = "cpu"

    @fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Data, y: Data, sample_weight: ArrayLike | None = None) -> LinearRegression:
        """Train.

        Args:
            X: (m, n), dense or sparse.
            y: numbers (m,) or (m, k).
            sample_weight: (m,) >= 0, or None for all 1.

        Raises:
            InvalidInput: ``l1`` with a solver that knows no L1.
            ValueError: invalid rows, targets or weights, as scikit-learn checks them.
        """
        rows = checked_rows(self, X, as_numbers(y), sample_weight, y_numeric=True, multi_output=True)
        if rows.Y.ndim == 2 and rows.Y.shape[1] == 1:
            column_or_1d(rows.Y, warn=True)
        Y = rows.Y.reshape(len(rows.Y), -1).astype(np.float64)
        target = self._target(Y, rows.weights)
        penalties = self._penalties(float(np.mean(target.scale)))
        scaled = (Y - target.center) / target.scale
        (W, b), trained = self._solve(rows._replace(Y=scaled), Y.shape[1], "squared_error", penalties)
        W, b = W * target.scale[:, None], b * target.scale + target.center
        self._keep(W, b, trained)
        return self

    def predict(self, X: Data) -> Array:
        """The prediction for each row, (m,) or (m, k).

        Args:
            X: (m, n).
        """
        return single(self._forward(self._inputs(X)))

    def _show(self, W: Array, b: Array) -> None:
        self.coef_, self.intercept_ = (W[0], float(b[0])) if len(b) == 1 else (W, b)

    def _target(self, Y: Array, weights: Array | None) -> Standardizer:
        target = Standardizer.of(Y, weights, centered=bool(self.fit_intercept))
        if self.l1:  # which weighs differently in different units, and is one number for all outputs
            return replace(target, scale=np.full_like(target.scale, target.scale.max()))
        return target

    def _penalties(self, s: float) -> Penalties:
        """For a target divided by ``s``: ``y / s`` has coefficients ``w / s`` and costs ``1 / s^2``."""
        return Penalties(l1=float(self.l1) / s, l2=float(self.l2))
