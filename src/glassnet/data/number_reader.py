"""The numbers an encoder learned, stored in one array: read in the order in which they were written."""

from __future__ import annotations

import numpy as np

from glassnet.archive import Arrays, Facts
from glassnet.text import counted


class NumberReader:
    """Reads a float64 array of a file from front to back.

    Args:
        arrays: untrusted; has to be a dictionary with only that array, float64 (k,).
        section: what messages call the dictionary.
        name: of the array.

    >>> numbers = NumberReader({"scaling": np.array([20.5, 4.0])}, "target", "scaling")
    >>> numbers.take(2)
    (20.5, 4.0)
    >>> numbers.take(1)
    Traceback (most recent call last):
    glassnet.errors.BrokenFile: array 'target.scaling' is too short (seen: 2 numbers, 3 needed); the file is
    damaged or was edited; restore it or make it again.
    """

    def __init__(self, arrays: object, section: str, name: str) -> None:
        held = Facts({section: arrays}).section(section).exactly(name)
        self._arrays, self._name, self._read = Arrays(held, path=section), name, 0
        self._array = self._arrays.expect(name, "f", (None,))
        if self._array.dtype != np.float64 or not np.isfinite(self._array).all():
            raise self._arrays.broken("is not all finite float64 numbers", str(self._array.dtype), at=name)

    def take(self, count: int) -> tuple[float, ...]:
        """The next ``count`` numbers."""
        start, self._read = self._read, self._read + count
        if self._read > len(self._array):
            self._fail("is too short")
        return tuple(self._array[start : self._read].tolist())

    def finish(self) -> None:
        """Check that all numbers were taken."""
        if self._read != len(self._array):
            self._fail("is too long")

    def _fail(self, what: str) -> None:
        seen = f"{counted(len(self._array), 'number')}, {self._read} needed"
        raise self._arrays.broken(what, seen, at=self._name)
