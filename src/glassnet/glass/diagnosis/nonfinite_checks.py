"""A look for the first operation whose result is not finite: where a divergence begins, forward or backward."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from glassnet.arrays import Array
from glassnet.glass.diagnosis.check import Look
from glassnet.glass.diagnosis.context import Case
from glassnet.glass.diagnosis.finding import Facts, Finding, percent
from glassnet.glass.diagnosis.scale_checks import calmer
from glassnet.learning.training import DIVERGED
from glassnet.network.layer import IDENTITY, Activated, Layer
from glassnet.network.layers import Dense

Result = tuple[str, Array]  # what is computed, as a formula, and the numbers


def _first(case: Case) -> Iterator[Finding]:
    before = "the inputs"
    largest = float(np.abs(case.table[case.finite]).max(initial=0))
    for place, (formula, numbers) in enumerate(_operations(case), start=1):
        bad = ~np.isfinite(numbers)
        if bad.any():
            share = float(bad.mean())
            facts: Facts = {"operation": formula, "place": place, "share": share, "largest_before": largest}
            what = f"the first operation whose result is not finite: {formula} ({percent(share)} of its "
            what += f"{bad.size:,} numbers); the largest number before it, in {before}, is {largest:.3g}"
            yield Finding("warning", what, calmer(case), facts)
            return
        if (most := float(np.abs(numbers).max(initial=0))) >= largest:
            before, largest = formula.partition(" ")[0], most
    if case.ending == DIVERGED:
        what = "on the rows looked at every operation is finite with the parameters kept, those before the divergence"
        yield Finding("note", what, calmer(case), {"largest": largest})


def _operations(case: Case) -> Iterator[Result]:
    """What one pass over the rows computes, in the order of computing; stops where it cannot go on."""
    network = case.network
    yield from ((f"the parameters {name}", array) for name, array in _named(case))
    for layer, c in zip(network.layers, case.forward_pass.caches, strict=True):
        if hasattr(c, "Z"):
            yield _affine(layer, c.l), c.Z
        yield _activation(layer, c.l), c.A
    if not case.has("Y"):
        return
    Y = case.targets[case.rows].astype(case.forward_pass.scores.dtype)  # where training computes
    with np.errstate(all="ignore"):
        yield "J, the cost of each row", network.loss.value(case.forward_pass.scores, Y)
        gradients = network.backward(case.forward_pass, Y)
    for l in range(len(network.layers), 0, -1):
        yield f"dA[{l}] in back propagation", case.forward_pass.caches[l - 1].dA
        for name, array in vars(gradients.layers[l - 1]).items():
            yield f"d{name}[{l}] in back propagation", array


def _named(case: Case) -> Iterator[Result]:
    for place in case.parameters.layout.places:
        yield f"{place.parameter.name}[{place.layer}]", place.view(case.parameters.theta)


def _affine(layer: Layer, l: int) -> str:
    return f"Z[{l}] = A[{l - 1}] W[{l}]^T + b[{l}]" if isinstance(layer, Dense) else f"Z[{l}] of {layer.name}"


def _activation(layer: Layer, l: int) -> str:
    if isinstance(layer, Activated) and layer.g is not IDENTITY:
        return f"A[{l}] = {layer.g.name}(Z[{l}])"
    return f"A[{l}] of {layer.name}"


NONFINITE = [Look("first_non_finite", "where does the first number go wrong?", ("X", "rows"), _first)]
"""Looks at where a divergence begins."""
