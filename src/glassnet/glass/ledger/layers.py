"""How each kind of layer is written down: a table from its class to the lines of its two passes.

A layer of one's own has lines without being here: its inputs, outputs and what its cache keeps. To give it formulas,
add it: ``LAYER_LINES[MyLayer] = LayerLines(forward, backward)``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from glassnet.glass.ledger.activated import activated, activation_gradient
from glassnet.glass.ledger.norms import norm_backward, norm_forward
from glassnet.glass.ledger.record import Line
from glassnet.glass.ledger.terms import Number, Sum, dot, long_sum, product
from glassnet.glass.ledger.view import SPELLED, View, edge, of, shape
from glassnet.glass.tracing.record import LayerTrace
from glassnet.network.layers import Dense, Dropout, Layer
from glassnet.network.norms import BatchNorm, LayerNorm

Lines = Callable[[View, LayerTrace], Iterator[Line]]


class LayerLines(NamedTuple):
    """The lines of a layer's forward and of its backward pass."""

    forward: Lines
    backward: Lines


def lines_of(layer: Layer) -> LayerLines:
    """The lines of the layer's class, or of the nearest one above it."""
    return next(LAYER_LINES[cls] for cls in type(layer).__mro__ if cls in LAYER_LINES)


# -- dense -------------------------------------------------------------------------------------------------------------


def dense_forward(v: View, t: LayerTrace) -> Iterator[Line]:
    l, W, b, a = t.l, t.p.W, t.p.b, v.row(t.A_prev)
    assert t.Z is not None
    Z = v.row(t.Z)

    def weighed(j: int, k: int) -> Line:
        symbols = f"{edge('w', j, k, l)} {of('a', k, l - 1)}"
        factors = float(W[j, k]), float(a[k])
        return v.line(symbols, "", product(*factors), factors[0] * factors[1], note=v.name(l - 1, k))

    def unit(j: int) -> Line:
        inside = v.edges(W[j] * a, lambda k: weighed(j, k), [v.line(of("b", j, l), "", None, b[j], note="bias")])
        formula = f"{_spelled(j, len(a), l)} + {of('b', j, l)}"
        return v.line(of("z", j, l), formula, dot(W[j], a, Number(float(b[j]))), Z[j], inside=inside)

    shapes = f"{shape(t.A_prev)} {shape(W.T)} + {shape(b)}"
    yield v.matrix(f"Z[{l}]", f"A[{l - 1}] W[{l}]^T + b[{l}]", shapes, t.Z, v.units(len(b), unit))
    yield from activated(v, t)


def dense_backward(v: View, t: LayerTrace) -> Iterator[Line]:
    yield from activation_gradient(v, t)
    yield from _dW(v, t)
    yield from _db(v, t)
    yield from _dA_prev(v, t)


def _dW(v: View, t: LayerTrace) -> Iterator[Line]:
    l, dZ, dW = t.l, t.dZ, t.g.W
    assert dZ is not None

    def single(j: int, k: int) -> Line:
        d, a = v.column(dZ, j), v.column(t.A_prev, k)
        formula = (
            f"{_over_examples(v)}{of('dz', j, l)} {of('a', k, l - 1)}{v.penalised.replace('W', edge('w', j, k, l))}"
        )
        term = dot(d, a, *v.penalty(t, "W", (j, k)))
        return v.line(edge("dw", j, k, l), formula, term, dW[j, k], note=v.name(l - 1, k))

    def unit(j: int) -> Line:
        formula = f"{_over_examples(v)}{of('dz', j, l)} A[{l - 1}]"
        inside = v.edges(dW[j], lambda k: single(j, k))
        return v.matrix(of("dw", j, l), formula, "", dW[j], inside)

    formula = f"dZ[{l}]^T A[{l - 1}]{v.penalised.replace('W', f'W[{l}]')}"
    yield v.matrix(f"dW[{l}]", formula, f"{shape(dZ.T)} {shape(t.A_prev)}", dW, v.units(len(dW), unit))


def _db(v: View, t: LayerTrace) -> Iterator[Line]:
    l, dZ, db = t.l, t.dZ, t.g.b
    assert dZ is not None
    fixed = db.size and not db.any() and dZ.any()  # a layer that fits no biases

    def unit(j: int) -> Line:
        d = v.column(dZ, j)
        if fixed:
            return v.line(of("db", j, l), "", None, db[j])
        return v.line(of("db", j, l), f"{_over_examples(v)}{of('dz', j, l)}", examples(d), db[j])

    yield v.matrix(f"db[{l}]", "sum over the examples of dZ" + f"[{l}]", "", db, v.units(len(db), unit))


