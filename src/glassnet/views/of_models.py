"""Scenes of a fitted model and rows of its table. A maker takes the model, rows ``X`` with ``y``, and its options."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from glassnet.arrays import Array
from glassnet.data.source import TableLike
from glassnet.engines.plan import Plan
from glassnet.engines.state import State
from glassnet.errors import InvalidInput, UnknownName
from glassnet.glass.compare_engines import compare_engines
from glassnet.glass.gradients.cost_graph import cost_graph
from glassnet.glass.ledger import ledger
from glassnet.glass.scenes.code import forward_code
from glassnet.glass.scenes.computation.chain import chain
from glassnet.glass.scenes.computation.diagram import computation_graph
from glassnet.glass.scenes.curves.activations import activation_curves, activations_of
from glassnet.glass.scenes.curves.history import history_curves
from glassnet.glass.scenes.engines import engine_bars
from glassnet.glass.scenes.listing import ledger_lines, settings
from glassnet.glass.scenes.matrices.data import data_set
from glassnet.glass.scenes.matrices.product import matrix, product
from glassnet.glass.scenes.matrices.step import backward, update
from glassnet.glass.scenes.network.blocks import building_blocks
from glassnet.glass.scenes.network.collapse import collapse
from glassnet.glass.scenes.network.compact import compact
from glassnet.glass.scenes.network.diagram import network_diagram
from glassnet.glass.scenes.network.neuron import neuron
from glassnet.glass.scenes.network.reading import output_names
from glassnet.glass.scenes.scene import Scene
from glassnet.glass.tracing.given import given_of
from glassnet.glass.tracing.trace import Trace, trace
from glassnet.learning.fitted import Fitted, fitted_of
from glassnet.views.displays.descents import DescentsDisplay
from glassnet.views.subject import cells_of_rows

FEW = 6  # rows of a product
MANY = 200  # rows of a pass that is measured, and of a descent
RATES = (0.003, 0.3, 30.0)  # learning rates: usually too slow, good, too large


def network_of_model(
    model: object,
    X: TableLike | None = None,
    y: TableLike | None = None,
    *,
    row: int | None = None,
    lens: str = "values",
    select: str = "",
) -> Scene:
    """The network, with the numbers of one row where rows are given; with its gradients where the truth is known.

    Args:
        model: as :func:`~glassnet.learning.fitted.fitted_of` takes it.
        X, y: rows and their truth, which a table holds itself.
        row: which row, counted from 1; None takes the first.
        lens: what stands on the edges: "values", "gradients", or the "change" of the step that the row would teach.
        select: a weight or bias, ``w12[1]``: every path from it to the cost of the row is lit.
    """
    fitted = fitted_of(model)
    names, outputs = fitted.columns.inputs, outputs_of(fitted)
    if X is None:
        return network_diagram(
            fitted.network, fitted.parameters, names=names, outputs=outputs, lens=lens, select=select
        )
    number = 1 if row is None else row
    truth, inputs = _truth(fitted, X, y), _inputs(fitted, X, [number])
    forward_pass = fitted.network.forward(inputs, fitted.parameters)
    of_row = None if truth is None else truth[[number - 1]]
    cells = cells_of_rows(fitted, X, [number])
    given = given_of(fitted, cells, of_row, inputs, forward_pass.predictions)
    called = given.labels(0, names, outputs)._asdict()
    if truth is None:
        return network_diagram(
            fitted.network, fitted.parameters, forward_pass, number=number, lens=lens, select=select, **called
        )
    step = _step(fitted, X, truth, number)
    return network_diagram(fitted.network, step.before, step, step.gradients, lens=lens, select=select, **called)


def neuron_of_model(
    model: object, X: TableLike, y: TableLike | None = None, *, layer: int | None = None, row: int = 1
) -> Scene:
    """The first unit of a layer."""
    fitted = fitted_of(model)
    l = first_with_weights(fitted) if layer is None else layer
    forward_pass = fitted.network.forward(_inputs(fitted, X, [row]), fitted.parameters)
    names = fitted.columns.inputs
    return neuron(fitted.network, fitted.parameters, forward_pass, layer=l, names=names)


def compact_of_model(model: object, X: TableLike | None = None, y: TableLike | None = None) -> Scene:
    """One block a layer."""
    return compact(fitted_of(model).network)


def blocks_of_model(model: object, X: TableLike | None = None, y: TableLike | None = None) -> Scene:
    """The building blocks, with the number of rows where some are given."""
    fitted = fitted_of(model)
    return building_blocks(fitted.network, m=None if X is None else fitted.columns.count(X))


def activations_of_model(model: object, X: TableLike | None = None, y: TableLike | None = None) -> Scene:
    """The activations that the model uses."""
    return activation_curves(activations_of(fitted_of(model).network))


def history_of_model(
    model: object, X: TableLike | None = None, y: TableLike | None = None, *, metric: str = "cost"
) -> Scene:
    """What the training recorded."""
    return history_curves(fitted_of(model).history or {}, metric=metric)


def graph_of_model(model: object, X: TableLike, y: TableLike | None = None, *, row: int = 1) -> Scene:
    """The cost of one row as a computation graph."""
    fitted = fitted_of(model)
    truth = fitted.answers.truth(X, y)
    return computation_graph(cost_graph(_step(fitted, X, truth, row)), caption=_of_user(fitted, X, truth, [row]))


def step_of_model(model: object, X: TableLike, y: TableLike | None = None, row: int = 1) -> Trace:
    """One training step on one row."""
    fitted = fitted_of(model)
    return _step(fitted, X, fitted.answers.truth(X, y), row)


def chain_of_model(model: object, X: TableLike, y: TableLike | None = None, *, row: int = 1) -> Scene:
    """The chain rule of one row's cost."""
    return chain(step_of_model(model, X, y, row))


