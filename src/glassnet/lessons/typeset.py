"""Sentences with formulas in them, as HTML: ``z1[1]`` with its unit lowered, its layer raised; a true minus; ``ŷ``."""

from __future__ import annotations

import re
from html import escape

from glassnet.glass.formula import GREEK, HATS

# A symbol by itself, with what is lowered, raised, or above it; never the name of a setting, as in alpha=0.5.
SYMBOL = re.compile(
    rf"(?<![\w.=])(?P<d>d?)(?P<name>[A-Za-z]|{'|'.join(GREEK)})(?P<hat>(?<=[yf])\^(?![A-Za-z-]))?"
    r"(?P<low>\d+|_[a-z]{1,2})?(?P<layer>\[[^\]\s]{1,5}\])?(?P<high>\^-?(?:\d+(?:\.\d+)?|\w+))?(?![\w=\[])"
)
POWER = re.compile(r"(?<=[\d)])\^(-?\w+)")
TIMES = re.compile(r"(?<=[\w\])])\*(?=[\w(-])|(?<= )\*(?= )")
MINUS = re.compile(r"(?<= )-(?= )|(?<![\w\])=])-(?=[\w(])")


def typeset(text: str) -> str:
    """Escaped, with the symbols set.

    >>> typeset("What is z1[1] = 0.5*x1 - 2 for y^ < e^-z?")
    'What is z<sub>1</sub><sup>[1]</sup> = 0.5·x<sub>1</sub> − 2 for ŷ &lt; e<sup>−z</sup>?'
    >>> typeset("A line: alpha=0.5, I say, is too large; alpha is.")
    'A line: alpha=0.5, I say, is too large; α is.'
    >>> typeset("y^1, e^0.2, (y - y^)^2, dJ/dtheta_j")
    'ŷ<sub>1</sub>, e<sup>0.2</sup>, (y − ŷ)<sup>2</sup>, dJ/dθ<sub>j</sub>'
    """
    set_, end = "", 0
    for found in SYMBOL.finditer(text):
        set_ += escape(text[end : found.start()]) + _symbol(found)
        end = found.end()
    return MINUS.sub("−", TIMES.sub("·", POWER.sub(r"<sup>\1</sup>", set_ + escape(text[end:]))))


def _symbol(found: re.Match[str]) -> str:
    name = HATS[found["name"]] if found["hat"] else GREEK.get(found["name"], found["name"])
    low = f"<sub>{found['low'].strip('_')}</sub>" if found["low"] else ""
    high = "".join(part.removeprefix("^") for part in (found["layer"], found["high"]) if part)
    return f"{found['d']}{name}{low}<sup>{high}</sup>" if high else f"{found['d']}{name}{low}"
