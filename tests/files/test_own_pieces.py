"""Networks with an activation, a layer or an own loss: registered they can be saved, else the error says how."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from glassnet.errors import BrokenFile, InvalidInput, UnknownName
from glassnet.files import load, save
from glassnet.network.layers import LAYERS, Dense, Layer
from glassnet.network.network import Network
from glassnet.network.parameters import Parameter
from glassnet.pieces.activation import own_activation
from glassnet.pieces.activations import ACTIVATIONS
from glassnet.pieces.losses import LOSSES, SquaredError
from glassnet.pieces.settings import setting

X = np.random.default_rng(3).normal(size=(5, 3))


@dataclass(frozen=True)
class Scale(Layer):
    """Each unit times a number of its own."""

    start: float = setting(1.0, help="the first scale")

    name = "scale_of_ones_own"

    def parameters(self, n_in):
        return (Parameter("s", (n_in,)),)

    def initialize(self, p, rng):
        p.s[...] = self.start

    def forward(self, A_prev, p, c):
        return A_prev * p.s

    def backward(self, dA, p, g, c):
        np.sum(dA * c.A_prev, axis=0, out=g.s)
        return dA * p.s


@dataclass(frozen=True)
class Touchy(Scale):
    """Its constructor raises something of its own."""

    name = "touchy"

    def __post_init__(self):
        if self.start != 1:
            raise ZeroDivisionError("two\nlines")


@dataclass(frozen=True)
class Halved(SquaredError):
    """A loss of the user's own."""

    name = "halved_of_ones_own"


SWISH = own_activation("swish_of_ones_own", lambda z: z / (1 + np.exp(-z)), lambda z, a: np.ones_like(z))
WITH = {
    "activation": (
        ACTIVATIONS,
        SWISH.name,
        lambda: ACTIVATIONS.add(SWISH),
        [Dense(2, SWISH), Dense(1)],
        "squared_error",
    ),
    "layer": (LAYERS, Scale.name, lambda: LAYERS.register(Scale), [Scale(2.0), Dense(1)], "squared_error"),
    "loss": (LOSSES, Halved.name, lambda: LOSSES.register(Halved), [Dense(1)], Halved()),
}


@pytest.mark.parametrize("piece", WITH)
def test_a_piece_of_ones_own_is_kept_while_it_is_registered(piece, path):
    table, name, register, layers, loss = WITH[piece]
    network = Network(3, layers, loss)
    parameters = network.initialize(seed=0)
    with pytest.raises(UnknownName, match=r"register your own pieces first: ACTIVATIONS\.add, LAYERS\.register"):
        save((network, parameters), path)
    assert not path.exists()
    register()
    try:
        save((network, parameters), path)
        loaded = load(path)
        assert_array_equal(loaded[0].forward(X, loaded[1]).predictions, network.forward(X, parameters).predictions)
    finally:
        del table._records[name]
    with pytest.raises(UnknownName, match=f"needs what is not known here: .*{name}.*register your own pieces first"):
        load(path)


def test_what_ones_own_constructor_raises_is_explained(forge, contents):
    arrays, facts = contents["network"]
    LAYERS.register(Touchy)
    try:
        network = {"inputs": 3, "layers": [{"name": "touchy", "start": 0.0}], "loss": {"name": "squared_error"}}
        with pytest.raises(BrokenFile, match=r"impossible network \(seen: ZeroDivisionError: two lines\)"):
            load(forge(arrays, facts | {"network": network}))
    finally:
        del LAYERS._records["touchy"]


def test_two_arrays_of_one_name_are_refused(path):
    @dataclass(frozen=True)
    class Twice(Scale):
        name = "twice"

        def running(self, n_in):
            return (Parameter("s", (n_in,)),)

    network = Network(3, [Twice()])
    with pytest.raises(InvalidInput, match="two arrays of one name"):
        save((network, network.initialize()), path)
