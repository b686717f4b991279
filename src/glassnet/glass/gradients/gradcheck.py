"""``gradcheck``: the gradient that trains, compared with two independent ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import ArrayLike

from glassnet.arrays import Array
from glassnet.data.source import TableLike
from glassnet.engines.plan import Plan
from glassnet.engines.state import State
from glassnet.errors import Unsupported
from glassnet.glass.gradients.cost import Cost
from glassnet.glass.gradients.record import Checked, GradCheck
from glassnet.glass.gradients.witness import graph_gradient
from glassnet.glass.notation import parameter_at, parameters_named, place_at
from glassnet.glass.tracing.trace import Traceable, trace
from glassnet.learning.fitted import Fitted
from glassnet.network.network import Network
from glassnet.network.parameters import Layout, Parameters
from glassnet.pieces.settings import Range, check_number
from glassnet.randomness import generator
from glassnet.text import format_number

__all__ = ["Checked", "GradCheck", "gradcheck"]

STEP, SMALLEST = 1e-3, 1e-7  # how far a parameter is changed, relative to its size; less near a kink
SIDE = 1e-6  # how far from a kink the derivatives on its two sides are taken
JUMP = 1e-3  # derivatives that differ by a smaller share are the same on both sides


def gradcheck(
    model: Network | Plan | Fitted | Traceable,
    X: TableLike,
    Y: TableLike | None = None,
    weights: ArrayLike | None = None,
    *,
    parameters: Parameters | None = None,
    state: State | None = None,
    which: Iterable[str] | None = None,
    count: int | None = 30,
    seed: int = 0,
    tolerance: float = 1e-6,
) -> GradCheck:
    """``dJ/dw`` of single parameters, three times: by the engine, by the computation graph, by finite differences.

    The differences are central, of fourth order: ``(8 (J(w + h) - J(w - h)) - (J(w + 2h) - J(w - 2h))) / 12h``. All is
    computed in float64, with dropout's masks held fixed. Where a kink (relu at 0) lies between the points asked for,
    h is made smaller; where that does not help, differences cannot decide and the verdict is "kink": every derivative
    between those of the two sides is right there.

    The relative error is the largest difference from the engine's number, divided by the largest of the numbers;
    differences within the rounding of J count as 0.

    Args:
        model: a network, a plan, or a fitted estimator.
        X, Y, weights: rows, as for :func:`~glassnet.glass.tracing.trace.trace`.
        parameters, state: of a network, of a plan.
        which: parameters by name: ``"w13[1]"`` as the ledger writes it, ``"b[2]"`` for a whole array; None takes some
            at random.
        count: how many to draw, of every array at least one; None takes all.
        seed: of the random choice.
        tolerance: the largest relative error that is right.

    Raises:
        InvalidInput: a name that is not a parameter, or rows that cannot be used.

    >>> from glassnet import Dense
    >>> net = Network(3, [Dense(4, "tanh"), Dense(1)])
    >>> check = gradcheck(net, [[0.4, 2, 17]], [1.0], parameters=net.initialize(seed=1))
    >>> check.ok, len(check.rows), check.worst.verdict
    (True, 21, 'right')
    """
    check_number("tolerance", tolerance, Range(0, above=True))
    if count is not None:
        check_number("count", count, Range(1), whole=True)
    cost = Cost.of(trace(model, X, Y, weights, parameters=parameters, state=state))
    layout = cost.network.layout
    named = None if which is None else [j for name in which for j in parameters_named(layout, name)]
    chosen = _drawn(layout, count, seed) if named is None else named
    analytic = cost.gradient(cost.theta)
    witness, missing = _witness(cost)
    rows = tuple(_checked(cost, j, analytic, witness, tolerance) for j in chosen)
    return GradCheck(rows, cost.here[0], len(cost.Y), cost.network.size, tolerance, cost.engine.name, missing)


def _witness(cost: Cost) -> tuple[Array | None, str]:
    """The graph's gradient, or why there is none."""
    try:
        return graph_gradient(cost), ""
    except Unsupported as error:
        return None, error.cause


