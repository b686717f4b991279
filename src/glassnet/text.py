"""How messages, tables and pictures write counts, lists, numbers and untrusted text."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, SupportsFloat

from glassnet.errors import InvalidInput

LIST_LENGTH = 8  # names in a list; the rest are counted
SMALLEST_POWER, LARGEST_POWER = -4, 5  # powers of ten: numbers between them are written without an exponent


def counted(number: int, noun: str, nouns: str = "") -> str:
    """The number with its noun; ``nouns`` is the plural where it is not the noun with an s.

    >>> counted(1, "cell"), counted(0, "different number"), counted(1180, "class", "classes")
    ('1 cell', '0 different numbers', '1,180 classes')
    """
    return f"{number:,} {noun if number == 1 else nouns or noun + 's'}"


def in_all(rows: int) -> str:
    """How many rows share a value.

    >>> in_all(1), in_all(4000)
    ('in 1 row', 'in all 4,000 rows')
    """
    return "in 1 row" if rows == 1 else f"in all {rows:,} rows"


def listed(items: Iterable[object], most: int = LIST_LENGTH) -> str:
    """The first ``most`` items, and how many more there are.

    >>> listed(["age", "area", "rooms", "year", "zip"], most=3)
    'age, area, rooms and 2 more'
    """
    texts = list(map(str, items))
    more = len(texts) - most
    return ", ".join(texts) if more <= 0 else f"{', '.join(texts[:most])} and {more:,} more"


def quoted(names: Iterable[object], noun: str = "", most: int = LIST_LENGTH) -> str:
    """The names in quotes, after their noun if they have one.

    >>> quoted(["a", "b"], "column"), quoted(["a"])
    ("the columns 'a', 'b'", "'a'")
    """
    names = list(names)
    text = listed(map(repr, names), most)
    return f"the {noun}{'s' * (len(names) > 1)} {text}" if noun else text


def format_number(value: SupportsFloat, digits: int = 4) -> str:
    """``value`` rounded to significant digits, written so that ``float`` reads it.

    Trailing zeros are dropped, and the sign of a zero; digits before the point stay: 12345 is not written 12350.

    Args:
        value: a number, nan and infinities included.
        digits: how many significant digits, at least 1.

    Raises:
        InvalidInput: fewer than one digit.

    >>> format_number(0.69860001), format_number(-0.0), format_number(-2 / 3, 2), format_number(12345.6)
    ('0.6986', '0', '-0.67', '12346')
    >>> format_number(123456.7), format_number(0.000012), format_number(float("nan")), format_number(-math.inf)
    ('1.235e5', '1.2e-5', 'nan', '-inf')
    """
    if digits < 1:
        raise InvalidInput("a number needs at least one digit", f"digits={digits}", "pass digits=1 or more")
    number = float(value)
    if not math.isfinite(number) or number == 0:
        return str(number + 0.0) if number else "0"
    if 10**digits <= abs(number) < 10**LARGEST_POWER - 0.5:
        return f"{number:.0f}"
    mantissa, _, power = f"{number:.{digits - 1}e}".partition("e")
    exponent = int(power)  # of the rounded number: 9.9996 has become 10
    if SMALLEST_POWER <= exponent < LARGEST_POWER:
        return _without_zeros(f"{number:.{max(0, digits - 1 - exponent)}f}")
    return f"{_without_zeros(mantissa)}e{exponent}"


def _without_zeros(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def plain(value: Any) -> Any:
    """``value`` as JSON can hold it: NumPy's numbers and arrays as Python's, None for a number that is not finite.

    >>> plain({"cost": float("nan"), "layers": (3, 1)})
    {'cost': None, 'layers': [3, 1]}
    """
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return plain(value.tolist()) if hasattr(value, "tolist") else value


def one_line(text: object, longest: int = 300) -> str:
    """``text``, which may come from an untrusted file, on one line of at most ``longest`` characters.

    >>> one_line("two\\nlines"), one_line("endless", 3)
    ('two lines', 'end...')
    """
    line = " ".join(str(text).split())
    return line if len(line) <= longest else line[:longest] + "..."
