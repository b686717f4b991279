"""Progress: a bar in a terminal, a few plain lines elsewhere."""

from __future__ import annotations

import time
from math import inf
from typing import TYPE_CHECKING

from glassnet.learning.run import Callback, Run

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

PLAIN_SECONDS = 2.0  # between two plain lines
BAR_WIDTH = 16


class Progress(Callback):
    """Shows epoch, costs, metrics and the time left.

    Args:
        console: a rich console; None makes one on standard error.

    >>> from glassnet import Callback
    >>> isinstance(Progress(), Callback)
    True
    """

    every_epoch = False

    def __init__(self, console: Console | None = None) -> None:
        self._console = console
        self._bar: Bar | None = None
        self._task: TaskID | None = None
        self._printed, self._epoch = -inf, 0  # when, and after which epoch, the last plain line was printed

    def on_train_begin(self, run: Run) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
        from rich.table import Column

        self._console = self._console or Console(stderr=True)
        if not self._console.is_terminal:
            return
        self._bar = Progress(
            TextColumn("epoch"),
            MofNCompleteColumn(),
            BarColumn(BAR_WIDTH),
            TextColumn("{task.description}", table_column=Column(no_wrap=True)),
            TimeRemainingColumn(),
            console=self._console,
        )
        self._task = self._bar.add_task("", total=run.until, completed=run.state.epoch)
        self._bar.start()

    def on_chunk_end(self, run: Run) -> None:
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=run.state.epoch + run.state.rows_done / run.plan.examples)

    def on_epoch_end(self, run: Run) -> None:
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=run.state.epoch, description=described(run, self._room(run)))
        elif time.monotonic() - self._printed > PLAIN_SECONDS:
            self._line(run)

    def on_train_end(self, run: Run) -> None:
        if self._bar is None and run.state.epoch > self._epoch:
            self._line(run)
        self.on_train_broken(run)

    def on_train_broken(self, run: Run) -> None:
        if self._bar is not None:
            self._bar.stop()  # restores the cursor
            self._bar = None

    def _room(self, run: Run) -> int:
        """Characters left beside epochs, bar and time: a longer line would push these out of the window."""
        assert self._console is not None
        return self._console.width - len(f"epoch {run.until}/{run.until} ") - BAR_WIDTH - len("  -:--:--") - 1

    def _line(self, run: Run) -> None:
        assert self._console is not None
        self._printed, self._epoch = time.monotonic(), run.state.epoch
        line = f"epoch {run.state.epoch}/{run.until}  {described(run)}"
        self._console.print(line, highlight=False, soft_wrap=True)


def described(run: Run, room: float = inf) -> str:
    """The last epoch in short: costs first, then metrics, as many as fit into ``room`` characters."""
    last = run.history.last()
    names = sorted(set(last) - {"learning_rate", "seconds"}, key=lambda name: (not name.endswith("cost"), name))
    text = ""
    for name in names:
        longer = f"{text}{'  ' if text else ''}{name.replace('_', ' ')} {last[name]:.4g}"
        if len(longer) > room:
            break
        text = longer
    return text
