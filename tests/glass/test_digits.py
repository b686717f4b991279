"""``format_number``: significant digits, one way of writing."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.text import format_number

finite = st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-0.0, "0"),
        (1, "1"),
        (True, "1"),
        (0.5, "0.5"),
        (0.0058, "0.0058"),
        (-0.55, "-0.55"),
        (0.69860001, "0.6986"),
        (9.99996, "10"),
        (1234.5, "1234"),  # the nearest even: Python's own rounding of an exact tie
        (12345.6, "12346"),
        (99999.4, "99999"),
        (99999.6, "1e5"),
        (123456, "1.235e5"),
        (0.0001, "0.0001"),
        (0.00012345678, "0.0001235"),
        (0.000099999, "0.0001"),
        (0.00009, "9e-5"),
        (-1.5e-9, "-1.5e-9"),
        (5e-324, "4.941e-324"),
        (1.7976931348623157e308, "1.798e308"),
        (math.nan, "nan"),
        (-math.nan, "nan"),
        (math.inf, "inf"),
        (-math.inf, "-inf"),
    ],
)
def test_as_people_write(value, text):
    assert format_number(value) == text
    assert format_number(np.float64(value)) == text


@given(finite, st.integers(1, 17))
def test_what_is_shown_is_the_number_rounded(value, digits):
    text = format_number(value, digits)
    assert text != "-0" and not text.startswith("+")
    if math.isinf(float(text)):  # 1.8e308 rounds up beyond what a float holds
        assert abs(value) > 1e308
    else:
        assert float(text) == pytest.approx(value, rel=0.51 * 10.0 ** (1 - digits), abs=5e-324)


@given(finite)
def test_the_sign_is_that_of_the_number(value):
    assert format_number(-value) == (
        format_number(value)[1:] if value < 0 else "-" + format_number(value) if value > 0 else "0"
    )


@given(finite)
def test_it_is_short(value):
    assert len(format_number(value)) <= 11  # -1.234e-308
