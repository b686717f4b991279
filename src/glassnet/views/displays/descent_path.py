"""The way of gradient descent, step by step, and how it ended."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from glassnet.arrays import Array
from glassnet.network.network import Network
from glassnet.network.parameters import Parameters
from glassnet.text import format_number

FAR = 1e6  # times the first cost: a descent beyond has diverged
EDGED: dict[str, Any] = {"color": "#ffffff", "markeredgecolor": "#000000"}  # seen on every color of a map


def descended(
    network: Network, parameters: Parameters, X: ArrayLike, Y: ArrayLike, alpha: float, steps: int
) -> tuple[Array, str]:
    """The parameters of gradient descent before and after each step, (t, n) float64, and how it ended.

    >>> network = Network.mlp(1, [], 1)
    >>> path, ending = descended(network, network.initialize(), [[1.0], [-1.0]], [[2.0], [-2.0]], 1.0, 9)
    >>> path[-1].round(9).tolist(), ending
    ([2.0, 0.0], '9 steps to a cost of 0')
    """
    now = network.parameters(parameters.theta.astype(np.float64), parameters.running.astype(np.float64))
    way, first, cost = [now.theta.copy()], np.inf, np.inf
    for step in range(1, steps + 1):
        with np.errstate(all="ignore"):
            cost = network.step(now, X, Y, alpha)
        first = cost if step == 1 else first
        if not np.isfinite(now.theta).all() or not cost <= FAR * max(first, 1e-12):
            return np.array(way), f"diverged after {step} steps, the cost at {format_number(cost)}"
        way.append(now.theta.copy())
    cost = network.cost(network.forward(X, now), Y)
    far = f"{steps} steps to a cost of" if cost <= first else f"diverged in {steps} steps, the cost at"
    return np.array(way), f"{far} {format_number(cost)}"
