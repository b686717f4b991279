"""How wide a text may become, whatever the reader's font is: an upper bound, so that labels never meet."""

from __future__ import annotations

import unicodedata
from functools import cache

# Widths in em, rounded up, of the widest common sans-serif (DejaVu Sans, which is Verdana's width); Helvetica, Arial,
# Roboto and Segoe are narrower throughout.
ASCII = {
    "'ijl": 0.28, "IJ": 0.3, " ,.": 0.32, "/:;\\|": 0.34, "-f": 0.37, "()[]": 0.4, "!t": 0.41, "r": 0.42, '"': 0.46,
    "*_`": 0.5, "s": 0.53, "?z": 0.54, "c": 0.56, "L": 0.57, "Fk": 0.59, "vxy": 0.6, "PTY": 0.62, "aeo": 0.62,
    "$0123456789ESbdghnpqu{}": 0.64, "K": 0.67, "ABVXZ": 0.7, "CR": 0.7, "U": 0.74, "N": 0.75, "H": 0.76, "D": 0.78,
    "&G": 0.79, "OQ": 0.79, "w": 0.82, "#+<=>^~": 0.84, "M": 0.87, "%": 0.96, "m": 0.98, "W": 0.99, "@": 1.0,
}  # fmt: skip
OTHERS = {"…": 1.0, "⋮": 1.0, "⋯": 1.0, "⋱": 1.0, "×": 0.84, "·": 0.38}
WIDTHS = {character: width for group, width in ASCII.items() for character in group} | OTHERS

MONO, BOLD = 0.61, 0.12  # em: a monospaced character; what bold adds to any
UNKNOWN, WIDE = 1.1, 1.4  # em: a letter of a script not listed; ideographs and pictures
LINE = 1.25  # em: the height of a line of text
SIZE = 13.0  # pixels: the size of ordinary text


def text_width(text: str, size: float = SIZE, *, bold: bool = False, mono: bool = False) -> float:
    """An upper bound of the width of ``text`` in pixels at font size ``size``.

    >>> text_width("0.6986", 10)
    35.2
    """
    em = sum(_width(character, mono) + (BOLD if bold else 0) for character in text)
    return round(em * size, 2)


def is_certain(text: str) -> bool:
    """True where the bound is known to hold; where not, the drawing must squeeze the text to it."""
    return all(character in WIDTHS for character in text)


@cache
def _width(character: str, mono: bool) -> float:
    known = WIDTHS.get(character)
    if known is not None:
        return MONO if mono and character.isascii() else known
    parts = unicodedata.normalize("NFKD", character)
    if parts != character:  # é is as wide as e
        return sum(_width(part, mono) for part in parts)
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0.0
    return WIDE if unicodedata.east_asian_width(character) in "WF" else UNKNOWN


def shortened(text: str, width: float, size: float = SIZE, *, bold: bool = False) -> str:
    """``text``, its middle left out where it is wider than ``width`` pixels; both ends of a name tell it apart.

    >>> shortened("days until the midterm", 100)
    'days u…dterm'
    """
    if text_width(text, size, bold=bold) <= width:
        return text
    keep = len(text) - 1
    while keep > 0:
        head = (keep + 1) // 2
        short = text[:head] + "…" + text[len(text) - (keep - head) :]
        if text_width(short, size, bold=bold) <= width:
            return short
        keep -= 1
    return "…"
