"""The columns of a user's rows: their names, their cells, and how they become the inputs of a network.

``Columns`` is what every fitted model hands out as ``fitted.columns``. Columns of numbers are :class:`ArrayColumns`
(arrays, estimators, pipelines of scalers); a model of a whole table brings its own, around its encoder.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from glassnet.arrays import Array, is_sparse
from glassnet.data.source import TableLike
from glassnet.errors import InvalidInput

Cells = Mapping[int, Any]
"""A column's number -> its cells (m,): numbers as a NumPy array, all else as an Arrow array."""


class Columns(Protocol):
    """The p columns of a user's rows, and how they lead into the n[0] inputs of a network."""

    @property
    def names(self) -> tuple[str, ...]:
        """As the user knows them, or x1 ... xp, (p,)."""

    @property
    def places(self) -> tuple[slice, ...]:
        """Of each column its inputs, (p,)."""

    @property
    def inputs(self) -> tuple[str, ...] | None:
        """Names of the inputs (n[0],), or None where the user gave none."""

    def is_number(self, j: int) -> bool:
        """Whether column ``j`` holds numbers, so that there is something between two of its cells."""

    def count(self, data: TableLike) -> int:
        """m, how many rows there are."""

    def cells(self, data: TableLike, rows: Array | None = None) -> Cells:
        """The cells of a user's rows; with ``rows`` of those only, by their numbers from 0 in rising order."""

    def encode(self, data: TableLike) -> Any:
        """The inputs of a user's rows, (m, n[0]), checked; sparse rows may stay sparse."""

    def encode_cells(self, cells: Cells) -> Array:
        """The inputs of rows that :meth:`cells` read, (m, n[0]) float64."""


@dataclass(frozen=True, eq=False)
class ArrayColumns:
    """Columns of numbers, each of them one input.

    Args:
        names: (n,).
        named: whether the user gave these names.
        check: a user's rows as an array or sparse matrix (m, n), or an error that says what is wrong with them.
        transform: what a pipeline or an estimator does with such rows before they reach the network; None for nothing.
    """

    names: tuple[str, ...]
    named: bool
    check: Callable[[Any], Any]
    transform: Callable[[Any], Any] | None = None

    @classmethod
    def of(
        cls,
        n: int,
        names: Sequence[object] | None,
        check: Callable[[Any], Any],
        transform: Callable[[Any], Any] | None = None,
    ) -> ArrayColumns:
        """``n`` columns called ``names``, or x1 ... xn."""
        numbered = (f"x{j + 1}" for j in range(n))
        return cls(tuple(numbered if names is None else map(str, names)), names is not None, check, transform)

    @property
    def places(self) -> tuple[slice, ...]:
        return tuple(slice(j, j + 1) for j in range(len(self.names)))

    @property
    def inputs(self) -> tuple[str, ...] | None:
        return self.names if self.named else None

    def is_number(self, j: int) -> bool:
        return True

    def count(self, data: TableLike) -> int:
        return int(self._checked(data).shape[0])

    def cells(self, data: TableLike, rows: Array | None = None) -> Cells:
        X = self._checked(data) if rows is None else self._checked(data)[rows]
        return dict(enumerate(np.asarray(X.toarray() if is_sparse(X) else X, np.float64).T))

    def encode(self, data: TableLike) -> Any:
        X = self.check(data)
        return X if self.transform is None else self.transform(X)

    def encode_cells(self, cells: Cells) -> Array:
        X: Any = np.stack([cells[j] for j in range(len(self.names))], axis=1)
        X = self.transform(X) if self.transform else X
        return np.asarray(X.toarray() if is_sparse(X) else X, np.float64)

    def _checked(self, data: Any) -> Any:
        """Rows; a single one may be given as (n,)."""
        shape = np.shape(data)
        single = len(shape) == 1 and shape[0] == len(self.names)
        return self.check(np.reshape(np.asarray(data), (1, -1)) if single else data)


def plain_check(names: Sequence[str], chosen: bool) -> Callable[[Any], Any]:
    """A check for :class:`ArrayColumns` where no estimator has one of its own.

    Args:
        names: (n,).
        chosen: True takes the columns of that name where the rows have names.
    """

    def check(data: Any) -> Any:
        X = data[list(names)] if chosen and hasattr(data, "columns") else data
        X = X if is_sparse(X) else np.asarray(X, np.float64)
        if X.ndim != 2 or X.shape[1] != len(names):
            raise InvalidInput(
                f"X must have the {len(names)} columns of training",
                seen=f"shape {X.shape}",
                remedy="pass one column for each of them",
            )
        return X

    return check
