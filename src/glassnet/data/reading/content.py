"""Content: the bytes of a table, which can be read from their start again: of a file, a packed one, or a stream."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, cast

from glassnet.data.arrow import pa
from glassnet.errors import BrokenFile, InvalidInput
from glassnet.text import quoted

HEAD = 1 << 16  # bytes by which a file is recognized
DAMAGE = (OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, NotImplementedError, RuntimeError)


@dataclass(frozen=True)
class Content:
    """Bytes, and what messages call them.

    Args:
        label: the name of the file.
        open: opens them, at their start.
        path: where they lie in a file of their own, unpacked.
        packing: how they are packed: "gzip", "zip", ..., or nothing.
        packed: where they lie in a file of their own, packed.
    """

    label: str
    open: Callable[[], BinaryIO]
    path: Path | None = None
    packing: str = ""
    packed: Path | None = None

    def head(self) -> bytes:
        """The first bytes.

        Raises:
            BrokenFile: for nothing at all, and for a damaged packed file.
        """
        where = f"{self.label} is empty{' inside' * bool(self.packing)}"
        try:
            with self.open() as file:
                head = file.read(HEAD)
        except DAMAGE as problem:
            if not self.packing:
                raise
            raise self.damaged(problem) from problem
        if not head:
            raise BrokenFile(where, remedy="pass a file with a row of names and rows of cells")
        return head

    def damaged(self, problem: Exception) -> BrokenFile:
        """The error about a packed file that cannot be unpacked."""
        return BrokenFile(f"{self.label} is a damaged {self.packing} file", str(problem), "fetch it again")

    def stream(self) -> pa.NativeFile:
        """The bytes as Arrow reads them from start to end: never a file of Python's, which threads of Arrow would still
        read when the interpreter has ended."""
        if self.path is not None:
            return pa.OSFile(os.fsencode(self.path))
        if self.packed is not None and (codec := CODECS.get(self.packing)) and pa.Codec.is_available(codec):
            return pa.CompressedInputStream(pa.OSFile(os.fsencode(self.packed)), codec)
        return self.native()

    def stretch(self, start: int, stop: int) -> pa.NativeFile:
        """The bytes from ``start`` to ``stop``."""
        with self.open() as file:
            file.seek(start)
            return pa.BufferReader(file.read(stop - start))

    def native(self) -> pa.NativeFile:
        """The bytes as Arrow reads a file with places."""
        return pa.memory_map(os.fsencode(self.path)) if self.path is not None else pa.BufferReader(self.open().read())


def of_stream(stream: Any) -> Content:
    """What is left in an open file, text or bytes, held in memory: a stream can be read once only.

    Raises:
        InvalidInput: it is closed, cannot be read, or holds no text or bytes.
    """
    name = getattr(stream, "name", "")
    label = Path(name).name if isinstance(name, str) and name else "the open file"
    try:
        read = stream.read()
        content = read.encode() if isinstance(read, str) else bytes(read)
    except (OSError, ValueError, TypeError) as problem:
        raise InvalidInput(
            f"{label} cannot be read", str(problem), "open it for reading, or pass its path"
        ) from problem
    return Content(label, lambda: io.BytesIO(content))


def _open_zstd(file: Path | BinaryIO) -> BinaryIO:
    native = pa.CompressedInputStream(str(file) if isinstance(file, Path) else pa.PythonFile(file, "r"), "zstd")
    return cast(BinaryIO, io.BufferedReader(cast(Any, native)))


# The bytes that packed files begin with -> their name, and what opens them.
PACKINGS: dict[bytes, tuple[str, Callable[[Any], Any]]] = {
    b"\x1f\x8b": ("gzip", gzip.open),
    b"BZh": ("bzip2", bz2.open),
    b"\xfd7zXZ": ("xz", lzma.open),
    b"\x28\xb5\x2f\xfd": ("zstd", _open_zstd),
}
CODECS = {"gzip": "gzip", "bzip2": "bz2", "zstd": "zstd"}  # those that Arrow unpacks itself
SUFFIXES = (".gz", ".bz2", ".xz", ".zst", ".zip")  # of packed files


def unpacked(content: Content, head: bytes) -> Content | None:
    """What is inside ``content`` if it is packed, None where it is not."""
    for magic, (name, opens) in PACKINGS.items():
        if head.startswith(magic) and (magic != b"BZh" or head[4:10] in (b"1AY&SY", b"\x17rE8P\x90")):
            opened = partial(_opened, content, opens)
            return replace(content, open=opened, path=None, packing=name, packed=content.path)
    return None


def _opened(content: Content, opens: Callable[[Any], Any]) -> BinaryIO:
    # Files opened by their path are closed with what unpacks them.
    return cast(BinaryIO, opens(content.path or content.open()))


def archive(content: Content) -> zipfile.ZipFile:
    """The zip archive that ``content`` is.

    Raises:
        BrokenFile: it is damaged.
    """
    try:
        return zipfile.ZipFile(content.path or content.open())
    except DAMAGE as problem:
        what = f"{content.label} is a damaged zip archive or spreadsheet"
        raise BrokenFile(what, str(problem), "fetch it again, or save the sheet as CSV") from problem


def member(content: Content, names: list[str], part: str | None) -> Content:
    """The table in a zip archive: the one file in it, or that called ``part``.

    Raises:
        BrokenFile: there is none.
        InvalidInput: there are several and none is chosen, or none of that name.
    """
    # What macOS and hidden files add is not a table.
    names = [name for name in names if not name.endswith("/") and not name.startswith("__MACOSX/")]
    names = [name for name in names if not Path(name).name.startswith(".")]
    if not names:
        raise BrokenFile(f"{content.label} is an empty zip archive", remedy="pass one that holds a table")
    if part is None and len(names) > 1:
        raise InvalidInput(f"{content.label} holds {len(names)} files", quoted(names), "name one with part= (--part)")
    if part is not None and part not in names:
        raise InvalidInput(f"{content.label} has no part {part!r}", quoted(names), "name one of these")
    return replace(
        content, open=lambda: cast(BinaryIO, archive(content).open(part or names[0])), path=None, packing="zip"
    )
