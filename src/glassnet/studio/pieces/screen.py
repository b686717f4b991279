"""What a lesson shows, as markup: made once for each of its settings, and only when it is looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, lru_cache, partial
from typing import TYPE_CHECKING

from glassnet.lessons import LESSONS
from glassnet.lessons.lesson import Value
from glassnet.lessons.markup import html_of
from glassnet.lessons.question import Question
from glassnet.studio.html import text
from glassnet.studio.pieces.places import with_start
from glassnet.studio.pieces.questions import open_question
from glassnet.studio.session.setup import opened_lesson
from glassnet.studio.words import word
from glassnet.views.displays import CostSurfaceDisplay
from glassnet.views.maps.surface import SurfaceMap

if TYPE_CHECKING:
    from glassnet.studio.session.view import Desk

Made = Callable[[], str]


@lru_cache(maxsize=16)
def screen(name: str, changed: tuple[tuple[str, Value], ...]) -> tuple[Made, Made, tuple[Question, ...]]:
    """What is given, what is shown once the questions are answered, and the questions.

    Args:
        name: of the lesson.
        changed: settings that are not the lesson's own.
    """
    seen, questions = opened_lesson(name, changed)
    dragged = bool(LESSONS[name].drag)
    given, shown = (cache(partial(_things, things, dragged)) for things in (seen.given, seen.shown))
    return given, shown, questions


def draw(desk: Desk) -> None:
    """What the page shows of the open lesson is drawn now, by those who wait for it; it takes longer than a glance."""
    if desk.lesson:
        given, shown, questions = screen(desk.lesson, desk.lesson_values)
        given()
        if open_question(desk, questions) is None:
            shown()


def _things(things: Sequence[object], dragged: bool) -> str:
    return "".join(f'<div class="thing">{_html_of(thing, dragged)}</div>' for thing in things)


def _html_of(thing: object, dragged: bool) -> str:
    if not (dragged and isinstance(thing, CostSurfaceDisplay)):
        return html_of(thing)
    return text("p", word("lesson.drag")) + with_start(SurfaceMap(thing), "place")
