"""A subject: a fitted model and rows of its table, seen in the user's own columns. Explanations and displays ask it.

Two kinds: a model of a whole table, whose columns become one or more inputs of its network; and an estimator (in a
pipeline, perhaps) or a bare network, whose columns are the inputs. Neither is imported: what they have is asked for by
name.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from glassnet.data.opening import open_source
from glassnet.data.source import Source
from glassnet.errors import InvalidInput, InvalidType
from glassnet.glass.thresholds import ROWS
from glassnet.network.network import Network
from glassnet.network.parameters import Parameters
from glassnet.network.products import is_sparse
from glassnet.pieces.activations import Array

Rows = Mapping[int, Any]  # a column's number -> its cells (m,): an array of numbers, or an Arrow array
COARSE = 1e-5  # float32 rounds to 7 digits
MOST_VALUES = 100  # different cells of a column that are tried, the commonest first


@dataclass(frozen=True, eq=False)
class Subject(ABC):
    """A model, its network in float64, and how the user's columns lead into it.

    Args:
        model: as the user has it.
        network, parameters: of the model; the parameters are a copy in float64.
        columns: the user's names, (p,).
        places: of each column its inputs of the network.
        classes: the labels of a classifier in order, or None.
        answer: what is predicted, in words.
        exact: to what share of its range a number can be told where an answer changes: arithmetic rounds.
        scale, centre: a numeric answer is ``scale * score + centre`` in the user's units.
    """

    model: Any
    network: Network
    parameters: Parameters
    columns: tuple[str, ...]
    places: tuple[slice, ...]
    classes: Array | None = None
    answer: str = "the prediction"
    exact: float = 1e-9
    scale: float = 1.0
    centre: float = 0.0

    first: ClassVar[int] = 0  # the number of the first row

    @abstractmethod
    def rows(self, data: Any, most: int | None = None) -> Rows:
        """The cells of a user's rows; of more than ``most`` rows a sample, always the same."""

    def row(self, data: Any, number: int | None) -> tuple[Rows, int]:
        """One of a user's rows, and its number; None where there is only one.

        Raises:
            InvalidInput: there is no such row, or there are several to choose from.
        """
        m = self._count(data)
        if number is None and m != 1:
            raise InvalidInput("one row is explained at a time", seen=f"{m:,} rows", remedy="say which, as in row=3")
        number = self.first if number is None else number
        if isinstance(number, bool) or not isinstance(number, (int, np.integer)):
            raise InvalidType(f"row is a whole number, counted from {self.first}", seen=repr(number))
        last = m - 1 + self.first
        if not self.first <= number <= last:
            remedy = f"choose one from {self.first} to {last}"
            raise InvalidInput(f"there is no row {number}", seen=f"{m:,} rows", remedy=remedy)
        return self._one(data, int(number) - self.first), int(number)

    def _count(self, data: Any) -> int:
        return len(self.rows(data)[0])

    def _one(self, data: Any, i: int) -> Rows:
        return {j: cells[i : i + 1] for j, cells in self.rows(data).items()}

    @abstractmethod
    def is_number(self, j: int) -> bool:
        """Whether column ``j`` holds numbers, so that there is something between two of its cells."""

    @abstractmethod
    def encode(self, rows: Rows) -> Array:
        """What the network gets, (m, n[0]) float64."""

    @abstractmethod
    def answers(self, rows: Rows) -> Array:
        """The model's own predictions: classes or numbers (m,), or (m, k) of several."""

    @abstractmethod
    def truth(self, data: Any, y: Any = None) -> Array:
        """The user's labels or numbers (m,) of rows; of a table's model those of its target's column.

        Raises:
            InvalidInput: there are none.
        """

    @abstractmethod
    def targets(self, truth: Array) -> Array:
        """The same as the loss reads them.

        Raises:
            InvalidInput: a class that the model does not know.
        """

    @property
    def decides(self) -> bool:
        """True for a classifier, whose answer can flip."""
        return self.network.loss.targets in ("classes", "zero_one")

    def scores(self, X: Array) -> Array:
        """The network's scores before the link, (m, k) float64, of its inputs."""
        with np.errstate(all="ignore"):
            return self.network.forward(X, self.parameters).scores

    def predictions(self, X: Array) -> Array:
        """``y^`` (m, k) float64."""
        return self.network.predictions(self.scores(X))

    def column(self, name: str | int) -> int:
        """The number of a column by its name or number.

        Raises:
            InvalidInput: there is none.
        """
        if isinstance(name, (int, np.integer)) and 0 <= name < len(self.columns):
            return int(name)
        if name in self.columns:
            return self.columns.index(str(name))
        shown = ", ".join(self.columns[:10]) + (" ..." if len(self.columns) > 10 else "")
        raise InvalidInput(f"there is no column {name!r} among the model's {len(self.columns)}", remedy=f"try {shown}")

    def spread(self, rows: Rows, changes: Mapping[int, Any]) -> Rows:
        """One row (``rows`` of length 1) as often as the ``changes`` are long, with these cells in their columns."""
        count = len(next(iter(changes.values())))
        return {j: changes.get(j, _repeated(cells, count)) for j, cells in rows.items()}

    def variants(self, row: Rows, changes: Sequence[tuple[int, Any]]) -> Rows:
        """One row again and again, each time with one cell changed: for ``(j, cells)`` once for each of the cells."""
        lengths = [len(cells) for _, cells in changes]
        starts = np.concatenate([[0], np.cumsum(lengths)]).astype(int)
        return {j: _filled(cells, starts, [c if j == k else None for k, c in changes]) for j, cells in row.items()}

    def contributions(self, by_input: Array) -> Array:
        """Those of the columns (p,), each the sum over its inputs, from those of the inputs (n[0],)."""
        return np.array([by_input[place].sum() for place in self.places])


