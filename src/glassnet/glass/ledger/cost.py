"""The lines of the cost: the loss of an example, its slope, the mean over the examples, the penalties.

A table from a loss's name to the terms of one output. A loss of one's own has lines without being here: its value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import log
from typing import NamedTuple

import numpy as np

from glassnet.glass.ledger.activated import scores_name
from glassnet.glass.ledger.record import Line
from glassnet.glass.ledger.terms import Formula, Number, Sum, Term, long_sum, product
from glassnet.glass.ledger.view import View, of
from glassnet.pieces.losses import Loss

Write = Callable[[Loss, float, float], Term]  # from the loss, the prediction y^ and the target y


class LossTerms(NamedTuple):
    """One output's part of the loss, and its slope by the score."""

    value: Write
    slope: Write


def _both(template: str, function: Callable[..., float], *numbers: float) -> Formula:
    return Formula(template, function, tuple(Number(float(x)) for x in numbers))


def _difference(loss: Loss, predicted: float, y: float) -> Term:
    return _both("{0} - {1:()}", lambda p, t: p - t, predicted, y)


def _times_ln(y: float, p: float) -> float:
    return 0.0 if y == 0 else y * log(p) if p > 0 else -np.inf


def _squared(loss: Loss, predicted: float, y: float) -> Term:
    return _both("0.5*({0} - {1:()})^2", lambda p, t: 0.5 * (p - t) ** 2, predicted, y)


def _absolute(loss: Loss, predicted: float, y: float) -> Term:
    return _both("|{0} - {1:()}|", lambda p, t: abs(p - t), predicted, y)


def _sign(loss: Loss, predicted: float, y: float) -> Term:
    return _both("sign({0} - {1:()})", lambda p, t: float(np.sign(p - t)), predicted, y)


def _binary(loss: Loss, predicted: float, y: float) -> Term:
    def value(t: float, p: float) -> float:
        return -_times_ln(t, p) - _times_ln(1 - t, 1 - p)

    return _both("-{0}*ln({1}) - (1 - {0})*ln(1 - {1})", value, y, predicted)


def _cross(loss: Loss, predicted: float, y: float) -> Term:
    return _both("-{0}*ln({1})", lambda t, p: -_times_ln(t, p), y, predicted)


def _poisson(loss: Loss, predicted: float, y: float) -> Term:
    if not y:
        return Number(predicted)
    return _both(
        "{0} - {1} + {1}*ln({1}/{0})", lambda p, t: p - t + t * (log(t / p) if p > 0 else np.inf), predicted, y
    )


def _by_arrays(name: str) -> LossTerms:
    """Of a loss that has no shorter way to be written than by its name."""

    def value(loss: Loss, predicted: float, y: float) -> Term:
        return _both(name + "({0} - {1:()})", lambda p, t: float(loss.value(*_single(p, t))[0]), predicted, y)

    def slope(loss: Loss, predicted: float, y: float) -> Term:
        def function(p: float, t: float) -> float:
            out = np.empty((1, 1))
            loss.gradient(*_single(p, t), out)
            return float(out[0, 0])

        return _both(name + "'({0} - {1:()})", function, predicted, y)

    return LossTerms(value, slope)


def _single(p: float, t: float) -> tuple[np.ndarray, np.ndarray]:
    return np.array([[p]]), np.array([[t]])


LOSS_TERMS: dict[str, LossTerms] = {
    "squared_error": LossTerms(_squared, _difference),
    "absolute_error": LossTerms(_absolute, _sign),
    "huber": _by_arrays("huber"),
    "quantile": _by_arrays("pinball"),
    "poisson": LossTerms(_poisson, _difference),
    "binary_cross_entropy": LossTerms(_binary, _difference),
    "cross_entropy": LossTerms(_cross, _difference),
}


