"""Type guards for untrusted values: whether a value is of a type and within a range."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeGuard, TypeVar

T = TypeVar("T")
N = TypeVar("N", bound=float)


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
    """Whether ``value`` is a finite float, or an int that a float represents exactly; a bool is not.

    >>> [is_number(value) for value in (0.5, 2**53, 2**53 + 1, 10**400, math.nan, True)]
    [True, True, False, False, False, False]
    """
    if isinstance(value, float):
        return math.isfinite(value)
    return is_integer(value) and abs(value) < 2**1023 and float(value) == value


def is_section(value: object) -> TypeGuard[dict[str, Any]]:
    """Whether ``value`` is a dict."""
    return isinstance(value, dict)


def among(names: list[str]) -> Callable[[object], TypeGuard[str]]:
    """The guard for one of ``names``."""

    def is_known(value: object) -> TypeGuard[str]:
        return value in names

    return is_known


def every(fits: Callable[[object], TypeGuard[T]]) -> Callable[[object], TypeGuard[list[T]]]:
    """The guard for a list of values that fit."""

    def is_list(value: object) -> TypeGuard[list[T]]:
        return isinstance(value, list) and all(map(fits, value))

    return is_list


def bounded(
    fits: Callable[[object], TypeGuard[N]], low: float | None, high: float | None
) -> Callable[[object], TypeGuard[N]]:
    """The guard for values that fit, from ``low`` to ``high`` inclusive (None: unbounded)."""

    def is_inside(value: object) -> TypeGuard[N]:
        return fits(value) and (low is None or low <= value) and (high is None or value <= high)

    return is_inside


def span(noun: str, low: float | None, high: float | None) -> str:
    """The range of :func:`bounded` as text.

    >>> span("an integer", 1, None), span("a number", 0, 1)
    ('an integer from 1', 'a number from 0 up to 1')
    """
    start = "" if low is None else f" from {low}"
    return noun + start + ("" if high is None else f" up to {high}")
