"""The numbers an encoder has learned, all in one array: read in the order in which they were written."""

from __future__ import annotations

import numpy as np

from glassnet.archive import Arrays, Facts
from glassnet.text import counted


class Numbers:
    """A float64 array out of a file that is read from front to back.

    Args:
        arrays: what the file holds in place of a dictionary with that array alone, float64 (k,).
        section: what messages call the dictionary.
        name: of the array.

    >>> numbers = Numbers({"scaling": np.array([20.5, 4.0])}, "target", "scaling")
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
            raise self._arrays.broken("is not made of finite float64 numbers", str(self._array.dtype), at=name)

    def take(self, count: int) -> tuple[float, ...]:
        """The next ``count`` numbers."""
        start, self._read = self._read, self._read + count
        if self._read > len(self._array):
            self._refuse("is too short")
        return tuple(self._array[start : self._read].tolist())

    def finish(self) -> None:
        """Nothing may be left over."""
        if self._read != len(self._array):
            self._refuse("is too long")

    def _refuse(self, what: str) -> None:
        seen = f"{counted(len(self._array), 'number')}, {self._read} needed"
        raise self._arrays.broken(what, seen, at=self._name)
