"""The hidden layers of a network: what sizes, activations, normalization and dropout make together."""

from __future__ import annotations

from collections.abc import Iterable

from glassnet.network.layers import LAYERS, Dense, Dropout, Layer
from glassnet.pieces.activation import ActivationChoice
from glassnet.pieces.initializers import Initializer

NORMS = ("batch_norm", "layer_norm")

Hidden = tuple[int, ActivationChoice, str | Initializer | None, float]
"""Of one hidden layer: its units, activation, initializer, and the share of units dropped in training."""


def hidden_layers(hidden: Iterable[Hidden], norm: str | None = None) -> list[Layer]:
    """Dense layers, each followed by its dropout.

    Args:
        hidden: units, activation, initializer and dropout of each.
        norm: one of ``NORMS`` stands between each weighted sum and its activation; None for nothing.

    >>> [layer.name for layer in hidden_layers([(8, "relu", None, 0.1)], "batch_norm")]
    ['dense', 'batch_norm', 'dropout']
    """
    layers: list[Layer] = []
    for units, activation, initializer, rate in hidden:
        if norm is None:
            layers.append(Dense(units, activation, initializer))
        else:
            layers += [Dense(units, None, initializer), LAYERS.make(norm, activation=activation)]
        if rate:
            layers.append(Dropout(float(rate)))
    return layers
