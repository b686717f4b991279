"""Gradient checks: right gradients are found right whatever the network; planted mistakes are found and named."""

from dataclasses import dataclass

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given
from hypothesis import strategies as st

import witnesses
from glassnet import (
    BatchNorm,
    Dense,
    Layer,
    Network,
    Parameter,
    Penalties,
    Plan,
    State,
    gradcheck,
    ledger,
    own_activation,
    trace,
)
from glassnet.errors import Diverged, InvalidInput, InvalidType
from glassnet.glass.notation import parameters_named
from glassnet.network.layers import LAYERS
from glassnet.pieces.activation import Activation
from glassnet.pieces.losses import SquaredError

rng = np.random.default_rng(0)


@given(
    case=witnesses.cases(),
    dtype=st.sampled_from(["float32", "float64"]),
    penalties=st.sampled_from([Penalties(), Penalties(l1=0.01, l2=0.1), Penalties(l2=0.1, per_example=True)]),
)
def test_every_network_of_the_tables_is_right(case, dtype, penalties):
    """Three columns agree: layers, activations, losses, weights, penalties; float32 is checked in float64."""
    rows, m = case.rows, len(case.rows.Y)
    plan = Plan(case.network, m, penalties=penalties, batch_size=m, dtype=dtype)
    state = State.new(plan)
    state.theta[...], state.running[...] = case.parameters.theta, case.parameters.running
    check = gradcheck(plan, *rows, state=state, count=12, tolerance=1e-5)
    assert check.ok, check
    assert check.missing == "" and all(row.graph is not None for row in check.rows)
    for row in check.rows:
        assert row.analytic == pytest.approx(row.graph, rel=1e-7, abs=1e-9 * max(1, abs(check.cost)))


def test_the_witness_knows_the_layers():
    assert all(LAYERS[name].cls.expression is not Layer.expression for name in witnesses.OWN)


def test_an_activation_without_an_expression_leaves_two_columns():
    plain = Activation(
        "plain",
        lambda z, out: np.copyto(out, z),
        lambda z, a, out: out.fill(1),
        range=(-np.inf, np.inf),
        formula="z",
        derivative_formula="1",
    )
    network, p = small(Dense(4, plain))
    check = gradcheck(network, *ROWS, parameters=p, count=None)
    assert (
        check.ok
        and check.missing
        == "the graph cannot derive layer 'dense' with activation 'plain': the activation has no expression"
    )


def small(*layers, loss="squared_error", inputs=3, seed=1):
    network = Network(inputs, [*layers, Dense(1)], loss)
    parameters = network.initialize(seed=seed)
    parameters.theta += np.random.default_rng(seed).normal(0, 0.3, network.size)
    return network, parameters


ROWS = rng.normal(size=(6, 3)), rng.normal(size=6)


def test_a_wrong_derivative_is_found():
    """tanh whose slope has lost its square: every parameter below it is wrong, none above."""
    wrong = own_activation("wrong_tanh", np.tanh, lambda z, a: 1 - a)
    network, p = small(Dense(4, wrong))
    check = gradcheck(network, *ROWS, parameters=p, count=None)
    assert not check.ok
    assert {row.layer for row in check.of("wrong")} == {1} and {row.layer for row in check.of("right")} == {2}
    assert check.worst.error > 0.01 and check.worst.name.endswith("[1]")
    assert "have a wrong gradient, in layer 1; the worst is " in str(check)
    graph, difference = check.worst.graph, check.worst.difference
    assert graph == pytest.approx(difference, rel=1e-6), "the two witnesses agree with each other"


def test_a_users_own_function_is_right():
    cube = own_activation("cube", lambda z: z**3, lambda z, a: 3 * z**2)
    network, p = small(Dense(4, cube))
    check = gradcheck(network, *ROWS, parameters=p, count=None)
    assert check.ok and not check.missing and all(row.graph is not None for row in check.rows)


@dataclass(frozen=True)
class Gain(Layer):
    """``A = s A_prev``; ``factor`` other than 1 makes its gradient wrong."""

    factor: float = 1.0
    name = "gain"

    def parameters(self, n_in):
        return (Parameter("s", (n_in,), fill=1.5),)

    def forward(self, A_prev, p, c):
        return A_prev * p.s

    def backward(self, dA, p, g, c):
        np.multiply((dA * c.A_prev).sum(axis=0), self.factor, out=g.s)
        return dA * p.s


def test_a_layer_of_ones_own_is_derived_as_it_stands():
    right, p = small(Dense(3, "tanh"), Gain())
    check = gradcheck(right, *ROWS, parameters=p, count=None)
    assert check.ok and not check.missing
    wrong = Network(3, [Dense(3, "tanh"), Gain(1.001), Dense(1)])
    check = gradcheck(wrong, *ROWS, parameters=p, count=None)
    assert [row.name for row in check.of("wrong")] == ["s1[2]", "s2[2]", "s3[2]"] or {
        row.name for row in check.of("wrong")
    } == {"s[2][0]", "s[2][1]", "s[2][2]"}
    assert check.worst.error == pytest.approx(0.001, rel=0.01)


