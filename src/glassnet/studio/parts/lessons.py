"""The list of lessons, in the head of the page: the one that is open, its neighbors, and those that are done."""

from __future__ import annotations

from collections.abc import Hashable
from html import escape

from glassnet.lessons import LESSONS
from glassnet.studio.parts.lesson import on_the_page
from glassnet.studio.parts.part import Part
from glassnet.studio.session.view import View
from glassnet.studio.words import word


def markup(view: View) -> str:
    """The list, between two arrows."""
    names, headings, done = list(LESSONS), LESSONS.headings(), view.desk.finished
    name = on_the_page(view)
    at = names.index(name) if name else -1
    options = "".join(
        f'<option value="{name}"{" selected" if place == at else ""}>'
        f"{place + 1}. {escape(headings[name].title)}{' ✓' if name in done else ''}</option>"
        for place, name in enumerate(names)
    )
    own = f'<option value=""{" selected" if at < 0 else ""}>{word("lesson.own")}</option>'
    choose = (
        f'<select id="choose" data-do="lesson" name="name" aria-label="{word("lesson.choose")}">{own}{options}</select>'
    )
    said = word("lesson.of", number=at + 1, count=len(names)) if at >= 0 else ""
    seen = f'<span aria-hidden="true">{at + 1} / {len(names)}</span><span class="said">{said}</span>'
    count = f'<span class="muted count">{seen}</span>'
    return f"{_neighbor(names, at - 1, 'before')}{choose}{_neighbor(names, at + 1, 'next')}{count if said else ''}"


def _neighbor(names: list[str], at: int, which: str) -> str:
    arrow = {"before": "‹", "next": "›"}[which]
    if not 0 <= at < len(names):
        return f'<button type="button" disabled aria-label="{word(f"lesson.none.{which}")}">{arrow}</button>'
    said = escape(word(f"lesson.{which}", title=word(f"lesson:{names[at]}:title")))
    return (
        f'<button type="button" data-do="lesson" data-name="{names[at]}" aria-label="{said}" title="{said}">'
        f"{arrow}</button>"
    )


def version(view: View) -> Hashable:
    """The lesson, and those that are done."""
    return on_the_page(view), view.desk.finished


PART = Part("lessons", "Lessons", markup, version)
