"""Layers without a nonlinear activation are one layer (*Intro to Neural Networks*, Why nonlinear)."""

from __future__ import annotations

import numpy as np

from glassnet.errors import InvalidInput
from glassnet.glass.scenes.network.reading import check_network, check_parameters
from glassnet.network.layer import IDENTITY
from glassnet.network.layers import Dense
from glassnet.network.network import Network
from glassnet.network.parameters import Parameters


def collapsed(network: Network, parameters: Parameters) -> tuple[Network, Parameters]:
    """The network of one layer that computes the same: ``w2 (w1 x + b1) + b2 = (w2 w1) x + (w2 b1 + b2)``.

    Args:
        network: of dense layers that are all linear; the loss and its link stay as they are.
        parameters: its weights and biases.

    Returns:
        A network of one dense layer, and its parameters ``W = W[L] ... W[1]``, ``b = W[L] (...) + b[L]``.

    Raises:
        InvalidInput, InvalidType: a layer that is not linear, or parameters of another network.

    >>> deep = Network(1, [Dense(1, "identity"), Dense(1)])
    >>> p = deep.initialize()
    >>> p.W[1], p.b[1], p.W[2], p.b[2] = [[3.0]], [1.0], [[2.0]], [5.0]
    >>> single, q = collapsed(deep, p)
    >>> q.W[1].tolist(), q.b[1].tolist()
    ([[6.0]], [7.0])
    """
    check_network(network)
    check_parameters(network, parameters)
    for l, layer in enumerate(network.layers, start=1):
        if not (layer.affine and layer.g is IDENTITY and l in parameters.W):
            raise InvalidInput(
                "only dense layers without an activation collapse into one",
                seen=f"layer {l}: {network.kind(l)}",
                remedy='give every layer the activation "identity"',
            )
    W, b = np.eye(network.inputs), np.zeros(network.inputs)
    for l in range(1, len(network.layers) + 1):
        W, b = parameters.W[l] @ W, parameters.W[l] @ b + parameters.b[l]
    single = Network(network.inputs, [Dense(network.outputs)], network.loss)
    found = single.parameters(np.zeros(single.size, parameters.theta.dtype))
    found.W[1], found.b[1] = W, b
    return single, found
