"""Layers: dense and dropout, and the table of all layers there are.

>>> LAYERS.make("dense", units=3).units
3
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from types import SimpleNamespace

import numpy as np

from glassnet.arrays import Array, Matrix
from glassnet.network.cache import Cache
from glassnet.network.layer import (
    IDENTITY,
    Layer,
    activate,
    activation_expression,
    activation_gradient,
    find_activation,
)
from glassnet.network.mix import Mix
from glassnet.network.norms import BatchNorm, LayerNorm
from glassnet.network.parameters import Parameter
from glassnet.network.periodic import Periodic
from glassnet.network.products import multiply
from glassnet.network.scale import Scale
from glassnet.network.writer import Writer
from glassnet.pieces.activation import ActivationChoice
from glassnet.pieces.expressions import Operations, Value
from glassnet.pieces.initializers import INITIALIZERS, Draws, Initializer
from glassnet.pieces.settings import setting
from glassnet.pieces.tables import Family
from glassnet.randomness import keep_threshold

__all__ = ["LAYERS", "Dense", "Dropout", "Layer"]


@dataclass(frozen=True)
class Dense(Layer):
    """Neurons side by side, each connected to all inputs: ``Z = A_prev W^T + b``, ``A = g(Z)``.

    Backward: ``dZ = dA * g'(Z)``, ``dW = dZ^T A_prev``, ``db = sum dZ``, ``dA_prev = dZ W`` (*Intro to Neural
    Networks*, Backward Propagation; its 1/m comes with ``dA``, its transposes are gone because examples are rows).

    Args:
        units: the number of neurons n[l].
        activation: a name, a record, a function ``z -> g(z)``, or None: identity inside the network, the loss's link
            at its end.
        initializer: a name, a record, or None: the activation's own, with ``ntk`` "lecun_normal".
        rate_factor, bias_rate_factor: factors of the learning rate, of ``W`` and of ``b``; 0 leaves them as they are.
        ntk: True for the NTK parameterization ``Z = A_prev V^T / sqrt(n) + b``, ``V ~ N(0, 1)``, n = n[l-1], in terms
            of ``W = V / sqrt(n)``. Steps of Adam, AdamW and RMSprop are of the same length whatever the scale of the
            gradient (epsilon apart), so one of ``V`` moves ``W`` by ``1/sqrt(n)`` of it: that is W's own step at
            ``1/sqrt(n)`` of the rate, its decay that of V. (For gradient descent it would be ``1/n``.)

    Source of ntk: Jacot, Gabriel, Hongler 2018, arXiv 1806.07572.

    >>> Dense(4, "relu").width(3)
    4
    >>> [parameter.rate for parameter in Dense(4, "relu", bias_rate_factor=0.1, ntk=True).parameters(16)]
    [0.25, 0.1]
    """

    units: int = setting(low=1, whole=True, help="number of neurons")
    activation: ActivationChoice | None = None
    initializer: str | Initializer | None = None
    rate_factor: float = setting(1.0, low=0, help="factor of the learning rate of W")
    bias_rate_factor: float = setting(1.0, low=0, help="factor of the learning rate of b")
    ntk: bool = setting(False, help="NTK parameterization: W ~ N(0, 1/n), its learning rate 1/sqrt(n) of others'")

    name = "dense"
    affine = True
    sparse = True

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.initializer is not None:
            INITIALIZERS.find(self.initializer)

    def width(self, n_in: int) -> int:
        return self.units

    def parameters(self, n_in: int) -> Sequence[Parameter]:
        scale = sqrt(n_in) if self.ntk else 1.0
        return (
            Parameter(
                "W", (n_in, self.units), weight=True, transposed=True, rate=self.rate_factor / scale, decay=scale
            ),
            Parameter("b", (self.units,), rate=self.bias_rate_factor),
        )

    def initialize(self, p: SimpleNamespace, rng: Draws) -> None:
        p.W.T[...], p.b[...] = self._first.draw(rng, *p.W.T.shape)

    @property
    def by_rows(self) -> bool:
        return self._first.by_rows

    def fit_first(self, A_prev: Array, p: SimpleNamespace, rng: Draws) -> None:
        self._first.fit(rng, A_prev, p.W.T, p.b)

    @property
    def _first(self) -> Initializer:
        own = "lecun_normal" if self.ntk else find_activation(self.activation).initializer
        return INITIALIZERS.find(self.initializer or own)

    def forward(self, A_prev: Matrix, p: SimpleNamespace, c: Cache) -> Array:
        c.Z = multiply(A_prev, p.W.T, c.array("Z", A_prev, self.units))
        c.Z += p.b
        return activate(self.g, c)

    def backward(self, dA: Array, p: SimpleNamespace, g: SimpleNamespace, c: Cache) -> Array | None:
        dZ = activation_gradient(self.g, dA, c)
        multiply(c.A_prev.T, dZ, g.W.T)  # dW^T rather than dW: that is how the weights lie in memory
        np.sum(dZ, axis=0, out=g.b)
        if not c.wants_dA_prev:
            return None
        return multiply(dZ, p.W, c.array("dA_prev", dZ, p.W.shape[1]))

    def expression(self, ns: Operations, A_prev: Value, p: SimpleNamespace, c: Cache) -> Value:
        c.Z = A_prev @ p.W.T + p.b
        return activation_expression(self.g, ns, c.Z)

    def predictor(self, l: int, p: SimpleNamespace, running: SimpleNamespace) -> Callable[[Array], Array]:
        W, b, g = p.W.T, p.b[None], find_activation(self.activation)  # b as a row adds to one row without broadcasting

        def predict(A_prev: Array) -> Array:
            Z: Array = A_prev.dot(W)  # the bits of A_prev @ W, in half the time where they are small
            Z += b
            if g is IDENTITY:
                return Z
            A = np.empty_like(Z)
            g.value(Z, A)
            return A

        return predict

    def write_forward(self, w: Writer) -> None:
        w.affine()
        w.activation()

    def write_backward(self, w: Writer) -> None:
        w.activation_gradient()
        w.weight_gradient()
        w.sum_over_examples("db[l]", "dZ[l]")
        w.input_gradient()


@dataclass(frozen=True)
class Dropout(Layer):
    """In training, each unit is dropped with probability ``rate`` and the others are scaled by ``1 / (1 - rate)``.

    The mask comes from the counter (seed, step, layer, row, unit): every engine draws the same.

    Args:
        rate: the share of units dropped, at least 0 and below 1.

    Source: Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov 2014; the "inverted" form.

    >>> Dropout(0.5).width(3)  # as many outputs as inputs
    3
    """

    rate: float = setting(0.5, low=0, high=1, below=True, help="share of units dropped in training")

    name = "dropout"

    def cached(self, m: int, n_out: int) -> Mapping[str, tuple[int, int]]:
        return {"mask": (m, n_out)} if self.rate else {}

    def forward(self, A_prev: Array, p: SimpleNamespace, c: Cache) -> Array:
        if not c.mode.training or self.rate == 0:
            return A_prev
        bits = c.random_bits(*A_prev.shape)
        c.mask = c.array("mask", A_prev)
        np.greater_equal(bits, keep_threshold(self.rate), out=c.mask)
        c.mask *= 1 / (1 - self.rate)
        return np.multiply(A_prev, c.mask, out=c.array("A", A_prev))

    def backward(self, dA: Array, p: SimpleNamespace, g: SimpleNamespace, c: Cache) -> Array | None:
        if not c.mode.training or self.rate == 0:
            return dA
        return np.multiply(dA, c.mask, out=c.array("dA_prev", dA))

    def expression(self, ns: Operations, A_prev: Value, p: SimpleNamespace, c: Cache) -> Value:
        if self.rate and hasattr(c, "mask"):
            return A_prev * c.mask  # that of forward: it is drawn, not computed
        if not c.mode.training or self.rate == 0:
            return A_prev
        return A_prev * ((c.random_bits(*A_prev.shape) >= keep_threshold(self.rate)) * (1 / (1 - self.rate)))

    def write_forward(self, w: Writer) -> None:
        self._write(w, "A[l]", "A[l-1]", lambda A_prev, mask: A_prev * mask)

    def write_backward(self, w: Writer) -> None:
        self._write(w, "dA[l-1]", "dA[l]", lambda dA, mask: dA * mask)

    def _write(self, w: Writer, symbol: str, source: str, value: Callable[[Value, Value], Value]) -> None:
        if not self.rate:
            w.equation(symbol, source, "nothing is dropped")
            return
        w.elements(
            symbol,
            f"{source} * mask[l]",
            value,
            lambda mask: "" if mask else "dropped",
            note=f"the mask is 0 for the share {self.rate:g}, else 1/(1 - {self.rate:g})",
        )


LAYERS: Family[Layer] = Family("layer", [Dense, Dropout, BatchNorm, LayerNorm, Scale, Mix, Periodic])
