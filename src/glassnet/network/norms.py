"""Normalising layers: rows of mean 0 and variance 1, then a learned scale ``gamma`` and shift ``beta``.

They differ only in the direction of the mean: batch normalisation over the examples of a batch, unit by unit; layer
normalisation over the units of a layer, example by example.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, ClassVar

import numpy as np

from glassnet.arrays import Array
from glassnet.network.cache import Cache
from glassnet.network.layer import Activated
from glassnet.network.parameters import Parameter
from glassnet.pieces.activation import ActivationChoice
from glassnet.pieces.settings import setting


class Norm(Activated):
    """What the two share: ``N = (A_prev - mean) / sqrt(variance + eps)``, ``Z = gamma N + beta``, ``A = g(Z)``.

    Backward, with means over the axis of the mean: ``dN = gamma dZ``,
    ``dA_prev = (dN - mean dN - N mean(dN N)) / sqrt(variance + eps)``.
    """

    axis: ClassVar[int]
    epsilon: float

    def parameters(self, n_in: int) -> Sequence[Parameter]:
        return Parameter("gamma", (n_in,), fill=1.0), Parameter("beta", (n_in,))

    def statistics(self, A_prev: Array, c: Cache) -> tuple[Array, Array]:
        """Mean and variance to normalise by, of a shape that broadcasts against ``A_prev``."""
        mean = A_prev.mean(axis=self.axis, keepdims=True)
        return mean, A_prev.var(axis=self.axis, keepdims=True)

    def moving(self, c: Cache) -> bool:
        """True where mean and variance depend on the rows of this pass, and the gradient must go through them."""
        return True

    def forward(self, A_prev: Any, p: SimpleNamespace, c: Cache) -> Array:
        mean, variance = self.statistics(A_prev, c)
        c.scale = 1 / np.sqrt(variance + self.epsilon)
        c.N = np.subtract(A_prev, mean, out=c.array("N", A_prev))
        c.N *= c.scale
        c.Z = np.multiply(c.N, p.gamma, out=c.array("Z", A_prev))
        c.Z += p.beta
        return self.activate(c)

    def backward(self, dA: Array, p: SimpleNamespace, g: SimpleNamespace, c: Cache) -> Array | None:
        dZ = self.dZ(dA, c)
        dN = np.multiply(dZ, c.N, out=c.array("dN", dZ))
        np.sum(dN, axis=0, out=g.gamma)
        np.sum(dZ, axis=0, out=g.beta)
        np.multiply(dZ, p.gamma, out=dN)
        if self.moving(c):
            along_N = (dN * c.N).mean(axis=self.axis, keepdims=True)
            dN -= dN.mean(axis=self.axis, keepdims=True)
            dN -= c.N * along_N
        dN *= c.scale
        return dN


@dataclass(frozen=True)
class BatchNorm(Norm):
    """Batch normalisation; variances are biased (divided by m), in the running ones too.

    Args:
        activation: a name, a record, a function ``z -> g(z)`` or None for identity; applied after the shift.
        momentum: how fast the running mean and variance, used for predictions, follow the batches.
        epsilon: keeps the division finite.

    Source: Ioffe, Szegedy 2015, arXiv 1502.03167.
    """

    activation: ActivationChoice | None = None
    momentum: float = setting(0.1, low=0, high=1, above=True, help="how fast running statistics follow the batches")
    epsilon: float = setting(1e-5, low=0, above=True, help="keeps the division finite")

    name = "batch_norm"
    axis = 0

    def running(self, n_in: int) -> Sequence[Parameter]:
        return Parameter("mean", (n_in,)), Parameter("variance", (n_in,), fill=1.0, low=0.0)

    def moving(self, c: Cache) -> bool:
        return c.mode.training

    def statistics(self, A_prev: Array, c: Cache) -> tuple[Array, Array]:
        if not self.moving(c):
            return c.running.mean, c.running.variance
        mean, variance = super().statistics(A_prev, c)
        if c.mode.learn_running:
            share = 1.0 if c.mode.replace_running else self.momentum
            c.running.mean += share * (mean[0] - c.running.mean)
            c.running.variance += share * (variance[0] - c.running.variance)
        return mean, variance


@dataclass(frozen=True)
class LayerNorm(Norm):
    """Layer normalisation: the same in training and prediction, and for any batch size.

    Args:
        activation: a name, a record, a function ``z -> g(z)`` or None for identity; applied after the shift.
        epsilon: keeps the division finite.

    Source: Ba, Kiros, Hinton 2016, arXiv 1607.06450.
    """

    activation: ActivationChoice | None = None
    epsilon: float = setting(1e-5, low=0, above=True, help="keeps the division finite")

    name = "layer_norm"
    axis = 1
