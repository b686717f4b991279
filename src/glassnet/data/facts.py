"""Reading what was written to a model file: strictly, since anyone may have written it.

Nothing here trusts a type, a length or a number; every doubt is a ``BrokenFile`` that says where.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from glassnet.errors import BrokenFile


class Numbers:
    """A float64 array that is read from front to back.

    Args:
        array: what the file holds in place of a float64 array (k,).
        where: what messages call it.
    """

    def __init__(self, array: Any, where: str) -> None:
        if not isinstance(array, np.ndarray) or array.dtype != np.float64 or array.ndim != 1:
            raise broken(where, f"is {_shown(array)}, not a row of float64")
        if not np.isfinite(array).all():
            raise broken(where, "holds numbers that are not finite")
        self._array, self._where, self._read = array, where, 0

    def take(self, count: int) -> tuple[float, ...]:
        """The next ``count`` numbers."""
        end = self._read + count
        if end > len(self._array):
            raise broken(self._where, f"ends after {len(self._array)} numbers, {end} are needed")
        taken = tuple(self._array[self._read : end].tolist())
        self._read = end
        return taken

    def finish(self) -> None:
        """Nothing may be left over."""
        if self._read != len(self._array):
            raise broken(self._where, f"holds {len(self._array)} numbers, {self._read} are needed")


class Facts:
    """A JSON object whose entries are asked for one by one, each with the type it must have.

    Args:
        value: what the file holds in place of a dictionary.
        where: what messages call it.
        keys: the entries it must have, no more and no fewer.
        numbers: where its numbers come from, if it has any.

    >>> Facts({"kind": "number"}, "column 1", {"kind"}).text("kind")
    'number'
    """

    def __init__(self, value: Any, where: str, keys: Collection[str], numbers: Numbers | None = None) -> None:
        if not isinstance(value, Mapping):
            raise broken(where, f"is {_shown(value)}, not a dictionary")
        if set(value) != set(keys):
            wrong = sorted(map(str, set(value) ^ set(keys)))
            raise broken(where, f"has not the entries it should, look at {', '.join(wrong)[:80]}")
        self._value, self.where, self._numbers = value, where, numbers

    def text(self, key: str) -> str:
        """A word."""
        return self._word(self._value[key], key)

    def text_or_none(self, key: str) -> str | None:
        """A word, or null."""
        return None if self._value[key] is None else self.text(key)

    def texts(self, key: str) -> tuple[str, ...]:
        """Words, no two the same."""
        words = tuple(self._word(word, key) for word in self.items(key))
        if len(set(words)) != len(words):
            raise self.wrong(key, "has an entry twice")
        return words

    def choice(self, key: str, among: Collection[str]) -> str:
        """One of the words ``among``."""
        word = self.text(key)
        if word not in among:
            raise self.wrong(key, f"is {word[:40]!r}, not one of {', '.join(map(str, among))[:200]}")
        return word

    def flag(self, key: str) -> bool:
        """True or false."""
        value = self._value[key]
        if not isinstance(value, bool):
            raise self.wrong(key, f"is {_shown(value)}, not true or false")
        return value

    def count(self, key: str) -> int:
        """A whole number from 1 to 2^31 - 1."""
        value = self._value[key]
        if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**31:
            raise self.wrong(key, f"is {_shown(value)}, not a positive whole number")
        return value

    def items(self, key: str) -> list[Any]:
        """A list of anything."""
        value = self._value[key]
        if not isinstance(value, list):
            raise self.wrong(key, f"is {_shown(value)}, not a list")
        return value

    def entry(self, key: str) -> Any:
        """Anything."""
        return self._value[key]

    def floats(self, count: int) -> tuple[float, ...]:
        """The next ``count`` of the numbers, finite."""
        if self._numbers is None:
            raise self.wrong("numbers", "are missing")
        return self._numbers.take(count)

    def positive(self) -> float:
        """The next of the numbers, above zero, and with a reciprocal."""
        (value,) = self.floats(1)
        if value <= 0 or math.isinf(1 / value):
            raise self.wrong("scale", "is not positive")
        return value

    def wrong(self, key: str, what: str) -> BrokenFile:
        """The error about one entry."""
        return broken(f"{key!r} in {self.where}", what)

    def _word(self, value: Any, key: str) -> str:
        if not isinstance(value, str):
            raise self.wrong(key, f"is {_shown(value)}, not a word")
        try:
            value.encode()
        except UnicodeEncodeError as problem:
            raise self.wrong(key, "holds half a letter") from problem
        return value


def broken(where: str, what: str) -> BrokenFile:
    """The error for parts that no encoder of ours has written."""
    return BrokenFile(
        f"{where} {what}", remedy="the model file is damaged or was not written by glassnet; write it anew"
    )


def _shown(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"an array of {value.dtype} with shape {value.shape}"
    return f"a {type(value).__name__}"
