"""The multi-layer perceptron behind scikit-learn's parameters: its training as a job, its fitted attributes."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Integral
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils import column_or_1d
from sklearn.utils.validation import validate_data

from glassnet.arrays import Array, Matrix
from glassnet.data.streams.dataset import Dataset
from glassnet.data.target import TargetEncoder
from glassnet.engines.plan import Plan, Rows
from glassnet.errors import InvalidInput
from glassnet.estimators.base import FLOATS, Data, NetworkEstimator, all_finite, plain
from glassnet.estimators.labels import Labels
from glassnet.estimators.learned import Ended
from glassnet.estimators.mlp.attributes import FittedAttributes
from glassnet.estimators.mlp.parameters import CONSTRAINTS, MLPParameters
from glassnet.estimators.mlp.plan import optimizer_of, plan_of
from glassnet.estimators.mlp.scaling import Scaling
from glassnet.estimators.mlp.start import append, known_rows
from glassnet.estimators.mlp.training_job import Asked, accompany, job_of
from glassnet.estimators.mlp.validation import checked_weights, scorer_metric
from glassnet.estimators.scikit_callbacks import ScikitCallbacks
from glassnet.estimators.sound import sound, sound_rows
from glassnet.estimators.table.streaming.refusals import columns_of_datasets, refuse_of_datasets
from glassnet.estimators.transparent import Transparent
from glassnet.estimators.typed import CallbackSupportMixin, fit_context, with_callbacks
from glassnet.glass.diagnosis.diagnose import diagnose_fitted
from glassnet.glass.diagnosis.diagnosis import Diagnosis
from glassnet.learning.job import Job
from glassnet.learning.metrics import Metric
from glassnet.learning.run import Callback
from glassnet.learning.training import INTERRUPTED
from glassnet.pieces.losses import Loss

if TYPE_CHECKING:
    from glassnet.estimators.mlp.streaming import Streamed

HeldOut = tuple[Data | None, Data | None, ArrayLike | None]
"""The user's own validation rows: X, y and sample weights, or None for each."""


def stochastic(estimator: MLP) -> bool:
    """True for a solver that ``partial_fit`` can take a step of; else the error scikit-learn raises."""
    if optimizer_of(estimator).whole_batch:
        raise AttributeError(
            f"partial_fit is only available for stochastic optimizers. {estimator.solver} is not stochastic."
        )
    return True


