"""What every estimator shares: its fitted network, predictions checked as scikit-learn checks them, views into it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, cached_property, lru_cache, partial
from inspect import signature
from numbers import Integral
from types import NoneType
from typing import Any, ClassVar, Self, TypeGuard

import numpy as np
from numpy.typing import ArrayLike
from sklearn.exceptions import NotFittedError
from sklearn.utils._param_validation import Interval, StrOptions, validate_parameter_constraints
from sklearn.utils.validation import check_is_fitted, validate_data

from glassnet.arrays import Array, Matrix, SparseMatrix, in_dtype, is_sparse
from glassnet.data.row_digests import RowDigests, RowPrints
from glassnet.engines.choice import ENGINES, NAMES, Arithmetic, EngineName, EngineUsed
from glassnet.engines.forward import Forward, answered
from glassnet.engines.plan import DEVICES, Device, Plan
from glassnet.engines.state import State
from glassnet.errors import InvalidInput
from glassnet.estimators.labels import Labels
from glassnet.estimators.learned import Ended, as_plain, from_plain
from glassnet.estimators.numeric import numeric_targets
from glassnet.estimators.sound import sound_rows
from glassnet.estimators.typed import BaseEstimator
from glassnet.estimators.warnings import Report
from glassnet.learning.columns import ArrayColumns
from glassnet.learning.fitted import Answers, Fitted, single
from glassnet.learning.history import History
from glassnet.learning.job import Job
from glassnet.learning.training import Outcome
from glassnet.network.network import Network
from glassnet.network.parameters import Parameters
from glassnet.notebook_hook import Bundle, bundle_of
from glassnet.pieces.optimizers import LBFGS

Data = ArrayLike | SparseMatrix
"""Rows as users pass them: an array, a list of rows, a data frame, a sparse matrix (m, n)."""

FLOATS = (np.float64, np.float32)
PLAIN = (int, float, str, bool, NoneType)
SUMMED = 10_000  # numbers; fewer are looked at one by one

# Three parameters of every estimator, behind its own.
ARITHMETIC = f"""
        n_threads: the most threads the native engine may use; None for as many as are useful. It changes no number.
        engine: "auto" takes the fastest that can; or one of {", ".join(ENGINES)}. Which one trained, and why, is in
            ``engine_``.
        device: "cpu", or "cuda" for a GPU, where PyTorch computes (the engine "torch", which "auto" then takes).
