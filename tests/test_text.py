"""Untrusted text: what a terminal would obey, or not show, is written as an escape; sentences stay short."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.errors import InvalidInput, unknown_name
from glassnet.text import LONGEST, one_line, printable, sentence, shortened

OBEYED = [
    "\x1b[31m",
    "\x9b31m",
    "\a",
    "\b",
    "\r",
    "\n",
    "\x7f",
    "\u202e",
    "\u2066",
    "\u2028",
    "\u200b",
    "\ufeff",
    "\udc80",
]


@pytest.mark.parametrize("code", OBEYED, ids=ascii)
def test_no_terminal_obeys(code):
    shown = printable(f"a{code}b")
    assert shown.isprintable()
    assert shown == f"a{code.encode('unicode_escape', 'surrogatepass').decode()}b"
    assert printable(shown) == shown


@pytest.mark.parametrize(
    "name", ["größe", "名前", "می\u200cخواهم", "👩\u200d🔬", "a\xa0b", "e\u0301", "क्\u200dष"], ids=ascii
)
def test_letters_of_all_scripts_stay(name):
    assert printable(name) == name


def test_a_joiner_between_ascii_letters_is_shown():
    assert printable("pass\u200dword") == "pass\\u200dword"


@given(st.text(), st.text(), st.text())
def test_a_sentence_is_short_and_printable(cause, seen, remedy):
    for many in (1, 100):
        said = sentence(cause * many, seen * many, remedy * many)
        assert len(said) <= LONGEST
        assert not any(letter in said for letter in "\n\x1b\u202e\u2066")


@given(st.text(min_size=1), st.integers(10, 100))
def test_a_line_is_short(text, longest):
    assert len(one_line(text * 50, longest)) <= longest


def test_errors_are_sentences_whatever_a_file_says():
    error = InvalidInput(f"row 3 of column {'x' * 500!r} is not a number", "\x1b[2J" * 900, "correct the cell")
    assert str(error).startswith("row 3 of column 'xxx") and str(error).endswith("; correct the cell.")
    assert "x' is not a number (seen: \\x1b[2J" in str(error) and len(str(error)) <= LONGEST
    many = unknown_name("column named", "age", ["a" * 400, *(f"c{i}" * 60 for i in range(30))])
    assert str(many).startswith("there is no column named 'age'; ") and len(str(many)) <= LONGEST


@given(st.text("0123456789.e-+* abc", min_size=5, max_size=60), st.integers(4, 58))
def test_a_number_is_never_cut(text: str, longest: int) -> None:
    """What is left of a shortened text has only numbers that the text has."""
    short = shortened(text, longest)
    assert len(short) <= max(longest, 3)
    numbers = re.compile(r"[-+]?\d[\d.]*(?:e[-+]?\d+)?")
    assert set(numbers.findall(short.replace("...", " "))) <= set(numbers.findall(text)) | {""}
