"""The one line that always says what is most serious, and what to try."""

from __future__ import annotations

from collections.abc import Hashable
from html import escape

from glassnet.studio.parts.part import Part
from glassnet.studio.session.view import View
from glassnet.studio.words import word


def markup(view: View) -> str:
    """The finding in a sentence."""
    if view.run.error:
        return _line("warning", view.run.error, word("worry.diverged"))
    finding = view.finding
    if finding is None:
        return _line("good", "", "")
    return _line(finding.severity, finding.what, finding.remedy)


def _line(severity: str, what: str, remedy: str) -> str:
    said = f"{word(f'worry.{severity}')}{f': {what}' if what else ''}."
    tried = word("worry.try", remedy=remedy) if remedy and severity != "good" else ""
    return f'<p class="worry-line {severity}">{escape(said)}{escape(tried)}</p>'


def version(view: View) -> Hashable:
    """What is said."""
    finding = view.finding
    return view.run.error, finding and (finding.severity, finding.what)


PART = Part("worry", "What to worry about", markup, version, slow=True)
