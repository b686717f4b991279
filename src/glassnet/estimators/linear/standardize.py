"""Inputs of mean 0 and variance 1 for training, coefficients in the user's units afterwards."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from glassnet.arrays import Array, Matrix, is_sparse


@dataclass(frozen=True)
class Standardizer:
    """``X' = (X - center) / scale``.

    Args:
        center, scale: (n,); a sparse X keeps center 0, so that it stays sparse; a constant column has scale 1.

    >>> standard = Standardizer.of(np.array([[0.0, 5.0], [2.0, 5.0]]))
    >>> standard.center.tolist(), standard.scale.tolist()
    ([1.0, 5.0], [1.0, 1.0])
    """

    center: Array
    scale: Array

    @classmethod
    def of(cls, X: Matrix, weights: Array | None = None, *, centered: bool = True) -> Standardizer:
        """From the columns of ``X`` (m, n) with ``weights`` (m,).

        Not ``centered``, the center is 0 and the scale the root of the mean square: for lines through the origin.
        """
        w = np.ones(X.shape[0]) if weights is None else weights
        share = w / (w.sum() or 1.0)
        mean = np.asarray(share @ X).ravel()
        center = mean if centered and not is_sparse(X) else np.zeros_like(mean)
        squares = np.asarray(share @ (X.multiply(X) if is_sparse(X) else (X - center) ** 2)).ravel()
        scale = np.sqrt(squares)
        # The deviation of a constant column is only rounding, not a scale.
        scale = np.where(scale > 1e-12 * np.maximum(np.abs(center), np.finfo(float).tiny), scale, 1.0)
        return cls(center, scale)

    def stretched(self, amount: float) -> Standardizer:
        """With ``scale^2 + amount^2`` for ``scale^2``: for a penalty of strength ``amount^2`` on coefficients in the
        user's units, which makes the cost of a column of small numbers steep; so it is as steep as the others."""
        return Standardizer(self.center, np.hypot(self.scale, amount))

    def apply(self, X: Matrix) -> Matrix:
        """``X'`` (m, n); sparse stays sparse."""
        if is_sparse(X):
            return X.multiply(1 / self.scale).tocsr()
        return (X - self.center) / self.scale

    def in_users_units(self, W: Array, b: Array) -> tuple[Array, Array]:
        """Weights (k, n) and biases (k,) for ``X`` from those for ``X'``."""
        W = W / self.scale
        return W, b - W @ self.center

    def from_users_units(self, W: Array, b: Array) -> tuple[Array, Array]:
        """Weights (k, n) and biases (k,) for ``X'`` from those for ``X``."""
        return W * self.scale, b + W @ self.center
