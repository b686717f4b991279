"""A training paused between two steps: all that it needs to take the next one, or to go on another way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from glassnet.arrays import Array
from glassnet.engines.choice import choose
from glassnet.engines.epoch_order import order_of
from glassnet.engines.plan import Plan, Rows
from glassnet.engines.state import State
from glassnet.learning.metrics import Metric
from glassnet.learning.run import Callback, Run
from glassnet.learning.stopping import Stopping
from glassnet.learning.training import Outcome, train
from glassnet.network.parameters import Parameters


@dataclass(frozen=True, eq=False)
class Paused:
    """A training between two steps.

    Args:
        plan, state, rows: what is trained, where it stands, on what. The state is this object's own: change it, and
            :meth:`train` goes on from there, a branch.
        engine: the name of the one that trains.
        validation, metrics, judge_training, stopping: how it is judged, as for ``train``.

    >>> from glassnet import Dense, Network, StateRecorder
    >>> plan, states = Plan(Network(1, [Dense(1)]), examples=4, batch_size=2, epochs=3), StateRecorder()
    >>> _ = train(plan, State.new(plan), Rows(np.ones((4, 1)), np.ones(4)), callbacks=[states])
    >>> branch = states.at(3)
    >>> branch.parameters.b[1] = [0.5]
    >>> branch.train().ending, branch.state.step
    ('finished', 6)
    """

    plan: Plan
    state: State
    rows: Rows
    engine: str
    validation: Rows | None = None
    metrics: Sequence[Metric] = ()
    judge_training: bool = True
    stopping: Stopping | None = None

    @classmethod
    def of(cls, run: Run) -> Paused:
        """A run as it stands; its state is copied."""
        judged = run.validation, run.metrics, run.judge_training, run.stopping
        return cls(run.plan, copy_of(run.state), run.rows, run.engine.name, *judged)

    @property
    def parameters(self) -> Parameters:
        """Views into the state: what is assigned to them changes it."""
        return self.state.parameters(self.plan.network)

    @property
    def batch(self) -> Array:
        """The rows of the next step, by their numbers from 0."""
        if self.plan.optimizer.whole_batch:
            return np.arange(self.plan.examples)
        order = order_of(self.plan.examples, self.state.seed, self.state.epoch, self.plan.shuffle)
        return order[self.state.rows_done :][: self.plan.batch_rows]

    @property
    def left(self) -> int:
        """Steps to the end of the present epoch."""
        if self.plan.optimizer.whole_batch:
            return 1
        return -(-(self.plan.examples - self.state.rows_done) // self.plan.batch_rows)

    def train(self, callbacks: Sequence[Callback | Callable[[Run], object]] = (), epochs: int | None = None) -> Outcome:
        """Go on from the state, which changes.

        Args:
            callbacks, epochs: as for ``train``.
        """
        judging = {name: getattr(self, name) for name in ("validation", "metrics", "judge_training", "stopping")}
        return train(
            self.plan, self.state, self.rows, engine=self.engine, callbacks=callbacks, epochs=epochs, **judging
        )

    def go_to(self, step: int) -> None:
        """Take the steps until ``step`` are done, the very ones that training takes; whole epochs in one go."""
        each = 1 if self.plan.optimizer.whole_batch else self.plan.steps_per_epoch
        while self.state.step < step or not self.left:
            further = step - self.state.step - self.left
            if further >= 0:
                self.train(epochs=1 + further // each)
                continue
            m = (step - self.state.step) * self.plan.batch_rows
            engine = choose(self.plan, self.engine, self.rows.X).engine
            order = engine.order(self.state)
            engine.train(self.state, self.rows, order[self.state.rows_done :][:m])


def copy_of(state: State) -> State:
    """The same state in memory of its own."""
    own = {name: getattr(state, name).copy() for name in ("theta", "running", "slots")}
    return replace(state, **own, history={name: list(column) for name, column in state.history.items()})
