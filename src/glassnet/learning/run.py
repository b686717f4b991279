"""A run: one training under way, and the callbacks that are notified of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from glassnet.arrays import Array
from glassnet.engines.choice import Choice
from glassnet.engines.engine import Engine
from glassnet.engines.judging import Judge
from glassnet.engines.plan import Plan, Rows
from glassnet.engines.state import State
from glassnet.learning.history import History
from glassnet.learning.interrupts import Interrupt
from glassnet.learning.metrics import Metric
from glassnet.learning.stopping import Stopping

if TYPE_CHECKING:
    from glassnet.learning.streaming.stream import Stream


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
        stream: where the rows of the training are too many for memory: ``rows`` are some of them, to judge it by.
        reason: why it is to end, once there is a reason; ``converged`` where the reason is that nothing is left to do.
        recorded_seconds: those of the epochs in the history.
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
    stream: Stream | None = None
    reason: str = ""
    converged: bool = False
    interrupted: Interrupt = field(default_factory=Interrupt)
    recorded_seconds: float = field(init=False)
    _asked: bool = False

    def __post_init__(self) -> None:
        state, seconds = self.state, self.state.history.get("seconds", ())
        # Of an epoch begun before, its seconds so far are not in the history yet.
        self.recorded_seconds = sum(each for each in seconds if each >= 0) if state.rows_done else state.seconds

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

    def pieces(self) -> Iterator[tuple[Rows, Array]]:
        """What is left of the present epoch: rows, and the order of those that are still to be visited."""
        if self.stream is not None:
            return self.stream.rest(self.plan, self.state, self.until)
        return iter([(self.rows, self.engine.order(self.state)[self.state.rows_done :])])

    @property
    def followed(self) -> bool:
        """True where a callback looks at each epoch."""
        return any(
            callback.every_epoch and type(callback).on_epoch_end is not Callback.on_epoch_end
            for callback in self.callbacks
        )

    @property
    def pause(self) -> int:
        """The next epoch after which a callback wants to be called, at most ``until``."""
        wanted = (epoch for callback in self.callbacks for epoch in callback.at_epochs if epoch > self.state.epoch)
        return min([self.until, *wanted])

    @cached_property
    def judges(self) -> dict[str, Judge]:
        """The rows judged after each epoch, by the prefix of their columns in the history."""
        training = {"": Judge(self.rows)} if self.judge_training and self.metrics else {}
        return training if self.validation is None else training | {"validation_": Judge(self.validation)}

    def notify(self, event: str) -> None:
        """Call ``event`` of every callback."""
        for callback in self.callbacks:
            getattr(callback, event)(self)


class Callback:
    """What is called while training goes on; override what you need. ``run.ask_to_stop(reason)`` ends the training.

    ``run.plan`` is what is trained, ``run.state`` where it stands, ``run.history`` what was recorded. ``every_epoch =
    False`` says that it is enough to call ``on_epoch_end`` a few times a second, and after the ``at_epochs`` that it
    names: short epochs are faster together.

    >>> class Count(Callback):
    ...     epochs = 0
    ...
    ...     def on_epoch_end(self, run):
    ...         self.epochs += 1
    >>> Count().epochs
    0
    """

    every_epoch: ClassVar[bool] = True
    travels: ClassVar[bool] = False  # with the training to another process and back, all that it knows
    at_epochs: Sequence[int] = ()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

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
