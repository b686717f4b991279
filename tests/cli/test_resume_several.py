"""``--resume`` of several networks: one checkpoint of all of them, from which each goes on to the same bits."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import numpy as np
import pytest

import glassnet
from cli.commands import Call, Refused, Trained, begin, contents, posix
from cli.test_resume import wait_for_progress
from glassnet.learning.blending.candidates import Keep
from glassnet.learning.run import Run

EPOCHS = 1500  # some seconds, resting
TRAIN = [
    "train",
    "wine",
    "--preset",
    "fast",
    "--hidden",
    32,
    "--epochs",
    EPOCHS,
    "--dropout",
    0.1,
    "--learning-rate",
    1e-4,
]
MODEL, CHECKPOINT = "wine.safetensors", "wine.safetensors.checkpoint"


def same_model(path: str, expected: str) -> None:
    """The same blend of the same bits."""
    model, other = glassnet.load(path), glassnet.load(expected)
    assert [str(one) for one in model.blend.members] == [str(one) for one in other.blend.members]
    assert model.blend.temperature == other.blend.temperature
    for one, two in zip(model.blend.members, other.blend.members, strict=True):
        assert one.parameters.theta.tobytes() == two.parameters.theta.tobytes()
    for name in ("cost", "validation_cost", "learning_rate"):
        assert model.history[name] == other.history[name]
    assert model.evaluation["log-loss"] == other.evaluation["log-loss"]


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
    assert 0 < glassnet.load(MODEL).history.epochs < EPOCHS  # what was learned is kept
    assert "epochs done of 4 networks" in call(*TRAIN).sentence()
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
            time.sleep(rng.uniform(0, 0.3))
            training.kill()
        assert training.returncode == -signal.SIGKILL
        assert not Path(MODEL).exists()
    assert call(*train, "--resume").code == 0
    assert not Path(CHECKPOINT).exists()
    same_model(MODEL, undisturbed)


@pytest.fixture
def stopped(call: Call, houses: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The checkpoint of a training of the houses that was stopped."""
    keep = Keep.on_epoch_end

    def once(self: Keep, run: Run) -> None:
        keep(self, run)
        if sent:
            time.sleep(0.05)  # the main thread, which the signal is for, may take a while to run
        else:
            sent.append(1)
            signal.raise_signal(signal.SIGINT)

    sent: list[int] = []
    with monkeypatch.context() as patched:
        patched.setattr(Keep, "on_epoch_end", once)
        assert call("train", "houses.csv", "--preset", "fast", "--epochs", EPOCHS).code == 130
    return Path("houses.safetensors.checkpoint")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--preset", "fast", "--epochs", 10], "another number of epochs (seen: 1500 in the checkpoint, 10 now)"),
        (["--preset", "fast", "--epochs", EPOCHS, "--hidden", 8], "another hidden"),
        (["--preset", "fast", "--epochs", EPOCHS, "--seed", 2], "another seed"),
        (["--preset", "balanced", "--epochs", EPOCHS], "another preset (seen: fast in the checkpoint, balanced now)"),
        (["--epochs", EPOCHS], "is of several networks, not of one"),
    ],
)
def test_another_training_is_refused(refused: Refused, stopped: Path, options: list[object], said: str) -> None:
    assert said in refused("train", "houses.csv", "--resume", *options).replace("'", "")
