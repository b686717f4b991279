"""``TableModel.trace(data, rows)``: the training step that a model of a whole table would take next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from glassnet.data.reading.opening import open_source
from glassnet.data.source import TableLike
from glassnet.engines.plan import Plan
from glassnet.engines.state import State
from glassnet.errors import InvalidInput
from glassnet.glass.tracing.trace import Trace, trace
from glassnet.learning.arithmetic import Arithmetic
from glassnet.network.parameters import Parameters
from glassnet.pieces.optimizers import Optimizer


class TracingTables:
    """``trace``, for the model of a whole table."""

    def trace(self, data: TableLike, rows: Sequence[int] | None = None, *, optimizer: Optimizer | None = None) -> Trace:
        """One training step on rows of a table that has the target too; names are the user's own.

        Args:
            data: anything tabular, columns matched by name.
            rows: which rows, counted from 1 as in messages; None takes all.
            optimizer: another than the model's, beginning anew.

        Raises:
            InvalidInput: rows that the table does not have, columns or classes that the model does not know.
        """
        model: Any = self
        if not hasattr(model, "parameters"):
            raise InvalidInput("the model is not trained", remedy="call fit first")
        source = open_source(data)
        numbers = list(range(1, source.rows + 1)) if rows is None else checked_rows(rows, source)
        X, Y = model.encode(source.take(np.array(numbers) - 1))
        if model.network.loss.targets == "counts":
            Y = model._counts(Y, model.network.loss.name)
        plan = vars(model).get("plan") or model.recipe.plan(model.network, max(1, model.rows))
        plan, state, note = continued(plan, model.parameters, vars(model).get("_state"), optimizer)
        engine = Arithmetic(model.recipe.engine, model.recipe.threads or None).of(plan, X).engine.name
        return trace(
            plan,
            X,
            Y,
            state=state,
            columns=model.encoder.output_names,
            classes=model.target.classes,
            rows=numbers,
            engine=engine,
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
    name, scale, centre = model.target.name, model.target.scale, model.target.center
    inputs = "Inputs are the table's columns as encoded for the network"
    if model.target.task == "classification" or model.network.loss.targets == "counts":
        return f"{inputs}."
    return f"{inputs}; y is ({name} - {centre:.6g})/{scale:.6g}."


def continued(
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
