"""Whole epochs in one call of an engine: what they are asked, what they answer, and their learning rates."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from glassnet.arrays import Array
from glassnet.engines.judging import Judge, Ratio, Sums
from glassnet.engines.plan import Plan
from glassnet.engines.state import State


class Watch(NamedTuple):
    """When epochs stop: a score has not improved by ``tolerance`` in more than ``patience`` of them.

    The state keeps the best score and the epochs since; :class:`~glassnet.learning.stopping.Stopping` says more.

    Args:
        ratio: the number watched; None for the training cost.
        held_out: True where it is of the rows held out.
        sign: 1 where it is better the higher, -1 where the lower.
        patience, tolerance: see above.
        keep: True to keep the best epoch's parameters.
    """

    ratio: Ratio | None
    held_out: bool
    sign: float
    patience: float
    tolerance: float
    keep: bool


class Between(NamedTuple):
    """What is looked at between two epochs: rows that are judged, and a score that is watched.

    Args:
        training: the rows of the training, or None.
        held_out: others, or None.
        watch: or None.
    """

    training: Judge | None = None
    held_out: Judge | None = None
    watch: Watch | None = None


class WholeEpochs(NamedTuple):
    """What is recorded of each: its cost, the learning rate at its end, the seconds it took, and the sums of the rows
    judged after it; none where none are.
    """

    costs: list[float]
    rates: list[float]
    seconds: list[float]
    training: list[Sums]
    held_out: list[Sums]


def alphas(plan: Plan, state: State, steps: int) -> Array:
    """alpha of each of the next steps of the state's epoch, (steps,)."""
    clock = state.clock(plan)
    if plan.schedule.constant_within(clock):
        return np.full(steps, plan.learning_rate(clock) * state.rate_scale)
    clocks = (clock._replace(step=clock.step + i) for i in range(steps))
    return np.fromiter((plan.learning_rate(at) * state.rate_scale for at in clocks), np.float64, steps)


def epoch_alphas(plan: Plan, state: State, epochs: int) -> tuple[Array, list[float]]:
    """alpha of each step of the next whole epochs, and the rate that the history records at the end of each.

    Args:
        plan: of the training.
        state: between two epochs.
        epochs: at least one.
    """
    size = plan.steps_per_epoch
    if plan.schedule.constant_from(state.clock(plan)):
        alpha = state.learning_rate(plan)
        return np.full(epochs * size, alpha), [alpha] * epochs
    at, parts, rates = state.apart(), [], []
    for _ in range(epochs):
        parts.append(alphas(plan, at, size))
        at.step += size
        rates.append(at.learning_rate(plan))
        at.epoch, at.examples = at.epoch + 1, at.examples + plan.examples
    return np.concatenate(parts), rates
