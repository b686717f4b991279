"""Saving several trainings to one checkpoint while they run side by side, each between two of its own steps."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

from glassnet.learning.blending.checkpoints import Training, save_trainings
from glassnet.learning.checkpointing import CheckpointFile, Saved, Write
from glassnet.learning.run import Callback, Run


class CheckpointingOfAll(Callback):
    """One callback of all the trainings. None waits for another: each hands in a copy of its state when a save is due,
    the last of them writes the file. A training that has not begun, or has ended, does not change and needs no copy.

    Args:
        file: where to.
        trainings: all of them, as they stand before the first step.
        about: plain JSON data to store with them.
        seconds: the least time between two saves.
        spent: seconds of training before a resumed one was stopped.
    """

    every_epoch = False

    def __init__(
        self,
        file: CheckpointFile,
        trainings: Sequence[Training],
        about: Mapping[str, Any],
        seconds: float = 30.0,
        spent: float = 0.0,
    ) -> None:
        self.file, self.about, self.seconds = file, about, seconds
        self._trainings, self._spent = trainings, spent
        self._lock, self._running, self._left = Lock(), set[int](), len(trainings)
        self._copies: dict[int, Training] = {}
        self._broken = False
        self._begun = self._last = time.monotonic()

    def begin(self) -> None:
        """The first save: it raises where the file cannot be written, or would replace what is not a checkpoint."""
        self.file.begin(*self._all())

    def on_train_begin(self, run: Run) -> None:
        with self._lock:
            self._running.add(self._number(run))

    def on_chunk_end(self, run: Run) -> None:
        with self._lock:
            number = self._number(run)
            if time.monotonic() - self._last >= self.seconds and number not in self._copies:
                plan, state, keep = self._trainings[number]
                self._copies[number] = Training(plan, state.copy(), keep.copy())
            self._save_where_complete()

    def on_train_end(self, run: Run) -> None:
        with self._lock:
            self._running.discard(self._number(run))
            self._copies.pop(self._number(run), None)
            self._left -= 1
            if self._left:
                self._save_where_complete()
            elif not self._broken:
                self.file.try_to_save(*self._all())
            if not self._left:
                self.file.close()

    def on_train_broken(self, run: Run) -> None:
        """Perhaps in the middle of a step: nothing is saved any more."""
        self._broken = True
        self.file.close()

    def _save_where_complete(self) -> None:
        self.file.done = sum(training.state.step for training in self._trainings)
        if self._copies and not self._broken and self._running == self._copies.keys():
            self.file.try_to_save(*self._all())

    def _all(self) -> tuple[Write, Saved]:
        """What writes the trainings, and how far they are."""
        now = time.monotonic()
        trainings = [self._copies.get(number, training) for number, training in enumerate(self._trainings)]
        about = {**self.about, "seconds": self._spent + now - self._begun}
        self._last, self._copies = now, {}
        saved = Saved(*(sum(getattr(one.state, name) for one in trainings) for name in ("epoch", "step")))

        def write(place: Path, like: Path | None) -> None:
            save_trainings(place, trainings, about, like)

        self.file.done = sum(training.state.step for training in self._trainings)
        return write, saved

    def _number(self, run: Run) -> int:
        return next(i for i, training in enumerate(self._trainings) if training.state is run.state)
