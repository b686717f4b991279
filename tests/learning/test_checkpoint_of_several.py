"""The checkpoint of several trainings: what lies in it at any moment goes on to the bits of an undisturbed training."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from glassnet import OPTIMIZERS, Dense, Network, Plan, Rows, State, save_checkpoint
from glassnet.archive import read, write
from glassnet.errors import BrokenFile, InvalidInput
from glassnet.learning.blending.candidates import Keep
from glassnet.learning.blending.checkpointing import CheckpointingOfAll
from glassnet.learning.blending.checkpoints import Training, epochs_done, load_trainings, save_trainings
from glassnet.learning.blending.resuming import resumed
from glassnet.learning.checkpointing import CheckpointFile
from glassnet.learning.checkpoints import load_checkpoint
from glassnet.learning.job import Job
from glassnet.learning.run import Callback, Run
from glassnet.learning.together import train_together

EPOCHS = 12


@pytest.fixture
def jobs() -> Callable[[], list[Job]]:
    """Three trainings of networks of different sizes, each with two candidates on the way."""
    X = np.linspace(-1, 1, 40, dtype="float32").reshape(-1, 1)
    rows = Rows(X, X**2)

    def made() -> list[Job]:
        plans = [
            Plan(
                Network(1, [Dense(units, "tanh"), Dense(1)]),
                40,
                optimizer=OPTIMIZERS.make("adam"),
                batch_size=7,
                epochs=EPOCHS,
            )
            for units in (3, 8, 5)
        ]
        return [Job(p, State.new(p, i), rows, callbacks=[Keep([2, 7])]) for i, p in enumerate(plans)]

    return made


def together(jobs: list[Job], path: Path, *more: Callback) -> None:
    trainings = [Training(job.plan, job.state, job.callbacks[0]) for job in jobs]  # type: ignore[arg-type]
    saving = CheckpointingOfAll(CheckpointFile(path), trainings, jobs[0].about, seconds=0)
    saving.begin()
    for job in jobs:
        job.callbacks = [*job.callbacks, saving, *more]
    train_together(jobs, 2)


def numbers(jobs: list[Job]) -> list[Any]:
    """What must be the same bits."""
    kept = [{epoch: p.theta.tobytes() for epoch, p in job.callbacks[0].kept.items()} for job in jobs]  # type: ignore[union-attr]
    return [(job.state.theta.tobytes(), job.state.slots.tobytes(), job.state.step) for job in jobs] + kept


class CopyFile(Callback):
    """Copies of the checkpoint as it was after some epochs of any training."""

    def __init__(self, path: Path) -> None:
        self.path, self.copies = path, set[bytes]()

    def on_epoch_end(self, run: Run) -> None:
        self.copies.add(self.path.read_bytes())


def test_every_moment_goes_on_to_the_same_bits(jobs: Any, tmp_path: Path) -> None:
    path, expected, looked = tmp_path / "all", jobs(), CopyFile(tmp_path / "all")
    together(expected, path, looked)
    assert len(looked.copies) > 3
    for content in looked.copies:
        (tmp_path / "copy").write_bytes(content)
        again, seconds = resumed(jobs(), tmp_path / "copy")
        assert 0 < seconds < 300
        together(again, tmp_path / "again")
        assert numbers(again) == numbers(expected)


def test_it_is_at_its_end_what_was_done(jobs: Any, tmp_path: Path) -> None:
    done = jobs()
    together(done, tmp_path / "all")
    found, about = load_trainings(tmp_path / "all")
    assert [one.state.theta.tobytes() for one in found] == [job.state.theta.tobytes() for job in done]
    assert about.number("seconds") > 0
    assert epochs_done(tmp_path / "all") == f"{3 * EPOCHS} epochs done of 3 networks"


def test_one_that_ended_early_stays_ended(jobs: Any, tmp_path: Path) -> None:
    stopped = jobs()
    stopped[1].callbacks[0].ended = "it was worse"
    together(stopped, tmp_path / "all")
    again, _ = resumed(jobs(), tmp_path / "all")
    together(again, tmp_path / "again")
    assert again[1].state.epoch == 0 and again[0].state.epoch == EPOCHS


def test_another_number_of_networks_or_epochs(jobs: Any, tmp_path: Path) -> None:
    together(jobs(), tmp_path / "all")
    with pytest.raises(InvalidInput, match="is of 3 networks, not of 2"):
        resumed(jobs()[:2], tmp_path / "all")
    with pytest.raises(InvalidInput, match="is of several networks, not of one"):
        load_checkpoint(tmp_path / "all")
    save_checkpoint(tmp_path / "one", jobs()[0].plan, jobs()[0].state)
    with pytest.raises(InvalidInput, match="is of one network, not of several"):
        load_trainings(tmp_path / "one")
    assert epochs_done(tmp_path / "one") == "0 epochs done"


@pytest.mark.parametrize("flaw", ["none", "kept", "array"])
def test_what_is_damaged_is_said(jobs: Any, tmp_path: Path, flaw: str) -> None:
    path = tmp_path / "all"
    save_trainings(path, [Training(job.plan, job.state, Keep([1])) for job in jobs()], jobs()[0].about)
    arrays, facts, version = read(path, kind="checkpoint", newest=2)
    if flaw == "none":
        facts["trainings"] = []
    elif flaw == "kept":
        facts["trainings"][0]["kept"] = [5]
    else:
        arrays["2.theta"] = arrays["2.theta"][1:]
    write(path, dict(arrays), dict(facts), kind="checkpoint", version=version)
    with pytest.raises(BrokenFile):
        load_trainings(path)
