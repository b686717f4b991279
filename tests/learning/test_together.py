"""Trainings side by side: each to the bits it has alone; Ctrl-C ends all."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from glassnet.engines.native import engine as native
from glassnet.engines.native.session import Session
from glassnet.engines.plan import Plan
from glassnet.engines.state import State
from glassnet.errors import InvalidInput
from glassnet.learning.job import Job
from glassnet.learning.metrics import METRICS
from glassnet.learning.run import Run
from glassnet.learning.stopping import Stopping
from glassnet.learning.together import train_together

Numbers = Callable[[State], Any]


def jobs(plan: Any, rows: Any, engine: str, count: int = 5, **settings: Any) -> list[Job]:
    """Other seeds, rows, learning rates and lengths."""
    made = []
    for seed in range(count):
        own: Plan = plan(epochs=5 + 3 * seed, dtype="float64" if seed % 2 else "float32", batch_size=8 + seed)
        stopping = Stopping(watch="validation_cost", patience=seed, restore_best=True)
        held_out = rows(own.dtype, m=20, seed=seed)
        made.append(
            Job(
                own,
                State.new(own, seed),
                rows(own.dtype, weights=seed == 2),
                held_out,
                [METRICS["accuracy"]],
                stopping=stopping,
                engine=engine,
                **settings,
            )
        )
    return made


@pytest.mark.parametrize("engine", ["auto", "reference"])
@pytest.mark.parametrize("n_threads", [1, 2, 7])
def test_the_bits_are_those_of_alone(
    engine: str, n_threads: int, plan: Any, rows: Any, numbers: Numbers, capfd: pytest.CaptureFixture[str]
) -> None:
    alone, together = jobs(plan, rows, engine), jobs(plan, rows, engine)
    expected = [job.run() for job in alone]
    outcomes = train_together(together, n_threads)
    for job, other, outcome, other_outcome in zip(together, alone, outcomes, expected, strict=True):
        assert numbers(job.state) == numbers(other.state)
        assert (outcome.ending, outcome.reason) == (other_outcome.ending, other_outcome.reason)
        assert np.array_equal(outcome.parameters.theta, other_outcome.parameters.theta)


def test_no_trainings() -> None:
    assert train_together([]) == []


def test_ctrl_c_ends_all_of_them(plan: Any, rows: Any) -> None:
    started = threading.Barrier(3)

    def begin(run: Run) -> None:
        if run.state.epoch == 1:
            started.wait(60)

    many = []
    for seed in range(3):  # the third begins when all is over
        own = plan(epochs=10**7)
        many.append(Job(own, State.new(own, seed), rows(), callbacks=[begin] if seed < 2 else []))
    before = signal.signal(signal.SIGINT, signal.default_int_handler)

    def press() -> None:
        started.wait(60)
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)  # as the system delivers it

    thread = threading.Thread(target=press)
    thread.start()
    try:
        outcomes = train_together(many, 2)
    finally:
        thread.join()
        signal.signal(signal.SIGINT, before)
    assert [outcome.ending for outcome in outcomes] == ["interrupted"] * 3
    assert many[2].state.step == 0
    assert all(job.state.epoch > 0 for job in many[:2])


def test_an_error_of_one_is_raised(plan: Any, rows: Any) -> None:
    bad, good = plan(examples=54), plan()
    with pytest.raises(InvalidInput, match="another number of examples"):
        train_together([Job(bad, State.new(bad), rows()), Job(good, State.new(good), rows())])


def test_the_last_one_has_all_threads(plan: Any, rows: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("glassnet.learning.together.thread_count", lambda wanted: 4)
    short, long = plan(epochs=1, batch_size=10), plan(epochs=2, batch_size=10)
    waits, compared, seen = threading.Event(), threading.Event(), []

    def wait(run: Run) -> None:
        waits.set()
        compared.wait(60)

    def look(run: Run) -> None:
        assert run.engine.free_threads is not None
        if run.state.epoch == 1:
            waits.wait(60)
            seen.append(run.engine.free_threads())
            return compared.set()
        deadline = time.monotonic() + 60
        while run.engine.free_threads() == 2 and time.monotonic() < deadline:
            time.sleep(0.001)
        return seen.append(run.engine.free_threads())

    both = [
        Job(short, State.new(short), rows(), callbacks=[wait]),
        Job(long, State.new(long), rows(), callbacks=[look]),
    ]
    train_together(both)
    assert seen == [2, 4]


def test_rows_are_judged_by_no_more_threads_than_are_free(
    plan: Any, rows: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, new = [], native.Session

    def session(plan: Plan, rows: int, threads: int) -> Session:
        made.append(threads)
        return new(plan, rows, threads)

    monkeypatch.setattr(native, "Session", session)
    engine, free = native.Native(plan(n_threads=2)), [1, 2, 1]
    engine.free_threads = lambda: free[len(made)]
    parameters = State.new(engine.plan, 0).parameters(engine.plan.network)
    sums = [engine.judge(parameters, rows()) for _ in range(3)]
    assert made == [1, 2] and sums[0] == sums[1] == sums[2]
