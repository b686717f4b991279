"""A contender's own process: commands come as lines of JSON, answers go back as lines of JSON.

    python -m glassnet.bench.worker MODULE:NAME

Times are measured here, around the work alone. An answer is sent when the threads of the process sleep; threads that
still spin would take the processor from the next contender.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any, TextIO

import numpy as np

from glassnet.bench.contenders.adapter import Adapter
from glassnet.bench.environment import cleared
from glassnet.bench.peak import peak
from glassnet.bench.tables import TableTask
from glassnet.bench.task import Task
from glassnet.errors import Unsupported

TURN_SECONDS = 0.02  # how long the calls of one turn of prediction take together, at least
WARMUP_SECONDS = 0.03  # before each turn: it comes after a sleep, while real training runs without pauses
COST_ROWS = 1000
CLEARED = cleared()  # before any contender sets variables itself
TRIAL_FLOPS, TRIAL_STEPS, TRIALS = 2_000_000_000, 50, 3  # of a way of training: operations and steps at most; epochs
PAUSE, TIMEOUT = 0.002, 0.1  # seconds


class Commands:
    """The commands of a worker: each is a method, and returns the answer.

    Args:
        home: "module:name" of the factory of the adapter.
    """

    def __init__(self, home: str) -> None:
        module, _, name = home.partition(":")
        self.adapter: Adapter = getattr(importlib.import_module(module), name)()
        self.turn_: Callable[[], int]
        self.warm_up_: Callable[[], object]
        self.cost_: Callable[[], float]

    def hello(self) -> dict[str, Any]:
        """The process, and the variables set in it that could affect the measurements."""
        return {"pid": os.getpid(), "environment": CLEARED}

    def train(self, **task: Any) -> dict[str, Any]:
        """Prepare to train: each way is tried, and the fastest is used."""
        self.task = Task(**task)
        ways = self.adapter.train(self.task)
        way, trials = next(iter(ways)), self._trials(len(ways))
        if trials:
            way = min(trials, key=trials.__getitem__)
        trainee = ways[way]
        trainee.epoch()  # compiles and allocates what is needed once
        self.cost_ = lambda: self.task.cost(np.asarray(trainee.predict(self.task.X[:COST_ROWS])))

        def turn() -> int:
            trainee.epoch()
            return self.task.steps

        self.turn_, self.warm_up_ = turn, lambda: trainee.predict(self.task.X[:COST_ROWS])
        return {"way": way, "trials": trials}

    def _trials(self, ways: int) -> dict[str, float]:
        """Way -> its least seconds for some steps, fewer for a larger network."""
        if ways == 1:
            return {}
        steps = max(1, min(self.task.steps, TRIAL_STEPS, TRIAL_FLOPS // self.task.flops))
        tried = self.adapter.train(replace(self.task, steps=steps))
        return {way: min(_seconds(x.epoch) for _ in range(TRIALS)) for way, x in tried.items()}

    def fit(self, **task: Any) -> dict[str, Any]:
        """Prepare to do the work of a small table, again and again."""
        table = TableTask(**task)
        fit = self.adapter.fit(table)
        first, second = _seconds(fit), _seconds(fit)
        compiling = first - second if self.adapter.compiles else 0.0
        calls = max(1, round(TURN_SECONDS / second))

        def turn() -> int:
            for _ in range(calls):
                fit()
            return calls * table.units

        self.turn_, self.warm_up_ = turn, lambda: sum(range(1000))
        return {"way": f"compiled in {compiling:.1f} s" if compiling else ""}

    def predict(self, rows: int, **task: Any) -> dict[str, Any]:
        """Prepare to predict a number of rows, after checking that the predictions are right."""
        self.task = Task(**task)
        predict, X = self.adapter.predict(self.task), self.task.questions(rows)
        wrong = np.abs(np.asarray(predict(X)) - self.task.predicted(X)).max()
        if not wrong < 1e-3:
            raise ArithmeticError(f"its predictions are wrong by {wrong:.3g}")
        calls = max(1, round(TURN_SECONDS / _seconds(lambda: predict(X))))

        def turn() -> int:
            for _ in range(calls):
                predict(X)
            return calls

        self.turn_, self.warm_up_ = turn, lambda: predict(X)
        return {"calls": calls}

    def turn(self) -> dict[str, Any]:
        """One turn: an epoch, or some calls."""
        warm = time.perf_counter() + WARMUP_SECONDS
        while time.perf_counter() < warm:
            self.warm_up_()
        started = time.perf_counter()
        units = self.turn_()
        return {"seconds": time.perf_counter() - started, "units": units}

    def cost(self) -> dict[str, Any]:
        """The mean loss of the network as trained so far."""
        return {"cost": self.cost_()}

    def peak(self, threads: int) -> dict[str, Any]:
        """The peak speed of this processor."""
        gflops, how = peak(threads)
        return {"gflops": gflops, "how": how}


def settle() -> None:
    """Wait until the threads of this process sleep, but not for ever."""
    until = time.perf_counter() + TIMEOUT
    while time.perf_counter() < until:
        used = time.process_time()
        time.sleep(PAUSE)
        if time.process_time() - used < PAUSE / 10:
            return


def serve(home: str, commands: TextIO, answers: TextIO) -> None:
    """Answer until the commands end."""
    desk: Commands | None = None
    for line in commands:
        command = json.loads(line)
        try:
            desk = desk or Commands(home)
            answer = getattr(desk, command.pop("do"))(**command)
        except Exception as error:
            kind = "" if isinstance(error, Unsupported) else f"{type(error).__name__}: "
            answer = {"failed": f"{kind}{error}".strip().splitlines()[0]}
        settle()
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def _seconds(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def main() -> None:
    """Serve on standard input and output; whatever else is printed goes to standard error."""
    for name in {"SIGINT", "SIGHUP"} & set(dir(signal)):  # they are for the parent, which ends this process
        signal.signal(getattr(signal, name), signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    with suppress(BrokenPipeError):
        serve(sys.argv[1], sys.stdin, answers)


if __name__ == "__main__":
    main()
