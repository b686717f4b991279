"""``--resume``: a training that was stopped, or killed, goes on to the bits of one without an interruption."""

from __future__ import annotations

import signal
import threading
import time
from pathlib import Path

import numpy as np
import pytest

import glassnet
from cli.commands import Call, Refused, Trained, begin, contents, house_lines, posix, written
from glassnet.learning.progress import Progress

EPOCHS = 1500  # some seconds, resting
TRAIN = ["train", "wine", "--patience", 10**6, "--epochs", EPOCHS, "--dropout", 0.1, "--norm", "batch_norm"]
MODEL, CHECKPOINT = "wine.safetensors", "wine.safetensors.checkpoint"


def same_model(path: str, expected: str) -> None:
    """All numbers but the seconds are the same bits."""
    model, other = glassnet.load(path), glassnet.load(expected)
    assert model.parameters.theta.tobytes() == other.parameters.theta.tobytes()
    assert model.parameters.running.tobytes() == other.parameters.running.tobytes()
    for name in ("cost", "validation_cost", "accuracy", "learning_rate"):
        assert model.history[name] == other.history[name]
    assert model.evaluation["log-loss"] == other.evaluation["log-loss"]


def wait_for_progress(training: object) -> None:
    """Until the first epoch is done: by then there is a checkpoint."""
    for line in training.stderr:  # type: ignore[attr-defined]
        if line.startswith("epoch "):
            return
    pytest.fail("no progress was shown")


