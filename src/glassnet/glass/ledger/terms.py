"""What stands between the equals signs: formulas with numbers in them, that know how they read and what they come to.

An expression is evaluated with its numbers as they are shown. So a line can tell whether a reader with a pocket
calculator gets the value that is written at its end; where not, it says "rounded".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from glassnet.arrays import Array
from glassnet.text import format_number

# A longer sum is shortened to its largest terms, the largest first, and the sum of the rest.
MOST_TERMS, LARGEST_TERMS = 8, 5


class Term(Protocol):
    """A part of a formula with numbers in it."""

    def text(self, digits: int) -> str:
        """As it is written, every number to so many significant digits."""

    def value(self, digits: int) -> float:
        """What the written numbers come to."""


@dataclass(frozen=True)
class Number:
    """A number."""

    x: float

    def text(self, digits: int) -> str:
        return format_number(self.x, digits)

    def value(self, digits: int) -> float:
        return float(format_number(self.x, digits))


@dataclass(frozen=True)
class Formula:
    """A formula: ``template`` has a place for each of ``parts``: ``{0}``, or ``{0:-}``, in brackets where negative.

    >>> Formula("{0}*{1:-}", lambda w, a: w * a, (Number(0.5), Number(-2))).text(4)
    '0.5*(-2)'
    """

    template: str
    function: Callable[..., float]
    parts: tuple[Term, ...]

    def text(self, digits: int) -> str:
        return self.template.format(*(_Part(part.text(digits)) for part in self.parts))

    def value(self, digits: int) -> float:
        with np.errstate(all="ignore"):
            return float(self.function(*(np.float64(part.value(digits)) for part in self.parts)))


@dataclass(frozen=True)
class Rest(Number):
    """What was left out of a long sum: what the terms add up to, and how many they are."""

    count: int

    def text(self, digits: int) -> str:
        return f"({self.count:,} more: {format_number(self.x, digits)})"


@dataclass(frozen=True)
class Sum:
    """Terms added up.

    >>> Sum((product(0.5, 0.4), product(-0.1, 2), Number(0.2))).text(4)
    '0.5*0.4 - 0.1*2 + 0.2'
    """

    terms: tuple[Term, ...]

    def text(self, digits: int) -> str:
        first, *others = [term.text(digits) for term in self.terms] or ["0"]
        return first + "".join(f"{_Part(text):+}" for text in others)

    def value(self, digits: int) -> float:
        return sum(term.value(digits) for term in self.terms)


class _Part(str):
    """Text in a template: ``{0:-}`` has brackets where it is negative, ``{0:+}`` is the next term of a sum."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        if spec == "+":
            return f" - {self[1:]}" if self[:1] == "-" else f" + {self}"
        return f"({self})" if spec and self[:1] == "-" else str(self)


def product(*factors: float) -> Formula:
    """``a*b*...``."""
    template = "*".join("{0}" if place == 0 else f"{{{place}:-}}" for place in range(len(factors)))
    return Formula(template, lambda *numbers: float(np.prod(numbers)), tuple(map(Number, factors)))


def selected(terms: Array) -> list[int]:
    """The places of the terms that a shortened sum shows: all, or the largest, the largest first.

    >>> selected(np.array([1.0, 2, 3, 4, -50, 6, 7, 80, 9]))
    [7, 4, 8, 6, 5]
    """
    n = len(terms)
    if n <= MOST_TERMS:
        return list(range(n))
    size = np.abs(np.nan_to_num(np.asarray(terms, np.float64), nan=np.inf))
    return [*map(int, np.argsort(-size, kind="stable")[:LARGEST_TERMS])]


def long_sum(terms: Array, write: Callable[[int], Term], further: Sequence[Term] = ()) -> Sum:
    """A sum over an array of terms, shortened where it is long.

    Args:
        terms: (n,), each term's value.
        write: from a term's place to the term.
        further: terms that are always shown, at the end.
    """
    places = selected(terms)
    left = np.delete(np.asarray(terms, np.float64), places)
    if not len(left):
        return Sum((*map(write, places), *further))
    return Sum((*map(write, places), Rest(float(left.sum()), len(left)), *further))


def dot(w: Array, a: Array, *further: Term) -> Sum:
    """``w . a + further`` with the numbers of (n,) and (n,)."""
    with np.errstate(all="ignore"):
        terms = np.asarray(w, np.float64) * np.asarray(a, np.float64)
    return long_sum(terms, lambda k: product(float(w[k]), float(a[k])), further)
