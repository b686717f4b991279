"""The studio's own words, and those of lessons through the same look-up: a translation is another table."""

from __future__ import annotations

from glassnet.errors import unknown_name
from glassnet.lessons import LESSONS

WORDS = {
    "title": "glassnet studio",
    "skip": "Skip to the lesson",
    "theme": "Dark",
    "theme.help": "light or dark",
    "help": "Keys",
    "help.text": "Keys of this page",
    "help.Space": "play and pause",
    "help.ArrowLeft ArrowRight": "a step back and forward; in the network and in the ledger: from number to number",
    "help.Home End": "the first step and the last",
    "help.Enter": "choose the number; again, or a digit: change it",
    "help.Escape": "choose nothing",
    "key.Space": "Space",
    "key.ArrowLeft": "←",
    "key.ArrowRight": "→",
    "key.Home": "Home",
    "key.End": "End",
    "key.Enter": "Enter",
    "key.Escape": "Esc",
    "offline": "The server does not answer. What is shown is the last that it said; this page tries again by itself.",
    "scripts": "This page needs JavaScript: it is a window onto the engine that runs on your machine.",
    "error": "Put away",
    "loading": "One moment.",
    "lens": "On the edges",
    "lens.values": "weights",
    "lens.gradients": "gradients",
    "lens.change": "change",
    "clock": "Time",
    "drawers": "Drawers",
    "lessons": "Lessons",
    "lesson.choose": "Lesson",
    "lesson.own": "Your own data",
    "lesson.of": "Lesson {number} of {count}",
    "lesson.before": "the lesson before: {title}",
    "lesson.next": "the next lesson: {title}",
    "lesson.none.before": "no lesson before",
    "lesson.none.next": "no lesson after",
    "lesson.more": "More, and what to change",
    "lesson.beside": "Below, the same step on network and ledger, to be walked number by number.",
    "lesson.go_on": "Go on: {title}",
    "lesson.all_done": "All questions answered.",
    "lesson.end": "That was the last lesson. Drop a table of your own on Data, and look into what it learns.",
    "question": "Question {number} of {count}",
    "question.answer": "your answer",
    "question.check": "Check",
    "question.show": "Show it",
    "question.shown": "The answer",
    "numbers": "Everything with its numbers",
    "numbers.later": "The numbers are shown once the questions are answered.",
    "change": "Change something",
    "code": "The Python that makes this",
    "own.title": "Your own data",
    "own.words": (
        "Train on the rows below, step by step or all at once; every number of every step can be looked at, and "
        "changed. Data and settings are in the drawers."
    ),
}


def word(name: str, **numbers: object) -> str:
    """A sentence or a name.

    Args:
        name: of the table; or ``lesson:NAME:title``, ``words`` or ``change``, which are read from the lesson's file.
        numbers: what stands in its braces.

    Raises:
        UnknownName: there is none.

    >>> word("lesson.of", number=3, count=16), word("lesson:collapse:title")
    ('Lesson 3 of 16', 'Linear layers collapse')
    """
    kind, _, rest = name.partition(":")
    if kind == "lesson" and rest:
        lesson, _, what = rest.partition(":")
        return LESSONS.headings()[lesson].title if what == "title" else str(getattr(LESSONS[lesson], what))
    if name not in WORDS:
        raise unknown_name("word of the studio", name, WORDS)
    return WORDS[name].format(**numbers)
