"""The ledger: the step written down as far as the clock has come."""

from __future__ import annotations

from collections.abc import Hashable

from glassnet.glass.formula import marked
from glassnet.glass.ledger.frames import behind
from glassnet.glass.ledger.html import as_html
from glassnet.studio.parts.part import Part
from glassnet.studio.session.view import View
from glassnet.studio.words import word


def markup(view: View) -> str:
    """The lines, foldable, below what they are of."""
    title = '<p data-value="title"></p>'
    notes = "".join(f'<p class="quiet" data-value="note {i}"></p>' for i in range(len(view.ledger.notes)))
    return f"{title}{as_html(word('ledger'), (), view.ledger.steps)}{notes}"


def version(view: View) -> Hashable:
    """What stands before the second equals sign: a long sum shows its largest terms, so formulas may change."""
    written = view.ledger
    return len(written.notes), tuple((line.key, line.formula) for line in written.lines())


def frame(view: View) -> object:
    """What stands behind it, by key; and of which row all that is."""
    written = view.ledger
    lines = {key: [marked(line.numbers), line.remarks] for key, line in behind(written).items()}
    notes = {f"note {i}": note for i, note in enumerate(written.notes)}
    return {"title": written.title, **notes, **lines}


PART = Part("ledger", "Ledger", markup, version, frame, slow=True)
