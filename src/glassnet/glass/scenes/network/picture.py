"""The picture of a fitted network that suits its size."""

from __future__ import annotations

from typing import Any

from glassnet.glass.scenes.scene import Scene
from glassnet.glass.scenes.scenes import draw
from glassnet.network.network import Network
from glassnet.network.parameters import Parameters

EXPANDED = 10  # units side by side up to which a network is drawn with all of them
DEEP = 6  # layers up to which it is


def picture(network: Network, parameters: Parameters, **named: Any) -> Scene:
    """A fitted network: every unit and edge where there is room for all, else a block a layer.

    Args:
        network, parameters: the fitted ones.
        named: ``names`` of the inputs, ``outputs`` of the outputs, as :func:`~glassnet.glass.scenes.draw` takes them.
    """
    if max(network.widths) <= EXPANDED and len(network.layers) <= DEEP:
        return draw("network", network, parameters, **named)
    return draw("compact", network)
