"""Contenders made for tests, each in a module that a contender's process can import."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from glassnet.bench.contenders import CONTENDERS, Contender
from glassnet.bench.worker_process import Worker

TEMPLATE = """
import os, signal, sys, time
import numpy as np
from glassnet.bench.contenders.adapter import Adapter, Trainee

class Made(Adapter):
    def __init__(self):
        self.epochs = 0
    def train(self, task):
        return {{"": Trainee(self.epoch, lambda X: np.zeros((len(X), task.widths[-1])))}}
    def predict(self, task):
        return lambda X: {answer}
    def epoch(self):
        self.epochs += 1
        {epoch}
"""

Make = Callable[..., str]
Start = Callable[..., Worker]
Running = Callable[[str], Worker]


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Enter a contender whose epoch and answer are the code given; returns its name."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def make(name: str, epoch: str = "pass", answer: str = "task.predicted(X)") -> str:
        (tmp_path / f"{name}.py").write_text(TEMPLATE.format(epoch=epoch, answer=answer), encoding="utf-8")
        monkeypatch.setitem(CONTENDERS, name, Contender(name, f"{name}:Made", threaded=False))
        return name

    return make


@pytest.fixture(scope="session")
def running() -> Iterator[Running]:
    """The process of a real contender: one for all tests, since loading scikit-learn takes longer than they do."""
    workers: dict[str, Worker] = {}

    def run(name: str) -> Worker:
        if name not in workers:
            workers[name] = Worker(CONTENDERS[name].home, 1, 60)
            workers[name].started()
        return workers[name]

    yield run
    for worker in workers.values():
        worker.close()


@pytest.fixture
def start() -> Iterator[Start]:
    """Start a contender's process, which is ended with the test."""
    workers = []

    def started(name: str, threads: int = 1, timeout: float = 60) -> Worker:
        workers.append(Worker(CONTENDERS[name].home, threads, timeout))
        return workers[-1]

    yield started
    for worker in workers:
        worker.close()
