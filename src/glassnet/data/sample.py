"""A sample of a stream that is the same however the stream is cut into blocks: for medians and quartiles.

Each row draws a lot from its number alone. A sample keeps the values whose lot lies below a bar; when it holds too
many, the bar is halved. What remains depends on the rows, not on the blocks, and a column no longer than the limit is
kept whole, so its quantiles are exact.
"""

from __future__ import annotations

import numpy as np


def lots(rows: np.ndarray) -> np.ndarray:
    """A lot for each row number: SplitMix64 (Steele, Lea, Flood 2014), uint64 (rows,).

    >>> lots(np.arange(3)) == lots(np.arange(10))[:3]
    array([ True,  True,  True])
    """
    z = (rows.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


class Sample:
    """Up to ``limit`` of the values that pass by, chosen by lot.

    Args:
        limit: the most values that are kept.

    >>> sample = Sample(limit=100)
    >>> sample.add(np.arange(50.0), lots(np.arange(50)))
    >>> float(np.median(sample.values()))
    24.5
    """

    def __init__(self, limit: int) -> None:
        self.limit, self.halvings, self.size = limit, 0, 0
        self._values: list[np.ndarray] = []
        self._lots: list[np.ndarray] = []

    def add(self, values: np.ndarray, drawn: np.ndarray) -> None:
        """Let ``values`` (k,) pass, with the ``drawn`` lots (k,) of their rows."""
        if self.halvings:
            below = drawn < self._bar()
            values, drawn = values[below], drawn[below]
        self._values.append(values.copy())
        self._lots.append(drawn)
        self.size += len(values)
        while self.size > self.limit:
            self._halve()

    def values(self) -> np.ndarray:
        """What was kept, float64 (k,) with k <= limit, in the order of the rows."""
        return np.concatenate([np.empty(0), *self._values])

    def _bar(self) -> np.uint64:
        return np.uint64(1 << (64 - self.halvings))

    def _halve(self) -> None:
        self.halvings += 1
        drawn, values = np.concatenate(self._lots), self.values()
        below = drawn < self._bar()
        self._values, self._lots, self.size = [values[below]], [drawn[below]], int(below.sum())
