"""Gradient descent for an L1 penalty: a step along the cost, then each weight is pulled towards 0, and stays there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from glassnet.arrays import Array
from glassnet.pieces.optimizers import GradientDescent, Step


@dataclass(frozen=True, eq=False)
class ProximalDescent(GradientDescent):
    """Proximal gradient descent (ISTA): ``theta := S(theta - alpha g, alpha t)``, g without L1's part,
    ``S(w, r) = sign(w) max(|w| - r, 0)``.

    Along the slope alone a weight would swing around 0 for ever: the penalty's slope does not fade as it gets there.

    Args:
        learning_rate: alpha.
        thresholds: t (k,), the strength of L1 on each of the first k parameters, which the plan's penalties have too.

    Source: Daubechies, Defrise, De Mol 2004; Beck, Teboulle 2009, section 1.2.

    >>> w, out = np.array([1.0, 0.01]), np.empty(2)
    >>> descent = ProximalDescent(0.1, thresholds=np.array([0.5, 0.5]))
    >>> descent.change(Step(w, np.array([0.5, 0.5]), np.empty((0, 2)), 1, 0.1, 2), out)
    >>> (w + out).tolist()
    [0.95, 0.0]
    """

    thresholds: Any = field(default_factory=lambda: np.empty(0))

    name = "proximal_gradient_descent"
    formula = "theta := S(theta - alpha g, alpha t), S(w, r) = sign(w) max(|w| - r, 0)"
    source = "Beck, Teboulle 2009, A fast iterative shrinkage-thresholding algorithm, section 1.2"
    code = 0

    def change(self, at: Step, out: Array) -> None:
        super().change(at, out)
        t, k = self.thresholds, self.thresholds.size
        w = at.theta[:k]
        there = w + out[:k] + at.alpha * t * np.sign(w)  # the step along the cost: L1's slope is taken out again
        out[:k] = np.sign(there) * np.maximum(np.abs(there) - at.alpha * t, 0) - w  # theta + (0 - theta) is exactly 0
