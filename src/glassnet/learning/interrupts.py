"""Ctrl-C during training finishes the batch and keeps what was learned; a second Ctrl-C stops at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def graceful_interrupt() -> Iterator[threading.Event]:
    """Within the block, Ctrl-C sets the event that is yielded. Outside the main thread, or where the user has set
    another handler, nothing is changed and the event is never set.

    >>> with graceful_interrupt() as interrupted:
    ...     signal.raise_signal(signal.SIGINT)
    >>> interrupted.is_set()
    True
    """
    interrupted = threading.Event()
    ours = (
        threading.current_thread() is threading.main_thread()
        and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    )

    def handle(number: int, frame: FrameType | None) -> None:
        if interrupted.is_set():
            raise KeyboardInterrupt
        interrupted.set()

    if ours:
        signal.signal(signal.SIGINT, handle)
    try:
        yield interrupted
    finally:
        if ours:
            signal.signal(signal.SIGINT, signal.default_int_handler)
