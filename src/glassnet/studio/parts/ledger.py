"""The ledger: the step written down as far as the clock has come."""

from __future__ import annotations

from collections.abc import Hashable

from glassnet.glass.formula import marked
from glassnet.glass.ledger.frames import behind
from glassnet.studio.parts.part import Part
from glassnet.studio.session.view import View


def markup(view: View) -> str:
    """The lines, foldable."""
    return view.ledger.markup()


def version(view: View) -> Hashable:
    """What stands before the second equals sign: a long sum shows its largest terms, so formulas may change."""
    written = view.ledger
    return written.title, written.notes, tuple((line.key, line.formula) for line in written.lines())


def frame(view: View) -> object:
    """What stands behind it, by key."""
    return {key: [marked(line.numbers), line.remarks] for key, line in behind(view.ledger).items()}


PART = Part("ledger", "Ledger", markup, version, frame, slow=True)
