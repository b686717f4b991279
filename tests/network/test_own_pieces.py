"""An activation, a loss and a layer of a user, from definition to training, description and back (workshop, row 21).

Each is defined at one place and needs no change anywhere else; see docs/own_pieces.md.
"""

from dataclasses import dataclass

import numpy as np
import pytest

import oracles
from glassnet.engines.choice import choose
from glassnet.engines.plan import Plan, Rows
from glassnet.engines.state import State
from glassnet.errors import InvalidInput, UnknownName, Unsupported
from glassnet.network.cache import Mode
from glassnet.network.layers import LAYERS, Dense, Layer
from glassnet.network.network import Network
from glassnet.network.parameters import Parameter
from glassnet.pieces.activation import own_activation
from glassnet.pieces.activations import ACTIVATIONS
from glassnet.pieces.losses import LOSSES, Loss
from glassnet.pieces.optimizers import Adam
from glassnet.pieces.settings import setting

wave = own_activation("wave", lambda z: np.sin(z), lambda z, a: np.cos(z), range=(-1, 1))


@dataclass(frozen=True)
class LogCosh(Loss):
    """Squared near the target, absolute far from it, and smooth."""

    width: float = setting(1.0, low=0, above=True, help="where the one passes into the other")

    name = "log_cosh"
    formula = "sum_k w^2 ln cosh((y^_k - y_k) / w)"

    def value(self, S, Y):
        E = np.abs(S - Y) / self.width
        return self.width**2 * (E + np.log1p(np.exp(-2 * E)) - np.log(2)).sum(axis=1)

    def gradient(self, S, Y, out):
        np.tanh((S - Y) / self.width, out=out)
        out *= self.width


@dataclass(frozen=True)
class Highway(Layer):
    """What a layer adds to its input: ``A = A_prev + g(A_prev W^T)``, its weights penalised like any others."""

    activation: str = "tanh"

    name = "highway"

    def parameters(self, n_in):
        return [Parameter("W", (n_in, n_in), weight=True, transposed=True)]

    def initialize(self, p, rng):
        p.W[...] = rng.normal(0, 0.1, p.W.shape)

    def forward(self, A_prev, p, c):
        c.Z = A_prev @ p.W.T
        return A_prev + ACTIVATIONS[self.activation](c.Z)

    def backward(self, dA, p, g, c):
        dZ = dA * ACTIVATIONS[self.activation].prime(c.Z)
        g.W[...] = dZ.T @ c.A_prev
        return dA + dZ @ p.W


NET = Network(2, [Dense(5, wave), Highway(), Highway("sigmoid"), Dense(1)], LogCosh(width=0.5))
rng = np.random.default_rng(0)
X = rng.normal(size=(64, 2))
Y = X[:, 0] * X[:, 1]


@pytest.fixture
def registered():
    ACTIVATIONS.add(wave)
    LOSSES.register(LogCosh)
    LAYERS.register(Highway)
    yield
    ACTIVATIONS.remove("wave")
    LOSSES.remove("log_cosh")
    LAYERS.remove("highway")


def test_gradients():
    theta = NET.initialize(seed=1).theta

    def J(at):
        return NET.cost(NET.forward(X, NET.parameters(at)), Y)

    got = NET.backward(NET.forward(X, NET.parameters(theta)), Y).theta
    assert oracles.relative_error(got, oracles.gradient(J, theta)) < 1e-9


def test_the_engine_trains_them():
    plan = Plan(NET, examples=64, batch_size=16, optimizer=Adam(learning_rate=0.01))
    state, engine, rows = State.new(plan), choose(plan).engine, Rows(X.astype("float32"), Y)
    before = engine.cost(state.parameters(NET), rows)
    for _ in range(100):
        engine.train(state, rows, np.arange(64))
    assert engine.cost(state.parameters(NET), rows) < before / 10
    assert state.theta.dtype == np.float32


