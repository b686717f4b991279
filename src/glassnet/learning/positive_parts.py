"""An L1 penalty without its corner: a weight is the difference of two that are never negative.

``|w|`` has no slope at 0, where L1 wants its weights to be, and a method that believes in slopes gets near the bottom,
not there. With ``w = u - v``, ``u >= 0`` and ``v >= 0`` the penalty is ``t u + t v``, a plane, and a weight that L1
sets to 0 has both parts at their bound: exactly 0, not nearly.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from glassnet.arrays import Array
from glassnet.engines.plan import Plan


@dataclass(frozen=True)
class Split:
    """Between parameters ``theta`` (n,) and the coordinates ``x`` (n + k,): u and the rest of theta, then v.

    Args:
        thresholds: t (k,), the strength of L1 on each of the first k parameters; none of them leaves theta as it is.

    Source: Schmidt, Fung, Rosales 2007, Fast optimization methods for L1 regularization, section 3 (bounds).

    >>> split = Split(np.array([0.5, 0.5]))
    >>> x = split.apart(np.array([3.0, -4.0, 7.0]))
    >>> x.tolist(), split.joined(x).tolist(), split.penalty(x)
    ([3.0, 0.0, 7.0, 0.0, 4.0], [3.0, -4.0, 7.0], 3.5)
    """

    thresholds: Array

    @classmethod
    def of(cls, plan: Plan, total_weight: float) -> Split:
        """For the L1 penalty of ``plan`` on examples of ``total_weight``: its slope where all weights are positive."""
        k = plan.network.layout.weights if plan.penalties.l1 else 0
        thresholds = np.zeros(k)
        replace(plan.penalties, l2=0.0).add_gradient(
            np.ones(k), thresholds, np.empty(k), total_weight, plan.penalty_factors if k else None
        )
        return cls(thresholds)

    def __bool__(self) -> bool:
        return self.thresholds.size > 0

    def apart(self, theta: Array) -> Array:
        """x of ``theta`` (n,): of u and v at least one is 0."""
        w, rest = np.split(theta.astype(np.float64), [self.thresholds.size])
        return np.concatenate([np.maximum(w, 0), rest, np.maximum(-w, 0)])

    def joined(self, x: Array) -> Array:
        """theta of ``x`` (n + k,)."""
        k = self.thresholds.size
        theta = x[: x.size - k].copy()
        theta[:k] -= x[x.size - k :]
        return theta

    def bounds(self, n: int) -> list[tuple[float | None, None]] | None:
        """SciPy's bounds of x, or None where there are none; ``n`` parameters."""
        k = self.thresholds.size
        part: list[tuple[float | None, None]] = [(0.0, None)] * k
        return [*part, *[(None, None)] * (n - k), *part] if k else None

    def penalty(self, x: Array) -> float:
        """``t u + t v``: ``t |w|`` where u or v is 0, and more elsewhere."""
        k = self.thresholds.size
        return float(self.thresholds @ (x[:k] + x[x.size - k :]))

    def slope(self, gradient: Array) -> Array:
        """d/dx (n + k,) of cost and penalty, from the ``gradient`` (n,) of the cost without L1."""
        dw, rest = np.split(gradient.astype(np.float64), [self.thresholds.size])
        return np.concatenate([self.thresholds + dw, rest, self.thresholds - dw])
