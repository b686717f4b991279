"""Rows: the examples an engine is given."""

from __future__ import annotations

from typing import Any, NamedTuple

from glassnet.arrays import Array, Matrix


class Rows(NamedTuple):
    """Examples: ``X`` (m, n), dense or sparse; ``Y`` as users give it; ``weights`` (m,) or None for all 1.

    >>> import numpy as np
    >>> Rows(np.ones((5, 2)), np.zeros(5)).weights is None
    True
    """

    X: Matrix
    Y: Any
    weights: Array | None = None

    def total_weight(self) -> float:
        """The sum of the weights."""
        return float(len(self.Y) if self.weights is None else self.weights.sum())
