"""The workshop's network, as in its example: the first unit is the slides', the output's bias makes y^ = 0.45."""

from __future__ import annotations

from math import log
from types import SimpleNamespace

import numpy as np
import pytest

from glassnet.network.layers import Dense
from glassnet.network.network import Network


@pytest.fixture(scope="session")
def workshop() -> SimpleNamespace:
    network = Network(3, [Dense(4, "relu"), Dense(1, "sigmoid")], loss="binary_cross_entropy")
    p = network.initialize(seed=0)
    X, Y = np.array([[0.4, 2, 17]]), np.array([1])
    p.W[1] = [[0.5, 0.1, 0.0058], [0.3, -0.2, 0.01], [-1.0, 0.4, 0.02], [0.2, -0.6, -0.05]]
    p.b[1] = [0.2, 0.1, 0.0, 0.1]
    p.W[2] = [[0.8, -0.5, -0.3, 0.9]]
    p.b[2] = [0.0]
    p.b[2] = [log(0.45 / 0.55) - network.forward(X, p).Z[2].item()]
    forward_pass = network.forward(X, p)
    gradients = network.backward(forward_pass, Y)
    names = ("difficulty of material", "assignments due", "days until midterm")
    return SimpleNamespace(
        network=network,
        parameters=p,
        forward_pass=forward_pass,
        gradients=gradients,
        names=names,
        X=X,
        Y=Y,
        outputs=("goto_class",),
    )
