"""The body of the page: where each part stands. It is the same for all; what is in it comes by the socket."""

from __future__ import annotations

from html import escape

from glassnet.glass.scenes.network.values import LENSES
from glassnet.studio.parts import PARTS
from glassnet.studio.parts.part import Part
from glassnet.studio.words import word

PLACES = {  # part -> where it stands; what is neither a drawer nor named here stands below the clock
    "lessons": "bar",
    "worry": "notes",
    "lesson": "top",
    "network": "left",
    "inspector": "left",
    "runs": "left",
    "next": "right",
    "ledger": "right",
    "clock": "clock",
    "curve": "left",
}
DRAWERS = ("data", "settings", "why", "map", "surface", "check", "matrices", "code", "leave")  # others follow
WALKED = ("network", "ledger")  # whose numbers are one stop of the tab key, and are walked by arrows
KEYS = ("Space", "ArrowLeft ArrowRight", "Home End", "Enter", "Escape")


def body() -> str:
    """Empty parts, and what is around them."""
    return (
        f'<body data-unsent="{word("unsent", name="{name}")}">'
        f'<a class="skip" href="#top">{word("skip")}</a>{_header()}'
        f"<noscript><p>{word('scripts')}</p></noscript>"
        f'<p class="offline" role="status">{word("offline")}</p>'
        f'<p id="doing" role="status">{word("loading")}</p>'
        f'<div id="error" role="alert" hidden><p></p><button type="button">{word("error")}</button></div>'
        f'<main><div id="top" tabindex="-1" class="area top">{_area("top")}</div>'
        f'<div class="walk"><div class="area left">{_area("left")}</div><div class="area right">{_area("right")}</div>'
        f'<div class="area notes">{_area("notes")}</div>'
        f'<div class="area clock-bar" role="group" aria-label="{word("clock")}">{_area("clock")}</div></div>'
        f'<div class="area drawers">{_area("")}{_drawers()}</div></main>'
        '<p id="said" class="said" role="status" aria-live="polite"></p></body></html>\n'
    )


def _header() -> str:
    return (
        f'<header><a class="brand" href="/">glassnet</a><nav aria-label="{word("lessons")}">{_area("bar")}</nav>'
        f'<div class="tools"><button type="button" data-do="own">{word("own.button")}</button>'
        f'<button type="button" id="theme" aria-pressed="false" title="{word("theme.help")}">'
        f'<span aria-hidden="true">◐</span> {word("theme")}</button>{_help()}</div></header>'
    )


def _help() -> str:
    rows = "".join(f"<dt>{_keys(name)}</dt><dd>{word(f'help.{name}')}</dd>" for name in KEYS)
    return (
        f'<details class="help"><summary>{word("help")}</summary><div><h2>{word("help.text")}</h2>'
        f'<dl>{rows}</dl><p class="muted">{word("done.kept")} '
        f'<button type="button" id="forget" data-do="done" data-names="">{word("done.forget")}</button></p>'
        "</div></details>"
    )


def _keys(names: str) -> str:
    return " ".join(f"<kbd>{word(f'key.{name}')}</kbd>" for name in names.split())


def _area(area: str) -> str:
    """The parts that stand there."""
    order = [*PLACES, *(name for name in PARTS if name not in PLACES)]
    found = (PARTS[name] for name in order if name in PARTS and PLACES.get(name, "") == area)
    return "".join(_part(part) for part in found if not part.drawer)


def _part(part: Part) -> str:
    walked = " data-roving" if part.name in WALKED else ""
    if part.name in ("lessons", "lesson", "clock", "worry"):
        return f'<div class="part {part.name}" hidden><div id="{part.name}"></div></div>'
    lenses = _lenses() if part.name == "network" else ""
    return (
        f'<section class="part card {part.name}" aria-labelledby="{part.name}-title" hidden>'
        f'<div class="head"><h2 id="{part.name}-title">{escape(part.title)}</h2>{lenses}'
        f'</div><div id="{part.name}"{walked} class="inside"></div></section>'
    )


def _lenses() -> str:
    buttons = "".join(
        f'<button type="button" data-do="lens" data-name="{name}" aria-pressed="{str(name == "values").lower()}">'
        f"{word(f'lens.{name}')}</button>"
        for name in LENSES
    )
    return f'<div class="choice" role="group" aria-label="{word("lens")}">{buttons}</div>'


def _drawers() -> str:
    order = [*DRAWERS, *(name for name in PARTS if name not in DRAWERS)]
    return "".join(
        f'<details class="drawer" data-drawer="{name}"><summary>{escape(PARTS[name].title)}</summary>'
        f'<div id="{name}" class="inside"></div></details>'
        for name in order
        if name in PARTS and PARTS[name].drawer
    )
