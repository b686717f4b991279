"""The protocol of an optimizer: from the gradient to the change of the parameters.

All work on the flat vectors ``theta``, ``gradient`` and ``slots`` of the same length n: a step is a handful of array
operations whatever the number of layers. Where parameters have factors of their own (``Parameter.rate``, ``decay``),
each group of equal ones is stepped by itself, ``alpha`` being the group's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

import numpy as np

from glassnet.arrays import Array
from glassnet.errors import InvalidInput, Unsupported
from glassnet.pieces.expressions import Operations, Value
from glassnet.pieces.settings import Record


class Step(NamedTuple):
    """What an optimizer may look at.

    Args:
        theta: the parameters (n,), not to be touched.
        gradient: dJ/dtheta (n,), not to be touched.
        slots: what the optimizer remembers, (len(optimizer.slots), n); zeros before the first step.
        number: the number of this step, from 1.
        alpha: the learning rate of this step.
        decayed: how many of the first parameters decoupled decay shrinks, the weights.
        decay: the factor of that decay.
    """

    theta: Array
    gradient: Array
    slots: Array
    number: int
    alpha: float
    decayed: int
    decay: float = 1.0


class StepValues(NamedTuple):
    """The same for an expression, whatever it is computed with: arrays, or formulas with numbers put in.

    Args:
        theta, gradient: parameters and their gradient.
        slots: what the optimizer remembers, in the order of ``optimizer.slots``.
        number: the number of this step, from 1.
        alpha: the learning rate of this step.
        decays: where decoupled decay shrinks parameters, the weights.
        decay: the factor of that decay.
    """

    theta: Value
    gradient: Value
    slots: Sequence[Value] | Array
    number: Value
    alpha: Value
    decays: Value
    decay: float = 1.0


class Optimizer(Record):
    """The protocol of an optimizer; your own is a frozen dataclass below this class, with ``change`` or ``expression``.

    Class attributes: ``name``; ``slots``, the names of the vectors it remembers; ``powers``, the power of the gradient
    that each grows with, so that it can follow a change of units; ``symbols``, what the formula calls the slots, where
    that differs; ``formula``; ``source``; ``aliases``; ``whole_batch``, True for one that asks for the cost
    of all examples again and again instead of stepping from batch to batch.

    >>> from glassnet import OPTIMIZERS
    >>> OPTIMIZERS.make("momentum").slots
    ('velocity',)
    """

    slots: ClassVar[tuple[str, ...]] = ()
    powers: ClassVar[tuple[int, ...]] = ()
    symbols: ClassVar[tuple[str, ...]] = ()
    whole_batch: ClassVar[bool] = False
    faces = ("change", ("expression",))

    learning_rate: float

    def expression(self, ns: Operations, at: StepValues) -> Value | None:
        """The parameters after the step, in the operations of ``ns``; ``ns.named`` gives each slot its new value.

        None where no formula says it: then a ledger shows the change alone.
        """
        return None

    def change(self, at: Step, out: Array) -> None:
        """Write the change of the parameters, (n,), into ``out`` and bring ``at.slots`` up to date.

        Raises:
            Unsupported: an optimizer that takes no steps, or has neither this nor an expression.
            InvalidInput: an expression that leaves a slot without a new value.
        """
        found: dict[str, Array] = {}
        ns = Operations(named=lambda name, x: found.setdefault(name, x))
        decays = np.arange(at.theta.size) < at.decayed
        values = StepValues(at.theta, at.gradient, at.slots, at.number, at.alpha, decays, at.decay)
        after = self.expression(ns, values)
        if after is None:
            what = f"optimizer {self.name!r} takes no steps from batch to batch"
            raise Unsupported(what, remedy="train with fit, or choose another")
        np.subtract(after, at.theta, out=out)
        for slot, name in zip(at.slots, self.slots, strict=True):
            if name not in found:
                what = f"the expression of optimizer {self.name!r} gives slot {name!r} no new value"
                raise InvalidInput(what, remedy=f"write it as ns.named({name!r}, ...)")
            slot[...] = found[name]
