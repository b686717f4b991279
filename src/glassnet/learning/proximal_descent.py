"""Proximal gradient descent for an L1 penalty: a step down the cost, then each weight shrinks towards 0."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from glassnet.arrays import Array
from glassnet.pieces.optimizer import Optimizer, Step
from glassnet.pieces.settings import setting


@dataclass(frozen=True, eq=False)
class ProximalDescent(Optimizer):
    """Proximal gradient descent (ISTA): ``theta := S(theta - alpha g, alpha t)``, g without L1's part,
    ``S(w, r) = sign(w) max(|w| - r, 0)``.

    With the gradient alone a weight would oscillate around 0: the penalty's gradient does not vanish there.

    Args:
        learning_rate: alpha.
        thresholds: t (k,), the strength of L1 on each of the first k parameters, as in the plan's penalties.

    Source: Daubechies, Defrise, De Mol 2004; Beck, Teboulle 2009, section 1.2.

    >>> w, out = np.array([1.0, 0.01]), np.empty(2)
    >>> descent = ProximalDescent(0.1, thresholds=np.array([0.5, 0.5]))
    >>> descent.change(Step(w, np.array([0.5, 0.5]), np.empty((0, 2)), 1, 0.1, 2), out)
    >>> (w + out).tolist()
    [0.95, 0.0]
    """

    learning_rate: float = setting(0.1, low=0, above=True, help="learning rate alpha, before its schedule")
    thresholds: Array = field(default_factory=lambda: np.empty(0))

    name = "proximal_gradient_descent"
    formula = "theta := S(theta - alpha g, alpha t), S(w, r) = sign(w) max(|w| - r, 0)"
    source = "Beck, Teboulle 2009, A fast iterative shrinkage-thresholding algorithm, section 1.2"
    code = 0

    def change(self, at: Step, out: Array) -> None:
        t, k = self.thresholds, self.thresholds.size
        np.multiply(at.gradient, -at.alpha, out=out)
        w = at.theta[:k]
        moved = w + out[:k] + at.alpha * t * np.sign(w)  # the step down the cost, without L1's gradient
        out[:k] = np.sign(moved) * np.maximum(np.abs(moved) - at.alpha * t, 0) - w  # theta + (0 - theta) is exactly 0