@pytest.fixture
def undisturbed(trained: Trained, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The model of a training without an interruption."""
    return str(trained(tmp_path_factory.mktemp("undisturbed") / MODEL, *TRAIN[1:]))


@posix
def test_stopped_by_ctrl_c_and_resumed(call: Call, folder: Path, undisturbed: str) -> None:
    with begin(*TRAIN, resting=True) as training:
        wait_for_progress(training)
        time.sleep(0.1)
        training.send_signal(signal.SIGINT)
        assert training.stderr is not None
        said = training.stderr.read().splitlines()
    assert training.returncode == 130
    assert said[-1] == f"note: stopped by you; the same command with --resume goes on, from {CHECKPOINT}"
    assert set(contents(folder)) == {MODEL, CHECKPOINT}
    stopped = glassnet.load(MODEL)
    assert 0 < stopped.history.epochs < EPOCHS
    assert stopped.evaluation["accuracy"].value > 0.3  # what was learned is kept
    assert call(*TRAIN, "--quiet", "--resume").code == 0
    assert set(contents(folder)) == {MODEL}
    same_model(MODEL, undisturbed)


@posix
def test_killed_at_random_moments_and_resumed(call: Call, folder: Path, undisturbed: str) -> None:
    train = [*TRAIN, "--checkpoint-every", 0]
    rng = np.random.default_rng()  # random for once: whatever the moment, the bits are the same
    for resume in ([], ["--resume"]):
        with begin(*train, *resume, resting=True) as training:
            wait_for_progress(training)
            time.sleep(rng.uniform(0, 0.15))  # in the middle of a step, of a save, or between
            training.kill()
        assert training.returncode == -signal.SIGKILL
        assert not Path(MODEL).exists()
    result = call(*train, "--resume")
    assert result.code == 0
    assert not result.err.startswith("epoch 1/")  # it did not begin anew
    assert not Path(CHECKPOINT).exists()
    same_model(MODEL, undisturbed)


@pytest.fixture
def interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C comes after the third epoch."""
    assert threading.current_thread() is threading.main_thread()

    def third(self: Progress, run: object) -> None:
        if run.state.epoch == 3:  # type: ignore[attr-defined]
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(Progress, "on_epoch_end", third)
    monkeypatch.setattr(Progress, "every_epoch", True)


@pytest.fixture
def stopped(call: Call, houses: Path, interrupted: None) -> Path:
    """The checkpoint of a training of the houses that was stopped."""
    result = call("train", "houses.csv", "--epochs", 9)
    assert result.code == 130
    assert "trained 3 epochs" in result.out
    return Path("houses.safetensors.checkpoint")


def test_resumed_to_the_same_bits(call: Call, stopped: Path) -> None:
    assert call("train", "houses.csv", "--epochs", 9, "--resume", "--quiet").code == 0
    assert not stopped.exists()
    assert call("train", "houses.csv", "--epochs", 9, "--quiet", "-o", "whole.safetensors").code == 0
    resumed, whole = glassnet.load("houses.safetensors"), glassnet.load("whole.safetensors")
    assert resumed.parameters.theta.tobytes() == whole.parameters.theta.tobytes()
    assert resumed.history["cost"] == whole.history["cost"]


def test_more_epochs_are_welcome(call: Call, stopped: Path) -> None:
    assert call("train", "houses.csv", "--epochs", 20, "--resume", "--quiet").code == 0
    assert glassnet.load("houses.safetensors").history.epochs == 20


def test_fewer_epochs_than_are_done_are_refused(call: Call, refused: Refused, stopped: Path) -> None:
    before = stopped.read_bytes()
    assert refused("train", "houses.csv", "--epochs", 2, "--resume") == (
        "the checkpoint is further than the epochs that are asked for (seen: 3 epochs done, 2 asked for); "
        "ask for 3 or more, or start a new training."
    )
    assert stopped.read_bytes() == before
    assert call("train", "houses.csv", "--epochs", 3, "--resume", "--quiet").code == 0


def test_what_json_says_of_a_stopped_training(call: Call, houses: Path, interrupted: None) -> None:
    result = call("train", "houses.csv", "--epochs", 9, "--json")
    assert result.code == 130
    assert '"ending": "interrupted"' in result.out
    assert '"checkpoint": "houses.safetensors.checkpoint"' in result.out


def test_a_stopped_training_is_lost_only_where_that_is_asked_for(call: Call, refused: Refused, stopped: Path) -> None:
    assert refused("train", "houses.csv", "--epochs", 2) == (
        f"'{stopped}' holds a stopped training (seen: 3 epochs done); "
        "go on with it by --resume, or begin anew by --restart."
    )
    assert refused("train", "houses.csv", "--resume", "--restart").endswith("; choose one of the two.")
    result = call("train", "houses.csv", "--epochs", 2, "--quiet", "--restart")
    assert (result.code, result.notes) == (0, [])
    assert not stopped.exists()
    assert glassnet.load("houses.safetensors").history.epochs == 2


def test_nothing_to_resume(refused: Refused, houses: Path) -> None:
    assert refused("train", "houses.csv", "--resume") == (
        "there is no stopped training to resume at 'houses.safetensors.checkpoint'; "
        "leave --resume out, or give -o as before."
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("--hidden 8", "another hidden (seen: (64, 64) in the checkpoint, (8,) now)"),
        ("--optimizer adam", "another optimizer (seen: 'adamw' in the checkpoint, 'adam' now)"),
        ("--l2 0.5", "another l2 (seen: 0.0 in the checkpoint, 0.5 now)"),
        ("--batch-size 7", "another batch_size "),
        ("--dtype float64", "another dtype "),
        ("--engine reference", "another engine "),
        ("--patience 3", "another patience "),
        ("--validation 0.3", "another validation "),
        ("--seed 1", "another seed (seen: 0 in the checkpoint, 1 now)"),
        ("--test 0.4", "another number of held-out rows (seen: 12 in the checkpoint, 24 now)"),
        ("--target color", "another target (seen: 'price' in the checkpoint, 'color' now)"),
        ("--task classification --target color", "another target "),
    ],
)
def test_another_recipe(refused: Refused, stopped: Path, options: str, said: str) -> None:
    sentence = refused("train", "houses.csv", "--resume", "--epochs", 9, *options.split())
    assert sentence.startswith(f"the checkpoint was saved with {said}")
    assert len(sentence) <= 300


def test_other_data(refused: Refused, stopped: Path, folder: Path) -> None:
    lines = house_lines()
    lines[5] = "3,blue,1.5"
    written(folder / "houses.csv", lines)
    assert "is of other rows" in refused("train", "houses.csv", "--resume", "--epochs", 9)


@pytest.mark.parametrize("content", ["truncated", "a model", "empty"])
def test_a_damaged_checkpoint(refused: Refused, stopped: Path, content: str) -> None:
    whole = stopped.read_bytes()
    model = Path("houses.safetensors").read_bytes()
    stopped.write_bytes({"truncated": whole[: len(whole) // 2], "a model": model, "empty": b""}[content])
    assert f"'{stopped}'" in refused("train", "houses.csv", "--resume", "--epochs", 9)


def test_lbfgs_goes_on(call: Call, houses: Path, interrupted: None) -> None:
    train = ["train", "houses.csv", "--optimizer", "lbfgs", "--epochs", 9]
    assert call(*train).code == 130
    assert call(*train, "--resume", "--quiet").code == 0
    assert glassnet.load("houses.safetensors").history.epochs > 3
