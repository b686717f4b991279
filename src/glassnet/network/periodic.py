"""The periodic embedding of numbers: a column and waves of it, so that a network can bend finely along it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from math import sqrt, tau
from types import SimpleNamespace

import numpy as np

from glassnet.arrays import Array
from glassnet.errors import InvalidInput
from glassnet.network.cache import Cache
from glassnet.network.layer import Layer
from glassnet.network.parameters import Parameter
from glassnet.network.writer import Writer
from glassnet.pieces.expressions import Operations, Value, cos_turns, sin_turns
from glassnet.pieces.initializers import Draws
from glassnet.pieces.settings import Range, check_number, setting

TURNS = "frequency[l] * A[l-1] + phase[l]"


@dataclass(frozen=True)
class Periodic(Layer):
    """Columns, each followed by ``outputs`` numbers that are learned sums of its waves: ``weight cos(2 pi t) + bias``.

    Of column ``x_j`` with the ``features`` turns ``t = frequency_j x_j + phase_j``. The ``A_prev`` (m, n) come first in
    ``A``, then the outputs of the first column, of the second, and so on. ``frequency`` and ``phase`` are
    (columns, features), ``weight`` is (columns, outputs, features), ``bias`` (columns, outputs).

    Args:
        columns: how many of the leading columns get waves; None for all.
        features: the number of waves of a column.
        outputs: how many sums of them.
        sigma: the standard deviation of the first frequencies: larger for what changes faster.
        rate_factor, decay_factor: of the learning rate and of decoupled weight decay of them all; RealMLP takes 0.1.

    Source: Gorishniy, Rubachev, Babenko 2022, arXiv 2203.05556; as in RealMLP ("PBLD"), arXiv 2407.04491.

    >>> layer = Periodic(columns=2, features=16, outputs=3)
    >>> layer.width(5), [parameter.shape for parameter in layer.parameters(5)]
    (11, [(2, 16), (2, 16), (2, 3, 16), (2, 3)])
    """

    columns: int | None = None
    features: int = setting(16, low=1, help="waves of a column")
    outputs: int = setting(3, low=1, help="numbers that they become")
    sigma: float = setting(0.1, low=0, above=True, high=1e6, help="standard deviation of the first frequencies")

    rate_factor: float = setting(1.0, low=0, help="factor of the learning rate of all its parameters")
    decay_factor: float = setting(0.0, low=0, help="factor of their weight decay")

    name = "periodic"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.columns is not None:
            check_number(f"{self.name}: columns", self.columns, Range(1), whole=True)
            object.__setattr__(self, "columns", int(self.columns))

    def embedded(self, n_in: int) -> int:
        """How many of ``n_in`` columns get waves.

        Raises:
            InvalidInput: more than there are.
        """
        columns = n_in if self.columns is None else self.columns
        if columns > n_in:
            remedy = "ask for fewer, or leave columns out for all"
            raise InvalidInput(f"{self.name}: there are not so many columns", f"{columns} of {n_in}", remedy)
        return columns

    def width(self, n_in: int) -> int:
        return n_in + self.embedded(n_in) * self.outputs

    def parameters(self, n_in: int) -> Sequence[Parameter]:
        columns, features, outputs = self.embedded(n_in), self.features, self.outputs
        learned = partial(Parameter, rate=self.rate_factor, decay=self.decay_factor)
        return (
            learned("frequency", (columns, features)),
            learned("phase", (columns, features)),
            learned("weight", (columns, outputs, features)),
            learned("bias", (columns, outputs)),
        )

    def initialize(self, p: SimpleNamespace, rng: Draws) -> None:
        limit = 1 / sqrt(self.features)
        p.frequency[...] = rng.normal(0.0, self.sigma, p.frequency.shape)
        p.phase[...] = rng.uniform(-0.5, 0.5, p.phase.shape)
        p.weight[...] = rng.uniform(-limit, limit, p.weight.shape)
        p.bias[...] = rng.uniform(-limit, limit, p.bias.shape)

    def forward(self, A_prev: Array, p: SimpleNamespace, c: Cache) -> Array:
        m, n_in = A_prev.shape
        sums = np.einsum("mjf,jof->mjo", cos_turns(_turns(A_prev, p)), p.weight)
        sums += p.bias
        A = c.array("A", A_prev, n_in + p.bias.size)
        A[:, :n_in] = A_prev
        A[:, n_in:] = sums.reshape(m, -1)
        return A

    def backward(self, dA: Array, p: SimpleNamespace, g: SimpleNamespace, c: Cache) -> Array | None:
        (m, n_in), columns = c.A_prev.shape, len(p.phase)
        t, x, d = _turns(c.A_prev, p), c.A_prev[:, :columns], dA[:, n_in:].reshape(m, *p.bias.shape)
        np.sum(d, axis=0, out=g.bias)
        g.weight[...] = np.einsum("mjo,mjf->jof", d, cos_turns(t))
        dt = np.einsum("mjo,jof->mjf", d, p.weight)
        dt *= -tau * sin_turns(t)
        np.sum(dt, axis=0, out=g.phase)
        g.frequency[...] = np.einsum("mjf,mj->jf", dt, x)
        if not c.wants_dA_prev:
            return None
        dA_prev = c.array("dA_prev", c.A_prev)
        dA_prev[...] = dA[:, :n_in]
        dA_prev[:, :columns] += np.einsum("mjf,jf->mj", dt, p.frequency)
        return dA_prev

    def expression(self, ns: Operations, A_prev: Value, p: SimpleNamespace, c: Cache) -> Value:
        waves = ns.cos_turns(_turns(A_prev, p))[:, :, None, :]
        sums = ns.sum(waves * p.weight, axis=-1) + p.bias
        return np.concatenate([A_prev, np.reshape(sums, (sums.shape[0], -1))], axis=1)

    def write_forward(self, w: Writer) -> None:
        w.equation("A[l]", f"[A[l-1], sum over the waves of weight[l] * cos(2 pi ({TURNS})) + bias[l]]")

    def write_backward(self, w: Writer) -> None:
        slope = f"-2 pi sin(2 pi ({TURNS})) * weight[l] * dA[l]"
        w.equation("dfrequency[l]", f"sum over the examples of {slope} * A[l-1]")
        w.equation("dphase[l]", f"sum over the examples of {slope}")
        w.equation("dweight[l]", f"sum over the examples of cos(2 pi ({TURNS})) * dA[l]")
        w.equation("dbias[l]", "sum over the examples of dA[l]")
        w.equation("dA[l-1]", f"dA[l] of A[l-1], plus the sum over the waves of {slope} * frequency[l]")


def _turns(A_prev: Value, p: SimpleNamespace) -> Value:
    """How often each wave has gone round, (m, columns, features)."""
    return A_prev[:, : len(p.phase), None] * p.frequency + p.phase
