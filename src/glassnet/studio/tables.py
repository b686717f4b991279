"""Tables of any columns as the studio learns them: bundled sets, a file dropped on the page, a trained model's.

Columns are encoded, and rows held out, as ``glassnet train`` does it.
"""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import PurePath
from typing import Any

import numpy as np

from glassnet.arrays import Array, dense
from glassnet.data.encoder import TableEncoder
from glassnet.data.reading.opening import open_source
from glassnet.data.row_digests import LEARNED, VALIDATED
from glassnet.data.source import Source, TableLike
from glassnet.data.target import TargetEncoder, default_target
from glassnet.errors import InvalidInput
from glassnet.estimators.table.answers import TableAnswers
from glassnet.estimators.table.columns import TableColumns
from glassnet.learning.fitted import Fitted
from glassnet.pieces.losses import LOSSES
from glassnet.studio import limits
from glassnet.studio.data import TABLE, Data, DataSet, Held, Value, Values
from glassnet.studio.words import word
from glassnet.text import one_line


def table(data: TableLike, values: Values) -> Data:
    """A table, its last column the target, or the one that it says.

    Args:
        data: what :func:`~glassnet.data.reading.opening.open_source` takes.
        values: the settings: the shares of rows that are held out, and the seed of the rows.

    Raises:
        GlassnetError: it is not a table that can be learned, or it is too large for a page.

    >>> found = table("iris", {"validate": 0.2, "judge": 0.2, "points_seed": 1})
    >>> found.X.shape, found.classes, len(found.learn)
    ((150, 4), ('setosa', 'versicolor', 'virginica'), 96)
    """
    source = open_source(data)
    limits.ROWS.check(source.rows)
    limits.COLUMNS.check(len(source.names) - 1)
    target = TargetEncoder().fit(source, default_target(source)[0])
    limits.CLASSES.check(len(classes := _classes(target)))
    held = Held.of(values, source.rows, target.transform(source, target.name) if classes else None)
    teaching = source.take(np.setdiff1d(np.arange(source.rows), np.concatenate(held)))
    encoder = TableEncoder().fit(teaching, exclude=target.name)
    X = np.asarray(encoder.transform(source), np.float64)
    Y = target.rescale(teaching).transform(source, target.name, np.float64)
    loss = LOSSES.make(
        "squared_error" if not classes else "binary_cross_entropy" if len(classes) == 2 else "cross_entropy"
    )
    answers = TableAnswers(target, loss).answers()
    columns = TableColumns(encoder, target.name)
    return Data(X, Y, columns.inputs, target.name, classes, *held, source, columns, answers)


def _classes(target: TargetEncoder) -> tuple[str, ...]:
    return () if target.classes is None else tuple(map(str, target.classes.tolist()))


def own(source: Source, title: str) -> DataSet:
    """A pupil's own table as a data set; it is read once now, so that what is wrong with it is said at once.

    Raises:
        GlassnetError: as :func:`table`.
    """
    defaults = dict(TABLE) | {"batch_size": 10 if source.rows < 1000 else 50}
    chosen = DataSet("own", title, lambda values: table(source, values), defaults, word("own.help"))
    table(source, {"validate": 0.2, "judge": 0.2, "points_seed": 1})
    return chosen


def dropped(name: str, data: bytes) -> DataSet:
    """A file that was dropped on the page, as a data set, which remembers the file.

    Raises:
        GlassnetError: it is not a table.
    """
    file: Any = io.BytesIO(data)
    file.name = PurePath(name.replace("\\", "/")).name[:100] or "table.csv"
    return replace(own(open_source(file), one_line(file.name, 60)), file=(file.name, data))


def of_model(fitted: Fitted, data: TableLike, title: str) -> DataSet:
    """A trained model on its table: its network with its weights, and the rows that taught it, where it knows them.

    Raises:
        InvalidInput: the table does not fit.
    """
    source = open_source(data)
    limits.ROWS.check(source.rows)
    X = np.asarray(dense(fitted.columns.encode(source)), np.float64)
    Y = np.asarray(fitted.answers.encode(source))
    known = fitted.answers.classes
    classes = () if known is None else tuple(map(str, known.tolist()))
    names, answers = fitted.columns.inputs or tuple(f"x{k}" for k in range(1, X.shape[1] + 1)), fitted.answers
    made = Data(X, Y, tuple(names), answers.name, classes, *_taught(fitted, X, Y), source, fitted.columns, answers)
    made = replace(made, network=fitted.network, start=fitted.parameters)
    if not len(made.learn):
        raise InvalidInput(
            "none of these rows is left to learn from", f"{source.rows} rows", "pass the training's table"
        )
    return DataSet("model", title, lambda values: made, _defaults(fitted), word("own.of_model"))


def _taught(fitted: Fitted, X: Array, Y: Array) -> Held:
    """Rows that the model validated on, and those it never saw; all teach where that is not known."""
    roles = fitted.row_digests.roles(X.astype(fitted.parameters.theta.dtype), Y) if fitted.row_digests else None
    if roles is None or not (roles == LEARNED).any():
        return Held(np.empty(0, np.int64), np.empty(0, np.int64))
    judge = np.flatnonzero((roles != LEARNED) & (roles != VALIDATED))
    return Held(np.flatnonzero(roles == VALIDATED), judge)


def _defaults(fitted: Fitted) -> dict[str, Value]:
    network, plan = fitted.network, fitted.plan
    found: dict[str, Value] = {"layers": ",".join(map(str, network.sizes[1:-1]))}
    hidden = network.layers[:-1]
    if hidden and hidden[0].g is not None:
        found["activation"] = hidden[0].g.name
    if plan is not None and not plan.optimizer.whole_batch:
        found |= {"optimizer": plan.optimizer.name, "learning_rate": plan.optimizer.learning_rate}
        found["batch_size"] = plan.batch_rows
    return found
