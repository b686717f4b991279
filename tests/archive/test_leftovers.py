"""Temporary files: those of killed writers go, those of living ones stay; none is less private than the file."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from glassnet.archive import replace_atomically

pytestmark = pytest.mark.skipif(os.name != "posix", reason="a matter of POSIX systems")

WRITER = """
import os, signal, sys
from glassnet.archive import replace_atomically
with replace_atomically(sys.argv[1]) as file:
    file.write(b"half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def replace(path: Path, content: bytes = b"new") -> None:
    with replace_atomically(path) as file:
        file.write(content)


def hidden(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name.startswith("."))


@pytest.fixture
def killed(old: Path) -> list[str]:
    """What a writer of ``old`` left that was killed."""
    subprocess.run([sys.executable, "-c", WRITER, str(old)])
    assert old.read_bytes() == b"old"
    return hidden(old.parent)


def test_the_next_writer_of_the_name_removes_what_a_killed_one_left(old: Path, killed: list[str]) -> None:
    assert len(killed) == 1
    replace(old.with_name("another"))
    assert hidden(old.parent) == killed
    replace(old)
    assert hidden(old.parent) == []
    assert old.read_bytes() == b"new"


def test_what_only_looks_like_one_is_left_alone(old: Path, killed: list[str]) -> None:
    temporary = old.with_name(killed[0])
    temporary.unlink()
    temporary.symlink_to(old)
    replace(old)
    assert hidden(old.parent) == killed
    assert old.read_bytes() == b"new"
    temporary.unlink()
    os.mkfifo(temporary)
    replace(old, b"newer")
    assert hidden(old.parent) == killed


def test_writers_of_one_name_at_the_same_time(old: Path) -> None:
    with replace_atomically(old) as first:
        first.write(b"first")
        with replace_atomically(old) as second:
            second.write(b"second")
            assert len(hidden(old.parent)) == 2
        assert old.read_bytes() == b"second"
        assert len(hidden(old.parent)) == 1
    assert old.read_bytes() == b"first"
    assert hidden(old.parent) == []


@pytest.fixture
def umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def modes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The mode with which each temporary file is created."""
    found: list[int] = []
    real = os.open

    def watched(path: object, flags: int, *mode: int) -> int:
        descriptor = real(path, flags, *mode)  # type: ignore[arg-type]
        if flags & os.O_CREAT:
            found.append(stat.S_IMODE(os.fstat(descriptor).st_mode))
        return descriptor

    monkeypatch.setattr("glassnet.archive.atomic.os.open", watched)
    return found


def test_what_replaces_a_private_file_is_private_from_the_first_moment(
    old: Path, umask: None, modes: list[int]
) -> None:
    old.chmod(0o600)
    with replace_atomically(old) as file:
        file.write(b"secret")
        file.flush()
        assert [stat.S_IMODE(old.with_name(name).stat().st_mode) for name in hidden(old.parent)] == [0o600]
    assert modes == [0o600]
    assert stat.S_IMODE(old.stat().st_mode) == 0o600


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666])
def test_the_permissions_of_another_file(old: Path, umask: None, mode: int) -> None:
    neighbor = old.with_name("neighbor")
    for _ in range(2):  # new, and replaced
        with replace_atomically(neighbor, like=old):
            pass
        assert stat.S_IMODE(neighbor.stat().st_mode) == stat.S_IMODE(old.stat().st_mode)
        old.chmod(mode)
    with replace_atomically(neighbor, like=old.with_name("absent")):
        pass
    assert stat.S_IMODE(neighbor.stat().st_mode) == mode  # its own


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may give files away")
def test_the_owner_stays(old: Path) -> None:
    os.chown(old, 65534, 65533)
    replace(old)
    assert (old.stat().st_uid, old.stat().st_gid) == (65534, 65533)


@pytest.mark.skipif(not hasattr(os, "setxattr"), reason="the system has no extended attributes")
def test_the_access_list_stays(old: Path) -> None:
    # Version 2: the owner rw-, user 1 rw-, the group ---, the mask rw-, others ---.
    entries = [(0x01, 6, -1), (0x02, 6, 1), (0x04, 0, -1), (0x10, 6, -1), (0x20, 0, -1)]
    packed = b"".join(
        tag.to_bytes(2, "little") + mode.to_bytes(2, "little") + (who & 0xFFFFFFFF).to_bytes(4, "little")
        for tag, mode, who in entries
    )
    access = (2).to_bytes(4, "little") + packed
    try:
        os.setxattr(old, "system.posix_acl_access", access)
    except OSError:
        pytest.skip("the file system has no access lists")
    replace(old)
    assert os.getxattr(old, "system.posix_acl_access") == access
