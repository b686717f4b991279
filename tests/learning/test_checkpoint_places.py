"""At the place of a checkpoint nothing but a checkpoint is replaced, and "kept" is what lies there."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from glassnet.archive import write
from glassnet.engines.state import State
from glassnet.errors import InvalidInput
from glassnet.learning.checkpointing import Checkpointing
from glassnet.learning.checkpoints import load_checkpoint
from glassnet.learning.run import Callback, Run
from glassnet.learning.training import train

posix = pytest.mark.skipif(os.name != "posix", reason="a matter of POSIX systems")


@pytest.fixture(autouse=True)
def after_every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("glassnet.learning.training.CHUNK_SECONDS", 0.0)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.checkpoint"


@pytest.fixture
def saved(plan: Any, rows: Any, path: Path) -> Callable[..., State]:
    """Train with a checkpoint at ``path``, saved after every step; other callbacks come after it."""

    def run(*callbacks: Any, saving: Checkpointing | None = None) -> State:
        what = plan(epochs=3)
        state = State.new(what)
        train(what, state, rows(), callbacks=[saving or Checkpointing(path, seconds=0), *callbacks])
        return state

    return run


class Once(Callback):
    """Do something after the tenth step."""

    def __init__(self, act: Callable[[], object]) -> None:
        self.act = act

    def on_chunk_end(self, run: Run) -> None:
        if run.state.step == 10:
            self.act()


def put(kind: str, path: Path) -> None:
    """Something of the user's own."""
    mine = path.with_name("mine")
    mine.write_text("mine")
    match kind:
        case "file":
            path.write_text("notes")
        case "empty":
            path.touch()
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "link":
            path.symlink_to(mine)
        case "hard link":
            path.hardlink_to(mine)
        case "device":
            path.symlink_to(os.devnull)
        case "model":
            write(path, {}, {}, kind="model", version=1)


def look(folder: Path) -> list[tuple[str, int, bytes]]:
    """Everything in a folder."""
    return sorted(
        (path.name, path.lstat().st_ino, path.read_bytes() if path.is_file() else b"") for path in folder.iterdir()
    )


KINDS = ["file", "empty", "folder", "pipe", "link", "hard link", "device", "model"]


@posix
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_checkpoint_is_refused_and_stays(saved: Any, path: Path, kind: str) -> None:
    put(kind, path)
    before = look(path.parent)
    with pytest.raises(InvalidInput, match="the place for the checkpoint, holds something else; move that file away"):
        saved()
    assert look(path.parent) == before


@posix
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_put_there_meanwhile_stays(saved: Any, path: Path, kind: str) -> None:
    saving = Checkpointing(path, seconds=0)
    found: list[Any] = []

    def meddle() -> None:
        path.unlink()
        put(kind, path)
        found.append(look(path.parent))

    with pytest.warns(
        UserWarning, match=r"another file has been put there.*Training continues; there is no checkpoint"
    ):
        state = saved(Once(meddle), saving=saving)
    assert state.epoch == 3
    assert saving.kept is None
    saving.remove()
    assert look(path.parent) == found[0]


def test_a_checkpoint_that_is_deleted_meanwhile_is_saved_again(saved: Any, path: Path, numbers: Any) -> None:
    saving = Checkpointing(path, seconds=0)
    state = saved(Once(path.unlink), saving=saving)
    assert numbers(load_checkpoint(path)[1]) == numbers(state)
    assert saving.kept == (3, state.step)


def test_kept_is_what_lies_there(saved: Any, path: Path) -> None:
    saving = Checkpointing(path, seconds=3600)
    state = saved(Once(path.unlink), saving=saving)
    assert saving.kept == (3, state.step)  # saved at the end
    path.unlink()
    assert saving.kept is None
    saving.remove()


@pytest.mark.filterwarnings("ignore:.*Training continues; there is no checkpoint")
def test_a_folder_that_is_removed(plan: Any, rows: Any, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    saving, what = Checkpointing(folder / "run", seconds=0), plan(epochs=3)
    state = State.new(what)
    train(what, state, rows(), callbacks=[saving, Once(lambda: shutil.rmtree(folder))])
    assert (state.epoch, saving.kept) == (3, None)


def test_going_to_another_folder_moves_nothing(saved: Any, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = path.with_name("elsewhere")
    elsewhere.mkdir()
    monkeypatch.chdir(path.parent)
    state = saved(Once(lambda: os.chdir(elsewhere)), saving=Checkpointing(path.name, seconds=0))
    assert load_checkpoint(path)[1].step == state.step
    assert list(elsewhere.iterdir()) == []


@posix
def test_a_link_to_a_checkpoint_is_followed(saved: Any, path: Path) -> None:
    path.symlink_to("scratch")  # the user has named it
    for _ in range(2):
        state = saved()
        assert path.is_symlink()
        assert load_checkpoint(path.with_name("scratch"))[1].step == state.step


@posix
def test_two_trainings_at_once(saved: Any, path: Path) -> None:
    refused: list[str] = []

    def second() -> None:
        with pytest.raises(InvalidInput) as caught:
            saved()
        refused.append(str(caught.value))

    state = saved(Once(second))
    assert refused == [
        f"another training is running, and is saved to '{path}'; wait until it ends, or choose another name."
    ]
    assert load_checkpoint(path)[1].step == state.step
    saved()  # the first has ended


@posix
def test_a_training_that_breaks_lets_go(saved: Any, path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        saved(Once(lambda: 1 / 0))
    assert saved().epoch == 3
