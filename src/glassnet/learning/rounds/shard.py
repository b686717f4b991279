"""What one shard of the rows computes in a round: a deterministic function of the round, on any worker.

The rows are dealt like cards: shard s of S has the rows s, s + S, s + 2 S, ... A step of ``batch_size`` rows takes
``batch_size / S`` of each shard, so that unshuffled it takes the rows that one machine takes. Each shard shuffles its
own rows, by a seed of its own.

Sources: Zinkevich, Weimer, Smola, Li 2010, *Parallelized stochastic gradient descent*; Stich 2019, *Local SGD converges
fast and communicates little*, arXiv 1805.09767.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from glassnet.arrays import Array
from glassnet.engines.choice import choose
from glassnet.engines.divergence import diverged
from glassnet.engines.engine import Workspace
from glassnet.engines.epoch_order import order_of
from glassnet.engines.plan import Plan, Rows
from glassnet.engines.state import State
from glassnet.engines.threads import suitable_threads
from glassnet.errors import Diverged
from glassnet.learning.streaming.stream import Opening
from glassnet.network.cache import Mode
from glassnet.pieces.penalties import Penalties
from glassnet.randomness import member_seed


class Work(NamedTuple):
    """A training over shards, as all of them know it.

    Args:
        plan: of the whole training; ``batch_size`` is a multiple of ``shards``.
        shards: S, into how many the rows are dealt.
        engine: the name of the one that computes, the same for all.
        open: begins to read slices, where the rows are those of a stream.
        exact: True where a round is one step along the mean gradient; False where each shard takes steps of its own.
    """

    plan: Plan
    shards: int
    engine: str
    exact: bool
    open: Opening | None = None

    @property
    def shard_plan(self) -> Plan:
        """What a shard does: its part of each batch, as many steps an epoch as the whole training."""
        batch = self.plan.batch_size // self.shards
        examples = self.plan.steps_per_epoch * batch  # of a full shard: schedules go by it
        own = replace(self.plan, examples=examples, batch_size=batch, n_threads=1)
        return replace(own, penalties=Penalties()) if self.exact else own


class Round(NamedTuple):
    """Where a round starts, and how far it goes.

    Args:
        theta, slots: parameters (n,) and the optimizer's vectors (s, n).
        seed, step, epoch, examples, rate_scale: of the state.
        done: steps of the epoch that are done.
        steps: of this round.
    """

    theta: Array
    slots: Array
    seed: int
    step: int
    epoch: int
    examples: int
    rate_scale: float
    done: int
    steps: int

    @classmethod
    def of(cls, state: State, done: int, steps: int) -> Round:
        """The round that a state stands before."""
        counters = (state.seed, state.step, state.epoch, state.examples, state.rate_scale)
        return cls(state.theta, state.slots, *counters, done, steps)


@dataclass(frozen=True, eq=False)
class Share:
    """What a shard, or several, computed in a round.

    Args:
        vectors: (v, n) in float64, times the weight of the rows: the gradient, or parameters and slots.
        cost: times the weight.
        weight: of the rows.
        rows: how many.
        error: of the first shard that diverged.
    """

    vectors: Array
    cost: float
    weight: float
    rows: int
    error: Diverged | None = None

    def __add__(self, other: Share) -> Share:
        error = self.error or other.error
        sums = (self.cost + other.cost, self.weight + other.weight, self.rows + other.rows)
        return Share(self.vectors + other.vectors, *sums, error)


def dealt(rows: Rows, shards: int) -> Iterator[Rows]:
    """The rows of each shard, one shard after the other.

    >>> [part.Y.tolist() for part in dealt(Rows(np.zeros((5, 1)), np.arange(5)), 2)]
    [[0, 2, 4], [1, 3]]
    """
    for number in range(shards):
        yield rows.some(np.arange(number, len(rows.Y), shards))


def whole_order(work: Work, rows: int, seed: int, epoch: int) -> Array:
    """The order in which one machine would visit the rows for the same batches, (rows,)."""
    size, shards = work.shard_plan.batch_size, work.shards
    own = [_order(work, -(-(rows - number) // shards), seed, number, epoch) for number in range(shards)]
    orders = [order * shards + number for number, order in enumerate(own)]
    starts = range(0, max(map(len, orders)), size)
    return np.concatenate([order[start : start + size] for start in starts for order in orders])


def _order(work: Work, rows: int, seed: int, number: int, epoch: int) -> Array:
    return order_of(rows, member_seed(seed, number), epoch, work.plan.shuffle)


class Shard:
    """A shard of a training, with the memory of its steps.

    Args:
        work: the training.
        number: of the shard, from 0.
        rows: its own; None where they come with each round.
    """

    def __init__(self, work: Work, number: int, rows: Rows | None) -> None:
        self.work, self.number, self._rows = work, number, rows
        self.engine = choose(work.shard_plan, work.engine, None if rows is None else rows.X).engine
        self._known: tuple[tuple[int, int], Array] | None = None

    def share(self, at: Round, given: Rows | None = None) -> Share:
        """What the shard computes in a round.

        Args:
            at: the round.
            given: its rows in their order, where the shard has none of its own.
        """
        rows, chosen = self._chosen(at) if given is None else (given, np.arange(len(given.Y)))
        slots, n = at.slots.shape
        if not len(chosen):
            return Share(np.zeros((1 if self.work.exact else 1 + slots, n)), 0.0, 0.0, 0)
        theta, running = at.theta.copy(), np.empty(0, at.theta.dtype)
        state = State(theta, running, at.slots.copy(), member_seed(at.seed, self.number), at.step, at.epoch)
        state.examples, state.rate_scale = at.examples, at.rate_scale
        return (self._gradient if self.work.exact else self._steps)(state, rows, chosen)

    def _chosen(self, at: Round) -> tuple[Rows, Array]:
        """The shard's rows, and which of them the round takes."""
        assert self._rows is not None
        if self._known is None or self._known[0] != (at.seed, at.epoch):
            order = _order(self.work, len(self._rows.Y), at.seed, self.number, at.epoch)
            self._known = (at.seed, at.epoch), order
        size = self.engine.plan.batch_size
        return self._rows, self._known[1][at.done * size : (at.done + at.steps) * size]

    def _steps(self, state: State, rows: Rows, chosen: Array) -> Share:
        """Steps of the shard's own, from the round's state."""
        error = None
        try:
            self.engine.train(state, rows, chosen)
        except Diverged as found:
            error = found
        vectors = np.vstack([state.theta[None], state.slots]).astype(np.float64) * state.weight_sum
        return Share(vectors, state.cost_sum, state.weight_sum, len(chosen), error)

    def _gradient(self, state: State, rows: Rows, chosen: Array) -> Share:
        """The gradient of the shard's part of a batch, penalties left out."""
        engine, plan = self.engine, self.engine.plan
        with np.errstate(all="ignore"), suitable_threads(plan.network, len(chosen)):
            workspace = Workspace(plan, state)
            batch, mode = workspace.gather(rows, chosen), Mode(training=True, seed=state.seed, step=state.step)
            gradients = workspace.gradients
            J = engine.value_and_gradient(workspace.parameters, batch, mode, gradients)
            error = None
            if not (math.isfinite(J) and np.isfinite(gradients.theta).all()):
                error = diverged(self.work.plan, state, workspace.parameters, gradients, batch, mode)
        weight = batch.total_weight()
        return Share(gradients.theta[None].astype(np.float64) * weight, J * weight, weight, len(chosen), error)
