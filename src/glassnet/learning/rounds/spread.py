"""Several independent trainings on the workers of a cluster, each to the same bits as alone, on any worker.

A worker takes a training a slice further and sends its state back, so the driver has all of them to save, to show and
to stop; the slice of a worker that dies is done again by another.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import closing
from dataclasses import fields, replace
from typing import NamedTuple

from glassnet.engines.choice import choose
from glassnet.engines.plan import Rows
from glassnet.engines.state import State
from glassnet.learning.interrupts import Interrupt, graceful_interrupt
from glassnet.learning.job import Job
from glassnet.learning.rounds.cluster import Cluster, Pool
from glassnet.learning.run import AfterEpoch, Callback, Run
from glassnet.learning.training import INTERRUPTED, STOPPED, Outcome

SLICE = 1.0  # seconds of training until the driver hears of it: a time limit is kept so exactly


class Slice(NamedTuple):
    """A training a slice further: its state, the callbacks that travel with it, how it ended or was interrupted."""

    state: State
    callbacks: list[Callback]
    outcome: Outcome


def further(job: Job, data: tuple[Rows, Rows | None], seconds: float) -> Slice:
    """Take a training further; a worker does this.

    Args:
        job: without rows and with none but callbacks that travel.
        data: its rows, and those held out.
        seconds: after which it is interrupted.
    """
    state, callbacks = job.state.copy(), [c for c in job.callbacks if isinstance(c, Callback)]
    outcome = replace(job, rows=data[0], validation=data[1], state=state, callbacks=[*callbacks, _Pause(seconds)]).run()
    return Slice(state, callbacks, outcome)


class _Pause(Callback):
    """Interrupts a training after some seconds, as Ctrl-C would."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def on_train_begin(self, run: Run) -> None:
        self._end = time.monotonic() + self.seconds

    def on_chunk_end(self, run: Run) -> None:
        if time.monotonic() >= self._end:
            run.interrupted.set()


def train_spread(jobs: Sequence[Job], cluster: Cluster) -> list[Outcome]:
    """Run trainings on the workers of a cluster; see :func:`~glassnet.learning.together.train_together`.

    Args:
        jobs: of any networks, each with a state of its own, which is changed in place. Callbacks are notified here,
            after each slice; those that travel go with the training.
        cluster: who works.

    Returns:
        How each ended, in the order of ``jobs``. Ctrl-C ends all of them after their present slice.
    """
    with graceful_interrupt() as interrupted, closing(cluster.pool()) as pool:
        put: dict[tuple[int, int], object] = {}
        trainings = []
        for job in jobs:
            data = id(job.rows), id(job.validation)
            if data not in put:  # several learn from the same rows
                put[data] = pool.put((job.rows, job.validation))
            trainings.append(_Training(job, put[data], interrupted))
        try:
            pending = {one.submit(pool): one for one in trainings}
            while pending:
                for done in wait(pending, return_when=FIRST_COMPLETED).done:
                    one = pending.pop(done)
                    if one.take(done.result()):
                        pending[one.submit(pool)] = one
        except BaseException:
            for one in trainings:
                one.run.notify("on_train_broken")
            raise
        return [one.outcome for one in trainings if one.outcome is not None]


class _Training:
    """One of the trainings, as the driver sees it."""

    def __init__(self, job: Job, data: object, interrupted: Interrupt) -> None:
        callbacks = [each if isinstance(each, Callback) else AfterEpoch(each) for each in job.callbacks]
        self.travelling = [each for each in callbacks if each.travels]
        here = [each for each in callbacks if not each.travels]
        plan = replace(job.plan, n_threads=1)
        nothing = Rows(job.rows.X[:0], job.rows.Y[:0])
        self.sent, self.data = replace(job, plan=plan, rows=nothing, validation=None, callbacks=self.travelling), data
        choice = choose(plan, job.engine, job.rows.X)
        self.run = Run(plan, job.state, job.rows, choice, job.validation, callbacks=here, until=plan.epochs)
        self.run.interrupted = interrupted
        self.outcome: Outcome | None = None
        self.run.notify("on_train_begin")

    def submit(self, pool: Pool) -> Future[Slice]:
        """Ask for the next slice; of what was stopped before it began, for none of its steps."""
        return pool.submit(further, self.sent, self.data, 0.0 if self.run.is_set() else SLICE)

    def take(self, done: Slice) -> bool:
        """Bring the state up to date; whether the training goes on."""
        for field in fields(State):
            setattr(self.run.state, field.name, getattr(done.state, field.name))
        self.run.state.own()
        for own, returned in zip(self.travelling, done.callbacks, strict=True):
            vars(own).update(vars(returned))
        self.run.notify("on_chunk_end")
        self.run.notify("on_epoch_end")
        goes_on = done.outcome.ending == INTERRUPTED
        if goes_on and not self.run.is_set():
            return True
        parameters, ended = self.run.state.best_parameters(self.run.plan.network), done.outcome
        if goes_on and self.run.reason:
            ended = replace(ended, ending=STOPPED, reason=self.run.reason)
        signal = self.run.interrupted.number if goes_on else 0
        self.outcome = replace(ended, parameters=parameters, history=self.run.history, signal=signal)
        self.run.notify("on_train_end")
        return False
