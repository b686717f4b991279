"""A disk that is full or fails in the middle: the old file stays, nothing else does."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from glassnet.archive import replace_atomically, write
from glassnet.errors import UnusableFile

posix = pytest.mark.skipif(os.name != "posix", reason="a matter of POSIX systems")


def replace(path: Path, content: bytes = b"new") -> None:
    with replace_atomically(path) as file:
        file.write(content)


def refusal(path: Path) -> str:
    with pytest.raises(UnusableFile) as caught:
        replace(path)
    return str(caught.value).replace(str(path.parent), "DIR")


def alone(path: Path) -> bool:
    """Whether nothing else lies in the folder."""
    return list(path.parent.iterdir()) == [path]


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file created from here on has the kernel's own full disk behind it."""
    if not Path("/dev/full").exists():
        pytest.skip("the system has no /dev/full")
    real = os.open

    def on_full_disk(path: object, flags: int, *mode: int) -> int:
        if not flags & os.O_CREAT:
            return real(path, flags)  # type: ignore[arg-type]
        os.close(real(path, flags, *mode))  # type: ignore[arg-type]
        return real("/dev/full", os.O_WRONLY)

    monkeypatch.setattr("glassnet.archive.atomic.os.open", on_full_disk)


@posix
@pytest.mark.parametrize("size", [3, 10**6])
def test_a_full_disk_leaves_the_old_file(old: Path, full_disk: None, size: int) -> None:
    with pytest.raises(UnusableFile, match="the disk is full") as caught:
        replace(old, b"n" * size)
    assert caught.value.remedy == "free some space or choose another place"
    assert old.read_bytes() == b"old"
    assert alone(old)


@posix
def test_a_full_disk_leaves_the_old_archive(small: Path, full_disk: None) -> None:
    before = small.read_bytes()
    with pytest.raises(UnusableFile, match="the disk is full"):
        write(small, {"a": np.ones(10**6)}, {}, kind="model", version=1)
    assert small.read_bytes() == before
    assert alone(small)


@posix
def test_ctrl_c_on_a_full_disk_is_still_ctrl_c(old: Path, full_disk: None) -> None:
    with pytest.raises(KeyboardInterrupt), replace_atomically(old) as file:
        file.write(b"buffered")
        raise KeyboardInterrupt
    assert alone(old)


@posix
def test_a_size_limit_leaves_the_old_file(small: Path) -> None:
    script = (
        "import resource, sys, numpy as np\n"
        "from glassnet.archive import write\n"
        "from glassnet.errors import UnusableFile\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))\n"
        "try: write(sys.argv[1], {'a': np.ones(10_000)}, {}, kind='model', version=1)\n"
        "except UnusableFile as error: print(error)\n"
    )
    before = small.read_bytes()
    done = subprocess.run([sys.executable, "-c", script, str(small)], check=True, capture_output=True, text=True)
    assert "would exceed the size allowed" in done.stdout
    assert small.read_bytes() == before
    assert alone(small)


def test_a_failing_disk_is_reported(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("glassnet.archive.atomic.os.fsync", fails)
    assert refusal(old) == "'DIR/file' cannot be written (seen: Input/output error); check the path and the disk."
    assert old.read_bytes() == b"old"
    assert alone(old)


def test_the_data_reaches_the_disk_before_the_name(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[bool, bytes]] = []
    real = os.fsync

    def watched(descriptor: int) -> None:
        seen.append((stat.S_ISDIR(os.fstat(descriptor).st_mode), old.read_bytes()))
        real(descriptor)

    monkeypatch.setattr("glassnet.archive.atomic.os.fsync", watched)
    replace(old)
    assert seen == [(False, b"old"), (True, b"new")]


def test_no_descriptor_is_left_open(old: Path, full_disk: None) -> None:
    def descriptors() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    before = descriptors()
    for _ in range(20):
        with pytest.raises(UnusableFile):
            replace(old)
    assert descriptors() == before
