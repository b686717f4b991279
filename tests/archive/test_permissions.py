"""What an ordinary user sees. Root may do everything: its tests give up its rights in a process of their own."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from warm import PIPE, Warm

pytestmark = pytest.mark.skipif(os.name != "posix", reason="a matter of POSIX systems")

UNPRIVILEGED = """
import os, sys
from glassnet.archive import read, replace_atomically
from glassnet.errors import UnusableFile
path, doing = sys.argv[1:]
if os.geteuid() == 0:
    os.setgroups([]), os.setgid(65534), os.setuid(65534)
assert os.path.exists(path), "the folder is out of reach, nothing would be tested"
try:
    if doing == "read":
        read(path, kind="model", newest=1)
    else:
        with replace_atomically(path) as file:
            file.write(b"new")
except UnusableFile as error:
    print(error)
"""


def refusal(path: Path, doing: str) -> str:
    with Warm("-c", UNPRIVILEGED, path, doing, stdout=PIPE) as process:
        said, _ = process.communicate()
    assert process.returncode == 0
    return said.rstrip("\n")


@pytest.fixture
def shared() -> Iterator[Path]:
    """A file that everyone may read and write, in a folder open to everyone (pytest's own are private)."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(b"old")
        path.chmod(0o666)
        path.parent.chmod(0o777)
        yield path
        path.parent.chmod(0o700)


def test_with_permission(shared: Path) -> None:
    assert refusal(shared, "write") == ""
    assert shared.read_bytes() == b"new"


def test_a_read_only_folder(shared: Path) -> None:
    shared.parent.chmod(0o555)
    assert refusal(shared, "write") == (
        f"{str(shared)!r} cannot be written (seen: there is no permission); "
        "change the permissions or choose another place."
    )
    assert shared.read_bytes() == b"old"
    assert list(shared.parent.iterdir()) == [shared]


def test_a_write_protected_file(shared: Path) -> None:
    shared.chmod(0o444)
    assert "cannot be written (seen: there is no permission)" in refusal(shared, "write")
    assert shared.read_bytes() == b"old"
    assert list(shared.parent.iterdir()) == [shared]


def test_a_file_one_may_not_read(shared: Path) -> None:
    shared.chmod(0o000)
    assert "cannot be read (seen: there is no permission)" in refusal(shared, "read")
