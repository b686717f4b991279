"""A training that leaves the finite numbers: stopped at once, with the place, put back as before that step."""

import re
from copy import deepcopy

import numpy as np
import pytest

from glassnet.engines.plan import Plan, Rows
from glassnet.engines.reference import Reference
from glassnet.engines.state import State
from glassnet.errors import Diverged
from glassnet.network.layers import Dense, Dropout
from glassnet.network.network import Network
from glassnet.network.norms import BatchNorm, LayerNorm
from glassnet.pieces.activation import own_activation
from glassnet.pieces.optimizers import OPTIMIZERS, Adam, GradientDescent, Momentum
from glassnet.pieces.penalties import Clipping, Penalties
from isas import RUNNING

rng = np.random.default_rng(0)
X, Y = rng.normal(size=(40, 3)), rng.normal(size=40)


def train_until_it_diverges(plan: Plan, X, Y=Y, steps=50, state=None, engine=Reference) -> tuple[State, str]:
    """The state left behind, after making sure that it is the one before the bad step, and the message."""
    state, run = state or State.new(plan), engine(plan)
    rows = Rows(X.astype(plan.dtype), Y)
    for i in range(steps):
        before, batch = deepcopy(state), np.arange(len(Y))[i * plan.batch_size % len(Y) :][: plan.batch_size]
        try:
            run.train(state, rows, batch)
        except Diverged as error:
            assert_same(state, before)
            assert np.isfinite(state.theta).all() and np.isfinite(state.running).all()
            return state, str(error)
    raise AssertionError("it did not diverge")


def assert_same(state: State, before: State) -> None:
    for name, value in vars(before).items():
        assert np.array_equal(getattr(state, name), value), f"{name} is not as it was"


def one_bad_row(value):
    bad = X.copy()
    bad[25, 1] = value
    return bad


@pytest.mark.parametrize("engine", RUNNING)
@pytest.mark.parametrize("value", [np.inf, np.nan, 1e300])
def test_a_cost_that_is_not_finite(engine, value):
    """Rows 20 ... 29 are the third batch; what 1e300 gives is a number, its square in the cost is none."""
    plan = Plan(Network.mlp(3, [4], 1), examples=40, batch_size=10, dtype="float64", optimizer=Adam(0.01))
    state, message = train_until_it_diverges(plan, one_bad_row(value), engine=RUNNING[engine])
    assert state.step == 2
    place = "the output of layer 1 (dense) in forward" if value != 1e300 else "the gradient of layer 2 (dense) in back"
    assert message.startswith(f"training diverged at step 3 (epoch 1): {place} propagation is not finite")
    assert "learning rate 0.01" in message and f"largest input {value:.3g}" in message
    assert message.endswith(
        "; try a smaller learning rate, inputs (and a numeric target) scaled to about 1, or clipped gradients."
    )


@pytest.mark.parametrize("place", [1, 2, 3, 4, 5])
def test_the_first_bad_layer_is_named(place):
    """Parameters that overflow in one layer, behind and before others."""
    layers = [Dense(4), BatchNorm(), Dense(4), LayerNorm("relu"), Dense(1)]
    plan = Plan(Network(3, layers), examples=40, batch_size=10, dtype="float64", epochs=3)
    state = State.new(plan)
    state.step, state.epoch = 9, 2
    views = vars(state.parameters(plan.network).layers[place - 1])
    views["b" if "b" in views else "beta"][...] = 1e308
    views["W" if "W" in views else "gamma"][...] = 1e308
    _, message = train_until_it_diverges(plan, 10 * X, state=state)
    assert f"step 10 (epoch 3): the output of layer {place} ({layers[place - 1].name}) in forward" in message


