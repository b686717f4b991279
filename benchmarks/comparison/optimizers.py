"""Optimizers that were tried for tables and left out: a moving average of the parameters, and Muon."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from glassnet.arrays import Array
from glassnet.engines.native.engine import Native
from glassnet.engines.plan import Plan, Rows
from glassnet.engines.reference import Reference
from glassnet.learning.blending.candidates import Keep
from glassnet.learning.run import Run
from glassnet.network.cache import Mode
from glassnet.network.parameters import Gradients, Parameters
from glassnet.pieces.optimizers import AdamW, Step

WARM_UP = 10  # steps, over which an average is of fewer
COEFFICIENTS = (3.4445, -4.7750, 2.0315)  # of Jordan's iteration: quick rather than exact, singular values .7 to 1.2
MOMENTUM, ITERATIONS = 0.95, 5


@dataclass(frozen=True)
class AveragingAdamW(AdamW):
    """AdamW that keeps an exponential moving average of the parameters, ``average := d average + (1 - d) theta``.

    Args:
        kept: d, in the first steps ``t / (t + 10)`` where that is less.
    """

    kept: float = 0.998

    name = "averaging_adamw"
    slots, powers = (*AdamW.slots, "average"), (*AdamW.powers, 0)

    def change(self, at: Step, out: Array) -> None:
        super().change(at._replace(slots=at.slots[:-1]), out)
        kept, average = min(self.kept, (at.number - 1) / (at.number - 1 + WARM_UP)), at.slots[-1]
        average += (1 - kept) * (at.theta + out - average)


class KeepAverages(Keep):
    """Keeps the averages in place of the parameters, and answers by them in the end."""

    def on_epoch_end(self, run: Run) -> None:
        theta, average = run.state.theta, run.state.slots[-1]
        last = theta.copy()
        theta[...] = average
        super().on_epoch_end(run)
        theta[...] = last

    def on_train_end(self, run: Run) -> None:
        run.state.theta[...] = run.state.slots[-1]


@dataclass(frozen=True)
class Muon(AdamW):
    """AdamW, but matrices between hidden layers go along their momentum with all singular values near 1.

    Args:
        factor: as many times the learning rate; at 1 an entry moves as far as AdamW moves it at most, in the mean.
        units, layers, outputs: of a network of equal hidden layers in the NTK parameterization.

    Source: Jordan 2024, Muon: an optimizer for hidden layers in neural networks.
    """

    factor: float = 1.0
    units: int = 128
    layers: int = 3
    outputs: int = 1

    name = "muon"
    slots, powers = (*AdamW.slots, "momentum"), (*AdamW.powers, 1)

    def change(self, at: Step, out: Array) -> None:
        super().change(at._replace(slots=at.slots[:-1]), out)
        if not at.decayed or at.decay != math.sqrt(self.units):  # matrices of other numbers of inputs
            return
        end = at.theta.size - self.units * self.outputs
        part = slice(end - (self.layers - 1) * self.units**2, end)
        slope, momentum = at.gradient[part], at.slots[-1][part]
        momentum *= MOMENTUM
        momentum += slope
        matrices = (slope + MOMENTUM * momentum).reshape(-1, self.units, self.units)
        rate = self.factor * at.alpha * at.decay  # that of AdamW before the parameterization's factor
        out[part] = -rate * orthogonal(matrices).reshape(-1) - rate * self.weight_decay * at.theta[part]


def orthogonal(G: Array) -> Array:
    """Matrices (k, n, n) of the same singular vectors, their singular values near 1, by five Newton-Schulz steps."""
    a, b, c = COEFFICIENTS
    X = G / (np.linalg.norm(G, axis=(1, 2), keepdims=True) + 1e-7)
    for _ in range(ITERATIONS):
        A = X @ X.transpose(0, 2, 1)
        X = a * X + (b * A + c * A @ A) @ X
    return X


class WithKernels(Reference):
    """The reference engine, its gradients computed by the kernels: for optimizers that only Python knows."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        self._kernels = Native(replace(plan, optimizer=AdamW(), n_threads=1))

    def value_and_gradient(self, parameters: Parameters, rows: Rows, mode: Mode, gradients: Gradients) -> float:
        return self._kernels.value_and_gradient(parameters, rows, replace(mode, learn_running=False), gradients)
