"""Replacing a file in one step: at any time a reader finds the complete old file or the complete new one."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from glassnet.archive.os_errors import NOT_REGULAR, StrPath, explained, unusable

CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


@contextmanager
def replace_atomically(path: StrPath) -> Iterator[BinaryIO]:
    """Open a file to be written; it appears at ``path`` when the block succeeds, and not at all when it raises.

    The bytes go to a temporary file in the same folder, are flushed to disk, and are renamed in one step. An
    existing file keeps its permissions, a link its target, and the temporary file is removed after any error (also
    Ctrl-C). Only SIGKILL or a power cut can leave it behind, named ``.glassnet-*.tmp``.

    Args:
        path: the file to create or replace.

    Yields:
        A binary file, buffered; closing it inside the block is allowed.

    Raises:
        UnusableFile: no permission, no such folder, a full disk, a folder or a device at ``path``. The old file
            is unchanged.

    >>> import pathlib, tempfile
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> with replace_atomically(folder / "predictions.csv") as file:
    ...     _ = file.write(b"price\\n250\\n")
    >>> (folder / "predictions.csv").read_text()
    'price\\n250\\n'
    """
    target = Path(os.path.realpath(path))
    temporary = target.with_name(f".glassnet-{os.urandom(8).hex()}.tmp")
    with explained("written", path, target, temporary):
        mode = _mode_of(target, path)
        try:
            with _created(temporary, mode) as file:
                yield file
            temporary.replace(target)
        except BaseException:
            with suppress(OSError):
                temporary.unlink()
            raise
        _sync_folder(target.parent)


def _mode_of(target: Path, path: StrPath) -> int | None:
    """The permissions of the file to be replaced, None where there is none yet."""
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    # Replacing /dev/null by a file would work, for root, and break the machine.
    if not stat.S_ISREG(mode):
        raise unusable("written", path, *NOT_REGULAR)
    # A rename only needs permission of the folder; a write-protected file is respected all the same.
    if not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    return stat.S_IMODE(mode)


@contextmanager
def _created(temporary: Path, mode: int | None) -> Iterator[BinaryIO]:
    # Not `tempfile`: its files are 0600; this one gets the usual permissions of a new file.
    descriptor = os.open(temporary, CREATE, 0o666)
    file = open(descriptor, "wb", closefd=False)  # noqa: SIM115
    try:
        if mode is not None:
            temporary.chmod(mode)
        yield file
        if not file.closed:
            file.flush()
        os.fsync(descriptor)
    finally:
        # Closing the raw file drops the buffer: after an error, flushing would raise a second one.
        file.raw.close()
        os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    """Let the rename survive a power cut, where the system can open a folder."""
    # By now the new file is in place: a failure here is not one of writing it.
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
