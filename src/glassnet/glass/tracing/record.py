"""The record of a trace: every number of one training step under its symbol, read-only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np

from glassnet.arrays import Array, Matrix, is_sparse
from glassnet.engines.plan import Plan
from glassnet.engines.step_record import LayerRecord
from glassnet.glass.tracing.given import Given
from glassnet.network.parameters import Gradients, Parameters
from glassnet.notebook_hook import Displayable

Arrays = Mapping[int, Any]


@dataclass(frozen=True, eq=False)
class Trace(Displayable):
    """One training step over m examples; see :func:`~glassnet.glass.tracing.trace.trace`. No array can be written to.

    Args:
        plan: what is trained, with its optimizer, penalties and clipping.
        X: (m, n). Y: targets as the loss reads them (m, k). weights: (m,), or None for all 1.
        layers: one record a layer, l = 1 ... L.
        scores, predictions: before and after the link (m, k); predictions are ``y^``.
        losses: of each example (m,). shares: each example's share of the cost (m,).
        cost: ``J = losses . shares + penalty``. penalty: its second part.
        cost_after: J of the same rows, masks and batch statistics after the update; None without an update.
        gradients: dJ/dtheta of every parameter, penalties in, before clipping.
        clipped: the same after clipping: what the optimizer was given.
        alpha: the learning rate of the step. number: of the step, from 1.
        before, after: parameters and running statistics before and after the update; ``after`` is None for an
            optimizer that takes no steps by itself, L-BFGS.
        slots_before, slots_after: the optimizer's memory by name, each with views ``W[l]``, ``b[l]``.
        engine: the name of the one that computed all this.
        columns: names of the inputs, or None. classes: names of the classes, or None.
        rows: the number of each example in the user's table, (m,).
        note: how to read the numbers of this step.
        given: the rows and answers as the user has them; None where the network's numbers are all there is.

    >>> from glassnet import Dense, Network, trace
    >>> net = Network(2, [Dense(1)])
    >>> trace(net, [[0.5, -1.0]], [2.0], parameters=net.initialize()).m
    1
    """

    plan: Plan
    X: Any
    Y: Array
    weights: Array | None
    layers: tuple[LayerRecord, ...]
    scores: Array
    predictions: Array
    losses: Array
    shares: Array
    cost: float
    penalty: float
    cost_after: float | None
    gradients: Gradients
    clipped: Gradients
    alpha: float
    number: int
    before: Parameters
    after: Parameters | None
    slots_before: Mapping[str, Parameters]
    slots_after: Mapping[str, Parameters]
    engine: str
    columns: tuple[str, ...] | None = None
    classes: tuple[str, ...] | None = None
    rows: tuple[int, ...] = ()
    note: str = ""
    given: Given | None = None

    @property
    def m(self) -> int:
        """The number of examples."""
        return len(self.Y)

    @property
    def L(self) -> int:
        """The number of layers."""
        return len(self.layers)

    @cached_property
    def A(self) -> Arrays:
        """``A[0] = X``, ``A[l]``, ``A[L] = y^``."""
        outputs = {layer.l: layer.A for layer in self.layers}
        return MappingProxyType({0: self.X, **outputs, self.L: self.predictions})

    @cached_property
    def Z(self) -> Arrays:
        """``Z[l]`` of the layers that have one."""
        return MappingProxyType({layer.l: layer.Z for layer in self.layers if layer.Z is not None})

    @cached_property
    def dA(self) -> Arrays:
        """``dJ/dA[l]``; ``dA[0]`` is dJ/dX; the last is with respect to the scores: the link belongs to the loss."""
        return MappingProxyType({0: self.layers[0].dA_prev, **{layer.l: layer.dA for layer in self.layers}})

    @cached_property
    def dZ(self) -> Arrays:
        """``dJ/dZ[l]`` of the layers that have a ``Z``."""
        return MappingProxyType({layer.l: layer.dZ for layer in self.layers if layer.dZ is not None})

    @property
    def W(self) -> Arrays:
        """Weights before the update."""
        return self.before.W

    @property
    def b(self) -> Arrays:
        """Biases before the update."""
        return self.before.b

    @property
    def dW(self) -> Arrays:
        """``dJ/dW[l]``, penalties in."""
        return self.gradients.dW

    @property
    def db(self) -> Arrays:
        """``dJ/db[l]``."""
        return self.gradients.db

    @property
    def dX(self) -> Array:
        """``dJ/dX`` (m, n)."""
        return self.layers[0].dA_prev

    def input(self, j: int) -> str:
        """The name of input ``j``, or nothing."""
        return "" if self.columns is None else self.columns[j]

    def output(self, k: int) -> str:
        """The class that output ``k`` stands for, or nothing; one output of two classes stands for the second."""
        if self.classes is None:
            return ""
        return self.classes[1 if self.plan.network.outputs == 1 and len(self.classes) == 2 else k]

    def arrays(self) -> Iterator[Matrix]:
        """Every array in it."""
        for layer in self.layers:
            yield from (a for a in [layer.A_prev, layer.A, layer.Z, layer.dA_prev, layer.dA, layer.dZ] if a is not None)
            yield from layer.cached.values()
        yield from (self.X, self.Y, self.scores, self.predictions, self.losses, self.shares)
        every = [self.before, self.after, self.gradients, self.clipped]
        for vectors in [*every, *self.slots_before.values(), *self.slots_after.values()]:
            if vectors is not None:
                yield from (vectors.theta, vectors.running)

    def __repr__(self) -> str:
        after = "" if self.cost_after is None else f", {self.cost_after:.6g} after the update"
        widths = "-".join(map(str, self.plan.network.widths))
        return (
            f"<Trace: {widths}, {self.m} example{'s' * (self.m != 1)}, cost {self.cost:.6g}{after}, by {self.engine}>"
        )


def read_only(array: Matrix) -> Any:
    """The same array, dense or sparse, that cannot be written to by mistake."""
    if is_sparse(array):
        for part in (array.data, array.indices, array.indptr):
            part.flags.writeable = False
        return array
    array = np.asarray(array).view()
    array.flags.writeable = False
    return array


def names_of(names: Sequence[object] | Array | None) -> tuple[str, ...] | None:
    """Names as strings."""
    return None if names is None else tuple(map(str, names.tolist() if isinstance(names, np.ndarray) else names))
