"""The worker: a thread that lets a clock go on by itself, and sleeps while it stands."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Worker:
    """Calls ``tick`` again and again while there is something to do.

    Args:
        tick: does a little, and returns the seconds until it wants to be called again; None: when it is woken.
    """

    def __init__(self, tick: Callable[[], float | None]) -> None:
        self._tick, self._woken, self._closed = tick, threading.Event(), False
        self._thread: threading.Thread | None = None

    def wake(self) -> None:
        """There is something to do."""
        self._woken.set()
        if self._thread is None and not self._closed:
            self._thread = threading.Thread(target=self._work, name="studio", daemon=True)
            self._thread.start()

    def _work(self) -> None:
        wait: float | None = None
        while not self._closed:
            self._woken.wait(wait)
            self._woken.clear()
            if not self._closed:
                wait = self._tick()

    def close(self) -> None:
        """End the thread; it finishes what it does, which is waited for only a moment."""
        self._closed = True
        self._woken.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(0.5)
