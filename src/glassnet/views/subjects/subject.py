"""What a subject is: a fitted model seen in the user's own columns."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from glassnet.arrays import Array
from glassnet.errors import InvalidInput, InvalidType
from glassnet.network.network import Network
from glassnet.network.parameters import Parameters
from glassnet.text import listed
from glassnet.views.subjects.cells import Rows, filled, repeated


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
        raise InvalidInput(
            f"there is no column {name!r} among the model's {len(self.columns)}", remedy=f"try {listed(self.columns)}"
        )

    def spread(self, rows: Rows, changes: Mapping[int, Any]) -> Rows:
        """One row (``rows`` of length 1) as often as the ``changes`` are long, with these cells in their columns."""
        count = len(next(iter(changes.values())))
        return {j: changes.get(j, repeated(cells, count)) for j, cells in rows.items()}

    def variants(self, row: Rows, changes: Sequence[tuple[int, Any]]) -> Rows:
        """One row again and again, each time with one cell changed: for ``(j, cells)`` once for each of the cells."""
        lengths = [len(cells) for _, cells in changes]
        starts = np.concatenate([[0], np.cumsum(lengths)]).astype(int)
        return {j: filled(cells, starts, [c if j == k else None for k, c in changes]) for j, cells in row.items()}

    def contributions(self, by_input: Array) -> Array:
        """Those of the columns (p,), each the sum over its inputs, from those of the inputs (n[0],)."""
        return np.array([by_input[place].sum() for place in self.places])
