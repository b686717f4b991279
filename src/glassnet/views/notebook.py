"""What notebooks show of networks, histories, traces, computation graphs and fitted models: HTML, SVG and words.

No script, so that exports keep it; light or dark as the reader's page is.
"""

from __future__ import annotations

from functools import singledispatch
from typing import Any

from glassnet.errors import GlassnetError
from glassnet.glass.ledger import ledger
from glassnet.glass.scenes import Scene, draw, draw_from, seen_in
from glassnet.glass.scenes.network.overview import MOST_LAYERS, overview
from glassnet.glass.scenes.network.reading import output_names
from glassnet.glass.tracing.record import Trace
from glassnet.graph.picture import Graph
from glassnet.learning.fitted import Fitted
from glassnet.learning.history import History
from glassnet.network.network import Network
from glassnet.notebook_hook import Bundle

LEDGER_UNITS = 4  # of each layer that are unfolded


def bundle(thing: object) -> Bundle:
    """What a notebook shows, by MIME type; words alone of what cannot be drawn.

    >>> from glassnet import Dense
    >>> sorted(bundle(Network(3, [Dense(1)])))
    ['image/svg+xml', 'text/html', 'text/plain']
    """
    try:
        return seen(thing)
    except GlassnetError:  # too many nodes, no epochs: a picture that is not there is no error of the cell
        return {"text/plain": repr(thing) if type(thing).__str__ is object.__str__ else str(thing)}


@singledispatch
def seen(thing: Any) -> Bundle:
    """The same, or an error where there is no picture; a new kind of thing registers what shows it."""
    return {"text/plain": repr(thing)}


@seen.register
def _(network: Network) -> Bundle:
    return _drawn(draw("compact", network), network.summary())


@seen.register
def _(graph: Graph) -> Bundle:
    return _drawn(draw("graph", graph), str(graph))


@seen.register
def _(history: History) -> Bundle:
    scene = draw("history", history, metric="cost" if "cost" in history else next(iter(history), "cost"))
    return _drawn(scene, scene.text())


@seen.register
def _(trace: Trace) -> Bundle:
    deep = trace.L > MOST_LAYERS
    scene = draw_from("blocks" if deep else "network", seen_in(trace))
    written = ledger(trace, units=LEDGER_UNITS)
    words = f"{trace!r}\n\n{ledger(trace, depth=1)}"
    return {"text/html": scene.html() + written.to_html(), "image/svg+xml": scene.svg(), "text/plain": words}


@seen.register
def _(fitted: Fitted) -> Bundle:
    classes = fitted.answers.classes
    outputs = output_names(fitted.network, None if classes is None else classes.tolist())
    scene = overview(fitted.network, fitted.parameters, names=fitted.columns.inputs, outputs=outputs)
    return _drawn(scene, fitted.network.summary())


def _drawn(scene: Scene, words: str) -> Bundle:
    return {"text/html": scene.html(), "image/svg+xml": scene.svg(), "text/plain": words}
