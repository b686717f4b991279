"""Leave with it: everything on the screen as a file or a link."""

from __future__ import annotations

from collections.abc import Hashable
from html import escape

from glassnet.studio.exports.kinds import KINDS
from glassnet.studio.html import element, text
from glassnet.studio.parts.part import Part
from glassnet.studio.session.view import View
from glassnet.studio.words import word


def markup(view: View) -> str:
    """The link, then a file of each kind."""
    items = "".join(
        element(
            "li", f'<a href="/leave/{kind.name}" download>{escape(kind.title)}</a> <small>{escape(kind.help)}</small>'
        )
        for kind in KINDS.values()
    )
    return f"{_link(view)}{element('ul', items, class_='leave')}"


def _link(view: View) -> str:
    """The link; a pupil's own table is in none."""
    if view.run.setup.own is not None:
        return text("p", word("leave.own"))
    where = f"#{view.url(view).removeprefix('#')}"
    return text("p", word("leave.address")) + f'<p><a href="{escape(where)}">{word("leave.link")}</a></p>'


def version(view: View) -> Hashable:
    """The link, and whether there is one."""
    return view.run.setup.own is not None or view.url(view)


PART = Part("leave", "Leave with it", markup, version, drawer=True, slow=True)
