"""How messages count and list."""

from __future__ import annotations

from collections.abc import Iterable

SHOWN = 8  # names in a list; the rest are counted


def counted(number: int, noun: str, nouns: str = "") -> str:
    """The number with its noun, or its ``nouns`` where an s does not make them.

    >>> counted(1, "cell"), counted(0, "different number")
    ('1 cell', '0 different numbers')
    """
    return f"{number} {noun if number == 1 else nouns or noun + 's'}"


def in_all(rows: int) -> str:
    """Where a value is that every row has.

    >>> in_all(1), in_all(40)
    ('in 1 row', 'in all 40 rows')
    """
    return "in 1 row" if rows == 1 else f"in all {rows} rows"


def listed(names: Iterable[str], noun: str = "") -> str:
    """The names, as many as can be read, after their noun if they have one.

    >>> listed(["a", "b"], "column")
    "the columns 'a', 'b'"
    """
    names = list(names)
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    shown = ", ".join(map(repr, names[:SHOWN])) + more
    return f"the {noun}{'s' * (len(names) > 1)} {shown}" if noun else shown
