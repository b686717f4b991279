"""The Python that makes exactly what is on the screen; the line of the next operation is marked."""

from __future__ import annotations

from collections.abc import Hashable
from html import escape

from glassnet.errors import GlassnetError
from glassnet.studio.exports.script import Written, current, script
from glassnet.studio.html import attributes, element, refused, text
from glassnet.studio.parts.part import Part
from glassnet.studio.session.view import View
from glassnet.studio.words import word

LONGEST = 2_000  # letters of a line that are shown; the file has all of them


def markup(view: View) -> str:
    """The lines, with the one that comes next marked."""
    try:
        lines = script(view)
    except GlassnetError as error:
        return refused(str(error))
    now = current(view, lines)
    inside = "".join(_line(line, number == now) for number, line in enumerate(lines))
    hint = "" if now is None else text("p", word("code.now"))
    link = element("p", f'<a href="/leave/python" download>{word("code.leave")}</a>')
    return f'{hint}<pre class="code" tabindex="0" aria-label="{word("code.python")}">{inside}</pre>{link}'


def _line(line: Written, now: bool) -> str:
    """A line, or several of one statement; it lights up with what shows the same numbers."""
    shown = line.text if len(line.text) <= LONGEST else f"{line.text[:LONGEST]} …"
    marked = {"class_": "now", "aria_current": "step"} if now else {}
    given = attributes(data_key=line.key or None, **marked)
    return f"<span{given}>{escape(shown)}\n</span>"


def version(view: View) -> Hashable:
    """The run, the step, the operation, and the example."""
    return view.run.number, view.clock.step, view.clock.done, view.everything, view.selection.example


PART = Part("code", "Code", markup, version, drawer=True, slow=True)
