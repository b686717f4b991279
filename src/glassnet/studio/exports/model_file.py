"""The network as a model file, which ``glassnet predict`` opens, with the encoders of its table."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np

from glassnet.arrays import Array, dense
from glassnet.data.encoder import TableEncoder
from glassnet.data.reading.opening import open_source
from glassnet.data.row_digests import RowDigests
from glassnet.data.target import TargetEncoder
from glassnet.engines.choice import UNKNOWN
from glassnet.errors import InvalidInput
from glassnet.estimators.table.answers import TableAnswers
from glassnet.estimators.table.columns import TableColumns
from glassnet.estimators.table.model import TableModel
from glassnet.estimators.table.presets import PLAIN
from glassnet.estimators.table.recipe import DEFAULTS
from glassnet.files import save
from glassnet.learning.blending.blend import Blend, Member
from glassnet.learning.history import History
from glassnet.learning.training import INTERRUPTED, Outcome
from glassnet.network.network import Network
from glassnet.network.parameters import Parameters
from glassnet.studio.answering import answers_of
from glassnet.studio.data import Data
from glassnet.studio.session.view import View

LINEAR = 1e-6  # how far an encoder may be from a straight line that it is taken for


def model_file(view: View) -> bytes:
    """The bytes of the file.

    Raises:
        InvalidInput: no table's model can hold the network.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.safetensors"
        save(table_model(view), path)
        return path.read_bytes()


def table_model(view: View) -> TableModel:
    """The network at the clock's step as the model of its table.

    Raises:
        InvalidInput: no table's model can hold it.
    """
    run, data = view.run, view.run.table
    network, parameters = run.network, view.paused.parameters
    meant = getattr(answers_of(data).encode, "__self__", None)
    if isinstance(data.columns, TableColumns) and isinstance(meant, TableAnswers):
        encoder, target, X, Y = data.columns.encoder, meant.target, data.X, np.asarray(data.Y)
    else:
        encoder, target = _encoders(data)
        parameters = _folded(data, network, parameters, encoder, target)
        X, Y = _encoded(data, encoder, target)
    model = TableModel(recipe := replace(DEFAULTS, dtype="float64"), target.task, PLAIN)
    model.preset_, model.recipe_, model.encoder, model.target = PLAIN, recipe, encoder, target
    model.network, model.parameters = network, parameters
    model.blend = Blend((Member(network, parameters),))
    history = {name: column for name, column in run.history.items() if len(column)}
    model.history = History(history)
    reason = f"taken along at step {view.clock.step:,}"
    model.outcome = Outcome(INTERRUPTED, reason, parameters, model.history, engine=UNKNOWN)
    model.rows, model.validation_rows = len(data.learn), len(data.validate)
    held = (X[data.validate], Y[data.validate]) if len(data.validate) else None
    model.known_rows = RowDigests.of((X[data.learn], Y[data.learn]), held, int(run.setup.values["seed"]))
    return model


# -- where nothing was encoded: encoders that scale, and a network that takes it back ----------------------------------


def _table(data: Data) -> dict[str, object]:
    Y = np.asarray(data.Y).reshape(len(data.X), -1)[:, 0]
    truth = [data.classes[int(k)] for k in Y] if data.classes else Y
    return {**{name: data.X[:, j] for j, name in enumerate(data.names)}, data.target: truth}


def _encoders(data: Data) -> tuple[TableEncoder, TargetEncoder]:
    source = open_source(_table(data)).take(data.learn)
    target = TargetEncoder("classification" if data.classes else "regression").fit(source, data.target)
    return TableEncoder(numbers_first=True).fit(source, exclude=[data.target]), target


def _encoded(data: Data, encoder: TableEncoder, target: TargetEncoder) -> tuple[Array, Array]:
    source = open_source(_table(data))
    X = np.asarray(dense(encoder.transform(source)), np.float64)
    return X, np.asarray(target.transform(source, data.target, np.float64))


def _folded(
    data: Data, network: Network, parameters: Parameters, encoder: TableEncoder, target: TargetEncoder
) -> Parameters:
    """Parameters with which the network answers scaled inputs as it answers those it learned from."""
    X = np.asarray(dense(encoder.transform(open_source(_table(data)))), np.float64)
    first, last = min(parameters.W, default=0), max(parameters.W, default=0)
    known = list(map(str, target.classes.tolist())) if target.classes is not None else []
    if X.shape != data.X.shape or (first, last) != (1, len(network.layers)) or known != list(data.classes):
        raise _cannot()
    made = network.parameters(parameters.theta.copy(), parameters.running.copy())
    scale, shift = _line(data.X, X)
    made.W[1][...] = parameters.W[1] / scale
    made.b[1][...] = parameters.b[1] - parameters.W[1] @ (shift / scale)
    if target.classes is None and network.loss.link == "identity":
        made.W[last][...] = made.W[last] / target.scale
        made.b[last][...] = (made.b[last] - target.center) / target.scale
    return made


def _line(before: Array, after: Array) -> tuple[Array, Array]:
    """Scale and shift of every column, ``after = scale * before + shift``."""
    x, y = before - before.mean(axis=0), after - after.mean(axis=0)
    spread = (x * x).sum(axis=0)
    if not spread.all():
        raise _cannot()
    scale = (x * y).sum(axis=0) / spread
    shift = after.mean(axis=0) - scale * before.mean(axis=0)
    if not scale.all() or np.abs(scale * before + shift - after).max() > LINEAR * max(1.0, np.abs(after).max()):
        raise _cannot()
    return scale, shift


def _cannot() -> InvalidInput:
    remedy = "take the script along: it has the same network"
    return InvalidInput("a model file of a table cannot hold this network", remedy=remedy)
