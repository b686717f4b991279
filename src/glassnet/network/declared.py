"""What a user declares of a network: checked, and made ready to give the scores that the loss takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from glassnet.errors import InvalidInput, InvalidType
from glassnet.network.layer import Layer
from glassnet.pieces.links import LINKS
from glassnet.pieces.losses import Loss


def check_declared(inputs: int, layers: Sequence[Layer]) -> None:
    """Raise where inputs and layers make no network.

    Raises:
        InvalidInput: no layer, or no input.
        InvalidType: a layer that is not one.
    """
    if isinstance(inputs, bool) or not isinstance(inputs, (int, np.integer)) or inputs < 1:
        raise InvalidInput(
            "a network needs a whole number of inputs, at least 1",
            seen=repr(inputs),
            remedy="pass the number of columns of X",
        )
    if not layers:
        raise InvalidInput("a network needs at least one layer", remedy="add Dense(1) for a single output")
    for layer in layers:
        if not isinstance(layer, Layer):
            raise InvalidType(
                "layers are records such as Dense(4, 'relu')",
                seen=f"{layer!r} of type {type(layer).__name__}",
                remedy="pass a list of layers, the last one for the outputs",
            )


def scoring(last: Layer, loss: Loss) -> Layer:
    """The last layer so that it gives the scores the loss takes: an activation that is the loss's link is left out."""
    if last.g is None or vars(last)["activation"] is None:
        return last
    given = last.g.name
    if given == LINKS[loss.link].name:
        return replace(last, activation=None)
    if loss.link != "identity":
        raise InvalidInput(
            f"loss {loss.name!r} goes with the output activation {loss.link!r}",
            seen=repr(given),
            remedy="leave the last layer's activation out, or choose another loss",
        )
    return last
