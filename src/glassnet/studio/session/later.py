"""Later: what takes longer than a glance is computed in the background, and the page says so until it is there."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, NamedTuple, TypeVar

from glassnet.errors import GlassnetError
from glassnet.studio.words import word

T = TypeVar("T")
KEPT = 24  # results


class Found(NamedTuple, Generic[T]):
    """What came of it: a value, or the sentence that says why there is none."""

    value: T | None
    why: str = ""


class Later:
    """Computes one thing after another, the newest question first, and remembers the answers.

    Args:
        notify: called, from its thread, when an answer is there.

    >>> later = Later(lambda: None)
    >>> later.get("six", lambda: 6) is None, later.wait("six"), later.get("six", lambda: 7).value
    (True, None, 6)
    >>> later.close()
    """

    def __init__(self, notify: Callable[[], None]) -> None:
        self._notify, self._lock = notify, threading.Condition()
        self._found: OrderedDict[Hashable, Found[object]] = OrderedDict()
        self._asked: dict[Hashable, Callable[[], object]] = {}
        self._thread: threading.Thread | None = None
        self._closed = False

    def get(self, key: Hashable, compute: Callable[[], T]) -> Found[T] | None:
        """The answer, or None while it is computed; of several questions of one kind only the newest is worth it.

        Args:
            key: what the answer depends on; its first item says of which kind it is.
            compute: makes it; its GlassnetErrors become sentences.
        """
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
                return self._found[key]  # type: ignore[return-value]
            kind = key[0] if isinstance(key, tuple) else key
            stale = [k for k in self._asked if (k[0] if isinstance(k, tuple) else k) == kind]
            for old in stale:
                del self._asked[old]
            self._asked[key] = compute
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(target=self._work, name="studio-later", daemon=True)
                self._thread.start()
            self._lock.notify_all()
            return None

    def is_there(self, key: Hashable) -> bool:
        """Whether the answer is."""
        with self._lock:
            return key in self._found

    def wait(self, key: Hashable, seconds: float = 10.0) -> None:
        """Until it is; for tests and downloads."""
        with self._lock:
            self._lock.wait_for(lambda: key in self._found, seconds)

    def _work(self) -> None:
        while True:
            with self._lock:
                self._lock.wait_for(lambda: self._closed or bool(self._asked))
                if self._closed:
                    return
                key, compute = self._asked.popitem()
            found = _answer(compute)
            with self._lock:
                self._found[key] = found
                while len(self._found) > KEPT:
                    self._found.popitem(last=False)
                self._lock.notify_all()
            self._notify()

    def close(self) -> None:
        """Answer nothing more; what is being computed is waited for only a moment."""
        with self._lock:
            self._closed = True
            self._lock.notify_all()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(0.5)


def _answer(compute: Callable[[], object]) -> Found[object]:
    try:
        return Found(compute())
    except GlassnetError as error:
        return Found(None, str(error))
    except (ValueError, ArithmeticError, MemoryError) as error:
        return Found(None, word("uncomputed", error=f"{type(error).__name__}: {error}"))
