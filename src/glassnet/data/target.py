"""``TargetEncoder``: the target column becomes class indices or standardized numbers, and back."""

from __future__ import annotations

import dataclasses
import math
from typing import Any, get_args

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from glassnet.archive import Facts
from glassnet.data.cell_format import CellFormat
from glassnet.data.number_reader import NumberReader
from glassnet.data.reading.in_memory import column_array, from_columns
from glassnet.data.reading.opening import open_source
from glassnet.data.reading.options import ReadOptions
from glassnet.data.source import Source, TableLike
from glassnet.data.targets.classes import Classes
from glassnet.data.targets.reading import read_target
from glassnet.data.targets.values import TargetValues, Task, find_task
from glassnet.errors import UnknownName, nearest, unknown_name
from glassnet.text import listed, one_line

TASKS: tuple[Task, ...] = get_args(Task)


def default_target(source: Source) -> tuple[str, str]:
    """The column to predict when none is named, and a sentence that says why.

    >>> default_target(open_source({"age": [1, 2], "price": [3, 4]}))
    ('price', "the target is 'price', the last column (name another with target=, --target)")
    """
    another = "(name another with target=, --target)"
    if source.target is not None:
        return source.target, f"the target is {source.target!r}, the usual one for {source.label} {another}"
    name = source.names[-1]
    return name, f"the target is {name!r}, the last column {another}"


