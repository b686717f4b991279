"""A lesson as a notebook: words, code, each thing on the screen in a cell of its own, and questions to answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from glassnet.lessons.lesson import Lesson, Value
from glassnet.lessons.typeset import typeset
from glassnet.notebook_hook import Displayable

KERNEL = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}


def notebook(lesson: Lesson, **changed: Value) -> str:
    """The notebook as JSON, without outputs; it asks :meth:`~glassnet.lessons.lesson.Lesson.check` about answers.

    >>> from glassnet import LESSONS
    >>> import json
    >>> [cell["cell_type"] for cell in json.loads(notebook(LESSONS["collapse"]))["cells"]][:4]
    ['markdown', 'code', 'code', 'code']
    """
    cells = [_cell(kind, f"cell-{i:02}", text) for i, (kind, text) in enumerate(_cells(lesson, **changed), start=1)]
    return json.dumps({"cells": cells, "metadata": KERNEL, "nbformat": 4, "nbformat_minor": 5}, indent=1) + "\n"


def _cells(lesson: Lesson, **changed: Value) -> Iterator[tuple[str, str]]:
    code, (screen, questions) = lesson.code(**changed), lesson.opened(**changed)
    yield "markdown", "\n\n".join([f"# {lesson.title}", *map(_literal, lesson.paragraphs)])
    yield "code", code.imports + "\n\nfrom glassnet import LESSONS"
    yield "code", code.settings
    yield "code", code.body
    for expression, thing in zip(code.given, screen.given, strict=True):
        yield "code", _showing(expression, thing)
    settings = "".join(f", {name}={name}" for name in lesson.values())
    for number, question in enumerate(questions, start=1):
        yield "markdown", f"**Question {number}.** {_literal(question.ask)}"
        check = f"print(LESSONS[{lesson.name!r}].check({number}, answer{settings}).sentence)"
        yield "code", f"answer = None  # your number\n{check}"
    yield "markdown", "## Everything with its numbers"
    for expression, thing in zip(code.shown, screen.shown, strict=True):
        yield "code", _showing(expression, thing)
    yield (
        "markdown",
        f"## Change something\n\n{_literal(lesson.change)}\n\nSettings stand in the third cell; run all cells again.",
    )


def _showing(expression: str, thing: object) -> str:
    return expression if isinstance(thing, Displayable) else f"print({expression})"


def _literal(text: str) -> str:
    """Text with its formulas set, in which Markdown finds nothing else to do."""
    return "".join(f"\\{letter}" if letter in r"\`*_[]#$" else letter for letter in typeset(text))


def _cell(kind: str, name: str, text: str) -> dict[str, Any]:
    lines = text.splitlines(keepends=True)
    cell: dict[str, Any] = {"cell_type": kind, "id": name, "metadata": {}, "source": lines}
    return cell | ({"execution_count": None, "outputs": []} if kind == "code" else {})