def cost_lines(v: View) -> Iterator[Line]:
    """``L``, ``J``, the penalties."""
    trace, loss = v.trace, v.trace.plan.network.loss
    y = _targets(v)
    inside = v.units(len(y), lambda k: v.line(f"y{k + 1}", "", None, y[k], note=v.name(trace.L, k)))
    smoothed = "labels smoothed" if getattr(loss, "label_smoothing", 0) else ""
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
    if v.trace.plan.network.outputs > 1 or not formula.startswith("sum_k ("):
        return formula
    return formula.removeprefix("sum_k (").removesuffix(")").replace("_k", "")


def _far(v: View) -> str:
    """Why the loss may be finite where the formula's numbers are not."""
    p = v.row(v.trace.predictions)
    extreme = v.trace.plan.network.link.name in ("sigmoid", "softmax") and bool(((p == 0) | (p == 1)).any())
    return "computed from the scores, which stay exact where y^ reaches 0 or 1" if extreme else ""


def _targets(v: View) -> np.ndarray:
    """The example's targets as the loss compares them, label smoothing in, (k,)."""
    loss, Y = v.trace.plan.network.loss, v.trace.Y
    return v.row(loss.targets_as_compared(Y))


def _loss(v: View) -> Term | None:
    terms = LOSS_TERMS.get(v.trace.plan.network.loss.name)
    if terms is None:
        return None
    loss, y, p = v.trace.plan.network.loss, _targets(v), v.row(v.trace.predictions)
    told = [k for k in range(len(y)) if loss.name != "cross_entropy" or y[k] or not y.any()]
    every = [terms.value(loss, float(p[k]), float(y[k])) for k in told]
    values = np.array([term.value(15) for term in every])
    return every[0] if len(every) == 1 else long_sum(values, lambda place: every[place])


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
    parts: list[Term] = []
    formulas = []
    if p.l2:
        parts.append(product(p.l2 / 2, float(w @ w)))
        formulas.append("l2/2 sum w^2")
    if p.l1:
        parts.append(product(p.l1, float(np.abs(w).sum())))
        formulas.append("l1 sum |w|")
    term: Term = Sum(tuple(parts))
    if p.per_example:
        term = Formula("({0})/{1}", lambda a, b: a / b, (term, Number(v.total_weight)))
    formula = " + ".join(formulas)
    return v.line("penalty", f"({formula})/m" if p.per_example else formula, term, trace.penalty)


def first_slope(v: View) -> Line:
    """``dZ[L] = (A[L] - Y)/m``: where back propagation begins."""
    trace, loss, L = v.trace, v.trace.plan.network.loss, v.trace.L
    name = f"d{scores_name(v)}"
    dS, p, y = v.row(trace.layers[-1].dA), v.row(trace.predictions), _targets(v)
    terms = LOSS_TERMS.get(loss.name)
    below = "/m" if trace.weights is None else " * share"

    def unit(k: int) -> Line:
        difference = terms is not None and terms.slope is _difference
        formula = f"(y^{k + 1} - y{k + 1}){below}" if difference else f"dL/d{name[1:]}{k + 1}{below}"
        term = None if terms is None else _shared(v, terms.slope(loss, float(p[k]), float(y[k])))
        return v.line(of(name, k, L), formula, term, dS[k], note=v.name(L, k))

    known = terms is not None and terms.slope is _difference
    formula = f"(A[{L}] - Y){below}" if known else f"dL/d{name[1:].upper()}[{L}]{below}"
    note = "" if known else loss.gradient_formula
    symbol = f"d{name[1:].upper()}[{L}]"
    return v.matrix(symbol, formula, "", trace.layers[-1].dA, v.units(len(y), unit), note=note)


def _shared(v: View, slope: Term) -> Term:
    """The slope times the example's share of the cost."""
    if v.trace.weights is None:
        return Formula("({0})/{1}", lambda a, b: a / b, (slope, Number(v.trace.m)))
    return Formula("({0})*{1}", lambda a, b: a * b, (slope, Number(float(v.trace.shares[v.i]))))