def _checked(cost: Cost, j: int, analytic: Array, witness: Array | None, tolerance: float) -> Checked:
    """One parameter."""
    ours, graphs = float(analytic[j]), None if witness is None else float(witness[j])
    derivative, error = _by_differences(cost, j, ours, tolerance)
    by_graph = 0.0 if graphs is None else _error(cost, ours, graphs, STEP, tolerance)
    if derivative is None:
        agreed = by_graph if graphs is not None and by_graph <= tolerance else None
        verdict, note, error = _at_a_kink(cost, j, ours, agreed)
    else:
        error, note = float(np.maximum(error, by_graph)), ""  # nan stays nan
        verdict = "right" if error <= tolerance else "wrong"
    here, layout = float(cost.theta[j]), cost.network.layout
    layer, name = place_at(layout, j).layer, parameter_at(layout, j)
    return Checked(layer, name, j, here, ours, graphs, derivative, error, verdict, note)


def _by_differences(cost: Cost, j: int, ours: float, tolerance: float) -> tuple[float | None, float]:
    """The derivative by differences and its error; None where a kink is in the way.

    Where the widest h disagrees, smaller ones are tried: the kinks of a custom function are unknown.
    """
    derivative, error = None, 0.0
    for derivative, h in _differences(cost, j):
        error = _error(cost, ours, derivative, h, tolerance)
        if error <= tolerance:
            return derivative, error
    left, right = _sides(cost, j)
    return (None, 0.0) if abs(left - right) > JUMP * max(abs(left), abs(right)) else (derivative, error)


def _differences(cost: Cost, j: int) -> Iterator[tuple[float, float]]:
    """The derivative for every h with no known kink between its points, from the widest to a hundredth of it."""
    size = max(1.0, abs(float(cost.theta[j])))
    h = widest = STEP * size
    while h >= max(SMALLEST * size, widest / 150):
        found = [cost.at(_moved(cost.theta, j, k * h)) for k in (-2, -1, 1, 2)]
        if all(np.array_equal(cost.here[1], sides) for _, sides in found):
            far_below, below, above, far_above = (J for J, _ in found)
            yield (8 * (above - below) - (far_above - far_below)) / (12 * h), h
        else:
            widest = h / 10
        h /= 10


def _error(cost: Cost, ours: float, other: float, h: float, tolerance: float) -> float:
    """The relative error; a difference within the rounding of J stays within the tolerance."""
    noise = 50 * np.finfo(float).eps * max(1.0, abs(cost.here[0])) / h
    return abs(ours - other) / max(abs(ours), abs(other), noise / tolerance)


def _at_a_kink(cost: Cost, j: int, ours: float, agreed: float | None) -> tuple[str, str, float]:
    """At a kink every derivative between those of its two sides is right, and the graph may choose another."""
    left, right = _sides(cost, j)
    note = f"the derivative jumps nearby: about {format_number(left, 3)} below, {format_number(right, 3)} above"
    slack = JUMP * max(abs(left), abs(right), 1e-6)
    outside = max(0.0, min(left, right) - slack - ours, ours - max(left, right) - slack)
    if agreed is not None or outside == 0:
        return "kink", note, agreed or 0.0
    return "wrong", note, outside / max(abs(left), abs(right), abs(ours))


def _sides(cost: Cost, j: int) -> tuple[float, float]:
    """The derivatives just below and just above."""
    left, right = ((cost(_moved(cost.theta, j, sign * SIDE)) - cost.here[0]) / (sign * SIDE) for sign in (-1, 1))
    return left, right


def _moved(theta: Array, j: int, by: float) -> Array:
    moved = theta.copy()
    moved[j] += by
    return moved


# -- which -------------------------------------------------------------------------------------------------------------


def _drawn(layout: Layout, count: int | None, seed: int) -> list[int]:
    """Some parameters of every array, sorted by layer."""
    places = sorted(layout.places, key=lambda place: (place.layer, place.start))
    if count is None or count >= layout.size:
        return [j for place in places for j in range(place.start, place.stop)]
    rng, share = generator(seed), max(1, count // max(1, len(places)))
    drawn = [rng.choice(np.arange(p.start, p.stop), min(share, p.stop - p.start), replace=False) for p in places]
    return [int(j) for some in drawn for j in sorted(some.tolist())]