"""


class NotFitted(InvalidInput, NotFittedError):
    """An estimator that is asked for what only ``fit`` finds."""


class NetworkEstimator(BaseEstimator):
    """A fitted estimator has ``network_`` (the description), ``parameters_`` (``W[l]``, ``b[l]``), ``history_`` and
    ``engine_`` (which one trained, and why); ``fitted`` is all of it in one record.
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "n_threads": [Interval(Integral, 1, None, closed="left"), None],
        "engine": [StrOptions({*NAMES})],
        "device": [StrOptions({*DEVICES})],
    }
    settings: ClassVar[dict[str, str]] = {}  # what the user calls epochs, learning_rate and evaluations
    note: ClassVar[str] = ""  # what a reader of its numbers must know of their units

    network_: Network
    parameters_: Parameters
    history_: History
    engine_: EngineUsed
    n_features_in_: int
    n_iter_: int
    _known_rows: RowDigests | RowPrints | None
    n_threads: int | None
    engine: EngineName
    device: Device

    # -- the fitted model --------------------------------------------------------------------------------------------

    @property
    def fitted(self) -> Fitted:
        """All that the fitted model is, in one record.

        Raises:
            NotFitted: before ``fit``.
        """
        known = vars(self)
        if "parameters_" not in known:
            raise NotFitted(f"this {type(self).__name__} is not fitted yet", remedy="call fit first")
        ended: Ended | None = known.get("_ended")  # a model from a file does not know how its training ended
        if ended is not None and ended.plan.network.layout.places != self.network_.layout.places:
            ended = None  # of the fit before one that was broken off
        return Fitted(
            self.network_,
            self.parameters_,
            ArrayColumns.of(self.n_features_in_, known.get("feature_names_in_"), self._inputs, self._transform),
            self._meaning(),
            plan=self._plan_again() if ended is None else ended.plan,
            state=known.get("_state"),
            history=self.history_,
            ending=None if ended is None else ended.ending,
            reason="" if ended is None else ended.reason,
            arithmetic=self._arithmetic(),
            settings=self.settings,
            rows=None if ended is None else ended.plan.examples,
            note=self.note,
            row_digests=known.get("_known_rows"),
        )

    def restore(
        self,
        network: Network,
        parameters: Parameters,
        history: History,
        *,
        engine: EngineUsed,
        n_iter: int,
        names: Sequence[str] | None = None,
        labels: Labels | None = None,
        state: State | None = None,
        known_rows: RowDigests | None = None,
    ) -> Self:
        """Become the fitted estimator that consists of these parts, such as a file holds; nothing is checked.

        Args:
            network, parameters, history: what was learned.
            engine: which one trained.
            n_iter: epochs of the last fit.
            names: of the inputs (n[0],), or None.
            labels: of a classifier.
            state: where the training stands, so that it can be continued; None where it was not kept.
            known_rows: which rows taught it; None where that is not known.
        """
        self.network_, self.parameters_, self.history_ = network, parameters, history
        self.engine_, self.n_iter_, self.n_features_in_ = engine, n_iter, network.inputs
        if names is not None:
            self.feature_names_in_ = np.array(names, dtype=object)
        if labels is not None:
            self._learn_labels(labels)
        if state is not None:
            self._state, self.history_ = state, History.of(state)  # one and the same, as after fit
        if known_rows is not None:
            self._known_rows = known_rows
        return self

    def _learn_labels(self, labels: Labels) -> None:
        self.labels_, self.classes_ = labels, labels.classes

    def _meaning(self) -> Answers:
        """What the outputs mean: numbers, but of a classifier."""
        return Answers(partial(numeric_targets, self.parameters_.theta.dtype), single)

    def _plan_again(self, examples: int = 1) -> Plan:
        """The plan of a training that is not known any more, as the parameters have it."""
        return Plan(self.network_, examples, optimizer=LBFGS(), dtype=self.parameters_.theta.dtype.name)

    def _run(self, job: Job, epochs: int | None = None) -> Outcome:
        """Train, and keep network, parameters and history."""
        outcome = job.run(epochs)
        self.network_, self.parameters_, self.history_ = job.plan.network, outcome.parameters, outcome.history
        self.engine_ = outcome.engine
        self._prepared()  # now: predicting may not change an estimator
        return outcome

    def _repr_mimebundle_(self, **wanted: object) -> Bundle:
        """scikit-learn's own display, and below it, of a fitted estimator, the network's picture."""
        bundle: Bundle = super()._repr_mimebundle_(**wanted)
        if "parameters_" not in vars(self) or "text/html" not in bundle:  # sklearn.set_config(display="text")
            return bundle
        drawn = bundle_of(self.fitted)
        return drawn | bundle | {"text/html": bundle["text/html"] + drawn.get("text/html", "")}

    # -- predictions -------------------------------------------------------------------------------------------------

    def _inputs(self, X: Data) -> Matrix:
        """``X`` (m, n) as scikit-learn checks it."""
        if self._plainly_fine(X):
            return X
        check_is_fitted(self)
        checked: Matrix = validate_data(self, sound_rows(X), accept_sparse=["csr", "csc"], dtype=FLOATS, reset=False)
        return checked

    def _plainly_fine(self, X: object) -> TypeGuard[Array]:
        """True for an array that scikit-learn's checks would return as it is; they cost more than a small network."""
        fitted = vars(self)
        return (
            type(X) is np.ndarray
            and "parameters_" in fitted
            and "feature_names_in_" not in fitted
            and X.shape[1:] == (fitted.get("n_features_in_"),)
            and plain(X)
        )

    @property
    def _transform(self) -> Callable[[Matrix], Matrix] | None:
        """What is done with checked rows before they reach the network; None for nothing."""
        return None

    def _forward(self, X: Matrix, *, link: bool = True) -> Array:
        """``y^``, or the scores before the link, (m, k) in the dtype of the parameters."""
        dtype = self.parameters_.theta.dtype
        if is_sparse(X):
            engine = self._arithmetic().choose(self.network_, self.parameters_, X).engine
            X = in_dtype(X, dtype)
            return answered(X, partial(engine.predict if link else engine.scores, self.parameters_))
        scores, predictions = self._prepared().forward
        return predictions(X) if link else scores(X)

    def _arithmetic(self) -> Arithmetic:
        """Who predicts."""
        return Arithmetic(self.engine, self.n_threads, self.device)

    def _prepared(self) -> Ready:
        """The forward pass of the present parameters."""
        ready: Ready | None = vars(self).get("_ready")
        if (
            ready is None
            or ready.parameters.theta is not self.parameters_.theta
            or ready.arithmetic != self._arithmetic()
        ):
            ready = self._ready = Ready(self.network_, self.parameters_, self._arithmetic())
        return ready

    # -- scikit-learn's contract -------------------------------------------------------------------------------------

    def _report(self, **facts: bool) -> Report:
        """What a training is reported in: the user's words."""
        names, classes = vars(self).get("feature_names_in_"), vars(self).get("classes_")
        return Report(
            self.settings,
            None if names is None else [str(name) for name in names],
            None if classes is None else classes.tolist(),
            **facts,
        )

    def _validate_params(self) -> None:
        """As scikit-learn does; a default is valid, and checking forty of them takes longer than a short training."""
        for name, default in self._defaults().items():
            value = getattr(self, name)
            if value is default:
                continue
            if of_plain_data(value):
                self._check_plain(name, repr(value), value)
            else:
                self._check_parameter(name, value)

    @classmethod
    @lru_cache(maxsize=1024)
    def _check_plain(cls, name: str, type_name: str, value: object) -> None:
        """Check a parameter of plain data, once; 1, 1.0 and True, which are equal, count as different."""
        cls._check_parameter(name, value)

    @classmethod
    def _check_parameter(cls, name: str, value: object) -> None:
        validate_parameter_constraints(cls._parameter_constraints, {name: value}, caller_name=cls.__name__)

    @classmethod
    @cache  # scikit-learn reads the signature at every call
    def _get_param_names(cls) -> list[str]:
        return super()._get_param_names()

    @classmethod
    @cache
    def _defaults(cls) -> dict[str, Any]:
        """The default of each parameter."""
        parameters = signature(cls).parameters
        return {name: parameters[name].default for name in cls._get_param_names()}

    def __getstate__(self) -> dict[str, Any]:
        state: dict[str, Any] = super().__getstate__()
        state.pop("_ready", None)  # it holds functions; they are made again when needed
        return as_plain(state)

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(from_plain(state))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags


