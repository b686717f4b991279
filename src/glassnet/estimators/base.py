"""What all estimators share: a network, its parameters, and predictions checked as scikit-learn checks them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from numbers import Integral
from typing import Any, ClassVar

import numpy as np
from sklearn.exceptions import NotFittedError
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted, validate_data

from glassnet.arrays import Array, is_sparse
from glassnet.engines.choice import ENGINES, NAMES, EngineUsed
from glassnet.engines.forward import Forward
from glassnet.engines.plan import Plan
from glassnet.engines.rows import Rows
from glassnet.engines.state import State
from glassnet.errors import InvalidInput
from glassnet.estimators.inspection import Inspection
from glassnet.estimators.labels import Labels
from glassnet.estimators.notebook import Showing
from glassnet.estimators.predictor import ClassPredictor, Predictor
from glassnet.learning.arithmetic import Arithmetic
from glassnet.learning.callbacks import Callback
from glassnet.learning.columns import ArrayColumns
from glassnet.learning.fitted import Answers, Fitted, single
from glassnet.learning.history import History
from glassnet.learning.metrics import Metric
from glassnet.learning.progress import Progress
from glassnet.learning.stopping import Stopping
from glassnet.learning.training import Outcome, train
from glassnet.network.network import Network
from glassnet.network.parameters import Parameters

FLOATS = (np.float64, np.float32)
SUMMED = 10_000  # numbers; fewer are looked at one by one

# Two parameters of every estimator, behind its own.
ARITHMETIC = f"""
        n_threads: the most threads the native engine may use; None for as many as are useful. It changes no number.
        engine: "auto" takes the fastest that can; or one of {", ".join(ENGINES)}. Which one trained, and why, is in
            ``engine_``.
"""


def all_finite(X: Array) -> bool:
    """True where every number is finite; of a large array, the sum tells in most cases and takes no memory."""
    if X.size > SUMMED:
        with np.errstate(over="ignore", invalid="ignore"):
            if np.isfinite(X.sum()):
                return True
    return bool(np.isfinite(X).all())


def numeric_targets(dtype: Any, y: Any) -> Array:
    """The numbers of a regression as targets (m, k)."""
    try:
        numbers = np.asarray(y, dtype)
    except (TypeError, ValueError):
        remedy = "pass one number a row, or (m, k) of several targets"
        raise InvalidInput("y must be numbers for a regression", seen=repr(y)[:60], remedy=remedy) from None
    return numbers.reshape(len(numbers), -1) if numbers.ndim else numbers


class NotFitted(InvalidInput, NotFittedError):
    """An estimator that is asked for what only ``fit`` finds."""


class NetworkEstimator(Inspection, Showing):
    """A fitted estimator has ``network_`` (the description), ``parameters_`` (``W[l]``, ``b[l]``), ``history_`` and
    ``engine_`` (which one trained, and why).
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "n_threads": [Interval(Integral, 1, None, closed="left"), None],
        "engine": [StrOptions({*NAMES})],
    }

    network_: Network
    parameters_: Parameters
    history_: History
    engine_: EngineUsed
    n_features_in_: int
    n_threads: int | None
    engine: str

    def _train(
        self,
        plan: Plan,
        state: State,
        rows: Rows,
        *,
        validation: Rows | None = None,
        metrics: Sequence[Metric] = (),
        stopping: Stopping | None = None,
        epochs: int | None = None,
        show: bool = False,
        callbacks: Sequence[Callback | Callable[..., object]] = (),
    ) -> Outcome:
        """Train, and keep network, parameters and history."""
        told = [*callbacks, Progress()] if show else list(callbacks)
        outcome = train(
            plan,
            state,
            rows,
            engine=self.engine,
            validation=validation,
            metrics=metrics,
            judge_training=False,
            stopping=stopping,
            callbacks=told,
            epochs=epochs,
        )
        self.network_, self.parameters_, self.history_ = plan.network, outcome.parameters, outcome.history
        self.engine_ = outcome.engine
        self._ready_forward()  # now: predicting may not change an estimator
        return outcome

    @property
    def fitted(self) -> Fitted:
        """All that the fitted model is, in one record.

        Raises:
            NotFitted: before ``fit``.
        """
        if "parameters_" not in vars(self):
            raise NotFitted(f"this {type(self).__name__} is not fitted yet", remedy="call fit first")
        ended = vars(self).get("_ended")  # a model from a file does not know how its training ended
        return Fitted(
            self.network_,
            self.parameters_,
            ArrayColumns.of(self.n_features_in_, vars(self).get("feature_names_in_"), self._inputs),
            self._meaning(),
            plan=None if ended is None else ended.plan,
            state=vars(self).get("_state"),
            history=self.history_,
            ending=None if ended is None else ended.ending,
            reason="" if ended is None else ended.reason,
            arithmetic=self._arithmetic(),
        )

    def _meaning(self) -> Answers:
        """What the outputs mean: of a regression, numbers."""
        return Answers(partial(numeric_targets, self.parameters_.theta.dtype), single)

    def predictor(self) -> Predictor:
        """This model frozen, for predictions without checks and overhead: same numbers, parameters of its own."""
        check_is_fitted(self)
        return Predictor(self.network_, self.parameters_.copy(), self._arithmetic())

    def _predictions(self, X: Any) -> Array:
        """``y^`` (m, k) of inputs to be checked."""
        return self._forward(self._inputs(X))

    def _inputs(self, X: Any) -> Any:
        """``X`` (m, n) as scikit-learn checks it."""
        if self._plainly_fine(X):
            return X
        check_is_fitted(self)
        return validate_data(self, X, accept_sparse=["csr", "csc"], dtype=FLOATS, reset=False)

    def _plainly_fine(self, X: Any) -> bool:
        """True for an array that scikit-learn's checks would return as it is; they cost more than a small network."""
        fitted = vars(self)
        return (
            type(X) is np.ndarray
            and X.dtype in FLOATS
            and X.ndim == 2
            and X.shape[0] > 0
            and X.shape[1] == fitted.get("n_features_in_")
            and "parameters_" in fitted
            and "feature_names_in_" not in fitted
            and all_finite(X)
        )

    def _plain_pair(self, X: Any, y: Any, numbers: str) -> bool:
        """True for rows and targets, of a dtype of these kinds, that scikit-learn's checks would return as they are."""
        return (
            type(y) is np.ndarray
            and y.dtype.kind in numbers
            and 1 <= y.ndim <= 2
            and self._plainly_fine(X)
            and len(y) == len(X)
            and (y.dtype.kind != "f" or all_finite(y))
        )

    def _columns(self) -> list[str] | None:
        """The names of the inputs, where they have some."""
        names = getattr(self, "feature_names_in_", None)
        return None if names is None else [str(name) for name in names]

    def _forward(self, X: Any, *, link: bool = True) -> Array:
        """``y^``, or the scores before the link, (m, k) in the dtype of the parameters."""
        dtype = self.parameters_.theta.dtype
        if is_sparse(X):
            engine = self._arithmetic().choose(self.network_, self.parameters_, X).engine
            X = X.tocsr().astype(dtype, copy=False)
            return engine.predict(self.parameters_, X) if link else engine.scores(self.parameters_, X)
        scores, predictions = self._ready_forward()
        X = np.ascontiguousarray(X, dtype)
        return predictions(X) if link else scores(X)

    def _arithmetic(self) -> Arithmetic:
        """Who predicts."""
        return Arithmetic(self.engine, self.n_threads)

    def _ready_forward(self) -> tuple[Forward, Forward]:
        """The forward pass of the present parameters, made ready once."""
        ready = vars(self).get("_ready")
        if ready is None or ready[0].theta is not self.parameters_.theta or ready[1] != self._arithmetic():
            engine = self._arithmetic().choose(self.network_, self.parameters_).engine
            ready = self._ready = (self.parameters_, self._arithmetic(), *engine.ready(self.parameters_))
        return ready[2], ready[3]

    def __getstate__(self) -> dict[str, Any]:
        state: dict[str, Any] = super().__getstate__()
        state.pop("_ready", None)  # functions; they are made again when needed
        return state

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags


