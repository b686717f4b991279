"""The recorder of a training's states: every step can be looked at again, to the bit, within a budget of bytes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from glassnet.arrays import Array
from glassnet.engines.state import State
from glassnet.errors import InvalidInput
from glassnet.learning.run import Callback, Run
from glassnet.learning.states.paused import Paused, copy_of

BUDGET = 64_000_000  # bytes


class StateRecorder(Callback):
    """Keeps states of a training now and then, and finds any other by training on from the one before it.

    Several times a second a state is kept. Where they come to more than the budget, every second is dropped, and from
    then on half as many are kept: so the way from a kept state to any other grows with the training, its memory not.
    The first is always kept, whatever it takes. Watching changes no bit. The rows are not copied: leave them as they
    are. What other callbacks do to the state is not done again.

    Args:
        budget: bytes that the kept states may take.

    Attributes:
        first, last: the steps done before the first recorded state, and at the end; -1 before a training.

    >>> import numpy as np
    >>> from glassnet import Dense, Network, Plan, Rows, State, train
    >>> plan, states = Plan(Network(1, [Dense(1)]), examples=40, batch_size=10, epochs=3), StateRecorder()
    >>> X = np.linspace(-1, 1, 40).reshape(-1, 1)
    >>> _ = train(plan, State.new(plan), Rows(X, X**2), callbacks=[states])
    >>> states.last, states.at(5).state.epoch, states.at(5).batch.shape
    (12, 1, (10,))
    """

    every_epoch = False

    def __init__(self, budget: int = BUDGET) -> None:
        self.budget, self.first, self.last = budget, -1, -1
        self._start()

    def _start(self) -> None:
        self._kept: list[State] = []
        self._every, self._count = 1, 0
        self._run: Run | None = None
        self._cursor: Paused | None = None

    def on_train_begin(self, run: Run) -> None:
        if run.stream is not None:
            what = "steps on rows that do not fit in memory cannot be taken again from a recorded state"
            raise InvalidInput(what, remedy="leave the recorder out, or train on a part of the rows")
        goes_on = self._run is not None and self._run.state is run.state and self._run.plan is run.plan
        if not (goes_on and run.state.step == self.last):
            self._start()
            self.first = run.state.step
        self._run = run
        self._record(run)

    def on_chunk_end(self, run: Run) -> None:
        self._record(run)

    def on_train_end(self, run: Run) -> None:
        self._record(run)

    def _record(self, run: Run) -> None:
        self.last = run.state.step
        if self._kept and (self._kept[-1].step, self._kept[-1].epoch) == (run.state.step, run.state.epoch):
            return
        if self._count % self._every == 0:
            self._kept.append(copy_of(replace(run.state, history={})))  # which the run has
        self._count += 1
        while self.bytes > self.budget and len(self._kept) > 1:
            self._kept, self._every = self._kept[::2], 2 * self._every

    @property
    def bytes(self) -> int:
        """What the kept states take."""
        arrays = {id(array): array.nbytes for state in self._kept for array in _arrays(state)}
        return sum(arrays.values())

    @property
    def kept(self) -> list[int]:
        """The steps whose states are kept; any other is at most a few of these away."""
        return [state.step for state in self._kept]

    def at(self, step: int) -> Paused:
        """The training after ``step`` steps, in a state of its own.

        Args:
            step: from ``first`` to ``last``.

        Raises:
            InvalidInput: no such step was recorded.
        """
        if self._run is None or not self.first <= step <= self.last:
            seen = f"step {step:,}" if self._run is None else f"{step:,}, recorded are {self.first:,} to {self.last:,}"
            raise InvalidInput("that step of the training was not recorded", seen, "pass it to train() as a callback")
        paused = self._before(step)
        paused.go_to(step)
        self._cursor = replace(paused, state=copy_of(paused.state))  # the next question is mostly about the next step
        return paused

    def _before(self, step: int) -> Paused:
        """The training at the latest known state that is not beyond ``step``."""
        assert self._run is not None
        known = next(state for state in reversed(self._kept) if state.step <= step)
        cursor = self._cursor
        if cursor is not None and known.step < cursor.state.step <= step:
            return replace(cursor, state=copy_of(cursor.state))
        history = self._run.state.history if known.epoch else {}
        past = {name: column[: known.epoch] for name, column in history.items()}
        return replace(Paused.of(self._run), state=copy_of(replace(known, history=past)))


def _arrays(state: State) -> Iterator[Array]:
    yield from (state.theta, state.running, state.slots)
    if state.best is not None and state.best.theta is not None and state.best.running is not None:
        yield from (state.best.theta, state.best.running)
    for pair in state.curvature.pairs if state.curvature else ():
        yield from pair[:2]
