"""A sum of products written out: short, and honest about rounding."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import isfinite

from glassnet.text import bracketed, format_number

MOST_TERMS = 6


def written_dot(
    a: Iterable[float], b: Iterable[float], plus: float | None, value: float, digits: int = 4, most: int = MOST_TERMS
) -> str:
    """``a . b + plus = value``, the products written out; of a long sum the first terms and how many more.

    Args:
        a, b: the factors, (n,) each.
        plus: what is added, such as a bias, or None.
        value: the result.
        digits: significant digits.
        most: how many products are written.

    >>> written_dot([1, 2, 3], [4, 1, 3], None, 15)
    '1*4 + 2*1 + 3*3 = 15'
    >>> written_dot([1 / 3], [3.0], -0.5, 0.5)
    '0.3333*3 + (-0.5) = 0.5 (rounded)'
    """
    pairs = [(format_number(x, digits), format_number(y, digits)) for x, y in zip(a, b, strict=True)]
    shown = pairs if len(pairs) <= most else pairs[: most - 1]
    terms = [f"{bracketed(x)}*{bracketed(y)}" for x, y in shown]
    if len(shown) < len(pairs):
        rest = sum(float(x) * float(y) for x, y in pairs[len(shown) :])
        terms.append(f"({len(pairs) - len(shown):,} more: {format_number(rest, digits)})")
    added = [] if plus is None else [format_number(plus, digits)]
    written = " + ".join([*terms, *map(bracketed, added)]) or "0"
    said = f"{written} = {format_number(value, digits)}"
    if len(shown) < len(pairs) or adds_up(pairs, added, format_number(value, digits)):
        return said
    return f"{said} (rounded)"


def adds_up(pairs: Sequence[tuple[str, str]], added: Sequence[str], result: str) -> bool:
    """True where the numbers as shown give the result as shown, exactly; of what is not finite nothing is said."""
    numbers = [*(x for pair in pairs for x in pair), *added, result]
    if not all(isfinite(float(x)) for x in numbers):
        return True
    total = sum((Fraction(x) * Fraction(y) for x, y in pairs), Fraction(0)) + sum(map(Fraction, added), Fraction(0))
    return total == Fraction(result)