def update_of_model(
    model: object, X: TableLike, y: TableLike | None = None, *, layer: int | None = None, row: int = 1
) -> Scene:
    """The update of a layer by one row."""
    l = first_with_weights(fitted_of(model)) if layer is None else layer
    return update(step_of_model(model, X, y, row), layer=l)


def backward_of_model(model: object, X: TableLike, y: TableLike | None = None, *, row: int = 1) -> Scene:
    """Back propagation of one row."""
    return backward(step_of_model(model, X, y, row))


def ledger_of_model(model: object, X: TableLike, y: TableLike | None = None, *, row: int = 1) -> Scene:
    """The ledger of one row, by matrices."""
    return ledger_lines(ledger(step_of_model(model, X, y, row), depth=1))


def settings_of_model(model: object, X: TableLike | None = None, y: TableLike | None = None) -> Scene:
    """What training learned, and what was set."""
    fitted = fitted_of(model)
    if fitted.plan is None:
        raise InvalidInput("how this model was trained is not known", remedy="draw one that was trained by glassnet")
    epochs = len(next(iter((fitted.history or {}).values()), ())) or None
    return settings(fitted.plan, fitted.parameters, epochs=epochs)


def code_of_model(model: object, X: TableLike, y: TableLike | None = None) -> Scene:
    """The forward pass of the first rows."""
    fitted = fitted_of(model)
    inputs = _inputs(fitted, X, range(1, 1 + min(MANY, fitted.columns.count(X))))
    return forward_code(fitted.network, fitted.parameters, inputs)


def engines_of_model(model: object, X: TableLike, y: TableLike | None = None) -> Scene:
    """An epoch over the first rows."""
    fitted = fitted_of(model)
    return engine_bars(compare_engines(fitted.network, *_first_rows(fitted, X, y), seconds=0.05))


def data_of_model(model: object, X: TableLike, y: TableLike | None = None) -> Scene:
    """The rows as the user has them."""
    fitted = fitted_of(model)
    cells = [np.asarray(column, object) for column in fitted.columns.cells(X, None).values()]
    truth = np.asarray(fitted.answers.truth(X, y), object)
    return data_set(np.stack(cells, axis=1), truth, names=fitted.columns.names, target=fitted.answers.name)


def collapse_of_model(model: object, X: TableLike | None = None, y: TableLike | None = None) -> Scene:
    """Its linear layers as one."""
    fitted = fitted_of(model)
    return collapse(fitted.network, fitted.parameters)


def descents_of_model(model: object, X: TableLike, y: TableLike | None = None) -> DescentsDisplay:
    """From first weights as training draws them, on the first rows, with rates below and above one that does well."""
    fitted = fitted_of(model)
    first = fitted.network.initialize(seed=0)
    return DescentsDisplay.from_network(fitted.network, first, *_first_rows(fitted, X, y), alphas=RATES)


def matrix_of_model(
    model: object, X: TableLike | None = None, y: TableLike | None = None, *, layer: int | None = None
) -> Scene:
    """The weights of a layer, the first that has some where none is chosen."""
    fitted = fitted_of(model)
    l = first_with_weights(fitted) if layer is None else layer
    return matrix(_weights(fitted, l), name=f"W[{l}]")


