"""A run: one training that can be gone on with, looked at after any of its steps, and branched there."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import TypeVar

from glassnet.errors import Diverged, InvalidInput
from glassnet.glass.compare_runs import Difference, first_difference
from glassnet.glass.notation import parameters_named
from glassnet.glass.scenes.network.structure import Structure
from glassnet.glass.tracing.trace import trace
from glassnet.learning.run import Callback
from glassnet.learning.run import Run as Training
from glassnet.learning.states.paused import Paused
from glassnet.learning.states.recorder import StateRecorder
from glassnet.learning.training import DIVERGED
from glassnet.studio.data import Data
from glassnet.studio.session.setup import Edit, Setup

T = TypeVar("T")
PATIENCE = 4.0  # seconds that a pupil waits for a step that is far away
CHUNK = 0.1  # seconds of training in which the page cannot look
BUDGET = 8_000_000  # bytes of kept states a run; the studio keeps at most eight runs


class Enough(Callback):
    """Ends a chunk of training after so many seconds; what it left undone is done by the next."""

    every_epoch = False

    def __init__(self, seconds: float) -> None:
        self.end = time.monotonic() + seconds

    def on_chunk_end(self, run: Training) -> None:
        if time.monotonic() >= self.end:
            run.ask_to_stop("enough for now")


class Run:
    """One training.

    Args:
        number: from 1, as people count.
        setup: what it is made of.
        live: the training itself, which goes on.
        parent: the run that it branched from, which knows the steps before.

    Attributes:
        reached: the last step that was looked at or trained to; the engine may be ahead, by the rest of an epoch.
        error: why it ended, where a number was not finite.
    """

    def __init__(self, number: int, setup: Setup, live: Paused, parent: Run | None = None) -> None:
        self.number, self.setup, self.parent, self.error = number, setup, parent, ""
        self._end = 0  # of a training that diverged
        self.recorder, self.lock = StateRecorder(BUDGET), threading.RLock()
        self.plan, self.network, self.rows, self._live = live.plan, live.plan.network, live.rows, live
        self.drawn: dict[bool, Structure] = {}  # the network's picture, laid out: with all numbers or without
        self.operations = 0  # of a step, once they were counted
        self._known: tuple[int, dict[Hashable, object]] = -1, {}  # of the step that was looked at last
        live.train(callbacks=[self.recorder], epochs=0)  # the first state is recorded
        self.reached = live.state.step

    @classmethod
    def of(cls, number: int, setup: Setup) -> Run:
        """A new run before its first step, and its branches where numbers were set by hand."""
        run = cls(number, replace(setup, edits=()), setup.start())
        for edit in setup.edits:
            run = run.branch(number, edit)
        return run

    @property
    def table(self) -> Data:
        """The rows, with their names and lanes."""
        return self.setup.table

    @property
    def first(self) -> int:
        """The step that it begins at: 0, or where it branched."""
        return self.recorder.first

    @property
    def per_epoch(self) -> int:
        """Steps in an epoch."""
        return self.plan.steps_per_epoch

    @property
    def last(self) -> int:
        """The last step that it may ever have."""
        return self._end if self.error else self.plan.total_steps

    @property
    def history(self) -> dict[str, list[float]]:
        """What was recorded of each epoch that was reached."""
        with self.lock:
            epochs = self.reached // self.per_epoch
            return {name: column[:epochs] for name, column in self._live.state.history.items() if name != "seconds"}

    def at(self, step: int) -> Paused:
        """The training after so many steps, in a state of its own."""
        with self.lock:
            if step < self.first and self.parent is not None:
                return self.parent.at(step)
            self.advance(step)
            return self.recorder.at(step)

    def once(self, step: int, name: Hashable, compute: Callable[[], T]) -> T:
        """What ``compute`` gives of a step, computed once for all that is looked at there.

        Args:
            step: its number.
            name: what else it depends on.
            compute: makes it.
        """
        at, known = self._known
        if at != step:
            known = {}
            self._known = step, known
        if name not in known:
            known[name] = compute()
        return known[name]  # type: ignore[return-value]

    def advance(self, step: int) -> int:
        """Train until so many steps are done, it ends, or a few seconds are over.

        Returns:
            The step that it came to.
        """
        end = time.monotonic() + PATIENCE
        while self.recorder.last < min(step, self.last) and not self.error and time.monotonic() < end:
            with self.lock:
                epochs = 1 + (min(step, self.last) - self.recorder.last) // self.per_epoch
                self._train(max(epochs, 1), min(CHUNK, end - time.monotonic()))
            time.sleep(0.001)  # or who looks at this run would hardly ever get the lock
        with self.lock:
            found = min(step, self.recorder.last, self.last)
            self.reached = max(self.reached, found)
            return found

    def train(self, epochs: int, seconds: float) -> int:
        """Train for some epochs or seconds, whichever is over first.

        Returns:
            The step that it came to.
        """
        with self.lock:
            if not self.error:
                self._train(epochs, seconds)
            self.reached = min(self.recorder.last, self.last)
            return self.reached

    def _train(self, epochs: int, seconds: float) -> None:
        outcome = self._live.train(callbacks=[self.recorder, Enough(seconds)], epochs=epochs)
        if outcome.ending == DIVERGED:
            self._end = self._last_finite()
            self.error = str(outcome.error)

    def _last_finite(self) -> int:
        """The last step that can be taken apart: a number of the next one is not finite."""
        for step in range(self.recorder.last, self.first, -1):
            with suppress(Diverged):
                trace(self.recorder.at(step))
                return step
        return self.first

    def branch(self, number: int, edit: Edit) -> Run:
        """The run that goes on from a step with one number set by hand.

        Raises:
            InvalidInput: no single parameter has that key.
        """
        if edit.step < self.first and self.parent is not None:  # the run that knows the step is what it leaves
            return self.parent.branch(number, edit)
        paused = self.at(edit.step)
        at = parameters_named(self.network.layout, edit.key)
        if len(at) > 1:
            raise InvalidInput(f"{edit.key} is more than one number", f"{len(at)}", "choose one, such as w12[1]")
        paused.state.theta[at[0]] = edit.value
        edits = (*(one for one in self.setup.edits if one.step <= edit.step), edit)
        return Run(number, replace(self.setup, edits=edits), paused, self)

    def line(self) -> Iterator[Run]:
        """Itself, then the runs it branched from."""
        run: Run | None = self
        while run is not None:
            yield run
            run = run.parent


def where_they_part(one: Run, other: Run) -> Difference | None:
    """The first step after which two runs of one network differ; None where they do not, as far as both went."""
    if one.network.layout.places != other.network.layout.places:
        return None
    if len(one.plan.optimizer.slots) != len(other.plan.optimizer.slots):
        return None
    ends = sorted({run.first for run in (*one.line(), *other.line())})
    for begin in ends:
        a, b = (next(run for run in both.line() if run.first <= begin) for both in (one, other))
        if a is not b and (found := first_difference(a.recorder, b.recorder)):
            return found
    return None
