"""What changes a network at its drawing: a unit more or less in each hidden layer, a layer more or less."""

from __future__ import annotations

from glassnet.studio.html import button, element, text
from glassnet.studio.session.view import View
from glassnet.studio.words import word
from glassnet.text import counted


def layers(view: View) -> str:
    """Units and layers by button, in the order of the drawing above."""
    hidden = [int(units) for units in str(view.settings["layers"]).split(",") if units]
    rows = ""
    for l, units in enumerate(hidden, start=1):
        fewer = button("−", "units", word("settings.fewer", layer=l), layer=l, by=-1)
        more = button("+", "units", word("settings.more", layer=l), layer=l, by=1)
        rows += element("li", f"{word('layer', layer=l)}: {fewer} {counted(units, 'unit')} {more}")
    add = button(word("settings.add"), "layer", at=0, add="true")
    less = button(word("settings.less"), "layer", at=0, add="false") if hidden else ""
    inside = element("ul", rows, class_="layers") + element("p", f"{add} {less}")
    return element("details", text("summary", word("network.change")) + inside, class_="change")
