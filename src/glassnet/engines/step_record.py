"""The record of one training step: every number that the engine computed, whichever engine it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from glassnet.arrays import Array, Matrix
from glassnet.engines.plan import Rows
from glassnet.engines.state import State
from glassnet.network.cache import Cache
from glassnet.network.layer import Layer, activation_gradient

# What the network itself puts into a cache.
OF_THE_NETWORK = {"l", "mode", "running", "A_prev", "A", "Z", "dA"}


@dataclass(frozen=True, eq=False)
class LayerRecord:
    """What one layer computed, forward and backward.

    Args:
        l: its number, from 1. layer: the layer itself.
        A_prev, A: its input (m, n[l-1]), at the first layer sparse where X is, and its output (m, n[l]).
        Z: before the activation (m, n[l]); None in a layer that has none.
        dA_prev, dA: the derivative of J with respect to its input and its output, the examples' shares of J in it.
        dZ: dJ/dZ (m, n[l]), or None.
        cached: what else its cache keeps, by name: dropout's ``mask``, normalization's ``N`` and ``scale``.
    """

    l: int
    layer: Layer
    A_prev: Matrix
    A: Array
    Z: Array | None
    dA_prev: Array
    dA: Array
    dZ: Array | None
    cached: Mapping[str, Array]

    @classmethod
    def of(cls, layer: Layer, c: Cache, dA_prev: Array) -> LayerRecord:
        """What a forward and a backward pass left in a layer's cache."""
        own = {name: value for name, value in vars(c).items() if name not in OF_THE_NETWORK and name[:1] != "_"}
        arrays = {name: value for name, value in own.items() if isinstance(value, np.ndarray)}
        Z = c.Z if hasattr(c, "Z") else None
        dZ: Array | None
        if layer.g is not None and Z is not None:
            dZ = activation_gradient(layer.g, c.dA, c)  # the same bits once more, in the memory of the pass
        else:
            dZ = arrays.get("dZ")  # a user's own layer may keep it as such
        return cls(c.l, layer, c.A_prev, c.A, Z, dA_prev, c.dA, dZ, arrays)


@dataclass(frozen=True, eq=False)
class StepRecord:
    """One training step on m rows, number by number.

    Args:
        engine: the name of the one that computed it.
        rows: as the engine took them: X in its dtype, Y (m, k).
        layers: one for each layer; the last one's ``A`` are the scores.
        predictions: ``y^`` (m, k).
        losses, shares: of each example, (m,).
        cost: ``losses . shares + penalty``. penalty: its second part.
        gradient: dJ/dtheta (n,), penalties in, before clipping. clipped: after it.
        after: the state after the step; None for an optimizer that takes no steps by itself.
        cost_after: J of the same rows, masks and batch statistics with the parameters of ``after``.
    """

    engine: str
    rows: Rows
    layers: tuple[LayerRecord, ...]
    predictions: Array
    losses: Array
    shares: Array
    cost: float
    penalty: float
    gradient: Array
    clipped: Array
    after: State | None
    cost_after: float | None
