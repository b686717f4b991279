"""Values from an untrusted file: each getter checks its value, or raises an error that says where it is wrong."""

from __future__ import annotations

import reprlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Never, TypeGuard, TypeVar

import numpy as np

from glassnet.archive import strict_json
from glassnet.archive.type_guards import (
    among,
    bounded,
    every,
    is_flag,
    is_integer,
    is_number,
    is_section,
    is_text,
    span,
)
from glassnet.errors import BrokenFile, nearest

T = TypeVar("T")

REMEDY = "the file is damaged or was edited; restore it or make it again"


class Facts(dict[str, Any]):
    """A dict of a file, with getters that check. ``facts[key]`` on an absent key raises `BrokenFile` too.

    Args:
        content: the plain dict.
        file: the file's name, for errors; "" where the caller names it.
        path: where in the file's facts this dict is, for errors.

    >>> facts = Facts({"layers": [{"units": 64}, {"units": "ten"}]}, "digits.safetensors")
    >>> [layer.integer("units", low=1) for layer in facts.sections("layers")]
    Traceback (most recent call last):
    glassnet.errors.BrokenFile: 'digits.safetensors': layers[1].units is not an integer from 1
    (seen: 'ten'); the file is damaged or was edited; restore it or make it again.
    """

    def __init__(self, content: Mapping[str, Any], file: str = "", path: str = "") -> None:
        super().__init__(content)
        self.file, self.path = file, path

    def __missing__(self, key: str) -> Never:
        raise self.broken("is missing", at=key)

    def exactly(self, *keys: str) -> Facts:
        """These facts, with these keys and no others; raises BrokenFile otherwise.

        >>> Facts({"kind": "time", "zone": "UTC"}, path="columns[0]").exactly("kind")
        Traceback (most recent call last):
        glassnet.errors.BrokenFile: columns[0] has unknown entries (seen: ['zone']);
        the file is damaged or was edited; restore it or make it again.
        """
        if missing := [key for key in keys if key not in self]:
            raise self.broken("is missing", at=missing[0])
        if strange := sorted(map(str, self.keys() - set(keys))):
            raise self.broken("has unknown entries", reprlib.repr(strange))
        return self

    def text(self, key: str) -> str:
        """The str at ``key``; raises BrokenFile where there is none.

        >>> Facts({"loss": "huber"}).text("loss")
        'huber'
        """
        return self._unicode(key, self._checked(key, is_text, "a text"))

    def choice(self, key: str, names: Iterable[str]) -> str:
        """The str at ``key``, one of ``names``; raises BrokenFile otherwise, suggesting the nearest.

        >>> Facts({"loss": "huber"}).choice("loss", ["huber", "squared"])
        'huber'
        """
        names, word = list(names), self.text(key)
        if word in names:  # checked first: finding the nearest is slow, and a wide table asks ten thousand times
            return word
        close = nearest(word[:100], names)
        expected = f"among the {len(names)} known names" + (f", {close!r} is the nearest" if close else "")
        return self._checked(key, among(names), expected)

    def integer(self, key: str, low: int | None = None, high: int | None = None) -> int:
        """The int at ``key``, from ``low`` to ``high`` inclusive (None: unbounded); raises BrokenFile otherwise.

        >>> Facts({"units": 64}).integer("units", low=1)
        64
        """
        return self._checked(key, bounded(is_integer, low, high), span("an integer", low, high))

    def number(self, key: str, low: float | None = None, high: float | None = None) -> float:
        """The finite number at ``key``, as a float, from ``low`` to ``high`` inclusive; raises BrokenFile otherwise.

        >>> Facts({"rate": 1}).number("rate", low=0.0)
        1.0
        """
        return float(self._checked(key, bounded(is_number, low, high), span("a number", low, high)))

    def flag(self, key: str) -> bool:
        """The bool at ``key``; raises BrokenFile where there is none (0 and 1 are not).

        >>> Facts({"shuffle": True}).flag("shuffle")
        True
        """
        return self._checked(key, is_flag, "true or false")

    def texts(self, key: str, distinct: bool = False) -> list[str]:
        """The list of str at ``key``, none of them twice if ``distinct``; raises BrokenFile where there is none.

        >>> Facts({"classes": ["no", "yes"]}).texts("classes", distinct=True)
        ['no', 'yes']
        """
        found = self._unicode(key, self._checked(key, every(is_text), "a list of texts"))
        if distinct and len(set(found)) < len(found):
            raise self.broken("has an entry twice", reprlib.repr(found), at=key)
        return found

    def integers(self, key: str, low: int | None = None, high: int | None = None) -> list[int]:
        """The list of int at ``key``, each from ``low`` to ``high`` inclusive; raises BrokenFile where there is none.

        >>> Facts({"hidden": [64, 32]}).integers("hidden", low=1)
        [64, 32]
        """
        return self._checked(key, every(bounded(is_integer, low, high)), span("a list of integers", low, high))

    def numbers(self, key: str) -> list[float]:
        """The list of finite numbers at ``key``, as floats; raises BrokenFile where there is none.

        >>> Facts({"cost": [2, 0.5]}).numbers("cost")
        [2.0, 0.5]
        """
        return [float(value) for value in self._checked(key, every(is_number), "a list of numbers")]

    def flags(self, key: str) -> list[bool]:
        """The list of bool at ``key``; raises BrokenFile where there is none.

        >>> Facts({"classes": [False, True]}).flags("classes")
        [False, True]
        """
        return self._checked(key, every(is_flag), "a list of true and false")

    def section(self, key: str) -> Facts:
        """The dict at ``key``, as Facts with their path; raises BrokenFile where there is none.

        >>> Facts({"network": {"loss": "huber"}}).section("network").text("loss")
        'huber'
        """
        return Facts(self._checked(key, is_section, "a section"), self.file, self._place(key))

    def sections(self, key: str) -> list[Facts]:
        """The list of dicts at ``key``, each as Facts; raises BrokenFile where there is none.

        >>> [layer.text("kind") for layer in Facts({"layers": [{"kind": "dense"}]}).sections("layers")]
        ['dense']
        """
        found = self._checked(key, every(is_section), "a list of sections")
        return [Facts(inner, self.file, f"{self._place(key)}[{i}]") for i, inner in enumerate(found)]

    def broken(self, what: str, seen: str = "", at: str = "") -> BrokenFile:
        """The error about these facts, or about what they hold ``at`` a key.

        >>> print(Facts({}, "m.safetensors", "training").broken("is below 0", "-3", at="rows"))
        'm.safetensors': training.rows is below 0 (seen: -3); the file is damaged or was edited; restore it or make
        it again.
        """
        return _broken(self.file, self._place(at), what, seen)

    def _checked(self, key: str, fits: Callable[[object], TypeGuard[T]], expected: str) -> T:
        value = self[key]
        if not fits(value):
            raise self.broken(f"is not {expected}", reprlib.repr(value), at=key)
        return value

    def _unicode(self, key: str, found: T) -> T:
        """What was ``found`` at ``key``, if UTF-8 can encode it: text from JSON always, from Python not always."""
        try:
            strict_json.check(found)
        except strict_json.Flaw as flaw:
            raise self.broken(f"holds {flaw.reason}", at=key + flaw.path) from None
        return found

    def _place(self, key: str) -> str:
        return ".".join(filter(None, (self.path, key)))


