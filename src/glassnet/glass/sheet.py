"""The one style sheet of all markup. A page serves it once; a notebook has it before each output, where every rule is
about our classes alone; a saved picture needs none, for its colors are attributes too.

Colors follow the page's color scheme, not the system's. No markup has a ``style`` attribute, so that a page may forbid
them (Content-Security-Policy: ``style-src 'self'``).

>>> ".glassnet .l-positive{stroke:var(--gn-positive)}" in sheet()
True
"""

from __future__ import annotations

from functools import cache
from html import escape

from glassnet.glass.palette import ROLES, SCHEMES

SCENE = (  # a picture wider than its page scrolls: shrunk letters cannot be read
    ".glassnet-scene{margin:1em 0;overflow-x:auto}.glassnet-scene summary{cursor:pointer}"
    ".glassnet-scene table{border-collapse:collapse;margin:.5em 0}.glassnet-scene caption{text-align:left}"
    ".glassnet-scene th,.glassnet-scene td{padding:.1em .8em .1em 0;text-align:left}"
)
LEDGER = (
    ".glassnet-ledger{font:1em/1.6 system-ui,sans-serif;overflow-x:auto}"
    ".glassnet-ledger details,.glassnet-ledger .line{margin-left:1.2em}"
    ".glassnet-ledger summary{cursor:pointer;margin-left:-1.2em}"
    ".glassnet-ledger .said{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}"
    ".glassnet-ledger .remark{opacity:.75;font-size:.9em;margin-left:.8em}"
)


@cache
def sheet() -> str:
    """The sheet: the palette's colors by class, then how pictures and ledgers lie in a page."""
    return f"@supports (color:light-dark(#000,#fff)){{{_colors()}}}{SCENE}{LEDGER}"


def _colors() -> str:
    """A custom property for each color of the palette, and the classes of lines, letters and tints that use it."""
    light, dark = SCHEMES["light"], SCHEMES["dark"]
    both = "".join(
        f"--gn-{role}:light-dark({light[role].line},{dark[role].line});"
        f"--gn-{role}-tint:light-dark({light[role].tint},{dark[role].tint});"
        for role in ROLES
    )
    classes = "".join(
        f".glassnet .l-{role}{{stroke:var(--gn-{role})}}.glassnet .f-{role}{{fill:var(--gn-{role})}}"
        f".glassnet .t-{role}{{fill:var(--gn-{role}-tint)}}"
        for role in ROLES
    )
    theirs = "".join(  # matplotlib's pictures have no classes: its light colors, letters and paper are found by value
        f'.glassnet-scene svg [{what}="{light[role].line}"]{{{what}:var(--gn-{role})}}'
        for role in ROLES
        for what in ("fill", "stroke")
    )
    return f".glassnet,.glassnet-scene{{{both}}}{classes}{theirs}"


def styled(markup: str) -> str:
    """Markup with its sheet before it: a fragment for notebooks, which serve none."""
    return f"<style>{sheet()}</style>{markup}"


def page(title: str, markup: str) -> str:
    """Markup as a whole HTML page that needs nothing else; light or dark as the reader's system is."""
    head = f'<meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>{escape(title)}</title>'
    return f'<!doctype html>\n<html lang="en"><head>{head}<style>{sheet()}</style></head><body>{markup}</body></html>\n'
