"""Linear and logistic regression: networks with no hidden layer (deck, *Regression*, *Logistic Regression*).

Inputs (and a numeric target) are standardised inside, which is what lets gradient descent run on a house's bedrooms and
square feet alike; coefficients, penalties and predictions are in the user's own units.
"""

from __future__ import annotations

from dataclasses import replace
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from sklearn.base import ClassifierMixin, RegressorMixin, _fit_context
from sklearn.utils import check_random_state, column_or_1d
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import _check_sample_weight, validate_data

from glassnet.engines.plan import Plan
from glassnet.engines.rows import Rows
from glassnet.engines.state import State
from glassnet.estimators.base import ClassifierPart, NetworkEstimator
from glassnet.estimators.labels import Labels
from glassnet.estimators.standardise import Standardiser
from glassnet.estimators.warnings import warn_of
from glassnet.learning.stopping import Stopping
from glassnet.network.layers import Dense
from glassnet.network.network import Network
from glassnet.pieces.activations import Array
from glassnet.pieces.optimizers import LBFGS, OPTIMIZERS, Optimizer
from glassnet.pieces.penalties import Penalties


class BaseLinear(NetworkEstimator):
    """What linear and logistic regression share."""

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "solver": [StrOptions({*OPTIMIZERS, *OPTIMIZERS.aliases})],
        "learning_rate": [Interval(Real, 0, None, closed="neither"), None],
        "batch_size": [Interval(Integral, 1, None, closed="left"), None],
        "max_iter": [Interval(Integral, 1, None, closed="left")],
        "tol": [Interval(Real, 0, None, closed="left")],
        "random_state": ["random_state"],
        "verbose": ["verbose"],
    }

    coef_: Array
    intercept_: Any

    def _penalties(self) -> Penalties:
        raise NotImplementedError

    def _optimizer(self, size: int) -> Optimizer:
        if OPTIMIZERS[self.solver].cls is LBFGS:
            # A convex cost can be followed to its bottom, where only the slope says when to stop; a long memory gets
            # there in a tenth of the steps, as long as the memory of the machine allows.
            memory = max(10, min(50, 10_000_000 // size))
            return LBFGS(history=memory, tolerance=float(self.tol), improvement=1e-15)
        rate = {} if self.learning_rate is None else {"learning_rate": float(self.learning_rate)}
        return OPTIMIZERS.make(self.solver, **rate)

    def _solve(self, X: Any, Y: Array, weights: Array | None, outputs: int, loss: str) -> tuple[Array, Array]:
        """Weights (outputs, n) and biases (outputs,) in the units of ``X`` and ``Y``."""
        m, n = X.shape
        optimizer, penalties = self._optimizer(n * outputs), self._penalties()
        per = (m if weights is None else weights.sum()) if penalties.per_example else 1.0
        standard = Standardiser.of(X, weights).stretched(np.sqrt(penalties.l2 / (per or 1.0)))
        plan = Plan(
            Network(n, [Dense(outputs, None, "zeros")], loss),
            examples=m,
            optimizer=optimizer,
            penalties=penalties,
            batch_size=m if optimizer.whole_batch or self.batch_size is None else min(int(self.batch_size), m),
            epochs=int(self.max_iter),
            dtype="float64",
            penalty_factors=np.repeat(1 / standard.scale, outputs),
        )
        state = State.new(plan)
        state.seed = int(check_random_state(self.random_state).randint(np.iinfo(np.int32).max))
        patience = max(10, 100 // plan.steps_per_epoch)  # momentum runs past the bottom, and back, for many a step
        stopping = None if optimizer.whole_batch else Stopping(patience=patience, tolerance=float(self.tol))
        outcome = self._train(
            plan, state, Rows(standard.apply(X), Y, weights), stopping=stopping, show=bool(self.verbose)
        )
        self.n_iter_ = state.epoch
        warn_of(outcome, plan)
        W, b = standard.in_users_units(self.parameters_.W[1], self.parameters_.b[1])
        # From here on the network takes the user's own inputs.
        self.parameters_.W[1], self.parameters_.b[1] = W, b
        return W, b


class LinearRegression(RegressorMixin, BaseLinear):
    """Linear regression by least squares: ``y^ = w . x + b``.

    Args:
        l1, l2: strengths of the penalties ``l1 |w| + l2/2 |w|^2`` on the coefficients, added to half the mean squared
            error; 0 is ordinary least squares.
        solver: "lbfgs", or an optimizer for gradient descent, such as "gradient_descent".
        learning_rate: of gradient descent; None is the optimizer's own.
        batch_size: rows of a mini-batch; None takes all rows at once, as in the deck.
        max_iter: most iterations or epochs.
        tol: with lbfgs the largest slope to stop at, else the least improvement of the cost that counts.
        random_state: of shuffles.
        verbose: True shows progress.

    Attributes:
        coef_: (n,) or (k, n), in the user's units. intercept_: a number or (k,).

    Source: deck, *Linear Regression*.

    >>> model = LinearRegression().fit([[5, 3, 3000], [2, 1, 900], [3, 2, 1500], [4, 2, 2000]], [500, 180, 270, 350])
    >>> model.predict([[5, 3, 3000]]).round(3).tolist()
    [500.0]
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **BaseLinear._parameter_constraints,
        "l1": [Interval(Real, 0, None, closed="left")],
        "l2": [Interval(Real, 0, None, closed="left")],
    }

    def __init__(
        self,
        *,
        l1: float = 0.0,
        l2: float = 0.0,
        solver: str = "lbfgs",
        learning_rate: float | None = None,
        batch_size: int | None = None,
        max_iter: int = 1000,
        tol: float = 1e-8,
        random_state: Any = None,
        verbose: bool = False,
    ) -> None:
        self.l1 = l1
        self.l2 = l2
        self.solver = solver
        self.learning_rate = learning_rate
        self.batch_size = batch_size
        self.max_iter = max_iter
        self.tol = tol
        self.random_state = random_state
        self.verbose = verbose

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> LinearRegression:
        """Train.

        Args:
            X: (m, n), dense or sparse.
            y: numbers (m,) or (m, k).
            sample_weight: (m,) >= 0, or None for all 1.
        """
        X, y = validate_data(
            self, X, y, accept_sparse=["csr", "csc"], multi_output=True, y_numeric=True, dtype=np.float64
        )
        y = column_or_1d(y, warn=True) if y.ndim == 2 and y.shape[1] == 1 else y
        weights = _weights(sample_weight, X)
        Y = y.reshape(len(y), -1).astype(np.float64)
        target = Standardiser.of(Y, weights)
        if self.l1:  # which weighs differently in different units, and is one number for all outputs
            target = replace(target, scale=np.full_like(target.scale, target.scale.max()))
        self._target_scale = target.scale
        W, b = self._solve(X, target.apply(Y), weights, Y.shape[1], "squared_error")
        W, b = W * target.scale[:, None], b * target.scale + target.center
        self.parameters_.W[1], self.parameters_.b[1] = W, b
        self.coef_, self.intercept_ = (W[0], float(b[0])) if y.ndim == 1 else (W, b)
        return self

    def predict(self, X: Any) -> Array:
        """The prediction for each row, (m,) or (m, k).

        Args:
            X: (m, n).
        """
        predictions = self._predictions(X)
        return predictions[:, 0] if np.ndim(self.intercept_) == 0 else predictions

    def _penalties(self) -> Penalties:
        # Not in the units of the standardised target: (y / s) has coefficients w / s and costs 1 / s^2.
        s = float(np.mean(self._target_scale))
        return Penalties(l1=float(self.l1) / s, l2=float(self.l2))


class LogisticRegression(ClassifierPart, ClassifierMixin, BaseLinear):
    """Logistic regression: ``y^ = sigma(w . x + b)``, or softmax of one such line for each of several classes.

    Args:
        C: inverse strength of the L2 penalty on the coefficients, as in scikit-learn: the cost is
            ``sum of losses + |w|^2 / (2 C)``; ``inf`` leaves it out.
        solver, learning_rate, batch_size, max_iter, tol, random_state, verbose: as in :class:`LinearRegression`.

    Attributes:
        coef_: (1, n) for two classes, else (k, n), in the user's units. intercept_: (1,) or (k,). classes_: (k,).

    Source: deck, *Logistic Regression*.

    >>> model = LogisticRegression().fit([[100.0], [200.0], [300.0], [400.0]], ["yes", "yes", "no", "no"])
    >>> model.predict([[120.0], [380.0]]).tolist()
    ['yes', 'no']
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **BaseLinear._parameter_constraints,
        "C": [Interval(Real, 0, None, closed="right")],
    }

    def __init__(
        self,
        *,
        C: float = 1.0,
        solver: str = "lbfgs",
        learning_rate: float | None = None,
        batch_size: int | None = None,
        max_iter: int = 1000,
        tol: float = 1e-8,
        random_state: Any = None,
        verbose: bool = False,
    ) -> None:
        self.C = C
        self.solver = solver
        self.learning_rate = learning_rate
        self.batch_size = batch_size
        self.max_iter = max_iter
        self.tol = tol
        self.random_state = random_state
        self.verbose = verbose

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> LogisticRegression:
        """Train.

        Args:
            X: (m, n), dense or sparse.
            y: labels (m,).
            sample_weight: (m,) >= 0, or None for all 1.
        """
        X, y = validate_data(self, X, y, accept_sparse=["csr", "csc"], dtype=np.float64)
        labels = Labels.of(y)
        self._learn_labels(labels)
        weights = _weights(sample_weight, X)
        self.coef_, self.intercept_ = self._solve(X, labels.encode(y), weights, labels.outputs, labels.loss)
        return self

    def _penalties(self) -> Penalties:
        return Penalties(l2=0.0 if np.isinf(self.C) else 1 / float(self.C), per_example=True)


def _weights(sample_weight: Any, X: Any) -> Array | None:
    return None if sample_weight is None else _check_sample_weight(sample_weight, X, dtype=np.float64)
