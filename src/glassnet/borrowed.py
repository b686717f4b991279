"""Settings of other libraries that belong to the whole process: changed while one needs it, then given back.

Several threads may need the same change at once: the first makes it, the last one takes it back.
"""

from __future__ import annotations

import os
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Borrowed(Generic[Value]):
    """A setting, and the value that it has within ``with`` blocks of any number of threads.

    Args:
        read: the present value.
        write: sets it.
        wanted: the value within the blocks.

    >>> settings = {"size": 8}
    >>> small = Borrowed(lambda: settings["size"], lambda size: settings.update(size=size), wanted=1)
    >>> with small, small:
    ...     settings
    {'size': 1}
    >>> settings
    {'size': 8}
    """

    def __init__(self, read: Callable[[], Value], write: Callable[[Value], object], wanted: Value) -> None:
        self._read, self._write, self._wanted = read, write, wanted
        self._found, self._users, self._lock = wanted, 0, threading.Lock()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._alone)

    def __enter__(self) -> None:
        with self._lock:
            if not self._users:
                self._found = self._read()
                self._write(self._wanted)
            self._users += 1

    def __exit__(self, *error: object) -> None:
        with self._lock:
            self._users = max(0, self._users - 1)
            if not self._users and self._read() == self._wanted:  # else it was set by other code meanwhile
                self._write(self._found)

    def _alone(self) -> None:
        """In the child of a fork, which has one thread: what the others had borrowed is given back.

        The thread that forked may itself be within blocks; it leaves them in the child too, and finds nothing to do.
        """
        self._lock, users, self._users = threading.Lock(), self._users, 0
        if users and self._read() == self._wanted:
            self._write(self._found)


_WARNINGS = threading.RLock()


@contextmanager
def without_warnings(message: str) -> Iterator[None]:
    """Within the block, warnings whose text begins like the pattern ``message`` are not shown.

    Python keeps its filters for all threads, and restores the whole list: blocks of several threads follow each other.

    >>> with without_warnings("old"):
    ...     warnings.warn("older than the moon")
    """
    with _WARNINGS, warnings.catch_warnings():
        warnings.filterwarnings("ignore", message)
        yield
