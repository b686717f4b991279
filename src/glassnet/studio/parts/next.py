"""What comes next: the operation that the clock stands before, with its number to be guessed or shown."""

from __future__ import annotations

import re
from collections.abc import Hashable
from html import escape

from glassnet.glass.ledger.html import mathml
from glassnet.studio.parts.part import Part
from glassnet.studio.pieces.questions import verdict_markup
from glassnet.studio.session.asking import question
from glassnet.studio.session.view import View
from glassnet.studio.words import word

TERMS = re.compile(r"(?<= [+-]) ")


def markup(view: View) -> str:
    """A form; nothing where every number is shown."""
    operation = view.next_operation if not view.everything else None
    if operation is None:
        return _verdict(view)
    line = operation.line
    parts = [line.symbol, line.formula] if line.formula and line.formula != line.symbol else [line.symbol]
    asked = question(view)
    if asked is not None and line.numbers and line.numbers not in (line.shown, line.formula):
        parts.append(line.numbers)
    formula = _formula(parts, ":=" if line.assigned else "=")
    said = escape(f"{' = '.join(parts)} = ?")
    head = f'<p class="stage">{word(f"next.{operation.stage}")}</p>'
    if asked is None:
        does = 'type="button" data-do="step" data-by="1" data-grain="operation"'
        show = f"<button {does}>{word('question.show')}</button>"
        seen = f'<span aria-hidden="true">{formula} ?</span>'
        return f'{head}<p><span class="said">{said}</span>{seen}</p>{show}{_verdict(view)}'
    field = (
        f'<input id="next-answer" data-of="{escape(line.key)}" name="text" autofocus autocomplete="off" size="8" '
        f'maxlength="40" aria-label="{said}" placeholder="?" required>'
    )
    buttons = (
        f'<button class="primary">{word("question.check")}</button>'
        f'<button type="button" data-do="reveal" data-number="0">{word("question.show")}</button>'
    )
    form = f'<form data-do="answer" data-number="0"><span aria-hidden="true">{formula}</span> {field} {buttons}</form>'
    return f"{head}{form}{_verdict(view)}"


def _formula(parts: list[str], sign: str) -> str:
    """A formula for each piece that a narrow page may break behind; the last ends in an equals sign."""
    pieces = [
        (f"<mo>{sign if place == 1 else '='}</mo>" if place and not term else "") + mathml(text)
        for place, part in enumerate(parts)
        for term, text in enumerate(TERMS.split(part))
    ]
    pieces[-1] += "<mo>=</mo>"
    return " ".join(f"<math><mrow>{piece}</mrow></math>" for piece in pieces)


def _verdict(view: View) -> str:
    return verdict_markup(view.desk.answers.get(0))


def version(view: View) -> Hashable:
    """The operation, and what was answered."""
    if view.everything:
        return None, view.desk.answers.get(0)
    operation = view.next_operation
    said = operation and (operation.key, operation.line.numbers)
    return view.run.number, view.clock.step, view.selection.example, said, view.desk.answers.get(0)


PART = Part("next", "What comes next", markup, version)
