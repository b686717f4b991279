"""``model.trace(X, y)``: every number of the training step that a fitted model would take next."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from glassnet.engines.plan import Plan
from glassnet.engines.state import State
from glassnet.errors import InvalidInput
from glassnet.estimators.base import NetworkEstimator
from glassnet.glass.trace import Trace, trace
from glassnet.network.network import Network
from glassnet.network.parameters import Parameters
from glassnet.pieces.optimizers import LBFGS, Optimizer


class Tracing(NetworkEstimator):
    """``trace``, for estimators on arrays."""

    def trace(self, X: Any, y: Any, sample_weight: Any = None, *, optimizer: Optimizer | None = None) -> Trace:
        """One training step on these rows, number by number; the model stays as it is.

        Weights are those of the fitted model. With its own optimizer the step goes on with what that remembers.

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
        plan, state, other = resumed(plan, self.parameters_, kept, optimizer)
        return trace(
            plan,
            X,
            Y,
            sample_weight,
            state=state,
            columns=names,
            classes=None if labels is None else labels.classes,
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


def resumed(
    plan: Plan, parameters: Parameters, kept: State | None, optimizer: Optimizer | None = None
) -> tuple[Plan, State, str]:
    """The plan and the state that a fitted model goes on from, and what is to be known about it, in words.

    Args:
        plan: of the training.
        parameters: of the fitted model.
        kept: the state of the training, or None where it was not kept.
        optimizer: another one than the plan's, or None.
    """
    theta, running = parameters.theta, parameters.running
    if optimizer is None and kept is not None and kept.slots.shape == (len(plan.optimizer.slots), theta.size):
        note = (
            ""
            if np.array_equal(kept.theta, theta)
            else "The weights are the best epoch's, the optimizer's memory the last's."
        )
        return plan, replace(kept, theta=theta, running=running), note
    plan = plan if optimizer is None else replace(plan, optimizer=optimizer)
    slots = np.zeros((len(plan.optimizer.slots), theta.size), theta.dtype)
    return plan, State(theta, running, slots), "The optimizer's memory begins empty." if len(slots) else ""


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


class TracingTables:
    """``trace``, for the model of a whole table."""

    def trace(self, data: Any, rows: Sequence[int] | None = None, *, optimizer: Optimizer | None = None) -> Trace:
        """One training step on rows of a table that has the target too; names are the user's own.

        Args:
            data: anything tabular, columns matched by name.
            rows: which rows, counted from 1 as in messages; None takes all.
            optimizer: another than the model's, beginning anew.

        Raises:
            InvalidInput: rows that the table does not have, columns or classes that the model does not know.
        """
        from glassnet.data.opening import open_source

        model: Any = self
        if not hasattr(model, "parameters"):
            raise InvalidInput("the model is not trained", remedy="call fit first")
        source = open_source(data)
        numbers = list(range(1, source.rows + 1)) if rows is None else checked_rows(rows, source)
        X, Y = model.encode(source.take(np.array(numbers) - 1))
        if model.network.loss.targets == "counts":
            Y = model._counts(Y, model.network.loss.name)
        plan = vars(model).get("plan") or model.recipe.plan(model.network, max(1, model.rows))
        plan, state, note = resumed(plan, model.parameters, vars(model).get("_state"), optimizer)
        return trace(
            plan,
            X,
            Y,
            state=state,
            columns=model.encoder.output_names,
            classes=model.target.classes,
            rows=numbers,
            note=" ".join([_scaled(model), note]).strip(),
        )


def checked_rows(rows: Sequence[int], source: Any) -> list[int]:
    """Row numbers from 1, in rising order, each once.

    Raises:
        InvalidInput: no row, or one that the table does not have.
    """
    numbers = sorted({int(row) for row in rows})
    if not numbers or numbers[0] < 1 or numbers[-1] > source.rows:
        wrong = [number for number in numbers if not 1 <= number <= source.rows]
        raise InvalidInput(
            f"{source.label} has the rows 1 to {source.rows}",
            seen=f"row {wrong[0]}" if wrong else "no row",
            remedy="choose one of these",
        )
    return numbers


def _scaled(model: Any) -> str:
    """What a reader must know to find the table's numbers again."""
    name, scale, centre = model.target.name, model.target.scale, model.target.centre
    inputs = "Inputs are the table's columns as encoded for the network"
    if model.target.task == "classification" or model.network.loss.targets == "counts":
        return f"{inputs}."
    return f"{inputs}; y is ({name} - {centre:.6g})/{scale:.6g}."