def product_of_model(
    model: object, X: TableLike, y: TableLike | None = None, *, layer: int | None = None, row: int | None = None
) -> Scene:
    """``A[l-1] W[l]^T + b[l]`` of one row, or of the first ones."""
    fitted = fitted_of(model)
    l = first_with_weights(fitted) if layer is None else layer
    W = _weights(fitted, l)
    numbers = range(1, 1 + min(FEW, fitted.columns.count(X))) if row is None else [row]
    forward_pass = fitted.network.forward(_inputs(fitted, X, numbers), fitted.parameters)
    names = (f"A[{l - 1}]", f"W[{l}]^T", f"b[{l}]", f"Z[{l}]")
    caption = _of_user(fitted, X, _truth(fitted, X, y), numbers)
    return product(forward_pass.A[l - 1], W.T, bias=fitted.parameters.b.get(l), names=names, caption=caption)


def _of_user(fitted: Fitted, X: TableLike, truth: Array | None, numbers: Sequence[int]) -> str:
    """Which rows of the user's a picture's numbers are of, with one row's own cells and answer where these differ."""
    if len(numbers) > 1:
        return f"Rows {numbers[0]} to {numbers[-1]}, as the network gets them."
    inputs, places = _inputs(fitted, X, numbers), np.array(numbers) - 1
    predictions = fitted.network.forward(inputs, fitted.parameters).predictions
    cells = cells_of_rows(fitted, X, numbers)
    given = given_of(fitted, cells, None if truth is None else truth[places], inputs, predictions)
    said = given.sentence(0, f"row {numbers[0]}")
    note = f" {fitted.note}" if fitted.note else ""
    return f"{said if said.startswith('Row ') else f'Row {numbers[0]}. {said}'}{note}"


def outputs_of(fitted: Fitted) -> list[str] | None:
    """Names of the outputs: the classes, or what a regression predicts."""
    classes = fitted.answers.classes
    if classes is None:
        return [fitted.answers.name] if fitted.network.outputs == 1 and not fitted.classifies else None
    return output_names(fitted.network, classes.tolist())


# -- rows --------------------------------------------------------------------------------------------------------------


def _inputs(fitted: Fitted, X: TableLike, numbers: Sequence[int]) -> Array:
    """The inputs of rows by their numbers, (q, n[0])."""
    return fitted.columns.encode_cells(cells_of_rows(fitted, X, numbers))


def _first_rows(fitted: Fitted, X: TableLike, y: TableLike | None) -> tuple[Array, Array]:
    """Inputs and targets of the first rows, as the network gets them."""
    count = min(MANY, fitted.columns.count(X))
    return _inputs(fitted, X, range(1, 1 + count)), fitted.answers.encode(fitted.answers.truth(X, y)[:count])


def _truth(fitted: Fitted, X: TableLike, y: TableLike | None) -> Array | None:
    """The truth of the rows (m,), or None where nothing is known of it, as of new rows."""
    try:
        return fitted.answers.truth(X, y)
    except (InvalidInput, UnknownName):
        if y is not None:
            raise
        return None


def _step(fitted: Fitted, X: TableLike, truth: Array, number: int) -> Trace:
    """The training step on one row, from the parameters as they are."""
    inputs = _inputs(fitted, X, [number])
    theta, running = fitted.parameters.theta, fitted.parameters.running
    plan = fitted.plan or Plan(fitted.network, examples=1, dtype=theta.dtype.name)
    state = State(theta, running, np.zeros((len(plan.optimizer.slots), theta.size), theta.dtype))
    Y = fitted.answers.encode(truth[[number - 1]])
    return trace(plan, inputs, Y, state=state, columns=fitted.columns.inputs, rows=[number])


def first_with_weights(fitted: Fitted) -> int:
    """The first layer that has a weight matrix: embeddings may stand before it."""
    return next(iter(fitted.parameters.W), 1)


def _weights(fitted: Fitted, l: int) -> Array:
    """``W[l]``, or an error where layer ``l`` has none."""
    if l not in fitted.parameters.W:
        known = ", ".join(map(str, fitted.parameters.W))
        raise InvalidInput(
            f"there is no weight matrix W[{l}]", seen=f"layers with weights: {known}", remedy="choose one of these"
        )
    return fitted.parameters.W[l]
