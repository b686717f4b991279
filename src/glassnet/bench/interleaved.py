"""Interleaved timing: all contenders run in their own processes and take turns, one at a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from glassnet.bench.contenders import CONTENDERS
from glassnet.bench.report import Line
from glassnet.bench.tables import TableTask
from glassnet.bench.task import Task
from glassnet.bench.worker_process import Failed, Worker

Place = tuple[str, int]  # a contender and its number of threads


class Workers:
    """The processes of all contenders; they start side by side and stay until the end.

    Args:
        places: contenders, each with a number of threads.
    """

    def __init__(self, places: Iterable[Place]) -> None:
        self.workers = {place: Worker(CONTENDERS[place[0]].home, place[1]) for place in places}

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self.workers.values():
            worker.close()

    def start(self) -> dict[Place, str]:
        """Wait until all have started, so that none imports while another is measured; those that failed, and why."""
        reasons = {}
        for place, worker in self.workers.items():
            try:
                worker.started()
            except Failed as error:
                reasons[place] = str(error)
        return reasons

    def worker(self, line: Line) -> Worker:
        """The process of a line."""
        return self.workers[line.contender, line.threads]

    def prepare(self, line: Line, task: Task, **prediction: int) -> None:
        """Prepare the process of ``line`` for turns of training, or of predicting a number of ``rows``."""
        contender = CONTENDERS[line.contender]
        settings = task.described() | {"steps": max(1, task.steps // contender.slowness)}
        self._prepare(line, "predict" if prediction else "train", **settings, **prediction)

    def prepare_fit(self, line: Line, task: TableTask) -> None:
        """Prepare the process of ``line`` for turns of whole fits."""
        self._prepare(line, "fit", **task.described())

    def _prepare(self, line: Line, do: str, **settings: object) -> None:
        try:
            answer = self.worker(line).ask(do, **settings | {"threads": line.threads})
            line.way = answer.get("way", "")
        except Failed as error:
            line.failed = str(error)

    def take_turns(self, lines: list[Line], seconds: float, rounds: int, progress: Callable[[], object]) -> None:
        """Measure turn by turn, in one order and then in the reverse.

        Args:
            lines: those that are prepared.
            seconds: for each of them; the clock runs while any of them works.
            rounds: the least number of rounds.
            progress: called between turns.
        """
        began, number = time.monotonic(), 0
        while running := [line for line in lines if not line.failed]:
            if number >= rounds and time.monotonic() - began > seconds * len(running):
                return
            for line in running if number % 2 else reversed(running):
                self._turn(line)
                progress()
            number += 1

    def _turn(self, line: Line) -> None:
        try:
            answer = self.worker(line).ask("turn")
            line.add(answer["seconds"], answer["units"])
        except Failed as error:
            line.failed = str(error)

    def measure_costs(self, lines: Iterable[Line]) -> None:
        """Measure the final cost of each training."""
        for line in lines:
            if line.turns and not line.failed:
                try:
                    line.cost = self.worker(line).ask("cost")["cost"]
                except Failed as error:
                    line.failed = str(error)
