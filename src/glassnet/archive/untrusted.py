"""Taking values out of a file one does not trust: each is what it should be, or an error says where it is not."""

from __future__ import annotations

import math
import reprlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Never, TypeGuard, TypeVar

import numpy as np

from glassnet.errors import BrokenFile, nearest

T = TypeVar("T")
N = TypeVar("N", bound=float)

REMEDY = "the file is damaged or was edited; restore it or make it again"


class Facts(dict[str, Any]):
    """A dict out of a file, with getters that check. ``facts[key]`` on an absent key raises `BrokenFile` too.

    Args:
        content: the plain dict.
        file: the file's name, for errors.
        path: where in the file's facts this dict sits, for errors.

    >>> facts = Facts({"layers": [{"units": 64}, {"units": "ten"}]}, "digits.safetensors")
    >>> [layer.integer("units", low=1) for layer in facts.sections("layers")]
    Traceback (most recent call last):
    glassnet.errors.BrokenFile: 'digits.safetensors': layers[1].units is not an integer from 1
    (seen: 'ten'); the file is damaged or was edited; restore it or make it again.
    """

    def __init__(self, content: Mapping[str, Any], file: str = "the file", path: str = "") -> None:
        super().__init__(content)
        self.file, self.path = file, path

    def __missing__(self, key: str) -> Never:
        raise BrokenFile(f"{self.file!r}: {self._at(key)} is missing", remedy=REMEDY)

    def text(self, key: str) -> str:
        """The str at ``key``; raises BrokenFile where there is none.

        >>> Facts({"loss": "huber"}).text("loss")
        'huber'
        """
        return self._that(key, is_text, "a text")

    def choice(self, key: str, names: Iterable[str]) -> str:
        """The str at ``key``, one of ``names``; raises BrokenFile otherwise, suggesting the nearest.

        >>> Facts({"loss": "huber"}).choice("loss", ["huber", "squared"])
        'huber'
        """
        names, value = list(names), self.text(key)
        close = None if value in names else nearest(value[:100], names)
        expected = f"among the {len(names)} known names" + (f", {close!r} is the nearest" if close else "")
        return self._that(key, among(names), expected)

    def integer(self, key: str, low: int | None = None, high: int | None = None) -> int:
        """The int at ``key``, from ``low`` to ``high`` inclusive (None: unbounded); raises BrokenFile otherwise.

        >>> Facts({"units": 64}).integer("units", low=1)
        64
        """
        return self._that(key, bounded(is_integer, low, high), _span("an integer", low, high))

    def number(self, key: str, low: float | None = None, high: float | None = None) -> float:
        """The finite number at ``key``, as a float, from ``low`` to ``high`` inclusive; raises BrokenFile otherwise.

        >>> Facts({"rate": 1}).number("rate", low=0.0)
        1.0
        """
        return float(self._that(key, bounded(is_number, low, high), _span("a number", low, high)))

    def flag(self, key: str) -> bool:
        """The bool at ``key``; raises BrokenFile where there is none (0 and 1 are not).

        >>> Facts({"shuffle": True}).flag("shuffle")
        True
        """
        return self._that(key, is_flag, "true or false")

    def texts(self, key: str) -> list[str]:
        """The list of str at ``key``; raises BrokenFile where there is none.

        >>> Facts({"classes": ["no", "yes"]}).texts("classes")
        ['no', 'yes']
        """
        return self._that(key, every(is_text), "a list of texts")

    def integers(self, key: str) -> list[int]:
        """The list of int at ``key``; raises BrokenFile where there is none.

        >>> Facts({"hidden": [64, 32]}).integers("hidden")
        [64, 32]
        """
        return self._that(key, every(is_integer), "a list of integers")

    def numbers(self, key: str) -> list[float]:
        """The list of finite numbers at ``key``, as floats; raises BrokenFile where there is none.

        >>> Facts({"cost": [2, 0.5]}).numbers("cost")
        [2.0, 0.5]
        """
        return [float(value) for value in self._that(key, every(is_number), "a list of numbers")]

    def section(self, key: str) -> Facts:
        """The dict at ``key``, as Facts that know their place; raises BrokenFile where there is none.

        >>> Facts({"network": {"loss": "huber"}}).section("network").text("loss")
        'huber'
        """
        return Facts(self._that(key, is_section, "a section"), self.file, self._at(key))

    def sections(self, key: str) -> list[Facts]:
        """The list of dicts at ``key``, each as Facts; raises BrokenFile where there is none.

        >>> [layer.text("kind") for layer in Facts({"layers": [{"kind": "dense"}]}).sections("layers")]
        ['dense']
        """
        found = self._that(key, every(is_section), "a list of sections")
        return [Facts(inner, self.file, f"{self._at(key)}[{i}]") for i, inner in enumerate(found)]

    def _that(self, key: str, fits: Callable[[object], TypeGuard[T]], expected: str) -> T:
        value = self[key]
        if not fits(value):
            raise BrokenFile(f"{self.file!r}: {self._at(key)} is not {expected}", reprlib.repr(value), REMEDY)
        return value

    def _at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key


