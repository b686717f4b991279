"""Pictures in which a click tells its place, and a drag moves the start of a descent there."""

from __future__ import annotations

from glassnet.studio.html import attributes, text
from glassnet.studio.words import word
from glassnet.views.maps.plot import MapFrame
from glassnet.views.maps.surface import SurfaceMap


def area(at: MapFrame, do: str, **data: object) -> str:
    """What is clicked: it lies over the map, unseen, and its action gets ``x1`` and ``x2``."""
    (wide, high), (x0, x1, y0, y1) = at.size, at.ends
    place = attributes(
        width=f"{wide:g}", height=f"{high:g}", fill="none", pointer_events="all", class_="pick", data_pick=do,
        data_x0=x0, data_x1=x1, data_y0=y0, data_y1=y1, **data,
    )  # fmt: skip
    return f"<rect{place}/>"


def with_start(drawn: SurfaceMap, do: str) -> str:
    """A cost surface whose start is dragged, and whether the descent came down."""
    before, end, after = drawn.scene().markup().rpartition("</svg>")
    ending = drawn.display.ending
    said = word("surface.diverges", ending=ending) if drawn.display.diverged else f"{ending[:1].upper()}{ending[1:]}."
    return f"{before}{area(drawn.at, do, data_drag=True)}{end}{after}{text('p', said, class_='verdict')}"
