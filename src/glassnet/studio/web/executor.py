"""Work outside the event loop, in threads that nothing waits for: those of asyncio itself are joined when it ends."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import asyncio
    from concurrent.futures import Future

T = TypeVar("T")


class Executor:
    """A thread that does one thing after another, in the order in which they are submitted.

    Args:
        name: of the thread.
    """

    def __init__(self, name: str) -> None:
        self._asked: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        threading.Thread(target=self._work, name=name, daemon=True).start()

    def submit(self, function: Callable[..., T], *arguments: object) -> asyncio.Future[T]:
        """What a function gives, later; it is called even if no coroutine waits for it any more."""
        from asyncio import wrap_future  # loaded by the server, after the link was printed
        from concurrent.futures import Future

        future: Future[T] = Future()
        self._asked.put(partial(_called, future, function, arguments))
        return wrap_future(future)

    def close(self) -> None:
        """End the thread, after what was submitted."""
        self._asked.put(None)

    def _work(self) -> None:
        while (called := self._asked.get()) is not None:
            called()


def in_thread(function: Callable[..., T], *arguments: object) -> asyncio.Future[T]:
    """What a function gives, in a thread of its own."""
    executor = Executor("studio-thread")
    found = executor.submit(function, *arguments)
    executor.close()
    return found


def _called(future: Future[T], function: Callable[..., T], arguments: tuple[object, ...]) -> None:
    from concurrent.futures import InvalidStateError

    with suppress(InvalidStateError):  # it was canceled meanwhile
        try:
            value = function(*arguments)
        except BaseException as error:
            future.set_exception(error)
        else:
            future.set_result(value)
