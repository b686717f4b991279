"""A lesson's things as HTML, and the page around them: no request, no script but one that its policy names."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from html import escape
from importlib.resources import files

from glassnet.errors import MissingPackage
from glassnet.glass.ledger.html import mathml
from glassnet.glass.ledger.record import Line
from glassnet.glass.ledger.rendered import Ledger
from glassnet.glass.scenes.scene import Scene
from glassnet.glass.scenes.twin import as_html
from glassnet.glass.sheet import sheet
from glassnet.lessons.typeset import typeset
from glassnet.views.displays import Display
from glassnet.views.maps.scenes import scene_of


def html_of(thing: object) -> str:
    """One thing on the screen as an HTML fragment; a display that is not a scene as PNG: its SVG has styles."""
    thing = (scene_of(thing) or thing) if isinstance(thing, Display) else thing
    if isinstance(thing, Scene | Ledger):
        return thing.markup()
    if isinstance(thing, Line):
        return f'<p class="line">{math(thing)}</p>'
    if isinstance(thing, Display):
        try:
            data = base64.b64encode(thing.picture("png")).decode()
        except MissingPackage:
            return preformatted(thing)
        image = f'<img src="data:image/png;base64,{data}" alt="{escape(thing.title)}">'
        return as_html(image, f"{thing.title}.", thing.tables)
    return preformatted(thing) if "\n" in str(thing) else f"<p>{typeset(str(thing))}</p>"


def preformatted(thing: object) -> str:
    """Lines as they are, on a line of their own each, which can be scrolled by keyboard too."""
    return f'<pre tabindex="0">{escape(str(thing))}</pre>'


def math(line: Line) -> str:
    """A line of a ledger as a formula."""
    first, *others = line.parts
    signs = [":=" if line.assigned and not place else "=" for place in range(len(others))]
    terms = "".join(f"<mo>{sign}</mo>{mathml(text)}" for sign, text in zip(signs, others, strict=True))
    remarks = "".join(f" <small>({escape(remark)})</small>" for remark in line.remarks)
    return f"<math><mrow>{mathml(first)}{terms}</mrow></math>{remarks}"


def paragraphs(texts: Iterable[str]) -> str:
    """A paragraph each."""
    return "".join(f"<p>{typeset(text)}</p>\n" for text in texts)


def page(title: str, body: Sequence[str], script: str = "") -> str:
    """A whole page that loads nothing: its policy names the style sheet, and the script, by their hashes.

    Args:
        title: of the page.
        body: the fragments of its main part.
        script: its only script, or none.
    """
    style = asset("lesson.css") + sheet()
    inside = "\n".join(body)
    allowed = {"default-src": "'none'", "style-src": _hash(style), "img-src": "data:"}
    allowed |= {"script-src": _hash(script) if script else "'none'", "base-uri": "'none'", "form-action": "'none'"}
    policy = "; ".join(f"{kind} {source}" for kind, source in allowed.items())
    head = [
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        f"<title>{escape(title)}</title>",
        f"<style>{style}</style>",
    ]
    end = f"<script>{script}</script>\n" if script else ""
    parts = "\n".join(head)
    opening = f'<!doctype html>\n<html lang="en">\n<head>\n{parts}\n</head>\n<body>\n<main>\n'
    return f"{opening}{inside}\n</main>\n{end}</body>\n</html>\n"


def asset(name: str) -> str:
    """A file in this folder."""
    return files("glassnet.lessons").joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
