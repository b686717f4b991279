"""Penalties on the weights (never on biases or norm scales), and clipping of gradients.

All work on flat vectors; ``w`` is the part of the parameters that is penalized, a view.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot, inf

import numpy as np

from glassnet.arrays import Array
from glassnet.pieces.settings import Record, setting


@dataclass(frozen=True)
class Penalties(Record):
    """``l1 |w|_1 + l2/2 |w|_2^2``, added to the cost.

    Args:
        l1: pulls weights to exactly 0 (Tibshirani 1996, the lasso).
        l2: pulls weights towards 0 in proportion to their size (Hoerl, Kennard 1970, ridge).
        per_example: True divides both by the total weight of the batch, as scikit-learn's MLP does with ``alpha``.

    >>> Penalties(l1=1.0, l2=2.0).value(np.array([3.0, -4.0]))
    32.0
    """

    l1: float = setting(0.0, low=0, help="strength of the L1 penalty")
    l2: float = setting(0.0, low=0, help="strength of the L2 penalty")
    per_example: bool = setting(False, help="divide the penalties by the batch's total weight")

    name = "penalties"

    def __bool__(self) -> bool:
        return self.l1 > 0 or self.l2 > 0

    def _scale(self, total_weight: float) -> float:
        return 1 / total_weight if self.per_example else 1.0

    def value(self, w: Array, total_weight: float = 1.0, factors: Array | None = None) -> float:
        """The penalty of weights ``w`` (n,) for a batch of that total weight.

        With ``factors`` (n,) > 0 each weight is penalized as if multiplied by its factor.
        """
        w = w if factors is None else w * factors
        l1 = self.l1 * float(np.abs(w).sum()) if self.l1 else 0.0
        l2 = 0.5 * self.l2 * float(np.dot(w, w)) if self.l2 else 0.0
        return (l1 + l2) * self._scale(total_weight)

    def add_gradient(
        self, w: Array, gradient: Array, scratch: Array, total_weight: float = 1.0, factors: Array | None = None
    ) -> None:
        """Add the penalty's gradient to ``gradient`` (n,); ``scratch`` (n,) is overwritten. At w = 0 L1's is 0."""
        scale, by = self._scale(total_weight), 1.0 if factors is None else factors
        if self.l2:
            np.multiply(w, self.l2 * scale, out=scratch)
            gradient += scratch if factors is None else scratch * by * by
        if self.l1:
            np.sign(w, out=scratch)
            scratch *= self.l1 * scale
            gradient += scratch if factors is None else scratch * by


@dataclass(frozen=True)
class Clipping(Record):
    """Gradient clipping, by value first, then by the norm of the whole gradient; 0 means no limit.

    A gradient whose norm is not finite stays as it is, so that the check for divergence finds it.

    Args:
        norm: the largest norm |g| a step may use; longer gradients keep their direction.
        value: the largest |g_j| of a single parameter.

    Source: Pascanu, Mikolov, Bengio 2013, arXiv 1211.5063.

    >>> g = np.array([3.0, 4.0])
    >>> Clipping(norm=1.0).clip(g)
    >>> g.round(3).tolist()
    [0.6, 0.8]
    """

    norm: float = setting(0.0, low=0, help="largest norm of the gradient (0: no limit)")
    value: float = setting(0.0, low=0, help="largest derivative of a single parameter (0: no limit)")

    name = "clipping"

    def __bool__(self) -> bool:
        return self.norm > 0 or self.value > 0

    def clip(self, gradient: Array) -> None:
        """Clip ``gradient`` (n,) in place."""
        if self.value:
            np.clip(gradient, -self.value, self.value, out=gradient)
        if self.norm:
            with np.errstate(over="ignore"):
                length = float(np.linalg.norm(gradient))
            if length == inf:  # perhaps only the squares overflowed: gradients explode where clipping is wanted most
                length = hypot(*gradient.tolist())
            if self.norm < length < inf:
                gradient *= self.norm / length
