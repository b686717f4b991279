"""``MLPClassifier`` and ``MLPRegressor`` with scikit-learn's parameters, defaults and meaning."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from sklearn.base import ClassifierMixin, RegressorMixin, _fit_context
from sklearn.utils import column_or_1d
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import _check_partial_fit_first_call
from sklearn.utils.validation import validate_data

from glassnet.estimators.base import FLOATS, ClassifierPart
from glassnet.estimators.labels import Labels
from glassnet.estimators.mlp_base import STOCHASTIC, BaseMLP
from glassnet.learning.metrics import METRICS, Metric
from glassnet.pieces.activations import Array
from glassnet.pieces.links import LINKS

PARAMETERS = """
    Args:
        hidden_layer_sizes: units of each hidden layer, a tuple or one number.
        activation: of the hidden layers, a name from ``glassnet.ACTIVATIONS``.
        solver: "adam", "sgd" or "lbfgs".
        alpha: strength of the L2 penalty, ``alpha / 2 |w|^2`` divided by the rows of the batch.
        batch_size: rows of a mini-batch; "auto" is ``min(200, m)``.
        learning_rate: "constant", "invscaling" or "adaptive" (sgd only).
        learning_rate_init: the learning rate at the beginning.
        power_t: the exponent of "invscaling".
        max_iter: most epochs (iterations, with lbfgs).
        shuffle: True draws a new order of the rows for each epoch.
        random_state: seed, generator or None, for weights, shuffles and held-out rows.
        tol: the least improvement that counts; with lbfgs the largest slope to stop at.
        verbose: True shows progress.
        warm_start: True makes ``fit`` go on from the parameters of the fit before.
        momentum, nesterovs_momentum: of sgd.
        early_stopping: True holds rows out and stops when their score no longer improves, keeping the best weights.
        validation_fraction: share of the rows held out.
        beta_1, beta_2, epsilon: of adam.
        n_iter_no_change: epochs without improvement that are borne.
        max_fun: most evaluations of the cost, with lbfgs.
