"""The native engine in a process for each instruction set this machine has, doing jobs; and the reference engine.

Run as a script, this file is such a process: pickled jobs come in, pickled answers go out.
"""

from __future__ import annotations

import atexit
import copy
import functools
import os
import pickle
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from typing import Any
from unittest import mock

import numpy as np
import pytest

import oracles
from glassnet.engines.choice import ENGINES
from glassnet.engines.kernels import library
from glassnet.engines.native import engine as native
from glassnet.engines.native import recording
from glassnet.engines.plan import Plan, Rows
from glassnet.engines.state import State
from glassnet.engines.step_record import StepRecord
from glassnet.errors import Diverged
from glassnet.network.cache import Mode
from glassnet.network.parameters import Gradients
from glassnet.network.targets import as_targets

ISAS = library.isas() if library.missing() is None else []
# What needs the library is skipped without it; tests/kernels/test_library.py fails then, unless that is wanted.
built = pytest.mark.skipif(not ISAS, reason="no kernels to test: the native engine is not built")
# Engines that are there.
THERE = {"native": bool(ISAS), "torch": find_spec("torch") is not None}
RUNNING = {name: engine for name, engine in ENGINES.items() if THERE.get(name, True)}
FUSED = [name for name in ISAS if name != "baseline"]  # with fused multiply-add: the same bits are promised
TOLERANCE = {"float32": 1e-5, "float64": 1e-12}


@dataclass
class Job:
    """Something to do, the same for every engine: look at a network, and train it over some orders of its rows.

    Args:
        plan, state, rows: what is given; the state is copied.
        orders: to train over, one after the other.
        threads: how many the native engine really takes.
        seen: whether the step before the first order is taken apart, on all rows.
    """

    plan: Plan
    state: State
    rows: Rows
    orders: list[Any] = field(default_factory=list)
    threads: int = 1
    seen: bool = False


@dataclass(frozen=True)
class Forced:
    """A pace that does not look at the clock: always so many threads, and steps a call."""

    threads: int
    steps: int = 1000

    def next(self, left: float = 0) -> tuple[int, int]:
        return self.threads, self.steps

    def took(self, threads: int, steps: int, seconds: float) -> None:
        assert threads == self.threads


@contextmanager
def threads(number: int, steps: int = 1000) -> Iterator[None]:
    """Within the block the native engine takes so many threads, whatever the machine has and the step needs."""
    with (
        mock.patch.object(native, "thread_count", lambda wanted=None: number),
        mock.patch.object(recording, "thread_count", lambda wanted=None: number),
        mock.patch.object(native, "pace_of", lambda *size: Forced(number, steps)),
    ):
        yield


def do(job: Job, engine: str = "native") -> dict[str, Any]:
    """Cost, gradient, scores and predictions before training; then the trained state, and where it diverged."""
    plan, rows, state = job.plan, job.rows, copy.deepcopy(job.state)
    with threads(job.threads), np.errstate(all="ignore"):
        run, parameters = ENGINES[engine](plan), state.parameters(plan.network)
        gradients = Gradients(plan.network.layout, plan.network.running_layout, np.full_like(state.theta, np.nan))
        Y = as_targets(rows.Y, plan.network.loss, plan.network.outputs, plan.dtype)
        mode = Mode(training=True, seed=state.seed, step=state.step)
        answer = {
            "J": run.value_and_gradient(parameters, rows._replace(Y=Y), mode, gradients),
            "gradient": gradients.theta,
            "scores": run.scores(parameters, rows.X),
            "predictions": run.predict(parameters, rows.X),
        }
        try:
            if job.seen:
                answer |= numbers_of(run.record_step(state, rows))
            for order in job.orders:
                run.train(state, rows, order)
        except Diverged as error:
            answer["diverged"] = str(error).split(" (seen")[0]  # at which step, and where
    kept = ("theta", "slots", "running", "cost_sum", "weight_sum", "step", "rows_done")
    return answer | {name: getattr(state, name) for name in kept}


def numbers_of(seen: StepRecord) -> dict[str, Any]:
    """Every number of a step under a name, the arrays of layer l under such as ``"dZ[1]"``."""
    names = ("predictions", "losses", "shares", "cost", "penalty", "gradient", "clipped", "cost_after")
    found = {f"seen {name}": getattr(seen, name) for name in names}
    found |= {"seen X": seen.rows.X, "seen Y": seen.rows.Y}
    for l, layer in enumerate(seen.layers, start=1):
        arrays = {name: getattr(layer, name) for name in ("A_prev", "A", "Z", "dA_prev", "dA", "dZ")} | layer.cached
        found |= {f"{name}[{l}]": array for name, array in arrays.items() if array is not None}
    return found


def done_by(isa: str, job: Job) -> dict[str, Any]:
    """Recorded :func:`do` gives with the native engine on the instruction set ``isa``."""
    worker = _worker(isa)
    assert worker.stdin and worker.stdout
    pickle.dump(job, worker.stdin)
    worker.stdin.flush()
    answer = pickle.load(worker.stdout)
    if isinstance(answer, Exception):
        raise answer
    assert answer.pop("isa") == isa
    return answer


def bits(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer to be compared bit by bit."""
    return {name: np.asarray(value).tobytes() for name, value in answer.items()}


def compare(job: Job, names: Iterable[str], tolerance: float, enlarged: dict[str, float] | None = None) -> None:
    """Every instruction set against the reference engine; those with fused multiply-add against each other, by bits.

    ``enlarged``: for each name how far rounding alone has carried the reference engine; three times that is granted.
    """
    expected = do(job, "reference")
    found = {isa: done_by(isa, job) for isa in ISAS}
    for isa, answer in found.items():
        assert answer.get("diverged") == expected.get("diverged"), isa
        for name in names:
            error = oracles.relative_error(answer[name], expected[name], floor=1e-2)
            granted = tolerance + 3 * (enlarged or {}).get(name, 0)
            assert error < granted, f"{isa}: {name} is off by {error:.2g}, granted {granted:.2g}"
    first, *others = [bits(found[isa]) for isa in FUSED] or [None]
    assert all(other == first for other in others), "the instruction sets give different bits"


def rounding(job: Job, names: Iterable[str]) -> dict[str, float]:
    """How far the reference engine's float32 is from its float64: steps enlarge the rounding of those before them."""
    state = copy.deepcopy(job.state)
    for name in ("theta", "slots", "running"):
        setattr(state, name, getattr(state, name).astype("float64"))
    exact = replace(
        job,
        plan=replace(job.plan, dtype="float64"),
        state=state,
        rows=job.rows._replace(X=job.rows.X.astype("float64")),
    )
    here, there = do(job, "reference"), do(exact, "reference")
    return {name: oracles.relative_error(here[name], there[name], floor=1e-2) for name in names}


@functools.cache
def _worker(isa: str) -> subprocess.Popen[bytes]:
    environment = os.environ | {"GLASSNET_ISA": isa, "PYTHONPATH": os.pathsep.join(sys.path)}
    worker = subprocess.Popen(
        [sys.executable, __file__], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    atexit.register(worker.communicate)  # it ends when nothing more comes in
    return worker


def main() -> None:
    """Answer jobs until there are no more."""
    while True:
        try:
            job = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        try:
            answer: Any = do(job) | {"isa": library.isa()}
        except Exception as error:
            answer = RuntimeError(f"{type(error).__name__}: {error}")
        pickle.dump(answer, sys.stdout.buffer)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    from isas import Job, main  # the jobs' own module, not this script

    main()
