"""``ledger``: a trace written down, ``symbol = formula = formula with numbers = value``, in four steps."""

from __future__ import annotations

from collections.abc import Iterator

from glassnet.errors import InvalidInput, InvalidType
from glassnet.glass.ledger.cost import cost_lines, linked, loss_gradient
from glassnet.glass.ledger.layers import pass_lines
from glassnet.glass.ledger.record import Line, Step
from glassnet.glass.ledger.rendered import Ledger
from glassnet.glass.ledger.update import update_lines
from glassnet.glass.ledger.view import View
from glassnet.glass.notation import of
from glassnet.glass.tracing.record import Trace
from glassnet.pieces.settings import Range, check_number
from glassnet.text import counted

__all__ = ["Ledger", "Line", "Step", "ledger"]


def ledger(
    trace: Trace,
    example: int = 1,
    *,
    depth: int = 3,
    layer: int | None = None,
    unit: int | None = None,
    digits: int = 6,
    units: int = 8,
) -> Ledger:
    """The four steps of a trace, line by line: forward propagation, cost, back propagation, update.

    Long sums are shortened to their largest terms, the largest first, and how many more there are with what these add
    up to. Where the written numbers do not give the written value, the line says "rounded".

    Args:
        trace: the step.
        example: the one whose numbers are written, 1 ... m.
        depth: 1 shows matrices, 2 also units, 3 also edges.
        layer: the only layer to be shown, 1 ... L; None shows all.
        unit: the only unit of each layer to be unfolded, from 1; None unfolds the first ``units``.
        digits: significant digits, 1 ... 17.
        units: how many units of a layer are shown where there are many.

    Raises:
        InvalidInput, InvalidType: an example, layer or unit that the trace does not have.

    >>> import numpy as np
    >>> from glassnet import Dense, Network, trace
    >>> net = Network(3, [Dense(1, "relu")])
    >>> p = net.initialize()
    >>> p.W[1], p.b[1] = [[0.5, 0.1, 0.0058]], [0.2]
    >>> print(ledger(trace(net, [[0.4, 2, 17]], [1], parameters=p))["z1[1]"])
    z1[1] = w11[1] x1 + w12[1] x2 + w13[1] x3 + b1[1] = 0.5*0.4 + 0.1*2 + 0.0058*17 + 0.2 = 0.6986
    """
    if not isinstance(trace, Trace):
        raise InvalidType("ledger() needs a Trace", seen=repr(trace), remedy="pass trace(model, X, y)")
    check_number("example", example, Range(1, trace.m), whole=True)
    check_number("depth", depth, Range(1, 3), whole=True)
    check_number("digits", digits, Range(1, 17), whole=True)
    check_number("units", units, Range(1), whole=True)
    widest = max(trace.plan.network.widths)
    for name, value, most in (("layer", layer, trace.L), ("unit", unit, widest)):
        if value is not None:
            check_number(name, value, Range(1, most), whole=True)
    if layer is not None and unit is not None and unit > max(trace.plan.network.widths[layer - 1 : layer + 1]):
        width = trace.plan.network.widths[layer]
        raise InvalidInput(f"layer {layer} has no unit {unit}", f"{counted(width, 'unit')}", f"pass 1 ... {width}")
    view = View(trace, example - 1, digits, depth, layer, unit, units)
    steps = (
        Step("Forward propagation", tuple(_forward(view))),
        Step("The cost", tuple(cost_lines(view))),
        Step("Back propagation", tuple(_backward(view)), _SHARES),
        Step("The update", tuple(update_lines(view))),
    )
    return Ledger(_title(view), steps, digits, tuple(_notes(view)))


_SHARES = "dA and dZ already contain each example's share of the cost, 1/m."


def _forward(v: View) -> Iterator[Line]:
    x = v.row(v.trace.X)
    if v.layer in (None, 1):
        inside = v.units(len(x), lambda k: v.line(of("a", k, 0), "", None, x[k], note=v.cell(k)))
        yield v.matrix("A[0]", "X", "", v.trace.X, inside)
    for t in v.trace.layers:
        if v.shows(t.l):
            yield from pass_lines(v, t, t.layer.write_forward)
    if v.shows(v.trace.L):
        yield from linked(v)


def _backward(v: View) -> Iterator[Line]:
    if v.shows(v.trace.L):
        yield loss_gradient(v)
    for t in reversed(v.trace.layers):
        if v.shows(t.l):
            yield from pass_lines(v, t, t.layer.write_backward)


def _title(v: View) -> str:
    network = v.trace.plan.network
    widths, m = "-".join(map(str, network.widths)), v.trace.m
    of_which = f"{v.example}, one example" if m == 1 else f"{m:,} examples, with the numbers of {v.example}"
    return f"One training step of the network {widths}, loss {network.loss.name}: {of_which}"


def _notes(v: View) -> Iterator[str]:
    yield f"Numbers are shown to {v.digits} significant digits; (rounded): these do not give the value shown."
    yield f"Computed by the {v.trace.engine} engine."
    if v.trace.note:
        yield v.trace.note
    if v.trace.given is not None:
        yield v.trace.given.sentence(v.i, v.example)
