"""A learned mix of an activation and the identity: how bent a unit is, is learned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from glassnet.arrays import Array
from glassnet.network.cache import Cache
from glassnet.network.layer import IDENTITY, Layer, activation_expression
from glassnet.network.parameters import Parameter
from glassnet.network.writer import Writer
from glassnet.pieces.activation import ActivationChoice
from glassnet.pieces.activations import Activation
from glassnet.pieces.expressions import Operations, Value
from glassnet.pieces.settings import setting


@dataclass(frozen=True)
class Mix(Layer):
    """An activation mixed with the identity: ``A = A_prev + mix * (g(A_prev) - A_prev)``.

    The share ``mix`` (n,) is learned, 1 at first. It stands behind a dense layer without an activation. Backward:
    ``dmix = sum dA * (g(A_prev) - A_prev)``, ``dA_prev = dA * (1 + mix * (g'(A_prev) - 1))``.

    Args:
        activation: a name, a record, or a function ``z -> g(z)``.
        rate_factor: of the learning rate of ``mix``; RealMLP takes 0.1.
        decay_factor: of decoupled weight decay of ``mix``; RealMLP takes 0.1, too.

    Source: Holzmüller, Grinsztajn, Steinwart 2024, RealMLP, arXiv 2407.04491.

    >>> [parameter.name for parameter in Mix("silu").parameters(3)]
    ['mix']
    """

    activation: ActivationChoice = "silu"
    rate_factor: float = setting(1.0, low=0, help="factor of the learning rate of mix")
    decay_factor: float = setting(0.0, low=0, help="factor of the weight decay of mix")

    name = "mix"

    @property
    def g(self) -> None:
        """It does not end in its activation."""
        return

    @property
    def curve(self) -> Activation:
        """The record of the activation that is mixed in."""
        return self.activation_record or IDENTITY

    def parameters(self, n_in: int) -> Sequence[Parameter]:
        return (Parameter("mix", (n_in,), fill=1.0, rate=self.rate_factor, decay=self.decay_factor),)

    def forward(self, A_prev: Array, p: SimpleNamespace, c: Cache) -> Array:
        A = c.array("A", A_prev)
        self.curve.value(A_prev, A)
        A -= A_prev
        A *= p.mix
        A += A_prev
        return A

    def backward(self, dA: Array, p: SimpleNamespace, g: SimpleNamespace, c: Cache) -> Array:
        G, out = c.array("G", dA), c.array("dA_prev", dA)
        self.curve.value(c.A_prev, G)
        np.subtract(G, c.A_prev, out=out)
        out *= dA
        np.sum(out, axis=0, out=g.mix)
        self.curve.derivative(c.A_prev, G, out)
        out -= 1
        out *= p.mix
        out += 1
        out *= dA
        return out

    def expression(self, ns: Operations, A_prev: Value, p: SimpleNamespace, c: Cache) -> Value:
        return A_prev + p.mix * (activation_expression(self.curve, ns, A_prev) - A_prev)

    def write_forward(self, w: Writer) -> None:
        g = self.curve
        text, note = f"A[l-1] + mix[l] * ({g.name}(A[l-1]) - A[l-1])", f"{g.name}(z) = {g.formula}"
        if g.expression is None:
            w.equation("A[l]", text, note)
            return

        def value(ns: Operations, A_prev: Value, mix: Value) -> Value:
            return A_prev + mix * (activation_expression(g, ns, A_prev) - A_prev)

        w.elements("A[l]", text, value, note=note)

    def write_backward(self, w: Writer) -> None:
        g = self.curve
        w.equation("dmix[l]", f"sum over the examples of dA[l] * ({g.name}(A[l-1]) - A[l-1])")
        note = f"{g.name}'(z) = {g.derivative_formula}"
        w.equation("dA[l-1]", f"dA[l] * (1 + mix[l] * ({g.name}'(A[l-1]) - 1))", note)
