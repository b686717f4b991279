"""Disks that are full before a training, or fill up during it: real ones."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

import glassnet
from cli.commands import Call, Refused, Result, contents, house_lines, posix, written
from glassnet.learning.progress import Progress
from warm import PIPE, Warm

pytestmark = posix


@pytest.fixture
def small_disk(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A disk of 400 kB, which is also where the commands run."""
    disk = folder / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=400k", "none", str(disk)]
    try:
        if subprocess.run(mount, capture_output=True).returncode:
            pytest.skip("no right to mount a small disk here")
    except FileNotFoundError:
        pytest.skip("the system has no mount")
    monkeypatch.chdir(disk)
    yield disk
    monkeypatch.chdir(folder)
    subprocess.run(["umount", str(disk)], check=True)


def fill(disk: Path) -> None:
    with pytest.raises(OSError, match="No space left"), (disk / "filling").open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))


def test_full_before_the_training(small_disk: Path, call: Call) -> None:
    fill(small_disk)
    before = contents(small_disk)
    sentence = call("train", "iris", "--epochs", 10**12, "--patience", 10**12).sentence()
    assert sentence == (
        "'iris.safetensors.checkpoint' cannot be written (seen: the disk is full); "
        "free some space or choose another place."
    )
    assert contents(small_disk) == before


@pytest.mark.filterwarnings("default:.*the last checkpoint is unchanged")
def test_full_during_the_training(small_disk: Path, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    written(small_disk / "houses.csv", house_lines())
    assert call("train", "houses.csv", "--epochs", 5, "--quiet").code == 0
    old = Path("houses.safetensors").read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(Progress, "every_epoch", True)
        patch.setattr(Progress, "on_epoch_end", lambda self, run: fill(small_disk) if run.state.epoch == 3 else None)
        result = call("train", "houses.csv", "--epochs", 6, "--seed", 1)
    assert result.code == 2
    assert result.errors[-1].startswith("glassnet: 'houses.safetensors' cannot be written (seen: the disk is full)")
    assert [note for note in result.notes if "Training continues; the last checkpoint is unchanged" in note]
    assert not [note for note in result.notes if "kept" in note]  # the only save was before the first step
    assert Path("houses.safetensors").read_bytes() == old
    Path("filling").unlink()
    assert call("train", "houses.csv", "--epochs", 6, "--seed", 1, "--resume", "--quiet").code == 0
    assert set(contents(small_disk)) == {"houses.csv", "houses.safetensors"}
    assert glassnet.load("houses.safetensors").history.epochs == 6


def test_full_under_the_predictions(small_disk: Path, call: Call) -> None:
    assert call("train", "iris", "--epochs", 2, "--quiet").code == 0
    fill(small_disk)
    before = contents(small_disk)
    for name in ("answers.csv", "answers.parquet"):
        sentence = call("predict", "iris.safetensors", "iris", "-o", name).sentence()
        assert sentence.startswith(f"'{name}' cannot be written (seen: the disk is full)")
    assert contents(small_disk) == before


def test_full_while_predictions_of_many_files_are_written(small_disk: Path, call: Call) -> None:
    big = small_disk.parent / "big"
    big.mkdir()
    X = np.random.default_rng(0).normal(size=30_000)
    for number in range(3):
        rows = pa.table({"a": X, "y": np.where(X > 0, "a long word", "another one")})
        parquet.write_table(rows, big / f"{number}.parquet", row_group_size=10_000)
    assert call("train", f"{big}/0.parquet", "--hidden", 2, "--epochs", 1, "--quiet").code == 0
    before = contents(small_disk)
    sentence = call("predict", "0.safetensors", f"{big}/*.parquet", "-o", "answers.csv").sentence()
    assert sentence.startswith("'answers.csv' cannot be written (seen: the disk is full)")
    assert contents(small_disk) == before


def test_a_limit_of_the_size_of_files(folder: Path) -> None:
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))"
    train = f"{limit}\nfrom glassnet.cli.main import run\nrun(['train', 'iris'])"
    with Warm("-c", train, stdout=PIPE, stderr=PIPE) as limited:
        printed = limited.communicate(timeout=60)
    assert limited.returncode == 2
    sentence = Result(limited.returncode, *printed).sentence()
    assert "'iris.safetensors.checkpoint' cannot be written (seen: the file would exceed the size allowed" in sentence
    assert contents(folder) == {}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
def test_devices_are_no_places_for_models(refused: Refused) -> None:
    assert "'/dev/full' cannot be written (seen: it is a device" in refused("train", "iris", "-o", "/dev/full")
