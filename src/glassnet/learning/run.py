"""A run: one training under way, the end of its epochs, and the callbacks that are notified of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import nan

from glassnet.engines.choice import Choice
from glassnet.engines.engine import Engine
from glassnet.engines.plan import Plan, Rows
from glassnet.engines.state import State
from glassnet.engines.whole_epochs import WholeEpochs
from glassnet.learning.history import History
from glassnet.learning.interrupts import Interrupt
from glassnet.learning.metrics import Metric
from glassnet.learning.stopping import Stopping
from glassnet.network.parameters import Parameters


@dataclass(repr=False)
class Run:
    """One training under way.

    Args:
        plan, state, rows: what is trained, where it stands, on what.
        choice: the engine and why it was chosen.
        validation: rows held out, or None.
        metrics: recorded after each epoch, on the training rows and on the validation rows.
        judge_training: False spares the metrics on the training rows.
        stopping: when to stop early, or None.
        callbacks: notified of how it goes.
        until: the epoch to end at.
        reason: why it is to end, once there is a reason; ``converged`` where the reason is that nothing is left to do.
    """

    plan: Plan
    state: State
    rows: Rows
    choice: Choice
    validation: Rows | None = None
    metrics: Sequence[Metric] = ()
    judge_training: bool = True
    stopping: Stopping | None = None
    callbacks: Sequence[Callback] = ()
    until: int = 0
    reason: str = ""
    converged: bool = False
    interrupted: Interrupt = field(default_factory=Interrupt)
    _asked: bool = False

    def __repr__(self) -> str:
        return f"<Run: epoch {self.state.epoch} of {self.until}, {self.plan.examples} rows, engine {self.engine.name}>"

    @property
    def engine(self) -> Engine:
        """The engine that trains."""
        return self.choice.engine

    @property
    def history(self) -> History:
        """What was recorded so far."""
        return History.of(self.state)

    def ask_to_stop(self, reason: str) -> None:
        """End the training after the present batch; the first reason given is kept."""
        self.reason = self.reason or reason
        self._asked = True

    def is_set(self) -> bool:
        """True where a stop was asked for; engines look here between two steps."""
        return self._asked or self.interrupted.is_set()

    @property
    def needs_every_epoch(self) -> bool:
        """True where something besides the cost is recorded or decided after each epoch."""
        watching = any(type(callback).on_epoch_end is not Callback.on_epoch_end for callback in self.callbacks)
        judging = self.validation is not None or (self.judge_training and bool(self.metrics))
        return watching or judging or (self.stopping is not None and self.stopping.of_the_cost() is None)

    def notify(self, event: str) -> None:
        """Call ``event`` of every callback."""
        for callback in self.callbacks:
            getattr(callback, event)(self)


def end_epoch(run: Run, cost: float) -> None:
    """Record the epoch and advance the state to the next one.

    Args:
        run: the training.
        cost: of the epoch, the mean over its steps.
    """
    state, entries = run.state, _entries(run, cost)
    for name in state.history | entries:  # what only some calls of `train` recorded has gaps
        state.history.setdefault(name, [nan] * state.epoch).append(entries.get(name, nan))
    state.epoch += 1
    state.examples += run.plan.examples
    state.rows_done, state.cost_sum, state.weight_sum = 0, 0.0, 0.0
    if run.stopping is not None:
        reason = run.stopping.judge(run.plan, state)
        if reason is not None:
            run.ask_to_stop(reason)
    run.notify("on_epoch_end")


def end_epochs(run: Run, done: WholeEpochs) -> None:
    """Record epochs that nothing looked at in between; the state has been advanced."""
    state, count = run.state, len(done.costs)
    columns = {"cost": done.costs, "learning_rate": done.rates, "seconds": done.seconds}
    for name in state.history | columns:
        column = state.history.setdefault(name, [nan] * (state.epoch - count))
        column += columns.get(name, [nan] * count)
    state.seconds += sum(done.seconds)
    if run.stopping is not None and (reason := run.stopping.verdict(state)):
        run.ask_to_stop(reason)


def _entries(run: Run, cost: float) -> dict[str, float]:
    """The epoch's entries of the history."""
    state = run.state
    parameters = state.parameters(run.plan.network)
    entries = {"cost": cost}
    if run.judge_training:
        entries |= _scores(run, parameters, "")
    if run.validation is not None:
        entries["validation_cost"] = run.engine.cost(parameters, run.validation)
        entries |= _scores(run, parameters, "validation_")
    entries["learning_rate"] = state.learning_rate(run.plan)
    entries["seconds"] = state.seconds - sum(state.history.get("seconds", ()))
    return entries


def _scores(run: Run, parameters: Parameters, prefix: str) -> dict[str, float]:
    """The metrics on the training rows, or with the prefix "validation_" on the validation rows."""
    rows = run.validation if prefix else run.rows
    if not run.metrics or rows is None:
        return {}
    predictions = run.engine.predict(parameters, rows.X)
    return {prefix + metric.name: metric.function(rows.Y, predictions, rows.weights) for metric in run.metrics}


class Callback:
    """What is called while training goes on; override what you need. ``run.ask_to_stop(reason)`` ends the training.

    ``run.plan`` is what is trained, ``run.state`` where it stands, ``run.history`` what was recorded.

    >>> class Count(Callback):
    ...     epochs = 0
    ...
    ...     def on_epoch_end(self, run):
    ...         self.epochs += 1
    >>> Count().epochs
    0
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
        """When an error or a second Ctrl-C aborts the training, perhaps in the middle of a step: release resources."""


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
