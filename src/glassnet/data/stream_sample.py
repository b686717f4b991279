"""A random sample of a stream, for medians and quartiles; it does not depend on how the stream is cut into blocks.

Each row has a random key (``randomness.sampling_keys``). A sample holds the values whose key is below a threshold; when
it holds too many, the threshold is halved. So the sample depends on the rows, not on the blocks; a column no longer
than the limit is held entirely, so its quantiles are exact.
"""

from __future__ import annotations

import numpy as np


class StreamSample:
    """At most ``limit`` values of a stream, chosen by the keys of their rows.

    Args:
        limit: the most values it holds.

    >>> from glassnet.randomness import sampling_keys
    >>> sample = StreamSample(limit=100)
    >>> sample.add(np.arange(50.0), sampling_keys(np.arange(50)))
    >>> float(np.median(sample.values()))
    24.5
    """

    def __init__(self, limit: int) -> None:
        self.limit, self.halvings, self.size = limit, 0, 0
        self._values: list[np.ndarray] = []
        self._keys: list[np.ndarray] = []

    def add(self, values: np.ndarray, keys: np.ndarray) -> None:
        """The next ``values`` (k,) of the stream, with the ``keys`` (k,) of their rows."""
        if self.halvings:
            wanted = self.wanted(keys)
            values, keys = values[wanted], keys[wanted]
        self._values.append(values.copy())
        self._keys.append(keys)
        self.size += len(values)
        while self.size > self.limit:
            self._halve()

    def wanted(self, keys: np.ndarray) -> np.ndarray:
        """The places of rows with these ``keys`` (k,) that belong to the sample as it is now."""
        return np.flatnonzero(keys < self._threshold()) if self.halvings else np.arange(len(keys))

    def values(self) -> np.ndarray:
        """The sample, float64 (k,) with k <= limit, in the order of the rows."""
        return np.concatenate([np.empty(0), *self._values])

    def _threshold(self) -> np.uint64:
        return np.uint64(1 << (64 - self.halvings))

    def _halve(self) -> None:
        self.halvings += 1
        keys, values = np.concatenate(self._keys), self.values()
        below = keys < self._threshold()
        self._values, self._keys, self.size = [values[below]], [keys[below]], int(below.sum())
