"""A curve: one column of a history, and how it moves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from glassnet.arrays import Array
from glassnet.glass.diagnosis import thresholds as at


class Curve(NamedTuple):
    """A column of a history without its gaps: ``values`` (e,), ``epochs`` (e,) counted from 1.

    >>> curve = Curve(np.arange(1, 5), np.array([1.0, 0.2, 0.1, 0.4]))
    >>> curve.window, round(curve.risen(), 3)
    (1, 3.0)
    """

    epochs: Array
    values: Array

    @classmethod
    def of(cls, recorded: Sequence[float]) -> Curve:
        """That of a column (e,), whose gaps are NaN."""
        values = np.asarray(recorded, np.float64)
        if not len(values):  # most histories lack some column
            return cls(values, values)
        finite = np.isfinite(values)
        return cls(np.flatnonzero(finite) + 1, values[finite])

    @property
    def window(self) -> int:
        """How many epochs are averaged to compare: a quarter, at most ``WINDOW``."""
        return max(1, min(at.WINDOW, len(self.values) // 4))

    @property
    def means(self) -> Array:
        """The means over every window."""
        return np.convolve(self.values, np.full(self.window, 1 / self.window), mode="valid")

    @property
    def best_epoch(self) -> int:
        """The epoch of the lowest value."""
        return int(self.epochs[self.values.argmin()])

    def size(self, value: float, floor: float = at.NEAR_ZERO) -> float:
        """What a change of ``value`` is measured against: itself, or a share of the first value where it is near 0."""
        return max(abs(value), floor * abs(float(self.values[0])), 1e-300)

    def risen(self, floor: float = at.NOISE) -> float:
        """How far its end lies above its lowest point, relative, in means over a window."""
        lowest = float(self.means.min())
        return (float(self.means[-1]) - lowest) / self.size(lowest, floor)

    @property
    def later(self) -> Array:
        """Its later half."""
        return self.values[len(self.values) // 2 :]

    def jump(self) -> float:
        """The median upward jump in its later half, where it jumps often; else 0."""
        steps = np.diff(self.later)
        often = len(self.values) >= at.ENOUGH_EPOCHS and (steps > 0).mean() >= at.OFTEN
        return float(np.median(steps[steps > 0])) if often else 0.0

    def jumps(self) -> bool:
        """True where these jumps exceed the threshold."""
        return self.jump() > at.OSCILLATION * self.size(float(self.later.mean()), at.NOISE)

    def unsteady(self) -> bool:
        """True where its rise or its jumps exceed the thresholds."""
        return len(self.values) > 1 and (self.risen() > at.ROSE or self.jumps())
