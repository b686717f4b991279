"""The cost as a function of the flat parameters, in float64: what gradients are checked on, and where it has kinks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from glassnet.arrays import Array, Matrix
from glassnet.engines.choice import choose
from glassnet.engines.engine import Engine
from glassnet.engines.plan import Plan, Rows
from glassnet.glass.tracing.record import Trace
from glassnet.network.cache import Cache, Mode
from glassnet.network.network import Network
from glassnet.network.parameters import Gradients
from glassnet.network.targets import shares
from glassnet.pieces.activation import Activation

NEAR = 1e-9  # two points so far on either side of a place where a slope may jump


@dataclass(frozen=True, eq=False)
class Cost:
    """J over some rows, as in training (masks stay the same from call to call) or as in prediction.

    Args:
        plan: in float64.
        theta, running: parameters (n,) and running statistics, float64.
        X, Y: inputs and targets as the loss reads them, float64.
        weights: (m,) or None.
        engine_name: of the one that computes the gradient.
        training: False drops no units and normalizes by the running statistics.
    """

    plan: Plan
    theta: Array
    running: Array
    X: Matrix
    Y: Array
    weights: Array | None
    engine_name: str = "auto"
    training: bool = True

    @classmethod
    def of(cls, step: Trace) -> Cost:
        """The cost of a trace's rows."""
        plan = replace(step.plan, dtype="float64")
        theta, running = step.before.theta.astype(np.float64), step.before.running.astype(np.float64)
        weights = None if step.weights is None else step.weights.astype(np.float64)
        return cls(plan, theta, running, step.X.astype(np.float64), step.Y.astype(np.float64), weights, step.engine)

    @property
    def network(self) -> Network:
        """What is checked."""
        return self.plan.network

    @cached_property
    def shares(self) -> Array:
        """Each example's share of J, (m,)."""
        return shares(self.weights, self.Y)

    @cached_property
    def total_weight(self) -> float:
        """The sum of the weights."""
        return Rows(self.X, self.Y, self.weights).total_weight() or 1.0

    def caches(self, theta: Array | None = None) -> list[Cache]:
        """The caches of a forward pass; at ``theta``, or at the parameters themselves."""
        parameters = self.network.parameters(self.theta if theta is None else theta, self.running.copy())
        caches = self.network.caches(parameters, Mode(training=self.training))
        with np.errstate(all="ignore"):
            self.network.scores(self.X, parameters, caches)
        return caches

    def __call__(self, theta: Array) -> float:
        """J at ``theta`` (n,)."""
        return self._value(theta, self.caches(theta))

    def at(self, theta: Array) -> tuple[float, Array]:
        """J at ``theta`` (n,), and on which side of every kink that lies, -1, 0 or 1.

        Between points that agree in their sides J is smooth.
        """
        caches = self.caches(theta)
        return self._value(theta, caches), self._sides(theta, caches)

    @cached_property
    def here(self) -> tuple[float, Array]:
        """The same at the parameters themselves."""
        return self.at(self.theta)

    def _value(self, theta: Array, caches: list[Cache]) -> float:
        with np.errstate(all="ignore"):
            return float(self.network.loss.value(caches[-1].A, self.Y) @ self.shares) + self._penalty(theta)

    def _penalty(self, theta: Array) -> float:
        penalties, w = self.plan.penalties, theta[: self.network.layout.weights]
        return penalties.value(w, self.total_weight, self.plan.penalty_factors) if penalties else 0.0

    @cached_property
    def engine(self) -> Engine:
        """The engine that trains."""
        return choose(self.plan, self.engine_name).engine

    def gradient(self, theta: Array) -> Array:
        """dJ/dtheta at ``theta`` (n,), as the engine computes it."""
        network = self.network
        parameters = network.parameters(theta, self.running.copy())
        gradients = Gradients(network.layout, network.running_layout, np.empty_like(theta))
        rows, mode = Rows(self.X, self.Y, self.weights), Mode(training=self.training)
        with np.errstate(all="ignore"):
            self.engine.value_and_gradient(parameters, rows, mode, gradients)
        return gradients.theta

    def _sides(self, theta: Array, caches: list[Cache]) -> Array:
        found = [np.zeros(0)]
        for layer, c in zip(self.network.layers, caches, strict=True):
            if layer.activation_record is not None and _jumps(layer.activation_record):
                found.append(np.sign(getattr(c, "Z", c.A_prev)).ravel())
        if self._loss_jumps:
            found.append(np.sign(caches[-1].A - self.Y).ravel())
        if self.plan.penalties.l1:
            found.append(np.sign(theta[: self.network.layout.weights]))
        return np.concatenate(found)

    @cached_property
    def _loss_jumps(self) -> bool:
        """Whether the loss's slope jumps where a score meets its target."""
        slopes = np.empty_like(self.Y), np.empty_like(self.Y)
        with np.errstate(all="ignore"):
            for sign, out in zip((-1, 1), slopes, strict=True):
                self.network.loss.gradient(self.Y + sign * NEAR, self.Y, out)
        return bool((np.abs(slopes[0] - slopes[1]) > 1e-6).any())


def _jumps(g: Activation) -> bool:
    """Whether the activation's slope jumps at 0, as that of relu does."""
    return bool(abs(float(g.prime(NEAR)) - float(g.prime(-NEAR))) > 1e-6)