"""


def _stochastic(estimator: BaseMLP) -> bool:
    if estimator.solver not in STOCHASTIC:
        raise AttributeError(
            f"partial_fit is only available for stochastic optimizers. {estimator.solver} is not stochastic."
        )
    return True


class MLPClassifier(ClassifierPart, ClassifierMixin, BaseMLP):
    __doc__ = f"""A multi-layer perceptron that names classes, trained by cross-entropy.
{PARAMETERS}
    >>> from sklearn.datasets import load_iris
    >>> X, y = load_iris(return_X_y=True)
    >>> model = MLPClassifier((10,), solver="lbfgs", max_iter=2000, random_state=0).fit(X, y)
    >>> model.score(X, y) > 0.95
    True
    """

    _score_metric: ClassVar[Metric] = Metric("score", METRICS["accuracy"].function, True, METRICS["accuracy"].words)

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> MLPClassifier:
        """Train.

        Args:
            X: (m, n), dense or sparse.
            y: labels (m,), or several yes/no answers (m, k) of 0 and 1.
            sample_weight: (m,) >= 0, or None for all 1.
        """
        X, y = self._checked(X, y, reset=True)
        labels = Labels.of(y)
        if self.warm_start and hasattr(self, "labels_") and not np.array_equal(labels.classes, self.labels_.classes):
            raise ValueError(
                "warm_start can only be used where `y` has the same classes as in the previous call to fit. "
                f"Previously got {self.labels_.classes}, `y` has {labels.classes}"
            )
        self._learn_labels(labels)
        return self._fit(X, labels.encode(y), sample_weight, incremental=False)

    @available_if(_stochastic)
    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None, classes: Any = None) -> MLPClassifier:
        """Train for one epoch more.

        Args:
            X: (m, n), dense or sparse.
            y: labels, as in :meth:`fit`.
            sample_weight: (m,) >= 0, or None.
            classes: all labels that will ever come, needed at the first call.
        """
        first = _check_partial_fit_first_call(self, classes) or not hasattr(self, "_state")
        X, y = self._checked(X, y, reset=first)
        if first:
            self._learn_labels(Labels.of(y) if np.ndim(y) == 2 else Labels.over(np.unique(classes)))
        return self._fit(X, self.labels_.encode(y), sample_weight, incremental=True)

    def _checked(self, X: Any, y: Any, reset: bool) -> tuple[Any, Any]:
        X, y = validate_data(self, X, y, accept_sparse=["csr", "csc"], multi_output=True, dtype=FLOATS, reset=reset)
        return X, column_or_1d(y, warn=True) if np.ndim(y) == 2 and y.shape[1] == 1 else y

    def _loss_name(self) -> str:
        return self.labels_.loss

    def _outputs(self, Y: Array) -> int:
        return self.labels_.outputs

    def _strata(self, Y: Array) -> Array | None:
        return Y if self.labels_.kind == "binary" else None  # of several classes some may have a single row

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags


class MLPRegressor(RegressorMixin, BaseMLP):
    __doc__ = f"""A multi-layer perceptron that predicts numbers.

    The loss is half the squared error, or half the Poisson deviance with predictions ``e^z``.
{PARAMETERS}        loss: "squared_error" or "poisson".

    >>> from sklearn.datasets import load_diabetes
    >>> X, y = load_diabetes(return_X_y=True)
    >>> model = MLPRegressor(hidden_layer_sizes=(20,), solver="lbfgs", max_iter=2000, random_state=0, tol=1).fit(X, y)
    >>> model.predict(X[:2]).shape
    (2,)
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **BaseMLP._parameter_constraints,
        "loss": [StrOptions({"squared_error", "poisson"})],
    }
    _score_metric: ClassVar[Metric] = Metric("score", METRICS["r2"].function, True, METRICS["r2"].words)

    def __init__(
        self,
        loss: str = "squared_error",
        hidden_layer_sizes: Any = (100,),
        activation: str = "relu",
        *,
        solver: str = "adam",
        alpha: float = 0.0001,
        batch_size: int | str = "auto",
        learning_rate: str = "constant",
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
    ) -> None:
        super().__init__(
            hidden_layer_sizes=hidden_layer_sizes,
            activation=activation,
            solver=solver,
            alpha=alpha,
            batch_size=batch_size,
            learning_rate=learning_rate,
            learning_rate_init=learning_rate_init,
            power_t=power_t,
            max_iter=max_iter,
            shuffle=shuffle,
            random_state=random_state,
            tol=tol,
            verbose=verbose,
            warm_start=warm_start,
            momentum=momentum,
            nesterovs_momentum=nesterovs_momentum,
            early_stopping=early_stopping,
            validation_fraction=validation_fraction,
            beta_1=beta_1,
            beta_2=beta_2,
            epsilon=epsilon,
            n_iter_no_change=n_iter_no_change,
            max_fun=max_fun,
        )
        self.loss = loss

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> MLPRegressor:
        """Train.

        Args:
            X: (m, n), dense or sparse.
            y: numbers (m,) or (m, k).
            sample_weight: (m,) >= 0, or None for all 1.
        """
        X, Y = self._checked(X, y, reset=True)
        return self._fit(X, Y, sample_weight, incremental=False)

    @available_if(_stochastic)
    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> MLPRegressor:
        """Train for one epoch more.

        Args:
            X: (m, n), dense or sparse.
            y: numbers (m,) or (m, k).
            sample_weight: (m,) >= 0, or None.
        """
        X, Y = self._checked(X, y, reset=not hasattr(self, "_state"))
        return self._fit(X, Y, sample_weight, incremental=True)

    def predict(self, X: Any) -> Array:
        """The prediction for each row, (m,) or (m, k).

        Args:
            X: (m, n).
        """
        predictions = self._predictions(X)
        return predictions[:, 0] if predictions.shape[1] == 1 else predictions

    def _checked(self, X: Any, y: Any, reset: bool) -> tuple[Any, Array]:
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
        if LINKS[self._link_name()].range[0] == 0 and np.any(y < 0):
            raise ValueError(f"Some value(s) of y are out of the valid range of the loss {self.loss!r}.")
        return X, y.reshape(len(y), -1).astype(X.dtype, copy=False)

    def _link_name(self) -> str:
        return "exp" if self.loss == "poisson" else "identity"

    def _loss_name(self) -> str:
        return self.loss

    def _outputs(self, Y: Array) -> int:
        return int(Y.shape[1])
