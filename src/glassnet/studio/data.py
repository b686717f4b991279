"""What is learned in the studio: rows as a network sees them, in three lanes, and the record of a data set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from glassnet.arrays import Array
from glassnet.data.holdout import holdout
from glassnet.learning.columns import Columns
from glassnet.learning.fitted import Answers
from glassnet.network.network import Network
from glassnet.network.parameters import Parameters

if TYPE_CHECKING:
    from glassnet.data.source import TableLike

Value = float | int | str
Values = Mapping[str, Value]
MANY = 9  # rows from which on some are held out
TABLE: dict[str, Value] = {"layers": "8", "activation": "relu", "optimizer": "adam", "learning_rate": 0.01}


@dataclass(frozen=True, eq=False)
class Data:
    """A table as a network learns it.

    Args:
        X: inputs (m, n). Y: targets (m,), whole numbers where there are classes.
        names: of the inputs. target: what is predicted.
        classes: their names; () of a number.
        validate, judge: the rows held out of learning, by their numbers from 0: to watch it, and to judge it.
        given: the rows as the user has them, with their target; None where ``X`` and ``Y`` are that.
        columns, answers: how they become inputs, and what the outputs mean; None where nothing is encoded.
        network: what a lesson brings along, with its first weights ``start``; None makes one of the settings.
        answer: what a single output says; "" leaves it its symbol.
    """

    X: Array
    Y: Array
    names: tuple[str, ...]
    target: str = "y"
    classes: tuple[str, ...] = ()
    validate: Array = field(default_factory=lambda: np.empty(0, np.int64))
    judge: Array = field(default_factory=lambda: np.empty(0, np.int64))
    given: TableLike | None = None
    columns: Columns | None = None
    answers: Answers | None = None
    network: Network | None = None
    start: Parameters | None = None
    answer: str = ""

    @cached_property
    def learn(self) -> Array:
        """The rows that teach, by their numbers from 0."""
        teach = np.ones(len(self.X), bool)
        teach[np.concatenate([self.validate, self.judge])] = False
        return np.flatnonzero(teach)

    @property
    def loss(self) -> str:
        """The loss that goes with the target."""
        if not self.classes:
            return "squared_error"
        return "binary_cross_entropy" if len(self.classes) == 2 else "cross_entropy"

    def outputs_named(self, count: int) -> tuple[str, ...] | None:
        """What the units of the last layer are called; None where only their symbols are."""
        if len(self.classes) == count > 1:
            return self.classes
        return (self.answer,) if count == 1 and self.answer else None

    @property
    def outputs(self) -> int:
        """Of a network that learns it."""
        return len(self.classes) if len(self.classes) > 2 else 1


@dataclass(frozen=True, eq=False)
class DataSet:
    """A data set to choose.

    Args:
        name, title: what it is called in links, and on the page.
        make: the table, of the settings.
        defaults: the settings that suit it.
        help: a sentence.
        drawn: whether its points are drawn, so that there may be others.
        file: of a table that was dropped on the page, its name and its bytes, which are taken along.
    """

    name: str
    title: str
    make: Callable[[Values], Data]
    defaults: Values
    help: str = ""
    drawn: bool = False
    file: tuple[str, bytes] | None = None


class Held(NamedTuple):
    """Rows that are held out of learning, by their numbers from 0: to validate on, and to judge by."""

    validate: Array
    judge: Array

    @classmethod
    def of(cls, values: Values, m: int, strata: Array | None) -> Held:
        """Drawn from the seed of the rows.

        Args:
            values: the settings, with the shares.
            m: how many rows there are.
            strata: their classes (m,), which are divided in proportion; None of numbers.
        """
        left, found, seed = np.arange(m), {}, int(values["points_seed"])
        for name in ("judge", "validate"):
            share, found[name] = float(values[name]), np.empty(0, np.int64)
            if share and len(left) > MANY:
                rest, held = holdout(len(left), share, seed, None if strata is None else strata[left])
                left, found[name] = left[rest], left[held]
        return cls(**found)
