"""The lines of the link and the cost: loss of an example and its gradient, mean over the examples, penalties."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from glassnet.glass.ledger.record import Line
from glassnet.glass.ledger.terms import Formula, Number, Sum, Term, long_sum, product
from glassnet.glass.ledger.view import View
from glassnet.glass.ledger.written import WRITING, Written, leaf, matrix
from glassnet.glass.notation import of, scores
from glassnet.pieces.links import IDENTITY as LINK_IDENTITY


def linked(v: View) -> Iterator[Line]:
    """``A[L] = y^ = link(Z[L])``."""
    link, L, name = v.trace.plan.network.link, v.trace.L, scores(v.trace.plan.network)
    S, predictions, source = v.row(v.trace.scores), v.row(v.trace.predictions), f"{name.upper()}[{L}]"
    if link is not LINK_IDENTITY:
        called, note = f"{link.name}({source})", f"{link.name}(z) = {link.formula}"
    elif name == "a":
        return  # the layer's own output is y^
    else:
        called, note = source, ""
    given = [leaf(of(name, k, L), S[k]) for k in range(len(S))]
    by_row = link.expression(WRITING, given) if link.by_row else None

    def unit(k: int) -> Line:
        formula, term = given[k].symbols, None
        if link is not LINK_IDENTITY:
            formula = f"{link.name}({f'{name}[{L}]' if link.by_row else formula})"
            term = (by_row[k] if by_row else link.expression(WRITING, given[k])).numbers
        return v.line(f"y^{k + 1}", f"a{k + 1}[{L}] = {formula}", term, predictions[k], note=v.name(L, k) or v.answer)

    yield v.matrix("y^", f"A[{L}] = {called}", "", v.trace.predictions, v.units(len(S), unit), note=note)


def cost_lines(v: View) -> Iterator[Line]:
    """``L``, ``J``, the penalties."""
    trace, loss = v.trace, v.trace.plan.network.loss
    y = _targets(v)
    inside = v.units(len(y), lambda k: v.line(f"y{k + 1}", "", None, y[k], note=v.name(trace.L, k)))
    smoothed = "" if loss.targets_as_compared(trace.Y) is trace.Y else "labels smoothed"
    yield v.matrix("Y", "", "", trace.Y, inside, note=smoothed)
    symbol = "L" if trace.m == 1 else f"L({v.example})"
    yield v.line(symbol, _without_sum(v, loss.formula), _loss(v), trace.losses[v.i], note=_far(v))
    yield _mean(v)
    if trace.plan.penalties:
        yield _penalty(v)
        parts = Sum((Number(_plain_cost(v)), Number(trace.penalty)))
        yield v.line("J", "mean loss + penalty", parts, trace.cost)


def _without_sum(v: View, formula: str) -> str:
    """With a single output there is nothing to sum over."""
    if v.trace.plan.network.outputs > 1:
        return formula
    if formula.startswith("sum_k (") and formula.endswith(")"):
        formula = formula.removeprefix("sum_k (").removesuffix(")")
    return formula.replace("sum_k ", "").replace("_k", "")


def _far(v: View) -> str:
    """Why the loss may be finite where the formula's numbers are not."""
    p = v.row(v.trace.predictions)
    extreme = v.trace.plan.network.link.range[1] == 1.0 and bool(((p == 0) | (p == 1)).any())
    return "computed from the scores, which stay exact where y^ reaches 0 or 1" if extreme else ""


def _targets(v: View) -> np.ndarray:
    """The example's targets as the loss compares them, label smoothing in, (k,)."""
    loss, Y = v.trace.plan.network.loss, v.trace.Y
    return v.row(loss.targets_as_compared(Y))


def _loss(v: View) -> Term | None:
    """A sum over the outputs; of classes only over those that the target names, for the others add 0."""
    loss, y, p = v.trace.plan.network.loss, _targets(v), v.row(v.trace.predictions)
    summed = [k for k in range(len(y)) if loss.targets != "classes" or y[k] or not y.any()]
    every = (loss.written(WRITING, leaf(f"y^{k + 1}", p[k]), leaf(f"y{k + 1}", y[k])) for k in summed)
    parts: list[Written] = [part for part in every if part is not None]
    if not parts:
        return None
    return long_sum(np.array([part.number for part in parts]), lambda place: parts[place].numbers)


def _mean(v: View) -> Line:
    """``J = 1/m sum_i L_i``, or the weighted mean."""
    trace = v.trace
    symbol = "mean loss" if trace.plan.penalties else "J"
    if trace.weights is not None:
        products = trace.losses * trace.weights
        inner = long_sum(products, lambda i: product(float(trace.weights[i]), float(trace.losses[i])))  # type: ignore
        formula, below = "sum_i weight_i L_i / sum_i weight_i", v.total_weight
    else:
        inner = long_sum(trace.losses, lambda i: Number(float(trace.losses[i])))
        formula, below = "1/m sum_i L_i", float(trace.m)
    term = Formula("({0})/{1}" if trace.m > 1 else "{0}/{1}", lambda a, b: a / b, (inner, Number(below)))
    note = "" if trace.m == 1 else f"their sum, as on the slides, is {v.number(float(trace.losses.sum()))}"
    return v.line(symbol, formula, term, _plain_cost(v), note=note)


def _plain_cost(v: View) -> float:
    return float(v.trace.losses @ v.trace.shares)


def _penalty(v: View) -> Line:
    trace, p = v.trace, v.trace.plan.penalties
    w = np.asarray(trace.before.weights, np.float64)
    w = w if trace.plan.penalty_factors is None else w * trace.plan.penalty_factors
    squares = leaf("l2/2", p.l2 / 2) * leaf("sum w^2", float(w @ w))
    sizes = leaf("l1", p.l1) * leaf("sum |w|", float(np.abs(w).sum()))
    total = squares + sizes if p.l1 and p.l2 else squares if p.l2 else sizes
    if p.per_example:
        total = total / leaf("m", v.total_weight)
    return v.line("penalty", total.symbols, total.numbers, trace.penalty)


def loss_gradient(v: View) -> Line:
    """``dZ[L] = (A[L] - Y)/m``: where back propagation begins."""
    trace, loss, L = v.trace, v.trace.plan.network.loss, v.trace.L
    name = f"d{scores(v.trace.plan.network)}"
    dS, p, y = v.row(trace.layers[-1].dA), v.row(trace.predictions), _targets(v)

    def unit(k: int) -> Line:
        gradient = loss.written_gradient(WRITING, leaf(f"y^{k + 1}", p[k]), leaf(f"y{k + 1}", y[k]))
        part = _share(v, gradient or matrix(f"dL/d{name[1:]}{k + 1}"))
        numbers = None if part.number is None else part.numbers
        return v.line(of(name, k, L), part.symbols, numbers, dS[k], note=v.name(L, k))

    symbol = f"d{name[1:].upper()}[{L}]"
    gradient = loss.written_gradient(WRITING, matrix(f"A[{L}]"), matrix("Y"))
    formula = _share(v, gradient or matrix(f"dL/{symbol}")).symbols
    note = loss.gradient_formula if gradient is None else ""
    return v.matrix(symbol, formula, "", trace.layers[-1].dA, v.units(len(y), unit), note=note)


def _share(v: View, gradient: Written) -> Written:
    """The gradient times the example's share of the cost."""
    if v.trace.weights is None:
        return gradient / leaf("m", v.trace.m)
    return gradient * leaf("share", float(v.trace.shares[v.i]))
