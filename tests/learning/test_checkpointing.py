"""Checkpoints while training: when they are written, and that a full disk does not end what they are to save."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from glassnet.engines.state import State
from glassnet.errors import UnusableFile
from glassnet.learning.checkpointing import Checkpointing
from glassnet.learning.checkpoints import load_checkpoint
from glassnet.learning.run import Callback, Run
from glassnet.learning.stopping import Stopping
from glassnet.learning.training import train


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.safetensors"


def test_the_last_save_is_the_end(plan: Any, rows: Any, path: Path, numbers: Any) -> None:
    what = plan()
    state = State.new(what)
    train(what, state, rows(), callbacks=[Checkpointing(path, seconds=3600, about={"data": "d"})])
    _, loaded, about = load_checkpoint(path)
    assert numbers(loaded) == numbers(state)
    assert about["data"] == "d"


def test_zero_seconds_save_after_every_chunk(plan: Any, rows: Any, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("glassnet.learning.training.CHUNK_SECONDS", 0.0)
    what, steps = plan(epochs=2), []

    class Look(Callback):
        def on_chunk_end(self, run: Run) -> None:
            steps.append(load_checkpoint(path)[1].step)

    train(what, State.new(what), rows(), callbacks=[Checkpointing(path, seconds=0), Look()])
    assert steps == list(range(1, 15))


def test_saves_keep_their_distance(plan: Any, rows: Any, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock, saved = iter(range(10**6)), []
    monkeypatch.setattr("glassnet.learning.training.CHUNK_SECONDS", 0.0)
    monkeypatch.setattr("glassnet.learning.checkpointing.time.monotonic", lambda: next(clock))
    monkeypatch.setattr(
        "glassnet.learning.checkpointing.save_checkpoint", lambda path, plan, state, *_: saved.append(state.step)
    )
    what = plan(epochs=2)
    train(what, State.new(what), rows(), callbacks=[Checkpointing(path, seconds=5)])
    assert saved == [0, 5, 10, 14]  # a second a look: at the beginning, every five, at the end


def test_a_stopped_training_leaves_its_checkpoint(plan: Any, rows: Any, path: Path) -> None:
    what = plan(epochs=50)
    stop = lambda run: run.ask_to_stop("enough") if run.state.epoch == 3 else None  # noqa: E731
    train(what, State.new(what), rows(), callbacks=[Checkpointing(path), stop])
    assert load_checkpoint(path)[1].epoch == 3


def test_early_stopping_has_ended_it_for_good(plan: Any, rows: Any, path: Path, numbers: Any) -> None:
    what = plan(epochs=500)
    state, stopping = State.new(what), Stopping(patience=2, tolerance=10.0)
    first = train(what, state, rows(), stopping=stopping, callbacks=[Checkpointing(path)])
    assert (first.ending, state.epoch) == ("stopped", 4)
    loaded = load_checkpoint(path)[1]
    again = train(what, loaded, rows(), stopping=stopping)
    assert (again.ending, again.reason) == (first.ending, first.reason)
    assert numbers(loaded) == numbers(state)
    # More patience, or asking for epochs, goes on.
    train(what, loaded, rows(), stopping=Stopping(patience=3, tolerance=10.0))
    assert loaded.epoch == 5
    train(what, loaded, rows(), stopping=stopping, epochs=2)
    assert loaded.epoch == 6


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> dict[str, bool]:
    """A disk that is full while ``disk["full"]``."""
    if not Path("/dev/full").exists():
        pytest.skip("the system has no /dev/full")
    real, state = os.open, {"full": False}

    def on_disk(path: Any, flags: int, *mode: int) -> int:
        if not (state["full"] and flags & os.O_CREAT):
            return real(path, flags, *mode)
        os.close(real(path, flags, *mode))
        return real("/dev/full", os.O_WRONLY)

    monkeypatch.setattr("glassnet.archive.atomic.os.open", on_disk)
    return state


def test_a_disk_that_fills_up_does_not_end_the_training(
    plan: Any, rows: Any, path: Path, disk: dict[str, bool], numbers: Any
) -> None:
    what = plan(epochs=6)
    undisturbed, state = State.new(what), State.new(what)
    train(what, undisturbed, rows())

    def fill(run: Run) -> None:
        disk["full"] = run.state.epoch >= 2

    with pytest.warns(UserWarning, match="the disk is full") as caught:
        outcome = train(what, state, rows(), callbacks=[fill, Checkpointing(path, seconds=0)])
    assert len(caught) == 1  # not once a save
    assert "Training continues" in str(caught[0].message)
    assert outcome.ending == "finished"
    assert numbers(state) == numbers(undisturbed)
    assert load_checkpoint(path)[1].epoch in (1, 2)  # the last whole one
    assert list(path.parent.iterdir()) == [path]


def test_a_disk_that_fills_up_twice_is_warned_of_twice(
    plan: Any, rows: Any, path: Path, disk: dict[str, bool], numbers: Any
) -> None:
    what = plan(epochs=8)
    state = State.new(what)

    def fill(run: Run) -> None:
        disk["full"] = run.state.epoch in (2, 3, 5, 6)

    with pytest.warns(UserWarning, match="the disk is full") as caught:
        train(what, state, rows(), callbacks=[fill, Checkpointing(path, seconds=0)])
    assert len(caught) == 2
    assert numbers(load_checkpoint(path)[1]) == numbers(state)


def test_a_place_that_cannot_be_written_raises_before_work_is_lost(plan: Any, rows: Any, tmp_path: Path) -> None:
    what = plan()
    state = State.new(what)
    with pytest.raises(UnusableFile, match="there is no folder"):
        train(what, state, rows(), callbacks=[Checkpointing(tmp_path / "missing" / "run")])
    assert state.step == 0
