"""``MLPClassifier`` and ``MLPRegressor`` with scikit-learn's parameters, defaults and meaning."""

from __future__ import annotations

from os import PathLike
from typing import Any, ClassVar

import numpy as np
from sklearn.base import ClassifierMixin, RegressorMixin, _fit_context
from sklearn.utils import column_or_1d
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import _check_partial_fit_first_call
from sklearn.utils.validation import _check_sample_weight, validate_data

from glassnet.engines.rows import Rows
from glassnet.errors import InvalidInput
from glassnet.estimators.base import FLOATS, ClassifierPart
from glassnet.estimators.labels import Labels
from glassnet.estimators.mlp_base import BaseMLP
from glassnet.estimators.mlp_parameters import NamesIn
from glassnet.estimators.scikit_callbacks import with_callbacks
from glassnet.learning.metrics import METRICS, Metric
from glassnet.pieces.activations import Array
from glassnet.pieces.initializers import Initializer
from glassnet.pieces.losses import LOSSES, Loss
from glassnet.pieces.optimizers import Optimizer
from glassnet.pieces.schedules import Schedule

PARAMETERS = """
    Args:
        hidden_layer_sizes: units of each hidden layer, a tuple or one number.
        activation: of the hidden layers: a name from ``ACTIVATIONS`` ("logistic" is sigmoid), a record such as
            ``own_activation`` makes, or a list with one for each hidden layer.
        solver: "adam", "sgd", "lbfgs", any other name from ``OPTIMIZERS``, or a record such as ``AdamW()``, which
            brings its own learning rate.
        alpha: strength of the L2 penalty, ``alpha / 2 |w|^2`` divided by the rows of the batch.
        batch_size: rows of a mini-batch; "auto" is ``min(200, m)``.
        learning_rate: "constant", "invscaling" or "adaptive" (the last two for sgd only, as in scikit-learn); for any
            solver but lbfgs also a name from ``SCHEDULES`` or a record such as ``Cosine(warmup=100)``.
        learning_rate_init: the learning rate at the beginning.
        power_t: the exponent of "invscaling".
        max_iter: most epochs (iterations, with lbfgs).
        shuffle: True draws a new order of the rows for each epoch.
        random_state: seed, generator or None, for weights, shuffles and held-out rows.
        tol: the least improvement that counts; with lbfgs the largest slope to stop at.
        verbose: True prints a line for each epoch.
        warm_start: True makes ``fit`` go on from the parameters of the fit before.
        momentum, nesterovs_momentum: of sgd.
        early_stopping: True holds rows out and stops when their score no longer improves, keeping the best weights.
        validation_fraction: share of the rows held out.
        beta_1, beta_2, epsilon: of adam.
        n_iter_no_change: epochs without improvement that are borne.
        max_fun: most evaluations of the cost, with lbfgs.
        dropout: share of the units silenced in training, one for all hidden layers or a list with one for each.
        normalization: "batch" or "layer" normalises before each activation.
        initializer: a name from ``INITIALIZERS``, a record, or None for scikit-learn's.
        l1: strength of the L1 penalty, ``l1 |w|`` divided by the rows of the batch.
        clip_norm, clip_value: the largest norm of the gradient, the largest slope of one parameter; None for no limit.
        scoring: what early stopping watches: None for accuracy or R2, "loss", or a scorer as scikit-learn takes it.
        callbacks: ``Callback`` objects, or functions called with the run after each epoch.
        progress: True shows a progress bar on standard error.
        max_time: stop after so many seconds, keeping what was learned (the best, with early stopping).
        checkpoint, checkpoint_every: a file the training is saved to, every so many seconds and at its end.
        resume: True makes ``fit`` go on with the training that ``checkpoint`` holds, to the same bits (lbfgs: nearly),
            or begin where there is no such file. The file must be of the same rows and parameters; ``max_iter`` may be
            another, and a training that had ended is not done again.
"""


def _stochastic(estimator: BaseMLP) -> bool:
    if estimator._optimizer().whole_batch:
        raise AttributeError(
            f"partial_fit is only available for stochastic optimizers. {estimator.solver} is not stochastic."
        )
    return True


