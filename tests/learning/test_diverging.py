"""Training that leaves the finite numbers ends at once, keeps its last finite parameters, and says where it began."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from glassnet.engines.plan import Rows
from glassnet.engines.state import State
from glassnet.errors import Diverged
from glassnet.learning.checkpointing import Checkpointing
from glassnet.learning.checkpoints import load_checkpoint
from glassnet.learning.run import Callback, Run
from glassnet.learning.training import train
from glassnet.network.layers import Dense
from glassnet.network.network import Network
from glassnet.network.norms import BatchNorm
from glassnet.pieces.optimizers import LBFGS, OPTIMIZERS, GradientDescent, Nesterov

# Whose steps grow with the gradient; the others divide by its size and may only be shot into the infinite by inputs.
UNBOUNDED = ["gradient_descent", "momentum", "nesterov"]


def line() -> Network:
    return Network(4, [Dense(5, "relu"), Dense(1)], "squared_error")


class Finite(Callback):
    """Looks at everything whenever called."""

    seen = 0

    def on_chunk_end(self, run: Run) -> None:
        state = run.state
        assert all(np.isfinite(array).all() for array in (state.theta, state.slots, state.running))
        self.seen += 1

    on_train_end = on_chunk_end


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("optimizer", UNBOUNDED)
def test_too_large_a_learning_rate(optimizer: str, dtype: str, plan: Any, rows: Any) -> None:
    what = plan(line(), optimizer=OPTIMIZERS.make(optimizer, learning_rate=50.0), epochs=500, dtype=dtype)
    state, look = State.new(what), Finite()
    outcome = train(what, state, rows(dtype), callbacks=[look])
    assert outcome.ending == "diverged"
    assert isinstance(outcome.error, Diverged)
    assert outcome.reason == str(outcome.error)
    assert np.isfinite(outcome.parameters.theta).all()
    assert np.isfinite(state.slots).all()
    assert look.seen > 0
    epoch, step = state.epoch + 1, state.step + 1
    assert outcome.reason.startswith(f"training diverged at step {step} (epoch {epoch}): ")
    assert "smaller learning rate" in outcome.reason
    assert "scaled" in outcome.reason
    assert outcome.history.epochs == state.epoch


def test_the_state_is_that_of_the_step_before(plan: Any, rows: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("glassnet.learning.training.CHUNK_SECONDS", 0.0)
    what = plan(line(), optimizer=Nesterov(30.0), epochs=100)
    before: list[bytes] = []

    class Keep(Callback):
        def on_chunk_end(self, run: Run) -> None:
            before[:] = [array.tobytes() for array in (run.state.theta, run.state.slots)]

    state = State.new(what)
    train(what, state, rows(), callbacks=[Keep()])
    assert before == [state.theta.tobytes(), state.slots.tobytes()]


@pytest.mark.parametrize("value", [np.inf, 3e38])
def test_an_input_too_large_names_step_and_layer(value: float, plan: Any, rows: Any) -> None:
    what = plan(line(), shuffle=False)
    X, Y, _ = rows()
    X[18] = value  # in the third batch of eight
    state = State.new(what)
    state.parameters(what.network).W[1][...] = 1.0
    outcome = train(what, state, Rows(X, Y))
    assert outcome.ending == "diverged"
    assert state.step == 2
    assert outcome.reason.startswith("training diverged at step 3 (epoch 1): the output of layer 1 (dense) in forward")
    assert f"largest input {value:.3g}" in outcome.reason


def test_a_target_that_is_not_finite(plan: Any, rows: Any) -> None:
    what = plan(line(), optimizer=GradientDescent(0.01), shuffle=False)
    X, Y, _ = rows()
    Y = Y.astype("float32")
    Y[0] = np.nan
    outcome = train(what, State.new(what), Rows(X, Y))
    assert outcome.ending == "diverged"
    assert "the gradient of layer 2 (dense) in back propagation is not finite" in outcome.reason


def test_running_statistics_are_put_back(plan: Any, rows: Any) -> None:
    network = Network(4, [Dense(5), BatchNorm("relu"), Dense(1)], "squared_error")
    what = plan(network, shuffle=False)
    X, Y, _ = rows()
    X[9] = np.inf
    state = State.new(what)
    assert train(what, state, Rows(X, Y)).ending == "diverged"
    assert state.step == 1
    assert np.isfinite(state.running).all()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_lbfgs_with_infinite_inputs(dtype: str, plan: Any, rows: Any) -> None:
    what = plan(optimizer=LBFGS(), dtype=dtype)
    X, Y, _ = rows(dtype)
    X[3, 2] = np.inf
    state = State.new(what)
    theta = state.theta.copy()
    outcome = train(what, state, Rows(X, Y))
    assert outcome.ending == "diverged"
    assert outcome.reason.startswith("training diverged at step 1 (epoch 1): the gradient of layer 1 (dense) in back")
    assert outcome.parameters.theta.tobytes() == theta.tobytes()


def test_lbfgs_survives_a_line_search_into_the_infinite(plan: Any, rows: Any) -> None:
    """The first step may leave the finite numbers where the cost has an exponential in it; it comes back."""
    network = Network(4, [Dense(1, initializer="zeros")], "poisson")
    X, Y, _ = rows("float64")
    what = plan(network, optimizer=LBFGS(), epochs=200, dtype="float64")
    outcome = train(what, State.new(what), Rows(X * 300, Y))
    assert np.isfinite(outcome.parameters.theta).all()
    assert outcome.ending in ("finished", "stopped")
    assert all(np.isfinite(outcome.history["cost"]))


def test_a_diverged_training_is_checkpointed_finite(plan: Any, rows: Any, tmp_path: Any) -> None:
    what = plan(line(), optimizer=GradientDescent(50.0), epochs=500)
    train(what, State.new(what), rows(), callbacks=[Checkpointing(tmp_path / "run")])
    assert np.isfinite(load_checkpoint(tmp_path / "run")[1].theta).all()
