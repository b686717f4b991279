"""Progress: a bar in a terminal or a notebook, a few plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from html import escape
from math import inf
from typing import TYPE_CHECKING

from glassnet.learning.run import Callback, Run
from glassnet.text import printable

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

LEAST = len("cost 1.234e-05")  # letters that the first number needs
PLAIN_SECONDS = 2.0  # between two plain lines
NOTEBOOK_SECONDS = 0.1  # between two changes of a notebook's bar
BAR_WIDTH = 16
AROUND_BAR = len("epoch ") + BAR_WIDTH + len("  left -:--:--") + 1  # a terminal's line without epochs and costs


class Progress(Callback):
    """Shows epoch, costs, metrics and the time left: a bar in a terminal and in a notebook, a few lines elsewhere.

    Args:
        console: a rich console; None makes one on standard error.

    >>> from glassnet import Callback
    >>> isinstance(Progress(), Callback)
    True
    """

    every_epoch = False

    def __init__(self, console: Console | None = None) -> None:
        self._console = console
        self._view: Callback | None = None

    def on_train_begin(self, run: Run) -> None:
        from rich.console import Console

        # IPython is where it was imported: no notebook runs without it
        shell = None if self._console or "IPython" not in sys.modules else sys.modules["IPython"].get_ipython()
        console = self._console or Console(stderr=True)
        if shell is not None and hasattr(shell, "kernel"):
            self._view = NotebookBar()
        else:
            self._view = TerminalBar(console) if console.is_terminal else PlainLines(console)
        self._view.on_train_begin(run)

    def on_chunk_end(self, run: Run) -> None:
        if self._view is not None:
            self._view.on_chunk_end(run)

    def on_epoch_end(self, run: Run) -> None:
        if self._view is not None:
            self._view.on_epoch_end(run)

    def on_train_end(self, run: Run) -> None:
        if self._view is not None:
            self._view.on_train_end(run)

    def on_train_broken(self, run: Run) -> None:
        if self._view is not None:
            self._view.on_train_broken(run)


class TerminalBar(Callback):
    """One line that changes."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bar: Bar | None = None
        self._task: TaskID | None = None

    def on_train_begin(self, run: Run) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
        from rich.table import Column

        columns = [
            TextColumn("epoch"),
            MofNCompleteColumn(),
            BarColumn(BAR_WIDTH),
            TextColumn("{task.description}", table_column=Column(no_wrap=True), markup=False),
            TextColumn("{task.fields[clock]}"),
            TimeRemainingColumn(elapsed_when_finished=True),
        ]
        if self._room(run) < LEAST:  # a narrow window: the numbers before the bar
            columns = [columns[1], columns[3]]
        self._bar = Progress(*columns, console=self._console)
        self._task = self._bar.add_task("", total=run.until, completed=run.state.epoch, clock="left")
        self._bar.start()

    def on_chunk_end(self, run: Run) -> None:
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=run.state.epoch + run.state.rows_done / run.plan.examples)

    def on_epoch_end(self, run: Run) -> None:
        if self._bar is not None and self._task is not None:
            room = self._room(run)
            room += AROUND_BAR if room < LEAST else 0
            self._bar.update(self._task, completed=run.state.epoch, description=described(run, room))

    def on_train_end(self, run: Run) -> None:
        done = run.state.epoch
        if self._bar is not None and self._task is not None and done:  # what was stopped early has no time left
            self._bar.update(self._task, completed=done, total=done, clock="took")
        self.on_train_broken(run)

    def on_train_broken(self, run: Run) -> None:
        if self._bar is not None:
            self._bar.stop()  # restores the cursor
            self._bar = None

    def _room(self, run: Run) -> int:
        """Characters left after epochs, bar and time: a longer line would push these out of the window."""
        return self._console.width - len(f"{run.until}/{run.until} ") - AROUND_BAR


class PlainLines(Callback):
    """A line every few seconds, where nothing can change once it is printed."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._printed, self._epoch = -inf, 0  # when, and after which epoch, the last line was printed

    def on_epoch_end(self, run: Run) -> None:
        if time.monotonic() - self._printed > PLAIN_SECONDS:
            self._line(run)

    def on_train_end(self, run: Run) -> None:
        if run.state.epoch > self._epoch:
            self._line(run)

    def _line(self, run: Run) -> None:
        self._printed, self._epoch = time.monotonic(), run.state.epoch
        line = f"epoch {run.state.epoch}/{run.until}  {described(run)}"
        self._console.print(line, highlight=False, soft_wrap=True, markup=False)


class NotebookBar(Callback):
    """One output of a cell that changes: HTML, and text where a page shows no HTML."""

    def on_train_begin(self, run: Run) -> None:
        from IPython.display import display

        self._shown = time.monotonic()
        self._handle = display(self._bundle(run), raw=True, display_id=True)  # type: ignore[no-untyped-call]

    def on_epoch_end(self, run: Run) -> None:
        if time.monotonic() - self._shown > NOTEBOOK_SECONDS:
            self._update(run)

    def on_train_end(self, run: Run) -> None:
        self._update(run)

    def on_train_broken(self, run: Run) -> None:
        self._update(run)

    def _update(self, run: Run) -> None:
        self._shown = time.monotonic()
        self._handle.update(self._bundle(run), raw=True)

    def _bundle(self, run: Run) -> dict[str, str]:
        done, until = run.state.epoch, run.until
        words = f"epoch {done}/{until}  {described(run) if done else ''}".rstrip()
        bar = f'<progress value="{done}" max="{until}" aria-label="epochs"></progress>'
        return {"text/plain": words, "text/html": f"{bar} <code>{escape(words)}</code>"}


def described(run: Run, room: float = inf) -> str:
    """The last epoch in short: costs first, then metrics, as many as fit into ``room`` characters."""
    last = run.history.last()
    names = sorted(set(last) - {"learning_rate", "seconds"}, key=lambda name: (not name.endswith("cost"), name))
    text = ""
    for name in names:
        longer = f"{text}{'  ' if text else ''}{printable(name.replace('_', ' '))} {last[name]:.4g}"
        if len(longer) > room:
            break
        text = longer
    return text
