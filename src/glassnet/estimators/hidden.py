"""The hidden layers of a network: what sizes, activations, normalization and dropout make together."""

from __future__ import annotations

from collections.abc import Iterable

from glassnet.network.layers import LAYERS, Dense, Dropout, Layer
from glassnet.network.mix import Mix
from glassnet.pieces.activation import ActivationChoice
from glassnet.pieces.initializers import Initializer

NORMS = ("batch_norm", "layer_norm")

Hidden = tuple[int, ActivationChoice, str | Initializer | None, float]
"""Of one hidden layer: its units, activation, initializer, and the share of units dropped in training."""


def hidden_layers(hidden: Iterable[Hidden], norm: str | None = None, mix: bool = False) -> list[Layer]:
    """Dense layers, each followed by its dropout.

    Args:
        hidden: units, activation, initializer and dropout of each.
        norm: one of ``NORMS`` stands between each weighted sum and its activation; None for nothing.
        mix: True where only a learned share of each sum goes through the activation.

    >>> [layer.name for layer in hidden_layers([(8, "relu", None, 0.1)], "batch_norm")]
    ['dense', 'batch_norm', 'dropout']
    """
    layers: list[Layer] = []
    for units, activation, initializer, rate in hidden:
        last = None if mix else activation
        if norm is None:
            layers.append(Dense(units, last, initializer))
        else:
            layers += [Dense(units, None, initializer), LAYERS.make(norm, activation=last)]
        if mix:
            layers.append(Mix(activation))
        if rate:
            layers.append(Dropout(float(rate)))
    return layers