@dataclass(frozen=True)
class Opaque(Gain):
    """A layer that works in lent memory, which no graph can follow."""

    name = "opaque"

    def forward(self, A_prev, p, c):
        return np.multiply(A_prev, p.s, out=c.array("A", A_prev))


def test_where_the_graph_cannot_follow_two_columns_are_left():
    network, p = small(Dense(3, "tanh"), Opaque())
    check = gradcheck(network, *ROWS, parameters=p, count=None)
    assert check.ok and check.missing.startswith("the graph cannot derive layer 'opaque': ")
    assert all(row.graph is None and row.difference is not None for row in check.rows)
    assert "no graph: the graph cannot derive layer 'opaque'" in str(check)


class Fourth(SquaredError):
    """A user's own loss."""

    name = "fourth"

    def value(self, S, Y):
        return ((S - Y) ** 4).sum(axis=1)

    def gradient(self, S, Y, out):
        out[...] = 4 * (S - Y) ** 3


def test_a_loss_of_ones_own():
    network, p = small(Dense(3, "tanh"), loss=Fourth())
    check = gradcheck(network, *ROWS, parameters=p)
    assert check.ok and not check.missing


# -- kinks -------------------------------------------------------------------------------------------------------------


def test_at_a_kink_differences_are_no_witness_and_it_is_said():
    """A relu whose z is 0: its bias has slope 0 on one side, not on the other; the weights, of input 0, have 0."""
    network = Network(2, [Dense(3, "relu"), Dense(1)])
    check = gradcheck(network, [[0.0, 0.0]], [1.0], parameters=network.initialize(), count=None)
    assert check.ok
    assert [row.name for row in check.of("kink")] == ["b1[1]", "b2[1]", "b3[1]"]
    for row in check.of("kink"):
        assert row.difference is None and row.graph == row.analytic == 0
        assert row.note.startswith("the derivative jumps nearby: about 0 below, ")
    assert "at 3 of them differences cannot decide, because of a kink" in check.summary


def test_at_a_kink_a_slope_outside_of_both_sides_is_wrong():
    """A relu that takes 2 for its slope at 0, where 0 ... 1 would be right."""
    strange = own_activation("strange", lambda z: np.maximum(z, 0), lambda z, a: np.where(z > 0, 1.0, 2.0 * (z == 0)))
    network = Network(1, [Dense(1, strange), Dense(1)])
    p = network.initialize()
    p.W[1], p.b[1], p.W[2], p.b[2] = [[1.0]], [0.0], [[2.0]], [0.0]
    check = gradcheck(network, [[0.0]], [1.0], parameters=p, which=["b[1]"])
    assert check.worst.verdict == "wrong" and check.worst.note.startswith(
        "the derivative jumps nearby: about 0 below, -2 above"
    )


@pytest.mark.parametrize(("z", "verdict"), [(1.0 - 1e-4, "right"), (1.0, "kink"), (0.5, "right"), (3.0, "right")])
def test_kinks_that_are_not_declared(z, verdict):
    """A user's own hard tanh, with kinks at -1 and 1: just next to one, and on it."""
    hard = own_activation("hard", lambda z: np.clip(z, -1, 1), lambda z, a: (np.abs(z) < 1).astype(z.dtype))
    network = Network(1, [Dense(1, hard), Dense(1)])
    p = network.initialize()
    p.W[1], p.b[1], p.W[2], p.b[2] = [[1.0]], [z], [[2.0]], [0.0]
    check = gradcheck(network, [[0.0]], [1.0], parameters=p, which=["b[1]"])
    assert check.worst.verdict == verdict and check.ok


def test_near_a_kink_the_step_is_made_smaller():
    """z = 1e-4 on the active side: differences of 1e-3 would cross, those of 1e-5 do not."""
    network = Network(1, [Dense(1, "relu"), Dense(1)])
    p = network.initialize()
    p.W[1], p.b[1], p.W[2], p.b[2] = [[1.0]], [1e-4], [[2.0]], [0.0]
    check = gradcheck(network, [[0.0]], [1.0], parameters=p, which=["b[1]"])
    assert check.worst.verdict == "right"
    assert check.worst.difference == pytest.approx(2 * (2e-4 - 1), rel=1e-8)


@pytest.mark.parametrize(("loss", "kinks"), [("absolute_error", True), ("squared_error", False), ("quantile", True)])
def test_kinks_of_losses(loss, kinks):
    """A prediction that is its target."""
    network = Network(1, [Dense(1)], loss)
    p = network.initialize()
    p.W[1], p.b[1] = [[1.0]], [0.0]
    check = gradcheck(network, [[2.0]], [2.0], parameters=p, count=None)
    assert check.ok and {row.verdict for row in check.rows} == {"kink" if kinks else "right"}


