"""Whole epochs in one call of the kernels."""

from __future__ import annotations

import ctypes
import time
from math import inf
from typing import NamedTuple

import numpy as np

from glassnet.arrays import Array
from glassnet.engines.judging import Sums
from glassnet.engines.kernels.interface import EpochsStruct, Status
from glassnet.engines.native.lowering import lowered_steps
from glassnet.engines.native.pace import Pace
from glassnet.engines.native.pointers import address, vectors
from glassnet.engines.native.session import Examples, JudgedRows, Session
from glassnet.engines.plan import Plan
from glassnet.engines.state import Best, State
from glassnet.engines.whole_epochs import Between, Watch, WholeEpochs, epoch_alphas

CALL_SECONDS = 0.05  # after which the caller is asked whether to stop
SUMS = len(Sums._fields)


class KernelEpochs(NamedTuple):
    """Epochs of one plan on the same rows.

    Args:
        plan: what is trained.
        session: made for it.
        examples: all rows.
        pace: of its steps.
        training, held_out: rows judged after each epoch, or None.
    """

    plan: Plan
    session: Session
    examples: Examples
    pace: Pace
    training: JudgedRows | None
    held_out: JudgedRows | None

    def take(self, state: State, most: int, seconds: float, between: Between) -> WholeEpochs | None:
        """As many as are expected in so many seconds; see :meth:`~glassnet.engines.engine.Engine.train_epochs`."""
        threads, steps = self.pace.next(min(seconds, CALL_SECONDS))
        epochs, began = min(most, steps // self.plan.steps_per_epoch), time.perf_counter()
        done = self._call(state, epochs, threads, between) if epochs else None
        if done is not None:
            self.pace.took(threads, len(done.costs) * self.plan.steps_per_epoch, time.perf_counter() - began)
        return done

    def _call(self, state: State, most: int, threads: int, between: Between) -> WholeEpochs | None:
        """At most so many epochs; None where the first one diverges."""
        plan, session = self.plan, self.session
        order = np.empty(plan.examples, np.int64) if plan.shuffle else np.arange(plan.examples)
        alphas, rates = epoch_alphas(plan, state, most)
        costs, times = np.empty((2, most))
        sums = np.empty((2, most, SUMS))
        steps = lowered_steps(state, order, plan.batch_rows, alphas, threads)
        epochs = EpochsStruct(
            order=address(order, order.shape, np.int64, written=True) if plan.shuffle else None,
            epoch=state.epoch,
            most=most,
            seconds=CALL_SECONDS,
            training=_pointer(self.training),
            heldout=_pointer(self.held_out),
            training_sums=address(sums[0], (most, SUMS), np.float64, written=True),
            heldout_sums=address(sums[1], (most, SUMS), np.float64, written=True),
            stale=state.stale,
            costs=address(costs, (most,), np.float64, written=True),
            times=address(times, (most,), np.float64, written=True),
        )
        kept = _watch(epochs, state, between)
        own = vectors(state.theta, state.slots, state.running, written=True)
        session.load_from(own)
        if session.train_epochs(self.examples, steps, epochs) != Status.done:  # those before the bad one, again
            return self._call(state, epochs.done, threads, between) if epochs.done else None
        session.save_into(own)
        done: int = epochs.done
        state.step, state.epoch, state.examples = steps.step, state.epoch + done, state.examples + done * plan.examples
        if between.watch is not None:
            state.stale = epochs.stale
            if epochs.best > (state.best.score if state.best else -inf):
                state.best = Best(epochs.best, epochs.best_epoch, *kept)
        judged = (
            [Sums(*row) for row in rows[:done].tolist()] if asked else []
            for rows, asked in zip(sums, (self.training, self.held_out), strict=True)
        )
        ends = times[:done].tolist()
        seconds = [end - begun for begun, end in zip([0.0, *ends], ends, strict=False)]
        return WholeEpochs(costs[:done].tolist(), rates[:done], seconds, *judged)


def _pointer(judged: JudgedRows | None) -> object:
    return None if judged is None else ctypes.pointer(judged.record)


def _watch(epochs: EpochsStruct, state: State, between: Between) -> tuple[Array | None, Array | None]:
    """Say what is watched, and where the best parameters are kept, if they are: the two arrays."""
    watch, best = between.watch or Watch(None, False, -1.0, inf, 0.0, False), state.best
    epochs.watched, epochs.offset, epochs.factor, epochs.divisor = -1, 0.0, watch.sign, 1.0
    judge = between.held_out if watch.held_out else between.training
    if watch.ratio is not None and judge is not None:
        epochs.watched = Sums._fields.index(watch.ratio.sum) + (SUMS if watch.held_out else 0)
        epochs.offset, epochs.factor = watch.sign * watch.ratio.offset, watch.sign * watch.ratio.factor
        epochs.divisor = judge.divisor(watch.ratio)
    epochs.patience, epochs.tolerance = watch.patience, watch.tolerance
    epochs.best, epochs.best_epoch = (best.score, best.epoch) if best else (-inf, 0)
    if not watch.keep:
        return None, None
    theta, running = np.empty_like(state.theta), np.empty_like(state.running)
    epochs.kept = ctypes.pointer(vectors(theta, None, running, written=True))
    return theta, running
