"""Replacing a file in one step: at any time a reader finds the complete old file or the complete new one."""

from __future__ import annotations

import errno
import os
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from glassnet.archive.locks import lock, remove_unheld
from glassnet.archive.os_errors import NOT_REGULAR, StrPath, explained, unusable

CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
ACCESS_LIST = "system.posix_acl_access"
MOST_WRITERS = 16  # of one file at the same time


@contextmanager
def replace_atomically(path: StrPath, like: StrPath | None = None) -> Iterator[BinaryIO]:
    """Open a file to be written; it appears at ``path`` when the block succeeds, and not at all when it raises.

    The bytes go to a temporary file in the same folder, are flushed to disk, and are renamed in one step. An
    existing file keeps its permissions, a link its target, and the temporary file is removed after any error (also
    Ctrl-C). Only SIGKILL or a power cut can leave it behind, named ``.glassnet-*.tmp``; the next write to ``path``
    removes it.

    Args:
        path: the file to create or replace.
        like: a file whose permissions it is to have, where that exists; else it keeps its own.

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
    names = [target]  # and, once one is tried, of the temporary file
    with explained("written", path, names):
        model = _checked(target, path)
        if like is not None and Path(like).exists():
            model = Path(like)
        try:
            with _written(target, names, model) as file:
                yield file
        except BaseException:
            for temporary in names[1:]:
                remove_unheld(temporary, ours=True)
            raise
        _sync_folder(target.parent)


def _checked(target: Path, path: StrPath) -> Path | None:
    """The file to be replaced, where there is one."""
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
    return target


@contextmanager
def _written(target: Path, names: list[Path], model: Path | None) -> Iterator[BinaryIO]:
    """A temporary file, renamed to ``target`` in the end."""
    descriptor = _created(target, names, private=model is not None)
    file = open(descriptor, "wb", closefd=False)  # noqa: SIM115
    try:
        if model is not None:
            _take_permissions(names[-1], model)
        yield file
        if not file.closed:
            file.flush()
        os.fsync(descriptor)
        if os.name == "posix":  # still locked, so that no cleanup removes it as a leftover
            names[-1].replace(target)
    finally:
        # Closing the raw file drops the buffer: after an error, flushing would raise a second one.
        file.raw.close()
        os.close(descriptor)
    if os.name != "posix":  # Windows renames no open file
        names[-1].replace(target)


def _created(target: Path, names: list[Path], private: bool) -> int:
    """A new temporary file, open and locked; leftovers of writers that were killed are removed."""
    key = f"{zlib.crc32(os.fsencode(target.name)):08x}"
    places = [target.with_name(f".glassnet-{key}-{number}.tmp") for number in range(MOST_WRITERS)]
    for place in places:
        remove_unheld(place)
    for place in places:
        names[1:] = [place]
        with suppress(FileExistsError):
            # Not `tempfile`: its files are 0600, this one gets the usual permissions of a new file; but what replaces
            # a private file is never open to others, not even while it is empty.
            descriptor = os.open(place, CREATE, 0o600 if private else 0o666)
            lock(descriptor)
            if os.fstat(descriptor).st_nlink:
                return descriptor
            os.close(descriptor)  # another writer removed it before it was locked
    raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))


def _take_permissions(temporary: Path, model: Path) -> None:
    """Owner and access list as far as the system has them and lets us, and the mode."""
    status = model.stat()
    for user, group in ((-1, status.st_gid), (status.st_uid, -1)):
        with suppress(OSError, AttributeError):
            os.chown(temporary, user, group)
    with suppress(OSError, AttributeError):
        os.setxattr(temporary, ACCESS_LIST, os.getxattr(model, ACCESS_LIST))
    temporary.chmod(stat.S_IMODE(status.st_mode))


def _sync_folder(folder: Path) -> None:
    """Let the rename survive a power cut, where the system can open a folder."""
    # By now the new file is in place: a failure here is not one of writing it.
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
