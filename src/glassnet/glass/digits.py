"""Numbers as people read them: by significant digits, the same way in every ledger, table and picture."""

from __future__ import annotations

import math
from typing import SupportsFloat

from glassnet.errors import InvalidInput

LEAST, MOST = -4, 5  # powers of ten: between them a number is written out; beyond, with an exponent


def shown(value: SupportsFloat, digits: int = 4) -> str:
    """``value`` rounded to significant digits, so written that ``float`` reads it.

    Zeros that say nothing go, as does the sign of a zero; digits before the point stay, for a count of 12345 is not
    12350. The minus is the keyboard's.

    Args:
        value: a number, nan and infinities included.
        digits: how many significant digits, at least 1.

    Raises:
        InvalidInput: fewer digits than 1.

    >>> shown(0.69860001), shown(17.0), shown(-0.0), shown(-2 / 3, 2), shown(12345.6)
    ('0.6986', '17', '0', '-0.67', '12346')
    >>> shown(123456.7), shown(0.000012), shown(float("nan")), shown(-math.inf)
    ('1.235e5', '1.2e-5', 'nan', '-inf')
    """
    if digits < 1:
        raise InvalidInput("a number is shown with at least one digit", seen=f"digits={digits}")
    number = float(value)
    if not math.isfinite(number) or number == 0:
        return str(number + 0.0) if number else "0"
    if 10**digits <= abs(number) < 10**MOST - 0.5:
        return f"{number:.0f}"
    mantissa, _, power = f"{number:.{digits - 1}e}".partition("e")
    exponent = int(power)  # of the rounded number: 9.9996 has become 10
    if LEAST <= exponent < MOST:
        return _bare(f"{number:.{max(0, digits - 1 - exponent)}f}")
    return f"{_bare(mantissa)}e{exponent}"


def _bare(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text
