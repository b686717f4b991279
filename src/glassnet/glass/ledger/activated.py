"""The lines of an activation: ``A = g(Z)`` forward, ``dZ = dA * g'(Z)`` backward; and of the link at the end."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from glassnet.engines.step_record import LayerRecord
from glassnet.glass.ledger.record import Line
from glassnet.glass.ledger.terms import Formula, Number, product
from glassnet.glass.ledger.view import View, of, shape
from glassnet.glass.ledger.written import WRITING, leaf
from glassnet.network.layer import IDENTITY
from glassnet.pieces.links import IDENTITY as LINK_IDENTITY


def activated(v: View, t: LayerRecord) -> Iterator[Line]:
    """``A[l] = g(Z[l])``; nothing at the end of a network, where the link takes ``Z[L]``."""
    assert t.layer.g is not None and t.Z is not None
    g, l, Z, A = t.layer.g, t.l, v.row(t.Z), v.row(t.A)
    if g is IDENTITY:
        if l < v.trace.L:
            yield v.matrix(
                f"A[{l}]",
                f"Z[{l}]",
                "",
                t.A,
                v.units(len(A), lambda j: v.line(of("a", j, l), of("z", j, l), None, A[j])),
            )
        return

    def unit(j: int) -> Line:
        term = Formula(f"{g.name}({{0}})", lambda z: float(g(z)), (Number(float(Z[j])),))
        return v.line(of("a", j, l), f"{g.name}({of('z', j, l)})", term, A[j])

    note = f"{g.name}(z) = {g.formula}"
    yield v.matrix(f"A[{l}]", f"{g.name}(Z[{l}])", "", t.A, v.units(len(A), unit), note=note)


def activation_gradient(v: View, t: LayerRecord) -> Iterator[Line]:
    """``dZ[l] = dA[l] * g'(Z[l])``; nothing at the end of a network, where the loss gives ``dZ[L]``."""
    assert t.layer.g is not None and t.Z is not None and t.dZ is not None
    g, l, Z, A, dA, dZ = t.layer.g, t.l, v.row(t.Z), v.row(t.A), v.row(t.dA), v.row(t.dZ)
    if g is IDENTITY:
        if l < v.trace.L:
            yield v.matrix(f"dZ[{l}]", f"dA[{l}]", "", t.dZ)
        return
    derivatives = np.empty_like(Z)
    g.derivative(Z, A, derivatives)

    def unit(j: int) -> Line:
        formula = f"{of('da', j, l)} {g.name}'({of('z', j, l)})"
        return v.line(of("dz", j, l), formula, product(float(dA[j]), float(derivatives[j])), dZ[j])

    note, shapes = f"{g.name}'(z) = {g.derivative_formula}", f"{shape(t.dA)} * {shape(t.Z)}"
    yield v.matrix(f"dZ[{l}]", f"dA[{l}] * {g.name}'(Z[{l}])", shapes, t.dZ, v.units(len(Z), unit), note=note)


# -- the link ----------------------------------------------------------------------------------------------------------


def scores_name(v: View) -> str:
    """What the link takes: "z" where the last layer ends in a plain ``Z[L]``, else "a"."""
    last = v.trace.layers[-1]
    return "z" if last.layer.g is IDENTITY and last.Z is not None else "a"


def linked(v: View) -> Iterator[Line]:
    """``A[L] = y^ = link(Z[L])``."""
    link, L, name = v.trace.plan.network.link, v.trace.L, scores_name(v)
    S, predictions, source = v.row(v.trace.scores), v.row(v.trace.predictions), f"{name.upper()}[{L}]"
    if link is not LINK_IDENTITY:
        called, note = f"{link.name}({source})", f"{link.name}(z) = {link.formula}"
    elif name == "a":
        return  # the layer's own output is y^
    else:
        called, note = source, ""
    scores = [leaf(of(name, k, L), S[k]) for k in range(len(S))]
    by_row = link.expression(WRITING, scores) if link.by_row else None

    def unit(k: int) -> Line:
        formula, term = scores[k].symbols, None
        if link is not LINK_IDENTITY:
            formula = f"{link.name}({f'{name}[{L}]' if link.by_row else formula})"
            term = (by_row[k] if by_row else link.expression(WRITING, scores[k])).numbers
        return v.line(f"y^{k + 1}", f"a{k + 1}[{L}] = {formula}", term, predictions[k], note=v.name(L, k))

    yield v.matrix("y^", f"A[{L}] = {called}", "", v.trace.predictions, v.units(len(S), unit), note=note)
