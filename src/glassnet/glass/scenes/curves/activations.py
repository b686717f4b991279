"""Activations with their derivatives, as curves (workshop, *Activation functions*)."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

import numpy as np

from glassnet.arrays import Array
from glassnet.errors import InvalidInput
from glassnet.glass.scenes.curves.plot import Curve, Panel, ticks
from glassnet.glass.scenes.drawing import checked_digits
from glassnet.glass.scenes.frame import Key, below, headed
from glassnet.glass.scenes.sanitize import clean
from glassnet.glass.scenes.scene import Scene
from glassnet.glass.scenes.shapes import Shape
from glassnet.glass.scenes.table import Table
from glassnet.network.network import Network
from glassnet.pieces.activation import Activation
from glassnet.pieces.activations import ACTIVATIONS
from glassnet.text import format_number

POINTS = 241  # of a curve
ACROSS, DOWN = 370.0, 285.0  # from one panel to the next
MOST_CURVES = 24
FLAT = 1e-9  # of its height: less is drawn as a level line
TALLEST = 6.0  # of a curve that grows without end, shown up to here
EPSILON = 1e-9  # from a kink at 0 to the points on both its sides


def activation_curves(
    activation: str | Activation | Sequence[str | Activation], *, low: float = -5.0, high: float = 5.0, digits: int = 4
) -> Scene:
    """One or more activations ``g`` with their derivatives ``g'``.

    Args:
        activation: a name from ``ACTIVATIONS``, a record, or several.
        low, high: the ends of the z axis.
        digits: significant digits in the table.

    Raises:
        UnknownName, InvalidType: no such activation.
        InvalidInput: no activation, too many, an empty axis, or one that is finite nowhere on it.

    >>> print(activation_curves("relu", low=-2, high=2))
    Activation relu
    relu: g(z) = max(0, z), g'(z) = 1 if z > 0 else 0; for z from -2 to 2.
    <BLANKLINE>
    relu
       z  g(z)  g'(z)
      -2     0      0
      -1     0      0
       0     0      0
       1     1      1
       2     2      1
    """
    checked_digits(digits)
    several = [activation] if isinstance(activation, (str, Activation)) else list(activation)
    records = [ACTIVATIONS.find(choice) for choice in several]
    _check(len(records), low, high)
    panels = [activation_panel(record, z_axis(low, high)) for record in records]
    columns = 2 if len(panels) == 4 else min(len(panels), 3)
    shapes: list[Shape] = [panel.at(i % columns * ACROSS, i // columns * DOWN) for i, panel in enumerate(panels)]
    names = ", ".join(clean(record.name) for record in records)
    title = f"Activation{'s' if len(records) > 1 else ''} {names}"
    keys = [Key("g(z)", "forward", width=2.2), Key("g'(z), its derivative", "backward", dash=True, width=2.2)]
    sentence = f"{'; '.join(map(_formulas, records))}; for z from {format_number(low)} to {format_number(high)}."
    tables = tuple(_table(record, low, high, digits) for record in records)
    return Scene("activation", title, sentence, tables, headed(below(shapes, keys), title))


def _check(n: int, low: float, high: float) -> None:
    if not 1 <= n <= MOST_CURVES:
        raise InvalidInput(f"a picture has room for 1 to {MOST_CURVES} activations", seen=str(n), remedy="choose fewer")
    if not (-1e6 <= low < high <= 1e6) or high - low < 1e-6:
        seen = f"low={low}, high={high}"
        raise InvalidInput("the z axis goes from low up to high, within a million", seen, remedy="as in low=-5, high=5")


def _formulas(record: Activation) -> str:
    return f"{clean(record.name)}: g(z) = {clean(record.formula)}, g'(z) = {clean(record.derivative_formula)}"


def z_axis(low: float = -5.0, high: float = 5.0) -> Array:
    """Points from ``low`` to ``high``; both sides of a kink at 0, so that a jump of the derivative is upright."""
    z = np.linspace(low, high, POINTS)
    return np.unique(np.append(z, [-EPSILON, EPSILON])) if low < 0 < high else z


def activation_panel(record: Activation, z: Array) -> Panel:
    """The plot of ``g`` and ``g'`` over ``z``, (q,) sorted."""
    g, derivative = values(record, z)
    curves = [
        Curve("g(z)", list(zip(z.tolist(), g.tolist(), strict=True)), "forward"),
        Curve("g'(z)", list(zip(z.tolist(), derivative.tolist(), strict=True)), "backward", dash=True),
    ]
    ends, note = (float(z[0]), float(z[-1])), f"g(z) = {clean(record.formula)}"
    return Panel(clean(record.name), note, curves, ends, _range(record, np.concatenate([g, derivative])))


def activations_of(network: Network) -> list[Activation]:
    """Those that a network's layers use and its link, each once, but for the identity.

    Raises:
        InvalidInput: there is none.
    """
    records = (layer.activation_record for layer in network.layers[:-1])
    used = [g for g in records if g is not None]
    used += [ACTIVATIONS[network.link.name]] if network.link.name in ACTIVATIONS else []
    curved = {g.name: g for g in used if g.name != "identity"}
    if not curved:
        raise InvalidInput(
            "no layer of this network has an activation that is a curve", remedy="name some: draw('activation', 'relu')"
        )
    return list(curved.values())


def values(record: Activation, z: Array) -> tuple[Array, Array]:
    """``g(z)`` and ``g'(z)``; what overflows is infinite, without a warning."""
    with np.errstate(all="ignore"):
        return record(z), record.prime(z)


def _range(record: Activation, y: Array) -> tuple[float, float]:
    """What the y axis shows: all of bounded activations, the middle of those that grow without end."""
    finite = y[np.isfinite(y)]
    if not finite.size:
        remedy = "choose another low and high"
        raise InvalidInput(f"the activation {clean(record.name)!r} is finite nowhere on this axis", remedy=remedy)
    low, high = float(finite.min()), float(finite.max())
    if record.range[0] == -inf and low < -TALLEST < high:
        low = -TALLEST
    if record.range[1] == inf and high > TALLEST > low:
        high = TALLEST
    flat = high - low < FLAT * max(abs(low), abs(high), 1.0)
    space = 0.5 * max(abs(high), 1.0) if flat else 0.08 * (high - low)
    return low - space, high + space


def _table(record: Activation, low: float, high: float, digits: int) -> Table:
    z = np.array(ticks(low, high))
    g, derivative = values(record, z)
    return Table.of(clean(record.name), ("z", "g(z)", "g'(z)"), zip(z, g, derivative, strict=True), digits)
