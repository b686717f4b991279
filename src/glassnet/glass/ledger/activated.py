"""The lines of an activation: ``A = g(Z)`` forward, ``dZ = dA * g'(Z)`` backward; and of the link at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from glassnet.arrays import Array
from glassnet.glass.ledger.record import Line
from glassnet.glass.ledger.terms import Formula, Number, Term, call, long_sum, product
from glassnet.glass.ledger.view import View, of, shape
from glassnet.glass.tracing.record import LayerTrace
from glassnet.network.layer import IDENTITY, Activated
from glassnet.pieces.activations import ACTIVATIONS


def activated(v: View, t: LayerTrace) -> Iterator[Line]:
    """``A[l] = g(Z[l])``; nothing at the end of a network, where the link takes ``Z[L]``."""
    assert isinstance(t.layer, Activated) and t.Z is not None
    g, l, Z, A = t.layer.g, t.l, v.row(t.Z), v.row(t.A)
    if g is IDENTITY:
        if l < v.trace.L:
            yield v.matrix(f"A[{l}]", f"Z[{l}]", "", t.A, v.units(len(A), lambda j: _same(v, j, l, A)))
        return

    def unit(j: int) -> Line:
        term = call(g.name, lambda z: float(g(z)), float(Z[j]))
        return v.line(of("a", j, l), f"{g.name}({of('z', j, l)})", term, A[j])

    note = f"{g.name}(z) = {g.formula}"
    yield v.matrix(f"A[{l}]", f"{g.name}(Z[{l}])", "", t.A, v.units(len(A), unit), note=note)


def _same(v: View, j: int, l: int, A: Array) -> Line:
    return v.line(of("a", j, l), of("z", j, l), None, A[j])


def slope(v: View, t: LayerTrace) -> Iterator[Line]:
    """``dZ[l] = dA[l] * g'(Z[l])``; nothing at the end of a network, where the loss gives ``dZ[L]``."""
    assert isinstance(t.layer, Activated) and t.Z is not None and t.dZ is not None
    g, l, Z, A, dA, dZ = t.layer.g, t.l, v.row(t.Z), v.row(t.A), v.row(t.dA), v.row(t.dZ)
    if g is IDENTITY:
        if l < v.trace.L:
            yield v.matrix(f"dZ[{l}]", f"dA[{l}]", "", t.dZ)
        return
    slopes = np.empty_like(Z)
    g.derivative(Z, A, slopes)

    def unit(j: int) -> Line:
        formula = f"{of('da', j, l)} {g.name}'({of('z', j, l)})"
        return v.line(of("dz", j, l), formula, product(float(dA[j]), float(slopes[j])), dZ[j])

    note, shapes = f"{g.name}'(z) = {g.derivative_formula}", f"{shape(t.dA)} * {shape(t.Z)}"
    yield v.matrix(f"dZ[{l}]", f"dA[{l}] * {g.name}'(Z[{l}])", shapes, t.dZ, v.units(len(Z), unit), note=note)


# -- the link ----------------------------------------------------------------------------------------------------------


def scores_name(v: View) -> str:
    """What the link takes: "z" where the last layer ends in a plain ``Z[L]``, else "a"."""
    last = v.trace.layers[-1]
    return "z" if isinstance(last.layer, Activated) and last.layer.g is IDENTITY and last.Z is not None else "a"


def linked(v: View) -> Iterator[Line]:
    """``A[L] = y^ = link(Z[L])``."""
    network, L, name = v.trace.plan.network, v.trace.L, scores_name(v)
    link, S, predictions = network.link, v.row(v.trace.scores), v.row(v.trace.predictions)
    if link.name == "identity" and name == "a":
        return  # the layer's own output is y^
    source = f"{name.upper()}[{L}]"

    def unit(k: int) -> Line:
        symbol, formula, term = f"y^{k + 1}", of(name, k, L), None
        if link.name != "identity":
            formula = f"{link.name}({of(name, k, L) if link.name != 'softmax' else f'{name}[{L}]'})"
            term = LINK_TERMS.get(link.name, _element)(v, S, k)
        return v.line(symbol, f"a{k + 1}[{L}] = {formula}", term, predictions[k], note=v.name(L, k))

    formula = source if link.name == "identity" else f"{link.name}({source})"
    note = "" if link.name == "identity" else f"{link.name}(z) = {link.formula}"
    yield v.matrix("y^", f"A[{L}] = {formula}", "", v.trace.predictions, v.units(len(S), unit), note=note)


def _element(v: View, S: Array, k: int) -> Term:
    name = v.trace.plan.network.link.name
    return call(name, lambda z: float(ACTIVATIONS[name](z)), float(S[k]))


def _exp(v: View, S: Array, k: int) -> Term:
    return Formula("e^{0:()}", np.exp, (Number(float(S[k])),))


def _softmax(v: View, S: Array, k: int) -> Term:
    """With the largest score taken out of all where their powers would overflow; that changes no quotient."""
    T = np.asarray(S, np.float64)
    T = T - T.max() if np.abs(T).max() > 700 else T
    powers = [Formula("e^{0:()}", np.exp, (Number(float(z)),)) for z in T]
    everything = long_sum(np.exp(T), lambda j: powers[j])
    return Formula("{0}/({1})", lambda a, b: a / b, (powers[k], everything))


LINK_TERMS: dict[str, Callable[[View, Array, int], Term]] = {"softmax": _softmax, "exp": _exp}
