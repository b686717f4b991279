"""The lines of normalising layers: mean and scale, ``N``, ``Z = gamma N + beta``, and the way back through them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from glassnet.arrays import Array
from glassnet.glass.ledger.activated import activated, activation_gradient
from glassnet.glass.ledger.record import Line
from glassnet.glass.ledger.terms import Formula, Number, Sum, Term, dot, long_sum, product
from glassnet.glass.ledger.view import View, of
from glassnet.glass.tracing.record import LayerTrace
from glassnet.network.norms import Norm


def norm_forward(v: View, t: LayerTrace) -> Iterator[Line]:
    layer, l = t.layer, t.l
    assert isinstance(layer, Norm) and t.Z is not None
    mean = t.A_prev.mean(axis=layer.axis, keepdims=True)
    variance = t.A_prev.var(axis=layer.axis, keepdims=True)
    yield from _statistics(v, t, layer, mean, variance)
    a, N, Z = v.row(t.A_prev), v.row(t.cached["N"]), v.row(t.Z)
    means, scales = _at(v, mean, len(a)), _at(v, t.cached["scale"], len(a))

    def normal(j: int) -> Line:
        formula = f"({of('a', j, l - 1)} - {_of_unit(layer, 'mean', j, l)}) {_of_unit(layer, 'scale', j, l)}"
        term = Formula("({0} - {1:()})*{2:()}", lambda x, mu, s: (x - mu) * s, _numbers(a[j], means[j], scales[j]))
        return v.line(of("n", j, l), formula, term, N[j])

    def moved(j: int) -> Line:
        formula = f"gamma{j + 1}[{l}] {of('n', j, l)} + beta{j + 1}[{l}]"
        term = Sum((product(float(t.p.gamma[j]), float(N[j])), Number(float(t.p.beta[j]))))
        return v.line(of("z", j, l), formula, term, Z[j])

    formula = f"(A[{l - 1}] - mean[{l}]) * scale[{l}]"
    yield v.matrix(f"N[{l}]", formula, "", t.cached["N"], v.units(len(a), normal))
    yield v.matrix(f"Z[{l}]", f"gamma[{l}] * N[{l}] + beta[{l}]", "", t.Z, v.units(len(a), moved))
    yield from activated(v, t)


def _statistics(v: View, t: LayerTrace, layer: Norm, mean: Array, variance: Array) -> Iterator[Line]:
    l, over = t.l, "the examples" if layer.axis == 0 else "the units of the layer"
    count = 1 if layer.axis else mean.shape[1]

    def average(j: int) -> Line:
        terms = v.column(t.A_prev, j) if layer.axis == 0 else v.row(t.A_prev)
        inner = long_sum(terms, lambda i: Number(float(terms[i])))
        term = Formula("({0})/{1}", lambda total, n: total / n, (inner, Number(len(terms))))
        formula = f"sum_i {of('a', j, l - 1)}/m" if layer.axis == 0 else f"sum_k ak[{l - 1}]/n"
        return v.line(_of_unit(layer, "mean", j, l), formula, term, _at(v, mean, count)[j])

    def scale(j: int) -> Line:
        numbers = _numbers(_at(v, variance, count)[j], layer.epsilon)
        term = Formula("1/sqrt({0} + {1})", lambda s, epsilon: 1 / np.sqrt(s + epsilon), numbers)
        formula = f"1/sqrt({_of_unit(layer, 'variance', j, l)} + eps)"
        return v.line(_of_unit(layer, "scale", j, l), formula, term, _at(v, t.cached["scale"], count)[j])

    yield v.matrix(f"mean[{l}]", f"mean of A[{l - 1}] over {over}", "", mean, v.units(count, average))
    yield v.matrix(f"scale[{l}]", f"1/sqrt(variance[{l}] + eps)", "", t.cached["scale"], v.units(count, scale))


def norm_backward(v: View, t: LayerTrace) -> Iterator[Line]:
    layer, l, N = t.layer, t.l, t.cached["N"]
    assert isinstance(layer, Norm) and t.dZ is not None
    dZ = t.dZ
    yield from activation_gradient(v, t)

    def gamma(j: int) -> Line:
        term = dot(v.column(dZ, j), v.column(N, j))
        return v.line(f"dgamma{j + 1}[{l}]", f"sum_i {of('dz', j, l)} {of('n', j, l)}", term, t.g.gamma[j])

    def beta(j: int) -> Line:
        terms = v.column(dZ, j)
        term = long_sum(terms, lambda i: Number(float(terms[i])))
        return v.line(f"dbeta{j + 1}[{l}]", f"sum_i {of('dz', j, l)}", term, t.g.beta[j])

    yield v.matrix(f"dgamma[{l}]", f"sum over the examples of dZ[{l}] * N[{l}]", "", t.g.gamma, _all(v, t, gamma))
    yield v.matrix(f"dbeta[{l}]", f"sum over the examples of dZ[{l}]", "", t.g.beta, _all(v, t, beta))
    yield _back(v, t, layer, N)


def _back(v: View, t: LayerTrace, layer: Norm, N: Array) -> Line:
    """Through mean and scale, which depend on every term of theirs."""
    l, n = t.l, t.A.shape[1]
    dN = t.dZ * t.p.gamma
    along = _at(v, (dN * N).mean(axis=layer.axis, keepdims=True), n)
    mean, scale = _at(v, dN.mean(axis=layer.axis, keepdims=True), n), _at(v, t.cached["scale"], n)
    d, normal, out = v.row(dN), v.row(N), v.row(t.dA_prev)

    def unit(j: int) -> Line:
        numbers = _numbers(d[j], mean[j], normal[j], along[j], scale[j])
        term = Formula("({0} - {1:()} - {2:()}*{3:()})*{4}", lambda x, mu, z, c, s: (x - mu - z * c) * s, numbers)
        formula = f"(dn - mean dn - {of('n', j, l)} mean(dn n)) {_of_unit(layer, 'scale', j, l)}"
        return v.line(of("da", j, l - 1), formula, term, out[j], note=v.name(l - 1, j))

    formula = f"(dN - mean dN - N[{l}] mean(dN N)) * scale[{l}]"
    return v.matrix(f"dA[{l - 1}]", formula, "", t.dA_prev, _all(v, t, unit), note=f"dN = gamma[{l}] * dZ[{l}]")


def _all(v: View, t: LayerTrace, write: object) -> tuple[Line, ...]:
    return v.units(t.A.shape[1], write)  # type: ignore[arg-type]


def _at(v: View, statistic: Array, n: int) -> Array:
    """The example's statistic for each of ``n`` units."""
    own = statistic[v.i] if statistic.shape[0] > 1 or v.trace.m == 1 else statistic[0]
    return np.broadcast_to(own, (n,))


def _of_unit(layer: Norm, name: str, j: int, l: int) -> str:
    return f"{name}{j + 1}[{l}]" if layer.axis == 0 else f"{name}_i[{l}]"


def _numbers(*values: float) -> tuple[Term, ...]:
    return tuple(Number(float(x)) for x in values)
