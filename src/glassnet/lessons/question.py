"""A question, asked before its value is shown: the exact answer, and the usual slips with what comes out of each."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from glassnet.text import format_number, one_line

CLOSE = 0.02  # of the answer: a rounded number further away is another number
NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?", re.IGNORECASE)
THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?")


@dataclass(frozen=True)
class Verdict:
    """What an answer is: ``right``, a usual ``slip``, ``wrong``, or ``unread`` (no number); and a sentence."""

    kind: Literal["right", "slip", "wrong", "unread"]
    sentence: str


@dataclass(frozen=True)
class Question:
    """One question whose answer is a number.

    Args:
        ask: the question, with every number that it needs.
        answer: the exact answer, computed by the engine.
        why: how it comes about, ``symbol = formula = numbers = value``.
        slips: a clause that names a usual slip -> the number it leads to. One that leads to the answer is not a slip.

    >>> question = Question("2 * 3 + 1?", 7.0, "2 * 3 + 1 = 7", {"the bias is forgotten": 6.0})
    >>> question.judge("6").sentence
    '6 is what comes out when the bias is forgotten.'
    >>> question.judge("7,0").kind, question.judge("14/2").kind, question.judge("9").kind, question.judge("?").kind
    ('right', 'right', 'wrong', 'unread')
    """

    ask: str
    answer: float
    why: str
    slips: Mapping[str, float] = field(default_factory=dict)

    def distinct_slips(self) -> dict[str, float]:
        """The slips without those that lead to the answer by chance: each leads to a number of its own."""
        found: dict[str, float] = {}
        for clause, value in self.slips.items():
            if all(
                not math.isclose(value, other, rel_tol=1e-9, abs_tol=1e-12) for other in (self.answer, *found.values())
            ):
                found[clause] = float(value)
        return found

    def judge(self, text: str) -> Verdict:
        """Whether a typed answer is right, to the digits that were typed, or which slip it comes from.

        Args:
            text: a number with a point or a comma, or a fraction.
        """
        typed = list(readings(text))
        if not typed:
            return Verdict("unread", f"{one_line(text, 40)!r} is not a number; write it as 0.5, 0,5 or 1/2.")
        said = one_line(text.strip(), 40)
        if any(self._nearest(value, place) == "" for value, place in typed):
            return Verdict("right", f"Right: {self.why}.")
        for clause in (self._nearest(value, place) for value, place in typed):
            if clause is not None:
                return Verdict("slip", f"{said} is what comes out when {clause}.")
        return Verdict("wrong", f"{said} is not it.")

    def _nearest(self, typed: float, place: float) -> str | None:
        """The slip that a number is nearest to; "" for the answer, None where it is near nothing."""
        candidates = {"": self.answer, **self.distinct_slips()}
        near = {clause: abs(typed - value) for clause, value in candidates.items() if agrees(typed, place, value)}
        return min(near, key=near.__getitem__) if near else None


def agrees(typed: float, place: float, exact: float) -> bool:
    """Whether a number typed to some decimal place is ``exact``, rounded or cut off there.

    Args:
        typed, place: the number, and what one unit of its last digit is worth; 0 of a fraction.
        exact: the number it should be.

    >>> agrees(0.7, 0.1, 0.6986), agrees(0.69, 0.01, 0.6986), agrees(0.6, 0.1, 0.6986), agrees(30, 1, 26.43)
    (True, True, False, False)
    """
    allowed = min(place, CLOSE * abs(exact)) + 1e-9 * max(1.0, abs(exact))
    return abs(typed - exact) <= allowed


def readings(text: str) -> Iterator[tuple[float, float]]:
    """What a typed number may mean: each meaning with the worth of its last digit.

    >>> list(readings("0,7")), list(readings("1,250")), list(readings("-1/4")), list(readings("some"))
    ([(0.7, 0.1)], [(1.25, 0.001), (1250.0, 1.0)], [(-0.25, 0.0)], [])
    """
    written = text.strip().replace("−", "-").replace(" ", "")
    top, slash, bottom = written.replace(",", ".").partition("/")
    if slash:
        from fractions import Fraction  # seldom wanted, and slow to load

        if NUMBER.fullmatch(top) and NUMBER.fullmatch(bottom) and float(bottom):
            yield float(Fraction(top) / Fraction(bottom)), 0.0
        return
    if NUMBER.fullmatch(top):
        yield float(top), _place(top)
    if THOUSANDS.fullmatch(written):
        whole = written.replace(",", "")
        yield float(whole), _place(whole)


def _place(number: str) -> float:
    mantissa, _, power = number.lower().partition("e")
    return float(f"1e{int(power or 0) - len(mantissa.partition('.')[2])}")


def shown(value: float) -> str:
    """A number as questions write it, to six digits.

    >>> shown(0.6986), shown(-3.0)
    ('0.6986', '-3')
    """
    return format_number(value, 6)


def plus(value: float) -> str:
    """A number to be added, with its sign.

    >>> plus(0.2), plus(-5.0)
    ('+ 0.2', '- 5')
    """
    return f"{'-' if value < 0 else '+'} {shown(abs(value))}"
