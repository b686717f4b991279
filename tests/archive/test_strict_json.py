"""JSON as strict as it claims, where Python's own parser is lenient or can be made so."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

import pytest

from glassnet.archive.strict_json import Flaw, check_size, loads


@pytest.fixture
def no_limits() -> Iterator[None]:
    """What any program may have done before it reads a file of ours."""
    recursion, digits = sys.getrecursionlimit(), sys.get_int_max_str_digits()
    sys.setrecursionlimit(10**6)
    sys.set_int_max_str_digits(0)
    yield
    sys.setrecursionlimit(recursion)
    sys.set_int_max_str_digits(digits)


@pytest.mark.parametrize(
    "start", ["", "{", '["a", ', '["\\"", ', '["\\\\", ', '["\\\\\\"", ', '{"\\u0022": ', '["[", ']
)
@pytest.mark.parametrize("bracket", ["[", '{"a":'])
def test_depth_is_found_whatever_the_strings_before_it(start: str, bracket: str) -> None:
    with pytest.raises(Flaw, match="nested deeper than 64"):
        check_size(start + bracket * 65)
    check_size(start + bracket * 60)


@pytest.mark.parametrize("text", ["[" * 100, '\\"' + "[" * 100, "\\\\" + "{" * 100, "[" * 100 + '\\\\\\"', "," * 10**6])
def test_brackets_inside_strings_do_not_count(text: str) -> None:
    assert loads(f'["{text}"]') == json.loads(f'["{text}"]')


@pytest.mark.timeout(20)
def test_limits_do_not_depend_on_the_process(no_limits: None) -> None:
    with pytest.raises(Flaw, match="nested deeper"):
        loads("[" * 10**5 + "]" * 10**5)
    with pytest.raises(Flaw, match="more than 80 digits"):
        loads("1" * 10**6)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("9" * 5000, "an integer of more than 80 digits"),
        ("9" * 81, "an integer of more than 80 digits"),
        ('{"a": [0, -1e999]}', r"a\[1\]: -inf is not finite"),
        ("[NaN]", "NaN is not JSON"),
        ("[-Infinity]", "-Infinity is not JSON"),
        ('["\\udc00"]', r"\[0\]: half of a surrogate pair"),
        ('{"a": {"\\ud800": 1}}', "half of a surrogate pair"),
        ('{"a": {"b": 1, "c": 2, "b": 1}}', "the key 'b' comes twice"),
    ],
)
def test_refusals_name_what_and_where(text: str, reason: str) -> None:
    with pytest.raises(Flaw, match=reason):
        loads(text)


@pytest.mark.parametrize("text", ["9" * 80, "-" + "9" * 80, "1e308", "0." + "1" * 500, '"\\ud83d\\ude00"', "[[], {}]"])
def test_what_is_just_within_bounds(text: str) -> None:
    assert loads(text) == json.loads(text)