def test_nothing_but_kinks_and_no_graph_is_no_proof():
    network = Network(2, [Opaque(), Dense(1)], "absolute_error")
    p = network.initialize()
    p.W[2], p.b[2] = [[1.0, 1.0]], [0.0]
    check = gradcheck(network, [[0.0, 0.0]], [0.0], parameters=p, which=["b[2]"])
    assert not check.ok and check.summary.startswith("nothing could be checked of ")


def test_kinks_of_l1():
    network = Network(1, [Dense(1)])
    plan, state = Plan(network, 1, penalties=Penalties(l1=0.1), dtype="float64"), None
    state = State.new(plan)
    state.theta[...] = 0
    check = gradcheck(plan, [[1.0]], [1.0], state=state, count=None)
    assert {row.name: row.verdict for row in check.rows} == {"w11[1]": "kink", "b1[1]": "right"}


# -- which, and how it reads -------------------------------------------------------------------------------------------


def test_names_are_those_of_the_ledger_and_are_read_again():
    network, p = small(Dense(12, "tanh"), BatchNorm())
    check = gradcheck(network, *ROWS, parameters=p, count=None)
    assert len({row.name for row in check.rows}) == len(check.rows) == network.size
    written = ledger(trace(network, *ROWS, parameters=p), units=12)
    for row in check.rows:
        assert parameters_named(network.layout, row.name) == [row.index]
        assert row.value == p.theta[row.index]
        if row.layer < 3:  # of many edges the ledger shows the largest
            assert written[row.name].assigned and written["d" + row.name].value == pytest.approx(row.analytic)


def test_some_of_every_array_the_same_for_the_same_seed():
    network, p = small(Dense(10, "tanh"), Dense(10, "tanh"))
    names = [[row.name for row in gradcheck(network, *ROWS, parameters=p, count=12, seed=s).rows] for s in (1, 1, 2)]
    assert names[0] == names[1] != names[2] and len(names[0]) == 11
    assert {name[0] + name[-3:] for name in names[0]} == {"w[1]", "b[1]", "w[2]", "b[2]", "w[3]", "b[3]"}


def test_parameters_by_name():
    network, p = small(Dense(4, "tanh"))
    rows = gradcheck(network, *ROWS, parameters=p, which=["w41[1]", "W[1][3, 0]", "b[2]"]).rows
    assert [row.name for row in rows] == ["w41[1]", "w41[1]", "b1[2]"]
    assert rows[0].value == p.W[1][3, 0]


@pytest.mark.parametrize(
    "name", ["W[3]", "w51[1]", "w01[1]", "w1[1]", "w1k[1]", "W[1][4, 0]", "W[1][0]", "V[1]", "W", "", "W[1][0, 0, 0]"]
)
def test_names_that_are_none(name):
    network, p = small(Dense(4, "tanh"))
    with pytest.raises(
        InvalidInput,
        match=r"no parameter .* W\[1\] \(4, 3\), .* b\[2\] \(1,\).*; choose in these, counted from 1, as w11\[1\]",
    ):
        gradcheck(network, *ROWS, parameters=p, which=[name])


def test_nothing_is_changed():
    network, p = small(Dense(4), BatchNorm("relu"))
    before, running = p.theta.copy(), p.running.copy()
    gradcheck(network, *ROWS, parameters=p)
    assert (p.theta == before).all() and (p.running == running).all()


def test_sparse_rows():
    network, p = small(Dense(4, "tanh"))
    assert gradcheck(network, scipy.sparse.csr_array(ROWS[0]), ROWS[1], parameters=p).ok


def test_text_and_data():
    network, p = small(Dense(4, "tanh"))
    check = gradcheck(network, *ROWS, parameters=p, count=None)
    first, _, head, *table = str(check).splitlines()
    assert first.startswith("the gradient is right for all 21 parameters on 6 examples: largest relative error ")
    assert head.split() == ["parameter", "engine", "graph", "differences", "error", "verdict"]
    assert len(table) == 13 and table[-1].startswith("the engine is '") and check.worst.name in table[0]
    some = gradcheck(network, *ROWS, parameters=p, which=["w11[1]"])
    assert some.summary.startswith("the gradient is right for the 1 parameter checked, of 21, on 6 examples: ")
    facts = check.to_dict()
    assert facts["ok"] is True and len(facts["rows"]) == 21 and facts["rows"][0]["name"] == check.worst.name


@pytest.mark.parametrize(
    ("error", "said", "change"),
    [
        (InvalidInput, "count must be", {"count": 0}),
        (InvalidInput, "tolerance must be", {"tolerance": 0}),
        (InvalidInput, "a description without weights", {"parameters": None}),
        (InvalidType, "pass a network with parameters=, a plan or a fitted", {"model": 3}),
        (Diverged, "is not finite", {"X": np.full((6, 3), np.nan)}),
    ],
)
def test_what_cannot_be_checked(error, said, change):
    network, p = small(Dense(4, "tanh"))
    given = {"model": network, "X": ROWS[0], "parameters": p, **change}
    with pytest.raises(error, match=said):
        gradcheck(given.pop("model"), given.pop("X"), ROWS[1], **given)
