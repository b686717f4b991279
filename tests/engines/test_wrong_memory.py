"""Arrays of another plan's size, read-only, or laid out as C does not read them: said, or copied."""

from dataclasses import replace

import numpy as np
import pytest

import isas
from glassnet.engines.choice import choose
from glassnet.engines.native.pointers import address
from glassnet.engines.plan import Plan, Rows
from glassnet.engines.state import State
from glassnet.errors import InvalidInput
from glassnet.learning.training import train
from glassnet.network.cache import Mode
from glassnet.network.layers import Dense
from glassnet.network.network import Network
from glassnet.network.norms import BatchNorm
from glassnet.network.parameters import Gradients
from glassnet.pieces.optimizers import LBFGS, GradientDescent

pytestmark = isas.built

ANY = [name for name in isas.RUNNING if name != "loops"]
PLAN = Plan(Network(4, [Dense(9, "relu"), BatchNorm(), Dense(3)], "cross_entropy"), 8, batch_size=5, epochs=2)
X, Y = np.linspace(-1, 1, 32, dtype="float32").reshape(8, 4), np.arange(8) % 3
SMALL = Network(4, [Dense(2), Dense(3)], "cross_entropy")

WRONG = {
    "a state of another network": lambda state: State.new(replace(PLAN, network=SMALL)),
    "a short theta": lambda state: replace(state, theta=state.theta[:-1].copy()),
    "a long theta": lambda state: replace(state, theta=np.append(state.theta, np.float32(0))),
    "short slots": lambda state: replace(state, slots=state.slots[:, :3].copy()),
    "slots of another optimizer": lambda state: State.new(replace(PLAN, optimizer=GradientDescent())),
    "short statistics": lambda state: replace(state, running=state.running[:3].copy()),
    "theta with a dimension more": lambda state: replace(state, theta=state.theta[:, None]),
}


@pytest.mark.parametrize("engine", ANY)
@pytest.mark.parametrize("what", WRONG)
def test_a_state_of_another_plan(what, engine):
    state = WRONG[what](State.new(PLAN))
    with pytest.raises(InvalidInput, match="the state is of another plan"):
        train(PLAN, state, Rows(X, Y), engine=engine)
    with pytest.raises(InvalidInput, match="the state is of another plan"):
        choose(PLAN, engine).engine.train(state, Rows(X, Y), np.arange(8))


@pytest.mark.parametrize("optimizer", [GradientDescent(), LBFGS()], ids=lambda one: one.name)
@pytest.mark.parametrize("engine", ANY)
@pytest.mark.parametrize("name", ["theta", "running", "slots"])
def test_a_read_only_state_is_not_written_into(name, engine, optimizer):
    plan = replace(PLAN, optimizer=optimizer)
    state = State.new(plan)
    getattr(state, name).flags.writeable = False
    before = getattr(state, name).copy()
    with pytest.raises(InvalidInput, match=f"the state's {name} is read-only"):
        train(plan, state, Rows(X, Y), engine=engine)
    assert np.array_equal(getattr(state, name), before)
    other = State.new(plan)
    for one, its in ((train(plan, state.own(), Rows(X, Y), engine=engine), state), (None, other)):
        outcome = one or train(plan, its, Rows(X, Y), engine=engine)
        assert outcome.ending in ("finished", "stopped")
    assert np.array_equal(state.theta, other.theta)


@pytest.mark.parametrize("engine", ANY)
def test_vectors_that_a_callback_gives_the_state(engine):
    """A callback that puts another array in the state's place trains that one; a wrong one is refused."""

    def put(run):
        run.state.theta = run.state.theta.copy()

    state, alone = State.new(PLAN), State.new(PLAN)
    train(PLAN, state, Rows(X, Y), engine=engine, callbacks=[put])
    train(PLAN, alone, Rows(X, Y), engine=engine)
    assert np.array_equal(state.theta, alone.theta)

    def spoil(run):
        run.state.theta = np.zeros(3, "float32")

    with pytest.raises(InvalidInput, match=r"the state is of another plan|flat vector must have shape"):
        train(PLAN, State.new(PLAN), Rows(X, Y), engine=engine, callbacks=[spoil])


@pytest.mark.parametrize("engine", isas.RUNNING)
def test_parameters_of_another_network(engine):
    network = Network(4, [Dense(500), Dense(3)], "cross_entropy")
    runner, other = choose(Plan(network, 8), engine).engine, SMALL.initialize(0, "float32")
    calls = [
        lambda: runner.predict(other, X),
        lambda: runner.scores(other, X),
        lambda: runner.ready(other)[0](X[:1]),
        lambda: runner.value_and_gradient(other, Rows(X, np.eye(3, dtype="float32")[Y]), Mode(training=True), other),
    ]
    for call in calls:
        with pytest.raises(InvalidInput, match=r"of another network|not of the size that the plan says"):
            call()


