"""A native twin is one struct in one file: a library with one more, which Python finds by name and trains with."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import twins
from glassnet.engines.kernels import library
from glassnet.engines.native.engine import Native
from glassnet.engines.native.lowering import only_python_knows
from glassnet.engines.plan import Plan, Rows
from glassnet.engines.reference import Reference
from glassnet.engines.state import State
from glassnet.network.layers import Dense
from glassnet.network.network import Network
from glassnet.pieces.activation import own_activation
from glassnet.pieces.activations import ACTIVATIONS
from glassnet.pieces.losses import LOSSES, Loss
from glassnet.pieces.optimizers import OPTIMIZERS, Optimizer
from glassnet.pieces.settings import setting

pytestmark = twins.can_build

BENT = """
struct Bent : DerivativeByZ {
  static constexpr const char* name = "bent";
  template <class V> GN_INLINE V value(V z) { return z + all<V>(0.1) * z * z; }
  template <class V> GN_INLINE V derivative(V z, V) { return all<V>(1) + all<V>(0.2) * z; }
};"""

LOPSIDED = """
struct Lopsided : Sum<Lopsided> {
  static constexpr const char *name = "lopsided", *settings = "over under";
  template <class V> static V term(V s, V y, const V* given, V& derivative) {
    const V e = s - y, weight = e > V{} ? given[0] : given[1];
    derivative = weight * e;
    return all<V>(0.5) * weight * e * e;
  }
};"""

# Three slots and five settings: more than any built-in has.
PATIENT = """
struct Patient : Optimizer {
  static constexpr const char *name = "patient", *settings = "beta_1 beta_2 epsilon boost damping",
                              *slots = "mean mean_square largest";
  template <class T> struct Rates { T alpha, beta_1, rest_1, beta_2, rest_2, epsilon; };
  template <class T> static Rates<T> rates(const double* s, double alpha, int64_t) {
    return {T(alpha * s[3] * (1 - s[4])), T(s[0]), T(1 - s[0]), T(s[1]), T(1 - s[1]), T(s[2])};
  }
  template <class V, class T> static V change(const Rates<T>& r, V g, V* slot) {
    slot[0] = all<V>(r.beta_1) * slot[0] + all<V>(r.rest_1) * g;
    slot[1] = all<V>(r.beta_2) * slot[1] + all<V>(r.rest_2) * g * g;
    slot[2] = max(slot[2], slot[1]);
    return -(all<V>(r.alpha) * slot[0] / (root(slot[2]) + all<V>(r.epsilon)));
  }
};"""


@dataclass(frozen=True)
class Lopsided(Loss):
    """Errors above and below the target weigh differently."""

    over: float = setting(3.0, low=0)
    under: float = setting(0.5, low=0)

    name = "lopsided"

    def value(self, S, Y):
        E = S - Y
        return (0.5 * np.where(E > 0, self.over, self.under) * E * E).sum(axis=1)

    def gradient(self, S, Y, out):
        E = S - Y
        out[...] = np.where(E > 0, self.over, self.under) * E


@dataclass(frozen=True)
class Patient(Optimizer):
    """The largest mean square there ever was divides the step."""

    learning_rate: float = setting(0.01, low=0, above=True)
    beta_1: float = setting(0.8, low=0)
    beta_2: float = setting(0.9, low=0)
    epsilon: float = setting(1e-8, low=0)
    boost: float = setting(1.5, low=0)
    damping: float = setting(0.2, low=0)

    name = "patient"
    slots = ("mean", "mean_square", "largest")

    def change(self, at, out):
        m, v, largest = at.slots
        m[...] = self.beta_1 * m + (1 - self.beta_1) * at.gradient
        v[...] = self.beta_2 * v + (1 - self.beta_2) * at.gradient**2
        np.maximum(largest, v, out=largest)
        out[...] = -at.alpha * self.boost * (1 - self.damping) * m / (np.sqrt(largest) + self.epsilon)


@pytest.fixture
def records():
    """The Python side: each record in its table, for as long as the test runs."""
    bent = own_activation("bent", lambda z: z + 0.1 * z * z, lambda z, a: 1 + 0.2 * z)
    ACTIVATIONS.add(bent)
    LOSSES.register(Lopsided)
    OPTIMIZERS.register(Patient)
    yield
    for table, name in [(ACTIVATIONS, "bent"), (LOSSES, "lopsided"), (OPTIMIZERS, "patient")]:
        table.remove(name)


def plan_with(kind: str) -> Plan:
    """A plan with the new record of that kind, and built-in ones of the other kinds."""
    activation: Any = "bent" if kind == "activation" else "tanh"
    loss = Lopsided(over=2.0, under=0.25) if kind == "loss" else "squared_error"
    optimizer = Patient() if kind == "optimizer" else "momentum"
    network = Network(5, [Dense(7, activation), Dense(3)], loss)
    return Plan(network, 40, optimizer=OPTIMIZERS.make(optimizer), batch_size=8, dtype="float64", n_threads=1)


def trained(engine: Any, plan: Plan) -> State:
    draw = np.random.default_rng(3)
    rows = Rows(draw.normal(size=(40, 5)), draw.normal(size=(40, 3)))
    state = State.new(plan, 1)
    engine(plan).train(state, rows, np.tile(np.arange(40), 3))
    return state


TWINS = {
    "activation": ("activations.h", BENT, "bent", "activation 'bent' of layer 1 is known to Python only"),
    "loss": ("losses.h", LOPSIDED, "lopsided", "loss 'lopsided' is known to Python only"),
    "optimizer": ("optimizers.h", PATIENT, "patient", "optimizer 'patient' is known to Python only"),
}


@pytest.fixture(scope="module")
def with_twins(tmp_path_factory):
    """The kernels with a struct more of each kind, compiled once."""
    return twins.build(tmp_path_factory.mktemp("twins"), {file: struct for file, struct, *_ in TWINS.values()})


@pytest.mark.timeout(900)  # a busy machine compiles slowly
@pytest.mark.parametrize("kind", TWINS)
def test_a_struct_in_one_file_is_all_that_a_native_twin_needs(kind, records, with_twins):
    *_, name, unknown = TWINS[kind]
    plan = plan_with(kind)
    assert library.missing() is not None or only_python_knows(plan) == unknown
    before = {kind: list(library.rules(kind)) for kind in TWINS}
    with twins.loaded(with_twins):
        assert library.missing() is None
        assert library.rules(kind)[name].place == len(library.rules(kind)) - 1
        assert only_python_knows(plan) is None
        found, expected = trained(Native, plan), trained(Reference, plan)
        np.testing.assert_allclose(found.theta, expected.theta, rtol=1e-10, atol=1e-12)
        np.testing.assert_allclose(found.slots, expected.slots, rtol=1e-10, atol=1e-12)
        assert not np.allclose(found.theta, State.new(plan, 1).theta)
    assert {kind: list(library.rules(kind)) for kind in TWINS} == before
