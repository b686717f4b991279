"""The operating system's errors about files, each as one sentence with a remedy."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from glassnet.errors import GlassnetError, UnusableFile, nearest

StrPath = str | os.PathLike[str]

NO_PERMISSION = ("there is no permission", "change the permissions or choose another place")
FULL = ("the disk is full", "free some space or choose another place")

# error number -> (what is wrong, what to do)
SENTENCES = {
    errno.EACCES: NO_PERMISSION,
    errno.EPERM: NO_PERMISSION,
    errno.EROFS: ("the disk is read-only", "choose another place"),
    errno.ENOSPC: FULL,
    errno.EDQUOT: ("the disk quota is used up", "free some space or choose another place"),
    errno.EFBIG: ("the file would exceed the size allowed here", "choose another place or lift the limit"),
    errno.EISDIR: ("it is a folder", "give the name of a file"),
    errno.ENOTDIR: ("a part of its path is not a folder", "check the path"),
    errno.ENAMETOOLONG: ("its name is too long", "choose a shorter one"),
    errno.ELOOP: ("it is a link that leads back to itself", "remove the link"),
}
NOT_REGULAR = ("it is a device, a pipe or a socket", "give the name of an ordinary file")


@contextmanager
def explained(verb: str, path: StrPath, also: Sequence[Path] = ()) -> Iterator[None]:
    """Turn the system's errors about ``path`` into `UnusableFile`.

    Args:
        verb: "read" or "written".
        path: the file, as the user named it.
        also: our other names for it, such as a temporary file. Errors about any other file pass unchanged.

    Raises:
        UnusableFile: what the system refused, and what to do.

    >>> with explained("read", "nowhere/gone.csv"):
    ...     _ = open("nowhere/gone.csv")
    Traceback (most recent call last):
    glassnet.errors.UnusableFile: 'nowhere/gone.csv' cannot be read (seen: there is no folder 'nowhere'); ...
    """
    try:
        yield
    except GlassnetError:
        raise
    except OSError as error:
        ours = {os.fspath(name) for name in (path, *also)}
        if error.filename is not None and str(error.filename) not in ours:
            raise
        raise unusable(verb, path, *_sentence(error, Path(path))) from error


def unusable(verb: str, path: StrPath, seen: str, remedy: str) -> UnusableFile:
    """The error for a file that cannot be ``verb``.

    >>> print(unusable("read", "m.safetensors", *NOT_REGULAR))
    'm.safetensors' cannot be read (seen: it is a device, a pipe or a socket); give the name of an ordinary file.
    """
    return UnusableFile(f"{os.fspath(path)!r} cannot be {verb}", seen, remedy)


def _sentence(error: OSError, path: Path) -> tuple[str, str]:
    if error.errno == errno.ENOENT:
        return _absent(path)
    number = error.errno if isinstance(error.errno, int) else 0
    return SENTENCES.get(number, (error.strerror or str(error), "check the path and the disk"))


def _absent(path: Path) -> tuple[str, str]:
    if not path.parent.is_dir():
        return f"there is no folder {str(path.parent)!r}", "create it or check the path"
    close = nearest(path.name, _names_in(path.parent))
    return "it does not exist", f"the nearest name there is {close!r}" if close else "check the name"


def _names_in(folder: Path) -> list[str]:
    # A folder of a million files is not searched to its end for a similar name.
    try:
        return [entry.name for entry in islice(folder.iterdir(), 1000)]
    except OSError:
        return []
