"""Two runs of one network, compared: the first step after which they differ, and the number that does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from glassnet.arrays import Array
from glassnet.errors import InvalidInput
from glassnet.glass.notation import parameter_at
from glassnet.learning.states.paused import Paused
from glassnet.learning.states.recorder import StateRecorder
from glassnet.network.parameters import Layout
from glassnet.text import counted


class Vector(NamedTuple):
    """A vector of a state: what its numbers are called, and its numbers in both runs."""

    called: str
    layout: Layout
    numbers: Array
    others: Array


@dataclass(frozen=True)
class Difference:
    """Where two runs part.

    Args:
        step: the first step after which their states differ; 0 where they begin apart.
        name: of the number that differs most: a parameter, ``w12[1]``, or the optimizer's memory of one, ``m(w12[1])``.
        numbers: what it is in the one run and in the other.
        count: how many numbers differ.
    """

    step: int
    name: str
    numbers: tuple[float, float]
    count: int

    def __str__(self) -> str:
        one, other = self.numbers
        when = f"the first step that differs is step {self.step:,}" if self.step else "they differ from the beginning"
        more = "" if self.count == 1 else f", and {counted(self.count - 1, 'other number differs', 'others differ')}"
        return f"{when}: {self.name} is {one!r} after it in the one run, {other!r} in the other{more}"


def first_difference(one: StateRecorder, other: StateRecorder) -> Difference | None:
    """The first step after which two recorded runs differ, by as little as a bit; None where they never do.

    Runs that have parted are taken to stay apart, so the step is found by halving: each question costs the steps from
    a kept state.

    Args:
        one, other: recorders of trainings of the same network; compared are the steps that both recorded.

    Raises:
        InvalidInput: no step was recorded by both, or they are of two networks.

    >>> from glassnet import Dense, Network, Plan, Rows, State, train
    >>> plan, X = Plan(Network(1, [Dense(1)]), examples=8, batch_size=2, epochs=4), np.linspace(-1, 1, 8).reshape(-1, 1)
    >>> one, other = StateRecorder(), StateRecorder()
    >>> _ = train(plan, State.new(plan), Rows(X, X**2), callbacks=[one])
    >>> branch = one.at(5)
    >>> branch.parameters.b[1] = branch.parameters.b[1] + 1
    >>> _ = branch.train(callbacks=[other])
    >>> found = first_difference(one, other)
    >>> found.step, found.name, found.count
    (5, 'b1[1]', 1)
    """
    low, high = max(one.first, other.first), min(one.last, other.last)
    if low > high or -1 in (one.first, other.first):
        seen = " and ".join(f"{run.first:,} to {run.last:,}" for run in (one, other))
        raise InvalidInput("the two runs recorded no step in common", f"steps {seen}", "record both from one state on")
    if not _differ(one.at(high), other.at(high)):
        return None
    while low < high:
        middle = (low + high) // 2
        if _differ(one.at(middle), other.at(middle)):
            high = middle
        else:
            low = middle + 1
    return _difference(low, one.at(low), other.at(low))


def _differ(one: Paused, other: Paused) -> bool:
    return any(_places(vector).any() for vector in _vectors(one, other))


def _vectors(one: Paused, other: Paused) -> Iterator[Vector]:
    """The parameters, running statistics, and what the optimizer remembers where both have the same optimizer."""
    network, a, b = one.plan.network, one.state, other.state
    if network.layout.places != other.plan.network.layout.places or a.theta.dtype != b.theta.dtype:
        seen = f"{a.theta.size:,} parameters in {a.theta.dtype} and {b.theta.size:,} in {b.theta.dtype}"
        raise InvalidInput("the two runs are not of one network", seen, "compare runs of the same network and dtype")
    yield Vector("", network.layout, a.theta, b.theta)
    yield Vector("", network.running_layout, a.running, b.running)
    optimizer = one.plan.optimizer
    if optimizer.name == other.plan.optimizer.name:
        for letter, slot, its in zip(optimizer.symbols or optimizer.slots, a.slots, b.slots, strict=True):
            yield Vector(letter, network.layout, slot, its)


def _places(vector: Vector) -> Array:
    """True where the bits differ, (n,)."""
    bits = f"u{vector.numbers.itemsize}"
    return np.asarray(vector.numbers.view(bits) != vector.others.view(bits))


def _difference(step: int, one: Paused, other: Paused) -> Difference:
    """The number of the first vector that has any by which the two differ most."""
    vectors = [(vector, _places(vector)) for vector in _vectors(one, other)]
    vector, places = next((vector, places) for vector, places in vectors if places.any())
    with np.errstate(all="ignore"):
        apart = np.abs(vector.numbers.astype(np.float64) - vector.others.astype(np.float64))
    at = int(np.argmax(np.where(places, np.nan_to_num(apart, nan=np.inf), -1.0)))
    name = parameter_at(vector.layout, at)
    count = sum(int(found.sum()) for _, found in vectors)
    numbers = float(vector.numbers[at]), float(vector.others[at])
    return Difference(step, f"{vector.called}({name})" if vector.called else name, numbers, count)
