"""Trainings that run side by side take their steps together, each in a place of one stack.

Each goes through its own epochs, on a thread of its own, with its own validation, stopping and callbacks; where its
engine is asked for steps it waits for the others, and the last to come takes the steps of all.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import replace
from threading import Condition
from typing import TYPE_CHECKING, NamedTuple

from glassnet.arrays import Array
from glassnet.engines.engine import Stop
from glassnet.engines.plan import Plan, Rows
from glassnet.engines.state import State
from glassnet.engines.torch.engine import Torch

if TYPE_CHECKING:
    from glassnet.engines.torch.stack import Stack, Training


class Asked(NamedTuple):
    """Steps that a training asks for, see :meth:`Engine.train`."""

    training: Training
    stop: Stop | None
    seconds: float


class Together:
    """The trainings of one kind that are under way.

    Args:
        plans: of each, alike; see :func:`kind_of`.
    """

    def __init__(self, plans: Sequence[Plan]) -> None:
        self.members = [TogetherEngine(plan, self) for plan in plans]
        self._under_way = set(self.members)
        self._asked: dict[TogetherEngine, Asked] = {}
        self._answers: dict[TogetherEngine, bool | BaseException] = {}
        self._stacks: dict[tuple[int, ...], Stack] = {}
        self._changed = Condition()

    def train(self, member: TogetherEngine, asked: Asked) -> bool:
        """Take steps with all others; True where this one diverged."""
        with self._changed:
            self._asked[member] = asked
            self._go_on()
            while member not in self._answers:
                self._changed.wait()
            answer = self._answers.pop(member)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def leave(self, member: TogetherEngine) -> None:
        """The training has ended: the others no longer wait for it."""
        with self._changed:
            self._under_way.discard(member)
            self._go_on()

    def _go_on(self) -> None:
        """Take the steps where all are there, those of one length together."""
        if not self._asked or self._asked.keys() < self._under_way:
            return
        kinds: dict[int, list[TogetherEngine]] = defaultdict(list)
        for member, asked in self._asked.items():
            kinds[len(asked.training.order)].append(member)
        for members in kinds.values():
            try:
                self._answers.update(zip(members, self._take([self._asked[member] for member in members]), strict=True))
            except BaseException as error:  # it is theirs, whichever thread it is met in
                self._answers.update(dict.fromkeys(members, error))
        self._asked.clear()
        self._changed.notify_all()

    def _take(self, asked: Sequence[Asked]) -> list[bool]:
        trainings = [one.training for one in asked]
        stops = [one.stop for one in asked if one.stop is not None]
        stack = self._stack_of(trainings)
        return stack.train(trainings, lambda: any(stop.is_set() for stop in stops), min(one.seconds for one in asked))

    def _stack_of(self, trainings: Sequence[Training]) -> Stack:
        """Memory for these rows; the latest stack alone is kept."""
        from glassnet.engines.torch.stack import Stack

        plan, parts = trainings[0].plan, [training.rows for training in trainings]
        steps = max(plan.steps_per_epoch, -(-len(trainings[0].order) // plan.batch_rows))
        key = (steps, *map(id, parts))
        if key not in self._stacks:
            self._stacks.clear()
            self._stacks[key] = Stack(self.members[0].program, parts, steps)
        return self._stacks[key]


class TogetherEngine(Torch):
    """The engine of one of them.

    Args:
        plan: its own.
        together: all of them.
    """

    def __init__(self, plan: Plan, together: Together) -> None:
        super().__init__(plan)
        self._together = together

    def train(self, state: State, rows: Rows, order: Array, stop: Stop | None = None, seconds: float = math.inf) -> int:
        from glassnet.engines.torch.stack import Training

        order, before = self._checked(state, rows, order), state.rows_done
        if not len(order):
            return 0
        bad = self._together.train(self, Asked(Training(self.plan, state, rows, order), stop, seconds))
        return self._done(state, rows, order, state.rows_done - before, bad)

    def leave(self) -> None:
        """Its training has ended."""
        self._together.leave(self)


def kind_of(plan: Plan) -> Hashable:
    """What plans must have in common to be stacked: all but their learning rates, schedules and seeds."""
    network, factors = plan.network, plan.penalty_factors
    return (
        (network.inputs, network.layers, network.loss),
        replace(plan.optimizer, learning_rate=1.0),
        (plan.penalties, plan.clipping, None if factors is None else id(factors)),
        (plan.batch_rows, plan.examples, plan.dtype, plan.device),
    )


def engines_together(plans: Sequence[Plan]) -> list[TogetherEngine]:
    """An engine for each plan; those of one kind take their steps together."""
    kinds: dict[Hashable, list[int]] = defaultdict(list)
    for number, plan in enumerate(plans):
        kinds[kind_of(plan)].append(number)
    engines: dict[int, TogetherEngine] = {}
    for numbers in kinds.values():
        engines.update(zip(numbers, Together([plans[number] for number in numbers]).members, strict=True))
    return [engines[number] for number in range(len(plans))]
