"""The same training by loops, vectors, matrices and the fused kernels: equal numbers, different times.

What is measured is what trains: every contender is an engine, asked for an epoch of gradient descent.

Source: *Intro to Neural Networks*, Vectorization.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from glassnet.arrays import Array, Matrix, SparseMatrix
from glassnet.engines.engine import Engine
from glassnet.engines.loops import Loops
from glassnet.engines.native.engine import Native
from glassnet.engines.plan import Plan, Rows
from glassnet.engines.reference import Reference
from glassnet.engines.state import State
from glassnet.engines.step_record import StepRecord
from glassnet.errors import InvalidInput
from glassnet.glass.scenes.table import Table
from glassnet.network.cache import Mode
from glassnet.network.network import Network
from glassnet.network.parameters import Gradients, Parameters
from glassnet.pieces.optimizers import GradientDescent
from glassnet.text import format_number


class Vectors(Engine):
    """One example at a time, all units of a layer at once: each step is a product of a matrix and a vector."""

    name = "vectors"

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        self._reference = Reference(plan)

    @classmethod
    def supports(cls, plan: Plan, X: Matrix | None = None) -> str | None:
        return Loops.supports(plan, X)  # statistics of a batch need the whole batch

    def value_and_gradient(self, parameters: Parameters, rows: Rows, mode: Mode, gradients: Gradients) -> float:
        m, J, total = len(rows.Y), 0.0, np.zeros_like(gradients.theta)
        for i in range(m):
            row = Rows(rows.X[i : i + 1], rows.Y[i : i + 1])
            J += self._reference.value_and_gradient(parameters, row, mode, gradients)
            total += gradients.theta
        gradients.theta[...] = total / m
        return J / m

    def scores(self, parameters: Parameters, X: Matrix) -> Array:
        return self._reference.scores(parameters, X)

    def record_step(self, state: State, rows: Rows) -> StepRecord:
        return self._reference.record_step(state, rows)


# Name -> the engine, and how much it computes at once.
CONTENDERS: dict[str, tuple[type[Engine], str]] = {
    "loops": (Loops, "one multiplication"),
    "vectors": (Vectors, "all units of a layer, for one example"),
    "matrices": (Reference, "all units, all examples of the batch"),
    "kernels": (Native, "whole steps, fused in C++"),
}


@dataclass(frozen=True, eq=False)
class EngineTiming:
    """One engine, measured.

    Args:
        name, computes: what it is called, and how much it computes at once.
        seconds: of an epoch, the shortest; None where the engine cannot run the network.
        theta: the parameters after the first epoch.
        reason: why it cannot run.
    """

    name: str
    computes: str
    seconds: float | None = None
    theta: Array | None = None
    reason: str = ""


@dataclass(frozen=True)
class EngineComparison:
    """All engines on one network and the same m rows; ``print`` shows a table.

    Args:
        widths: units of each layer, the inputs first.
        m, batch_size: rows of the epoch and of a step.
        timings: one of each engine, the slowest first.

    >>> from glassnet import Dense, compare_engines
    >>> compare_engines(Network(2, [Dense(1)]), [[0.5, -1.0]], [2.0], seconds=0.001).widths
    (2, 1)
    """

    widths: tuple[int, ...]
    m: int
    batch_size: int
    timings: tuple[EngineTiming, ...]

    def __getitem__(self, name: str) -> EngineTiming:
        return {timing.name: timing for timing in self.timings}[name]

    @property
    def measured(self) -> tuple[EngineTiming, ...]:
        """Those that can run this network on this machine."""
        return tuple(timing for timing in self.timings if timing.seconds is not None)

    @property
    def largest_difference(self) -> float:
        """The largest difference of a parameter between two engines after the first epoch."""
        every = np.array([timing.theta for timing in self.measured])
        return float(np.ptp(every, axis=0).max(initial=0.0))

    @property
    def table(self) -> Table:
        """Every engine with its time."""
        widths = "-".join(map(str, self.widths))
        title = f"An epoch of {widths} on {self.m:,} rows, {self.batch_size} at a time, on this machine"
        columns = ("engine", "computes at once", "milliseconds", "times as fast", "why not")
        return Table.of(title, columns, map(self._row, self.timings), 3)

    def __str__(self) -> str:
        return f"{self.table}\nThe parameters after it differ by {format_number(self.largest_difference, 2)} at most."

    def _row(self, timing: EngineTiming) -> tuple[object, ...]:
        if timing.seconds is None:
            return timing.name, timing.computes, None, None, timing.reason
        speedup = (self.measured[0].seconds or 0.0) / timing.seconds
        return timing.name, timing.computes, timing.seconds * 1e3, speedup, None


def compare_engines(
    network: Network,
    X: ArrayLike | SparseMatrix,
    Y: ArrayLike,
    *,
    seed: int = 0,
    batch_size: int = 32,
    seconds: float = 0.1,
) -> EngineComparison:
    """An epoch of gradient descent by loops, vectors, matrices and kernels, each measured on this machine.

    Args:
        network: of dense layers; an engine that cannot run it says why.
        X, Y: (m, n), m >= 1, and targets, as the network takes them.
        seed: of the first parameters.
        batch_size: rows of a step.
        seconds: how long each engine is repeated, at least; each trains at least two epochs.

    Raises:
        InvalidInput: no rows, or rows that do not fit the network.

    >>> from glassnet import Dense
    >>> net = Network(3, [Dense(4, "tanh"), Dense(1)], loss="binary_cross_entropy")
    >>> X = np.random.default_rng(0).normal(size=(50, 3))
    >>> found = compare_engines(net, X, X[:, 0] > 0, seconds=0.01)
    >>> found["loops"].seconds > found["matrices"].seconds, found.largest_difference < 1e-12
    (True, True)
    """
    rows = Rows(network.check_inputs(X, np.float64), np.asarray(Y))
    if not len(rows.Y):
        raise InvalidInput("an epoch without rows cannot be measured", "0 rows", "pass at least one row")
    descent, m = GradientDescent(0.01), len(rows.Y)
    plan = Plan(network, m, optimizer=descent, batch_size=min(batch_size, m), dtype="float64")
    timings = tuple(_measured(name, plan, rows, seed, seconds) for name in CONTENDERS)
    return EngineComparison(tuple(network.widths), m, plan.batch_size, timings)


def _measured(name: str, plan: Plan, rows: Rows, seed: int, seconds: float) -> EngineTiming:
    cls, computes = CONTENDERS[name]
    reason = cls.supports(plan, rows.X)
    if reason is not None:
        return EngineTiming(name, computes, reason=reason)
    engine, state, order = cls(plan), State.new(plan, seed), np.arange(plan.examples)
    engine.train(state, rows, order)
    theta, end = state.theta.copy(), time.perf_counter() + seconds
    times: list[float] = []
    while not times or time.perf_counter() < end:
        start = time.perf_counter()
        engine.train(state, rows, order)
        times.append(time.perf_counter() - start)
    return EngineTiming(name, computes, min(times), theta)
