"""How wide a text may become, whatever the reader's font is: an upper bound, so that labels never meet."""

from __future__ import annotations

import unicodedata
from bisect import bisect
from functools import cache, lru_cache

from glassnet.glass.formula import runs
from glassnet.text import with_gap

# Widths in em, each the widest of DejaVu Sans, Verdana, Helvetica, Segoe UI and Noto Sans, rounded up.
ASCII = {
    "'ijl": 0.28, " ": 0.36, ",.f": 0.37, "!t": 0.41, "r": 0.43, "\"-()/:;I[\\]|": 0.46, "J": 0.5, "s": 0.53,
    "?z": 0.55, "c": 0.56, "L": 0.57, "k": 0.6, "vxy": 0.6, "FT": 0.62, "aeo": 0.62, "$*0123456789_`bdghnpqu{}": 0.64,
    "EPSY": 0.67, "ABKVXZ": 0.7, "CR": 0.73, "U": 0.74, "NH": 0.76, "D": 0.78, "&GOQ": 0.79, "w": 0.82,
    "#+<=>^~": 0.84, "M": 0.92, "m": 0.98, "W": 0.99, "@": 1.02, "%": 1.1,
}  # fmt: skip
OTHERS = {
    "…": 1.0, "⋮": 1.0, "⋯": 1.0, "⋱": 1.0, "×": 0.84, "·": 0.38, "−": 0.84, "→": 1.0, "Σ": 0.75, "∂": 0.64, "α": 0.7,
    "µ": 0.67, "ŷ": 0.62,
}  # fmt: skip
WIDTHS = {character: width for group, width in ASCII.items() for character in group} | OTHERS

BOLD = 0.17  # em: what bold adds to any character
UNKNOWN, WIDE = 1.1, 1.4  # em: a letter of a script not listed; ideographs and pictures
LINE = 1.25  # em: the height of a line of text
SIZE = 13.0  # pixels: the size of ordinary text
LEAST = 11.0  # pixels: smaller letters cannot be read
SCRIPT = 0.78  # of the size of a formula: that of what is raised and lowered
MONO = 0.625  # em: every letter of a program


def text_width(text: str, size: float = SIZE, *, bold: bool = False) -> float:
    """An upper bound of the width of ``text`` in pixels at font size ``size``.

    >>> text_width("0.6986", 10)
    35.7
    """
    em = sum(_width(character) + (BOLD if bold else 0) for character in text)
    return round(em * size, 2)


def script_size(size: float) -> float:
    """The size of indices and powers in a formula of this size."""
    return max(LEAST, SCRIPT * size)


def formula_width(formula: str, size: float = SIZE, *, bold: bool = False) -> float:
    """An upper bound of the width of a formula as it is set.

    >>> formula_width("w13[1]") < text_width("w13[1]")
    True
    """
    return _formula_width(formula.translate(_DIGITS), size, bold)


_DIGITS = str.maketrans("23456789", "11111111")  # all as wide; a power's leading 0 is left out


@lru_cache(maxsize=1 << 14)
def _formula_width(formula: str, size: float, bold: bool) -> float:
    total = before = 0.0
    for run in runs(formula):
        width = text_width(run.text, script_size(size) if run.level else size, bold=bold)
        total += max(width - before, 0.0) if run.stacked else width
        before = width
    return round(total, 2)


def is_certain(text: str) -> bool:
    """True where the bound is known to hold; where not, the drawing must squeeze the text to it."""
    return all(character in WIDTHS for character in text)


@cache
def _width(character: str) -> float:
    known = WIDTHS.get(character)
    if known is not None:
        return known
    parts = unicodedata.normalize("NFKD", character)
    if parts != character:  # é is as wide as e
        return sum(_width(part) for part in parts)
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0.0
    return WIDE if unicodedata.east_asian_width(character) in "WF" else UNKNOWN


@lru_cache(4096)  # a name stands at many edges
def shortened(text: str, width: float, size: float = SIZE, *, bold: bool = False) -> str:
    """``text``, its middle left out where it is wider than ``width`` pixels; both ends of a name tell it apart.

    >>> shortened("days until the midterm", 100)
    'days …dterm'
    """
    if text_width(text, size, bold=bold) <= width:
        return text
    # The more characters, the wider: the first count that is too wide is found by halving.
    count = bisect(range(1, len(text)), width, key=lambda keep: text_width(_ends(text, keep), size, bold=bold))
    head = (count + 1) // 2
    return with_gap(text, head, len(text) - (count - head), "…")


def wrapped(text: str, width: float, size: float = SIZE, *, bold: bool = False) -> list[str]:
    """``text`` in lines of at most ``width`` pixels, broken at spaces; a longer word is shortened.

    >>> wrapped("58 rows and 26 columns left out", 120)
    ['58 rows and 26', 'columns left out']
    """
    lines = [""]
    for word in (shortened(word, width, size, bold=bold) for word in text.split()):
        longer = f"{lines[-1]} {word}".strip()
        if text_width(longer, size, bold=bold) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _ends(text: str, keep: int) -> str:
    """``keep`` characters from both ends of ``text``, dots between them."""
    head = (keep + 1) // 2
    return text[:head] + "…" + text[len(text) - (keep - head) :]
