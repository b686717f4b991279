"""A contender's own process: commands come as lines of JSON, answers go back as lines of JSON.

    python -m glassnet.bench.worker MODULE:NAME

Times are taken here, around the work alone. An answer is sent when the threads of the process have gone to sleep, or
those that still spin would take the processor from whoever comes next.
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

from glassnet.bench.contenders.adapter import Contestant
from glassnet.bench.environment import cleared
from glassnet.bench.peak import peak
from glassnet.bench.task import Task
from glassnet.errors import Unsupported

TURN_SECONDS = 0.02  # how long the calls of one turn of prediction take together, at least
WAKING_SECONDS = 0.03  # before an epoch is timed: its turn comes after a sleep, while people train epoch after epoch
JUDGED_ROWS = 1000
SEEN = cleared()  # before any contender sets something itself
TRIED_FLOPS, MOST_TRIED, TRIALS = 2_000_000_000, 50, 3  # of a way of training: operations and steps at most; epochs
NAP, PATIENCE = 0.002, 0.1  # seconds


class Desk:
    """What the commands do; each is a method, and what it returns is the answer.

    Args:
        home: "module:name" of what makes the contestant.
    """

    def __init__(self, home: str) -> None:
        module, _, name = home.partition(":")
        self.contestant: Contestant = getattr(importlib.import_module(module), name)()
        self.turn_: Callable[[], int]
        self.wake_: Callable[[], object]
        self.cost_: Callable[[], float]

    def hello(self) -> dict[str, Any]:
        """Who is there, and which variables that could make a difference it sees."""
        return {"pid": os.getpid(), "environment": SEEN}

    def train(self, **task: Any) -> dict[str, Any]:
        """Get ready for epochs: each way is tried, the fastest is kept."""
        self.task = Task(**task)
        ways = self.contestant.train(self.task)
        way, trials = next(iter(ways)), self._tried(len(ways))
        if trials:
            way = min(trials, key=trials.__getitem__)
        trainee = ways[way]
        trainee.epoch()  # what is compiled or allocated once belongs to no turn
        self.cost_ = lambda: self.task.cost(np.asarray(trainee.predict(self.task.X[:JUDGED_ROWS])))

        def turn() -> int:
            trainee.epoch()
            return self.task.steps

        self.turn_, self.wake_ = turn, lambda: trainee.predict(self.task.X[:JUDGED_ROWS])
        return {"way": way, "trials": trials}

    def _tried(self, ways: int) -> dict[str, float]:
        """Way -> its least seconds for some steps, which are few for a network that is large."""
        if ways == 1:
            return {}
        steps = max(1, min(self.task.steps, MOST_TRIED, TRIED_FLOPS // self.task.flops))
        tried = self.contestant.train(replace(self.task, steps=steps))
        return {way: min(_seconds(x.epoch) for _ in range(TRIALS)) for way, x in tried.items()}

    def predict(self, rows: int, **task: Any) -> dict[str, Any]:
        """Get ready to be asked about so many rows, once the answers are seen to be right."""
        self.task = Task(**task)
        predict, X = self.contestant.predict(self.task), self.task.questions(rows)
        wrong = np.abs(np.asarray(predict(X)) - self.task.predicted(X)).max()
        if not wrong < 1e-3:
            raise ArithmeticError(f"its answers are off by {wrong:.3g}")
        calls = max(1, round(TURN_SECONDS / _seconds(lambda: predict(X))))

        def turn() -> int:
            for _ in range(calls):
                predict(X)
            return calls

        self.turn_, self.wake_ = turn, lambda: predict(X)
        return {"calls": calls}

    def turn(self) -> dict[str, Any]:
        """One turn: an epoch, or some calls."""
        awake = time.perf_counter() + WAKING_SECONDS
        while time.perf_counter() < awake:
            self.wake_()
        started = time.perf_counter()
        units = self.turn_()
        return {"seconds": time.perf_counter() - started, "units": units}

    def cost(self) -> dict[str, Any]:
        """The mean loss of the network as trained so far."""
        return {"cost": self.cost_()}

    def peak(self, threads: int) -> dict[str, Any]:
        """The most this processor does."""
        gflops, how = peak(threads)
        return {"gflops": gflops, "how": how}


def settle() -> None:
    """Wait until the threads of this process sleep, but not for ever."""
    until = time.perf_counter() + PATIENCE
    while time.perf_counter() < until:
        used = time.process_time()
        time.sleep(NAP)
        if time.process_time() - used < NAP / 10:
            return


def serve(home: str, commands: TextIO, answers: TextIO) -> None:
    """Answer until the commands end."""
    desk: Desk | None = None
    for line in commands:
        command = json.loads(line)
        try:
            desk = desk or Desk(home)
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
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends this process
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    with suppress(BrokenPipeError):
        serve(sys.argv[1], sys.stdin, answers)


if __name__ == "__main__":
    main()
