"""Reading an archive: arrays and facts from an untrusted file."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np

from glassnet.archive import header, strict_json
from glassnet.archive.os_errors import NOT_REGULAR, StrPath, explained, unusable
from glassnet.archive.untrusted import Arrays, Facts
from glassnet.errors import BrokenFile, GlassnetError, UnusableFile

LABEL = re.compile(r"([a-z][a-z-]*) ([1-9][0-9]{0,5})")


class Archive(NamedTuple):
    """The content of a file; unpacks as ``arrays, facts, version``."""

    arrays: Arrays
    facts: Facts
    version: int


def read(path: StrPath, *, kind: str, newest: int) -> Archive:
    """Read what `write` wrote, and check all of it.

    Executes nothing, and allocates the arrays once (they are the file's size) plus what parsing the JSON needs: at
    worst 20 times the JSON, whose length and number of values are bounded.

    Args:
        path: the file.
        kind: the kind it has to be, as passed to `write`.
        newest: the last version of that kind that the caller understands.

    Returns:
        The arrays (writable copies in native byte order), the facts, the version.

    Raises:
        UnusableFile: absent, a folder, a device or pipe, without permission, or written by a newer glassnet.
        BrokenFile: damaged, of another kind, or of another program.

    >>> import pathlib, tempfile
    >>> from glassnet.archive import write
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "line.safetensors"
    >>> write(file, {"slope": np.array([2.0])}, {"unit": "m"}, kind="model", version=1)
    >>> arrays, facts, version = read(file, kind="model", newest=1)
    >>> arrays.expect("slope", "f", (1,)), facts.text("unit"), version
    (array([2.]), 'm', 1)
    """
    with _opened(path) as file:
        try:
            return _archive(file, path, kind, newest)
        except GlassnetError:
            raise
        except ValueError as flaw:
            cause = f"{os.fspath(path)!r} is damaged or not a glassnet {kind}"
            raise BrokenFile(cause, str(flaw), "restore it or make it again") from flaw
        except MemoryError as error:
            raise unusable("read", path, "it does not fit in memory", "use a machine with more") from error


def kind_at(path: StrPath) -> str | None:
    """The kind of the archive at ``path`` by what its header says; "" for any other file, None where there is none.

    Raises:
        UnusableFile: a folder, a device or a pipe, or it cannot be read.

    >>> kind_at("nowhere") is None
    True
    """
    if not os.path.exists(path):  # noqa: PTH110  (Path's own raises for a name that is too long)
        return None
    with suppress(ValueError, MemoryError), _opened(path) as file:
        return _header(file)[0].get("glassnet", "").partition(" ")[0]
    return ""


@contextmanager
def _opened(path: StrPath) -> Iterator[BinaryIO]:
    with explained("read", path):
        # Checked before opening: opening a pipe waits for its writer.
        mode = Path(path).stat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            raise unusable("read", path, *NOT_REGULAR)
        with Path(path).open("rb") as file:
            yield file


def _archive(file: BinaryIO, path: StrPath, kind: str, newest: int) -> Archive:
    name = os.fspath(path)
    metadata, entries, data_bytes = _header(file)
    version = _version(metadata.get("glassnet"), name, kind, newest)
    tensors = header.tensors_of(entries, data_bytes)
    arrays = {tensor.name: _array(file, tensor) for tensor in tensors}
    checksum = metadata.pop(header.CHECKSUM, None)
    if checksum is not None and checksum != header.checksum_of(tensors, metadata, arrays.values()):
        raise ValueError("its content does not agree with its checksum")
    facts = strict_json.loads(metadata.get("facts", ""))
    if not isinstance(facts, dict):
        raise ValueError("its facts are not a JSON object")
    return Archive(Arrays(arrays, name), Facts(facts, name), version)


def _header(file: BinaryIO) -> tuple[dict[str, str], dict[str, object], int]:
    size = os.fstat(file.fileno()).st_size
    length = int.from_bytes(file.read(header.LENGTH_BYTES), "little")
    data_bytes = size - header.LENGTH_BYTES - length
    if data_bytes < 0:
        raise ValueError(f"{size} bytes, too few for its header")
    if length > header.LARGEST:
        raise ValueError(f"a header of {length} bytes, {header.LARGEST} at most")
    return *header.parse(file.read(length)), data_bytes


def _version(label: str | None, name: str, kind: str, newest: int) -> int:
    if label is None:
        raise BrokenFile(f"{name!r} was not written by glassnet", "no 'glassnet' in its metadata", f"pass a {kind}")
    match = LABEL.fullmatch(label)
    if not match:
        raise ValueError(f"its label is {label[:40]!r}")
    found, version = match[1], int(match[2])
    if found != kind:
        raise BrokenFile(f"{name!r} is a glassnet {found[:40]}, not a {kind}", remedy=f"pass a {kind}")
    if version > newest:
        seen = f"{kind} version {version}, this one reads up to {newest}"
        raise UnusableFile(f"{name!r} was written by a newer glassnet", seen, "upgrade glassnet")
    return version


def _array(file: BinaryIO, tensor: header.Tensor) -> np.ndarray:
    array = np.empty(tensor.shape, tensor.dtype)
    if _fill(file, array.reshape(-1).view(np.uint8).data) < array.nbytes:
        raise ValueError("it ended while it was read")
    if header.has_false_booleans(array):
        raise ValueError(f"array {tensor.name[:40]!r} has booleans other than 0 and 1")
    return array.astype(array.dtype.newbyteorder("="), copy=False)


def _fill(file: BinaryIO, buffer: memoryview) -> int:
    return file.readinto(buffer)  # type: ignore[attr-defined]
