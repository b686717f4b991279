"""How messages, tables and pictures write counts, lists, numbers and untrusted text."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable
from typing import Any, SupportsFloat

LONGEST = 300  # characters of a sentence, whatever an untrusted file holds
LONGEST_SEEN = 40  # letters of what was seen, where the sentence would be too long
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

    >>> format_number(0.69860001), format_number(-0.0), format_number(-2 / 3, 2), format_number(12345.6)
    ('0.6986', '0', '-0.67', '12346')
    >>> format_number(123456.7), format_number(0.000012), format_number(float("nan")), format_number(-math.inf)
    ('1.235e5', '1.2e-5', 'nan', '-inf')
    """
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


def amount(value: SupportsFloat, digits: int = 4) -> str:
    """A number as people write it, whole from a thousand on, with commas.

    >>> amount(31590.4), amount(46.3565), amount(1.0), amount(2e20), amount(float("nan"))
    ('31,590', '46.36', '1', '2e20', 'nan')
    """
    number = float(value)
    if 1000 <= abs(number) < 1e15:
        return f"{number:,.0f}"
    return format_number(number, digits)


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


# A letter; or a joiner between two letters that are not ASCII, where scripts and emoji need it.
_LETTER = re.compile("(?<=[^\\0-\x7f])[\u200c\u200d](?=[^\\0-\x7f])|(.)", re.DOTALL)


def bracketed(number: str) -> str:
    """A written number, in brackets where it is negative: ``2*(-0.5)``."""
    return f"({number})" if number.startswith("-") else number


def printable(text: object) -> str:
    """``text`` as a terminal may receive it: what it would obey, or not show, is written as an escape.

    Those are controls, ends of lines, marks that turn the line around, zero widths, halves of surrogates.

    >>> print(printable("price\\x1b[31m\\n\\u202e"), printable("größe 名前"))
    price\\x1b[31m\\n\\u202e größe 名前
    """
    text = str(text)
    return text if text.isprintable() else _LETTER.sub(lambda found: _visible(found[1] or "") or found[0], text)


def _visible(letter: str) -> str:
    return letter if letter.isprintable() or unicodedata.category(letter) == "Zs" else repr(letter)[1:-1]


def shortened(text: str, longest: int) -> str:
    """``text`` with its middle left out where it is longer than ``longest`` letters.

    >>> shortened("a name without an end.csv", 14)
    'a name ...csv'
    """
    if len(text) <= longest:
        return text
    tail = (longest - 3) // 3  # names differ at both ends, and a sentence begins with what it is about
    return with_gap(text, longest - 3 - tail, len(text) - tail, "...")


# Numbers with their sign, point and power; words.
_TOKEN = re.compile(r"[-+]?\d[\d.,_]*(?:e[-+]?\d+)?|[^\W\d]+")
LONG_WORD = 16  # letters: a longer word may be cut
LONG_NUMBER = 40  # digits: a longer one is not a value of any type, and would leave nothing of the text


def with_gap(text: str, head: int, tail: int, dots: str) -> str:
    """``text[:head]`` and ``text[tail:]`` with dots between; no cut is inside a number, or a word if more is left.

    >>> with_gap("2.5*1.5443 + 12 more", 6, 10, "..."), with_gap("fifty rows left out", 8, 17, "...")
    ('2.5*... + 12 more', 'fifty ...ut')
    """
    for found in _TOKEN.finditer(text):
        (start, end), number = found.span(), found[0][-1:].isdigit() and len(found[0]) <= LONG_NUMBER
        short = end - start <= LONG_WORD
        if start < head < end and (number or (short and start)):
            head = start
        if start < tail < end and (number or (short and end < len(text))):
            tail = end
    return f"{text[:head]}{dots}{text[tail:]}"


def one_line(text: object, longest: int = LONGEST) -> str:
    """``text``, which may come from an untrusted file, on one line of at most ``longest`` printable characters.

    >>> one_line("two\\nlines"), one_line("endless", 6)
    ('two lines', 'en...s')
    """
    return shortened(printable(" ".join(str(text).split())), longest)


def sentence(cause: str, seen: str = "", remedy: str = "") -> str:
    """Cause, what was seen and remedy in one printable line of at most ``LONGEST`` letters.

    What was seen is shortened first, then the longest of the three parts.

    >>> sentence("y has 3 rows", "shapes (3,) and (4, 2)", "pass one label a row")
    'y has 3 rows (seen: shapes (3,) and (4, 2)); pass one label a row.'
    """
    # none can be longer than all together: cut once, the steps below are short
    parts = [shortened(printable(re.sub(r"\s*\n\s*", " ", part)), LONGEST) for part in (cause, seen, remedy)]
    parts[1] = shortened(parts[1], max(LONGEST_SEEN, LONGEST - len(_joined(parts[0], ".", parts[2]))))
    while (excess := len(_joined(*parts)) - LONGEST) > 0:
        second, longest = sorted(map(len, parts))[1:]
        most = max(range(3), key=lambda i: len(parts[i]))
        parts[most] = shortened(parts[most], max(longest - excess, second - 1))
    return _joined(*parts)


def _joined(cause: str, seen: str, remedy: str) -> str:
    return f"{cause}{seen and f' (seen: {seen})'}{remedy and f'; {remedy}'}."
