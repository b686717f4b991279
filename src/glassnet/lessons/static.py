"""A lesson as one HTML file: pictures, words, questions that the page itself answers, without a server."""

from __future__ import annotations

import json
from html import escape

from glassnet.lessons.lesson import Lesson, Value
from glassnet.lessons.markup import asset, html_of, page, paragraphs, preformatted
from glassnet.lessons.question import CLOSE, Question
from glassnet.lessons.typeset import typeset


def static_page(lesson: Lesson, **changed: Value) -> str:
    """The page; its script judges answers as :meth:`~glassnet.lessons.question.Question.judge` does.

    Without scripts the answers unfold.

    >>> from glassnet import LESSONS
    >>> static_page(LESSONS["collapse"]).count("<form")
    2
    """
    screen, questions = lesson.opened(**changed)
    body = [
        f"<h1>{escape(lesson.title)}</h1>",
        paragraphs(lesson.paragraphs),
        *map(html_of, screen.given),
        "<h2>Questions</h2>",
        *(_form(number, question) for number, question in enumerate(questions, start=1)),
        '<details id="shown"><summary>Everything with its numbers</summary>',
        *map(html_of, screen.shown),
        "</details>",
        "<h2>Change something</h2>",
        paragraphs([lesson.change]),
        _settings(lesson, **changed),
        f"<details><summary>The Python that makes this</summary>{preformatted(lesson.code(**changed))}</details>",
    ]
    return page(f"{lesson.title} · glassnet", body, asset("lesson.js"))


def facts(question: Question) -> str:
    """What the script needs to judge an answer, as JSON."""
    slips = question.distinct_slips()
    return json.dumps({"answer": question.answer, "why": question.why, "slips": slips, "close": CLOSE})


def _form(number: int, question: Question) -> str:
    return (
        f'<form data-question="{escape(facts(question))}">'
        f'<p><label for="q{number}"><b>Question {number}.</b> {typeset(question.ask)}</label></p>'
        f'<p><input id="q{number}" inputmode="text" autocomplete="off" required> <button>Check</button></p>'
        f'<p class="verdict" role="status"></p>'
        f"<details><summary>Show answer {number}</summary><p>{typeset(question.why)}</p></details></form>"
    )


def _settings(lesson: Lesson, **changed: Value) -> str:
    rows = "".join(
        f"<tr><td>{name}</td><td>{escape(str(value))}</td><td>{escape(str(setting))}</td></tr>"
        for setting, (name, value) in zip(lesson.settings, lesson.values(changed).items(), strict=True)
    )
    head = "<tr><th>setting</th><th>value</th><th>what it is</th></tr>"
    how = f"<p>On your own machine: <code>glassnet lesson {lesson.name}</code></p>"
    return f"<table>{head}{rows}</table>{how}" if rows else how
