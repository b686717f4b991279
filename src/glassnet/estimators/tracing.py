"""``model.trace(X, y)``: every number of the training step that a fitted model would take next."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from glassnet.engines.plan import Plan
from glassnet.engines.state import State
from glassnet.errors import InvalidInput
from glassnet.estimators.base import NetworkEstimator
from glassnet.estimators.table.tracing import continued
from glassnet.glass.tracing.trace import Trace, trace
from glassnet.network.network import Network
from glassnet.pieces.optimizers import LBFGS, Optimizer


class Tracing(NetworkEstimator):
    """``trace``, for estimators on arrays."""

    def trace(self, X: Any, y: Any, sample_weight: Any = None, *, optimizer: Optimizer | None = None) -> Trace:
        """One training step on these rows, number by number; the model stays as it is.

        Weights are those of the fitted model. With its own optimizer the step goes on with what that remembers. The
        numbers are those of its own ``engine``, see :func:`~glassnet.glass.tracing.trace.trace`.

        Args:
            X: (m, n), dense or sparse.
            y: labels or numbers, as in ``fit``.
            sample_weight: (m,) >= 0, or None for all 1; class weights are not put in.
            optimizer: another than the model's, beginning anew; a way to see a step of a model fitted by L-BFGS, which
                has no steps of its own.

        Raises:
            InvalidInput: rows or labels that do not fit the model.
            NotFittedError: before ``fit``.

        >>> from sklearn.datasets import load_iris
        >>> from glassnet import MLPClassifier, ledger
        >>> X, y = load_iris(return_X_y=True)
        >>> step = MLPClassifier((5,), random_state=0).initialize(X, y).trace(X[:1], y[:1])
        >>> step.classes, step.dW[1].shape, step.cost_after < step.cost
        (('0', '1', '2'), (5, 4), True)
        """
        check_is_fitted(self)
        names, labels = getattr(self, "feature_names_in_", None), getattr(self, "labels_", None)
        X, Y = self._inputs(X), _encoded(self, y)
        plan, kept, note = self._next_step(X.shape[0])
        plan, state, other = continued(plan, self.parameters_, kept, optimizer)
        # As it predicts: where its engine is not to be had, another.
        engine = self._arithmetic().of(plan, X).engine.name
        return trace(
            plan,
            X,
            Y,
            sample_weight,
            state=state,
            columns=names,
            classes=None if labels is None else labels.classes,
            engine=engine,
            note=" ".join(filter(None, [note, other])),
        )

    def _next_step(self, m: int) -> tuple[Plan, State | None, str]:
        """The plan of the training, its state where it has one, and what is to be known about it."""
        dtype = self.parameters_.theta.dtype
        ended = vars(self).get("_ended")
        if ended is not None and _same(ended.plan.network, self.network_):
            return ended.plan, vars(self).get("_state"), ""
        if hasattr(self, "_plan") and hasattr(self, "hidden_layer_sizes"):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of a batch size larger than the rows to be looked at
                return self._plan(self.network_, m, dtype, int(self.max_iter)), vars(self).get("_state"), ""
        plan = Plan(self.network_, examples=m, optimizer=LBFGS(), dtype=dtype.name)
        return plan, None, "In the user's units; the penalties of the training are not in this cost."


def _encoded(model: Any, y: Any) -> Any:
    """Targets as the loss reads them."""
    if hasattr(model, "labels_"):
        return model.labels_.encode(np.asarray(y) if not hasattr(y, "toarray") else y)
    try:
        numbers = np.asarray(y, model.parameters_.theta.dtype)
    except (TypeError, ValueError):
        raise InvalidInput("y must be numbers for a regression", seen=repr(y)[:60]) from None
    return numbers.reshape(len(numbers), -1) if numbers.ndim else numbers


def _same(one: Network, other: Network) -> bool:
    return one.layout.places == other.layout.places
