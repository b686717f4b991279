"""A check for the first operation whose result is not finite: where a divergence begins, forward or backward."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from glassnet.arrays import Array
from glassnet.glass.diagnosis.check import Check
from glassnet.glass.diagnosis.context import Context
from glassnet.glass.diagnosis.finding import Facts, Finding, percent
from glassnet.glass.diagnosis.scale_checks import remedy_for_instability
from glassnet.learning.training import DIVERGED
from glassnet.network.equations import equations
from glassnet.network.network import Network

Result = tuple[str, Array]  # what is computed, as a formula, and the numbers


def _first(context: Context) -> Iterator[Finding]:
    before = "the inputs"
    largest = float(np.abs(context.table[context.finite]).max(initial=0))
    for number, (formula, numbers) in enumerate(_operations(context), start=1):
        bad = ~np.isfinite(numbers)
        if bad.any():
            share = float(bad.mean())
            facts: Facts = {"operation": formula, "place": number, "share": share, "largest_before": largest}
            what = f"the first operation whose result is not finite: {formula} ({percent(share)} of its "
            what += f"{bad.size:,} numbers); the largest number before it, in {before}, is {largest:.3g}"
            yield Finding("warning", what, remedy_for_instability(context), facts)
            return
        if (most := float(np.abs(numbers).max(initial=0))) >= largest:
            before, largest = formula.partition(" ")[0], most
    if context.ending == DIVERGED:
        what = "with the parameters from before the divergence, every operation is finite on the rows examined"
        yield Finding("note", what, remedy_for_instability(context), {"largest": largest})


def _operations(context: Context) -> Iterator[Result]:
    """All that a forward and a backward pass compute, in order; without Y the forward pass only."""
    network = context.network
    yield from ((f"the parameters {name}", array) for name, array in _parameters(context))
    for c in context.forward_pass.caches:
        if hasattr(c, "Z"):
            yield _operation(network, c.l, f"Z[{c.l}]"), c.Z
        yield _operation(network, c.l, f"A[{c.l}]"), c.A
    if not context.has("Y"):
        return
    scores, gradients = context.forward_pass.scores, context.gradients
    with np.errstate(all="ignore"):
        yield "J, the cost of each row", network.loss.value(scores, context.targets.astype(scores.dtype))
    for l in range(len(network.layers), 0, -1):
        yield f"dA[{l}] in back propagation", context.forward_pass.caches[l - 1].dA
        for name, array in vars(gradients.layers[l - 1]).items():
            yield f"d{name}[{l}] in back propagation", array


def _parameters(context: Context) -> Iterator[Result]:
    for place in context.parameters.layout.places:
        yield f"{place.parameter.name}[{place.layer}]", place.view(context.parameters.theta)


def _operation(network: Network, l: int, symbol: str) -> str:
    """The equation of a layer's forward pass that computes ``symbol``."""
    forward, _ = equations(network, l)
    return next((str(line) for line in forward if line.symbol == symbol), f"{symbol} of {network.kind(l)}")


NONFINITE_CHECKS = [
    Check("first_non_finite", "where is the first number that is not finite?", ("X", "rows"), _first, slow=True)
]
"""Checks of where a divergence begins."""
