"""The diagonal layer: which inputs count, and how much, is learned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from glassnet.arrays import Array
from glassnet.network.cache import Cache
from glassnet.network.layer import Layer
from glassnet.network.parameters import Parameter
from glassnet.network.writer import Writer
from glassnet.pieces.expressions import Operations, Value
from glassnet.pieces.settings import setting


@dataclass(frozen=True)
class Scale(Layer):
    """Each input times a factor that is learned, 1 at first: ``A = A_prev * s``.

    Before the first dense layer it lets the network weigh its columns. Backward: ``ds = sum dA * A_prev``,
    ``dA_prev = dA * s``; ``s`` is (n,).

    Args:
        rate_factor: of the learning rate of ``s``; RealMLP takes 6.
        decay_factor: of decoupled weight decay of ``s``; RealMLP takes 6, too.

    Source: Holzmüller, Grinsztajn, Steinwart 2024, RealMLP, arXiv 2407.04491.

    >>> [parameter.name for parameter in Scale().parameters(3)]
    ['s']
    """

    rate_factor: float = setting(1.0, low=0, help="factor of the learning rate of s")
    decay_factor: float = setting(0.0, low=0, help="factor of the weight decay of s")

    name = "scale"

    def parameters(self, n_in: int) -> Sequence[Parameter]:
        return (Parameter("s", (n_in,), fill=1.0, rate=self.rate_factor, decay=self.decay_factor),)

    def forward(self, A_prev: Array, p: SimpleNamespace, c: Cache) -> Array:
        return np.multiply(A_prev, p.s, out=c.array("A", A_prev))

    def backward(self, dA: Array, p: SimpleNamespace, g: SimpleNamespace, c: Cache) -> Array:
        out = c.array("dA_prev", dA)
        np.sum(np.multiply(dA, c.A_prev, out=out), axis=0, out=g.s)
        return np.multiply(dA, p.s, out=out)

    def expression(self, ns: Operations, A_prev: Value, p: SimpleNamespace, c: Cache) -> Value:
        return A_prev * p.s

    def write_forward(self, w: Writer) -> None:
        w.elements("A[l]", "A[l-1] * s[l]", lambda A_prev, s: A_prev * s)

    def write_backward(self, w: Writer) -> None:
        w.sum_over_examples("ds[l]", "dA[l]", "A[l-1]")
        w.elements("dA[l-1]", "dA[l] * s[l]", lambda dA, s: dA * s)
