"""A sample of a stream that is the same however the stream is cut into blocks: for medians and quartiles.

Each row has a key (``randomness.sampling_keys``). A sample keeps the values whose key lies below a bar; when it holds
too many, the bar is halved. What remains depends on the rows, not on the blocks, and a column no longer than the limit
is kept whole, so its quantiles are exact.
"""

from __future__ import annotations

import numpy as np


class Sample:
    """Up to ``limit`` of the values that pass by, chosen by the keys of their rows.

    Args:
        limit: the most values that are kept.

    >>> from glassnet.randomness import sampling_keys
    >>> sample = Sample(limit=100)
    >>> sample.add(np.arange(50.0), sampling_keys(np.arange(50)))
    >>> float(np.median(sample.values()))
    24.5
    """

    def __init__(self, limit: int) -> None:
        self.limit, self.halvings, self.size = limit, 0, 0
        self._values: list[np.ndarray] = []
        self._keys: list[np.ndarray] = []

    def add(self, values: np.ndarray, keys: np.ndarray) -> None:
        """Let ``values`` (k,) pass, with the ``keys`` (k,) of their rows."""
        if self.halvings:
            below = keys < self._bar()
            values, keys = values[below], keys[below]
        self._values.append(values.copy())
        self._keys.append(keys)
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
        keys, values = np.concatenate(self._keys), self.values()
        below = keys < self._bar()
        self._values, self._keys, self.size = [values[below]], [keys[below]], int(below.sum())
