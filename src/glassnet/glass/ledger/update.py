"""The lines of the update: a table from an optimizer to what it does with one parameter.

An optimizer of one's own has lines without being here: the change it made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np

from glassnet.glass.ledger.record import Line
from glassnet.glass.ledger.terms import Formula, Number, Sum, Term
from glassnet.glass.ledger.view import View
from glassnet.network.parameters import Place
from glassnet.pieces.optimizers import Adam, AdamW, GradientDescent, Momentum, Nesterov, Optimizer, RMSprop

Terms = dict[str, tuple[str, Term]]  # what is computed -> formula and numbers; the last is the parameter itself


@dataclass(frozen=True)
class One:
    """One parameter: its value and slope, what the optimizer remembered of it before and after, and the step."""

    optimizer: Any
    w: float
    g: float
    before: Mapping[str, float]
    after: Mapping[str, float]
    alpha: float
    number: int
    decays: bool
    new: float


def _formula(template: str, function: Callable[..., Any], *numbers: float) -> Formula:
    return Formula(template, function, tuple(map(Number, numbers)))


def _descent(at: One) -> Terms:
    return {"w": ("w - alpha dw", _formula("{0} - {1}*{2:()}", lambda w, a, g: w - a * g, at.w, at.alpha, at.g))}


def _velocity(at: One) -> tuple[str, Term]:
    numbers = at.optimizer.momentum, at.before["velocity"], at.alpha, at.g
    return "mu v - alpha dw", _formula("{0}*{1:()} - {2}*{3:()}", lambda mu, v, a, g: mu * v - a * g, *numbers)


def _momentum(at: One) -> Terms:
    v = Number(at.after["velocity"])
    return {"velocity": _velocity(at), "w": ("w + v", Sum((Number(at.w), v)))}


def _nesterov(at: One) -> Terms:
    numbers = at.w, at.optimizer.momentum, at.after["velocity"], at.alpha, at.g
    ahead = _formula("{0} + {1}*{2:()} - {3}*{4:()}", lambda w, mu, v, a, g: w + mu * v - a * g, *numbers)
    return {"velocity": _velocity(at), "w": ("w + mu v - alpha dw", ahead)}


def _blended(at: One, slot: str, share: float, power: int) -> tuple[str, Term]:
    numbers = share, at.before[slot], 1 - share, at.g
    squared = "^2" if power == 2 else ""
    term = _formula("{0}*{1:()} + {2}*{3:()}" + squared, lambda k, m, r, g: k * m + r * g**power, *numbers)
    return f"rho {slot} + (1 - rho) dw{squared}", term


def _rmsprop(at: One) -> Terms:
    numbers = at.w, at.alpha, at.g, at.after["mean_square"], at.optimizer.epsilon
    step = _formula("{0} - {1}*{2:()}/(sqrt({3}) + {4})", lambda w, a, g, v, e: w - a * g / (sqrt(v) + e), *numbers)
    square = _blended(at, "mean_square", at.optimizer.decay, 2)
    return {"mean_square": square, "w": ("w - alpha dw/(sqrt(mean_square) + eps)", step)}


def _adam(at: One) -> Terms:
    o, t = at.optimizer, at.number
    rate = at.alpha * sqrt(1 - o.beta_2**t) / (1 - o.beta_1**t)
    numbers: tuple[float, ...] = at.w, rate, at.after["mean"], at.after["mean_square"], o.epsilon
    template, formula = "{0} - {1}*{2:()}/(sqrt({3}) + {4})", "w - alpha_t mean/(sqrt(mean_square) + eps)"
    shrink = at.alpha * o.weight_decay if isinstance(o, AdamW) and at.decays else 0.0
    if shrink:
        template, formula, numbers = f"{template} - {{5}}*{{0:()}}", f"{formula} - alpha lambda w", (*numbers, shrink)

    def step(w: float, a: float, m: float, v: float, e: float, s: float = 0.0) -> float:
        return w - a * m / (sqrt(v) + e) - s * w

    return {
        "mean": _blended(at, "mean", o.beta_1, 1),
        "mean_square": _blended(at, "mean_square", o.beta_2, 2),
        "alpha_t": (
            "alpha sqrt(1 - b2^t)/(1 - b1^t)",
            _formula(
                "{0}*sqrt(1 - {1}^{3})/(1 - {2}^{3})",
                lambda a, b2, b1, n: a * sqrt(1 - b2**n) / (1 - b1**n),
                at.alpha,
                o.beta_2,
                o.beta_1,
                t,
            ),
        ),
        "w": (formula, _formula(template, step, *numbers)),
    }


def _own(at: One) -> Terms:
    return {"w": ("w + change", Sum((Number(at.w), Number(at.new - at.w))))}


UPDATES: dict[type[Optimizer], Callable[[One], Terms]] = {
    GradientDescent: _descent,
    Momentum: _momentum,
    Nesterov: _nesterov,
    RMSprop: _rmsprop,
    Adam: _adam,
    AdamW: _adam,
}


def update_lines(v: View) -> Iterator[Line]:
    """Every layer's parameters before and after; then the cost of the same rows once more."""
    trace, optimizer = v.trace, v.trace.plan.optimizer
    if trace.after is None:
        yield Line("theta", note=f"{optimizer.name} finds its step by a search over all examples; no formula gives it")
        return
    yield v.line("alpha", "", None, trace.alpha, note=f"the learning rate of step {trace.number}; {optimizer.formula}")
    if trace.plan.clipping and not np.array_equal(trace.gradients.theta, trace.clipped.theta):
        yield _clipped(v)
    for place in sorted(trace.plan.network.layout.places, key=lambda place: place.layer):
        if v.shows(place.layer):
            yield _parameter(v, place)
    yield v.line("J", "", None, trace.cost_after, note=f"of the same rows after the update: {_compared(v)}")


