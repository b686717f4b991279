"""Characters that mean the same in a number or a date, as the one that the readers know."""

from __future__ import annotations

from functools import cache

from glassnet.data.arrow import pa, pc

# The zero of each script whose digits are written as numbers.
ZEROS = "٠۰०০੦૦୦௦౦೦൦๐໐０"
SAME = {
    "-": "−﹣－‐‑–—",
    " ": "\u00a0\u202f\u2009\u2007\u2002\u3000",
    "'": "’‘ʼ´",
    ".": "٫．",
    ",": "٬，、",
    "%": "％٪",
    "$": "＄",
    "¥": "￥",
    "(": "（",
    ")": "）",
    "/": "／",
    ":": "：",
    "+": "＋",
    ".5": "½",
    ".25": "¼",
    ".75": "¾",
    "": "\u200b\ufeff\u00ad\u200e\u200f\u2066\u2069",  # invisible: of no width, of the direction of writing
}


@cache
def _table() -> dict[int, str]:
    digits = {ord(zero) + value: str(value) for zero in ZEROS for value in range(10)}
    return digits | {ord(other): char for char, others in SAME.items() for other in others}


def plain_characters(texts: pa.Array) -> pa.Array:
    """The Arrow strings with ASCII digits, blanks and signs in place of their likes.

    >>> plain_characters(pa.array(["−１２", "1\\u202f234"])).to_pylist()
    ['-12', '1 234']
    """
    if pc.all(pc.string_is_ascii(texts)).as_py() in (True, None):
        return texts
    changed = [text if text is None or text.isascii() else text.translate(_table()) for text in texts.to_pylist()]
    return pa.array(changed, pa.string())
