"""A piece of your own runs on PyTorch without a line there; one that cannot is refused with the reason."""

import math

import numpy as np
import pytest

from glassnet import Dense, Dropout, Layer, Network, Plan, own_activation, own_loss
from glassnet.engines.torch.engine import Torch
from glassnet.pieces.optimizer import Optimizer
from test_one_place import FourthPower, HalfStep, Stretch, soft_root
from torch_jobs import compare, job_of


def swish_of_numpy(z):
    return z * np.tanh(np.log1p(np.exp(np.minimum(z, 20.0)))) + 0.1 * np.where(z > 0, 1.0, z) ** 2


@pytest.mark.parametrize("activation", [soft_root(), swish_of_numpy, own_activation("cube", lambda z: z**3)])
def test_an_activation(activation):
    compare(job_of(Network(4, [Dense(6, activation), Dense(2)])))


@pytest.mark.parametrize(
    "loss",
    [
        FourthPower(0.5),
        own_loss("logs", lambda S, Y: np.log(np.cosh(S - Y)).sum(axis=1)),
        lambda S, Y: ((S - Y) ** 4).sum(axis=1),
    ],
)
def test_a_loss(loss):
    compare(job_of(Network(4, [Dense(6, "tanh"), Dense(2)], loss)))


def test_an_optimizer():
    compare(job_of(Network(4, [Dense(6, "tanh"), Dense(2)]), optimizer=HalfStep()))


def test_a_layer():
    compare(job_of(Network(4, [Stretch(), Dense(6, "tanh"), Stretch(), Dense(2)])))


class Written(Stretch):
    """Without an expression: its forward pass as it stands, into arrays of the cache."""

    name = "written"
    expression = Layer.expression

    def forward(self, A_prev, p, c):
        A = np.multiply(A_prev, p.s, out=c.array("A", A_prev))
        A += 1
        return A


def test_a_layer_that_writes_into_given_arrays():
    compare(job_of(Network(4, [Written(), Dense(6, "tanh"), Dense(2)])))


class Noise(Layer):
    """Draws by itself, which a step that is captured would freeze."""

    name = "noise"

    def forward(self, A_prev, p, c):
        return A_prev + np.sin(c.mode.step)

    def backward(self, dA, p, g, c):
        return dA


class Silent(Optimizer):
    """Has no expression."""

    learning_rate = 0.1
    name = "silent"

    def change(self, at, out):
        out[...] = 0


REFUSED = {
    "a layer draws by itself": {"network": Network(4, [Noise(), Dense(1)])},
    "optimizer 'silent' has no expression": {"network": Network(4, [Dense(1)]), "optimizer": Silent()},
    "cannot become NumPy's": {
        "network": Network(
            4, [Dense(3, own_activation("m", lambda z: math.exp(z.max()) * z, lambda z, a: z)), Dense(1)]
        )
    },
    "has no np.interp": {
        "network": Network(
            4, [Dense(3, own_activation("i", lambda z: np.interp(z, [0, 1], [0, 2]), lambda z, a: z)), Dense(1)]
        )
    },
}


@pytest.mark.parametrize("reason", REFUSED)
def test_what_is_refused(reason):
    assert reason in (Torch.supports(Plan(examples=9, **REFUSED[reason])) or "")


def test_refusals_cost_no_memory():
    """A plan is looked at by its shapes: a network of a hundred billion parameters, too."""
    network = Network(1000, [Dense(10_000, "relu"), Dropout(0.5), Dense(10_000_000), Dense(1)])
    assert Torch.supports(Plan(network, 10)) is None