class Arrays(dict[str, np.ndarray]):
    """The arrays of a file, with a getter that checks.

    Args:
        content: name -> array.
        file: the file's name, for errors.
    """

    def __init__(self, content: Mapping[str, np.ndarray], file: str = "the file") -> None:
        super().__init__(content)
        self.file = file

    def __missing__(self, name: str) -> Never:
        raise BrokenFile(f"{self.file!r}: array {name!r} is missing", remedy=REMEDY)

    def expect(self, name: str, kinds: str, shape: tuple[int | None, ...]) -> np.ndarray:
        """The array ``name``, of a dtype and shape that can be relied on.

        Args:
            name: in the file.
            kinds: NumPy's letters of the kinds allowed: "f" floats, "i" signed, "u" unsigned, "b" booleans; "iu" both.
            shape: the length of each axis, None where any will do.

        Raises:
            BrokenFile: absent, or of another dtype or shape.

        >>> arrays = Arrays({"W": np.zeros((3, 2))}, "digits.safetensors")
        >>> arrays.expect("W", "f", (None, 4))
        Traceback (most recent call last):
        glassnet.errors.BrokenFile: 'digits.safetensors': array 'W' is not of kind 'f' and shape (any, 4)
        (seen: float64 of shape (3, 2)); the file is damaged or was edited; restore it or make it again.
        """
        array = self[name]
        fits = len(array.shape) == len(shape) and all(b in (a, None) for a, b in zip(array.shape, shape, strict=True))
        if array.dtype.kind not in kinds or not fits:
            wanted = ", ".join("any" if side is None else str(side) for side in shape)
            cause = f"{self.file!r}: array {name!r} is not of kind {kinds!r} and shape ({wanted})"
            raise BrokenFile(cause, f"{array.dtype} of shape {array.shape}", REMEDY)
        return array


def is_text(value: object) -> TypeGuard[str]:
    """Whether ``value`` is a str."""
    return isinstance(value, str)


def is_flag(value: object) -> TypeGuard[bool]:
    """Whether ``value`` is True or False."""
    return isinstance(value, bool)


def is_integer(value: object) -> TypeGuard[int]:
    """Whether ``value`` is an int; a bool is not."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_number(value: object) -> TypeGuard[float]:
    """Whether ``value`` is an int or a finite float; a bool is not."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def is_section(value: object) -> TypeGuard[dict[str, Any]]:
    """Whether ``value`` is a dict."""
    return isinstance(value, dict)


def among(names: list[str]) -> Callable[[object], TypeGuard[str]]:
    """The test for being one of ``names``."""

    def is_known(value: object) -> TypeGuard[str]:
        return value in names

    return is_known


def every(fits: Callable[[object], TypeGuard[T]]) -> Callable[[object], TypeGuard[list[T]]]:
    """The test for being a list of what ``fits``."""

    def is_list(value: object) -> TypeGuard[list[T]]:
        return isinstance(value, list) and all(map(fits, value))

    return is_list


def bounded(
    fits: Callable[[object], TypeGuard[N]], low: float | None, high: float | None
) -> Callable[[object], TypeGuard[N]]:
    """The test for being what ``fits``, from ``low`` to ``high`` inclusive (None: unbounded)."""

    def is_inside(value: object) -> TypeGuard[N]:
        return fits(value) and (low is None or low <= value) and (high is None or value <= high)

    return is_inside


def _span(noun: str, low: float | None, high: float | None) -> str:
    start = "" if low is None else f" from {low}"
    return noun + start + ("" if high is None else f" up to {high}")
