"""The lines of a dense layer, unit by unit and edge by edge: its products, and the activation it ends in."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from glassnet.engines.step_record import LayerRecord
from glassnet.glass.ledger.record import Line
from glassnet.glass.ledger.terms import Formula, Number, dot, product
from glassnet.glass.ledger.view import SPELLED, View, shape
from glassnet.glass.notation import edge, of
from glassnet.network.layer import IDENTITY


def affine_line(v: View, t: LayerRecord) -> Line:
    """``Z[l] = A[l-1] W[l]^T + b[l]``."""
    l, p, a = t.l, v.parameters_of(t), v.row(t.A_prev)
    W, b = p.W, p.b
    assert t.Z is not None
    Z = v.row(t.Z)

    def weighed(j: int, k: int) -> Line:
        symbols = f"{edge('w', j, k, l)} {of('a', k, l - 1)}"
        factors = float(W[j, k]), float(a[k])
        return v.line(symbols, "", product(*factors), factors[0] * factors[1], note=v.name(l - 1, k))

    def unit(j: int) -> Line:
        inside = v.edges(W[j] * a, lambda k: weighed(j, k), [v.line(f"+ {of('b', j, l)}", "", None, b[j], note="bias")])
        formula = f"{_spelled(j, len(a), l)} + {of('b', j, l)}"
        return v.line(of("z", j, l), formula, dot(W[j], a, Number(float(b[j]))), Z[j], inside=inside)

    shapes = f"{shape(t.A_prev)} {shape(W.T)} + {shape(b)}"
    return v.matrix(f"Z[{l}]", f"A[{l - 1}] W[{l}]^T + b[{l}]", shapes, t.Z, v.units(len(b), unit))


def weight_gradient_line(v: View, t: LayerRecord) -> Line:
    """``dW[l] = dZ[l]^T A[l-1]``, and what penalties add."""
    l, dZ, dW = t.l, t.dZ, v.gradients_of(t).W
    assert dZ is not None

    def single(j: int, k: int) -> Line:
        d, a = v.column(dZ, j), v.column(t.A_prev, k)
        formula = f"{v.over_examples}{of('dz', j, l)} {of('a', k, l - 1)}{v.penalized.replace('W', edge('w', j, k, l))}"
        term = dot(d, a, *v.penalty(t, "W", (j, k)))
        return v.line(edge("dw", j, k, l), formula, term, dW[j, k], note=v.name(l - 1, k))

    def unit(j: int) -> Line:
        formula = f"{v.over_examples}{of('dz', j, l)} A[{l - 1}]"
        inside = v.edges(dW[j], lambda k: single(j, k))
        return v.matrix(edge("dw", j, "k", l), formula, "", dW[j], inside)

    formula = f"dZ[{l}]^T A[{l - 1}]{v.penalized.replace('W', f'W[{l}]')}"
    return v.matrix(f"dW[{l}]", formula, f"{shape(dZ.T)} {shape(t.A_prev)}", dW, v.units(len(dW), unit))


def input_gradient_line(v: View, t: LayerRecord) -> Line:
    """``dA[l-1] = dZ[l] W[l]``."""
    l, W = t.l, v.parameters_of(t).W
    assert t.dZ is not None
    d, slopes = v.row(t.dZ), v.row(t.dA_prev)

    def weighed(j: int, k: int) -> Line:
        factors = float(d[j]), float(W[j, k])
        return v.line(f"{of('dz', j, l)} {edge('w', j, k, l)}", "", product(*factors), factors[0] * factors[1])

    def unit(k: int) -> Line:
        inside = v.edges(d * W[:, k], lambda j: weighed(j, k))
        names = [f"{of('dz', j, l)} {edge('w', j, k, l)}" for j in range(min(len(d), SPELLED))]
        formula = " + ".join(names) if len(d) <= SPELLED else f"sum_j dzj[{l}] {edge('w', 'j', k, l)}"
        symbol, name = of("da", k, l - 1), v.name(l - 1, k)
        return v.line(symbol, formula, dot(d, W[:, k]), slopes[k], note=name, inside=inside)

    note = "the derivative with respect to each input" if l == 1 else ""
    shapes = f"{shape(t.dZ)} {shape(W)}"
    return v.matrix(f"dA[{l - 1}]", f"dZ[{l}] W[{l}]", shapes, t.dA_prev, v.units(len(slopes), unit), note=note)


def _spelled(j: int, n: int, l: int) -> str:
    """``w11[1] x1 + w12[1] x2``, or with a sum sign where there are many."""
    if n <= SPELLED:
        return " + ".join(f"{edge('w', j, k, l)} {of('a', k, l - 1)}" for k in range(n))
    return f"sum_k {edge('w', j, 'k', l)} {'xk' if l == 1 else f'ak[{l - 1}]'}"


# -- the activation ----------------------------------------------------------------------------------------------------


def activated(v: View, t: LayerRecord) -> Iterator[Line]:
    """``A[l] = g(Z[l])``; nothing at the end of a network, where the link takes ``Z[L]``."""
    assert t.layer.g is not None and t.Z is not None
    g, l, Z, A = t.layer.g, t.l, v.row(t.Z), v.row(t.A)
    if g is IDENTITY:
        if l < v.trace.L:
            inside = v.units(len(A), lambda j: v.line(of("a", j, l), of("z", j, l), None, A[j]))
            yield v.matrix(f"A[{l}]", f"Z[{l}]", "", t.A, inside)
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
