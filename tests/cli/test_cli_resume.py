"""``--resume``: a training that was stopped, or killed, goes on to the bits of one that nobody disturbed."""

from __future__ import annotations

import signal
import threading
import time
from pathlib import Path

import numpy as np
import pytest

import glassnet
from cli.commands import Call, Refused, begin, contents, house_lines, posix, process, written
from glassnet.learning.progress import Progress

LONG = ["--patience", 10**6, "--epochs", 250, "--hidden", "64,32", "--dropout", 0.1, "--norm", "batch_norm"]


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


@posix
def test_stopped_by_ctrl_c_and_resumed(folder: Path) -> None:
    train = ["train", "digits", *LONG]
    assert process(*train, "--quiet", "-o", "undisturbed.safetensors").code == 0
    with begin(*train) as training:
        wait_for_progress(training)
        time.sleep(0.3)
        training.send_signal(signal.SIGINT)
        assert training.stderr is not None
        said = training.stderr.read().splitlines()
    assert training.returncode == 130
    assert said[-1] == (
        "note: stopped by you; the same command with --resume goes on, from digits.safetensors.checkpoint"
    )
    assert set(contents(folder)) == {
        "undisturbed.safetensors",
        "digits.safetensors",
        "digits.safetensors.checkpoint",
    }
    stopped = glassnet.load("digits.safetensors")
    assert 0 < stopped.history.epochs < 250
    assert stopped.evaluation["accuracy"].value > 0.3  # what was learned is kept
    assert process(*train, "--quiet", "--resume").code == 0
    assert set(contents(folder)) == {"undisturbed.safetensors", "digits.safetensors"}
    same_model("digits.safetensors", "undisturbed.safetensors")


@posix
def test_killed_at_random_moments_and_resumed(folder: Path) -> None:
    train = ["train", "digits", *LONG, "--checkpoint-every", 0]
    assert process(*train, "--quiet", "-o", "undisturbed.safetensors").code == 0
    rng = np.random.default_rng()  # random for once: whatever the moment, the bits are the same
    codes, resume = [], []
    for _ in range(3):
        with begin(*train, *resume) as training:
            wait_for_progress(training)
            time.sleep(rng.uniform(0, 0.3))
            training.kill()
        codes.append(training.returncode)
        assert not Path("digits.safetensors").exists()
        resume = ["--resume"]
    assert codes == [-signal.SIGKILL] * 3
    result = process(*train, "--resume")
    assert result.code == 0
    assert not result.err.startswith("epoch 1/")  # it did not begin anew
    assert not Path("digits.safetensors.checkpoint").exists()
    same_model("digits.safetensors", "undisturbed.safetensors")


@pytest.fixture
def interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C comes after the third epoch."""
    assert threading.current_thread() is threading.main_thread()

    def third(self: Progress, run: object) -> None:
        if run.state.epoch == 3:  # type: ignore[attr-defined]
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(Progress, "on_epoch_end", third)


@pytest.fixture
def stopped(call: Call, houses: Path, interrupted: None) -> Path:
    """The checkpoint of a training of the houses that was stopped."""
    result = call("train", "houses.csv", "--epochs", 9)
    assert result.code == 130
    assert "trained 3 epochs" in result.out
    return Path("houses.safetensors.checkpoint")


def test_resumed_as_often_as_one_likes(call: Call, stopped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.chdir(stopped.absolute().parent)
    assert call("train", "houses.csv", "--epochs", 9, "--resume", "--quiet").code == 0
    assert not stopped.exists()
    assert call("train", "houses.csv", "--epochs", 9, "--quiet", "-o", "whole.safetensors").code == 0
    resumed, whole = glassnet.load("houses.safetensors"), glassnet.load("whole.safetensors")
    assert resumed.parameters.theta.tobytes() == whole.parameters.theta.tobytes()
    assert resumed.history["cost"] == whole.history["cost"]


def test_more_epochs_are_welcome(call: Call, stopped: Path) -> None:
    assert call("train", "houses.csv", "--epochs", 20, "--resume", "--quiet").code == 0
    assert glassnet.load("houses.safetensors").history.epochs == 20


def test_what_json_says_of_a_stopped_training(call: Call, houses: Path, interrupted: None) -> None:
    result = call("train", "houses.csv", "--epochs", 9, "--json")
    assert result.code == 130
    assert '"ending": "interrupted"' in result.out
    assert '"checkpoint": "houses.safetensors.checkpoint"' in result.out


def test_without_resume_it_begins_anew_and_says_so(call: Call, stopped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = call("train", "houses.csv", "--epochs", 2, "--quiet")
    assert result.code == 0
    assert result.notes == [f"{stopped} held a stopped training; without --resume it begins anew"]
    assert not stopped.exists()


def test_nothing_to_resume(refused: Refused, houses: Path) -> None:
    assert refused("train", "houses.csv", "--resume") == (
        "there is no stopped training to resume at 'houses.safetensors.checkpoint'; "
        "leave --resume out, or give -o as before."
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("--hidden 8", "made with another network"),
        ("--optimizer adam", "made with another optimizer"),
        ("--l2 0.5", "made with another penalties"),
        ("--batch-size 7", "made with another batch_size"),
        ("--dtype float64", "made with another dtype"),
        ("--test 0.2 --seed 1", "is of other rows"),
    ],
)
def test_another_recipe(refused: Refused, stopped: Path, options: str, said: str) -> None:
    assert said in refused("train", "houses.csv", "--resume", "--epochs", 9, *options.split())


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