def _dA_prev(v: View, t: LayerTrace) -> Iterator[Line]:
    l, W = t.l, t.p.W
    assert t.dZ is not None
    d, slopes = v.row(t.dZ), v.row(t.dA_prev)

    def weighed(j: int, k: int) -> Line:
        factors = float(d[j]), float(W[j, k])
        return v.line(f"{of('dz', j, l)} {edge('w', j, k, l)}", "", product(*factors), factors[0] * factors[1])

    def unit(k: int) -> Line:
        inside = v.edges(d * W[:, k], lambda j: weighed(j, k))
        names = [f"{of('dz', j, l)} {edge('w', j, k, l)}" for j in range(min(len(d), SPELLED))]
        formula = " + ".join(names) if len(d) <= SPELLED else f"sum_j dzj[{l}] wj{k + 1}[{l}]"
        symbol, name = of("da", k, l - 1), v.name(l - 1, k)
        return v.line(symbol, formula, dot(d, W[:, k]), slopes[k], note=name, inside=inside)

    note = "the slope by each input; no weight needs it" if l == 1 else ""
    shapes = f"{shape(t.dZ)} {shape(W)}"
    yield v.matrix(f"dA[{l - 1}]", f"dZ[{l}] W[{l}]", shapes, t.dA_prev, v.units(len(slopes), unit), note=note)


def examples(terms: np.ndarray) -> Sum:
    """A sum with one term an example."""
    return long_sum(terms, lambda i: Number(float(terms[i])))


def _over_examples(v: View) -> str:
    return "sum_i " if v.trace.m > 1 else ""


def _spelled(j: int, n: int, l: int) -> str:
    """``w11[1] x1 + w12[1] x2``, or with a sum sign where there are many."""
    if n <= SPELLED:
        return " + ".join(f"{edge('w', j, k, l)} {of('a', k, l - 1)}" for k in range(n))
    return f"sum_k w{j + 1}k[{l}] {'xk' if l == 1 else f'ak[{l - 1}]'}"


# -- dropout -----------------------------------------------------------------------------------------------------------


def dropout_forward(v: View, t: LayerTrace) -> Iterator[Line]:
    yield from _masked(v, t, "a", f"A[{t.l}]", f"A[{t.l - 1}]", t.A_prev, t.A, t.l)


def dropout_backward(v: View, t: LayerTrace) -> Iterator[Line]:
    yield from _masked(v, t, "da", f"dA[{t.l - 1}]", f"dA[{t.l}]", t.dA, t.dA_prev, t.l - 1)


def _masked(
    v: View, t: LayerTrace, name: str, symbol: str, source: str, given: np.ndarray, made: np.ndarray, l: int
) -> Iterator[Line]:
    if "kept" not in t.cached:
        yield v.matrix(symbol, source, "", made, note="nothing is silenced")
        return
    a, kept, out = v.row(given), v.row(t.cached["kept"]), v.row(made)
    before = 2 * t.l - 1 - l  # the layer on the other side

    def unit(j: int) -> Line:
        formula = f"{of(name, j, before)} kept{j + 1}[{t.l}]"
        note = "" if kept[j] else "silenced"
        return v.line(of(name, j, l), formula, product(float(a[j]), float(kept[j])), out[j], note=note)

    note = (
        f"kept is 0 for the share {t.layer.settings()['rate']:g}, else {v.number(1 / (1 - t.layer.settings()['rate']))}"
    )
    shapes = f"{shape(given)} * {shape(t.cached['kept'])}"
    yield v.matrix(symbol, f"{source} * kept[{t.l}]", shapes, made, v.units(len(out), unit), note=note)


# -- any other ---------------------------------------------------------------------------------------------------------


def own_forward(v: View, t: LayerTrace) -> Iterator[Line]:
    """A layer nobody wrote lines for: its output, and what its cache keeps."""
    A, l = v.row(t.A), t.l
    for name, array in t.cached.items():
        yield v.matrix(f"{name}[{l}]", "", "", array, note="kept in the cache")
    inside = v.units(len(A), lambda j: v.line(of("a", j, l), "", None, A[j]))
    yield v.matrix(f"A[{l}]", f"{t.layer.name}(A[{l - 1}])", shape(t.A_prev), t.A, inside)


def own_backward(v: View, t: LayerTrace) -> Iterator[Line]:
    dA, l = v.row(t.dA_prev), t.l
    for name, array in vars(t.g).items():
        yield v.matrix(f"d{name}[{l}]", "", "", array)
    inside = v.units(len(dA), lambda k: v.line(of("da", k, l - 1), "", None, dA[k], note=v.name(l - 1, k)))
    yield v.matrix(f"dA[{l - 1}]", f"{t.layer.name}, backward(dA[{l}])", shape(t.dA), t.dA_prev, inside)


LAYER_LINES: dict[type, LayerLines] = {
    Dense: LayerLines(dense_forward, dense_backward),
    Dropout: LayerLines(dropout_forward, dropout_backward),
    BatchNorm: LayerLines(norm_forward, norm_backward),
    LayerNorm: LayerLines(norm_forward, norm_backward),
    Layer: LayerLines(own_forward, own_backward),
}
