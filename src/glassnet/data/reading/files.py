"""Table files, recognized by their content first and their name second."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from glassnet.data.reading import columnar, delimited, json_files
from glassnet.data.reading.options import ReadOptions
from glassnet.data.source import Source
from glassnet.errors import BrokenFile, UnusableFile, nearest

HEAD = 1 << 16  # bytes by which a file is recognized


@dataclass(frozen=True)
class Format:
    """A kind of file.

    Args:
        name: what messages call it.
        magic: the bytes it begins with.
        endings: of the names of such files.
        open: opens it as a source.
    """

    name: str
    magic: bytes
    endings: tuple[str, ...]
    open: Callable[[Path, ReadOptions], Source]


FORMATS = (
    Format("Parquet", b"PAR1", (".parquet", ".pq"), columnar.from_parquet),
    Format("Arrow", b"ARROW1", (".arrow", ".feather", ".ipc"), columnar.from_ipc),
    Format("Feather 1", b"FEA1", (), columnar.from_feather1),
)
# First bytes of other files that people pass: what they are, and the remedy.
NOT_TABLES = {
    b"PK\x03\x04": ("a zip archive or a spreadsheet", "unpack it, or save the sheet as CSV"),
    b"\xd0\xcf\x11\xe0": ("an old spreadsheet", "save the sheet as CSV"),
    b"%PDF": ("a PDF", "pass a table, such as a CSV file"),
    b"\x89PNG": ("a picture", "pass a table, such as a CSV file"),
    b"\xff\xd8\xff": ("a picture", "pass a table, such as a CSV file"),
    b"\x93NUMPY": ("a NumPy file", "load it with numpy.load and pass the array"),
    b"\x28\xb5\x2f\xfd": ("a zstd file", "unpack it"),
    b"BZh": ("a bzip2 file", "unpack it, or compress it with gzip"),
    b"\xfd7zXZ": ("an xz file", "unpack it, or compress it with gzip"),
}
GZIP = b"\x1f\x8b"


def from_file(name: str, options: ReadOptions) -> Source:
    """The table in the file called ``name``.

    Raises:
        UnusableFile: where there is no such file, or it may not be read.
        BrokenFile: where it is not a table.
    """
    path = Path(name)
    head = _head(path)
    if not head:
        raise BrokenFile(f"{path.name} is empty", remedy="pass a file with a row of names and rows of cells")
    for format in FORMATS:
        if head.startswith(format.magic):
            return format.open(path, options)
    zipped = head.startswith(GZIP)
    if zipped:
        head = _unpacked(path)
    _refuse_other_files(path, head, zipped)
    if json_files.is_json(head, options.encoding):
        return json_files.from_json(path, options, zipped)
    if path.name.lower().removesuffix(".gz").endswith(json_files.ENDINGS):
        what = f"{path.name} is not JSON, although its name says so"
        raise BrokenFile(what, f"it begins with {head[:8]!r}", "rename it if it is CSV, or write it again")
    return delimited.from_text(path, head, options, zipped)


def _head(path: Path) -> bytes:
    try:
        if not (path.is_file() or path.is_dir()) and path.exists():  # a pipe can be read once only
            raise UnusableFile(f"{str(path)!r} is not a file that can be read twice", remedy="save it as a file first")
        with path.open("rb") as file:
            return file.read(HEAD)
    except UnusableFile:
        raise
    except FileNotFoundError as problem:
        raise UnusableFile(f"there is no file {str(path)!r}", remedy=_suggestion(path)) from problem
    except IsADirectoryError as problem:
        raise UnusableFile(f"{str(path)!r} is a folder", remedy="pass a file in it") from problem
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or str(problem)
        raise UnusableFile(f"{str(path)!r} cannot be read", reason, "check its permissions") from problem


def _suggestion(path: Path) -> str:
    """The nearest name in the folder, or the folder that was searched."""
    from glassnet.data.reading.bundled import SETS

    try:
        close = nearest(path.name, [*(entry.name for entry in path.parent.iterdir()), *SETS])
    except OSError:
        return f"there is no folder {str(path.parent)!r} either"
    if close is None:
        return f"check the name; the folder is {str(path.parent.absolute())!r}"
    return f"the nearest name is {close if close in SETS else str(path.parent / close)!r}"


def _unpacked(path: Path) -> bytes:
    try:
        with gzip.open(path) as file:
            head = file.read1(HEAD)
    except (OSError, EOFError, zlib.error) as problem:
        raise BrokenFile(f"{path.name} is a damaged gzip file", str(problem), "fetch it again") from problem
    if not head:
        raise BrokenFile(f"{path.name} is empty inside", remedy="pass a file with a row of names and rows of cells")
    return head


def _refuse_other_files(path: Path, head: bytes, zipped: bool) -> None:
    for magic, (what, remedy) in NOT_TABLES.items():
        if head.startswith(magic):
            raise BrokenFile(f"{path.name} is {what}, not a table", remedy=remedy)
    if zipped and (inner := next((f for f in FORMATS if head.startswith(f.magic)), None)):
        raise BrokenFile(f"{path.name} is a {inner.name} file inside gzip", remedy="unpack it with gunzip")
    promised = next((f for f in FORMATS if path.suffix.lower() in f.endings), None)
    if promised is not None:
        what = f"{path.name} is not a {promised.name} file, although its name says so"
        raise BrokenFile(what, f"it begins with {head[:8]!r}", "fetch or write it again")
