"""Curvature: what L-BFGS remembers of how the gradient changed, and the direction it takes from that.

A step ``s`` changed the gradient by ``y``; along it the cost is curved by ``s y / s s``. A few such pairs stand for the
Hessian, which would have n x n numbers: the two-loop recursion multiplies a vector by its inverse ``H``.

Source: Nocedal, Wright 2006, Numerical Optimization, algorithm 7.4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from glassnet.arrays import Array


class Pair(NamedTuple):
    """What one step showed.

    Args:
        s: the step (n,), in float64.
        y: by how much it changed the gradient (n,).
        rho: ``1 / s y``.
    """

    s: Array
    y: Array
    rho: float

    @classmethod
    def of(cls, s: Array, y: Array) -> Pair:
        """With its rho; ``s y`` must be above 0."""
        return cls(s, y, 1 / dot(s, y))


@dataclass(frozen=True, eq=False)
class Curvature:
    """What L-BFGS needs for its next iteration, apart from the parameters.

    Args:
        pairs: of the latest steps, oldest first.
        evaluations: of cost and gradient, so far.
        drop: by what share the last iteration lowered the cost.
    """

    pairs: tuple[Pair, ...]
    evaluations: int
    drop: float

    def __repr__(self) -> str:
        return f"<Curvature: {len(self.pairs)} pairs, {self.evaluations} evaluations>"


def newton_direction(pairs: Sequence[Pair], g: Array) -> Array:
    """``d = -H g`` (n,), to go down along.

    Args:
        pairs: oldest first; without any, H is 1.
        g: the gradient (n,).

    >>> def g(theta):  # of the cost (theta_1^2 + 100 theta_2^2) / 2
    ...     return np.array([1.0, 100.0]) * theta
    >>> steps = [np.array([1.0, 0.0]), np.array([0.0, 1.0])]
    >>> newton_direction([Pair.of(s, g(s)) for s in steps], g(np.array([3.0, 5.0])))
    array([-3., -5.])
    """
    q, a = g.copy(), []
    for s, y, rho in reversed(pairs):
        a.append(rho * dot(s, q))
        q -= a[-1] * y
    if pairs:
        _, y, rho = pairs[-1]
        q /= rho * dot(y, y)
    for s, y, rho in pairs:
        q += (a.pop() - rho * dot(y, q)) * s
    return np.negative(q, out=q)


def dot(a: Array, b: Array) -> float:
    """``a b``, added up in NumPy's order: that of BLAS depends on the processor and on how many threads it has."""
    return float(np.add.reduce(a * b))
