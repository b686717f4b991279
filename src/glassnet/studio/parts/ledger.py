"""The ledger: the step written down as far as the clock has come."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator

from glassnet.glass.formula import marked
from glassnet.glass.ledger.frames import of_line
from glassnet.glass.ledger.html import as_html
from glassnet.glass.ledger.record import Line
from glassnet.studio.parts.part import Part
from glassnet.studio.session.view import View
from glassnet.studio.words import word


def markup(view: View) -> str:
    """The lines, foldable, below what they are of."""
    title = '<p data-value="title"></p>'
    notes = "".join(f'<p class="quiet" data-value="note {i}"></p>' for i in range(len(view.ledger.notes)))
    lines = as_html(word("ledger"), (), view.ledger.steps, unfolded=view.desk.unfolded)
    return f"{title}{lines}{notes}"


def version(view: View) -> Hashable:
    """Which lines are seen, and their formulas: a long sum shows its largest terms, so these may change."""
    return len(view.ledger.notes), tuple((line.key, line.formula, bool(line.inside)) for line in _seen(view))


def frame(view: View) -> object:
    """What stands behind it, by key, of the lines that are seen; and of which row all that is."""
    shown = ((line.key, of_line(line)) for line in _seen(view) if line.key)
    lines = {key: [marked(line.numbers), line.remarks] for key, line in shown}
    notes = {f"note {i}": note for i, note in enumerate(view.ledger.notes)}
    return {"title": view.ledger.title, **notes, **lines}


def _seen(view: View) -> Iterator[Line]:
    """The lines that are not folded away: a browser asks for those."""

    def walked(lines: Iterable[Line]) -> Iterator[Line]:
        for line in lines:
            yield line
            if line.key in view.desk.unfolded:
                yield from walked(line.inside)

    for step in view.ledger.steps:
        yield from walked(step.lines)


PART = Part("ledger", "Ledger", markup, version, frame, slow=True)
