"""What a lesson shows, as markup: made once for each of its settings, and only when it is looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, lru_cache, partial

from glassnet.lessons.lesson import Value
from glassnet.lessons.markup import html_of
from glassnet.lessons.question import Question
from glassnet.studio.session.setup import opened_lesson

Made = Callable[[], str]


@lru_cache(maxsize=16)
def screen(name: str, changed: tuple[tuple[str, Value], ...]) -> tuple[Made, Made, tuple[Question, ...]]:
    """What is given, what is shown once the questions are answered, and the questions.

    Args:
        name: of the lesson.
        changed: settings that are not the lesson's own.
    """
    seen, questions = opened_lesson(name, changed)
    return cache(partial(_things, seen.given)), cache(partial(_things, seen.shown)), questions


def _things(things: Sequence[object]) -> str:
    return "".join(f'<div class="thing">{html_of(thing)}</div>' for thing in things)
