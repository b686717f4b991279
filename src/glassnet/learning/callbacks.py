"""Callbacks: called during training, without changing its result."""

from __future__ import annotations

import time
from collections.abc import Callable

from glassnet.learning.run import Callback, Run

__all__ = ["AfterEpoch", "Callback", "TimeLimit"]


class AfterEpoch(Callback):
    """A function of the run as a callback, called after each epoch."""

    def __init__(self, function: Callable[[Run], object]) -> None:
        self.function = function

    def on_epoch_end(self, run: Run) -> None:
        self.function(run)


class TimeLimit(Callback):
    """Stop after a number of seconds of training.

    Args:
        seconds: in total; a resumed training counts those before it was stopped.

    >>> TimeLimit(60).seconds
    60
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def on_train_begin(self, run: Run) -> None:
        self._end = time.monotonic() + self.seconds - run.state.seconds

    def on_chunk_end(self, run: Run) -> None:
        if time.monotonic() >= self._end:
            run.ask_to_stop(f"the time limit of {self.seconds:g} s is over")
