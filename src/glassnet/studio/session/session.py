"""The session of one pupil: messages come in, views go out. It may be used from several threads at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from glassnet.studio import limits
from glassnet.studio.beginning import begins_with
from glassnet.studio.exports.run_file import Opened, open_bytes
from glassnet.studio.leaving import Download
from glassnet.studio.session import changes, learning, links, looking, moves
from glassnet.studio.session.actions import doing, perform
from glassnet.studio.session.clock import Clock
from glassnet.studio.session.later import Later
from glassnet.studio.session.links import reopen
from glassnet.studio.session.run import Run
from glassnet.studio.session.selection import Selection
from glassnet.studio.session.setup import Setup
from glassnet.studio.session.view import View
from glassnet.studio.session.viewer import Shown, Viewer
from glassnet.studio.session.workbench import Workbench
from glassnet.studio.session.worker import Worker
from glassnet.studio.words import word

if TYPE_CHECKING:
    from glassnet.data.source import TableLike

CHUNK = 0.05  # seconds of training between two looks
GLANCE = 0.25  # seconds that need no word
PACES = {"operation": 0.8, "example": 0.5, "batch": 0.12}  # seconds between two steps of a clock that plays


class Session:
    """What one pupil has: runs, a clock, a selection; thread-safe.

    Args:
        notify: called, from any thread, when there may be something new to be sent.
        model: a trained model to look into, with its table. data: that, or a table to learn; None begins with a lesson.

    Raises:
        GlassnetError: a model without its table, or a table that cannot be learned.

    >>> session = Session(lambda: None)
    >>> session.view().next_operation.key
    'z1[1]'
    >>> session.receive({"do": "answer", "number": 0, "text": "0,7"})
    >>> session.view().next_operation.key
    'z2[1]'
    >>> session.close()
    """

    def __init__(self, notify: Callable[[], None], model: object = None, data: TableLike | None = None) -> None:
        self.notify, self._lock = notify, threading.RLock()  # for changes of the desk; looking takes no lock
        self._doing, self._since = "", 0.0
        self._worker, self.later = Worker(self._tick), Later(self.refresh)
        self._bench = Workbench(self._worker.wake, begins_with(model, data), self.later)
        if isinstance(model, Opened):
            reopen(self._bench, model)
        self._show()

    @contextmanager
    def _changing(self, doing: str = "") -> Iterator[Workbench]:
        """The desk for one who changes it; what came of that is shown at the end.

        Args:
            doing: what takes long, the end of ``doing.`` in the table of words.
        """
        with self._lock:
            self._since, self._doing = time.monotonic(), doing
            try:
                yield self._bench
            finally:
                self._doing = ""
                self._show()
        self.notify()

    def _show(self) -> None:
        self._shown = Shown(self._bench.view(), *self._bench.said)

    def receive(self, message: Mapping[str, object]) -> None:
        """Do what a message asks for.

        Raises:
            GlassnetError: one sentence; nothing has changed.
        """
        with self._changing(doing(message)) as bench:
            before = bench.kept()
            try:
                perform(bench, message)
                _ = bench.view().trace  # what cannot be shown is refused
            except BaseException:
                bench.put_back(before)
                raise

    @property
    def changed(self) -> bool:
        """Whether there is a run worth keeping: one that has learned, or was edited."""
        return any(run.reached or run.setup.edits for run in self.view().runs.values())

    def view(self) -> View:
        """What is on the desk now; the same object until something changes."""
        return self._shown.view

    def refresh(self) -> None:
        """Something is there that was waited for."""
        with self._changing() as bench:
            bench.refresh()

    def viewer(self) -> Viewer:
        """A tab's own view."""
        return Viewer(self._now)

    def _now(self) -> Shown:
        doing = self._doing if time.monotonic() - self._since > GLANCE else ""
        return self._shown._replace(doing=doing)

    def leave(self, kind: str) -> Download:
        """Something to take along.

        Raises:
            UnknownName: there is none of that kind. GlassnetError: it cannot be made of what is on the screen.
        """
        from glassnet.studio.exports.kinds import KINDS

        return KINDS[kind[:40]].leave(self.view())

    def upload(self, name: str, data: bytes) -> None:
        """Learn a table of the pupil's own, or open a run that was taken along.

        Raises:
            GlassnetError: it is neither a table that can be learned nor a run.
        """
        limits.UPLOAD.check(len(data))
        with self._changing("file") as bench:
            if (found := open_bytes(data)) is not None:
                reopen(bench, found)
                return
            from glassnet.studio.tables import dropped

            setup = Setup("own", "", own=dropped(name, data))
            bench.pause()
            bench.begin_setup(setup, Clock())
            bench.move(lesson="", answers={}, selection=Selection())
            bench.say(word("said.rows", title=setup.chosen.title, rows=f"{len(setup.table.X):,}"))

    def close(self) -> None:
        """Stop training; nothing is kept. What is being computed is waited for only a moment."""
        self._worker.close()
        self.later.close()

    # -- time --------------------------------------------------------------------------------------------------------

    def _tick(self) -> float | None:
        """One step of a clock that plays: training of epochs outside the lock, so that messages are heard."""
        bench = self._bench
        with self._lock:
            if not bench.desk.clock.playing:
                return None
            grain, run = bench.desk.clock.grain, bench.run
            if grain != "epoch":
                with self._changing():
                    moves.move(bench, 1)
                    self._rest(run)
        if grain == "epoch":
            self._train(run)
        return PACES.get(grain, 0.02)

    def _train(self, run: Run) -> None:
        """A chunk of epochs: few at first, so that a beginning can be watched; all there is time for with a goal."""
        bench = self._bench
        with self._lock:
            step, goal, begun = bench.desk.clock.step, bench.desk.goal, bench.begun
        if step < run.reached and not goal:
            reached = min((step // run.per_epoch + 1) * run.per_epoch, run.reached)
        else:
            wanted = (goal - run.reached) // run.per_epoch if goal else int(time.monotonic() - begun)
            reached = run.train(max(1, wanted), CHUNK)
        with self._changing():
            if bench.desk.clock.playing and bench.desk.run == run.number:
                bench.move(clock=replace(bench.desk.clock, step=reached, operation=None))
                self._rest(run)

    def _rest(self, run: Run) -> None:
        """Stand still where there is nothing more to do."""
        bench = self._bench
        step, goal = bench.desk.clock.step, bench.desk.goal
        if run.error or step >= run.last or (goal and step >= goal):
            bench.pause()
            said = word("said.step", step=f"{step:,}", epoch=f"{step // run.per_epoch:,}")
            bench.say(run.error or said)


ACTED = (changes, learning, links, looking, moves)  # their functions are the table of actions
