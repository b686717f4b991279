"""How a multi-layer perceptron with scikit-learn's parameters is trained: state, rows and plan for learning's loop."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from functools import cache, partial
from inspect import signature
from pathlib import Path
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np
from sklearn.utils import check_random_state
from sklearn.utils.validation import _check_sample_weight

from glassnet.arrays import Array, is_sparse
from glassnet.engines.plan import Plan
from glassnet.engines.rows import Rows
from glassnet.engines.state import State
from glassnet.errors import InvalidInput
from glassnet.estimators.diagnosing import SETTINGS, Diagnosing, Ended
from glassnet.estimators.mlp.plan import Planning
from glassnet.estimators.resume import append, fingerprint, resumed
from glassnet.estimators.scikit_callbacks import CallbackSupportMixin, TellScikitLearn
from glassnet.estimators.tracing import Tracing
from glassnet.estimators.verbose import IterationLines
from glassnet.estimators.warnings import warn_of
from glassnet.learning.callbacks import Callback, TimeLimit
from glassnet.learning.checkpoints import Checkpointing
from glassnet.learning.metrics import Metric
from glassnet.learning.training import Outcome
from glassnet.network.network import Network

Told = Callback | Callable[..., object]


class Work(NamedTuple):
    """What is trained: the plan, where it starts, the rows, and the rows it is judged by."""

    plan: Plan
    state: State
    rows: Rows
    validation: Rows | None


def stochastic(estimator: BaseMLP) -> bool:
    """True for a solver that ``partial_fit`` can take a step of; else the error scikit-learn raises."""
    if estimator._optimizer().whole_batch:
        raise AttributeError(
            f"partial_fit is only available for stochastic optimizers. {estimator.solver} is not stochastic."
        )
    return True


class BaseMLP(CallbackSupportMixin, Diagnosing, Tracing, Planning):
    """The part of a multi-layer perceptron that classifier and regressor share."""

    _score_metric: ClassVar[Metric]

    def _outputs(self, Y: Array) -> int:
        raise NotImplementedError

    def _answers(self, Y: Array) -> Array:
        """The user's ``y`` of encoded targets, for scorers."""
        raise NotImplementedError

    def _strata(self, Y: Array) -> Array | None:
        return None

    def _checked(self, X: Any, y: Any, reset: bool) -> tuple[Any, Any]:
        """Inputs and targets as scikit-learn checks them; ``reset`` where their width is to be learned."""
        raise NotImplementedError

    def _fit(
        self,
        X: Any,
        Y: Array,
        sample_weight: Any,
        held_out: Rows | None,
        *,
        incremental: bool,
        epochs: int | None = None,
    ) -> Self:
        """Train on checked inputs.

        Args:
            X: (m, n), float, dense or sparse.
            Y: targets as the loss reads them.
            sample_weight: (m,) or None.
            held_out: the user's own validation rows, or None.
            incremental: True takes one epoch and keeps the optimizer's memory (``partial_fit``).
            epochs: at most so many; None for what ``max_iter`` says.
        """
        self._refuse(incremental, held_out)
        rows = Rows(X, Y, _checked_weights(sample_weight, X))
        earlier = getattr(self, "_state", None) if incremental or (self.warm_start and epochs is None) else None
        work = self._work(rows, held_out, earlier, incremental)
        begun = work.state.epoch
        callbacks: list[Told] = []
        if epochs is None:
            work, callbacks = self._accompanied(work, incremental)
        outcome = self._carry_out(work, callbacks, 1 if incremental else epochs)
        self._ended = Ended(work.plan, "stopped" if incremental else outcome.ending, outcome.reason)
        self.n_iter_ = work.state.epoch - begun
        short = incremental or epochs is not None
        warn_of(outcome, work.plan, work.rows, settings=SETTINGS, columns=self._columns(), converged=short)
        if earlier is not None and not incremental:
            append(earlier, work.state)
        return self

    def _work(self, rows: Rows, held_out: Rows | None, earlier: State | None, incremental: bool) -> Work:
        """What is to be done; ``earlier`` is the state of the fit before, where training goes on."""
        random = cache(partial(check_random_state, self.random_state))  # making a generator takes its time
        network = self._network(rows.X.shape[1], self._outputs(rows.Y))
        # Weights are drawn before rows are held out, as in scikit-learn: a random_state gives the same of both.
        if incremental and earlier is not None:
            state = self._kept_state(earlier)
        else:
            state = self._new_state(network, rows.X.dtype, random(), earlier)
        dtype = state.theta.dtype
        rows, validation = self._divided(_of_dtype(rows, dtype), held_out, random)
        epochs = state.epoch + 1 if incremental else int(self.max_iter)
        plan = self._plan(network, rows.X.shape[0], dtype, epochs)
        if not state.epoch:
            state.seed = int(random().randint(np.iinfo(np.int32).max))
        return Work(plan, state, rows, None if validation is None else _of_dtype(validation, dtype))

    def _carry_out(self, work: Work, callbacks: list[Told], epochs: int | None) -> Outcome:
        plan, state, rows, validation = work
        # Scorers and callbacks look at these.
        self.network_, self.parameters_, self._state = plan.network, state.parameters(plan.network), state
        return self._train(
            plan,
            state,
            rows,
            validation=validation,
            metrics=[] if validation is None else self._metrics(validation),
            stopping=self._stopping(validation is not None),
            epochs=epochs,
            show=bool(self.progress) and epochs != 0,
            callbacks=callbacks,
        )

    def _refuse(self, incremental: bool, held_out: Rows | None) -> None:
        if incremental and self.early_stopping and held_out is None:
            raise ValueError("partial_fit does not support early_stopping=True without X_val, y_val")
        if self.resume and self.checkpoint is None:
            raise InvalidInput("resume=True needs a file to go on from", remedy="set checkpoint to its path")

    def _accompanied(self, work: Work, incremental: bool) -> tuple[Work, list[Told]]:
        """The callbacks of a training; and its work, whose state may be the one of a checkpoint."""
        callbacks = self._callbacks()
        if hasattr(self, "_skl_callbacks") and not incremental:
            callbacks.append(TellScikitLearn(self, self._answers(work.rows.Y)))
        if self.checkpoint is not None:
            data = fingerprint(work.rows, work.validation)
            callbacks.append(Checkpointing(self.checkpoint, float(self.checkpoint_every), {"data": data}))
            if self.resume and not incremental and Path(self.checkpoint).exists():
                work = work._replace(state=resumed(self.checkpoint, work.plan, data))
        return work, callbacks

    # -- the state to start from -------------------------------------------------------------------------------------

    def _kept_state(self, state: State) -> State:
        """The state ``partial_fit`` goes on from, optimizer's memory included, at the beginning of an epoch."""
        state.rows_done, state.cost_sum, state.weight_sum = 0, 0.0, 0.0  # an epoch broken off was one of other rows
        if state.best is not None and state.best.theta is not None and not self.early_stopping:
            # Kept by a `fit` with early stopping.
            assert state.best.running is not None
            state.theta[...], state.running[...], state.best, state.stale = (
                state.best.theta,
                state.best.running,
                None,
                0,
            )
        slots = len(self._optimizer().slots)
        if len(state.slots) != slots:  # another solver than before
            state.slots, state.step = np.zeros((slots, state.theta.size), state.theta.dtype), 0
        return state

    def _new_state(self, network: Network, dtype: Any, random: Any, earlier: State | None) -> State:
        """A state before the first step: parameters drawn, or those of the fit before (``warm_start``)."""
        state = State.new(Plan(network, 1, self._optimizer(), dtype=np.dtype(dtype).name), rng=random)
        if earlier is None:
            return state
        before = self.parameters_
        if (before.layout.places, before.running_layout.places) != (
            network.layout.places,
            network.running_layout.places,
        ):
            raise InvalidInput(
                "warm_start goes on with the network of the fit before, and it has another shape now",
                seen=f"{before.theta.size} parameters before, {state.theta.size} now",
                remedy="set warm_start=False",
            )
        state.theta[...], state.running[...] = before.theta, before.running
        # As scikit-learn: rows are counted on, and what was best stays to be beaten; the optimizer begins anew.
        state.examples = earlier.examples
        if earlier.best is not None and (earlier.best.theta is not None) == bool(self.early_stopping):
            state.best, state.stale = earlier.best, min(earlier.stale, int(min(self.n_iter_no_change, 2**31)))
        return state

    # -- the rows to be judged by ------------------------------------------------------------------------------------

    def _validation_rows(self, X: Any, y: Any, sample_weight: Any) -> Rows | None:
        """The user's own, or None."""
        if X is None and y is None:
            return None
        if X is None or y is None:
            raise ValueError("X_val and y_val go together; pass both or neither")
        X, y = self._checked(X, y, reset=False)
        return Rows(X, self._encoded(y), _checked_weights(sample_weight, X))

    def _divided(self, rows: Rows, held_out: Rows | None, random: Callable[[], Any]) -> tuple[Rows, Rows | None]:
        """The rows to train on, and those training is judged by: the user's own, or a share of the former."""
        if held_out is not None:
            return rows, held_out
        if not self.early_stopping or self._optimizer().whole_batch:
            return rows, None
        from sklearn.model_selection import train_test_split

        indices = np.arange(rows.X.shape[0])
        training, validation = train_test_split(
            indices, random_state=random(), test_size=self.validation_fraction, stratify=self._strata(rows.Y)
        )
        if len(validation) < 2:
            raise ValueError(
                "The validation set is too small. Increase 'validation_fraction' or the size of your dataset."
            )
        return _take(rows, training), _take(rows, validation)

    def _metrics(self, validation: Rows) -> list[Metric]:
        """What is recorded on validation rows beside the cost: the estimator's own score, or the scorer asked for."""
        if self.scoring is None:
            return [self._score_metric]
        if self.scoring == "loss":
            return []
        from sklearn.metrics import check_scoring

        scorer = check_scoring(self, scoring=self.scoring)
        y = self._answers(validation.Y)
        weighted = {"sample_weight": validation.weights} if _takes_weights(scorer) else {}
        nameless = copy(self)  # it looks at the same parameters, and at rows that are arrays by now
        nameless.__dict__.pop("feature_names_in_", None)

        def score(Y: Array, predictions: Array, weights: Array | None) -> float:
            return float(scorer(nameless, validation.X, y, **weighted))

        return [Metric("score", score, True, str(self.scoring))]

    def _callbacks(self) -> list[Told]:
        told: list[Told] = list(self.callbacks or ())
        if self.verbose:
            told.append(IterationLines())
        if self.max_time is not None:
            told.append(TimeLimit(float(self.max_time)))
        return told


def _checked_weights(sample_weight: Any, X: Any) -> Array | None:
    return None if sample_weight is None else _check_sample_weight(sample_weight, X, dtype=X.dtype)


def _takes_weights(scorer: Callable[..., float]) -> bool:
    function = getattr(scorer, "_score_func", scorer)  # of scikit-learn's own scorers: the metric
    return "sample_weight" in signature(function).parameters


def _of_dtype(rows: Rows, dtype: Any) -> Rows:
    X = rows.X.tocsr().astype(dtype, copy=False) if is_sparse(rows.X) else np.ascontiguousarray(rows.X, dtype)
    return Rows(X, rows.Y, rows.weights)


def _take(rows: Rows, chosen: Array) -> Rows:
    return Rows(rows.X[chosen], rows.Y[chosen], None if rows.weights is None else rows.weights[chosen])
