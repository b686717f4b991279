"""JSON that reads back exactly as it was written, and is safe to read from untrusted files.

The same rules hold both ways: `dumps` refuses whatever `loads` would refuse, so every file written can be read.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from itertools import accumulate
from typing import Any, Never

DEPTH = 64
CONTAINERS = 200_000
VALUES = 1_000_000
NESTED = (dict, list, tuple)
DIGITS = 80  # room for 256-bit integers: the states of random generators


class Flaw(ValueError):
    """A value that our JSON cannot hold; ``path``, where it is, grows as the error passes up the nesting."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.path = ""

    def __str__(self) -> str:
        return f"{self.path.lstrip('.')}: {self.reason}" if self.path else self.reason


def dumps(value: object) -> str:
    """Write ``value`` as JSON: the same text for equal values, whatever the order of their keys.

    Args:
        value: dicts with str keys, lists, tuples (read back as lists), str, int, finite float, bool, None.

    Raises:
        Flaw: for anything else, naming where it is.

    >>> dumps({"units": [64, 10], "bias": True})
    '{"bias":true,"units":[64,10]}'
    >>> dumps({"rates": [0.1, float("nan")]})
    Traceback (most recent call last):
    glassnet.archive.strict_json.Flaw: rates[1]: nan is not finite
    """
    check(value)
    text = json.dumps(value, allow_nan=False, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    check_size(text)
    return text


def loads(text: str) -> Any:
    """Read untrusted JSON.

    Args:
        text: the JSON.

    Raises:
        ValueError: for text that is not JSON, repeated keys, NaN, infinities, integers of more than `DIGITS` digits,
            halves of surrogate pairs, and texts beyond the bounds of `check_size`.

    >>> loads('{"a": 1, "a": 2}')
    Traceback (most recent call last):
    glassnet.archive.strict_json.Flaw: the key 'a' comes twice
    """
    check_size(text)
    value = json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse, parse_int=_integer)
    check(value)
    return value


def check_size(text: str) -> None:
    """Bound the cost of parsing ``text``, before parsing it.

    Args:
        text: JSON, perhaps.

    Raises:
        Flaw: over `DEPTH` levels, `CONTAINERS` lists and objects, or `VALUES` values.

    >>> check_size("[" * 100_000)
    Traceback (most recent call last):
    glassnet.archive.strict_json.Flaw: nested deeper than 64
    """
    # Any code can lift the parser's recursion limit, and an empty list takes 20 times the memory of its text.
    if text.count('"') > 4 * VALUES:
        raise Flaw(f"more than {VALUES} values")
    unescaped = text.replace("\\\\", "").replace('\\"', "")
    outside = "".join(unescaped.split('"')[::2])
    if outside.count(",") >= VALUES:
        raise Flaw(f"more than {VALUES} values")
    if outside.count("[") + outside.count("{") > CONTAINERS:
        raise Flaw(f"more than {CONTAINERS} lists and objects")
    steps = (1 if bracket in "[{" else -1 for bracket in re.findall(r"[][{}]", outside))
    if max(accumulate(steps), default=0) > DEPTH:
        raise Flaw(f"nested deeper than {DEPTH}")


def check(value: object, depth: int = DEPTH) -> None:
    """Refuse values that JSON would lose or change.

    Args:
        value: any object.
        depth: how many levels it may have.

    Raises:
        Flaw: naming where in ``value`` it is. A value that contains itself is refused for its depth.

    >>> check({"layers": [{"units": 3j}]})
    Traceback (most recent call last):
    glassnet.archive.strict_json.Flaw: layers[0].units: JSON has no complex
    """
    if isinstance(value, NESTED):
        _check_inside(value, depth)
    elif reason := _reason_against(value):
        raise Flaw(reason)


def _check_inside(container: dict[Any, Any] | list[Any] | tuple[Any, ...], depth: int) -> None:
    if not depth:
        raise Flaw(f"nested deeper than {DEPTH}")
    named = isinstance(container, dict)
    for key, value in container.items() if isinstance(container, dict) else enumerate(container):
        try:
            if named:
                _check_key(key)
            check(value, depth - 1)
        except Flaw as flaw:
            flaw.path = (f".{key}" if named else f"[{key}]") + flaw.path
            raise


def _check_key(key: object) -> None:
    if not isinstance(key, str):
        raise Flaw(f"a key of type {type(key).__name__}, keys are strings")
    if reason := _reason_against(key):
        raise Flaw(reason)


def _reason_against(value: object) -> str | None:
    if isinstance(value, str):
        return None if value.isascii() or _is_unicode(value) else "half of a surrogate pair"
    if isinstance(value, float):
        return None if math.isfinite(value) else f"{float(value)!r} is not finite"
    if isinstance(value, int):
        return None if abs(value) < 10**DIGITS else f"an integer of more than {DIGITS} digits"
    return None if value is None else f"JSON has no {type(value).__name__}"


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        repeated = next(key for key, times in Counter(key for key, _ in pairs).items() if times > 1)
        raise Flaw(f"the key {repeated[:40]!r} comes twice")
    return found


def _refuse(constant: str) -> Never:
    raise Flaw(f"{constant} is not JSON")


def _integer(digits: str) -> int:
    # Checked before `int` converts: its time grows with the square of the digits, and its own limit can be lifted.
    if len(digits.lstrip("-")) > DIGITS:
        raise Flaw(f"an integer of more than {DIGITS} digits")
    return int(digits)
