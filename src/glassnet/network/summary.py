"""The network as a table for people: layers, shapes, parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glassnet.network.layers import Dense, Layer
from glassnet.pieces.activations import ACTIVATIONS

if TYPE_CHECKING:
    from glassnet.network.network import Network


def summary(network: Network) -> str:
    """One line a layer, then the totals.

    >>> from glassnet.network.network import Network
    >>> print(summary(Network(3, [Dense(4, "relu"), Dense(1)], loss="binary_cross_entropy")))
    layer  kind           output   parameters
        1  dense relu     (m, 4)           16
        2  dense sigmoid  (m, 1)            5
    3 inputs, 21 parameters, loss binary_cross_entropy
    """
    counts = [0] * len(network.layers)
    for place in network.layout.places:
        counts[place.layer - 1] += place.stop - place.start
    kinds = [_kind(layer) for layer in network.layers[:-1]] + [_kind(network.layers[-1], network.link.name)]
    shapes = [f"(m, {width})" for width in network.widths[1:]]
    kind_width, shape_width = max(map(len, [*kinds, "kind"])), max(map(len, [*shapes, "output"]))
    lines = [f"layer  {'kind':<{kind_width}}  {'output':<{shape_width}}  parameters"]
    for l, (kind, shape, count) in enumerate(zip(kinds, shapes, counts, strict=True), start=1):
        lines.append(f"{l:5}  {kind:<{kind_width}}  {shape:<{shape_width}}  {count:10,}")
    lines.append(f"{network.inputs:,} inputs, {network.size:,} parameters, loss {network.loss.name}")
    return "\n".join(lines)


def _kind(layer: Layer, otherwise: str = "") -> str:
    """The layer's name and activation; ``otherwise`` is the activation of a dense layer that names none."""
    activation = getattr(layer, "activation", None)
    if activation is not None:
        return f"{layer.name} {ACTIVATIONS.find(activation).name}"
    return f"{layer.name} {otherwise or 'identity'}" if isinstance(layer, Dense) else layer.name
