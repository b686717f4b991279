"""What else may stand where a file is expected: nothing, folders, pipes, files of another kind or a newer version."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from glassnet.archive import read
from glassnet.errors import BrokenFile, UnusableFile

Forge = Callable[..., Path]


def sentence_of(path: Path, kind: str = "model", newest: int = 2) -> str:
    with pytest.raises((BrokenFile, UnusableFile)) as caught:
        read(path, kind=kind, newest=newest)
    return str(caught.value).replace(str(path.parent), "DIR")


def test_an_absent_file(small: Path) -> None:
    assert sentence_of(small.with_name("smal.safetensors")) == (
        "'DIR/smal.safetensors' cannot be read (seen: it does not exist); "
        "the nearest name there is 'small.safetensors'."
    )


def test_an_absent_folder(tmp_path: Path) -> None:
    assert sentence_of(tmp_path / "no" / "m").endswith("(seen: there is no folder 'DIR'); create it or check the path.")


def test_a_folder(tmp_path: Path) -> None:
    assert sentence_of(tmp_path).endswith("cannot be read (seen: it is a folder); give the name of a file.")


def test_a_path_through_a_file(small: Path) -> None:
    assert "a part of its path is not a folder" in sentence_of(small / "inside")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
@pytest.mark.timeout(10)
def test_a_pipe_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "a device, a pipe or a socket" in sentence_of(tmp_path / "pipe")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="the system has no /dev/zero")
@pytest.mark.timeout(10)
def test_a_device_does_not_hang() -> None:
    assert "a device, a pipe or a socket" in sentence_of(Path("/dev/zero"))


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="the system has no such sockets")
def test_a_socket(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "s"))
        assert "a device, a pipe or a socket" in sentence_of(tmp_path / "s")


def test_a_link_to_itself(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "a")
    assert "leads back to itself" in sentence_of(tmp_path / "a")


def test_another_kind(small: Path) -> None:
    assert sentence_of(small, "checkpoint") == (
        "'DIR/small.safetensors' is a glassnet model, not a checkpoint; pass a checkpoint."
    )


def test_a_newer_version(small: Path) -> None:
    assert sentence_of(small, newest=1) == (
        "'DIR/small.safetensors' was written by a newer glassnet (seen: model version 2, this one reads up to 1); "
        "upgrade glassnet."
    )


@pytest.mark.parametrize("label", ["checkpoint 1", "model 3"])
def test_what_it_is_comes_before_what_is_wrong_inside(forge: Forge, label: str) -> None:
    header = {"__metadata__": {"glassnet": label, "facts": "?"}, "w": {"dtype": "F128", "shape": [0]}}
    message = sentence_of(forge(header))
    assert "is a glassnet checkpoint" in message or "written by a newer glassnet" in message


def test_another_program(forge: Forge) -> None:
    array = {"dtype": "BF16", "shape": [2], "data_offsets": [0, 4]}
    assert "was not written by glassnet" in sentence_of(forge({"__metadata__": {"format": "pt"}}))
    assert "was not written by glassnet" in sentence_of(forge({"w": array}, bytes(4)))


def test_a_table_instead_of_a_model(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("price,rooms\n250,3\n")
    assert sentence_of(tmp_path / "t.csv") == (
        "'DIR/t.csv' is damaged or not a glassnet model (seen: 18 bytes, too few for its header); "
        "restore it or make it again."
    )


def test_memory_runs_out(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_memory(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("glassnet.archive.reading.np.empty", no_memory)
    assert "it does not fit in memory" in sentence_of(small)


def test_a_file_that_shrinks_while_it_is_read(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("glassnet.archive.reading._fill", lambda *_: 0)
    assert "it ended while it was read" in sentence_of(small)
