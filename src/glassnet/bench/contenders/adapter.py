"""What a contender can be asked for, in its own process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from glassnet.arrays import Array
from glassnet.bench.task import Task

Predict = Callable[[Array], Array]


class Trainee(NamedTuple):
    """A network under training: ``epoch()`` trains it for one epoch in a fresh order, ``predict`` asks it."""

    epoch: Callable[[], object]
    predict: Predict


class Contestant:
    """Trains and predicts; a measure that it does not take part in needs no method."""

    def train(self, task: Task) -> Mapping[str, Trainee]:
        """The ways it has of training, by name; the fastest counts.

        All start from first weights of their own, train in float32 by Adam with its usual settings, without penalty,
        and gather every batch from ``task.X`` in an order that is drawn anew for each epoch.
        """
        raise NotImplementedError

    def predict(self, task: Task) -> Predict:
        """The quickest way to ask a network with ``task.parameters``: float32 rows in, float32 answers out, NumPy's."""
        raise NotImplementedError
