"""matplotlib's SVG without style sheets: its declarations as presentation attributes, which slide programs read, too.

>>> without_styles('<svg><path style="fill: none; stroke: #0063a6"/></svg>')
'<svg><path fill="none" stroke="#0063a6"/></svg>'
"""

from __future__ import annotations

import re
from collections.abc import Iterator

STYLED = re.compile(r' style="([^"]*)"')
SHEET = re.compile(r"\s*<defs>\s*<style[^>]*>\s*\*\s*\{([^}]*)\}\s*</style>\s*</defs>")
FONT = re.compile(r"(?P<how>.*?)(?P<size>[\d.]+px) (?P<family>.*)")
SLANTS = ("italic", "oblique")


def without_styles(svg: str) -> str:
    """``svg`` with an attribute for each declaration; those for all elements stand on the root, and are inherited."""
    found = SHEET.search(svg)
    if found:
        root = svg.index("<svg") + len("<svg")
        svg = f"{svg[:root]}{_attributes(found[1])}{svg[root : found.start()]}{svg[found.end() :]}"
    return STYLED.sub(lambda match: _attributes(match[1]), svg)


def _attributes(declarations: str) -> str:
    pairs = (declaration.partition(":") for declaration in declarations.split(";") if declaration.strip())
    said = {name.strip(): value.strip() for name, _, value in pairs}
    return "".join(f' {name}="{value}"' for pair in said.items() for name, value in _longhand(*pair))


def _longhand(name: str, value: str) -> Iterator[tuple[str, str]]:
    """``font`` in its parts: there is no attribute of all of them."""
    font = FONT.fullmatch(value) if name == "font" else None
    if font is None:
        yield name, value
        return
    for word in font["how"].split():
        yield ("font-style" if word in SLANTS else "font-variant" if "caps" in word else "font-weight"), word
    yield "font-size", font["size"]
    yield "font-family", font["family"]