class Arrays(dict[str, np.ndarray]):
    """The arrays of a file, with a getter that checks.

    Args:
        content: name -> array.
        file: the file's name, for errors; "" where the caller names it.
        path: what comes before the names in the file, for errors.
    """

    def __init__(self, content: Mapping[str, np.ndarray], file: str = "", path: str = "") -> None:
        super().__init__(content)
        self.file, self.path = file, path

    def __missing__(self, name: str) -> Never:
        raise self.broken("is missing", at=name)

    def expect(self, name: str, kinds: str, shape: tuple[int | None, ...]) -> np.ndarray:
        """The array ``name``, checked to have a dtype and shape.

        Args:
            name: in the file.
            kinds: NumPy's letters of the kinds allowed: "f" floats, "i" signed, "u" unsigned, "b" booleans; "iu" both.
            shape: the length of each axis, None for any.

        Raises:
            BrokenFile: absent, or of another dtype or shape.

        >>> arrays = Arrays({"W": np.zeros((3, 2))}, "digits.safetensors")
        >>> arrays.expect("W", "f", (None, 4))
        Traceback (most recent call last):
        glassnet.errors.BrokenFile: 'digits.safetensors': array 'W' is not of kind 'f' and shape (any, 4)
        (seen: float64 of shape (3, 2)); the file is damaged or was edited; restore it or make it again.
        """
        array: Any = self[name]
        if not isinstance(array, np.ndarray):
            raise self.broken("is not an array", reprlib.repr(array), at=name)
        fits = len(array.shape) == len(shape) and all(b in (a, None) for a, b in zip(array.shape, shape, strict=True))
        if array.dtype.kind not in kinds or not fits:
            wanted = ", ".join("any" if side is None else str(side) for side in shape)
            seen = f"{array.dtype} of shape {array.shape}"
            raise self.broken(f"is not of kind {kinds!r} and shape ({wanted})", seen, at=name)
        return array

    def broken(self, what: str, seen: str = "", at: str = "") -> BrokenFile:
        """The error about these arrays, or about the one called ``at``."""
        name = ".".join(filter(None, (self.path, at)))
        return _broken(self.file, f"array {name!r}" if at else self.path, what, seen)


def _broken(file: str, place: str, what: str, seen: str) -> BrokenFile:
    where = ": ".join(filter(None, (repr(file) if file else "", place)))
    return BrokenFile(f"{where or 'the file'} {what}", seen, REMEDY)
