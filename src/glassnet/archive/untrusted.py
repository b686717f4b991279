"""Values from an untrusted file: each getter checks its value, or raises an error that says where it is wrong."""

from __future__ import annotations

import math
import reprlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Never, TypeGuard, TypeVar, cast

import numpy as np

from glassnet.archive import strict_json
from glassnet.errors import BrokenFile, nearest

T = TypeVar("T")
Name = TypeVar("Name", bound=str)

REMEDY = "the file is damaged or was edited; restore it or make it again"


class _Untrusted(dict[str, T]):
    """A dict of a file, which knows where in it it is.

    Args:
        content: the plain dict.
        file: the file's name, for errors; "" where the caller names it.
        path: where in the file this dict is, for errors.
    """

    def __init__(self, content: Mapping[str, T], file: str = "", path: str = "") -> None:
        super().__init__(content)
        self.file, self.path = file, path

    def __missing__(self, key: str) -> Never:
        raise self.broken("is missing", at=key)

    def broken(self, what: str, seen: str = "", at: str = "") -> BrokenFile:
        """The error about this dict, or about what it holds ``at`` a key.

        >>> print(Facts({}, "m.safetensors", "training").broken("is below 0", "-3", at="rows"))
        'm.safetensors': training.rows is below 0 (seen: -3); the file is damaged or was edited; restore it or make
        it again.
        """
        where = ": ".join(filter(None, (repr(self.file) if self.file else "", self._place(at))))
        return BrokenFile(f"{where or 'the file'} {what}", seen, REMEDY)

    def _place(self, key: str) -> str:
        return ".".join(filter(None, (self.path, key)))


