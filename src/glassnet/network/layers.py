"""Layers: dense and dropout, and the table of all layers there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np

from glassnet.arrays import Array
from glassnet.network.cache import Cache
from glassnet.network.layer import Activated, Layer
from glassnet.network.norms import BatchNorm, LayerNorm
from glassnet.network.parameters import Parameter
from glassnet.network.products import multiply
from glassnet.pieces.activation import ActivationChoice
from glassnet.pieces.initializers import INITIALIZERS, Draws, Initializer
from glassnet.pieces.settings import setting
from glassnet.pieces.tables import Family
from glassnet.randomness import keep_threshold, random_bits

__all__ = ["LAYERS", "Dense", "Dropout", "Layer"]


@dataclass(frozen=True)
class Dense(Activated):
    """Neurons side by side, each connected to all inputs: ``Z = A_prev W^T + b``, ``A = g(Z)``.

    Backward: ``dZ = dA * g'(Z)``, ``dW = dZ^T A_prev``, ``db = sum dZ``, ``dA_prev = dZ W`` (deck, *Backward
    Propagation*; its 1/m comes with ``dA``, its transposes are gone because examples are rows).

    Args:
        units: the number of neurons n[l].
        activation: a name, a record, a function ``z -> g(z)``, or None: identity inside the network, the loss's link
            at its end.
        initializer: a name, a record, or None: the activation's own.

    >>> Dense(4, "relu").width(3)
    4
    """

    units: int = setting(low=1, whole=True, help="number of neurons")
    activation: ActivationChoice | None = None
    initializer: str | Initializer | None = None

    name = "dense"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.initializer is not None:
            INITIALIZERS.find(self.initializer)

    def width(self, n_in: int) -> int:
        return self.units

    def parameters(self, n_in: int) -> Sequence[Parameter]:
        return (
            Parameter("W", (n_in, self.units), weight=True, transposed=True),
            Parameter("b", (self.units,)),
        )

    def initialize(self, p: SimpleNamespace, rng: Draws) -> None:
        W, b = INITIALIZERS.find(self.initializer or self.g.initializer).draw(rng, *p.W.T.shape)
        p.W.T[...], p.b[...] = W, b

    def forward(self, A_prev: Any, p: SimpleNamespace, c: Cache) -> Array:
        c.Z = multiply(A_prev, p.W.T, c.array("Z", A_prev, self.units))
        c.Z += p.b
        return self.activate(c)

    def backward(self, dA: Array, p: SimpleNamespace, g: SimpleNamespace, c: Cache) -> Array | None:
        dZ = self.dZ(dA, c)
        multiply(c.A_prev.T, dZ, g.W.T)  # dW^T rather than dW: that is how the weights lie in memory
        np.sum(dZ, axis=0, out=g.b)
        if not c.wants_dA_prev:
            return None
        return multiply(dZ, p.W, c.array("dA_prev", dZ, p.W.shape[1]))


@dataclass(frozen=True)
class Dropout(Layer):
    """In training, each unit is silenced with probability ``rate`` and the others grow by ``1 / (1 - rate)``.

    The mask comes from the counter (seed, step, layer, row, unit): every engine draws the same.

    Args:
        rate: the share of units silenced, at least 0 and below 1.

    Source: Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov 2014; the "inverted" form.
    """

    rate: float = setting(0.5, low=0, high=1, below=True, help="share of units silenced in training")

    name = "dropout"

    def forward(self, A_prev: Any, p: SimpleNamespace, c: Cache) -> Array:
        if not c.mode.training or self.rate == 0:
            return A_prev
        bits = random_bits(c.mode.seed, c.mode.step, c.l, *A_prev.shape)
        c.kept = c.array("kept", A_prev)
        np.greater_equal(bits, keep_threshold(self.rate), out=c.kept)
        c.kept *= 1 / (1 - self.rate)
        return np.multiply(A_prev, c.kept, out=c.array("A", A_prev))

    def backward(self, dA: Array, p: SimpleNamespace, g: SimpleNamespace, c: Cache) -> Array | None:
        if not c.mode.training or self.rate == 0:
            return dA
        return np.multiply(dA, c.kept, out=c.array("dA_prev", dA))


LAYERS: Family[Layer] = Family("layer", [Dense, Dropout, BatchNorm, LayerNorm])