def test_they_come_after_being_described(registered):
    plan = Plan(NET, examples=64)
    again = Plan.from_description(plan.describe()).network
    assert [layer.name for layer in again.layers] == ["dense", "highway", "highway", "dense"]
    assert again.layers[1:3] == NET.layers[1:3] and again.loss == LogCosh(width=0.5)
    theta = NET.initialize(seed=2).theta
    assert np.array_equal(
        again.forward(X, again.parameters(theta)).scores, NET.forward(X, NET.parameters(theta)).scores
    )


def test_without_a_name_they_cannot_be_described():
    for network, kind in (
        (Network(2, [Dense(3, wave), Dense(1)]), "activation 'wave'"),
        (Network(2, [Highway(), Dense(1)]), "layer table does not know the class Highway"),
        (Network(2, [Dense(1)], LogCosh()), "loss table does not know the class LogCosh"),
    ):
        with pytest.raises(UnknownName, match=kind):
            network.describe()


def test_a_file_that_names_them_says_what_is_missing(registered):
    description = NET.describe()
    LAYERS.remove("highway")
    with pytest.raises(UnknownName, match=r"there is no layer 'highway'; .*the choices are dense, dropout"):
        Network.from_description(description)
    LAYERS.register(Highway)


def test_the_name_of_a_built_in_one_is_refused():
    with pytest.raises(InvalidInput, match="the activation 'relu' exists already"):
        ACTIVATIONS.add(own_activation("relu", np.cos, lambda z, a: -np.sin(z)))
    with pytest.raises(InvalidInput, match="the loss 'huber' exists already"):
        LOSSES.register(type("Mine", (LogCosh,), {"name": "huber"}))


def test_an_engine_that_cannot_says_so_and_the_next_takes_over():
    plan = Plan(NET, examples=64)
    with pytest.raises(Unsupported, match="'loops' cannot run this plan: it has no loops for layers highway; leave"):
        choose(plan, "loops")
    assert choose(plan).engine.name == "reference"


def test_a_dense_layer_changed_by_its_user_is_no_dense_layer_to_the_loops():
    class Doubled(Dense):
        name = "doubled"

        def forward(self, A_prev, p, c):
            return 2 * super().forward(A_prev, p, c)

    with pytest.raises(Unsupported, match="no loops for layers doubled"):
        choose(Plan(Network(2, [Doubled(3), Dense(1)]), examples=1), "loops")


def test_loops_run_an_activation_and_a_loss_that_only_python_knows():
    network = Network(2, [Dense(4, wave), Dense(1)], LogCosh())
    plan = Plan(network, examples=64, dtype="float64")
    parameters = network.initialize(seed=3)
    costs = [choose(plan, name).engine.cost(parameters, Rows(X, Y)) for name in ("loops", "reference")]
    assert costs[0] == pytest.approx(costs[1], rel=1e-14)


def test_running_statistics_of_a_layer_of_ones_own():
    @dataclass(frozen=True)
    class Center(Layer):
        """Takes away the mean of what it has seen."""

        name = "center"

        def running(self, n_in):
            return [Parameter("mean", (n_in,))]

        def forward(self, A_prev, p, c):
            if c.mode.learn_running:
                c.running.mean[...] = A_prev.mean(axis=0)
            return A_prev - c.running.mean

        def backward(self, dA, p, g, c):
            return dA

    network = Network(2, [Center(), Dense(1)])
    parameters = network.initialize()
    network.forward(X + 5, parameters, Mode(training=True, learn_running=True))
    assert np.abs(network.forward(X + 5, parameters).A[1].mean(axis=0)).max() < 1e-14


def test_an_activation_that_returns_another_shape():
    flat = own_activation("flat", lambda z: z.sum(), lambda z, a: z)
    network = Network(2, [Dense(3, flat), Dense(1)])
    with pytest.raises(
        InvalidInput, match=r"'flat' must return an array of its input's shape \(seen: \(\) .*\(64, 3\)"
    ):
        network.forward(X, network.initialize())
