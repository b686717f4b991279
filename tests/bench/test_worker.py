"""Contenders' processes: real ones, some of which break."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

import pytest

from bench.conftest import Make, Running, Start
from glassnet.bench.contenders import CONTENDERS, Contender
from glassnet.bench.environment import CLEARED, THREADS, environment
from glassnet.bench.measures import NO_CONTENDER
from glassnet.bench.task import Task
from glassnet.bench.worker_process import Failed, Worker

SMALL = Task((2, 8, 8, 2), batch=32, steps=4).described()
needs_signals = pytest.mark.skipif(os.name != "posix", reason="a matter of POSIX systems")


def test_somebodys_settings_are_kept_from_the_contenders(
    made: Make, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "OPENBLAS_NUM_THREADS", "XLA_FLAGS"):
        monkeypatch.setenv(name, "1")
    worker = start(made("clean"), threads=3)
    seen = worker.started()["environment"]
    assert set(seen) <= {*THREADS, "JAX_PLATFORMS"}
    assert "OMP_NUM_THREADS" in seen


def test_threads_are_set_for_every_library() -> None:
    values = environment(3, {"OMP_NUM_THREADS": "7", "GLASSNET_ISA": "avx2"})
    assert {values[name] for name in THREADS} == {"3"}
    assert values["GLASSNET_ISA"] == "avx2"
    assert not [name for name in values if name.startswith(CLEARED) and name not in (*THREADS, "JAX_PLATFORMS")]


def test_training_and_asking(running: Running) -> None:
    worker = running("reference")
    assert worker.ask("train", **SMALL)["way"] == ""
    before = worker.ask("cost")["cost"]
    turns = [worker.ask("turn") for _ in range(20)]
    assert {turn["units"] for turn in turns} == {4}
    assert min(turn["seconds"] for turn in turns) > 0
    assert worker.ask("cost")["cost"] < before
    assert worker.ask("predict", rows=5, **SMALL)["calls"] >= 1
    assert worker.ask("turn")["seconds"] > 0


def test_the_peak_is_a_number() -> None:
    with closing(Worker(NO_CONTENDER, threads=1)) as worker:
        worker.started()
        found = worker.ask("peak", threads=1)
    assert found["gflops"] > 0
    assert found["how"]


@needs_signals
@pytest.mark.parametrize(
    ("epoch", "said"),
    [
        ("os._exit(3)", "its process ended with exit code 3"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "its process ended by signal 9"),
        ("sys.stderr.write('out of luck\\n'); sys.stderr.flush(); os._exit(4)", "with exit code 4: out of luck"),
        ("raise ValueError('no\\nway')", "ValueError: no"),
        ("time.sleep(60)", "it gave no answer for 0.5 seconds"),
    ],
)
def test_a_contender_that_breaks_is_a_sentence(made: Make, start: Start, epoch: str, said: str) -> None:
    worker = start(made("broken", epoch), timeout=60)
    worker.started()
    worker.timeout = 0.5 if "sleep" in epoch else 60
    with pytest.raises(Failed) as failed:
        worker.ask("train", **SMALL)
    assert str(failed.value).endswith(said)


def test_the_dead_stay_dead(made: Make, start: Start) -> None:
    worker = start(made("dying", "os._exit(3)"))
    worker.started()
    for _ in range(3):
        with pytest.raises(Failed, match="its process ended with exit code 3"):
            worker.ask("train", **SMALL)


def test_a_module_or_a_command_that_is_not_there(start: Start, made: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CONTENDERS, "gone", Contender("gone", "no_such_module:Made"))
    with pytest.raises(Failed, match="ModuleNotFoundError: No module named 'no_such_module'"):
        start("gone").started()
    worker = start(made("there"))
    worker.started()
    with pytest.raises(Failed, match="AttributeError"):
        worker.ask("fly")


def test_what_a_contender_prints_is_no_answer(made: Make, start: Start) -> None:
    worker = start(made("talkative", "print('{\"seconds\": -1}'); os.write(1, b'hello')"))
    worker.started()
    worker.ask("train", **SMALL)
    assert worker.ask("turn")["seconds"] > 0


def test_the_fastest_way_is_kept(start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "many_ways.py").write_text(
        "import time\n"
        "from glassnet.bench.contenders.adapter import Adapter, Trainee\n"
        "class Many(Adapter):\n"
        "    def train(self, task):\n"
        "        naps = {'slow': 0.2, 'fast': 0.0, 'slower': 0.3}\n"
        "        return {way: Trainee(lambda nap=nap: time.sleep(nap), len) for way, nap in naps.items()}\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setitem(CONTENDERS, "many", Contender("many", "many_ways:Many"))
    worker = start("many")
    worker.started()
    assert worker.ask("train", **SMALL)["way"] == "fast"
    # A slow way takes that long each time; the fast one on a busy machine by chance.
    assert min(worker.ask("turn")["seconds"] for _ in range(5)) < 0.2


def test_wrong_answers_are_not_timed(made: Make, start: Start) -> None:
    worker = start(made("wrong", answer="task.predicted(X) + 1"))
    worker.started()
    with pytest.raises(Failed, match="its predictions are wrong by 1"):
        worker.ask("predict", rows=3, **SMALL)
