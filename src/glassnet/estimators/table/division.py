"""``Division``: what is known of a table's rows apart from their columns: sides, weights, rows to validate on."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from glassnet.arrays import Array
from glassnet.data.reading.with_target import with_target
from glassnet.data.source import Source
from glassnet.data.splitting.columns import loose, read_groups, read_order, read_weights, read_words
from glassnet.data.splitting.options import SplitBy
from glassnet.data.splitting.split import Split
from glassnet.errors import GlassnetError, InvalidInput
from glassnet.text import counted


@dataclass(frozen=True, eq=False)
class Division:
    """How the rows that a model is given are divided and weighed.

    Args:
        split: by what rows to validate on are held out.
        weights: of the rows (m,) >= 0, or None for all 1.
        set_aside: columns that are not inputs, each with the reason.
        validation: rows of their own to validate on, with the target; None holds some of the others out.
        validation_weights: of these (h,), or None.
    """

    split: Split = field(default_factory=Split)
    weights: Array | None = None
    set_aside: Mapping[str, str] = field(default_factory=dict)
    validation: Source | None = None
    validation_weights: Array | None = None

    @classmethod
    def by(cls, source: Source, columns: SplitBy, validation: Source | None = None) -> Division:
        """By columns of a table.

        Args:
            source: the table.
            columns: which, and what for.
            validation: another table, with the same columns.

        Raises:
            UnknownName: a column that a table does not have.
            InvalidInput: cells that do not say it.
        """
        weight, held_weights = columns.weight, None
        if validation is not None and weight is not None:
            with naming(validation):
                held_weights = read_weights(validation, weight)
        return cls(
            split_by(source, columns.group, columns.order_by),
            None if weight is None else read_weights(source, weight),
            {source.check_name(name): why for name, why in columns.set_aside.items()},
            validation,
            held_weights,
        )

    @classmethod
    def of(cls, source: Source, groups: Any, order_by: Any, weights: Any) -> Division:
        """By columns or values, see :meth:`TableModel.fit`."""
        group, order = (str(one) if one is not None and is_column(source, one) else None for one in (groups, order_by))
        checked = None if weights is None else np.asarray(weights)
        return cls(split_by(source, groups, order_by), checked, SplitBy(group, order).set_aside)

    def validating(self, table: Source, target: str, y: Any, weights: Any) -> Division:
        """The same with other rows to validate on.

        Args:
            table: the rows.
            target: what the column to predict is called.
            y: the targets (h,), or None or a name where the table has them.
            weights: of the rows (h,), or None.
        """
        if y is not None and not is_column(table, y):
            table = with_target(table, y, target)[0]
        elif y is not None and str(y) != target:
            what = f"y_val is the column {str(y)!r}, and what is predicted is called {target!r}"
            raise InvalidInput(what, remedy="name the same column, or pass the values")
        return replace(self, validation=table, validation_weights=None if weights is None else np.asarray(weights))

    def some(self, rows: Array) -> Division:
        """That of some of the rows, to validate on the same table of its own.

        Args:
            rows: their numbers, from 0 (k,).
        """
        return replace(self, split=self.split.some(rows), weights=None if self.weights is None else self.weights[rows])

    def words(self, held_out: Array, rows: int) -> str:
        """Which rows are validated on, "" where they are drawn at random or there are none.

        Args:
            held_out: their numbers, from 0 (h,).
            rows: how many there are.
        """
        if self.validation is not None:
            return f"validated on the {counted(rows, 'row')} of {self.validation.label}"
        which = self.split.words(held_out) if len(held_out) else ""
        return which and f"validated on {rows:,} of them: {which}"

    def words_on_folds(self, folds: int) -> str:
        """How the rows are divided that are validated on in turn."""
        whole = "" if self.split.groups is None else f", whole groups by {self.split.group!r} in each"
        return f"{folds} folds{whole}: each validates the networks that learn from the others"


def split_by(source: Source, group: Any = None, order_by: Any = None) -> Split:
    """By what the rows of a table are held out.

    Args:
        source: the table, m rows.
        group, order_by: a column each, or the values (m,), or None.
    """
    groups = order = None
    if group is not None:
        groups = read_groups(*_column(source, group, "groups"))
    if order_by is not None:
        order = read_order(*_column(source, order_by, "order_by"))
    names = [str(one) if is_column(source, one) else word for one, word in ((group, "groups"), (order_by, "order_by"))]
    return Split(groups, order, *names)


def is_column(source: Source, value: Any) -> bool:
    """Whether a value names a column: words do, and what a frame may call a column if it has one called so."""
    return isinstance(value, str) or (isinstance(value, Hashable) and str(value) in source.names)


def _column(source: Source, value: Any, name: str) -> tuple[Source, str]:
    return (source, str(value)) if is_column(source, value) else (loose(value, name, source.rows), name)


def shared_groups(source: Source, other: Source, name: str) -> tuple[str, ...]:
    """A note where rows of one group are in two tables, so that they stand on both sides all the same.

    Args:
        source, other: the tables.
        name: the column that says the group.
    """
    with naming(other):
        mine, theirs = (set(read_words(table, name).unique().to_pylist()) for table in (source, other))
    if not (both := (mine & theirs) - {None}):
        return ()
    what = f"{len(both):,} of {len(theirs):,} values of {name!r} in {other.label} are in {source.label} too"
    return (f"{what}, so it does not show how good the model is on new ones",)


@contextmanager
def naming(source: Source) -> Iterator[None]:
    """Have errors about cells say which table they are in.

    Args:
        source: the table.
    """
    try:
        yield
    except GlassnetError as error:
        if source.label in error.cause:
            raise
        raise type(error)(f"{source.label}: {error.cause}", error.seen, error.remedy) from None


UNDIVIDED = Division()


def checked_rows(rows: Sequence[int], source: Source) -> list[int]:
    """Row numbers from 1, in rising order, each once.

    Raises:
        InvalidInput: no row, or one that the table does not have.
    """
    numbers = sorted({int(row) for row in rows})
    if not numbers or numbers[0] < 1 or numbers[-1] > source.rows:
        wrong = [number for number in numbers if not 1 <= number <= source.rows]
        raise InvalidInput(
            f"{source.label} has the rows 1 to {source.rows}",
            seen=f"row {wrong[0]}" if wrong else "no row",
            remedy="choose one of these",
        )
    return numbers