class ClassifierPart:
    """Labels and probabilities; ``labels_`` says what the outputs mean, ``classes_`` (k,) are the labels in order."""

    network_: Network
    parameters_: Parameters
    labels_: Labels
    classes_: Array
    _inputs: Callable[[Any], Any]
    _forward: Callable[..., Array]
    _arithmetic: Callable[[], Arithmetic]

    def _learn_labels(self, labels: Labels) -> None:
        self.labels_, self.classes_ = labels, labels.classes

    def _meaning(self) -> Answers:
        labels = self.labels_
        return Answers(
            lambda y: labels.encode(y if is_sparse(y) else np.asarray(y)),
            labels.decode,
            classes=labels.classes,
            probabilities=labels.probabilities,
        )

    def predictor(self) -> ClassPredictor:
        """This model frozen, for predictions without checks and overhead: same numbers, parameters of its own."""
        check_is_fitted(self)
        return ClassPredictor(self.network_, self.parameters_.copy(), self.labels_, self._arithmetic())

    def decision_function(self, X: Any) -> Array:
        """The scores before the link: (m,) for two classes (above 0 is the second), else (m, k).

        Args:
            X: (m, n).
        """
        scores = self._forward(self._inputs(X), link=False)
        return scores[:, 0] if self.labels_.kind == "binary" else scores

    def predict(self, X: Any) -> Array:
        """The class of each row, (m,); of several yes/no answers (m, k) of 0 and 1.

        Args:
            X: (m, n).
        """
        predictions = self._forward(self._inputs(X))
        return self.labels_.decode(predictions)

    def predict_proba(self, X: Any) -> Array:
        """The probability of each class, (m, k), columns in the order of ``classes_``.

        Args:
            X: (m, n).
        """
        predictions = self._forward(self._inputs(X))
        return self.labels_.probabilities(predictions)

    def predict_log_proba(self, X: Any) -> Array:
        """The logarithm of :meth:`predict_proba`, (m, k).

        Args:
            X: (m, n).
        """
        with np.errstate(divide="ignore"):
            return np.log(self.predict_proba(X))
