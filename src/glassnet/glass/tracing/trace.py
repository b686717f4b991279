"""``trace``: every number of one training step, taken from the engine that trains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike

from glassnet.arrays import is_sparse
from glassnet.data.source import TableLike
from glassnet.engines.choice import choose
from glassnet.engines.plan import Plan, Rows
from glassnet.engines.state import State
from glassnet.errors import InvalidInput, InvalidType
from glassnet.glass.tracing.given import given_of
from glassnet.glass.tracing.next_step import next_step
from glassnet.glass.tracing.record import Trace, names_of
from glassnet.glass.tracing.step import record_of
from glassnet.learning.fitted import Fitted
from glassnet.learning.states.paused import Paused
from glassnet.network.network import Network
from glassnet.network.parameters import Parameters
from glassnet.pieces.optimizers import GradientDescent, Optimizer

__all__ = ["Trace", "trace"]


@runtime_checkable
class Traceable(Protocol):
    """An estimator or a model of a table, which has a ``trace`` of its own."""

    def trace(self, *data: Any, **settings: Any) -> Trace: ...


def trace(
    model: Network | Plan | Paused | Fitted | Traceable,
    X: TableLike | None = None,
    Y: TableLike | None = None,
    weights: ArrayLike | None = None,
    *,
    parameters: Parameters | None = None,
    optimizer: Optimizer | None = None,
    state: State | None = None,
    columns: Sequence[object] | None = None,
    classes: Sequence[object] | None = None,
    rows: Sequence[int] | None = None,
    engine: str = "auto",
    note: str = "",
) -> Trace:
    """One training step: forward propagation, cost, back propagation, update; no argument is changed.

    The numbers are those of the engine that trains, bit for bit what its training step computes on these rows: units
    are dropped and batches normalized as in training. ``Trace.engine`` names it; where the native engine cannot run the
    plan or the rows, and in place of loops, it is the reference. Only arrays in the record take memory for long.

    Args:
        model: a network, a plan, a fitted estimator, or its ``Fitted``; or a training paused by a ``StateRecorder``.
        X: (m, n), m >= 1, dense or sparse; left out of a paused training, whose next step is that of its next batch.
        Y: targets: (m, k), or (m,) for one output or for classes; of an estimator, what it was fitted to. A model of a
            whole table takes them from the table.
        weights: of the examples (m,) >= 0, or None for all 1.
        parameters: of a network.
        optimizer: of a network, gradient descent where None; of an estimator, instead of its own.
        state: of a plan: where the training stands. None is its beginning.
        columns, classes: names of the inputs (n,) and of the classes.
        rows: the number of each example in the user's table (m,), None counts from 1; of a model of a whole table,
            which of its rows.
        engine: of a network or a plan: "auto" takes the one that would train it, else a name, as for training. An
            estimator is traced by its own.
        note: kept in the record, and shown with it.

    Raises:
        InvalidInput: no parameters, no rows, shapes that do not fit, or an argument that the model does not take.
        InvalidType: a model that is none of these.
        UnknownName, Unsupported: no engine of that name, or it cannot run the plan on these rows.
        Diverged: a number that is not finite; says where.

    >>> from glassnet import Dense
    >>> net = Network(3, [Dense(4, "relu"), Dense(1, "sigmoid")], loss="binary_cross_entropy")
    >>> step = trace(net, [[0.4, 2, 17]], [1], parameters=net.initialize(seed=1), optimizer=GradientDescent(0.01))
    >>> step.Z[1].shape, step.dW[2].shape, step.cost_after < step.cost
    ((1, 4), (1, 4), True)
    """
    if isinstance(model, Paused):
        _refuse("a paused training", parameters=parameters, optimizer=optimizer, state=state)
        return _of_paused(model, X, Y, weights, columns=columns, classes=classes, rows=rows, note=note)
    if X is None:
        raise InvalidInput("a trace needs examples", remedy="pass X")
    if isinstance(model, Fitted | Traceable):
        own = {"parameters": parameters, "state": state, "columns": columns, "classes": classes}
        _refuse("a fitted model", **own, engine=None if engine == "auto" else engine)
        if isinstance(model, Fitted):
            return _of_fitted(model, X, Y, weights, rows, optimizer, note)
        return _of_model(model, (X, Y, weights), rows=rows, optimizer=optimizer)
    plan, state = _planned(model, parameters, optimizer, state)
    examples = _examples(plan, X, Y, weights)
    columns, classes = names_of(columns), names_of(classes)
    if columns is not None and len(columns) != plan.network.inputs:
        raise InvalidInput(
            "columns does not name every input", f"{len(columns)} names", f"pass {plan.network.inputs} names"
        )
    numbers = tuple(range(1, len(examples.Y) + 1)) if rows is None else tuple(map(int, rows))
    step = record_of(plan, state, choose(plan, engine, examples.X).engine.record_step(state, examples))
    return replace(step, columns=columns, classes=classes, rows=numbers, note=note)


def _of_paused(
    paused: Paused, X: TableLike | None, Y: TableLike | None, weights: ArrayLike | None, **settings: Any
) -> Trace:
    """The next step of a training, or one on other rows from where it stands."""
    if X is None:
        batch = paused.rows.some(paused.batch)
        X, Y, weights = batch.X, batch.Y, batch.weights
        if settings["rows"] is None:
            settings["rows"] = [i + 1 for i in paused.batch.tolist()]
    return trace(paused.plan, X, Y, weights, state=paused.state, engine=paused.engine, **settings)


def _planned(
    model: Network | Plan, parameters: Parameters | None, optimizer: Optimizer | None, state: State | None
) -> tuple[Plan, State]:
    """The plan of a network or a plan, and the state that its step begins from."""
    if isinstance(model, Network):
        _refuse("a network", state=state)
        return _of_network(model, parameters, optimizer)
    if isinstance(model, Plan):
        _refuse("a plan", parameters=parameters, optimizer=optimizer)
        return model, State.new(model) if state is None else state
    raise _no_model(model)


def _no_model(model: object) -> InvalidType:
    remedy = "pass a network with parameters=, a plan or a fitted estimator"
    return InvalidType("a trace needs a model", f"{model!r} of type {type(model).__name__}", remedy)


def _refuse(what: str, **given: object) -> None:
    """Raises InvalidInput for an argument that ``what`` does not take."""
    for name, value in given.items():
        if value is not None:
            raise InvalidInput(f"{what} takes no {name}", remedy="leave it out")


def _of_fitted(
    fitted: Fitted,
    X: TableLike,
    Y: TableLike | None,
    weights: ArrayLike | None,
    rows: Sequence[int] | None,
    optimizer: Optimizer | None,
    note: str,
) -> Trace:
    """The trace of the step that a fitted model would take next."""
    step, known = next_step(fitted, X, Y, optimizer), fitted.answers.classes
    found = trace(
        step.plan,
        step.X,
        step.Y,
        weights,
        state=step.state,
        columns=fitted.columns.inputs,
        classes=None if known is None else known.tolist(),
        rows=rows,
        engine=step.engine,
        note=note or step.note,
    )
    if is_sparse(found.X):  # as dense cells they may not fit in memory
        return found
    truth = np.asarray(fitted.answers.truth(X, Y))
    return replace(found, given=given_of(fitted, fitted.columns.cells(X), truth, found.X, found.predictions))


def _of_model(model: Traceable, data: tuple[object, ...], **settings: object) -> Trace:
    """The model's own trace, with the arguments that were passed."""
    while data[-1] is None:
        data = data[:-1]
    return model.trace(*data, **{name: value for name, value in settings.items() if value is not None})