class MLP(CallbackSupportMixin, MLPParameters, FittedAttributes, Transparent, NetworkEstimator):
    """What classifier and regressor share."""

    _parameter_constraints: ClassVar[dict[str, Any]] = {**NetworkEstimator._parameter_constraints, **CONSTRAINTS}
    settings: ClassVar[dict[str, str]] = {
        "epochs": "max_iter",
        "learning_rate": "learning_rate_init",
        "evaluations": "max_fun, or tol",
    }
    scaling_: Scaling | None  # between the user's units and the network's
    score_metric: ClassVar[Metric]
    target_kinds: ClassVar[str]  # of the dtypes that targets may have unchecked, as in numpy.dtype.kind

    # -- what a classifier and a regressor have of their own ---------------------------------------------------------

    def _loss_record(self) -> Loss:
        """The loss that ``loss`` names."""
        raise NotImplementedError

    def _targets(self, y: Array) -> Array:
        """Checked ``y`` as the loss reads it: (m, k), or class numbers (m,)."""
        raise NotImplementedError

    def _users(self, Y: Array) -> Array:
        """The user's ``y`` of targets, for scorers."""
        raise NotImplementedError

    def _outputs_of(self, target: TargetEncoder) -> int:
        """How many outputs a dataset's target needs, which is learned."""
        raise NotImplementedError

    def _strata(self) -> Labels | None:
        """The labels that held-out rows have in the proportions of all rows."""
        return None

    def _learn(
        self, X: Data, y: Data, sample_weight: ArrayLike | None, held_out: HeldOut, *, epochs: int | None = None
    ) -> Self:
        """Check rows and targets and :meth:`_fit`."""
        raise NotImplementedError

    # -- the user's units and the network's ---------------------------------------------------------------------------

    @property
    def _known_scaling(self) -> Scaling | None:
        known: Scaling | None = vars(self).get("scaling_")
        return known

    @property
    def _transform(self) -> Callable[[Matrix], Matrix] | None:
        return None if self._known_scaling is None else self._known_scaling.transform

    def _forward(self, X: Matrix, *, link: bool = True) -> Array:
        return super()._forward(X if self._known_scaling is None else self._known_scaling.transform(X), link=link)

    def input_gradients(self, X: Data, output: int = 1) -> Array:
        gradients, scaling = super().input_gradients(X, output), self._known_scaling
        if scaling is None:
            return gradients
        unit = 1.0 if scaling.targets is None else scaling.targets.scale[output - 1]
        return gradients * (unit / scaling.inputs.scale)

    # -- training ----------------------------------------------------------------------------------------------------

    @with_callbacks
    @fit_context(prefer_skip_nested_validation=True)
    def fit(
        self,
        X: Data | Dataset,
        y: Data | str | None = None,
        sample_weight: ArrayLike | str | None = None,
        X_val: Data | None = None,
        y_val: Data | None = None,
        sample_weight_val: ArrayLike | None = None,
    ) -> Self:
        """Train.

        Args:
            X: (m, n), dense or sparse; or a :class:`~glassnet.Dataset` of columns of numbers, see ``docs/scale.md``.
            y: of a classifier labels (m,), or several yes/no answers (m, k) of 0 and 1; of a regressor numbers, (m,)
                or (m, k). Of a dataset the name of the column; None for the one that it was given, else the last.
            sample_weight: (m,) >= 0, or None for all 1; of a dataset the name of a column.
            X_val, y_val, sample_weight_val: rows to judge each epoch by; they are recorded in ``history_``, and early
                stopping goes by them instead of holding rows out.

        Raises:
            Diverged: training left the finite numbers; the last finite parameters are kept. With early stopping or
                lbfgs, which keep finite ones themselves, a warning says so.
            InvalidInput, ValueError: rows, targets or parameters that cannot be used.
        """
        held_out = (X_val, y_val, sample_weight_val)
        if isinstance(X, Dataset):
            return self._learn_dataset(X, y, sample_weight, held_out)
        return self._learn(X, y, sample_weight, held_out)  # type: ignore[arg-type]  # which refuses what is not data

    def _learn_dataset(self, data: Dataset, y: object, sample_weight: object, held_out: HeldOut) -> Self:
        """Train on rows that are read some at a time."""
        from glassnet.estimators.mlp.streaming import streamed  # which reads tables

        refuse_of_datasets(y)
        weight = columns_of_datasets(None, None, sample_weight).weight
        share = float(self.validation_fraction) if self.early_stopping and held_out[0] is None else 0.0
        seed = int(self.random_state) if isinstance(self.random_state, Integral) else 0
        name, classes = None if y is None else str(y), "f" not in self.target_kinds
        found = streamed(data, name, weight, classes, share, seed, self.cluster)
        self.n_features_in_ = len(found.rows.columns)
        vars(self).pop("feature_names_in_", None)
        if found.named:
            self.feature_names_in_ = np.array(found.rows.columns, dtype=object)
        sample = found.stream.sample
        outputs = self._outputs_of(found.rows.target)
        return self._fit(sample.X, sample.Y, outputs, sample.weights, held_out, streamed=found)

    def initialize(self, X: Data, y: Data) -> Self:
        """Everything that :meth:`fit` does before the first step: a network with its first weights.

        Args:
            X, y: as in :meth:`fit`; only shapes, dtype and labels matter.
        """
        self._validate_params()
        return self._learn(X, y, None, (None, None, None), epochs=0)

    def _fit(
        self,
        X: Matrix,
        Y: Array,
        outputs: int,
        sample_weight: ArrayLike | None,
        held_out: HeldOut,
        *,
        incremental: bool = False,
        epochs: int | None = None,
        streamed: Streamed | None = None,
    ) -> Self:
        """Train on checked inputs.

        Args:
            X: (m, n), float, dense or sparse.
            Y: targets as the loss reads them.
            outputs: of the network.
            sample_weight: (m,) or None.
            held_out: the user's own validation rows.
            incremental: True takes one epoch and keeps the optimizer's slots (``partial_fit``).
            epochs: at most so many; None for what ``max_iter`` says.
            streamed: the dataset that ``X`` and ``Y`` are a sample of, or None.
        """
        again = incremental or (self.warm_start and epochs is None)
        asked = self._asked(
            Rows(X, Y, checked_weights(sample_weight, X)), outputs, held_out, again, incremental, streamed
        )
        earlier = asked.earlier
        job, self.scaling_ = job_of(self, asked)
        begun = job.state.epoch
        if epochs is None:
            accompany(self, job, incremental, self._listeners(job, incremental))
        # Scorers and callbacks look at these.
        self.network_, self._state = job.plan.network, job.state
        self.parameters_ = job.state.parameters(self.network_)
        job.metrics = () if job.validation is None else self._metrics(job.validation)
        taught, learns = vars(self).get("_known_rows"), not incremental and epochs is None
        self._known_rows = known_rows(self, job, taught, again=earlier is not None) if learns else None
        outcome = self._run(job, 1 if incremental else epochs)
        self._ended = Ended(job.plan, "stopped" if incremental else outcome.ending, outcome.reason)
        self.n_iter_ = job.state.epoch - begun
        try:
            self._report(short=incremental or epochs is not None, raises=True).say(outcome, job)
        finally:  # also after an error, which leaves what was learned
            if earlier is not None and not incremental:
                append(earlier, job.state)
        if incremental and outcome.ending == INTERRUPTED:
            raise KeyboardInterrupt  # the loop around partial_fit is to end; the batch was learned
        return self

    def _asked(
        self,
        rows: Rows,
        outputs: int,
        held_out: HeldOut,
        again: bool,
        incremental: bool,
        streamed: Streamed | None,
    ) -> Asked:
        """What a training is asked for; ``again`` where it goes on from the fit before."""
        if self.resume and self.checkpoint is None:
            raise InvalidInput("resume=True needs a file to resume from", remedy="set checkpoint to its path")
        validation = self._validation_rows(*held_out) or (streamed and streamed.validation)
        if incremental and self.early_stopping and validation is None:
            raise ValueError("partial_fit does not support early_stopping=True without X_val, y_val")
        known = vars(self)
        own = self._loss_record(), self._strata(), self._arithmetic()
        before = known.get("_state") if again else None, known.get("parameters_"), self._known_scaling
        return Asked(rows, validation, outputs, *own, *before, incremental, streamed)

    def _validation_rows(self, X: Data | None, y: Data | None, sample_weight: ArrayLike | None) -> Rows | None:
        """The user's own, or None."""
        if X is None and y is None:
            return None
        if X is None or y is None:
            raise ValueError("X_val and y_val go together; pass both or neither")
        X, y = self._check(X, y, reset=False)
        return Rows(X, self._targets(y), checked_weights(sample_weight, X))

    def _metrics(self, validation: Rows) -> list[Metric]:
        """Recorded on validation rows, apart from the cost: the estimator's own score, or the requested scorer."""
        if self.scoring is None:
            return [self.score_metric]
        if self.scoring == "loss":
            return []
        return [scorer_metric(self, self.scoring, validation, self._users(validation.Y))]

    def _listeners(self, job: Job, incremental: bool) -> list[Callback]:
        """scikit-learn's own callbacks, where some were set."""
        listening = hasattr(self, "_skl_callbacks") and not incremental
        return [ScikitCallbacks(self, self._users(job.rows.Y))] if listening else []

    def _plan_again(self, examples: int = 1) -> Plan:
        m = self._state.examples // max(1, self._state.epoch) or examples  # of an epoch
        return plan_of(self, self.network_, m, self.parameters_.theta.dtype, int(self.max_iter), self._arithmetic())

    def diagnose(self, X: Data | None = None, y: Data | None = None) -> Diagnosis:
        """Findings about the training, the network and the data, worst first when printed.

        Each is a fact with its numbers, the parameter behind it where there is one, what it may mean, and one thing to
        try. What a check would need and was not given is named in ``skipped``.

        Args:
            X: rows to look at, (m, n); without them only the history of the training is judged.
            y: their labels or numbers, for the gradients and the target's scale.

        >>> from sklearn.datasets import load_wine
        >>> from glassnet import MLPClassifier
        >>> X, y = load_wine(return_X_y=True)
        >>> diagnosis = MLPClassifier(random_state=0).initialize(X, y).diagnose(X)
        >>> diagnosis.ok, "unscaled_inputs" in [finding.name for finding in diagnosis.problems]
        (False, True)
        """
        return diagnose_fitted(self.fitted, X, y)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = not self.standardize
        return tags

    def _check(self, X: Data, y: Data, reset: bool) -> tuple[Matrix, Array]:
        """Inputs and targets as scikit-learn checks them; ``reset`` where their width is to be learned."""
        checked: tuple[Any, Any] = X, y
        if self._plain_pair(X, y, reset):
            self.n_features_in_ = X.shape[1]  # type: ignore[union-attr]
            vars(self).pop("feature_names_in_", None)
        else:
            sparse, numeric = ["csr", "csc"], "f" in self.target_kinds
            checked = validate_data(
                self,
                sound_rows(X),
                sound(y, "y"),
                accept_sparse=sparse,
                multi_output=True,
                y_numeric=numeric,
                dtype=FLOATS,
                reset=reset,
            )
        rows, targets = checked
        return rows, column_or_1d(targets, warn=True) if np.ndim(targets) == 2 and targets.shape[1] == 1 else targets

    def _plain_pair(self, X: object, y: object, reset: bool) -> bool:
        """True for rows and targets that scikit-learn's checks would return as they are."""
        return (
            type(X) is np.ndarray
            and (plain(X) if reset else self._plainly_fine(X))
            and type(y) is np.ndarray
            and y.ndim == 1
            and y.dtype.kind in self.target_kinds
            and len(y) == len(X)
            and (y.dtype.kind != "f" or all_finite(y))
        )
