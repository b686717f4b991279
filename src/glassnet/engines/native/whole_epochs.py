"""Whole epochs in one call of the kernels."""

from __future__ import annotations

import time
from math import inf
from typing import NamedTuple

import numpy as np

from glassnet.engines.kernels.interface import EpochsStruct, Status
from glassnet.engines.native.lowering import address, lowered_steps
from glassnet.engines.native.pace import Pace
from glassnet.engines.native.session import Examples, Session
from glassnet.engines.plan import Plan
from glassnet.engines.state import Best, State
from glassnet.engines.whole_epochs import Patience, WholeEpochs, epoch_alphas

CALL_SECONDS = 0.05  # after which the caller is asked whether to stop


class KernelEpochs(NamedTuple):
    """Epochs of one plan on the same rows.

    Args:
        plan: what is trained.
        session: made for it.
        examples: all rows.
        pace: of its steps.
    """

    plan: Plan
    session: Session
    examples: Examples
    pace: Pace

    def take(self, state: State, most: int, seconds: float, patience: Patience | None) -> WholeEpochs | None:
        """As many as are expected in so many seconds; see :meth:`~glassnet.engines.engine.Engine.train_epochs`."""
        threads, steps = self.pace.next(min(seconds, CALL_SECONDS))
        epochs, began = min(most, steps // self.plan.steps_per_epoch), time.perf_counter()
        done = self._call(state, epochs, threads, patience) if epochs else None
        if done is not None:
            self.pace.took(threads, len(done.costs) * self.plan.steps_per_epoch, time.perf_counter() - began)
        return done

    def _call(self, state: State, most: int, threads: int, patience: Patience | None) -> WholeEpochs | None:
        """At most so many epochs; None where the first one diverges."""
        plan, session = self.plan, self.session
        order = np.empty(plan.examples, np.int64) if plan.shuffle else np.arange(plan.examples)
        alphas, rates = epoch_alphas(plan, state, most)
        costs, times = np.empty((2, most))
        steps = lowered_steps(state, order, min(plan.batch_size, plan.examples), alphas, threads)
        epochs = EpochsStruct(
            order=address(order) if plan.shuffle else None,
            epoch=state.epoch,
            most=most,
            seconds=CALL_SECONDS,
            tolerance=0.0 if patience is None else patience.tolerance,
            patience=inf if patience is None else patience.epochs,
            best=-state.best.score if state.best else inf,
            best_epoch=state.best.epoch if state.best else 0,
            stale=state.stale,
            costs=address(costs),
            times=address(times),
        )
        session.load(state.theta, state.slots, state.running)
        if session.train_epochs(self.examples, steps, epochs) != Status.done:  # those before the bad one, again
            return self._call(state, epochs.done, threads, patience) if epochs.done else None
        session.save(state)
        done: int = epochs.done
        state.step, state.epoch, state.examples = steps.step, state.epoch + done, state.examples + done * plan.examples
        if patience is not None:
            state.stale = epochs.stale
            state.best = Best(-epochs.best, epochs.best_epoch) if epochs.best < inf else None
        return WholeEpochs(costs[:done].tolist(), rates[:done], np.diff(times[:done], prepend=0.0).tolist())