def test_a_gradient_without_room():
    engine, parameters = choose(PLAN, "native").engine, State.new(PLAN).parameters(PLAN.network)
    rows = Rows(X, np.eye(3, dtype="float32")[Y])
    small = Gradients(SMALL.layout, SMALL.running_layout, np.zeros(SMALL.size, "float32"))
    with pytest.raises(InvalidInput, match="not of the size that the plan says"):
        engine.value_and_gradient(parameters, rows, Mode(training=True), small)
    sealed = np.zeros(PLAN.network.size, "float32")
    sealed.flags.writeable = False
    gradients = Gradients(PLAN.network.layout, PLAN.network.running_layout, sealed)
    with pytest.raises(InvalidInput, match="to be written into is read-only"):
        engine.value_and_gradient(parameters, rows, Mode(training=True), gradients)


@pytest.mark.parametrize("engine", ANY)
@pytest.mark.parametrize("order", [[0, 8], [-1, 2], [0.5, 1.5], [[0, 1]]], ids=str)
def test_an_order_of_rows_that_are_not_there(order, engine):
    with pytest.raises(InvalidInput, match="an order must"):
        choose(PLAN, engine).engine.train(State.new(PLAN), Rows(X, Y), np.array(order))


@pytest.mark.parametrize("engine", ANY)
def test_an_order_of_several_epochs_in_batches_larger_than_all_rows(engine):
    plan = replace(PLAN, batch_size=100)
    state = State.new(plan)
    assert choose(plan, engine).engine.train(state, Rows(X, Y), np.tile(np.arange(8), 3)) == 24
    assert state.step == 3


@pytest.mark.parametrize("engine", ANY)
@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (Rows(X[:, :3], Y), r"X must have shape \(m, 4\)"),
        (Rows(X, Y[:5]), "as many rows"),
        (Rows(X, Y, np.ones(5)), "as many rows"),
        (Rows(X, Y, np.ones((8, 1))), "weights must be a vector"),
        (Rows(X.astype(str), Y), "arrays of numbers"),
        (Rows(X.astype(object), Y), "arrays of numbers"),
        (Rows(X.tolist(), Y), "arrays of numbers"),
        (Rows(X, Y.astype(object)), "arrays of numbers"),
        (Rows(X, None), "arrays of numbers"),
        (Rows(X, Y * 0.5), "classes must be whole numbers"),
        (Rows(X, Y + 2**40), "classes must lie in"),
    ],
    ids=range(11),
)
def test_rows_of_another_shape(rows, words, engine):
    with pytest.raises(InvalidInput, match=words):
        train(PLAN, State.new(PLAN), rows, engine=engine)


def unaligned(a):
    return np.frombuffer(b"x" + a.tobytes(), np.uint8)[1:].view(a.dtype).reshape(a.shape)


LAID_OUT = {
    "read-only": lambda a: np.frombuffer(a.tobytes(), a.dtype).reshape(a.shape),
    "big-endian": lambda a: a.astype(a.dtype.newbyteorder()),
    "unaligned": unaligned,
    "by columns": np.asfortranarray,
    "with gaps": lambda a: np.repeat(a, 2, axis=0)[::2],
    "backwards": lambda a: a[::-1].copy()[::-1],
    "wider": lambda a: a.astype("float64" if a.dtype.kind == "f" else "uint64"),
}


@pytest.mark.parametrize("engine", ANY)
@pytest.mark.parametrize("how", LAID_OUT)
def test_rows_laid_out_in_another_way_are_the_same_rows(how, engine):
    states = []
    for rows in (Rows(X, Y, np.linspace(1, 2, 8)), Rows(*map(LAID_OUT[how], (X, Y, np.linspace(1, 2, 8))))):
        states.append(State.new(PLAN))
        train(PLAN, states[-1], rows, engine=engine)
    assert np.array_equal(states[0].theta, states[1].theta)
    scores, predictions = choose(PLAN, engine).engine.ready(states[0].parameters(PLAN.network))
    for few in (X[:1], X[:8]):
        assert np.array_equal(scores(LAID_OUT[how](few)), scores(few))
        assert np.array_equal(predictions(LAID_OUT[how](few)), predictions(few))


@pytest.mark.parametrize("engine", ANY)
def test_a_row_without_its_second_dimension(engine):
    ready = choose(PLAN, engine).engine.ready(State.new(PLAN).parameters(PLAN.network))
    for forward in ready:
        for wrong in (X[0], X[:2, :3], X[None], np.float32(3)):
            with pytest.raises(InvalidInput, match="X must have 4 columns"):
                forward(wrong)


@pytest.mark.parametrize(
    "array",
    [np.zeros(3), np.zeros(4, "float32"), np.zeros(8)[::2], np.zeros(4, ">f8"), unaligned(np.zeros(4))],
    ids=range(5),
)
def test_every_pointer_is_of_what_was_asked_for(array):
    with pytest.raises(InvalidInput, match="an array is not as kernels need it"):
        address(array, (4,), np.float64)
    assert address(np.zeros(4), (4,), np.float64) > 0


def test_factors_of_penalties_for_other_weights():
    with pytest.raises(InvalidInput, match="penalty_factors must be a number a weight"):
        Plan(SMALL, 8, penalty_factors=np.ones(3))
