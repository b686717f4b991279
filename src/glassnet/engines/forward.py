"""A forward pass made ready once: what is left per call is the arithmetic.

For predictions a row at a time, where looking things up costs more than multiplying.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from glassnet.arrays import Array
from glassnet.network.cache import Cache, Mode
from glassnet.network.layers import Dense
from glassnet.network.network import Network
from glassnet.network.parameters import Parameters
from glassnet.pieces.activations import ACTIVATIONS

Forward = Callable[[Any], Array]


def ready_forward(network: Network, parameters: Parameters) -> tuple[Forward, Forward]:
    """Two functions of ``X`` (m, n), already in the parameters' dtype: the scores and the predictions (m, k).

    They read the parameters at each call, so writing into ``W[l]`` is seen; they may be called from many threads.

    >>> net = Network.mlp(2, [3], 1)
    >>> parameters = net.initialize(seed=0)
    >>> scores, predictions = ready_forward(net, parameters)
    >>> X = np.array([[1.0, -1.0]])
    >>> bool((predictions(X) == net.forward(X, parameters).predictions).all())
    True
    """
    mode = Mode()
    steps: list[Forward] = []
    for l, layer in enumerate(network.layers, start=1):
        p, running = parameters.layers[l - 1], parameters.running_layers[l - 1]
        steps.append(_dense(layer, p) if type(layer) is Dense else _any(layer, p, l, mode, running))
    value = network.link.value

    def scores(A: Any) -> Array:
        for step in steps:
            A = step(A)
        return A

    def predictions(X: Any) -> Array:
        S = scores(X)
        A = np.empty_like(S)
        value(S, A)
        return A

    return scores, predictions


def _dense(layer: Dense, p: Any) -> Forward:
    W, b, g = p.W.T, p.b[None], layer.g  # a row, so that one is added to one without broadcasting
    value, identity = g.value, g is ACTIVATIONS["identity"]

    def step(A: Any) -> Array:
        Z: Array = A.dot(W)  # the bits of A @ W, in half the time where they are small
        Z += b
        if identity:
            return Z
        out = np.empty_like(Z)
        value(Z, out)
        return out

    return step


def _any(layer: Any, p: Any, l: int, mode: Mode, running: Any) -> Forward:
    # A cache for each call: kept memory would be shared by threads.
    return lambda A: layer.forward(A, p, Cache(l, mode, running))
