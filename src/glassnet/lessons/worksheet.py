"""A lesson on paper: words, what is given, questions with blanks; the answers on a sheet of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from glassnet.lessons.lesson import Lesson, Value
from glassnet.lessons.markup import html_of, page, paragraphs
from glassnet.lessons.question import Question, shown
from glassnet.lessons.typeset import typeset

BLANK = "_" * 24


def worksheet(lesson: Lesson, **changed: Value) -> str:
    """The worksheet as an HTML page for the printer.

    >>> from glassnet import LESSONS
    >>> worksheet(LESSONS["collapse"]).count('class="blank"')
    2
    """
    screen, questions = lesson.opened(**changed)
    asked = "".join(f'<li>{typeset(q.ask)}<p>Answer: <span class="blank">{BLANK}</span></p></li>\n' for q in questions)
    sheet = [
        f"<h1>{escape(lesson.title)}</h1>",
        f'<p>Name: <span class="blank name">{BLANK}</span> Date: <span class="blank name">{BLANK}</span></p>',
        paragraphs(lesson.paragraphs),
        *map(html_of, screen.given),
        f"<h2>Questions</h2>\n<ol>\n{asked}</ol>",
    ]
    answers = "".join(f"<li>{typeset(why)}{_listed(slips)}</li>\n" for why, slips in _answers(questions))
    return page(
        f"Worksheet: {lesson.title}",
        [
            *sheet,
            f'<section class="sheet">\n<h2>Answers: {escape(lesson.title)}</h2>\n<ol>\n{answers}</ol>\n</section>',
        ],
    )


def markdown_worksheet(lesson: Lesson, **changed: Value) -> str:
    """The worksheet as Markdown; pictures by their text."""
    screen, questions = lesson.opened(**changed)
    lines = [f"# {lesson.title}", f"Name: {BLANK} Date: {BLANK}", *lesson.paragraphs]
    lines += [f"```\n{thing}\n```" for thing in screen.given]
    lines += ["## Questions", *(f"{i}. {q.ask}\n\n   Answer: {BLANK}" for i, q in enumerate(questions, start=1))]
    lines += ['<div style="break-before: page"></div>', f"## Answers: {lesson.title}"]
    for i, (why, slips) in enumerate(_answers(questions), start=1):
        lines.append("\n".join([f"{i}. {why}", *(f"   - {slip}" for slip in slips)]))
    return "\n\n".join(lines) + "\n"


def _answers(questions: Sequence[Question]) -> Iterator[tuple[str, list[str]]]:
    """Of each question how the answer comes about, and what each usual slip leads to."""
    for question in questions:
        yield question.why, [f"{shown(value)}: {clause}" for clause, value in question.distinct_slips().items()]


def _listed(texts: list[str]) -> str:
    return f"<ul>{''.join(f'<li>{typeset(text)}</li>' for text in texts)}</ul>" if texts else ""