def of_plain_data(value: object) -> bool:
    """True for a number, a name, None or a tuple of these: it holds nothing of the user's."""
    return type(value) in PLAIN or (type(value) is tuple and all(type(each) in PLAIN for each in value))


class Ready:
    """The forward pass of a fitted model, prepared when it is first needed.

    Args:
        network, parameters: the model.
        arithmetic: who predicts.
    """

    def __init__(self, network: Network, parameters: Parameters, arithmetic: Arithmetic) -> None:
        self.network, self.parameters, self.arithmetic = network, parameters, arithmetic

    @cached_property
    def forward(self) -> tuple[Forward, Forward]:
        """Of rows: their scores, their predictions."""
        return self.arithmetic.choose(self.network, self.parameters).engine.ready(self.parameters)


def plain(X: Array) -> bool:
    """True for rows that scikit-learn's checks would return as they are."""
    return X.dtype in FLOATS and X.ndim == 2 and X.size > 0 and all_finite(X)


def all_finite(X: Array) -> bool:
    """True where every number is finite; of a large array, the sum tells in most cases and takes no memory."""
    if X.size > SUMMED:
        with np.errstate(over="ignore", invalid="ignore"):
            if np.isfinite(X.sum()):
                return True
    return bool(np.isfinite(X).all())
