"""A number that is computed: its line of the ledger, and the terms of its sum as bars."""

from __future__ import annotations

from html import escape

from glassnet.errors import GlassnetError
from glassnet.glass.ledger import ledger
from glassnet.glass.ledger.record import Line
from glassnet.studio.parts.inspector.bars import MOST, bars, math
from glassnet.studio.session.view import DIGITS, View
from glassnet.studio.words import word


def markup(view: View, key: str) -> str:
    """Its formula; with numbers where the clock has reached it."""
    line = line_of(view, key)
    if line is None:
        return ""
    if not view.is_shown(key):
        return f'<p class="formula">{math(line.symbol)} = {math(line.formula)} = ?</p>'
    note = f'<p class="quiet">{escape(line.note)}</p>' if line.note else ""
    return f'<p class="formula">{math(" = ".join(line.parts))}</p>{note}{_contributions(line)}'


def line_of(view: View, key: str) -> Line | None:
    """The line of the ledger that computes it, unfolded."""
    chosen = view.selection
    layer = chosen.layer or None
    try:
        written = ledger(view.in_units, chosen.example, layer=layer, unit=chosen.unit if layer else None, digits=DIGITS)
    except GlassnetError:
        return None
    tops = [line for step in written.steps[:3] for line in step.lines]
    return next((line for top in tops for _, line in top.walk() if line.key == key), None)


def _contributions(line: Line) -> str:
    terms = [(" = ".join(inner.parts), inner.value) for inner in line.inside if inner.value is not None]
    if len(terms) < 2:
        return ""
    terms.sort(key=lambda term: -abs(term[1]))
    shown, rest = terms[:MOST], (line.value or 0.0) - sum(value for _, value in terms[:MOST])
    elided = [inner.note.split()[0].replace(",", "") for inner in line.inside if inner.symbol == "..."]
    return bars(word("inspector.largest"), shown, len(terms) - len(shown) + sum(map(int, elided)), rest, "term")
