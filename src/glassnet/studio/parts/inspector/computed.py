"""A number that is computed: its line of the ledger, and the terms of its sum as bars."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from glassnet.errors import GlassnetError
from glassnet.glass.ledger import ledger
from glassnet.glass.ledger.record import Line
from glassnet.glass.ledger.terms import product
from glassnet.glass.notation import edge
from glassnet.studio.parts.inspector.bars import MOST, bars, math
from glassnet.studio.session.view import DIGITS, View
from glassnet.studio.words import word
from glassnet.text import format_number


def markup(view: View, key: str) -> str:
    """Its formula; with numbers where the clock has reached it."""
    line = line_of(view, key)
    if line is None:
        return ""
    if not view.is_shown(key):
        return f'<p class="formula">{math(line.symbol)} = {math(line.formula)} = ?</p>'
    note = f'<p class="quiet">{escape(line.note)}</p>' if line.note else ""
    return f'<p class="formula">{math(" = ".join(line.parts))}</p>{note}{_contributions(view, line)}'


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


def _contributions(view: View, line: Line) -> str:
    terms = [(" = ".join(inner.parts), inner.value) for inner in line.inside if inner.value is not None]
    if any(inner.symbol == "..." for inner in line.inside):  # the ledger shows five of many
        terms = [*_products(view), *(term for term in terms if term[0].startswith("+ b"))]
    if len(terms) < 2:
        return ""
    terms.sort(key=lambda term: -abs(term[1]))
    shown, rest = terms[:MOST], (line.value or 0.0) - sum(value for _, value in terms[:MOST])
    return bars(word("inspector.largest"), shown, len(terms) - len(shown), rest, "term")


def _products(view: View) -> Iterator[tuple[str, float]]:
    """Every weight of the chosen unit times what comes through it; nothing of another sum."""
    chosen, step = view.selection, view.trace
    l, unit = chosen.layer or 0, chosen.unit or 0
    if chosen.letter not in ("z", "a", "y^") or l not in step.W:
        return
    for k, (w, a) in enumerate(zip(step.W[l][unit - 1], step.A[l - 1][chosen.example - 1], strict=True), start=1):
        source = f"x{k}" if l == 1 else f"a{k}[{l - 1}]"
        said = product(w, a).text(DIGITS)
        yield f"{edge('w', unit - 1, k - 1, l)} {source} = {said} = {format_number(w * a, DIGITS)}", float(w * a)
