"""A fitted model in float64, row by row of the user's table: what explanations and displays ask.

Cells of one column are numbers in a NumPy array, or anything else in an Arrow array.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, NamedTuple, Protocol

import numpy as np

from glassnet.arrays import Array
from glassnet.data.roles import Judge
from glassnet.data.row_digests import NOT_RECORDED, judged_rows
from glassnet.data.source import TableLike
from glassnet.errors import InvalidInput, InvalidType
from glassnet.glass.diagnosis.thresholds import MOST_ROWS
from glassnet.learning.columns import Cells
from glassnet.learning.fitted import Fitted, fitted_of
from glassnet.network.network import Network
from glassnet.network.parameters import Parameters
from glassnet.randomness import sampled_rows
from glassnet.text import listed

COARSE = 1e-5  # float32 rounds to 7 digits


class ArrowArray(Protocol):
    """What is used here of Arrow's arrays, so that types need no pyarrow."""

    def __len__(self) -> int: ...
    def __getitem__(self, i: int | slice) -> Any: ...
    def take(self, places: Array) -> ArrowArray: ...
    def drop_null(self) -> ArrowArray: ...
    def value_counts(self) -> Any: ...


ColumnCells = Array | ArrowArray
MOST_VALUES = 100  # different cells of a column that are tried, the most common first


def cell(cells: ColumnCells, i: int = 0) -> object:
    """A cell as a Python object; None where missing."""
    value = cells[i].item() if isinstance(cells, np.ndarray) else cells[i].as_py()
    return None if isinstance(value, float) and np.isnan(value) else value


def most_common(cells: ArrowArray, most: int = MOST_VALUES) -> ArrowArray:
    """The different cells that are not missing, the most common first."""
    counted = cells.drop_null().value_counts()
    return counted.field("values").take(np.argsort(-counted.field("counts").to_numpy(), kind="stable")[:most])


def repeated(cells: ColumnCells, count: int) -> ColumnCells:
    """The first cell ``count`` times."""
    return np.repeat(cells, count) if isinstance(cells, np.ndarray) else cells.take(np.zeros(count, np.int64))


def filled(cells: ColumnCells, starts: Array, changed: Sequence[ColumnCells | None]) -> ColumnCells:
    """The first cell ``starts[-1]`` times, but for the parts that are ``changed``."""
    parts = [
        repeated(cells, int(stop - start)) if new is None else new
        for start, stop, new in zip(starts[:-1], starts[1:], changed, strict=True)
    ]
    if isinstance(cells, np.ndarray):
        return np.concatenate([np.asarray(part) for part in parts]) if parts else cells[:0]
    import pyarrow as pa

    whole: ArrowArray = pa.concat_arrays(parts) if parts else cells[:0]
    return whole


class Subject:
    """A fitted model, its parameters in float64.

    Args:
        model: anything that :func:`~glassnet.learning.fitted.fitted_of` takes.

    Attributes:
        network, parameters: of the model; the parameters are a copy in float64.
        columns: the user's names, (p,).
        places: of each column its inputs of the network.
        classes: the labels of a classifier in order, or None.
        answer: what is predicted.
        exact: to what share of its range the place is known where an answer changes: arithmetic rounds.
        scale, center: a numeric answer is ``scale * score + center`` in the user's units.
    """

    def __init__(self, model: object) -> None:
        self.fitted: Fitted = fitted_of(model)
        fitted = self.fitted
        self.network: Network = fitted.network
        theta, running = fitted.parameters.theta, fitted.parameters.running
        self.parameters: Parameters = self.network.parameters(theta.astype(np.float64), running.astype(np.float64))
        self.columns, self.places = fitted.columns.names, fitted.columns.places
        self.classes, self.answer = fitted.answers.classes, fitted.answers.name
        self.scale, self.center = fitted.answers.scale, fitted.answers.center
        # Encoded tables are float32 whatever the parameters are.
        self.exact = COARSE if theta.dtype == np.float32 or fitted.answers.in_table else 1e-9

    def rows(self, data: TableLike, most: int | None = None) -> Cells:
        """The cells of a user's rows; of more than ``most`` rows a sample, always the same."""
        m = most and self.fitted.columns.count(data)
        return self.fitted.columns.cells(data, sampled_rows(m, most) if most and m and m > most else None)

    def row(self, data: TableLike, number: int | None) -> tuple[Cells, int]:
        """One of a user's rows, and its number; None where there is only one.

        Raises:
            InvalidInput: there is no such row, or there are several to choose from.
        """
        m = self.fitted.columns.count(data)
        if number is None and m != 1:
            raise InvalidInput("one row is explained at a time", seen=f"{m:,} rows", remedy="say which, as in row=3")
        number = 1 if number is None else number
        if isinstance(number, bool) or not isinstance(number, (int, np.integer)):
            raise InvalidType("row is a whole number, counted from 1", repr(number), "pass one, such as row=1")
        return cells_of_rows(self.fitted, data, [int(number)]), int(number)

    def is_number(self, j: int) -> bool:
        """Whether column ``j`` holds numbers, so that there is something between two of its cells."""
        return self.fitted.columns.is_number(j)

    def encode(self, rows: Cells) -> Array:
        """What the network gets, (m, n[0]) float64."""
        return self.fitted.columns.encode_cells(rows)

    def answers(self, rows: Cells) -> Array:
        """The model's own predictions: classes or numbers (m,), or (m, k) of several."""
        return self.fitted.answers.decode(self._predict(self.encode(rows)))

    @cached_property
    def _predict(self) -> Callable[[Array], Array]:
        """The predictions of the model's own engine, in its own dtype."""
        ready, dtype = self.fitted.blend.ready(self.fitted.arithmetic), self.fitted.parameters.theta.dtype
        return lambda X: ready(np.ascontiguousarray(X, dtype))

    def scores(self, X: Array) -> Array:
        """The network's scores before the link, (m, k) float64, of its inputs."""
        with np.errstate(all="ignore"):
            return self.network.forward(X, self.parameters).scores

    def predictions(self, X: Array) -> Array:
        """``y^`` (m, k) float64, of all networks that predict together."""
        if self.fitted.blended is None:
            return self.network.predictions(self.scores(X))
        return self.fitted.blended.precise(X)

    def column(self, name: str | int) -> int:
        """The number of a column by its name or number.

        Raises:
            InvalidInput: there is none.
        """
        if isinstance(name, (int, np.integer)) and 0 <= name < len(self.columns):
            return int(name)
        if name in self.columns:
            return self.columns.index(str(name))
        raise InvalidInput(
            f"there is no column {name!r} among the model's {len(self.columns)}", remedy=f"try {listed(self.columns)}"
        )

    def spread(self, rows: Cells, changes: Cells) -> Cells:
        """One row (``rows`` of length 1) as often as the ``changes`` are long, with these cells in their columns."""
        count = len(next(iter(changes.values())))
        return {j: changes.get(j, repeated(cells, count)) for j, cells in rows.items()}

    def variants(self, row: Cells, changes: Sequence[tuple[int, ColumnCells]]) -> Cells:
        """One row again and again, each time with one cell changed: for ``(j, cells)`` once for each of the cells."""
        lengths = [len(cells) for _, cells in changes]
        starts = np.concatenate([[0], np.cumsum(lengths)]).astype(int)
        return {j: filled(cells, starts, [c if j == k else None for k, c in changes]) for j, cells in row.items()}

    def contributions(self, by_input: Array) -> Array:
        """Those of the columns (p,), each the sum over its inputs, from those of the inputs (n[0],)."""
        return np.array([by_input[place].sum() for place in self.places])


