"""The loops of the workshop: for each sample, for each layer, for each unit (*Intro to Neural Networks*, Forward
Propagation and Backward Propagation).

Plain Python numbers, one at a time: slow, and meant to be read. ``forward`` and ``backward`` are all of it; below them
stands what makes an engine of them, with which the faster engines are compared.
"""

from __future__ import annotations

import numpy as np

from glassnet.arrays import Array, Matrix, dense
from glassnet.engines.engine import Engine
from glassnet.engines.plan import Plan, Rows
from glassnet.engines.reference import Reference
from glassnet.engines.state import State
from glassnet.engines.step_record import StepRecord
from glassnet.network.cache import Mode
from glassnet.network.layer import find_activation
from glassnet.network.layers import Dense
from glassnet.network.parameters import Gradients, Parameters
from glassnet.pieces.activation import Activation

Vector = list[float]


def forward(
    x: Vector, W: list[list[Vector]], b: list[Vector], g: list[Activation]
) -> tuple[list[Vector], list[Vector]]:
    """One sample forward: ``z[l]`` and ``a[l]`` of every layer.

    All lists count layers from 1: ``a[0]`` is ``x``, and the first entry of the others is empty or not used.
    """
    z: list[Vector] = [[]]
    a: list[Vector] = [x]
    for l in range(1, len(W)):
        z.append([])
        a.append([])
        for j in range(len(b[l])):
            z_j = b[l][j]
            for k in range(len(a[l - 1])):
                z_j += W[l][j][k] * a[l - 1][k]
            z[l].append(z_j)
            a[l].append(float(g[l](z_j)))
    return z, a


def backward(
    dA: Vector,
    z: list[Vector],
    a: list[Vector],
    W: list[list[Vector]],
    g: list[Activation],
    dW: dict[int, Array],
    db: dict[int, Array],
) -> None:
    """One sample backward: adds its part to every ``dW[l]``, ``db[l]``; ``dA`` is dJ/da[L]."""
    da = dA
    for l in range(len(W) - 1, 0, -1):
        da_prev = [0.0] * len(a[l - 1])
        for j in range(len(z[l])):
            dz_j = da[j] * float(g[l].prime(z[l][j]))
            db[l][j] += dz_j
            for k in range(len(a[l - 1])):
                dW[l][j, k] += dz_j * a[l - 1][k]
                da_prev[k] += dz_j * W[l][j][k]
        da = da_prev


class Loops(Engine):
    """Plain Python. Runs dense layers only."""

    name = "loops"

    @classmethod
    def supports(cls, plan: Plan, X: Matrix | None = None) -> str | None:
        others = sorted({layer.name for layer in plan.network.layers if type(layer) is not Dense})
        return f"it has no loops for layers {', '.join(others)}" if others else None

    def forward(self, x: Vector, parameters: Parameters) -> tuple[list[Vector], list[Vector]]:
        """One sample forward: ``z[l]`` and ``a[l]`` of every layer; ``a[0]`` is ``x``, ``z[0]`` is empty."""
        self.plan.network.check(parameters)
        return forward(x, *_lists(parameters), self._activations())

    def value_and_gradient(self, parameters: Parameters, rows: Rows, mode: Mode, gradients: Gradients) -> float:
        loss, total = self.plan.network.loss, rows.total_weight() or 1.0
        self.plan.network.check(parameters)
        (W, b), g = _lists(parameters), self._activations()
        gradients.theta[...] = 0
        J = 0.0
        for i, x in enumerate(dense(rows.X).astype(float).tolist()):
            share = (1.0 if rows.weights is None else float(rows.weights[i])) / total
            z, a = forward(x, W, b, g)
            S, Y = np.array([a[-1]]), np.asarray(rows.Y[i : i + 1], np.float64)
            dS = np.empty_like(S)
            loss.gradient(S, Y, dS)
            J += share * float(loss.value(S, Y)[0])
            backward([share * ds for ds in dS[0].tolist()], z, a, W, g, dict(gradients.dW), dict(gradients.db))
        return J + self._penalize(parameters, gradients, total)

    def scores(self, parameters: Parameters, X: Matrix) -> Array:
        scores = [self.forward(x, parameters)[1][-1] for x in dense(X).astype(float).tolist()]
        return np.array(scores, parameters.theta.dtype).reshape(len(scores), self.plan.network.outputs)

    def record_step(self, state: State, rows: Rows) -> StepRecord:
        """That of the reference engine: loops forget each number as soon as it has been used."""
        return Reference(self.plan).record_step(state, rows)

    def _penalize(self, parameters: Parameters, gradients: Gradients, total: float) -> float:
        """``l1 |w| + l2/2 w^2`` for each weight; its derivative is added."""
        penalties, factors, J = self.plan.penalties, self.plan.penalty_factors, 0.0
        scale = 1 / total if penalties.per_example else 1.0
        for j, w in enumerate(parameters.weights.tolist()):
            sign, factor = (w > 0) - (w < 0), 1.0 if factors is None else float(factors[j])
            J += scale * (penalties.l1 * abs(factor * w) + penalties.l2 / 2 * (factor * w) ** 2)
            gradients.weights[j] += scale * factor * (penalties.l1 * sign + penalties.l2 * factor * w)
        return J

    def _activations(self) -> list[Activation]:
        """``g[l]`` of every layer; ``g[0]`` is not used."""
        found = [find_activation(layer.activation) for layer in self.plan.network.layers if isinstance(layer, Dense)]
        return [find_activation(None), *found]


def _lists(parameters: Parameters) -> tuple[list[list[Vector]], list[Vector]]:
    """``W[l]`` and ``b[l]`` as lists; those of layer 0 are empty."""
    return [[], *(W.tolist() for W in parameters.W.values())], [[], *(b.tolist() for b in parameters.b.values())]