class MLPClassifier(ClassifierPart, ClassifierMixin, BaseMLP):
    __doc__ = f"""A multi-layer perceptron that names classes, trained by cross-entropy.
{PARAMETERS}        loss: "log_loss" is the cross-entropy that fits the labels; or a name from ``LOSSES``, or a record.
        class_weight: what each class weighs, a dict, "balanced" or None; multiplied with ``sample_weight``.

    >>> from sklearn.datasets import load_iris
    >>> X, y = load_iris(return_X_y=True)
    >>> model = MLPClassifier((10,), solver="lbfgs", max_iter=2000, random_state=0).fit(X, y)
    >>> model.score(X, y) > 0.95
    True
    """

    _score_metric: ClassVar[Metric] = Metric("score", METRICS["accuracy"].function, True, METRICS["accuracy"].words)

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **BaseMLP._parameter_constraints,
        "loss": [NamesIn(LOSSES, "log_loss"), Loss],
        "class_weight": [dict, StrOptions({"balanced"}), None],
    }

    def __init__(
        self,
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
        loss: str | Loss = "log_loss",
        class_weight: Any = None,
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
            dropout=dropout,
            normalization=normalization,
            initializer=initializer,
            l1=l1,
            clip_norm=clip_norm,
            clip_value=clip_value,
            scoring=scoring,
            callbacks=callbacks,
            progress=progress,
            max_time=max_time,
            checkpoint=checkpoint,
            checkpoint_every=checkpoint_every,
            resume=resume,
        )
        self.loss = loss
        self.class_weight = class_weight

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
    ) -> MLPClassifier:
        """Train.

        Args:
            X: (m, n), dense or sparse.
            y: labels (m,), or several yes/no answers (m, k) of 0 and 1.
            sample_weight: (m,) >= 0, or None for all 1.
            X_val, y_val, sample_weight_val: rows to judge each epoch by; they are recorded in ``history_``, and early
                stopping goes by them instead of holding rows out.
        """
        return self._learn(X, y, sample_weight, (X_val, y_val, sample_weight_val))

    def initialize(self, X: Any, y: Any) -> MLPClassifier:
        """Everything that :meth:`fit` does before the first step: a network with its first weights.

        Args:
            X, y: as in :meth:`fit`; only shapes, dtype and labels matter.
        """
        self._validate_params()
        return self._learn(X, y, None, (None, None, None), epochs=0)

    @available_if(_stochastic)
    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        classes: Any = None,
        X_val: Any = None,
        y_val: Any = None,
        sample_weight_val: Any = None,
    ) -> MLPClassifier:
        """Train for one epoch more.

        Args:
            X: (m, n), dense or sparse.
            y: labels, as in :meth:`fit`.
            sample_weight: (m,) >= 0, or None.
            classes: all labels that will ever come, needed at the first call.
            X_val, y_val, sample_weight_val: as in :meth:`fit`; with ``early_stopping=True`` the best weights seen so
                far are the ones that predict.
        """
        first = _check_partial_fit_first_call(self, classes) or not hasattr(self, "_state")
        X, y = self._checked(X, y, reset=first)
        if first:
            self._learn_labels(Labels.of(y) if np.ndim(y) == 2 else Labels.over(np.unique(classes)))
        if self.class_weight == "balanced":
            raise ValueError("class_weight='balanced' needs all rows at once; pass partial_fit a dict of weights")
        weights = self._with_class_weight(X, y, sample_weight)
        held_out = self._validation_rows(X_val, y_val, sample_weight_val)
        return self._fit(X, self.labels_.encode(y), weights, held_out, incremental=True)

    def _learn(
        self, X: Any, y: Any, sample_weight: Any, held_out: tuple[Any, Any, Any], epochs: int | None = None
    ) -> MLPClassifier:
        X, y = self._checked(X, y, reset=True)
        labels = Labels.of(y)
        if self.warm_start and hasattr(self, "labels_") and not np.array_equal(labels.classes, self.labels_.classes):
            raise ValueError(
                "warm_start can only be used where `y` has the same classes as in the previous call to fit. "
                f"Previously got {self.labels_.classes}, `y` has {labels.classes}"
            )
        self._learn_labels(labels)
        weights = self._with_class_weight(X, y, sample_weight)
        rows = self._validation_rows(*held_out)
        return self._fit(X, labels.encode(y), weights, rows, incremental=False, epochs=epochs)

    def _with_class_weight(self, X: Any, y: Any, sample_weight: Any) -> Any:
        """Sample weights times the weights of the classes."""
        if self.class_weight is None:
            return sample_weight
        if self.labels_.kind == "multilabel":
            raise ValueError("class_weight is for one label a row; weigh rows by sample_weight instead")
        by_class = compute_sample_weight(self.class_weight, y)
        return by_class if sample_weight is None else by_class * _check_sample_weight(sample_weight, X)

    def _validation_rows(self, X: Any, y: Any, sample_weight: Any) -> Rows | None:
        if X is None and y is None:
            return None
        if X is None or y is None:
            raise ValueError("X_val and y_val go together; pass both or neither")
        X, y = self._checked(X, y, reset=False)
        weights = None if sample_weight is None else _check_sample_weight(sample_weight, X, dtype=X.dtype)
        return Rows(X, self.labels_.encode(y), weights)

    def _checked(self, X: Any, y: Any, reset: bool) -> tuple[Any, Any]:
        X, y = validate_data(self, X, y, accept_sparse=["csr", "csc"], multi_output=True, dtype=FLOATS, reset=reset)
        return X, column_or_1d(y, warn=True) if np.ndim(y) == 2 and y.shape[1] == 1 else y

    def _loss_record(self) -> Loss:
        fitting = LOSSES.make(self.labels_.loss)
        loss = fitting if self.loss == "log_loss" else LOSSES.make(self.loss)
        if (loss.targets, loss.link) != (fitting.targets, fitting.link):
            raise InvalidInput(
                f"for {self.labels_.kind} labels the loss must be one like {fitting.name!r}, of probabilities",
                seen=f"{loss.name!r} of {loss.targets}, link {loss.link!r}",
                remedy="leave it at 'log_loss', which chooses",
            )
        return loss

    def _answers(self, Y: Array) -> Array:
        return Y if self.labels_.kind == "multilabel" else self.classes_[Y]

    def _encoded(self, y: Any) -> Array:
        return self.labels_.encode(np.asarray(y))

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
{PARAMETERS}        loss: "squared_error", "poisson", any other name from ``LOSSES`` for numbers, or a record.

    >>> from sklearn.datasets import load_diabetes
    >>> X, y = load_diabetes(return_X_y=True)
    >>> model = MLPRegressor(hidden_layer_sizes=(20,), solver="lbfgs", max_iter=2000, random_state=0, tol=1).fit(X, y)
    >>> model.predict(X[:2]).shape
    (2,)
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **BaseMLP._parameter_constraints,
        "loss": [NamesIn(LOSSES), Loss],
    }
    _score_metric: ClassVar[Metric] = Metric("score", METRICS["r2"].function, True, METRICS["r2"].words)

    def __init__(
        self,
        loss: str | Loss = "squared_error",
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
            dropout=dropout,
            normalization=normalization,
            initializer=initializer,
            l1=l1,
            clip_norm=clip_norm,
            clip_value=clip_value,
            scoring=scoring,
            callbacks=callbacks,
            progress=progress,
            max_time=max_time,
            checkpoint=checkpoint,
            checkpoint_every=checkpoint_every,
            resume=resume,
        )
        self.loss = loss

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

    @available_if(_stochastic)
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

    def _validation_rows(self, X: Any, y: Any, sample_weight: Any) -> Rows | None:
        if X is None and y is None:
            return None
        if X is None or y is None:
            raise ValueError("X_val and y_val go together; pass both or neither")
        X, Y = self._checked(X, y, reset=False)
        return Rows(X, Y, None if sample_weight is None else _check_sample_weight(sample_weight, X, dtype=X.dtype))

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
        if self._loss_record().targets == "counts" and np.any(y < 0):
            raise ValueError(f"Some value(s) of y are out of the valid range of the loss {self.loss!r}.")
        return X, y.reshape(len(y), -1).astype(X.dtype, copy=False)

    def _loss_record(self) -> Loss:
        loss = LOSSES.make(self.loss)
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
        return np.asarray(y, self.parameters_.theta.dtype).reshape(len(y), -1)

    def _outputs(self, Y: Array) -> int:
        return int(Y.shape[1])