def _compared(v: View) -> str:
    assert v.trace.cost_after is not None
    change = v.trace.cost_after - v.trace.cost
    words = "less" if change < 0 else "more" if change > 0 else ""
    return f"{v.number(abs(change))} {words} than before" if words else "as before"


def _clipped(v: View) -> Line:
    lengths = [float(np.linalg.norm(np.asarray(g.theta, np.float64))) for g in (v.trace.gradients, v.trace.clipped)]
    limits = v.trace.plan.clipping.settings()
    said = " and ".join(f"{name} to {limit:g}" for name, limit in limits.items() if limit)
    return v.line("|g|", "clipped", None, lengths[1], note=f"{said}; it was {v.number(lengths[0])}", assigned=True)


def _parameter(v: View, place: Place) -> Line:
    """``W[l] := W[l] - alpha dW[l]`` and what is inside it: rows of weights, single parameters, the slots of each."""
    trace, name, l = v.trace, place.parameter.name, place.layer
    assert trace.after is not None
    new, symbol = place.view(trace.after.theta), f"{name}[{l}]"
    descends = UPDATES.get(type(trace.plan.optimizer)) is _descent

    def formula(symbol: str) -> str:
        return f"{symbol} - alpha d{symbol}" if descends else f"{symbol} + change"

    def unit(j: int) -> Line:
        if new.ndim == 1:
            return _single(v, place, (j,))
        row = v.edges(
            np.ravel(place.view(trace.clipped.theta)[j]),
            lambda k: _single(v, place, (j, *map(int, np.unravel_index(k, new.shape[1:])))),
        )
        inner = f"{name.lower()}{j + 1}[{l}]"
        return v.matrix(inner, formula(inner), "", new[j], row, assigned=True)

    units = v.units(len(new), unit) if new.ndim else ()
    return v.matrix(symbol, formula(symbol), "", new, units, assigned=True)


def _single(v: View, place: Place, index: tuple[int, ...]) -> Line:
    """One parameter's line; the optimizer's memory of it inside."""
    trace = v.trace
    assert trace.after is not None

    def at(vector: np.ndarray) -> float:
        return float(place.view(vector)[index])

    one = One(
        trace.plan.optimizer,
        at(trace.before.theta),
        at(trace.clipped.theta),
        {name: at(slot.theta) for name, slot in trace.slots_before.items()},
        {name: at(slot.theta) for name, slot in trace.slots_after.items()},
        trace.alpha,
        trace.number,
        place.parameter.weight,
        at(trace.after.theta),
    )
    terms = UPDATES.get(type(trace.plan.optimizer), _own)(one)
    symbol = _symbol(place, index)
    formula, term = terms.pop("w")
    inside = [_slot(v, one, name, symbol, *parts) for name, parts in terms.items()] if v.depth > 2 else []
    name = v.name(place.layer - 1, index[1]) if len(index) == 2 else ""
    return v.line(symbol, _named(formula, symbol), term, one.new, note=name, inside=inside, assigned=True)


def _slot(v: View, one: One, name: str, symbol: str, formula: str, term: Term) -> Line:
    value = one.after[name] if name in one.after else term.value(17)  # all digits: the value itself
    return v.line(name, _named(formula, symbol), term, value, assigned=name in one.after)


def _symbol(place: Place, index: tuple[int, ...]) -> str:
    numbers = [str(j + 1) for j in index]
    apart = "," if any(j > 8 for j in index) else ""
    return f"{place.parameter.name.lower()}{apart.join(numbers)}[{place.layer}]"


def _named(formula: str, symbol: str) -> str:
    """A formula about ``w`` and ``dw``, about the parameter itself."""
    return " ".join(_word(word, symbol) for word in formula.split(" "))


def _word(word: str, symbol: str) -> str:
    for name in ("dw", "w"):
        if word.rstrip("^2").split("/")[0] == name:
            return word.replace(name, name[:-1] + symbol, 1)
    return word
