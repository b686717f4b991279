"""The hidden layers of a network: what sizes, activations, normalization and dropout make together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from glassnet.network.layers import LAYERS, Dense, Dropout, Layer
from glassnet.network.mix import Mix
from glassnet.pieces.activation import ActivationChoice
from glassnet.pieces.initializers import Initializer

SLOW, FAST = 0.1, 6.0  # factors of the learning rate under the NTK parameterization, as RealMLP's
NORMS = ("batch_norm", "layer_norm")

Hidden = tuple[int, ActivationChoice, str | Initializer | None, float]
"""Of one hidden layer: its units, activation, initializer, and the share of units dropped in training."""


def dense_rates(ntk: bool) -> dict[str, Any]:
    """How a dense layer learns: under the NTK parameterization its biases do so slowly."""
    return {"ntk": True, "bias_rate_factor": SLOW} if ntk else {}


def hidden_layers(
    hidden: Iterable[Hidden], norm: str | None = None, mix: bool = False, ntk: bool = False
) -> list[Layer]:
    """Dense layers, each followed by its dropout.

    Args:
        hidden: units, activation, initializer and dropout of each.
        norm: one of ``NORMS`` stands between each weighted sum and its activation; None for nothing.
        mix: True where only a learned share of each sum goes through the activation.
        ntk: True for the NTK parameterization, biases and shares learning slowly.

    >>> [layer.name for layer in hidden_layers([(8, "relu", None, 0.1)], "batch_norm")]
    ['dense', 'batch_norm', 'dropout']
    """
    layers: list[Layer] = []
    for units, activation, initializer, rate in hidden:
        last = None if mix else activation
        layers.append(Dense(units, last if norm is None else None, initializer, **dense_rates(ntk)))
        if norm is not None:
            layers.append(LAYERS.make(norm, activation=last))
        if mix:
            layers.append(Mix(activation, rate_factor=SLOW if ntk else 1.0))
        if rate:
            layers.append(Dropout(float(rate)))
    return layers
