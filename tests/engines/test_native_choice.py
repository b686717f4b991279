"""What the native engine cannot run falls back to the reference engine, visibly: the choice says why."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from scipy import sparse

import isas
from glassnet.engines.choice import choose
from glassnet.engines.kernels import library
from glassnet.engines.native import engine as native
from glassnet.engines.plan import Plan, Rows
from glassnet.engines.state import State
from glassnet.errors import Unsupported
from glassnet.learning.run import Callback
from glassnet.learning.training import train
from glassnet.network.layers import Dense, Dropout
from glassnet.network.network import Network
from glassnet.network.norms import BatchNorm
from glassnet.pieces.activation import own_activation
from glassnet.pieces.losses import Huber, SquaredError
from glassnet.pieces.optimizers import OPTIMIZERS, Adam, GradientDescent
from glassnet.pieces.own_loss import own_loss
from glassnet.pieces.schedules import Schedule

PLAIN = Plan(Network.mlp(2, [3], 1), examples=10)
wave = own_activation("wave", np.sin, lambda z, a: np.cos(z))


@dataclass(frozen=True)
class Doubled(Dense):
    name = "doubled"

    def forward(self, A_prev, p, c):
        return 2 * super().forward(A_prev, p, c)


@dataclass(frozen=True)
class Half(GradientDescent):
    name = "half"

    def change(self, at, out):
        super().change(at, out)
        out /= 2


@dataclass(frozen=True)
class Steep(Huber):
    name = "steep"


@dataclass(frozen=True)
class Sawtooth(Schedule):
    warmup: int = 0
    name = "sawtooth"

    def factor(self, clock):
        return 1 - clock.step % 3 / 4


def with_layers(*layers, loss="squared_error"):
    return replace(PLAIN, network=Network(2, [*layers, Dense(1)], loss))


ONLY_PYTHON = {
    "activation 'wave' of layer 1": with_layers(Dense(3, wave)),
    "activation 'wave' of layer 2": with_layers(Dense(3), BatchNorm(wave)),
    "layer 2 (doubled)": with_layers(Dropout(), Doubled(3)),
    "loss 'cubic'": with_layers(loss=own_loss("cubic", lambda S, Y: (np.abs(S - Y) ** 3).sum(axis=1))),
    "loss 'steep'": with_layers(loss=Steep()),
    "optimizer 'half'": replace(PLAIN, optimizer=Half()),
}


@isas.built
@pytest.mark.parametrize("what", ONLY_PYTHON)
def test_what_only_python_knows(what):
    plan, reason = ONLY_PYTHON[what], f"{what} is known to Python only"
    engine, why = choose(plan)
    assert engine.name == "reference" and why == f"native: {reason}; reference is the fastest that can"
    with pytest.raises(Unsupported) as caught:
        choose(plan, "native")
    assert str(caught.value) == f"engine 'native' cannot run this plan: {reason}; leave the engine at 'auto'."


@isas.built
def test_sparse_rows():
    X = sparse.csr_array(np.eye(10, 2, dtype=np.float32))
    assert choose(PLAIN, X=X).why == "native: rows are sparse; reference is the fastest that can"
    assert choose(PLAIN, X=X.toarray()).engine.name == choose(PLAIN).engine.name == "native"
    with pytest.raises(Unsupported, match="'native' cannot run this plan: rows are sparse"):
        choose(PLAIN, "native", X)

    class Look(Callback):
        def on_train_begin(self, run):
            assert run.engine.name == "reference" and "rows are sparse" in run.choice.why

    outcome = train(PLAIN, State.new(PLAIN), Rows(X, np.ones(10)), epochs=1, callbacks=[Look()])
    assert outcome.history.epochs == 1


def test_a_binary_that_is_missing(monkeypatch):
    monkeypatch.setattr(library, "_attempt", lambda: "it was not built")
    engine, why = choose(PLAIN)
    assert engine.name == "reference"
    assert why == "native: it was not built; reference is the fastest that can"
    state = State.new(PLAIN)
    assert train(PLAIN, state, Rows(np.ones((10, 2), "float32"), np.ones(10)), epochs=1).history.epochs == 1


@isas.built
def test_a_schedule_of_ones_own_is_no_hindrance():
    """Learning rates are reckoned in Python."""
    plan = replace(PLAIN, schedule=Sawtooth(), batch_size=2, optimizer=Adam(0.1), dtype="float64")
    rng = np.random.default_rng(0)
    rows, states = Rows(rng.normal(size=(10, 2)), rng.normal(size=10)), []
    for name in ("native", "reference"):
        state = State.new(plan)
        choose(plan, name).engine.train(state, rows, np.arange(10))
        states.append(state.theta)
    np.testing.assert_allclose(*states, rtol=1e-12)


@isas.built
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_everything_of_the_tables_runs(optimizer):
    assert choose(replace(PLAIN, optimizer=OPTIMIZERS.make(optimizer))).engine.name == "native"
    assert native.only_python_knows(with_layers(loss=SquaredError())) is None