class ArraySubject(Subject):
    """An estimator or a network: a column is an input."""

    def rows(self, data: Any, most: int | None = None) -> Rows:
        data = data.toarray() if is_sparse(data) else data
        shape = np.shape(data)
        if len(shape) == 1 and shape[0] == self.network.inputs:
            data = np.reshape(np.asarray(data), (1, -1))
        check = getattr(self.model, "layer_outputs", None)
        X = self.network.check_inputs(data if check is None else check(data)[0], np.float64)
        X = X if most is None else X[drawn(len(X), most)]
        return dict(enumerate(X.T))

    def is_number(self, j: int) -> bool:
        return True

    def encode(self, rows: Rows) -> Array:
        return np.stack([rows[j] for j in range(len(self.columns))], axis=1)

    def answers(self, rows: Rows) -> Array:
        X = self.encode(rows)
        if self._predict is not None:
            return np.asarray(self._predict(X))
        predictions = self.predictions(X)
        if self.network.loss.targets == "classes":
            return predictions.argmax(axis=1)
        predictions = (predictions > 0.5).astype(int) if self.decides else predictions
        return predictions[:, 0] if self.network.outputs == 1 else predictions

    def truth(self, data: Any, y: Any = None) -> Array:
        if y is None:
            raise InvalidInput("the truth is needed, to judge the model by", remedy="pass y, one label or number a row")
        return np.asarray(y)

    def targets(self, truth: Array) -> Array:
        if self.classes is None or truth.ndim != 1:
            return truth
        known = np.searchsorted(self.classes, truth).clip(max=len(self.classes) - 1)
        if (self.classes[known] != truth).any():
            raise InvalidInput("y has a class that the model does not know", seen=f"{np.unique(truth)[:5].tolist()}")
        return known

    @cached_property
    def _predict(self) -> Any:
        """The estimator's own arithmetic without its checks; None of a bare network."""
        return self.model.predictor().predict if hasattr(self.model, "predictor") else None


class PipelineSubject(ArraySubject):
    """A pipeline of column-wise steps, such as a scaler, that ends in an estimator of ours: columns are the user's."""

    def rows(self, data: Any, most: int | None = None) -> Rows:
        shape = np.shape(data)
        data = np.reshape(np.asarray(data), (1, -1)) if len(shape) == 1 and shape[0] == self.network.inputs else data
        named = getattr(self.model, "feature_names_in_", None) is not None and hasattr(data, "columns")
        X = np.asarray(data[list(self.columns)] if named else data, np.float64)
        if X.ndim != 2 or X.shape[1] != len(self.columns):
            raise InvalidInput(f"X must have the {len(self.columns)} columns of training", seen=f"shape {X.shape}")
        X = X if most is None else X[drawn(len(X), most)]
        return dict(enumerate(X.T))

    def encode(self, rows: Rows) -> Array:
        X = self.model[:-1].transform(super().encode(rows))
        return np.asarray(X.toarray() if is_sparse(X) else X, np.float64)

    def answers(self, rows: Rows) -> Array:
        return np.asarray(self.model[-1].predict(self.encode(rows)))


