"""The file at the path is the old one or the new one, whole, whatever happens in between."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import csv, parquet

from glassnet.archive import replace_atomically
from glassnet.errors import UnusableFile

posix = pytest.mark.skipif(os.name != "posix", reason="a matter of POSIX systems")


@pytest.fixture
def umask() -> Iterator[None]:
    before = os.umask(0o027)
    yield
    os.umask(before)


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


def test_a_new_file(tmp_path: Path) -> None:
    replace(tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == b"new"
    assert alone(tmp_path / "file")


def test_the_old_file_is_seen_until_the_end(old: Path) -> None:
    with replace_atomically(old) as file:
        file.write(b"n" * 100_000)
        assert old.read_bytes() == b"old"
    assert old.read_bytes() == b"n" * 100_000
    assert alone(old)


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit, MemoryError, GeneratorExit])
def test_any_error_leaves_the_old_file(old: Path, error: type[BaseException]) -> None:
    with pytest.raises(error), replace_atomically(old) as file:
        file.write(b"half")
        raise error
    assert old.read_bytes() == b"old"
    assert alone(old)


def test_an_error_about_another_file_is_not_ours(old: Path) -> None:
    with pytest.raises(FileNotFoundError, match="source"), replace_atomically(old) as file:
        file.write(Path("/nowhere/source").read_bytes())
    assert old.read_bytes() == b"old"
    assert alone(old)


def test_text_and_closing_inside(old: Path) -> None:
    with replace_atomically(old) as file, io.TextIOWrapper(file, encoding="utf-8", newline="") as text:
        text.write("é\r\n")
    assert old.read_bytes() == "é\r\n".encode()


def test_arrow_writes_through_it(tmp_path: Path) -> None:
    table = pa.table({"price": [250, 300]})
    with replace_atomically(tmp_path / "t.csv") as file:
        csv.write_csv(table, file)
    with replace_atomically(tmp_path / "t.parquet") as file:
        parquet.write_table(table, file)
    assert csv.read_csv(tmp_path / "t.csv").equals(table)
    assert parquet.read_table(tmp_path / "t.parquet").equals(table)


# --- permissions and links ---


@posix
def test_a_new_file_has_the_umask(tmp_path: Path, umask: None) -> None:
    replace(tmp_path / "file")
    (tmp_path / "plain").open("w").close()
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o640
    assert (tmp_path / "file").stat().st_mode == (tmp_path / "plain").stat().st_mode


@posix
@pytest.mark.parametrize("mode", [0o600, 0o644, 0o666, 0o755])
def test_an_old_file_keeps_its_mode(old: Path, umask: None, mode: int) -> None:
    old.chmod(mode)
    replace(old)
    assert stat.S_IMODE(old.stat().st_mode) == mode
    assert old.read_bytes() == b"new"


@posix
@pytest.mark.parametrize("target", ["file", "../elsewhere/file"])
def test_a_link_stays_and_its_target_is_replaced(tmp_path: Path, target: str) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "here").mkdir()
    link = tmp_path / "here" / "link"
    link.symlink_to(target)
    for content in (b"first", b"second"):
        replace(link, content)
        assert link.is_symlink()
        assert (tmp_path / "here" / target).read_bytes() == content
    assert len(list(tmp_path.rglob("*"))) == 4


@posix
def test_a_link_to_itself(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    assert "leads back to itself" in refusal(tmp_path / "a")


# --- what cannot be written to ---


def test_no_folder(tmp_path: Path) -> None:
    assert refusal(tmp_path / "no" / "file") == (
        "'DIR/file' cannot be written (seen: there is no folder 'DIR'); create it or check the path."
    )


def test_a_folder(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    assert refusal(tmp_path / "folder") == (
        "'DIR/folder' cannot be written (seen: it is a folder); give the name of a file."
    )
    assert alone(tmp_path / "folder")


def test_a_path_through_a_file(old: Path) -> None:
    assert "not a folder" in refusal(old / "inside")


def test_a_long_name(tmp_path: Path) -> None:
    assert "its name is too long" in refusal(tmp_path / ("x" * 300))
    replace(tmp_path / ("x" * 255))
    assert alone(tmp_path / ("x" * 255))


@posix
@pytest.mark.parametrize("device", ["/dev/null", "/dev/full"])
def test_a_device_stays_a_device(device: str) -> None:
    if not Path(device).exists():
        pytest.skip(f"the system has no {device}")
    assert "a device, a pipe or a socket" in refusal(Path(device))
    assert stat.S_ISCHR(Path(device).stat().st_mode)
