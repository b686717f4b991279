"""``OnShards``: an engine whose steps are rounds over the shards of the rows."""

from __future__ import annotations

import math
import time

import numpy as np

from glassnet.arrays import Array, Matrix
from glassnet.engines.choice import Choice, choose
from glassnet.engines.engine import Engine, Stop, Workspace
from glassnet.engines.judging import Sums
from glassnet.engines.plan import Plan, Rows
from glassnet.engines.state import State
from glassnet.engines.step_record import StepRecord
from glassnet.errors import Diverged
from glassnet.learning.rounds.cluster import Cluster, check_usable, division
from glassnet.learning.rounds.portions import divided
from glassnet.learning.rounds.shard import Round, Share, Work, dealt, whole_order
from glassnet.learning.streaming.stream import Stream
from glassnet.network.cache import Mode
from glassnet.network.parameters import Gradients, Parameters


def choose_on_shards(plan: Plan, wanted: str, rows: Rows, cluster: Cluster, stream: Stream | None = None) -> Choice:
    """The engine of a training by a cluster; close it when the training ends.

    Args:
        plan, rows: what is trained, on what.
        wanted: the name of the engine that each worker computes with, or "auto".
        cluster: who computes.
        stream: what the workers read, where that is too much for memory; then ``rows`` are a sample of it.

    Raises:
        Unsupported, InvalidInput: the plan cannot be trained so.
    """
    check_usable(plan, cluster)
    local = choose(plan, wanted, rows.X)
    return Choice(OnShards(plan, local.engine, rows, cluster, stream), f"{local.why}; {division(cluster)}")


class OnShards(Engine):
    """Trains by rounds: what the shards compute from the same state is averaged, each row by its weight.

    With one step a round, the mean of the gradients is that of the whole batch, and the step along it is taken here:
    exact synchronous gradient descent. With more, parameters and slots are averaged: local SGD.

    Args:
        plan: of the training.
        local: the engine that judges and predicts here.
        rows: of the training.
        cluster: who computes.
        stream: see above.
    """

    def __init__(self, plan: Plan, local: Engine, rows: Rows, cluster: Cluster, stream: Stream | None = None) -> None:
        super().__init__(plan)
        self.name = local.name  # type: ignore[misc]  # who does the arithmetic, on every worker
        self.local, self.steps = local, cluster.steps
        work = Work(plan, cluster.shards, local.name, exact=cluster.steps == 1)
        if stream is not None:
            self.work = work._replace(open=stream.open)
            self.workers = cluster.workers(self.work, divided(stream, cluster.shards))
        else:
            self.work, self.workers = work, cluster.workers(work, dealt(rows, cluster.shards))
        self._space: Workspace | None = None

    def close(self) -> None:
        """Let the workers go."""
        self.workers.close()

    def order(self, state: State) -> Array:
        if self.work.open is not None:  # workers know it; here nothing of the length of a stream is kept
            return np.broadcast_to(np.int64(0), self.plan.examples)
        return whole_order(self.work, self.plan.examples, state.seed, state.epoch)

    def train(self, state: State, rows: Rows, order: Array, stop: Stop | None = None, seconds: float = math.inf) -> int:
        """Rounds over the rest of the epoch, which is what ``order`` must be."""
        state.check(self.plan)
        begun, until = state.rows_done, time.perf_counter() + seconds
        while state.rows_done < begun + len(order) and not (stop is not None and stop.is_set()):
            done = state.rows_done // self.plan.batch_size
            steps = min(self.steps, self.plan.steps_per_epoch - done)
            self._take(state, self.workers.total(Round.of(state, done, steps)), steps)
            if time.perf_counter() > until:
                break
        return state.rows_done - begun

    def _take(self, state: State, total: Share, steps: int) -> None:
        """Bring the state up to date with what the shards computed."""
        if total.error is not None:
            raise total.error
        if self.work.exact:
            self._go(state, total)
            return
        if total.weight:
            mean = total.vectors / total.weight
            state.theta[:], state.slots[:] = mean[0], mean[1:]
        state.step += steps
        state.rows_done += total.rows
        state.cost_sum += total.cost
        state.weight_sum += total.weight

    def _go(self, state: State, total: Share) -> None:
        """A step along the mean of the gradients."""
        plan, weight = self.plan, total.weight or 1.0
        if self._space is None or not self._space.is_of(state):
            self._space = Workspace(plan, state, rows=0)
        space = self._space
        with np.errstate(all="ignore"):
            gradient, w = space.gradients, space.parameters.weights
            gradient.theta[:] = total.vectors[0] / weight
            J = total.cost / weight
            if plan.penalties:
                plan.penalties.add_gradient(w, gradient.weights, np.empty_like(w), weight, plan.penalty_factors)
                J += plan.penalties.value(w, weight, plan.penalty_factors)
            place = space.advance(J, total.rows, total.weight)
        if place is not None:
            seen = f"learning rate {state.learning_rate(plan):.3g}, largest parameter {np.abs(state.theta).max():.3g}"
            cause = f"training diverged at step {state.step + 1} (epoch {state.epoch + 1}): {place} is not finite"
            raise Diverged(cause, seen, "try a smaller learning rate, or clipped gradients")

    # -- what one machine does as well ---------------------------------------------------------------------------------

    def value_and_gradient(self, parameters: Parameters, rows: Rows, mode: Mode, gradients: Gradients) -> float:
        return self.local.value_and_gradient(parameters, rows, mode, gradients)

    def scores(self, parameters: Parameters, X: Matrix) -> Array:
        return self.local.scores(parameters, X)

    def predict(self, parameters: Parameters, X: Matrix) -> Array:
        return self.local.predict(parameters, X)

    def judge(self, parameters: Parameters, rows: Rows) -> Sums:
        return self.local.judge(parameters, rows)

    def record_step(self, state: State, rows: Rows) -> StepRecord:
        return self.local.record_step(state, rows)
