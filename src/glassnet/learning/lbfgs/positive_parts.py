"""A smooth form of the L1 penalty: each weight is the difference of its positive and negative parts.

``|w|`` has no derivative at 0, where L1 puts its weights, so a gradient method comes near the minimum but not to it.
With ``w = u - v``, ``u >= 0`` and ``v >= 0`` the penalty is ``t u + t v``, which is linear, and a weight that L1 sets
to 0 has both parts at their bound: exactly 0.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from glassnet.arrays import Array
from glassnet.engines.plan import Plan


@dataclass(frozen=True)
class PositiveParts:
    """Converts parameters ``theta`` (n,) to coordinates ``x`` (n + k,), u and the rest of theta, then v, and back.

    Args:
        thresholds: t (k,), the strength of L1 on each of the first k parameters.

    Source: Schmidt, Fung, Rosales 2007, Fast optimization methods for L1 regularization, section 3 (bounds).

    >>> parts = PositiveParts(np.array([0.5, 0.5]))
    >>> x = parts.split(np.array([3.0, -4.0, 7.0]))
    >>> x.tolist(), parts.join(x).tolist(), parts.penalty(x)
    ([3.0, 0.0, 7.0, 0.0, 4.0], [3.0, -4.0, 7.0], 3.5)
    """

    thresholds: Array

    @classmethod
    def of(cls, plan: Plan, total_weight: float) -> PositiveParts:
        """For the L1 penalty of ``plan`` on examples of ``total_weight``."""
        k = plan.network.layout.weights
        thresholds = np.zeros(k)  # becomes the gradient of the penalty where all weights are positive
        replace(plan.penalties, l2=0.0).add_gradient(
            np.ones(k), thresholds, np.empty(k), total_weight, plan.penalty_factors
        )
        return cls(thresholds)

    def split(self, theta: Array) -> Array:
        """x of ``theta`` (n,); at least one of u and v is 0."""
        w, rest = np.split(theta.astype(np.float64), [self.thresholds.size])
        return np.concatenate([np.maximum(w, 0), rest, np.maximum(-w, 0)])

    def join(self, x: Array) -> Array:
        """theta of ``x`` (n + k,)."""
        k = self.thresholds.size
        theta = x[: x.size - k].copy()
        theta[:k] -= x[x.size - k :]
        return theta

    def bounds(self, n: int) -> list[tuple[float | None, None]]:
        """SciPy's bounds of x; ``n`` parameters."""
        k = self.thresholds.size
        part: list[tuple[float | None, None]] = [(0.0, None)] * k
        return [*part, *[(None, None)] * (n - k), *part]

    def penalty(self, x: Array) -> float:
        """``t u + t v``: ``t |w|`` where u or v is 0, and more elsewhere."""
        k = self.thresholds.size
        return float(self.thresholds @ (x[:k] + x[x.size - k :]))

    def gradient(self, smooth_gradient: Array) -> Array:
        """d/dx (n + k,) of cost and penalty, from the gradient (n,) of the cost without L1."""
        dw, rest = np.split(smooth_gradient, [self.thresholds.size])
        return np.concatenate([self.thresholds + dw, rest, self.thresholds - dw])
