"""Integrated gradients: what each input contributes on the straight line from a baseline to the row.

    IG_j = (x_j - x'_j) * integral over t in [0, 1] of dS/dx_j at x' + t (x - x')

Source: Sundararajan, Taly, Yan 2017, Axiomatic attribution for deep networks, arXiv 1703.01365. They add up to
``S(x) - S(x')`` (completeness), which holds on every part of the line too: a part whose sum misses its own change is
halved. So the work goes to where a ReLU has its kink, and the sum is right to many digits.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from glassnet.arrays import Array

Gradients = Callable[[Array], tuple[Array, Array]]  # X (m, n) -> values (m,), gradients (m, n)

# Gauss and Legendre's rule of 4 points on [0, 1]: exact for gradients that are polynomials up to degree 7.
NODES, WEIGHTS = (np.polynomial.legendre.leggauss(4)[0] + 1) / 2, np.polynomial.legendre.leggauss(4)[1] / 2
FIRST = 8  # parts to begin with
TOLERANCE = 1e-9  # of the whole change, by which the parts together may miss it
MOST_ROWS = 20_000  # at which the gradient is evaluated; what is missing then is the residual that is shown


def integrated_gradients(score: Gradients, x: Array, baseline: Array) -> Array:
    """The contributions (n,); their sum is ``score(x) - score(baseline)`` but for a residual.

    Args:
        score: the function with its gradients.
        x, baseline: (n,).

    >>> square = lambda X: ((X**2).sum(axis=1), 2 * X)
    >>> integrated_gradients(square, np.array([3.0, 1.0]), np.zeros(2)).round(9).tolist()
    [9.0, 1.0]
    """
    step, total, asked = x - baseline, np.zeros_like(x), 0
    ends = np.linspace(0, 1, FIRST + 1)
    low, high = ends[:-1], ends[1:]
    allowed = TOLERANCE * max(1e-9, float(np.ptp(score(baseline + ends[:, None] * step)[0])))
    while len(low):
        width = high - low
        t = low[:, None] + width[:, None] * NODES
        gradients = score(baseline + t.reshape(-1, 1) * step)[1].reshape(len(low), len(NODES), -1)
        parts = np.einsum("q,iqn->in", WEIGHTS, gradients) * width[:, None] * step
        values = score(baseline + np.stack([low, high], axis=1).reshape(-1, 1) * step)[0].reshape(-1, 2)
        missed = np.abs(parts.sum(axis=1) - (values[:, 1] - values[:, 0]))
        asked += len(low) * (len(NODES) + 2)
        halved = (missed > allowed * np.maximum(width, 1e-3)) & (width > 1e-12) & (asked < MOST_ROWS)
        total += parts[~halved].sum(axis=0)
        middle = (low + high)[halved] / 2
        low, high = np.concatenate([low[halved], middle]), np.concatenate([middle, high[halved]])
    return total