class TableSubject(Subject):
    """A model of a whole table: a column is encoded."""

    first: ClassVar[int] = 1  # as in messages about tables

    def rows(self, data: Any, most: int | None = None) -> Rows:
        source = open_source(data)
        self.model.check(source)
        if most is not None and source.rows > most:
            source = source.take(drawn(source.rows, most))
        return self._cells(source)

    def _count(self, data: Any) -> int:
        return open_source(data).rows

    def _one(self, data: Any, i: int) -> Rows:
        return self.rows(open_source(data).take([i]))  # of a file larger than memory one row

    def _cells(self, source: Source) -> Rows:
        import pyarrow as pa

        parts: dict[int, list[Any]] = {j: [] for j in range(len(self.columns))}
        for block in source.blocks(self.columns):
            for j, name in enumerate(self.columns):
                numbers = block.cells(name, self.model.encoder.spelling).numbers if self.is_number(j) else None
                parts[j].append(block.arrays[name] if numbers is None else numbers())
        return {j: (np.concatenate if self.is_number(j) else pa.concat_arrays)(some) for j, some in parts.items()}

    @cached_property
    def _kinds(self) -> list[str]:
        kinds = {column.name: column.kind for column in self.model.encoder.columns}
        return [kinds[name] for name in self.columns]

    def is_number(self, j: int) -> bool:
        return self._kinds[j] == "number"

    def encode(self, rows: Rows) -> Array:
        return np.asarray(self.model.encoder.transform(self._table(rows)), np.float64)

    def answers(self, rows: Rows) -> Array:
        return np.asarray(self.model.predict(self._table(rows)))

    def truth(self, data: Any, y: Any = None) -> Array:
        target = self.model.target
        codes = target.transform(open_source(data), dtype=np.float64) if y is None else target.transform(y)
        return np.asarray(target.inverse(codes if self.decides else codes[:, 0]))

    def targets(self, truth: Array) -> Array:
        if self.network.loss.targets == "counts":
            return truth
        return np.asarray(self.model.target.transform(truth, dtype=np.float64))

    def _table(self, rows: Rows) -> dict[str, Any]:
        return {name: rows[j] for j, name in enumerate(self.columns)}


def subject_of(model: Any) -> Subject:
    """The subject of a fitted model.

    Args:
        model: a model of a whole table, an estimator of ours (also at the end of a pipeline of scalers), or
            ``(network, parameters)``.

    Raises:
        InvalidType: none of these.
        InvalidInput: not fitted, or a pipeline that makes other columns.

    >>> network = Network.mlp(2, [3], 1)
    >>> subject_of((network, network.initialize())).columns
    ('x1', 'x2')
    """
    if isinstance(model, tuple) and len(model) == 2 and isinstance(model[0], Network):
        return ArraySubject(None, model[0], _double(*model), *_inputs(model[0], None), exact=_exact(model[1]))
    if isinstance(getattr(model, "network_", None), Network):
        network, names = model.network_, getattr(model, "feature_names_in_", None)
        classes = getattr(model, "classes_", None)
        columns, exact = _inputs(network, names), _exact(model.parameters_)
        return ArraySubject(model, network, _double(network, model.parameters_), *columns, classes, exact=exact)
    if hasattr(model, "encoder") and isinstance(getattr(model, "parameters", None), Parameters):
        return _of_table(model)
    if hasattr(model, "steps") and isinstance(getattr(model[-1], "network_", None), Network):
        return _of_pipeline(model)
    if hasattr(model, "fit"):
        raise InvalidInput(f"this {type(model).__name__} is not a fitted network of ours", remedy="call fit first")
    raise InvalidType(
        f"a {type(model).__name__} cannot be looked into",
        remedy="pass a fitted estimator of glassnet, a TableModel, or (network, parameters)",
    )


