"""Several independent trainings side by side, one thread each; threads that are left over help those that still run.

Nothing waits for another, and no bit depends on it; but those that PyTorch computes take their steps together, stacked.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

from glassnet.engines.choice import refusal
from glassnet.engines.torch.engine import Torch
from glassnet.engines.torch.together import TogetherEngine, engines_together
from glassnet.hardware import thread_count
from glassnet.learning.interrupts import Interrupt, graceful_interrupt
from glassnet.learning.job import Job
from glassnet.learning.run import Callback, Run
from glassnet.learning.training import Outcome


def train_together(jobs: Sequence[Job], n_threads: int | None = None) -> list[Outcome]:
    """Run trainings side by side, to the same bits as alone; the kernels work without Python's lock.

    Args:
        jobs: of any networks, each with a state of its own, which is changed in place.
        n_threads: how many threads, and so how many trainings at a time; None for as many as there are processors.

    Returns:
        How each ended, in the order of ``jobs``. Ctrl-C ends all of them after their present batch.

    >>> import numpy as np
    >>> from glassnet import Dense, Network, Plan, Rows, State
    >>> X = np.linspace(-1, 1, 50, dtype="float32").reshape(-1, 1)
    >>> plan = Plan(Network(1, [Dense(8, "tanh"), Dense(1)]), examples=50, epochs=30)
    >>> outcomes = train_together([Job(plan, State.new(plan, seed), Rows(X, X**2)) for seed in range(3)])
    >>> [outcome.ending for outcome in outcomes]
    ['finished', 'finished', 'finished']
    """
    stacked = all(map(_may_be_stacked, jobs))
    engines = engines_together([job.plan for job in jobs]) if stacked else [None] * len(jobs)
    threads = len(jobs) if stacked else thread_count(n_threads)  # those that are stacked wait for each other
    with graceful_interrupt() as interrupted, ThreadPoolExecutor(max(1, threads)) as pool:
        return list(
            pool.map(partial(_run_alone, shared=_Threads(threads, len(jobs)), interrupted=interrupted), jobs, engines)
        )


def _may_be_stacked(job: Job) -> bool:
    wanted = job.cluster is None and (job.engine == Torch.name or job.plan.device == "cuda")
    return wanted and refusal(Torch.name, job.plan, job.rows.X) is None


def _run_alone(job: Job, engine: TogetherEngine | None, shared: _Threads, interrupted: Interrupt) -> Outcome:
    callbacks = [*job.callbacks, EndWith(interrupted)]
    if engine is None:
        plan = replace(job.plan, n_threads=shared.number)
        try:
            return replace(job, plan=plan, callbacks=[*callbacks, shared]).run()
        finally:
            shared.one_less()
    try:
        return replace(job, plan=replace(job.plan, n_threads=1), callbacks=callbacks, engine=engine).run()
    finally:
        engine.leave()


class _Threads(Callback):
    """Shared out evenly among the trainings that have not ended: one each, until they are fewer than the threads.

    Args:
        number: of threads.
        trainings: how many there are.
    """

    def __init__(self, number: int, trainings: int) -> None:
        self.number, self._left, self._lock = number, trainings, threading.Lock()

    def on_train_begin(self, run: Run) -> None:
        run.engine.free_threads = self._each

    def one_less(self) -> None:
        """A training has ended."""
        with self._lock:
            self._left -= 1

    def _each(self) -> int:
        return max(1, self.number // max(1, self._left))


class EndWith(Callback):
    """Interrupts its training when the event is set: signals reach the main thread alone."""

    def __init__(self, event: Interrupt) -> None:
        self.event = event

    def on_train_begin(self, run: Run) -> None:
        self.on_chunk_end(run)

    def on_chunk_end(self, run: Run) -> None:
        if self.event.is_set():
            run.interrupted.number = self.event.number
            run.interrupted.set()


TIME_IS_OVER = "the time limit is over"


class Deadline(Callback):
    """Stops trainings at a moment, whenever each of them began.

    Args:
        seconds: from now on.

    >>> Deadline(60).seconds
    60
    """

    def __init__(self, seconds: float) -> None:
        self.seconds, self._end = seconds, time.monotonic() + seconds

    def on_train_begin(self, run: Run) -> None:
        self.on_chunk_end(run)

    def on_chunk_end(self, run: Run) -> None:
        if time.monotonic() >= self._end:
            run.ask_to_stop(TIME_IS_OVER)
