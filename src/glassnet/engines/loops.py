"""Loops for reading: each sample, each layer, each activation (Intro to Neural Networks, *Forward Propagation*).

Plain Python numbers, one at a time; slow, and meant to be read. The faster engines are compared with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from glassnet.arrays import Array, is_sparse
from glassnet.engines.engine import Engine
from glassnet.engines.plan import Plan
from glassnet.engines.reference import Reference
from glassnet.engines.rows import Rows
from glassnet.engines.state import State
from glassnet.engines.step_record import StepRecord
from glassnet.network.cache import Mode
from glassnet.network.layer import find_activation
from glassnet.network.layers import Dense
from glassnet.network.parameters import Gradients, Parameters

Vector = list[float]


class Loops(Engine):
    """Plain Python. Runs dense layers only."""

    name = "loops"

    @classmethod
    def supports(cls, plan: Plan, X: Any = None) -> str | None:
        others = sorted({layer.name for layer in plan.network.layers if type(layer) is not Dense})
        return f"it has no loops for layers {', '.join(others)}" if others else None

    def forward(self, x: Vector, parameters: Parameters) -> tuple[list[Vector], list[Vector]]:
        """One sample forward: ``z[l]`` and ``a[l]`` of every layer; ``a[0]`` is ``x``, ``z[0]`` is empty."""
        z: list[Vector] = [[]]
        a: list[Vector] = [x]
        for l, layer in enumerate(self._dense(), start=1):
            W, b, g = parameters.W[l].tolist(), parameters.b[l].tolist(), find_activation(layer.activation)
            z.append([])
            a.append([])
            for j in range(layer.units):
                z_j = b[j]
                for k in range(len(a[l - 1])):
                    z_j += W[j][k] * a[l - 1][k]
                z[l].append(z_j)
                a[l].append(float(g(z_j)))
        return z, a

    def backward(
        self, dS: Vector, z: list[Vector], a: list[Vector], parameters: Parameters, gradients: Gradients
    ) -> None:
        """One sample backward: adds its part to every ``dW[l]``, ``db[l]``; ``dS`` is dJ/da[L]."""
        da = dS
        for l, layer in reversed(list(enumerate(self._dense(), start=1))):
            W, g = parameters.W[l].tolist(), find_activation(layer.activation)
            dW, db = gradients.dW[l], gradients.db[l]
            da_prev = [0.0] * len(a[l - 1])
            for j in range(layer.units):
                dz_j = da[j] * float(g.prime(z[l][j]))
                db[j] += dz_j
                for k in range(len(a[l - 1])):
                    dW[j, k] += dz_j * a[l - 1][k]
                    da_prev[k] += dz_j * W[j][k]
            da = da_prev

    def value_and_gradient(self, parameters: Parameters, rows: Rows, mode: Mode, gradients: Gradients) -> float:
        loss, total = self.plan.network.loss, rows.total_weight() or 1.0
        gradients.theta[...] = 0
        J = 0.0
        for i, x in enumerate(_samples(rows.X)):
            share = (1.0 if rows.weights is None else float(rows.weights[i])) / total
            z, a = self.forward(x, parameters)
            S, Y = np.array([a[-1]]), np.asarray(rows.Y[i : i + 1], np.float64)
            dS = np.empty_like(S)
            loss.gradient(S, Y, dS)
            J += share * float(loss.value(S, Y)[0])
            self.backward([share * slope for slope in dS[0].tolist()], z, a, parameters, gradients)
        return J + self._penalize(parameters, gradients, total)

    def scores(self, parameters: Parameters, X: Any) -> Array:
        scores = [self.forward(x, parameters)[1][-1] for x in _samples(X)]
        return np.array(scores, parameters.theta.dtype).reshape(len(scores), self.plan.network.outputs)

    def record_step(self, state: State, rows: Rows) -> StepRecord:
        """That of the reference engine: loops forget each number as soon as it has been used."""
        return Reference(self.plan).record_step(state, rows)

    def _penalize(self, parameters: Parameters, gradients: Gradients, total: float) -> float:
        """``l1 |w| + l2/2 w^2`` for each weight; its slope is added."""
        penalties, factors, J = self.plan.penalties, self.plan.penalty_factors, 0.0
        scale = 1 / total if penalties.per_example else 1.0
        for j, w in enumerate(parameters.weights.tolist()):
            sign, factor = (w > 0) - (w < 0), 1.0 if factors is None else float(factors[j])
            J += scale * (penalties.l1 * abs(factor * w) + penalties.l2 / 2 * (factor * w) ** 2)
            gradients.weights[j] += scale * factor * (penalties.l1 * sign + penalties.l2 * factor * w)
        return J

    def _dense(self) -> Sequence[Dense]:
        return [layer for layer in self.plan.network.layers if isinstance(layer, Dense)]


def _samples(X: Any) -> list[Vector]:
    dense = X.toarray() if is_sparse(X) else X
    return [[float(value) for value in row] for row in dense.tolist()]