def _of_table(model: Any) -> Subject:
    places = model.encoder.outputs
    linear = model.network.link.name == "identity" and model.network.loss.targets == "numbers"
    return TableSubject(
        model,
        model.network,
        _double(model.network, model.parameters),
        tuple(places),
        tuple(places.values()),
        model.target.classes,
        model.target.name,
        COARSE,  # encoded tables are float32
        model.target.scale if linear else 1.0,
        model.target.centre if linear else 0.0,
    )


def _of_pipeline(model: Any) -> Subject:
    network, n = model[-1].network_, getattr(model, "n_features_in_", None)
    names = getattr(model, "feature_names_in_", None)
    before = [f"x{j}" for j in range(n or 0)] if names is None else [*map(str, names)]
    if len(model) > 1 and [*map(str, model[:-1].get_feature_names_out(before))] != before:
        raise InvalidInput(
            "the steps of this pipeline make other columns of the user's",
            seen=f"{n} columns before, {network.inputs} after",
            remedy="look into its last step, with the rows as it gets them (model[:-1].transform(X))",
        )
    classes = getattr(model[-1], "classes_", None)
    parameters = _double(network, model[-1].parameters_)
    exact = _exact(model[-1].parameters_)
    return PipelineSubject(model, network, parameters, *_inputs(network, names), classes, exact=exact)


def _inputs(network: Network, names: Any) -> tuple[tuple[str, ...], tuple[slice, ...]]:
    numbers = range(network.inputs)
    columns = (f"x{j + 1}" for j in numbers) if names is None else map(str, names)
    return tuple(columns), tuple(slice(j, j + 1) for j in numbers)


def _exact(parameters: Parameters) -> float:
    return COARSE if parameters.theta.dtype == np.float32 else 1e-9


def _double(network: Network, parameters: Parameters) -> Parameters:
    return network.parameters(parameters.theta.astype(np.float64), parameters.running.astype(np.float64))


def drawn(rows: int, most: int = ROWS) -> Array:
    """The numbers of all rows, or of ``most`` drawn, always the same; sorted."""
    if rows <= most:
        return np.arange(rows)
    return np.sort(np.random.default_rng(0).choice(rows, most, replace=False))


def judged(subject: Subject, data: Any, y: Any = None, most: int = ROWS) -> tuple[Rows, Array]:
    """Rows with their truth; of more than ``most`` a sample, always the same.

    Raises:
        InvalidInput: no truth, or one for other rows.
    """
    truth, rows = subject.truth(data, y), subject.rows(data, most)
    truth = truth[drawn(len(truth), most)]
    if len(truth) != len(rows[0]):
        seen = f"{len(rows[0])} rows in X, {len(truth)} in y"
        raise InvalidInput("X and y must have one row for each example", seen=seen)
    return rows, truth


def typical(subject: Subject, rows: Rows) -> Rows:
    """One row of the median numbers and the commonest other cells."""
    return {
        j: np.array([np.nanmedian(cells)]) if subject.is_number(j) else commonest(cells, 1) for j, cells in rows.items()
    }


def cell(cells: Any, i: int = 0) -> Any:
    """A cell as a Python object; None where missing."""
    value = cells[i].as_py() if hasattr(cells[i], "as_py") else cells[i].item()
    return None if isinstance(value, float) and np.isnan(value) else value


def commonest(cells: Any, most: int = MOST_VALUES) -> Any:
    """The different cells of an Arrow array that are not missing, the commonest first."""
    counted = cells.drop_null().value_counts()
    return counted.field("values").take(np.argsort(-counted.field("counts").to_numpy(), kind="stable")[:most])


def _repeated(cells: Any, count: int) -> Any:
    return np.repeat(cells, count) if isinstance(cells, np.ndarray) else cells.take(np.zeros(count, np.int64))


def _filled(cells: Any, starts: Array, changed: Sequence[Any]) -> Any:
    """A cell ``starts[-1]`` times, but for the stretches that are ``changed``."""
    parts = [
        _repeated(cells, int(stop - start)) if new is None else new
        for start, stop, new in zip(starts[:-1], starts[1:], changed, strict=True)
    ]
    if isinstance(cells, np.ndarray):
        return np.concatenate(parts) if parts else cells[:0]
    import pyarrow as pa

    return pa.concat_arrays(parts) if parts else cells[:0]
