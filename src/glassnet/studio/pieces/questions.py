"""A lesson's questions: one at a time, for a later one may tell the answer; and what is said of an answer."""

from __future__ import annotations

from collections.abc import Sequence

from glassnet.lessons.question import Question, Verdict
from glassnet.lessons.typeset import typeset
from glassnet.studio.session.view import Desk
from glassnet.studio.words import word

MARKS = {"right": "✓", "slip": "≈", "wrong": "✗", "unread": "?", "shown": "→"}  # with words: never color alone


def is_settled(desk: Desk, number: int) -> bool:
    """Whether a question's answer is known: it was found, or asked for."""
    verdict = desk.answers.get(number)
    return number in desk.revealed or (verdict is not None and verdict.kind == "right")


def open_question(desk: Desk, questions: Sequence[Question]) -> int | None:
    """The first whose answer is not known, from 1; None where all are."""
    return next((n for n in range(1, len(questions) + 1) if not is_settled(desk, n)), None)


def asked(desk: Desk, questions: Sequence[Question]) -> str:
    """The questions up to the open one, each with what was said of its answer."""
    last = open_question(desk, questions) or len(questions)
    return "".join(_question(desk, questions, number) for number in range(1, last + 1))


def _question(desk: Desk, questions: Sequence[Question], number: int) -> str:
    question, count = questions[number - 1], len(questions)
    title = word("question", number=number, count=count)
    head = f'<h2 class="kicker">{title}</h2><p class="ask" id="ask-{number}">{typeset(question.ask)}</p>'
    form = "" if is_settled(desk, number) else _form(number)
    said = word("question.shown") + f": {question.why}." if number in desk.revealed else ""
    verdict = Verdict("right", said) if said else desk.answers.get(number)
    return f'<div class="question">{head}{form}{verdict_markup(verdict, "shown" if said else "")}</div>'


def _form(number: int) -> str:
    return (
        f'<form class="blank" data-do="answer" data-number="{number}">'
        f'<input id="answer" data-of="{number}" name="text" autofocus size="8" maxlength="40" autocomplete="off"'
        f' spellcheck="false" required autocapitalize="off" placeholder="?"'
        f' aria-label="{word("question.answer")}" aria-describedby="ask-{number}">'
        f'<button class="primary">{word("question.check")}</button>'
        f'<button type="button" data-do="reveal" data-number="{number}">{word("question.show")}</button></form>'
    )


def verdict_markup(verdict: Verdict | None, kind: str = "") -> str:
    """A verdict as a paragraph with its mark; empty where there is none."""
    if verdict is None:
        return ""
    kind = kind or verdict.kind
    mark = f'<span class="mark" aria-hidden="true">{MARKS[kind]}</span>'
    return f'<p class="verdict {kind}">{mark} {typeset(verdict.sentence)}</p>'