class Facts(_Untrusted[Any]):
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
        return self._unicode(key, self._checked(key, str, "a text"))

    def choice(self, key: str, names: Iterable[Name]) -> Name:
        """The str at ``key``, one of ``names``; raises BrokenFile otherwise, suggesting the nearest.

        >>> Facts({"loss": "huber"}).choice("loss", ["huber", "squared"])
        'huber'
        """
        known, word = {name: name for name in names}, self.text(key)
        if word in known:  # checked first: finding the nearest is slow, and a wide table asks ten thousand times
            return known[word]
        close = nearest(word[:100], known)
        expected = f"among the {len(known)} known names" + (f", {close!r} is the nearest" if close else "")
        return cast(Name, self._checked(key, str, expected, known.__contains__))

    def integer(self, key: str, low: int | None = None, high: int | None = None) -> int:
        """The int at ``key``, from ``low`` to ``high`` inclusive (None: unbounded); raises BrokenFile otherwise.

        >>> Facts({"units": 64}).integer("units", low=1)
        64
        """
        return self._checked(key, int, _span("an integer", low, high), _inside(low, high))

    def number(self, key: str, low: float | None = None, high: float | None = None) -> float:
        """The finite number at ``key``, as a float, from ``low`` to ``high`` inclusive; raises BrokenFile otherwise.

        >>> Facts({"rate": 1}).number("rate", low=0.0)
        1.0
        """
        inside, expected = _inside(low, high), _span("a number", low, high)
        return float(self._checked(key, float, expected, lambda value: is_number(value) and inside(value)))

    def flag(self, key: str) -> bool:
        """The bool at ``key``; raises BrokenFile where there is none (0 and 1 are not).

        >>> Facts({"shuffle": True}).flag("shuffle")
        True
        """
        return self._checked(key, bool, "true or false")

    def texts(self, key: str, distinct: bool = False) -> list[str]:
        """The list of str at ``key``, none of them twice if ``distinct``; raises BrokenFile where there is none.

        >>> Facts({"classes": ["no", "yes"]}).texts("classes", distinct=True)
        ['no', 'yes']
        """
        found = self._unicode(key, self._list(key, str, "a list of texts"))
        if distinct and len(set(found)) < len(found):
            raise self.broken("has an entry twice", reprlib.repr(found), at=key)
        return found

    def integers(self, key: str, low: int | None = None, high: int | None = None) -> list[int]:
        """The list of int at ``key``, each from ``low`` to ``high`` inclusive; raises BrokenFile where there is none.

        >>> Facts({"hidden": [64, 32]}).integers("hidden", low=1)
        [64, 32]
        """
        return self._list(key, int, _span("a list of integers", low, high), _inside(low, high))

    def numbers(self, key: str) -> list[float]:
        """The list of finite numbers at ``key``, as floats; raises BrokenFile where there is none.

        >>> Facts({"cost": [2, 0.5]}).numbers("cost")
        [2.0, 0.5]
        """
        return [float(value) for value in self._list(key, float, "a list of numbers", is_number)]

    def flags(self, key: str) -> list[bool]:
        """The list of bool at ``key``; raises BrokenFile where there is none.

        >>> Facts({"classes": [False, True]}).flags("classes")
        [False, True]
        """
        return self._list(key, bool, "a list of true and false")

    def section(self, key: str) -> Facts:
        """The dict at ``key``, as Facts with their path; raises BrokenFile where there is none.

        >>> Facts({"network": {"loss": "huber"}}).section("network").text("loss")
        'huber'
        """
        return Facts(self._checked(key, dict, "a section"), self.file, self._place(key))

    def sections(self, key: str) -> list[Facts]:
        """The list of dicts at ``key``, each as Facts; raises BrokenFile where there is none.

        >>> [layer.text("kind") for layer in Facts({"layers": [{"kind": "dense"}]}).sections("layers")]
        ['dense']
        """
        found = self._list(key, dict, "a list of sections")
        return [Facts(inner, self.file, f"{self._place(key)}[{i}]") for i, inner in enumerate(found)]

    def _checked(self, key: str, wanted: type[T], expected: str, fits: Callable[[T], bool] | None = None) -> T:
        value = self[key]
        if not _is(value, wanted) or not (fits is None or fits(value)):
            raise self.broken(f"is not {expected}", reprlib.repr(value), at=key)
        return value

    def _list(
        self, key: str, wanted: type[T], expected: str, fits: Callable[[T], bool] = lambda value: True
    ) -> list[T]:
        return self._checked(key, list, expected, lambda values: all(_is(v, wanted) and fits(v) for v in values))

    def _unicode(self, key: str, found: T) -> T:
        """What was ``found`` at ``key``, if UTF-8 can encode it: text from JSON always, from Python not always."""
        try:
            strict_json.check(found)
        except strict_json.Flaw as flaw:
            raise self.broken(f"holds {flaw.reason}", at=key + flaw.path) from None
        return found


class Arrays(_Untrusted[np.ndarray]):
    """The arrays of a file, with a getter that checks.

    Args:
        content: name -> array.
        file: the file's name, for errors; "" where the caller names it.
        path: what comes before the names in the file, for errors.
    """

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

    def _place(self, key: str) -> str:
        name = super()._place(key)
        return f"array {name!r}" if key else name


def _is(value: object, wanted: type[T]) -> TypeGuard[T]:
    """Whether ``value`` is of the type ``wanted``: an int is a float too, True and False are neither."""
    allowed = int | float if wanted is float else wanted
    return isinstance(value, allowed) and (wanted is bool or not isinstance(value, bool))


def is_number(value: object) -> bool:
    """Whether ``value`` is a finite float, or an int that a float represents exactly; a bool is not.

    >>> [is_number(value) for value in (0.5, 2**53, 2**53 + 1, 10**400, math.nan, True)]
    [True, True, False, False, False, False]
    """
    if isinstance(value, float):
        return math.isfinite(value)
    return _is(value, int) and abs(value) < 2**1023 and float(value) == value


def _span(noun: str, low: float | None, high: float | None) -> str:
    start = "" if low is None else f" from {low}"
    return noun + start + ("" if high is None else f" up to {high}")


def _inside(low: float | None, high: float | None) -> Callable[[Any], bool]:
    """Whether a value lies from ``low`` to ``high`` inclusive (None: unbounded)."""
    return lambda value: (low is None or low <= value) and (high is None or value <= high)
