"""Whether the writer of a file lives: a lock that the system drops when the process ends, however it ends.

Windows needs none: it removes and replaces no file that a process has open.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from glassnet.archive.os_errors import StrPath

if POSIX := os.name == "posix":
    import fcntl

OPEN = os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


def lock(descriptor: int, shared: bool = False) -> bool | None:
    """Lock an open file until it is closed: True. False where another holds it, None where there are no locks.

    Args:
        descriptor: of the file.
        shared: True to share it with others who only ask.
    """
    if not POSIX:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_NB | (fcntl.LOCK_SH if shared else fcntl.LOCK_EX))
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return None
    return True


def is_held(path: StrPath) -> bool:
    """Whether a living process has locked the file.

    >>> is_held("nowhere/training")
    False
    """
    with suppress(OSError), opened(Path(path)) as descriptor:
        return lock(descriptor, shared=True) is False
    return False


def remove_unheld(path: Path, *, ours: bool = False) -> None:
    """Remove a file that no living process has locked; where that cannot be known, only if it is ``ours``."""
    with suppress(OSError):
        locked = None
        if POSIX:
            with suppress(PermissionError), opened(path) as descriptor:
                locked = lock(descriptor)
                if locked:
                    path.unlink()
        if locked is None and (ours or not POSIX):
            path.unlink()


@contextmanager
def opened(path: Path) -> Iterator[int]:
    """The descriptor of a regular file, opened as it is: no link is followed.

    Raises:
        OSError: there is none.
    """
    if not stat.S_ISREG(path.lstat().st_mode):
        raise OSError
    descriptor = os.open(path, OPEN)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
