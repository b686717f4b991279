"""What notebooks show of our objects: HTML, SVG and text. No script, so that exports keep it."""

from __future__ import annotations

from functools import singledispatch
from html import escape

from glassnet.errors import GlassnetError
from glassnet.estimators.table.evaluation import Evaluation
from glassnet.glass.diagnosis.diagnosis import Diagnosis
from glassnet.glass.ledger import ledger
from glassnet.glass.ledger.rendered import Ledger
from glassnet.glass.scenes.network.overview import overview, overview_of_step
from glassnet.glass.scenes.scene import Scene
from glassnet.glass.sheet import styled
from glassnet.glass.tracing.record import Trace
from glassnet.graph.picture import Graph
from glassnet.learning.fitted import Fitted
from glassnet.learning.history import History
from glassnet.network.network import Network
from glassnet.notebook_hook import Bundle
from glassnet.views.displays import Display
from glassnet.views.explain.report import Report
from glassnet.views.figures import Picture, draw
from glassnet.views.of_models import outputs_of

LEDGER_UNITS = 4  # of each layer that are unfolded


def bundle(thing: object) -> Bundle:
    """What a notebook shows, by MIME type; text alone of what cannot be drawn.

    >>> from glassnet import Dense
    >>> sorted(bundle(Network(3, [Dense(1)])))
    ['image/svg+xml', 'text/html', 'text/plain']
    """
    try:
        return render(thing)
    except GlassnetError:  # too many nodes, no epochs, no matplotlib: without a picture a cell is not a failure
        return {"text/plain": repr(thing) if type(thing).__str__ is object.__str__ else str(thing)}


@singledispatch
def render(thing: object) -> Bundle:
    """The same, or an error where there is no picture; a new kind of thing registers what shows it."""
    return {"text/plain": repr(thing)}


@render.register
def _(picture: Scene) -> Bundle:
    return _picture(picture, picture.text())


@render.register
def _(picture: Display) -> Bundle:
    return {"text/plain": picture.title} if picture.plotted else _picture(picture, picture.text())


@render.register
def _(network: Network) -> Bundle:
    return _picture(draw("compact", network), network.summary())


@render.register
def _(graph: Graph) -> Bundle:
    return _picture(draw("graph", graph), str(graph))


@render.register
def _(history: History) -> Bundle:
    picture = draw("history", history, metric="cost" if "cost" in history else next(iter(history), "cost"))
    return _picture(picture, picture.text())


@render.register
def _(fitted: Fitted) -> Bundle:
    names, outputs = fitted.columns.inputs, outputs_of(fitted)
    return _picture(overview(fitted.network, fitted.parameters, names, outputs), fitted.network.summary())


@render.register
def _(step: Trace) -> Bundle:
    picture, written = overview_of_step(step), ledger(step, units=LEDGER_UNITS)
    text = f"{step!r}\n\n{ledger(step, depth=1)}"
    return {
        "text/html": styled(picture.markup() + written.markup()),
        "image/svg+xml": picture.svg(),
        "text/plain": text,
    }


@render.register
def _(written: Ledger) -> Bundle:
    return {"text/html": written.to_html(), "text/plain": str(written)}


@render.register
def _(diagnosis: Diagnosis) -> Bundle:
    lines = "".join(f"<li>{escape(str(finding))}</li>" for finding in diagnosis.worst_first())
    return {"text/html": f"<ul>{lines}</ul>", "text/plain": str(diagnosis)}


@render.register
def _(evaluation: Evaluation) -> Bundle:
    return {"text/html": f"<pre>{escape(str(evaluation))}</pre>", "text/plain": str(evaluation)}


@render.register
def _(report: Report) -> Bundle:
    return {"text/html": report.html(), "text/plain": str(report)}


def _picture(picture: Picture, text: str) -> Bundle:
    return {"text/html": picture.html(), "image/svg+xml": picture.svg(), "text/plain": text}