def test_a_gradient_that_is_not_finite():
    """Forward all is well; the slope of one activation is not a number."""
    hole = own_activation("hole", lambda z: z, lambda z, a: np.where(z > 9, np.nan, 1.0))
    layers = [Dense(4, "tanh"), Dropout(0.1), Dense(4, hole), Dense(4, "tanh"), Dense(1)]
    plan = Plan(Network(3, layers), examples=40, batch_size=10, dtype="float64", optimizer=Momentum(0.1))
    state = State.new(plan)
    for _ in range(3):
        Reference(plan).train(state, Rows(X, Y), np.arange(10))
    state.parameters(plan.network).b[3][2] = 50
    _, message = train_until_it_diverges(plan, X, state=state)
    assert "step 4 (epoch 1): the gradient of layer 3 (dense) in back propagation is not finite" in message


def test_running_statistics_are_put_back():
    """Batch normalization has looked at the batch by the time its cost is known."""
    layers = [BatchNorm(), Dense(4, "relu"), BatchNorm(), Dense(1)]
    plan = Plan(Network(3, layers), examples=40, batch_size=10)
    state, message = train_until_it_diverges(plan, one_bad_row(np.nan))
    assert state.step == 2 and "layer 1 (batch_norm)" in message
    assert not np.array_equal(state.running, State.new(plan).running)


def test_penalties_alone_can_be_too_much():
    plan = Plan(Network.mlp(3, [], 1), examples=40, penalties=Penalties(l2=1e300), dtype="float64")
    state = State.new(plan)
    state.theta[...] = 1e5
    _, message = train_until_it_diverges(plan, X, state=state)
    assert "the cost itself is not finite" in message and "largest parameter 1e+05" in message


@pytest.mark.parametrize("optimizer", [name for name in OPTIMIZERS if not OPTIMIZERS[name].cls.whole_batch])
def test_a_step_that_leaves_the_finite_numbers(optimizer):
    """Cost and gradient are finite, the learning rate is absurd: the parameters stay finite, and the slots too."""
    rate = {"float32": 1e300, "float64": 1e308}
    for dtype, alpha in rate.items():
        plan = Plan(
            Network.mlp(3, [4], 1, activation="tanh", loss="absolute_error"),
            examples=40,
            optimizer=OPTIMIZERS.make(optimizer, learning_rate=alpha),
            dtype=dtype,
        )
        state, message = train_until_it_diverges(plan, 1e3 * X, 1e3 * Y, steps=400)
        assert np.isfinite(state.slots).all()
        # Adam's step is as long as the learning rate: in float64 that is finite, what the next pass makes of it is not.
        # Whether its first sums are infinite (and tanh of them 1) or no numbers depends on the order in BLAS.
        long = dtype == "float64" and optimizer in ("adam", "adamw")
        where = r"the output of layer [12] \(dense\) in forward propagation" if long else "the step along the gradient"
        assert re.search(f": {where} is not finite", message)


def test_too_large_a_learning_rate_is_reported_and_the_last_finite_parameters_kept():
    plan = Plan(Network.mlp(3, [8], 1), examples=40, batch_size=40, optimizer=GradientDescent(50.0))
    state, message = train_until_it_diverges(plan, X)
    assert 1 < state.step < 50
    assert re.search(r"training diverged at step \d+ \(epoch 1\): .* is not finite .*smaller learning rate", message)


def test_clipping_goes_on_where_only_the_squares_overflow():
    """A gradient beyond 1e19 has no square in float32, but a direction."""
    plan = Plan(
        Network.mlp(3, [], 1, loss="absolute_error"),
        examples=40,
        batch_size=40,
        optimizer=GradientDescent(0.1),
        clipping=Clipping(norm=1.0),
    )
    state = State.new(plan)
    before = state.theta.copy()
    Reference(plan).train(state, Rows((X * 1e30).astype(np.float32), Y), np.arange(40))
    assert np.linalg.norm(state.theta - before) == pytest.approx(0.1, rel=1e-5)


def test_no_warning_escapes_and_errors_are_as_before(recwarn):
    plan = Plan(Network.mlp(3, [4], 1), examples=40, batch_size=10)
    with np.errstate(all="raise"):
        train_until_it_diverges(plan, one_bad_row(np.inf))
        assert np.geterr()["over"] == "raise"
    assert not list(recwarn)
