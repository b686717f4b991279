"""The ledger: the step written down as far as the clock has come."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from weakref import WeakKeyDictionary

from glassnet.glass.formula import marked
from glassnet.glass.ledger.frames import of_line
from glassnet.glass.ledger.html import as_html
from glassnet.glass.ledger.record import Line
from glassnet.studio.parts.part import Part
from glassnet.studio.session.run import Run
from glassnet.studio.session.view import View
from glassnet.studio.words import word

_VERSIONS: WeakKeyDictionary[Run, Hashable] = WeakKeyDictionary()


def markup(view: View) -> str:
    """The lines, foldable, below what they are of."""
    title = '<p data-value="title"></p>'
    notes = "".join(f'<p class="quiet" data-value="note {i}"></p>' for i in range(len(view.ledger.notes)))
    return f"{title}{as_html(word('ledger'), (), view.ledger.steps)}{notes}"


def version(view: View) -> Hashable:
    """What stands before the second equals sign: a long sum shows its largest terms, so formulas may change.

    While a training plays and all is folded, they are looked at when it rests again.
    """
    if _is_outlined(view) and (known := _VERSIONS.get(view.run)) is not None:
        return known
    written = view.ledger
    found = len(written.notes), tuple((line.key, line.formula) for line in written.lines())
    _VERSIONS[view.run] = found
    return found


def _is_outlined(view: View) -> bool:
    """Whether only the outermost lines are seen, and move."""
    return view.desk.clock.playing and view.everything and not view.desk.unfolded


def frame(view: View) -> object:
    """What stands behind it, by key, of the lines that are seen; and of which row all that is."""
    written = view.outline if _is_outlined(view) else view.ledger
    shown = ((line.key, of_line(line)) for step in written.steps for line in _seen(view, step.lines) if line.key)
    lines = {key: [marked(line.numbers), line.remarks] for key, line in shown}
    notes = {f"note {i}": note for i, note in enumerate(written.notes)}
    return {"title": written.title, **notes, **lines}


def _seen(view: View, lines: Iterable[Line]) -> Iterator[Line]:
    for line in lines:
        yield line
        if line.key in view.desk.unfolded:
            yield from _seen(view, line.inside)


PART = Part("ledger", "Ledger", markup, version, frame, slow=True)
