"""The same steps by loops, vectors, matrices and the fused kernel: equal numbers, other times (deck, *Vectorisation*).

What is measured is what trains: every way is an engine, asked for an epoch of gradient descent.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.arrays import Array
from glassnet.engines.engine import Engine
from glassnet.engines.loops import Loops
from glassnet.engines.native.engine import Native
from glassnet.engines.plan import Plan
from glassnet.engines.reference import Reference
from glassnet.engines.rows import Rows
from glassnet.engines.state import State
from glassnet.errors import InvalidInput
from glassnet.glass.scenes.table import Table
from glassnet.network.cache import Mode
from glassnet.network.network import Network
from glassnet.network.parameters import Gradients, Parameters
from glassnet.pieces.optimizers import GradientDescent
from glassnet.text import format_number


class Vectors(Reference):
    """One example after the other, all units of a layer at once: each a product of matrix and vector."""

    @classmethod
    def supports(cls, plan: Plan, X: Any = None) -> str | None:
        return Loops.supports(plan, X)  # a batch's statistics need the batch

    def value_and_gradient(self, parameters: Parameters, rows: Rows, mode: Mode, gradients: Gradients) -> float:
        m, J, total = len(rows.Y), 0.0, np.zeros_like(gradients.theta)
        for i in range(m):
            J += super().value_and_gradient(parameters, Rows(rows.X[i : i + 1], rows.Y[i : i + 1]), mode, gradients)
            total += gradients.theta
        gradients.theta[...] = total / m
        return J / m


# A way -> the engine, and what it does at once.
WAYS: dict[str, tuple[type[Engine], str]] = {
    "loops": (Loops, "one multiplication"),
    "vectors": (Vectors, "all units of a layer, for one example"),
    "matrices": (Reference, "all units, all examples of the batch"),
    "kernel": (Native, "the same, and its steps, fused in C++"),
}


@dataclass(frozen=True, eq=False)
class Way:
    """One way to train, measured.

    Args:
        name, does: what it is called, and what it does at once.
        seconds: of an epoch, the shortest; None where the way cannot be gone.
        theta: the parameters after the first epoch.
        reason: why it cannot be gone.
    """

    name: str
    does: str
    seconds: float | None = None
    theta: Array | None = None
    reason: str = ""


@dataclass(frozen=True)
class Ways:
    """All of them, of one network on the same m rows; ``print`` shows a table."""

    widths: tuple[int, ...]
    m: int
    batch_size: int
    ways: tuple[Way, ...]

    def __getitem__(self, name: str) -> Way:
        return {way.name: way for way in self.ways}[name]

    @property
    def gone(self) -> tuple[Way, ...]:
        """Those that can be gone with this network on this machine."""
        return tuple(way for way in self.ways if way.seconds is not None)

    @property
    def apart(self) -> float:
        """The largest difference of a parameter between two ways after the first epoch."""
        every = np.array([way.theta for way in self.gone])
        return float(np.ptp(every, axis=0).max(initial=0.0))

    def __str__(self) -> str:
        widths = "-".join(map(str, self.widths))
        title = f"An epoch of {widths} on {self.m:,} rows, {self.batch_size} at a time, on this machine"
        table = Table.of(
            title, ("way", "at once", "milliseconds", "times as fast", "why not"), map(self._row, self.ways), 3
        )
        return f"{table}\nThe parameters after it differ by {format_number(self.apart, 2)} at most."

    def _row(self, way: Way) -> tuple[object, ...]:
        if way.seconds is None:
            return way.name, way.does, None, None, way.reason
        return way.name, way.does, way.seconds * 1e3, (self.gone[0].seconds or 0.0) / way.seconds, None


def four_ways(network: Network, X: Any, Y: Any, *, seed: int = 0, batch_size: int = 32, seconds: float = 0.1) -> Ways:
    """An epoch of gradient descent by loops, vectors, matrices and the kernel, each measured on this machine.

    Args:
        network: of dense layers, for the loops' sake; what a way has no arithmetic for is said.
        X, Y: (m, n), m >= 1, and targets, as the network takes them.
        seed: of the first parameters.
        batch_size: rows of a step.
        seconds: how long each is repeated, at least; every one trains at least two epochs.

    Raises:
        InvalidInput: no rows, or rows that the network does not take.

    >>> from glassnet import Dense
    >>> net = Network(3, [Dense(4, "tanh"), Dense(1)], loss="binary_cross_entropy")
    >>> X = np.random.default_rng(0).normal(size=(50, 3))
    >>> found = four_ways(net, X, X[:, 0] > 0, seconds=0.01)
    >>> found["loops"].seconds > found["matrices"].seconds, found.apart < 1e-12
    (True, True)
    """
    rows = Rows(network.check_inputs(X, np.float64), np.asarray(Y))
    if not len(rows.X):
        raise InvalidInput("at least one row is needed to measure", seen="none")
    plan = Plan(
        network, len(rows.X), optimizer=GradientDescent(0.01), batch_size=min(batch_size, len(rows.X)), dtype="float64"
    )
    found = tuple(_measured(name, plan, rows, seed, seconds) for name in WAYS)
    return Ways(tuple(network.widths), plan.examples, plan.batch_size, found)


def _measured(name: str, plan: Plan, rows: Rows, seed: int, seconds: float) -> Way:
    cls, does = WAYS[name]
    reason = cls.supports(plan, rows.X)
    if reason is not None:
        return Way(name, does, reason=reason)
    engine, state, order = cls(plan), State.new(plan, seed), np.arange(plan.examples)
    engine.train(state, rows, order)
    theta, end = state.theta.copy(), time.perf_counter() + seconds
    times: list[float] = []
    while not times or time.perf_counter() < end:
        start = time.perf_counter()
        engine.train(state, rows, order)
        times.append(time.perf_counter() - start)
    return Way(name, does, min(times), theta)
