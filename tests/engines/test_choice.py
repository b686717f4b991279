"""Which engine runs, and why; and the plan it runs."""

import numpy as np
import pytest

from glassnet.engines.choice import AUTOMATIC, ENGINES, NAMES, choose
from glassnet.engines.kernels import library
from glassnet.engines.plan import Plan
from glassnet.engines.state import State
from glassnet.errors import InvalidInput, InvalidType, UnknownName, Unsupported
from glassnet.network.layers import Dense, Dropout
from glassnet.network.network import Network
from glassnet.network.norms import BatchNorm
from glassnet.pieces.optimizers import OPTIMIZERS, Adam
from glassnet.pieces.penalties import Clipping, Penalties
from glassnet.pieces.schedules import SCHEDULES, Cosine

PLAIN = Plan(Network.mlp(2, [3], 1), examples=10)
MIXED = Plan(Network(2, [Dense(3), BatchNorm(), Dropout(), Dense(1)]), examples=10)


@pytest.mark.parametrize("plan", [PLAIN, MIXED])
def test_auto(plan):
    """The compiled engine where it was built (tests/engines/test_native_choice.py); else NumPy's, which says why."""
    engine, why = choose(plan)
    missing = library.missing()
    assert engine.name == ("native" if missing is None else "reference") and engine.plan is plan
    assert why == ("native" if missing is None else f"native: {missing}; reference") + " is the fastest that can"


@pytest.mark.parametrize("name", [name for name in ENGINES if ENGINES[name].supports(PLAIN) is None])
def test_by_name(name):
    engine, why = choose(PLAIN, name)
    assert type(engine) is ENGINES[name] and engine.name == name
    assert why == "it was asked for"


def test_loops_say_why_not():
    with pytest.raises(
        Unsupported,
        match=r"^engine 'loops' cannot run this plan: it has no loops for layers batch_norm, dropout; "
        r"leave the engine at 'auto'\.$",
    ):
        choose(MIXED, "loops")


def test_an_unknown_engine():
    with pytest.raises(UnknownName, match=r"no engine 'refrence'; did you mean 'reference'\? the choices are auto, "):
        choose(PLAIN, "refrence")


def test_one_that_cannot_is_passed_by_visibly(monkeypatch):
    monkeypatch.setattr(ENGINES["native"], "supports", classmethod(lambda cls, plan, X: "it is out"))
    monkeypatch.setattr(ENGINES["reference"], "supports", classmethod(lambda cls, plan, X: "it is asleep"))
    with pytest.raises(Unsupported, match=r"no engine can run .*\(seen: native: it is out; reference: it is asleep\)"):
        choose(PLAIN)
    monkeypatch.setattr("glassnet.engines.choice.AUTOMATIC", ("reference", "loops"))
    engine, why = choose(PLAIN)
    assert engine.name == "loops" and why == "reference: it is asleep; loops is the fastest that can"


def test_loops_are_never_chosen_by_themselves():
    assert "loops" not in AUTOMATIC and set(AUTOMATIC) <= set(ENGINES)


# --- the plan ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "kind", "words"),
    [
        ({"examples": 0}, InvalidInput, "examples must be a whole number at least 1 .*0"),
        ({"examples": 2.0}, InvalidType, "examples must be a whole number"),
        ({"batch_size": 0}, InvalidInput, "batch_size must be a whole number at least 1"),
        ({"batch_size": True}, InvalidType, "batch_size must be a whole number .*bool"),
        ({"epochs": -1}, InvalidInput, "epochs must be a whole number at least 0"),
        ({"dtype": "float16"}, InvalidInput, "dtype must be float32 or float64 .*float16"),
        ({"dtype": np.float32}, InvalidInput, "dtype must be float32 or float64"),
    ],
)
def test_a_plan_that_cannot_be(settings, kind, words):
    with pytest.raises(kind, match=words):
        Plan(**{"network": PLAIN.network, "examples": 10, **settings})


@pytest.mark.parametrize(("examples", "batch", "steps"), [(10, 3, 4), (10, 10, 1), (10, 100, 1), (1, 1, 1), (9, 3, 3)])
def test_steps(examples, batch, steps):
    plan = Plan(PLAIN.network, examples, batch_size=batch, epochs=7)
    assert plan.steps_per_epoch == steps and plan.total_steps == 7 * steps


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_described_and_made_again(optimizer, schedule):
    import json

    plan = Plan(
        MIXED.network,
        examples=10,
        optimizer=OPTIMIZERS.make(optimizer, learning_rate=0.3),
        schedule=SCHEDULES.make(schedule, warmup=4),
        penalties=Penalties(l1=0.1, per_example=True),
        clipping=Clipping(norm=2.0),
        batch_size=3,
        epochs=5,
        shuffle=False,
        dtype="float64",
    )
    again = Plan.from_description(json.loads(json.dumps(plan.describe())))
    assert again.describe() == plan.describe()
    assert (again.optimizer, again.schedule, again.penalties) == (plan.optimizer, plan.schedule, plan.penalties)
    assert (again.clipping, again.batch_size, again.shuffle, again.dtype) == (plan.clipping, 3, False, "float64")


def test_the_rate_of_a_step():
    """alpha, its schedule, warm-up, and what adaptive rules have made of it."""
    plan = Plan(PLAIN.network, 10, optimizer=Adam(0.2), schedule=Cosine(warmup=1), batch_size=5, epochs=11)
    state = State.new(plan)
    assert state.learning_rate(plan) == pytest.approx(0.1)
    state.step = 21
    assert state.learning_rate(plan) == pytest.approx(0, abs=1e-15)
    state.step, state.rate_scale = 10, 0.5
    assert state.learning_rate(plan) == pytest.approx(0.5 * 0.2 * (1 + np.cos(np.pi * 10 / 21)) / 2)


# --- the state --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_new_state(dtype):
    plan = Plan(MIXED.network, examples=10, dtype=dtype)
    state = State.new(plan, seed=3)
    assert {a.dtype for a in (state.theta, state.running, state.slots)} == {np.dtype(dtype)}
    assert state.slots.shape == (2, plan.network.size) and not state.slots.any()
    assert np.array_equal(state.theta, plan.network.initialize(3, dtype).theta)
    assert state.parameters(plan.network).theta is state.theta
    assert state.best_parameters(plan.network).theta is state.theta


def test_a_new_state_from_a_generator():
    given = State.new(PLAIN, seed=3, rng=np.random.default_rng(8))
    assert np.array_equal(given.theta, PLAIN.network.initialize(8, "float32").theta) and given.seed == 3


def test_type_checkers_know_the_engines_there_are():
    assert ("auto", *ENGINES) == NAMES
