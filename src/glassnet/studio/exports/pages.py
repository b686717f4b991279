"""Pages to take along: the network as SVG, a worksheet with blanks, one static page, a notebook."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from html import escape

from glassnet.glass.ledger.html import mathml
from glassnet.glass.ledger.record import Line
from glassnet.lessons.markup import page, paragraphs
from glassnet.lessons.notebook import KERNEL, notebook
from glassnet.lessons.static import static_page
from glassnet.lessons.table import LESSONS
from glassnet.lessons.worksheet import BLANK, worksheet
from glassnet.studio.exports.script import script
from glassnet.studio.parts import network
from glassnet.studio.session.view import View
from glassnet.studio.words import word

MOST_ASKED = 30  # operations of a worksheet


def picture(view: View) -> str:
    """The network's picture as it is on the screen."""
    return network.svg(view)


def _begun(view: View) -> View:
    """The same step before its first operation."""
    clock = replace(view.desk.clock, operation=0)
    return View(replace(view.desk, clock=clock), view.runs, view.url)


def sheet(view: View) -> str:
    """The lesson's worksheet; without a lesson one of the step: its operations with blanks, the answers behind."""
    if view.lesson:
        return worksheet(LESSONS[view.lesson], **dict(view.desk.lesson_values))
    lines = [operation.line for operation in view.operations if operation.line.numbers][:MOST_ASKED]
    answer = f'{word("leave.sheet.answer")} <span class="blank">{BLANK}</span>'
    asked = "".join(f"<li>{_asked(line)}<p>{answer}</p></li>\n" for line in lines)
    answers = "".join(f"<li>{escape(str(line))}</li>\n" for line in lines)
    title = word("leave.sheet", title=view.title, step=f"{view.clock.step:,}")
    body = [
        f"<h1>{escape(title)}</h1>",
        f"<p>{_blank('name')} {_blank('date')}</p>",
        network.picture(_begun(view)),
        f"<h2>{word('leave.sheet.compute')}</h2>\n<ol>\n{asked}</ol>",
        f'<section class="sheet">\n<h2>{word("leave.sheet.answers")}</h2>\n<ol>\n{answers}</ol>\n</section>',
    ]
    return page(f"{word('leave.sheet.of')}: {title}", body)


def _blank(name: str) -> str:
    return f'{word(f"leave.sheet.{name}")} <span class="blank name">{BLANK}</span>'


def _asked(line: Line) -> str:
    parts = dict.fromkeys((line.symbol, line.formula, line.numbers))
    terms = "<mo>=</mo>".join(mathml(part) for part in parts if part)
    return f"<math><mrow>{terms}</mrow></math>"


def static(view: View) -> str:
    """The lesson as one page that answers by itself; without a lesson the step: network, ledger, Python."""
    if view.lesson:
        return static_page(LESSONS[view.lesson], **dict(view.desk.lesson_values))
    title = word("leave.page", title=view.title, step=f"{view.clock.step:,}")
    code = "\n".join(line.text for line in script(view))
    body = [
        f"<h1>{escape(title)}</h1>",
        paragraphs([word("leave.page.about")]),
        network.picture(view),
        view.ledger.markup(),
        f'<details><summary>{word("code")}</summary><pre tabindex="0">{escape(code)}</pre></details>',
    ]
    return page(title, body)


def notes(view: View) -> str:
    """The lesson's notebook; without a lesson the script, cell by cell, with the pictures of the step."""
    if view.lesson:
        return notebook(LESSONS[view.lesson], **dict(view.desk.lesson_values))
    cells = [_cell(kind, number, said) for number, (kind, said) in enumerate(_cells(view), start=1)]
    return json.dumps({"cells": cells, "metadata": KERNEL, "nbformat": 4, "nbformat_minor": 5}, indent=1) + "\n"


def _cells(view: View) -> Iterator[tuple[str, str]]:
    yield "markdown", "# " + word("leave.page", title=view.title, step=f"{view.clock.step:,}")
    for block in "\n".join(line.text for line in script(view)).split("\n\n"):
        if block.strip():
            yield "code", block.strip()
    yield "code", 'from glassnet import draw\n\ndraw("network", net, step.before, step, step.gradients)'


def _cell(kind: str, number: int, said: str) -> dict[str, object]:
    lines = said.splitlines(keepends=True)
    cell: dict[str, object] = {"cell_type": kind, "id": f"cell-{number:02}", "metadata": {}, "source": lines}
    return cell | ({"execution_count": None, "outputs": []} if kind == "code" else {})
