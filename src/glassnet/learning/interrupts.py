"""Ctrl-C during training finishes the batch and keeps what was learned; a second Ctrl-C stops at once. SIGTERM and
SIGHUP do as Ctrl-C does, where they would end the program."""

from __future__ import annotations

import signal
import sys
import threading
import time

# What `signal.signal` and `getsignal` call: they look for every handler among the members of an enumeration, and nine
# such calls take a twentieth of a short fit.
from _signal import getsignal  # type: ignore[import-not-found]
from _signal import signal as handle_by
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from math import inf
from types import FrameType

from glassnet.hardware import is_child

# Windows has no SIGHUP. The terminal's Ctrl-C is one signal a press; the other two are often sent twice at once (by
# `timeout`, by a shell whose terminal is closed), which is not a second request.
ENDING = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
SAME_REQUEST = 1.0  # seconds
Handler = Callable[[int, FrameType | None], object] | int | signal.Handlers | None


class Ended(KeyboardInterrupt):
    """What SIGTERM and SIGHUP raise in a program that is to end by them as by Ctrl-C.

    Args:
        number: of the signal.
    """

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


class Interrupt:
    """Set by a signal; a plain flag: nothing waits for it, and a signal handler must not take a lock.

    Attributes: ``number``, of the signal; ``ends``, whether the program ends with the training.
    """

    number, ends, _set = 0, False, False

    def set(self) -> None:
        """Ask the training to end."""
        self._set = True

    def is_set(self) -> bool:
        """Whether that was asked."""
        return self._set


def code_of(stop: int | BaseException) -> int:
    """The exit code of a program ended by a signal, as shells have it.

    Args:
        stop: the number of the signal, or what it raised.

    >>> code_of(KeyboardInterrupt()), code_of(signal.SIGTERM)
    (130, 143)
    """
    return 128 + (stop if isinstance(stop, int) else getattr(stop, "number", signal.SIGINT))


def name_of(number: int) -> str:
    """What a message calls a signal.

    >>> name_of(signal.SIGINT), name_of(signal.SIGTERM)
    ('Ctrl-C', 'SIGTERM')
    """
    return "Ctrl-C" if number == signal.SIGINT else signal.Signals(number).name


class EndAsCtrlC:
    """A handler that raises `Ended`, so that files are put in order and the program says its word.

    Args:
        hang_up: called where the terminal is gone: what is written to it from then on would be an error.
    """

    def __init__(self, hang_up: Callable[[], object]) -> None:
        self.hang_up, self.last = hang_up, -inf

    def __call__(self, number: int, frame: FrameType | None) -> None:
        if not self.repeats(number):
            raise Ended(number)

    def repeats(self, number: int) -> bool:
        """Take note of a signal; True where it is the same request as the last one."""
        before, self.last = self.last, time.monotonic()
        if signal.Signals(number).name == "SIGHUP":
            self.hang_up()
        return self.last - before < SAME_REQUEST


@contextmanager
def ending_as_by_ctrl_c(hang_up: Callable[[], object] = lambda: None) -> Iterator[None]:
    """Within the block, SIGTERM and SIGHUP raise `Ended`; where they are ignored (``nohup``) or handled, they stay so.

    Args:
        hang_up: called at SIGHUP: the terminal is gone.

    >>> try:
    ...     with ending_as_by_ctrl_c():
    ...         signal.raise_signal(signal.SIGTERM)
    ... except Ended as ended:
    ...     print(name_of(ended.number))
    SIGTERM
    """
    end = EndAsCtrlC(hang_up)
    with _handling({number: end for number in ENDING if _is_main() and signal.getsignal(number) is signal.SIG_DFL}):
        yield


@contextmanager
def graceful_interrupt() -> Iterator[Interrupt]:
    """Within the block, Ctrl-C, SIGTERM and SIGHUP set the event that is yielded. Outside the main thread, where the
    user has set another handler or ignores the signal, nothing is changed and the event is never set; in the processes
    of a pool SIGTERM and SIGHUP stay as they are.

    Raises:
        SystemExit: after the block, where the signal would have ended the program: now its files are in order.

    >>> with graceful_interrupt() as interrupted:
    ...     signal.raise_signal(signal.SIGINT)
    >>> interrupted.is_set(), code_of(interrupted.number)
    (True, 130)
    """
    interrupted, handlers = Interrupt(), _handlers()
    own = EndAsCtrlC(lambda: None)

    def handle(number: int, frame: FrameType | None) -> None:
        handler = handlers[number]
        ender = handler if isinstance(handler, EndAsCtrlC) else own
        repeats = ender.repeats(number)  # noted there: the second of two sent at once may find the block left
        if not interrupted.is_set():
            interrupted.number, interrupted.ends = number, handler == signal.SIG_DFL
            interrupted.set()
        elif number == signal.SIGINT:
            raise KeyboardInterrupt
        elif not repeats:
            raise Ended(number)

    try:
        with _handling(dict.fromkeys(handlers, handle)):
            yield interrupted
    finally:
        if interrupted.ends:
            sys.exit(code_of(interrupted.number))


def _handlers() -> dict[int, Handler]:
    """The signals that are ours to handle, with their handlers."""
    if not _is_main():
        return {}
    found: dict[int, Handler] = {number: getsignal(number) for number in (signal.SIGINT, *ENDING)}
    pool = is_child()
    return {
        number: handler
        for number, handler in found.items()
        if handler is signal.default_int_handler
        or (handler == signal.SIG_DFL and number != signal.SIGINT and not pool)
        or isinstance(handler, EndAsCtrlC)
    }


def _is_main() -> bool:
    return threading.current_thread() is threading.main_thread()


@contextmanager
def _handling(handlers: Mapping[int, Handler]) -> Iterator[None]:
    before = {number: handle_by(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            handle_by(number, handler)
