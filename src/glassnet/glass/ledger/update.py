"""The lines of the update: what the optimizer does with each parameter, as its expression says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from glassnet.glass.ledger.record import Line
from glassnet.glass.ledger.view import View
from glassnet.glass.ledger.written import WRITING, Written, by_name, leaf, matrix
from glassnet.glass.notation import parameter
from glassnet.network.parameters import Place
from glassnet.pieces.optimizer import Optimizer, StepValues

Named = Callable[[str, Written | float], Written]


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
    assert trace.cost_after is not None  # there is a step
    yield v.line("J(after)", "", None, trace.cost_after, note=f"of the same rows after the update: {_compared(v)}")


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

    letters = _letters(trace.plan.optimizer)

    def by_letter(name: str, x: Written | float) -> Written:
        return by_name(letters.get(name, name), x)

    def formula(symbol: str) -> str:
        slots = [matrix(letter) for letter in letters.values()]
        return _after(v, place, matrix(symbol), matrix(f"d{symbol}"), slots, matrix("change"), by_letter).symbols

    def unit(j: int) -> Line:
        if new.ndim == 1:
            return _single(v, place, (j,))
        gradients = np.ravel(place.view(trace.clipped.theta)[j])
        row = v.edges(gradients, lambda k: _single(v, place, (j, *map(int, np.unravel_index(k, new.shape[1:])))))
        inner = parameter(place, (j, *"k" * (new.ndim - 1)))
        return v.matrix(inner, formula(inner), "", new[j], row, assigned=True)

    units = v.units(len(new), unit) if new.ndim else ()
    return v.matrix(symbol, formula(symbol), "", new, units, assigned=True)


def _single(v: View, place: Place, index: tuple[int, ...]) -> Line:
    """One parameter's line; the optimizer's memory of it, and what else has a name in its expression, inside."""
    trace = v.trace
    assert trace.after is not None

    def at(vector: np.ndarray) -> float:
        return float(place.view(vector)[index])

    symbol, old, new = parameter(place, index), at(trace.before.theta), at(trace.after.theta)
    w, dw = leaf(symbol, old), leaf(f"d{symbol}", at(trace.clipped.theta))
    letters = _letters(trace.plan.optimizer)
    slots = [leaf(f"{s}({symbol})", at(trace.slots_before[name].theta)) for name, s in letters.items()]
    known = {name: at(slot.theta) for name, slot in trace.slots_after.items()}
    inside: list[Line] = []

    def named(name: str, x: Written | float) -> Written:
        """A setting is put in; an intermediate result has a line, and is put in with the value that it has there."""
        if not isinstance(x, Written) or x.number is None:
            return by_name(name, x)
        value, own = known.get(name, x.number), f"{letters[name]}({symbol})" if name in known else name
        line = v.line(own, x.symbols, x.numbers, value, assigned=name in known)
        inside.append(line if name in known else replace(line, key=""))  # the same name stands at every parameter
        return leaf(own, value)

    after = _after(v, place, w, dw, slots, leaf("change", new - old), named)
    note = v.name(place.layer - 1, index[1]) if place.parameter.weight and len(index) == 2 else ""
    shown = inside if v.depth > 2 else ()
    return v.line(symbol, after.symbols, after.numbers, new, note=note, inside=shown, assigned=True)


def _letters(optimizer: Optimizer) -> dict[str, str]:
    """What the optimizer's formula calls each slot; of an own optimizer its name."""
    return dict(zip(optimizer.slots, optimizer.symbols or optimizer.slots, strict=True))


def _after(
    v: View, place: Place, w: Written, dw: Written, slots: list[Written], change: Written, named: Named = by_name
) -> Written:
    """The parameter after the step, as the optimizer's expression has it; ``w + change`` where it has none."""
    trace = v.trace
    rate, decay, alpha = place.parameter.rate, place.parameter.decays, leaf("alpha", trace.alpha)
    alpha = alpha if rate == 1 else rate * alpha  # 1 goes without saying
    values = StepValues(w, dw, slots, leaf("t", trace.number), alpha, decay > 0, decay)
    written: Written | None = trace.plan.optimizer.expression(replace(WRITING, named=named), values)
    return w + change if written is None else written
