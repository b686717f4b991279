"""A forward pass prepared once, so that each call is arithmetic only.

For predictions a row at a time, where looking up attributes costs more than multiplying.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from glassnet.arrays import Array, inputs
from glassnet.network.network import Network
from glassnet.network.parameters import Parameters

Forward = Callable[[Any], Array]


def ready_forward(network: Network, parameters: Parameters) -> tuple[Forward, Forward]:
    """Two functions of dense ``X`` (m, n): the scores and the predictions (m, k).

    They read the parameters at each call, so writing into ``W[l]`` is seen; they may be called from many threads.

    >>> net = Network.mlp(2, [3], 1)
    >>> parameters = net.initialize(seed=0)
    >>> scores, predictions = ready_forward(net, parameters)
    >>> X = np.array([[1.0, -1.0]])
    >>> bool((predictions(X) == net.forward(X, parameters).predictions).all())
    True
    """
    layers = enumerate(zip(network.layers, parameters.layers, parameters.running_layers, strict=True), start=1)
    steps = [layer.predictor(l, p, running) for l, (layer, p, running) in layers]
    value = network.link.value

    network.check(parameters)

    def scores(X: Any) -> Array:
        A = inputs(X, network.inputs, parameters.theta.dtype)
        for step in steps:
            A = step(A)
        return A

    def predictions(X: Any) -> Array:
        S = scores(X)
        A = np.empty_like(S)
        value(S, A)
        return A

    return scores, predictions
