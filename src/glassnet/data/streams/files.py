"""The files of a table larger than memory: patterns, folders, file systems of Arrow, and the parts they consist of."""

from __future__ import annotations

import fnmatch
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

from glassnet.data.reading.content import Content
from glassnet.data.streams.part import readable
from glassnet.errors import UnusableFile
from glassnet.text import printable

if TYPE_CHECKING:
    from typing import BinaryIO

    from pyarrow.fs import FileSystem

PATTERN = "*?["
ADDRESS = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]+://")
ENDINGS = (".parquet", ".pq", ".arrow", ".feather", ".ipc", ".csv", ".tsv", ".txt")
PACKED = (".gz", ".bz2", ".xz", ".zst")


class Files(NamedTuple):
    """Files of one table, in the order of their names.

    Args:
        label: what messages call them.
        paths: of all of them.
        base: the folder below which ``year=2024`` is a column.
        system: of Arrow, in which they lie.
        local: whether that is this machine's.
    """

    label: str
    paths: tuple[str, ...]
    base: str
    system: FileSystem
    local: bool

    def name(self, path: str) -> str:
        """What messages call one of them."""
        return printable(os.path.relpath(path, self.base) if self.base else path)

    def content(self, path: str) -> Content:
        """The bytes of one of them."""
        where = Path(path) if self.local else None

        def opened() -> BinaryIO:
            return where.open("rb") if where else cast("BinaryIO", self.system.open_input_file(path))

        return Content(self.name(path), opened, where)


def is_pattern(data: object) -> bool:
    """Whether a user names several files: ``big/*.parquet``, and no file of that very name is there.

    >>> is_pattern("big/*.parquet"), is_pattern("iris")
    (True, False)
    """
    return isinstance(data, str) and bool(set(PATTERN) & set(data)) and not os.path.exists(data)  # noqa: PTH110


def find_files(data: str | os.PathLike[str] | Sequence[str], system: FileSystem | None = None) -> Files:
    """The files that a path, a pattern, a folder, an address such as ``s3://bucket/folder`` or a list names.

    Args:
        data: what the user named.
        system: a file system of Arrow that the paths are of; None is this machine's.

    Raises:
        UnusableFile: there are none, or one of a list is not there.
    """
    from pyarrow import fs

    if isinstance(data, list | tuple):
        found = [find_files(one, system) for one in data]
        paths = tuple(path for one in found for path in one.paths)
        if not paths:
            raise UnusableFile("the list of files is empty", remedy="name at least one file")
        label = f"{found[0].label} and {len(found) - 1} more" if len(found) > 1 else found[0].label
        return Files(label, paths, _above(paths), found[0].system, found[0].local)
    name = os.fspath(cast("str | os.PathLike[str]", data))
    local = system is None and not ADDRESS.match(name)
    with readable(repr(name)):
        if system is None and ADDRESS.match(name):
            system, name = fs.FileSystem.from_uri(name)
        elif system is None:
            system, name = fs.LocalFileSystem(), str(Path(name).absolute())
        below, base = _below(system, name)
    return Files(printable(str(data)), tuple(below), base, system, local)


def _below(system: FileSystem, name: str) -> tuple[list[str], str]:
    """The files of a name in a file system, and the folder they are in."""
    from pyarrow import fs

    info = system.get_file_info(name)
    if info.type == fs.FileType.File:
        return [name], name.rpartition("/")[0]
    pattern = bool(set(PATTERN) & set(name)) and info.type == fs.FileType.NotFound
    base = re.split(r"[*?\[]", name, maxsplit=1)[0].rpartition("/")[0] if pattern else name.rstrip("/")
    chosen = fs.FileSelector(base or "/", recursive=True, allow_not_found=True)
    inside = [one.path for one in system.get_file_info(chosen) if one.type == fs.FileType.File]
    if pattern:
        found = [path for path in inside if fnmatch.fnmatchcase(path, name) and path.count("/") == name.count("/")]
    else:
        found = [path for path in inside if _is_table(path) and not re.search(r"/[._]", path[len(base) :])]
    if not found:
        what = f"nothing matches {name!r}" if pattern else f"there are no tables at {name!r}"
        seen = f"{len(inside)} other files in {base!r}" if inside else f"no file in {base!r}"
        raise UnusableFile(
            what, seen, "name a folder of Parquet, Feather or CSV files, or a pattern in quotation marks"
        )
    return sorted(found), base


def _is_table(path: str) -> bool:
    name = path.lower()
    packing = next((ending for ending in PACKED if name.endswith(ending)), "")
    return name.removesuffix(packing).endswith(ENDINGS)


def _above(paths: Sequence[str]) -> str:
    """The folder that all of some paths are below."""
    return os.path.commonpath([path.rpartition("/")[0] for path in paths]) if len(paths) > 1 else ""
