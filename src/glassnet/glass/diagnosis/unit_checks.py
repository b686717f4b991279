"""Looks at what happens inside: units that no longer learn, and the gradient on its way back through the layers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import isfinite

import numpy as np

from glassnet.arrays import Array
from glassnet.glass.diagnosis import thresholds as at
from glassnet.glass.diagnosis.check import Look
from glassnet.glass.diagnosis.context import Case, Sloped
from glassnet.glass.diagnosis.finding import Facts, Finding, Severity, percent
from glassnet.glass.diagnosis.scale_checks import calmer
from glassnet.pieces.activations import Activation


def one_sided(g: Activation) -> bool:
    """True for relu and its kin, flat on one side.

    >>> from glassnet.pieces.activations import ACTIVATIONS
    >>> [name for name, g in ACTIVATIONS.items() if two_sided(g)]
    ['sigmoid', 'tanh']
    """
    return isfinite(g.range[0]) != isfinite(g.range[1])


def two_sided(g: Activation) -> bool:
    """True for sigmoid, tanh and their kin, flat on both sides."""
    return isfinite(g.range[0]) and isfinite(g.range[1])


@dataclass(frozen=True)
class Fault:
    """A way for a unit to have stopped learning.

    Args:
        concerns: which activations can have it.
        has: which units of a layer have it, (n[l],).
        words: what the units of a layer are, in a sentence that ends in rows.
        healthy: what the others are.
        otherwise: what to try where neither scaling nor a learning rate is to blame.
    """

    concerns: Callable[[Activation], bool]
    has: Callable[[Sloped], Array]
    words: str
    healthy: str
    otherwise: str

    def examine(self, case: Case) -> Iterator[Finding]:
        """Each layer with a good share of such units; where there is none, how many are healthy."""
        layers = [(seen, self.has(seen)) for seen in case.sloped() if self.concerns(seen.layer.g)]
        bad = [(seen, stuck) for seen, stuck in layers if stuck.mean() >= at.SOME_UNITS]
        yield from (self._told(case, seen, stuck) for seen, stuck in bad)
        if layers and not bad:
            total, stuck = (sum(int(count(stuck)) for _, stuck in layers) for count in (len, np.sum))
            yield Finding("good", f"{total - stuck} of {total} {self.healthy}", "", {"units": total, "stuck": stuck})

    def _told(self, case: Case, seen: Sloped, stuck: Array) -> Finding:
        which, (m, n), share = np.flatnonzero(stuck), seen.slopes.shape, float(stuck.mean())
        facts: Facts = {"layer": seen.l, "units": n, "stuck": tuple(which.tolist()), "share": share, "rows": m}
        what = f"{seen}: {len(which)} of {n} units ({percent(share)}) {self.words} {m:,} rows"
        severity: Severity = "warning" if share >= at.MANY_UNITS else "note"
        return Finding(severity, what, f"train anew: {calmer(case, self.otherwise)}", facts)


def _dead(seen: Sloped) -> Array:
    return np.asarray((seen.slopes <= at.DEAD_SLOPE).all(axis=0))


def _saturated(seen: Sloped) -> Array:
    steepest = float(seen.layer.g.prime(np.linspace(-8.0, 8.0, 161)).max())
    flat: Array = seen.slopes < at.SATURATED_SLOPE * steepest
    return np.asarray(flat.mean(axis=0) >= at.SATURATED_ROWS)


DEAD = Fault(
    one_sided,
    _dead,
    words="are dead: slope 0 for every one of",
    healthy="units with one flat side are alive",
    otherwise="use leaky_relu",
)
SATURATED = Fault(
    two_sided,
    _saturated,
    words="are saturated: flat for nearly every one of",
    healthy="units with two flat sides work in their slope",
    otherwise="raise the penalties, which keep weights small",
)


def _gradients(case: Case) -> Iterator[Finding]:
    signals = case.signals
    if len(signals) < 2 or not np.isfinite(signals).all() or signals[-1] == 0:
        return
    ratios = signals / signals[-1]
    by_layer = {"by_layer": tuple(ratios.tolist())}
    low, high = int(ratios.argmin()), int(ratios.argmax())
    if ratios[low] < at.VANISHED:
        what = f"the gradient vanishes on its way back: at the output of layer {low + 1} it is {ratios[low]:.2g} times "
        what += "what it is at the scores"
        yield Finding("warning", what, _shorter(case), by_layer)
    if ratios[high] > at.EXPLODED:
        what = f"the gradient explodes on its way back: at the output of layer {high + 1} it is {ratios[high]:.2g} "
        what += "times what it is at the scores"
        yield Finding("warning", what, calmer(case), by_layer)
    if ratios[low] >= at.VANISHED and ratios[high] <= at.EXPLODED:
        what = f"the gradient reaches the first layer at {ratios[0]:.2g} times its size at the scores"
        yield Finding("good", what, "", by_layer)


def _shorter(case: Case) -> str:
    """What lets a gradient through: another activation where the present one squeezes it, else fewer layers."""
    return "use relu in hidden layers" if any(two_sided(seen.layer.g) for seen in case.sloped()) else "use fewer layers"


UNITS = [
    Look("dead_units", "do units with a flat side still learn?", ("X", "rows"), DEAD.examine),
    Look("saturated_units", "do units with two flat sides still learn?", ("X", "rows"), SATURATED.examine),
    Look("gradients", "does the gradient reach the first layer?", ("X", "Y"), _gradients),
]
"""Looks at one pass."""
