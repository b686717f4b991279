"""Progress over several trainings at once: one bar, of all their epochs together."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from glassnet.learning.progress import Progress
from glassnet.learning.run import Callback, Run

if TYPE_CHECKING:
    from rich.console import Console


class ProgressOfAll(Callback):
    """Shows how many of all epochs are done, and the costs of the network that was heard of last.

    Args:
        trainings, epochs: functions that say how many there are in all, asked when the first begins.
        console: a rich console; None makes one on standard error.
    """

    every_epoch = False

    def __init__(self, trainings: Callable[[], int], epochs: Callable[[], int], console: Console | None = None) -> None:
        self._trainings, self._epochs = trainings, epochs
        self._view, self._lock = Progress(console), Lock()
        self._done: dict[int, float] = {}
        self._left = 0

    def on_train_begin(self, run: Run) -> None:
        with self._lock:
            if not self._done:
                self._left = self._trainings()
                self._view.on_train_begin(self._sum(run))
            self._done[id(run)] = 0

    def on_chunk_end(self, run: Run) -> None:
        self._tell(run, self._view.on_chunk_end)

    def on_epoch_end(self, run: Run) -> None:
        self._tell(run, self._view.on_epoch_end)

    def on_train_end(self, run: Run) -> None:
        self._left -= 1
        self._tell(run, self._view.on_train_end if not self._left else self._view.on_chunk_end)

    def on_train_broken(self, run: Run) -> None:
        self._tell(run, self._view.on_train_broken)

    def _tell(self, run: Run, view: Callable[[Any], None]) -> None:
        with self._lock:
            self._done[id(run)] = run.state.epoch + run.state.rows_done / run.plan.examples
            view(self._sum(run))

    def _sum(self, run: Run) -> Any:
        """All trainings as if they were one."""
        state = SimpleNamespace(epoch=int(sum(self._done.values())), rows_done=0)
        return SimpleNamespace(state=state, until=self._epochs(), plan=run.plan, history=run.history)
