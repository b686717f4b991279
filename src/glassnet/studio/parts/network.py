"""The network's picture: laid out once, patched by frames; what the clock has not reached is a question mark."""

from __future__ import annotations

import json
from collections.abc import Hashable
from dataclasses import replace

from glassnet.glass.scenes.network import text as twin
from glassnet.glass.scenes.network.diagram import Drawn
from glassnet.glass.scenes.network.layout import NetworkLayout, Room
from glassnet.glass.scenes.network.structure import FEW, MANY
from glassnet.glass.scenes.network.values import LENSES, Frame, Moment, Numbers, Values, shares
from glassnet.glass.scenes.scene import Scene
from glassnet.glass.scenes.twin import SUMMARY, figure, in_words
from glassnet.studio.html import element, text
from glassnet.studio.parts.part import Part
from glassnet.studio.pieces.layers import layers
from glassnet.studio.pieces.room import room
from glassnet.studio.session.reveal import HIDDEN
from glassnet.studio.session.view import View
from glassnet.studio.words import word

CHANGED = "change"
TWIN = "numbers"  # the drawer below the picture
FITS = 870.0  # pixels: what the picture has of a page of 1280, next to the ledger


def markup(view: View) -> str:
    """The picture, its numbers as text where they are unfolded, and what changes it."""
    is_open = TWIN in view.open
    numbers = text("summary", SUMMARY) + (text_twin(view) if is_open else "")
    below = element("details", numbers, data_drawer=TWIN, open=is_open)
    return figure(svg(view), below) + _whole(view) + layers(view)


def picture(view: View) -> str:
    """The picture with its text twin, to be taken along."""
    return figure(svg(view), element("details", text("summary", SUMMARY) + text_twin(view)))


def text_twin(view: View) -> str:
    """The text twin of the moment."""
    drawn, lens = view.drawn, LENSES[view.lens]
    row = view.trace.rows[view.selection.example - 1]
    return in_words(twin.sentence(drawn, lens, row), tuple(twin.tables(drawn, known(view), lens)))


def svg(view: View) -> str:
    """The picture alone, with room for the numbers so far."""
    at = NetworkLayout(view.drawn.data, _room(view))
    scene = _scene(view, at)
    if (more := scene.view.width - FITS) > 0:
        scene = _scene(view, replace(at, shorter=more / (len(at.data.columns) - 1)))
    return scene.svg()


def _scene(view: View, at: NetworkLayout) -> Scene:
    drawn, lens = view.drawn, LENSES[view.lens]
    shapes = (at.paper, *Drawn(drawn, at, _frame(view), lens).shapes())
    return Scene("network", twin.title(drawn.network), twin.sentence(drawn, lens, None), (), shapes)


def _whole(view: View) -> str:
    """Of many edges, a button for their numbers; a chosen unit has its largest contributions."""
    if max(map(len, view.drawn.data.edges)) <= FEW or view.edges > MANY:
        return ""
    on, said = ("false", word("network.lines")) if view.desk.whole else ("true", word("network.numbers"))
    return f'<button type="button" data-do="whole" data-on="{on}">{said}</button>'


def _room(view: View) -> Room:
    return room(view.run, view.drawn, _full(view))


def _full(view: View) -> Frame:
    """All numbers of the moment, the unknown ones too."""
    return view.once("network_numbers", lambda: view.drawn.frame_of(view.drawn.values(view.moment), view.lens))


def version(view: View) -> Hashable:
    """What the markup says that no frame does; of the text twin the moment at which the clock rests."""
    clock = view.desk.clock
    moment = (view.run.number, clock.step, clock.operation, view.selection.example)
    seen_at = None if TWIN not in view.open else () if clock.playing else moment
    return view.run.network, view.run.table.names, view.lens, view.drawn.numbers, seen_at


def frame(view: View) -> object:
    """Texts and shares, in the order of the keys; behind them the ghost's shares."""
    sent: list[object] = json.loads(_frame(view).as_sent())
    ghost = _ghost(view)
    return sent if ghost is None else [*sent, ghost]


def _frame(view: View) -> Frame:
    """The numbers of the moment, those that are known."""
    drawn = view.drawn
    full = _full(view)
    if view.everything:
        return full
    texts = [text if _is_known(view, key) else _hidden(text) for key, text in zip(drawn.keys, full.texts, strict=True)]
    seen = [
        share if edge.at is None or _is_known(view, edge.key) else 0
        for edge, share in zip(drawn.edges, full.shares, strict=True)
    ]
    return replace(full, texts=texts, shares=seen)


def _is_known(view: View, key: str) -> bool:
    """Whether the number with that key may be shown: of an edge the one that the lens shows."""
    if key[0] not in "wb":
        return view.is_shown(key)
    if view.lens == "values":
        return True
    return view.is_shown(key, changed=True) if view.lens == CHANGED else view.is_shown(f"d{key}")


def _hidden(text: str) -> str:
    symbol, equals, _ = text.rpartition(" = ")
    return f"{symbol}{equals}{HIDDEN}"


def known(view: View) -> Values:
    """The numbers for the text twin, without those that are hidden."""
    drawn = view.drawn
    full = drawn.values(view.moment)
    if view.everything:
        return full

    def those(numbers: Numbers, keys: list[str], changed: bool = False) -> Numbers:
        return [x if view.is_shown(key, changed) else None for x, key in zip(numbers, keys, strict=True)]

    units = drawn.units
    z = [f"z{unit.j + 1}[{unit.l}]" for unit in units]
    slopes = [f"{drawn.data.columns[unit.l].gradient_of}{unit.j + 1}[{unit.l}]" for unit in units]
    keys = [edge.key for edge in drawn.edges]
    edges = {"values": full.edges["values"], "gradients": those(full.edges["gradients"], [f"d{key}" for key in keys])}
    if CHANGED in full.edges:
        edges[CHANGED] = those(full.edges[CHANGED], keys, changed=True)
    return Values(those(full.a, [unit.key for unit in units]), those(full.z, z), those(full.gradient, slopes), edges)


def _ghost(view: View) -> list[int | None] | None:
    """The shares of the run before, at the same step; None where it has other edges."""
    before = view.previous
    if before is None or before.network.layout.places != view.run.network.layout.places:
        return None
    there = before.at(min(view.desk.clock.step, before.reached))
    numbers = view.drawn.values(Moment(there.parameters)).edges["values"]
    return shares(numbers, [len(edges) for edges in view.drawn.data.edges])


PART = Part("network", "Network", markup, version, frame, keys=lambda view: view.drawn.keys, room=_room)
