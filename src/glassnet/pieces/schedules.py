"""Learning-rate schedules: the factor on alpha as training goes on; any of them after a warm-up.

A schedule is a function of the clock alone, so a resumed training finds the same rate again.

>>> SCHEDULES.make("constant").warmup
0
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from math import cos, log2, pi
from typing import ClassVar, NamedTuple

from glassnet.pieces.settings import Record, setting
from glassnet.pieces.tables import Family


class Clock(NamedTuple):
    """Where a training stands before a step.

    Args:
        step: steps done.
        epoch: whole passes over the data done.
        examples: examples seen in whole passes.
        total_steps: steps the training is planned to take.
    """

    step: int
    epoch: int
    examples: int
    total_steps: int

    @property
    def progress(self) -> float:
        """The share of the planned steps that is done, 0 to 1."""
        return min(1.0, self.step / max(1, self.total_steps - 1))

    @property
    def middle(self) -> float:
        """The share of the planned steps that is done in the middle of this one, above 0 and at most 1."""
        return min(1.0, (self.step + 0.5) / max(1, self.total_steps))


def _warmup() -> int:
    return setting(0, low=0, help="steps in which the rate first climbs from 0 in a straight line")


class Schedule(Record):
    """The protocol of a schedule; your own is a frozen dataclass below this class, with a ``warmup`` setting.

    Class attributes: ``name``; ``formula``; ``source``; ``by_step``, False where it changes between epochs only;
    ``by_epoch``, False where it does not change then either.

    Warm-up: during the first ``warmup`` steps the factor is multiplied by ``(step + 1) / (warmup + 1)``
    (Goyal et al. 2017, arXiv 1706.02677).

    >>> from glassnet import SCHEDULES
    >>> isinstance(SCHEDULES.parse("step:every=10"), Schedule)
    True
    """

    by_step: ClassVar[bool] = True
    by_epoch: ClassVar[bool] = True
    warmup: int

    @property
    def cycle_ends(self) -> tuple[float, ...]:
        """At which shares of the training its cycles end: there parameters have settled, and are worth comparing."""
        return (1.0,)

    def constant_within(self, clock: Clock) -> bool:
        """True where the factor stays what it is until the epoch ends."""
        return not self.by_step and clock.step >= self.warmup

    def constant_from(self, clock: Clock) -> bool:
        """True where the factor stays what it is for good."""
        return not self.by_epoch and self.constant_within(clock)

    def __call__(self, clock: Clock) -> float:
        """The factor on the learning rate for the step the clock stands before."""
        climbing = min(1.0, (clock.step + 1) / (self.warmup + 1))
        return climbing * self.factor(clock)

    @abstractmethod
    def factor(self, clock: Clock) -> float:
        """The factor, warm-up apart."""


@dataclass(frozen=True)
class Constant(Schedule):
    """The same rate throughout.

    >>> Constant(warmup=3)(Clock(0, 0, 0, 100))
    0.25
    """

    warmup: int = _warmup()

    name = "constant"
    by_step = by_epoch = False
    formula = "1"
    source = "Intro to Neural Networks, Gradient descent: one alpha throughout"

    def factor(self, clock: Clock) -> float:
        return 1.0


@dataclass(frozen=True)
class InverseScaling(Schedule):
    """scikit-learn's ``invscaling``: a power of the examples seen, renewed after each epoch.

    Args:
        power: the exponent.
        warmup: steps of warm-up.
    """

    power: float = setting(0.5, low=0, help="the exponent")
    warmup: int = _warmup()

    name = "inverse_scaling"
    aliases = ("invscaling",)
    by_step = False
    formula = "1 / (examples + 1)^power"
    source = "Robbins, Monro 1951; scikit-learn's MLP"

    def factor(self, clock: Clock) -> float:
        return float((clock.examples + 1) ** -self.power)


@dataclass(frozen=True)
class Exponential(Schedule):
    """The rate shrinks by the same factor each epoch.

    Args:
        rate: what is left after an epoch.
        warmup: steps of warm-up.
    """

    rate: float = setting(0.95, low=0, high=1, above=True, help="what is left of the rate after an epoch")
    warmup: int = _warmup()

    name = "exponential"
    by_step = False
    formula = "rate^epoch"
    source = "PyTorch's ExponentialLR"

    def factor(self, clock: Clock) -> float:
        return float(self.rate**clock.epoch)


@dataclass(frozen=True)
class Step(Schedule):
    """The rate falls by ``rate`` after every ``every`` epochs.

    Args:
        every: epochs between falls.
        rate: what is left after a fall.
        warmup: steps of warm-up.
    """

    every: int = setting(30, low=1, help="epochs between falls")
    rate: float = setting(0.1, low=0, high=1, above=True, help="what is left of the rate after a fall")
    warmup: int = _warmup()

    name = "step"
    by_step = False
    formula = "rate^floor(epoch / every)"
    source = "PyTorch's StepLR"

    def factor(self, clock: Clock) -> float:
        return float(self.rate ** (clock.epoch // self.every))


@dataclass(frozen=True)
class Cosine(Schedule):
    """From 1 down to ``floor`` along half a cosine over the planned steps.

    Args:
        floor: what is left at the end.
        warmup: steps of warm-up.

    >>> Cosine()(Clock(50, 0, 0, 101))
    0.5
    """

    floor: float = setting(0.0, low=0, high=1, help="what is left of the rate at the end")
    warmup: int = _warmup()

    name = "cosine"
    formula = "floor + (1 - floor) (1 + cos(pi progress)) / 2"
    source = "Loshchilov, Hutter 2017, arXiv 1608.03983, without restarts"

    def factor(self, clock: Clock) -> float:
        return _cosine(1.0, self.floor, clock.progress)


@dataclass(frozen=True)
class OneCycle(Schedule):
    """Up from ``start`` to 1 during the first ``rise`` of the steps, then down to ``end``, both along half a cosine.

    Args:
        start: the factor at the beginning.
        rise: the share of the steps that go up.
        end: the factor at the end.
        warmup: steps of warm-up, on top.
    """

    start: float = setting(0.04, low=0, high=1, help="the factor at the beginning")
    rise: float = setting(0.3, low=0, high=1, above=True, below=True, help="the share of the steps that go up")
    end: float = setting(1e-4, low=0, high=1, help="the factor at the end")
    warmup: int = _warmup()

    name = "one_cycle"
    formula = "start -> 1 while progress < rise, then 1 -> end, by cosines"
    source = "Smith, Topin 2018, arXiv 1708.07120, in its cosine form"

    def factor(self, clock: Clock) -> float:
        if clock.progress < self.rise:
            return _cosine(self.start, 1.0, clock.progress / self.rise)
        return _cosine(1.0, self.end, (clock.progress - self.rise) / (1 - self.rise))


@dataclass(frozen=True)
class FlatCosine(Schedule):
    """1 during the first ``flat`` of the steps, then down to 0 along half a cosine.

    Args:
        flat: the share of the steps that leave the rate as it is.
        warmup: steps of warm-up.

    >>> [FlatCosine()(Clock(step, 0, 0, 101)) for step in (0, 50, 75, 100)]
    [1.0, 1.0, 0.5, 0.0]
    """

    flat: float = setting(0.5, low=0, high=1, below=True, help="the share of the steps that leave the rate as it is")
    warmup: int = _warmup()

    name = "flat_cosine"
    aliases = ("flat_cos",)
    formula = "1 while progress < flat, then 1 -> 0 by a cosine"
    source = "Holzmüller, Grinsztajn, Steinwart 2024, RealMLP, arXiv 2407.04491"

    def factor(self, clock: Clock) -> float:
        return _cosine(1.0, 0.0, max(0.0, clock.progress - self.flat) / (1 - self.flat))


@dataclass(frozen=True)
class CosLog(Schedule):
    """Up to 1 and down to 0 again and again, along cosines, each cycle twice as long as the one before.

    The cycles end at ``(2^i - 1) / (2^cycles - 1)`` of the training, of four at 1/15, 3/15, 7/15 and 1. No step has a
    rate of 0: ``t`` is the share of the training that is done in the middle of the step.

    Args:
        cycles: how many.
        warmup: steps of warm-up.

    >>> schedule = CosLog()
    >>> [round(schedule(Clock(step, 0, 0, 1500)), 2) for step in (0, 41, 100, 183, 300)]
    [0.0, 1.0, 0.0, 1.0, 0.0]
    >>> [round(15 * end) for end in schedule.cycle_ends]
    [1, 3, 7, 15]
    """

    cycles: int = setting(4, low=1, high=50, help="how many cycles, each twice as long as the one before")
    warmup: int = _warmup()

    name = "coslog"
    aliases = ("coslog4",)
    formula = "(1 - cos(2 pi log2(1 + (2^cycles - 1) t))) / 2"
    source = "Holzmüller, Grinsztajn, Steinwart 2024, RealMLP, arXiv 2407.04491"

    @property
    def cycle_ends(self) -> tuple[float, ...]:
        return tuple((2**i - 1) / (2**self.cycles - 1) for i in range(1, self.cycles + 1))

    def factor(self, clock: Clock) -> float:
        return (1 - cos(2 * pi * log2(1 + (2**self.cycles - 1) * clock.middle))) / 2


def _cosine(first: float, last: float, progress: float) -> float:
    return last + (first - last) * (1 + cos(pi * progress)) / 2


SCHEDULES: Family[Schedule] = Family(
    "schedule", [Constant, InverseScaling, Exponential, Step, Cosine, OneCycle, FlatCosine, CosLog]
)