def cells_of_rows(fitted: Fitted, data: TableLike, numbers: Sequence[int]) -> Cells:
    """The cells of a user's rows by their numbers, counted from 1.

    Raises:
        InvalidInput: there is no such row.
    """
    m = fitted.columns.count(data)
    for number in numbers:
        if not 1 <= number <= m:
            remedy = f"choose one from 1 to {m}"
            raise InvalidInput(f"there is no row {number}", seen=f"{m:,} rows", remedy=remedy)
    return fitted.columns.cells(data, np.array(numbers) - 1)


class Judged(NamedTuple):
    """Rows to judge a model by.

    Args:
        rows: their cells.
        truth: of each, (m,).
        words: what they were to the training, and which were left out.
    """

    rows: Cells
    truth: Array
    words: str

    @property
    def shown(self) -> str:
        """A clause on the rows of a picture that judges nothing; "" where it is not known what they were."""
        return "" if self.words == NOT_RECORDED else f"{len(self.truth):,} rows: {self.words}"


def judged(
    subject: Subject, data: TableLike, y: TableLike | None = None, most: int = MOST_ROWS, judge: str = "all"
) -> Judged:
    """Rows to judge a model by, with their truth; of more than ``most`` a sample, always the same.

    Args:
        subject: the model.
        data, y: rows and their truth.
        most: so many at most.
        judge: "unseen", where there are any, else all; "all"; "learned"; "validated".

    Raises:
        InvalidInput: no truth, or one for other rows; no rows of the kind to be judged.
    """
    truth, cells = subject.fitted.answers.truth(data, y), subject.rows(data, most)
    truth = truth[sampled_rows(len(truth), most)]
    if len(truth) != len(cells[0]):
        seen, remedy = f"{len(cells[0])} rows in X, {len(truth)} in y", "pass one label or number for each row"
        raise InvalidInput("X and y must have one row for each example", seen=seen, remedy=remedy)
    fitted = subject.fitted
    if fitted.row_digests is None:
        places, words = judged_rows(None, len(truth), judge)
    else:
        places, words = fitted.judged(subject.encode(cells), fitted.answers.encode(truth), judge)
    return Judged({j: _taken(column, places) for j, column in cells.items()}, truth[places], words)


def judged_classes(model: object, X: TableLike, y: TableLike | None, judge: Judge) -> tuple[Subject, Judged]:
    """A classifier and the rows to judge it by.

    Raises:
        InvalidInput: it is not one of several classes, or there are no such rows.
    """
    subject = Subject(model)
    if not subject.fitted.classifies or (subject.network.loss.targets == "zero_one" and subject.network.outputs > 1):
        raise InvalidInput(
            "this model does not choose one of several classes", remedy="draw predictions (PredictionDisplay)"
        )
    return subject, judged(subject, X, y, judge=judge)


def _taken(cells: ColumnCells, places: Array) -> ColumnCells:
    return cells[places] if isinstance(cells, np.ndarray) else cells.take(places)


def typical(subject: Subject, cells: Cells) -> Cells:
    """One row: the median of numbers, the most common of other cells."""
    return {
        j: np.array([np.nanmedian(column)]) if subject.is_number(j) else most_common(column, 1)
        for j, column in cells.items()
    }
