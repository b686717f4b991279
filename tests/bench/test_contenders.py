"""Every library that is installed trains, answers rightly and starts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bench.conftest import Running, Start
from glassnet.bench.contenders import CONTENDERS
from glassnet.bench.machine import missing
from glassnet.bench.task import Task
from glassnet.bench.worker_process import Failed
from glassnet.bench.worker_process import first_step as begin_afresh
from glassnet.engines.kernels import library

TASKS = (Task((2, 8, 8, 2), batch=32, steps=30), Task((5, 16, 16, 7), batch=32, steps=30))  # numbers, classes


def those_of(measure: str) -> list[str]:
    return [name for name, contender in CONTENDERS.items() if measure in contender.measures]


@pytest.fixture
def here(request: pytest.FixtureRequest) -> str:
    """A contender that can take part here."""
    name: str = request.param
    if absent := missing(CONTENDERS[name].packages):
        pytest.skip(f"{', '.join(absent)} not installed")
    if name == "native" and (why := library.missing()):
        pytest.skip(why)
    return name


@pytest.mark.parametrize("here", those_of("training"), indirect=True)
def test_training_learns(running: Running, here: str) -> None:
    worker = running(here)
    for task in TASKS:
        worker.ask("train", **task.described() | {"steps": 30 // CONTENDERS[here].slowness})
        before = worker.ask("cost")["cost"]
        for _ in range(10):
            worker.ask("turn")
        assert worker.ask("cost")["cost"] < before


@pytest.mark.parametrize("here", those_of("prediction"), indirect=True)
def test_answers_are_right(running: Running, here: str) -> None:
    """The process compares them with NumPy's before it says that it is ready."""
    worker = running(here)
    for task in TASKS:
        for rows in (1, 1000):
            assert worker.ask("predict", rows=rows, **task.described())["calls"] >= 1
            assert worker.ask("turn")["seconds"] > 0


@pytest.mark.parametrize("here", those_of("startup"), indirect=True)
def test_the_first_step(here: str) -> None:
    assert begin_afresh(here, threads=1) > 0


def test_a_first_step_that_fails_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CONTENDERS, "reference", replace(CONTENDERS["reference"], first_step="1 / 0"))
    with pytest.raises(Failed, match=r"^ZeroDivisionError: division by zero$"):
        begin_afresh("reference", threads=1)


def test_an_engine_that_is_not_there_says_so(start: Start, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "steam.py").write_text(
        "from glassnet.bench.contenders.estimators import ours\nmake = lambda: ours('steam')"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setitem(CONTENDERS, "steam", replace(CONTENDERS["reference"], home="steam:make"))
    with pytest.raises(Failed, match=r"^this glassnet has no engine 'steam'; build the native kernels\.$"):
        start("steam").started()
