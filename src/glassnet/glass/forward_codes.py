"""One forward pass, written four times: by loops, by vectors, by matrices, by the engine that trains.

What is shown is what runs: each is a function whose own lines are drawn, and which is measured on this machine.

Source: *Intro to Neural Networks*, Forward Propagation and Vectorization.
"""

from __future__ import annotations

import inspect
import textwrap
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from glassnet.arrays import Array, dense
from glassnet.engines.engine import Engine
from glassnet.engines.native.engine import Native
from glassnet.engines.plan import Plan
from glassnet.engines.reference import Reference
from glassnet.errors import InvalidInput, Unsupported
from glassnet.network.layer import find_activation
from glassnet.network.layers import Dense
from glassnet.network.network import Network
from glassnet.network.parameters import Parameters
from glassnet.pieces.activation import Activation

Matrices = list[Array]


def loops(X: Array, W: Matrices, b: Matrices, g: list[Activation]) -> list[list[float]]:
    scores = []
    for a in X.tolist():  # each example
        for l in range(len(W)):  # each layer
            z = []
            for j in range(len(W[l])):  # each unit
                z_j = b[l][j]
                for k in range(len(a)):
                    z_j += W[l][j, k] * a[k]
                z.append(z_j)
            a = [float(g[l](z_j)) for z_j in z]
        scores.append(a)
    return scores


def vectors(X: Array, W: Matrices, b: Matrices, g: list[Activation]) -> list[Array]:
    scores = []
    for a in X:  # each example
        for l in range(len(W)):  # each layer
            z = W[l] @ a + b[l]
            a = g[l](z)
        scores.append(a)
    return scores


def matrices(X: Array, W: Matrices, b: Matrices, g: list[Activation]) -> Array:
    A = X
    for l in range(len(W)):  # each layer
        Z = A @ W[l].T + b[l]
        A = g[l](Z)
    return A


def engine(X: Array, parameters: Parameters, engine: Engine) -> Array:
    return engine.scores(parameters, X)


@dataclass(frozen=True, eq=False)
class ForwardCode:
    """One way to write it.

    Args:
        name: of the way. lines: its code.
        scores: what it came to, (m, n[L]).
        seconds: of one pass over all rows, the shortest.
    """

    name: str
    lines: tuple[str, ...]
    scores: Array
    seconds: float


def forward_codes(
    network: Network, parameters: Parameters, X: ArrayLike, *, seconds: float = 0.05
) -> tuple[ForwardCode, ...]:
    """The four, each measured.

    Args:
        network: of dense layers.
        parameters: its weights and biases.
        X: (m, n[0]), the rows of the pass.
        seconds: how long each is repeated, at least.

    Raises:
        InvalidInput: no rows.
        Unsupported: other layers.

    >>> net = Network.mlp(3, [4], 1)
    >>> codes = forward_codes(net, net.initialize(), np.ones((5, 3)), seconds=0)
    >>> [code.name for code in codes], float(np.ptp([code.scores for code in codes], axis=0).max().round(12))
    (['loops', 'vectors', 'matrices', 'engine'], 0.0)
    """
    if not all(type(layer) is Dense for layer in network.layers):
        raise Unsupported("the loops are written for dense layers", remedy="draw the kind 'blocks'")
    rows = np.ascontiguousarray(dense(network.check_inputs(X, np.float64)))
    if not len(rows):
        raise InvalidInput("a pass without rows cannot be measured", "0 rows", "pass at least one row")
    exact = network.parameters(parameters.theta.astype(np.float64), parameters.running.astype(np.float64))
    W = [np.ascontiguousarray(exact.W[l]) for l in exact.W]
    b = [exact.b.get(l, np.zeros(len(exact.W[l]))) for l in exact.W]
    g = [find_activation(layer.activation) for layer in network.layers if isinstance(layer, Dense)]
    plan = Plan(network, len(rows), dtype="float64")
    ready = (Native if Native.supports(plan) is None else Reference)(plan)
    ways: dict[Callable[..., object], tuple[object, ...]] = dict.fromkeys((loops, vectors, matrices), (rows, W, b, g))
    return tuple(_measured(way, given, seconds) for way, given in [*ways.items(), (engine, (rows, exact, ready))])


def _measured(way: Callable[..., object], given: tuple[object, ...], seconds: float) -> ForwardCode:
    """Twice at least: the first call is slow."""
    scores = way(*given)
    times: list[float] = []
    end = time.perf_counter() + seconds
    while not times or time.perf_counter() < end:
        start = time.perf_counter()
        way(*given)
        times.append(time.perf_counter() - start)
    lines = textwrap.dedent(inspect.getsource(way).partition(":\n")[2]).splitlines()
    return ForwardCode(way.__name__, tuple(lines), np.array(scores, np.float64), min(times))
