"""A command stopped by a signal puts its files in order and says what is kept; what is not ours stays."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import glassnet
from cli.commands import PROGRAM, Call, Refused, contents, posix
from glassnet.bench import measures
from glassnet.estimators.table.model import TableModel
from glassnet.learning.progress import Progress
from glassnet.learning.run import Run

TRAIN = ["train", "houses.csv", "--epochs", 9]
MODEL, CHECKPOINT = "houses.safetensors", "houses.safetensors.checkpoint"
SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
each = pytest.mark.parametrize("number", SIGNALS, ids=lambda number: signal.Signals(number).name)
pytestmark = posix

Act = Callable[[Run], object]


@pytest.fixture
def after(monkeypatch: pytest.MonkeyPatch) -> Callable[[int, Act], None]:
    """Do something after so many epochs; 0 is before the first."""

    def planned(epochs: int, act: Act) -> None:
        def on_epoch_end(self: Progress, run: Run) -> None:
            if run.state.epoch == epochs:
                act(run)

        name = "on_epoch_end" if epochs else "on_train_begin"
        monkeypatch.setattr(Progress, name, on_epoch_end)
        monkeypatch.setattr(Progress, "every_epoch", True)  # else it looks a few times a second

    return planned


def send(number: int) -> Act:
    return lambda run: signal.raise_signal(number)


@each
def test_training_keeps_and_names_the_checkpoint(call: Call, houses: Path, after: Any, number: int) -> None:
    before = [signal.getsignal(each) for each in SIGNALS]
    after(3, send(number))
    result = call(*TRAIN)
    assert result.code == 128 + number
    by = {signal.SIGINT: "you"}.get(number, signal.Signals(number).name)
    assert result.notes[-1] == f"stopped by {by}; the same command with --resume goes on, from {CHECKPOINT}"
    assert set(contents(houses.parent)) == {"houses.csv", MODEL, CHECKPOINT}
    assert glassnet.load(MODEL).history.epochs == 3
    assert [signal.getsignal(each) for each in SIGNALS] == before
    after(3, lambda run: None)
    assert call(*TRAIN, "--resume", "--quiet").code == 0
    assert set(contents(houses.parent)) == {"houses.csv", MODEL}


@each
def test_before_the_first_step_nothing_is_kept(call: Call, houses: Path, after: Any, number: int) -> None:
    after(0, send(number))
    result = call(*TRAIN, "--json")
    assert result.code == 128 + number
    assert result.notes[-1].endswith("; there is no checkpoint to go on from")
    assert "checkpoint" not in json.loads(result.out)
    assert set(contents(houses.parent)) == {"houses.csv"}


def test_an_old_model_is_not_lost_to_a_training_of_no_epoch(call: Call, house_model: Path, after: Any) -> None:
    before = house_model.read_bytes()
    after(0, send(signal.SIGINT))
    assert call(*TRAIN).code == 130
    assert house_model.read_bytes() == before


def test_stopped_at_once_says_what_is_kept(call: Call, houses: Path, after: Any) -> None:
    def twice(run: Run) -> None:
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)

    after(3, twice)
    result = call(*TRAIN, "--checkpoint-every", 0)
    assert (result.code, result.errors) == (130, ["glassnet: stopped."])
    assert result.notes == [f"the training is kept in {CHECKPOINT}: the same command with --resume goes on"]
    assert set(contents(houses.parent)) == {"houses.csv", CHECKPOINT}
    after(3, lambda run: None)
    assert call(*TRAIN, "--resume", "--quiet").code == 0


def test_stopped_at_once_before_anything_is_saved(call: Call, houses: Path, after: Any) -> None:
    def twice(run: Run) -> None:
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)

    after(3, twice)
    result = call(*TRAIN)
    assert (result.code, result.notes) == (130, [])
    assert set(contents(houses.parent)) == {"houses.csv"}


@each
def test_stopped_while_the_model_is_judged(call: Call, houses: Path, number: int, monkeypatch: Any) -> None:
    monkeypatch.setattr(TableModel, "judge", lambda *_: signal.raise_signal(number))
    result = call(*TRAIN, "--quiet")
    assert (result.code, result.errors) == (128 + number, ["glassnet: stopped."])
    assert result.notes == [f"the training is kept in {CHECKPOINT}: the same command with --resume goes on"]
    assert set(contents(houses.parent)) == {"houses.csv", CHECKPOINT}


def test_kept_is_not_said_of_what_was_deleted(call: Call, houses: Path, after: Any, monkeypatch: Any) -> None:
    def judge(*_: object) -> None:
        Path(CHECKPOINT).unlink()
        signal.raise_signal(signal.SIGTERM)

    monkeypatch.setattr(TableModel, "judge", judge)
    result = call(*TRAIN, "--quiet")
    assert (result.code, result.notes) == (143, [])


@each
def test_predictions_are_whole_or_not_there(call: Call, house_model: Path, number: int, monkeypatch: Any) -> None:
    Path("answers.csv").write_text("predicted price\n1.0\n")
    before = contents(house_model.parent)
    blocks = TableModel.predict_blocks

    def stopped(*arguments: Any) -> Any:
        yield next(blocks(*arguments))
        signal.raise_signal(number)

    monkeypatch.setattr(TableModel, "predict_blocks", stopped)
    result = call("predict", house_model.name, "houses.csv", "-o", "answers.csv")
    assert (result.code, result.err) == (128 + number, "glassnet: stopped.\n")
    assert contents(house_model.parent) == before


@each
def test_other_commands(call: Call, house_model: Path, number: int, monkeypatch: Any) -> None:
    monkeypatch.setattr(TableModel, "evaluate", lambda *_: signal.raise_signal(number))
    result = call("evaluate", house_model.name, "houses.csv")
    assert (result.code, result.out, result.err) == (128 + number, "", "glassnet: stopped.\n")


@each
def test_bench_shows_what_it_has(call: Call, number: int, monkeypatch: Any) -> None:
    monkeypatch.setattr(measures, "_measure_peak", lambda *_: signal.raise_signal(number))
    result = call("bench", "--only", "startup", "--contenders", "native")
    assert result.code == 128 + number
    name = {signal.SIGINT: "Ctrl-C"}.get(number, signal.Signals(number).name)
    assert f"stopped by {name}: only measurements until then" in result.out


def test_nohup(call: Call, houses: Path, after: Any) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        after(3, send(signal.SIGHUP))
        assert call(*TRAIN).code == 0
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)
    assert glassnet.load(MODEL).history.epochs == 9


def test_a_terminal_that_is_closed(folder: Path) -> None:
    import pty

    pid, terminal = pty.fork()
    if not pid:
        os.execv(PROGRAM[0], [*PROGRAM, "train", "wine", "--epochs", "1000000", "--patience", "1000000"])
    shown = b""
    while b"cost" not in shown:
        shown += os.read(terminal, 1000)
    time.sleep(0.1)
    os.close(terminal)  # sends SIGHUP, and whatever is printed from here on is an error
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 129
    assert set(contents(folder)) == {"wine.safetensors", "wine.safetensors.checkpoint"}
    assert glassnet.load("wine.safetensors").history.epochs > 0


# --- the checkpoint's place -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("option", ["--quiet", "--resume", "--restart"])
@pytest.mark.parametrize(
    "kind", ["file", "empty", "link", "dangling", "hard link", "pipe", "folder", "device", "model"]
)
def test_what_is_no_checkpoint_is_never_replaced(
    refused: Refused, house_model: Path, kind: str, option: str, folder: Path
) -> None:
    place, mine = folder / CHECKPOINT, folder / "mine"
    mine.write_text("mine")
    match kind:
        case "file":
            place.write_text("notes")
        case "empty":
            place.touch()
        case "link" | "dangling" | "device":
            place.symlink_to({"link": "mine", "dangling": "gone", "device": os.devnull}[kind])
        case "hard link":
            place.hardlink_to(mine)
        case "pipe":
            os.mkfifo(place)
        case "folder":
            place.mkdir()
        case "model":
            shutil.copy(house_model, place)
    before = place.lstat()
    sentence = refused(*TRAIN, option)
    assert sentence.startswith(f"'{CHECKPOINT}', the place for the checkpoint, ")
    assert "move" in sentence
    assert place.lstat() == before


def test_a_name_too_long_for_its_checkpoint(refused: Refused, houses: Path) -> None:
    assert "its name is too long" in refused(*TRAIN, "-o", "m" * 250)


@pytest.mark.parametrize("mode", [0o600, 0o640])
def test_the_checkpoint_has_the_permissions_of_the_model(call: Call, house_model: Path, after: Any, mode: int) -> None:
    house_model.chmod(mode)
    seen: list[int] = []
    after(3, lambda run: (seen.append(stat.S_IMODE(Path(CHECKPOINT).stat().st_mode)), send(signal.SIGINT)(run)))
    assert call(*TRAIN, "--checkpoint-every", 0).code == 130
    assert seen == [mode]
    assert [stat.S_IMODE(Path(name).stat().st_mode) for name in (MODEL, CHECKPOINT)] == [mode, mode]


def test_two_trainings_of_one_name(call: Call, houses: Path, after: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    codes: list[int] = []

    def second(run: Run) -> None:
        if not codes:
            codes.append(0)
            codes.extend(call(*TRAIN, *option).code for option in ([], ["--resume"], ["--restart"]))

    after(3, second)
    assert call(*TRAIN).code == 0
    assert codes == [0, 2, 2, 2]
    assert set(contents(houses.parent)) == {"houses.csv", MODEL}
