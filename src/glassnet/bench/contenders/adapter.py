"""The interface of a contender in its own process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar, NamedTuple

from glassnet.arrays import Array
from glassnet.bench.tables import TableTask
from glassnet.bench.task import Task

Predict = Callable[[Array], Array]


class Trainee(NamedTuple):
    """A network in training: ``epoch()`` trains it for one epoch in a new order, ``predict`` predicts with it."""

    epoch: Callable[[], object]
    predict: Predict


class Adapter:
    """Base class: trains and predicts; a contender that is not measured at one of them leaves it out."""

    compiles: ClassVar[bool] = False  # the first fit of a table compiles, which is not part of its time

    def train(self, task: Task) -> Mapping[str, Trainee]:
        """Its ways of training, by name; the fastest counts.

        All start from their own initial weights, train in float32 by Adam with its usual settings, without penalty,
        and gather every batch from ``task.X`` in a new random order each epoch.
        """
        raise NotImplementedError

    def fit(self, task: TableTask) -> Callable[[], object]:
        """A function that does the work of a small table, such as a whole fit, and is ready to be called again."""
        raise NotImplementedError

    def predict(self, task: Task) -> Predict:
        """The fastest way to predict with ``task.parameters``: float32 NumPy rows in, float32 NumPy predictions out."""
        raise NotImplementedError
