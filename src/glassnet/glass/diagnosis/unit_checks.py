"""Checks of the units and of the gradient: units that no longer learn, gradients that vanish or explode."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import isfinite

import numpy as np

from glassnet.arrays import Array
from glassnet.glass.diagnosis import thresholds as at
from glassnet.glass.diagnosis.check import Check
from glassnet.glass.diagnosis.context import Context, LayerDerivatives
from glassnet.glass.diagnosis.finding import Facts, Finding, Severity, percent
from glassnet.glass.diagnosis.scale_checks import remedy_for_instability
from glassnet.pieces.activations import Activation


def one_sided(g: Activation) -> bool:
    """True for relu and others that are flat on one side.

    >>> from glassnet.pieces.activations import ACTIVATIONS
    >>> [name for name, g in ACTIVATIONS.items() if two_sided(g)]
    ['sigmoid', 'tanh']
    """
    return isfinite(g.range[0]) != isfinite(g.range[1])


def two_sided(g: Activation) -> bool:
    """True for sigmoid, tanh and others that are flat on both sides."""
    return isfinite(g.range[0]) and isfinite(g.range[1])


@dataclass(frozen=True)
class UnitFault:
    """A way for a unit to have stopped learning.

    Args:
        concerns: which activations can have it.
        has: which units of a layer have it, (n[l],).
        description: what such units are, in a sentence that ends in rows.
        healthy: what the other units are.
        remedy: what to try where neither scale nor learning rate is the cause.
    """

    concerns: Callable[[Activation], bool]
    has: Callable[[LayerDerivatives], Array]
    description: str
    healthy: str
    remedy: str

    def function(self, context: Context) -> Iterator[Finding]:
        """Each layer with many such units; where there is none, how many are healthy."""
        layers = [(layer, self.has(layer)) for layer in context.activation_derivatives() if self.concerns(layer.g)]
        bad = [(layer, stuck) for layer, stuck in layers if stuck.mean() >= at.SOME_UNITS]
        yield from (self._finding(context, layer, stuck) for layer, stuck in bad)
        if layers and not bad:
            total, stuck = (sum(int(count(stuck)) for _, stuck in layers) for count in (len, np.sum))
            yield Finding("good", f"{total - stuck} of {total} {self.healthy}", "", {"units": total, "stuck": stuck})

    def _finding(self, context: Context, layer: LayerDerivatives, stuck: Array) -> Finding:
        which, (m, n), share = np.flatnonzero(stuck), layer.derivatives.shape, float(stuck.mean())
        facts: Facts = {"layer": layer.l, "units": n, "stuck": tuple(which.tolist()), "share": share, "rows": m}
        what = f"{layer}: {len(which)} of {n} units ({percent(share)}) {self.description} {m:,} rows"
        severity: Severity = "warning" if share >= at.MANY_UNITS else "note"
        return Finding(severity, what, f"train again: {remedy_for_instability(context, self.remedy)}", facts)


def _dead(layer: LayerDerivatives) -> Array:
    return np.asarray((layer.derivatives <= at.DEAD_DERIVATIVE).all(axis=0))


def _saturated(layer: LayerDerivatives) -> Array:
    steepest = float(layer.g.prime(np.linspace(-8.0, 8.0, 161)).max())
    flat: Array = layer.derivatives < at.SATURATED_DERIVATIVE * steepest
    return np.asarray(flat.mean(axis=0) >= at.SATURATED_ROWS)


DEAD = UnitFault(
    one_sided,
    _dead,
    description="are dead: their derivative is 0 on all",
    healthy="units with one flat side are alive",
    remedy="use leaky_relu",
)
SATURATED = UnitFault(
    two_sided,
    _saturated,
    description="are saturated: their derivative is near 0 on nearly all",
    healthy="units with two flat sides are not saturated",
    remedy="raise the penalties, which keep the weights small",
)


def _gradients(context: Context) -> Iterator[Finding]:
    signals = context.gradient_lengths
    if len(signals) < 2 or not np.isfinite(signals).all() or signals[-1] == 0:
        return
    ratios = signals / signals[-1]
    by_layer = {"by_layer": tuple(ratios.tolist())}
    low, high = int(ratios.argmin()), int(ratios.argmax())
    if ratios[low] < at.VANISHED:
        what = f"the gradient vanishes: at the output of layer {low + 1} it is {ratios[low]:.2g} times its size at "
        what += "the scores"
        yield Finding("warning", what, _remedy_for_vanishing(context), by_layer)
    if ratios[high] > at.EXPLODED:
        what = f"the gradient explodes: at the output of layer {high + 1} it is {ratios[high]:.2g} times its size at "
        what += "the scores"
        yield Finding("warning", what, remedy_for_instability(context), by_layer)
    if ratios[low] >= at.VANISHED and ratios[high] <= at.EXPLODED:
        what = f"the gradient reaches the first layer at {ratios[0]:.2g} times its size at the scores"
        yield Finding("good", what, "", by_layer)


def _remedy_for_vanishing(context: Context) -> str:
    """Another activation where the present one saturates, else fewer layers."""
    saturates = any(two_sided(layer.g) for layer in context.activation_derivatives())
    return "use relu in hidden layers" if saturates else "use fewer layers"


UNIT_CHECKS = [
    Check("dead_units", "do units with a flat side still learn?", ("X", "rows"), DEAD.function, slow=True),
    Check("saturated_units", "do units with two flat sides still learn?", ("X", "rows"), SATURATED.function, slow=True),
    Check("gradients", "does the gradient reach the first layer?", ("X", "Y"), _gradients, slow=True),
]
"""Checks of one forward and backward pass."""
