"""The training step that a fitted model would take next: from which plan and state, on which rows."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from glassnet.arrays import Array, Matrix
from glassnet.data.source import TableLike
from glassnet.engines.plan import Plan
from glassnet.engines.state import State
from glassnet.learning.fitted import Fitted
from glassnet.network.parameters import Parameters
from glassnet.pieces.optimizers import LBFGS, Optimizer


class NextStep(NamedTuple):
    """What a step is taken from.

    Args:
        plan, state: of the training that is continued.
        X, Y: the rows, as the network takes them.
        engine: the name of the one that predicts.
        note: what a reader of the numbers must know.
    """

    plan: Plan
    state: State
    X: Matrix
    Y: Array
    engine: str
    note: str


def next_step(
    fitted: Fitted, data: TableLike, y: TableLike | None = None, optimizer: Optimizer | None = None
) -> NextStep:
    """The step of a fitted model on a user's rows.

    Args:
        fitted: the model; its own engine computes, or another where that is not available.
        data, y: the rows and their labels or numbers.
        optimizer: another than the model's, its slots empty.
    """
    X, Y = fitted.encode(data, y)
    dtype = fitted.parameters.theta.dtype.name
    plan = fitted.plan or Plan(fitted.network, examples=1, optimizer=LBFGS(), dtype=dtype)
    plan, state, note = _continued(plan, fitted.parameters, fitted.state, optimizer)
    engine = fitted.arithmetic.of(plan, X).engine.name
    return NextStep(plan, state, X, Y, engine, " ".join(filter(None, [fitted.note, note])))


def _continued(
    plan: Plan, parameters: Parameters, kept: State | None, optimizer: Optimizer | None
) -> tuple[Plan, State, str]:
    """The plan and the state that are continued, and what is to be known about them."""
    theta, running = parameters.theta, parameters.running
    if optimizer is None and kept is not None and kept.slots.shape == (len(plan.optimizer.slots), theta.size):
        best = not np.array_equal(kept.theta, theta)
        note = "The weights are the best epoch's, the optimizer's memory the last's." if best else ""
        return plan, replace(kept, theta=theta, running=running), note
    plan = plan if optimizer is None else replace(plan, optimizer=optimizer)
    slots = np.zeros((len(plan.optimizer.slots), theta.size), theta.dtype)
    return plan, State(theta, running, slots), "The optimizer's memory begins empty." if len(slots) else ""