def _of_network(network: Network, parameters: Parameters | None, optimizer: Optimizer | None) -> tuple[Plan, State]:
    """The plan and the first state of gradient descent from ``parameters``."""
    if parameters is None:
        raise InvalidInput(
            "a network is a description without weights", remedy="pass parameters=network.initialize(seed=0)"
        )
    if parameters.layout.places != network.layout.places:
        raise InvalidInput(
            "the parameters belong to another network",
            f"{parameters.theta.size} for {network.size} parameters",
            "pass those of this network, such as network.initialize(seed=0)",
        )
    optimizer = GradientDescent() if optimizer is None else optimizer
    theta = parameters.theta
    plan = Plan(network, examples=1, optimizer=optimizer, dtype=theta.dtype.name)
    slots = np.zeros((len(optimizer.slots), theta.size), theta.dtype)
    return plan, State(theta, parameters.running, slots)


def _examples(plan: Plan, X: TableLike, Y: TableLike | None, weights: ArrayLike | None) -> Rows:
    """The examples as engines take them."""
    inputs = plan.network.check_inputs(X, plan.numpy_dtype)
    if Y is None:
        raise InvalidInput("a trace needs the targets: without them there is no cost", remedy="pass Y")
    inputs, targets = inputs.tocsr() if is_sparse(inputs) else inputs, np.asarray(Y)
    m = inputs.shape[0]
    if not m:
        raise InvalidInput("a trace needs examples", f"X of shape {inputs.shape}", "pass at least one")
    if targets.ndim == 0 or len(targets) != m:
        shapes = f"shape {inputs.shape} of X, {targets.shape} of Y"
        raise InvalidInput("X and Y differ in length", shapes, "pass one row for each example")
    if weights is None:
        return Rows(inputs, targets)
    w = np.asarray(weights)
    if w.dtype.kind != "f":  # floats stay as they are: each engine rounds them in its own way
        w = w.astype(np.float64)
    if w.shape != (m,):
        raise InvalidInput("weights and X differ in length", f"shape {w.shape}", "pass one number for each example")
    return Rows(inputs, targets, w)
