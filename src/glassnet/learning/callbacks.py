"""Callbacks: what happens around training without changing it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from glassnet.learning.run import Run


class Callback:
    """Something told how training goes; override what you need. ``run.ask_to_stop(reason)`` ends the training.

    ``run.plan`` is what is trained, ``run.state`` where it stands, ``run.history`` what was recorded.
    """

    def on_train_begin(self, run: Run) -> None:
        """Before the first step."""

    def on_chunk_end(self, run: Run) -> None:
        """After some whole steps, several times a second."""

    def on_epoch_end(self, run: Run) -> None:
        """After each epoch, its history recorded."""

    def on_train_end(self, run: Run) -> None:
        """After the last step, also where training was stopped or diverged."""

    def on_train_broken(self, run: Run) -> None:
        """When an error or a second Ctrl-C leaves the training, perhaps in the middle of a step: let go of all."""


class AfterEpoch(Callback):
    """A plain function of the run as a callback, called after each epoch."""

    def __init__(self, function: Callable[[Run], object]) -> None:
        self.function = function

    def on_epoch_end(self, run: Run) -> None:
        self.function(run)


class TimeLimit(Callback):
    """Stop after so many seconds of training.

    Args:
        seconds: counted over all sessions of a resumed training.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def on_train_begin(self, run: Run) -> None:
        self._end = time.monotonic() + self.seconds - run.state.seconds

    def on_chunk_end(self, run: Run) -> None:
        if time.monotonic() >= self._end:
            run.ask_to_stop(f"the time limit of {self.seconds:g} s is over")
