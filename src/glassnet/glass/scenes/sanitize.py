"""Names as pictures can hold them: what a user typed, without what no picture or terminal should receive."""

from __future__ import annotations

import math
from typing import Any, SupportsFloat

from glassnet.text import format_number, plain, printable

LONGEST = 500  # characters of a name; the rest is cut off


def clean(name: object) -> str:
    """``name`` on one line, without control characters (XML forbids them, terminals obey them).

    >>> clean("days\\nuntil\\x1b[31m <midterm>")
    'days until\\\\x1b[31m <midterm>'
    """
    return printable(" ".join(str(name)[:LONGEST].split()))


def plain_cell(value: Any) -> Any:
    """``value`` as JSON has it: cleaned text, whole number, finite number, nothing; nan and infinities by name."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, SupportsFloat) and not math.isfinite(value):
        return format_number(value)
    return plain(value)


def sign_of(value: SupportsFloat) -> str:
    """The sign as a word: color alone must not carry it.

    >>> sign_of(-0.2), sign_of(0.0)
    ('negative', 'zero')
    """
    number = float(value)
    return "positive" if number > 0 else "negative" if number < 0 else "zero" if number == 0 else "not a number"
