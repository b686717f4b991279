"""``MLPRegressor`` with scikit-learn's parameters, defaults and meaning."""

from __future__ import annotations

from collections.abc import Callable
from os import PathLike
from typing import Any, ClassVar

import numpy as np
from sklearn.base import RegressorMixin, _fit_context
from sklearn.utils import column_or_1d
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import validate_data

from glassnet.arrays import Array
from glassnet.errors import InvalidInput
from glassnet.estimators.base import ARITHMETIC, FLOATS
from glassnet.estimators.mlp.base import BaseMLP, stochastic
from glassnet.estimators.mlp.parameters import PARAMETERS, NamesIn
from glassnet.estimators.scikit_callbacks import with_callbacks
from glassnet.learning.metrics import METRICS, Metric
from glassnet.pieces.initializers import Initializer
from glassnet.pieces.losses import LOSSES, Loss
from glassnet.pieces.optimizers import Optimizer
from glassnet.pieces.own_loss import as_loss
from glassnet.pieces.schedules import Schedule


class MLPRegressor(RegressorMixin, BaseMLP):
    __doc__ = f"""A multi-layer perceptron that predicts numbers.

    The loss is half the squared error, or half the Poisson deviance with predictions ``e^z``.
{PARAMETERS}        loss: "squared_error", "poisson", any other name from ``LOSSES`` for numbers, a record, or a
            function ``(S, Y) -> (m,)`` of predictions and targets, derived by the computation graph.{ARITHMETIC}
    >>> from sklearn.datasets import load_diabetes
    >>> X, y = load_diabetes(return_X_y=True)
    >>> model = MLPRegressor(hidden_layer_sizes=(20,), solver="lbfgs", max_iter=2000, random_state=0, tol=1).fit(X, y)
    >>> model.predict(X[:2]).shape
    (2,)
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **BaseMLP._parameter_constraints,
        "loss": [NamesIn(LOSSES), Loss, callable],
    }
    _score_metric: ClassVar[Metric] = Metric("score", METRICS["r2"].function, True, METRICS["r2"].words)

    def __init__(
        self,
        loss: str | Loss | Callable[[Array, Array], Array] = "squared_error",
        hidden_layer_sizes: Any = (100,),
        activation: Any = "relu",
        *,
        solver: str | Optimizer = "adam",
        alpha: float = 0.0001,
        batch_size: int | str = "auto",
        learning_rate: str | Schedule = "constant",
        learning_rate_init: float = 0.001,
        power_t: float = 0.5,
        max_iter: int = 200,
        shuffle: bool = True,
        random_state: Any = None,
        tol: float = 1e-4,
        verbose: bool = False,
        warm_start: bool = False,
        momentum: float = 0.9,
        nesterovs_momentum: bool = True,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        n_iter_no_change: float = 10,
        max_fun: int = 15000,
        dropout: Any = 0.0,
        normalization: str | None = None,
        initializer: str | Initializer | None = None,
        l1: float = 0.0,
        clip_norm: float | None = None,
        clip_value: float | None = None,
        scoring: Any = None,
        callbacks: Any = None,
        progress: bool = False,
        max_time: float | None = None,
        checkpoint: str | PathLike[str] | None = None,
        checkpoint_every: float = 30.0,
        resume: bool = False,
        n_threads: int | None = None,
        engine: str = "auto",
    ) -> None:
        given = {name: value for name, value in locals().items() if name not in ("self", "__class__")}
        super().__init__(**given)
        del self.class_weight  # numbers have no classes

    @with_callbacks
    @_fit_context(prefer_skip_nested_validation=True)
    def fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        X_val: Any = None,
        y_val: Any = None,
        sample_weight_val: Any = None,
    ) -> MLPRegressor:
        """Train.

        Args:
            X: (m, n), dense or sparse.
            y: numbers (m,) or (m, k).
            sample_weight: (m,) >= 0, or None for all 1.
            X_val, y_val, sample_weight_val: rows to judge each epoch by; they are recorded in ``history_``, and early
                stopping goes by them instead of holding rows out.
        """
        X, Y = self._checked(X, y, reset=True)
        held_out = self._validation_rows(X_val, y_val, sample_weight_val)
        return self._fit(X, Y, sample_weight, held_out, incremental=False)

    def initialize(self, X: Any, y: Any) -> MLPRegressor:
        """Everything that :meth:`fit` does before the first step: a network with its first weights.

        Args:
            X, y: as in :meth:`fit`; only shapes and dtype matter.
        """
        self._validate_params()
        X, Y = self._checked(X, y, reset=True)
        return self._fit(X, Y, None, None, incremental=False, epochs=0)

    @available_if(stochastic)
    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        X_val: Any = None,
        y_val: Any = None,
        sample_weight_val: Any = None,
    ) -> MLPRegressor:
        """Train for one epoch more.

        Args:
            X: (m, n), dense or sparse.
            y: numbers (m,) or (m, k).
            sample_weight: (m,) >= 0, or None.
            X_val, y_val, sample_weight_val: as in :meth:`fit`; with ``early_stopping=True`` the best weights seen so
                far are the ones that predict.
        """
        X, Y = self._checked(X, y, reset=not hasattr(self, "_state"))
        held_out = self._validation_rows(X_val, y_val, sample_weight_val)
        return self._fit(X, Y, sample_weight, held_out, incremental=True)

    def predict(self, X: Any) -> Array:
        """The prediction for each row, (m,) or (m, k).

        Args:
            X: (m, n).
        """
        predictions = self._predictions(X)
        return predictions[:, 0] if predictions.shape[1] == 1 else predictions

    def _checked(self, X: Any, y: Any, reset: bool) -> tuple[Any, Array]:
        if reset or not self._plain_pair(X, y, numbers="f"):
            X, y = validate_data(
                self,
                X,
                y,
                accept_sparse=["csr", "csc"],
                multi_output=True,
                y_numeric=True,
                dtype=FLOATS,
                reset=reset,
            )
        y = column_or_1d(y, warn=True) if y.ndim == 2 and y.shape[1] == 1 else y
        if self._loss_record().targets == "counts" and np.any(y < 0):
            raise ValueError(f"Some value(s) of y are out of the valid range of the loss {self.loss!r}.")
        return X, self._encoded(y).astype(X.dtype, copy=False)

    def _loss_record(self) -> Loss:
        loss = as_loss(self.loss)
        if loss.targets not in ("numbers", "counts"):
            raise InvalidInput(
                "a regressor needs a loss for numbers",
                seen=f"{loss.name!r} of {loss.targets}",
                remedy="take MLPClassifier for classes",
            )
        return loss

    def _answers(self, Y: Array) -> Array:
        return Y[:, 0] if Y.shape[1] == 1 else Y

    def _encoded(self, y: Any) -> Array:
        return np.asarray(y).reshape(len(y), -1)

    def _outputs(self, Y: Array) -> int:
        return int(Y.shape[1])
