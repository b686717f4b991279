"""Progress over several trainings at once: one bar, of the work of all of them together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf
from threading import Lock
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from glassnet.engines.plan import Plan
from glassnet.learning.progress import Progress
from glassnet.learning.run import Callback, Run

if TYPE_CHECKING:
    from rich.console import Console


class ProgressOfAll(Callback):
    """Shows how much of all trainings is done, in epochs, and the lowest cost of the rows held out so far.

    A network counts by its size, so that the time left is that of the work left; one that stops early is done.

    Args:
        plans: a function that gives those of all trainings, asked when the first begins.
        console: a rich console; None makes one on standard error.
    """

    every_epoch = False

    def __init__(self, plans: Callable[[], Sequence[Plan]], console: Console | None = None) -> None:
        self._plans, self._view, self._lock = plans, Progress(console), Lock()
        self._done: dict[int, float] = {}  # the work of each training, by its state
        self._lowest = inf
        self._left = self._work = self._epochs = 0

    def on_train_begin(self, run: Run) -> None:
        with self._lock:
            first = not self._done
            if first:
                plans = self._plans()
                self._left, self._epochs = len(plans), sum(plan.epochs for plan in plans)
                self._work = sum(plan.epochs * plan.network.size for plan in plans)
            self._note(run)
            if first:
                self._view.on_train_begin(self._sum(run))

    def on_chunk_end(self, run: Run) -> None:
        self._tell(run, self._view.on_chunk_end)

    def on_epoch_end(self, run: Run) -> None:
        costs = run.history.columns.get("validation_cost", ())
        self._lowest = min([self._lowest, *costs[-1:]])
        self._tell(run, self._view.on_epoch_end)

    def on_train_end(self, run: Run) -> None:
        self._left -= 1
        self._tell(run, self._view.on_chunk_end if self._left else self._view.on_train_end, ended=True)

    def on_train_broken(self, run: Run) -> None:
        self._tell(run, self._view.on_train_broken)

    def _tell(self, run: Run, view: Callable[[Any], None], ended: bool = False) -> None:
        with self._lock:
            self._note(run, ended)
            view(self._sum(run))

    def _note(self, run: Run, ended: bool = False) -> None:
        epochs = run.plan.epochs if ended and not run.interrupted.is_set() else run.state.epoch
        self._done[id(run.state)] = run.plan.network.size * (epochs + run.state.rows_done / run.plan.examples)

    def _sum(self, run: Run) -> Any:
        """All trainings as if they were one."""
        done = min(self._epochs, int(self._epochs * sum(self._done.values()) / max(self._work, 1)))
        last = run.history.last() if self._lowest == inf else {"lowest validation cost": self._lowest}
        state, history = SimpleNamespace(epoch=done, rows_done=0), SimpleNamespace(last=lambda: last)
        return SimpleNamespace(state=state, until=self._epochs, plan=run.plan, history=history)