class TargetEncoder:
    """Learns the target, and encodes it as a network predicts it.

    Classification: the indices 0 ... k - 1 of the classes in order: in the user's type, spelled as the table spells
    them (a text file's ``007`` and ``TRUE`` are words, its ``1`` and ``1.0`` are numbers).
    Regression: one column with mean 0 and standard deviation 1.

    Args:
        task: "classification", "regression", or None to find it from the values (``find_task``).

    >>> encoder = TargetEncoder().fit(["no", "yes", "no", "yes"])
    >>> encoder.task, encoder.transform(["yes", "no"]), encoder.inverse([1, 1])
    ('classification', array([1, 0]), array(['yes', 'yes'], dtype='<U3'))
    >>> encoder = TargetEncoder().fit([1.5, 2.5, 9.0])
    >>> encoder.inverse(encoder.transform([2.5])).round(6)
    array([[2.5]])
    """

    def __init__(self, task: Task | None = None) -> None:
        if task is not None and task not in TASKS:
            raise unknown_name("task", task, TASKS)
        self._wanted = task

    name: str
    task: Task
    reason: str
    notes: tuple[str, ...]
    cell_format: CellFormat
    center: float = 0.0
    scale: float = 1.0
    _classes: Classes | None = None

    def __repr__(self) -> str:
        learned = f": {self.task} of {one_line(self.name, 60)!r}" if hasattr(self, "name") else ""
        return f"<TargetEncoder{learned}>"

    def fit(self, data: TableLike, name: str | None = None, options: ReadOptions | None = None) -> TargetEncoder:
        """Learn the target.

        Args:
            data: the values (m,) or (m, 1); or, with ``name``, anything ``open_source`` takes.
            name: of the column in ``data``.
            options: how to read ``data``; None keeps a source's own.

        Raises:
            UnknownName: for a name that is not a column, with the nearest one.
            InvalidInput: for a missing or infinite value, a single class or value, or words for a regression.
        """
        source, name = _column(data, name, options)
        cell_format = CellFormat.of(source.options)
        return self.learn(read_target(source, name, cell_format, self._wanted), cell_format)

    def learn(self, values: TargetValues, cell_format: CellFormat) -> TargetEncoder:
        """Learn the target from its values, and how they are written; see :meth:`fit`."""
        values.check_complete()
        self.name, self.cell_format = values.name, dataclasses.replace(cell_format, number=values.format)
        self.task, self.reason = find_task(values, self._wanted)
        self._classes, self.center, self.scale, self.notes = None, 0.0, 1.0, ()
        if self.task == "classification":
            self._classes = Classes.of(values)
            self.notes = (*values.notes, *self._classes.notes(self.name))
        else:
            self.center, self.scale = values.scaling()
            self.notes = (*values.notes, *values.inexact())
        return self

    def rescale(self, data: TableLike) -> TargetEncoder:
        """Take the center and scale of a regression from some of the rows it was fitted on; classes stay.

        Raises:
            InvalidInput: where their values are all the same.

        >>> encoder = TargetEncoder("regression").fit({"price": [1.0, 3.0, 9.0]}, "price")
        >>> encoder.rescale({"price": [1.0, 3.0]}).transform({"price": [3.0, 9.0]}).tolist()
        [[1.0], [7.0]]
        """
        if self._classes is None:
            values = read_target(*_column(data, self.name, None), self.cell_format, self.task, learned=True)
            self.center, self.scale = values.scaling()
        return self

    @property
    def classes(self) -> np.ndarray | None:
        """The classes in order, (k,) of words, numbers or booleans; None for a regression."""
        return None if self._classes is None else self._classes.values

    @property
    def counts(self) -> np.ndarray | None:
        """How many rows of training each class had, int64 (k,); None for a regression."""
        return None if self._classes is None else self._classes.counts

    def transform(
        self, data: TableLike, name: str | None = None, dtype: DTypeLike = np.float32, *, allow_unknown: bool = False
    ) -> np.ndarray:
        """The target as a network predicts it.

        Args:
            data: as in ``fit``; with a table, ``name`` may be left out if its column is called as in training.
            name: of the column in ``data``.
            dtype: of the numbers of a regression.
            allow_unknown: True gives -1 for a class that training did not have.

        Returns:
            Class indices, int64 (m,); or standardized numbers (m, 1).

        Raises:
            InvalidInput: for a missing value, or a class that training did not have.
        """
        source, name = _column(data, name or (self.name if _is_table(data) else None), None)
        values = read_target(source, name, self.cell_format, self.task, learned=True)
        values.check_complete()
        if self._classes is not None:
            return self._classes.indices(values, allow_unknown)
        return ((values.numbers() - self.center) / self.scale).astype(dtype).reshape(-1, 1)

    def inverse(self, Y: ArrayLike) -> np.ndarray:
        """Decode predictions of a network: back to classes or the user's units.

        Args:
            Y: class indices, integers (m,); or standardized numbers (m,) or (m, k).

        Returns:
            The classes (m,), or numbers in the user's units, float64 in the shape of ``Y``.
        """
        if self._classes is not None:
            return self._classes.values[np.asarray(Y, dtype=np.int64)]
        return np.asarray(Y, dtype=np.float64) * self.scale + self.center

    def to_parts(self) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """What was learned, as ``{"scaling": float64 (2,)}`` and plain JSON data."""
        facts = {
            "name": self.name,
            "task": self.task,
            "reason": self.reason,
            **self.cell_format.facts,
            "classes": None if self._classes is None else self._classes.facts,
        }
        return {"scaling": np.array([self.center, self.scale])}, facts

    @classmethod
    def from_parts(cls, arrays: object, facts: object) -> TargetEncoder:
        """The encoder that ``to_parts`` described.

        Raises:
            BrokenFile: for anything that ``to_parts`` cannot have returned.
        """
        read = Facts({"target": facts}).section("target")
        number = ("number",) if "number" in read else ()
        read.exactly("name", "task", "reason", "markers", "decimal", "classes", *number)
        numbers = NumberReader(arrays, "target", "scaling")
        encoder = cls(read.choice("task", TASKS))
        encoder.task, encoder.name, encoder.reason = read.choice("task", TASKS), read.text("name"), read.text("reason")
        encoder.cell_format = CellFormat.restore(read)
        (encoder.center, encoder.scale), encoder.notes = numbers.take(2), ()
        numbers.finish()
        if encoder.scale <= 0 or math.isinf(1 / encoder.scale):
            raise read.broken("has a scale that is not positive", f"{encoder.scale}")
        if (encoder.task == "classification") != (read["classes"] is not None):
            raise read.broken(f"is a {encoder.task}, which does not agree with its classes")
        if encoder.task == "classification":
            encoder._classes = Classes.restore(read.section("classes"))
        return encoder


def _is_table(data: TableLike) -> bool:
    return isinstance(data, Source | str | dict) or hasattr(data, "columns") or hasattr(data, "__fspath__")


def _column(data: TableLike, name: str | None, options: ReadOptions | None) -> tuple[Source, str]:
    """The table and the name of the column in it; bare values become a table of one column."""
    if name is None and not _is_table(data):
        shape: tuple[int, ...] = getattr(data, "shape", ())
        values = np.asarray(data)[:, 0] if len(shape) == 2 and shape[1] == 1 else data
        return from_columns({"y": column_array(values, "y")}, options or ReadOptions(), "y"), "y"
    source = open_source(data, options)
    name = default_target(source)[0] if name is None else str(name)
    if name not in source.names:
        close = nearest(name, source.names)
        hint = f"{close!r} is near; " if close else ""
        raise UnknownName(
            f"{source.label} has no column {name!r} to predict",
            remedy=f"{hint}its columns are {listed(source.names, 20)}",
        )
    return source, name
