"""Ledgers: what stands between the equals signs is right, read by a reader who knows arithmetic and nothing of ours."""

import math
import re
from dataclasses import dataclass

import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import strategies as st

import glassnet
import witnesses
from glassnet import (
    BatchNorm,
    Clipping,
    Dense,
    Dropout,
    Layer,
    LayerNorm,
    Network,
    Penalties,
    Plan,
    State,
    ledger,
    trace,
)
from glassnet.errors import InvalidInput, InvalidType
from glassnet.pieces.activations import ACTIVATIONS
from glassnet.pieces.losses import LOSSES, SquaredError
from glassnet.pieces.optimizers import OPTIMIZERS, Adam, GradientDescent, Optimizer
from glassnet.text import format_number

rng = np.random.default_rng(0)
STEPPING = [name for name in OPTIMIZERS if not OPTIMIZERS[name].cls.whole_batch]


def read(numbers):
    """What a line's numbers come to, by Python's own arithmetic."""
    text = re.sub(r"\(([\d,]+) more: ([^)]+)\)", r"(\2)", numbers)
    text = re.sub(r"\|([^|]+)\|", r"abs(\1)", text)
    text = re.sub(r"\be\^", "E**", text).replace("^", "**")
    words = {name: lambda z, g=g: float(g(z)) for name, g in ACTIVATIONS.items()}
    words |= {
        "E": np.exp(np.float64(1)),
        "ln": lambda x: np.log(np.float64(x)),
        "sqrt": math.sqrt,
        "sign": np.sign,
        "Phi": scipy.special.ndtr,
    }
    words |= {"nan": math.nan, "inf": math.inf, "abs": abs, "min": min, "max": max}
    with np.errstate(all="ignore"):
        return float(eval(text, {"__builtins__": {}}, words))


def step_of(case, optimizer="gradient_descent", penalties=None, steps=0):
    rows, m = case.rows, len(case.rows.Y)
    plan = Plan(
        case.network, m, OPTIMIZERS.make(optimizer), penalties=penalties or Penalties(), batch_size=m, dtype="float64"
    )
    state = State.new(plan, seed=3)
    state.theta[...], state.running[...] = case.parameters.theta, case.parameters.running
    for _ in range(steps):
        state.theta[...] = trace(plan, *rows, state=state).after.theta
    return trace(plan, *rows, state=state)


@given(
    case=witnesses.cases(),
    optimizer=st.sampled_from(STEPPING),
    penalties=st.sampled_from([Penalties(), Penalties(l1=0.01, l2=0.1), Penalties(l2=0.1, per_example=True)]),
    example=st.integers(0, 5),
)
def test_the_numbers_come_to_the_value(case, optimizer, penalties, example):
    """With nearly all digits every line of any network adds up to what the engine computed."""
    step = step_of(case, optimizer, penalties)
    count = 0
    for line in ledger(step, example % step.m + 1, digits=15).lines():
        if line.numbers and line.value is not None:
            scale = max([1.0, *(abs(float(x)) for x in re.findall(r"\d+\.?\d*(?:e-?\d+)?", line.numbers))])
            found = read(line.numbers)
            if "ln(0)" in line.numbers or "ln(1 - 1)" in line.numbers:
                continue  # the score knows more than y^ does
            assert found == pytest.approx(line.value, rel=1e-9, abs=1e-11 * scale**2), line
            count += 1
    assert count > 3


@given(case=witnesses.cases(), optimizer=st.sampled_from(STEPPING), digits=st.integers(1, 6))
def test_no_line_looks_wrong_without_saying_so(case, optimizer, digits):
    """The numbers as they are written come to the value as it is written, or the line says "rounded"."""
    step = step_of(case, optimizer)
    for line in ledger(step, digits=digits).lines():
        if line.numbers and line.value is not None and not line.rounded:
            found = read(line.numbers)
            # Near a half in the last digit Python's order of operations may tip the other way.
            agreed = (
                format_number(found, digits) == line.shown or format_number(found * (1 + 1e-12), digits) == line.shown
            )
            assert agreed or format_number(found * (1 - 1e-12), digits) == line.shown or abs(found) < 1e-13, line
        if line.value is not None:
            assert line.shown == format_number(line.value, digits)


def line_network():
    network = Network(3, [Dense(1)])
    p = network.initialize()
    p.W[1], p.b[1] = [[0.3333, 0.1, 0.1]], [0.0]
    return network, p


def test_rounding_is_said():
    network, p = line_network()
    p.W[1] = [[1 / 3, 1 / 3, 1 / 3]]
    line = ledger(trace(network, [[1, 1, 1]], [1], parameters=p), digits=2)["z1[1]"]
    assert str(line).endswith("= 0.33*1 + 0.33*1 + 0.33*1 + 0 = 1  (rounded)")
    assert "rounded" not in str(ledger(trace(network, [[1, 0, 0]], [1], parameters=p), digits=2)["z1[1]"])


def test_long_sums_are_shortened_honestly():
    """The largest terms, the largest first, how many more and what they add up to; nothing is lost."""
    network = Network(784, [Dense(2, "relu"), Dense(1)])
    p = network.initialize(seed=1)
    X = rng.normal(size=(1, 784))
    X[0, 500] = 1000.0
    step = trace(network, X, [1.0], parameters=p)
    line = ledger(step, digits=9)["z1[1]"]
    assert line.numbers.count("*") == 5 and re.match(r"-?[\d.]+\*1000 ", line.numbers)
    assert "(779 more: " in line.numbers
    assert read(line.numbers) == pytest.approx(line.value, rel=1e-6)
    assert line.inside[0].symbol == "w1,501[1] x501"
    sizes = [abs(inner.value) for inner in line.inside[:5]]
    assert sizes == sorted(sizes, reverse=True)
    assert line.inside[5].note == "779 edges more" and line.inside[6].note == "bias"


def test_a_wide_layer_is_elided_with_a_count():
    network = Network(2, [Dense(1000, "tanh"), Dense(1)])
    step = trace(network, [[1.0, 2]], [1.0], parameters=network.initialize())
    written = ledger(step, units=3)
    assert [line.symbol for line in written["Z[1]"].inside] == ["z1[1]", "z2[1]", "z3[1]", "..."]
    assert written["Z[1]"].inside[-1].note == "997 units more"
    only = ledger(step, layer=1, unit=777)
    assert [line.symbol for line in only["Z[1]"].inside] == ["z777[1]"]
    assert not any("[2]" in line.symbol for step in only.steps for line in step.lines if line.symbol != "J")
    assert len(str(ledger(step, depth=1))) < 3000


def test_depths_unfold():
    network, p = line_network()
    step = trace(network, [[1, 2, 3]], [1], parameters=p)
    depths = [
        max(d for s in ledger(step, depth=n).steps for line in s.lines for d, _ in line.walk()) for n in (1, 2, 3)
    ]
    assert depths == [1, 2, 3]
    symbols = [line.symbol for line in ledger(step).lines()]
    assert {"Z[1]", "z1[1]", "w12[1] x2", "dw12[1]", "w12[1]", "b1[1]"} <= set(symbols)


def test_matrices_show_their_shapes():
    network = Network(3, [Dense(4, "relu"), Dense(1, "sigmoid")], "binary_cross_entropy")
    step = trace(network, rng.normal(size=(5, 3)), [0, 1, 0, 1, 1], parameters=network.initialize())
    written = ledger(step, depth=1)
    assert str(written["Z[1]"]).startswith("Z[1] = A[0] W[1]^T + b[1] = (5, 4), row 1: ")
    unfolded = ledger(step, depth=2)
    assert str(unfolded["Z[1]"]).startswith("Z[1] = A[0] W[1]^T + b[1] = (5, 3) (3, 4) + (4) = (5, 4), row 1: ")
    by_rows = "; ".join(", ".join(format_number(w, 6) for w in row) for row in step.dW[1])
    assert str(written["dW[1]"]) == f"dW[1] = dZ[1]^T A[0] = (4, 3): {by_rows}", "small: written whole"
    assert written["W[1]"].shown.count(";") == 3, "workshop row 19: every weight of a small layer at once"
    wide = Network(3, [Dense(9, "relu"), Dense(1)])
    wider = ledger(trace(wide, [[1.0, 2.0, 3.0]], [1.0], parameters=wide.initialize()), depth=1)
    assert re.search(r"= \(9, 3\), largest dw\d\d\[1\] = -?[\d.]+$", str(wider["dW[1]"]))
    assert str(written["dZ[2]"]).startswith("dZ[2] = (A[2] - Y)/m = (5, 1), row 1: ")


def test_names_of_the_user():
    network = Network(2, [Dense(3, "tanh"), Dense(3)], "cross_entropy")
    names = {"columns": ["age", "income"], "classes": ["ant", "bee", "cow"], "rows": [17, 4]}
    step = trace(network, [[1.0, 2], [3, 4]], [2, 0], parameters=network.initialize(seed=1), **names)
    text = str(ledger(step, 2))
    assert "with the numbers of row 4" in text and "L(row 4)" in text
    for said in ("x1 = 3  (age)", "(income)", "y^2 = a2[2] = softmax(z[2])", "(bee)", "y1 = 1  (ant)"):
        assert said in text


def test_two_classes_of_one_output():
    network = Network(1, [Dense(1)], "binary_cross_entropy")
    step = trace(network, [[1.0]], [1], parameters=network.initialize(), classes=["no", "yes"])
    assert ledger(step)["y1"].note == "yes"


@pytest.mark.parametrize("name", LOSSES)
def test_every_loss_is_written_with_numbers(name):
    """From the prediction, in arithmetic: its name alone would tell a reader nothing."""
    network = Network(2, [Dense(2)], name)
    target = [1] if network.loss.targets == "classes" else [[1, 0]]
    written = ledger(trace(network, [[0.4, -0.3]], target, parameters=network.initialize(seed=2)), digits=9)
    line, gradient = written["L"], written["dz1[1]"]
    assert read(line.numbers) == pytest.approx(line.value, rel=1e-7)
    assert gradient.numbers and "dL" not in gradient.formula


@pytest.mark.parametrize(
    ("loss", "y", "lines"),
    [
        ("squared_error", 1, ["L = 1/2 (y^ - y)^2 = 0.5*(3 - 1)^2 = 2", "dz1[1] = (y^1 - y1)/m = (3 - 1)/1 = 2"]),
        ("absolute_error", 1, ["L = |y^ - y| = |3 - 1| = 2", "dz1[1] = sign(y^1 - y1)/m = sign(3 - 1)/1 = 1"]),
        (
            "huber",
            2.5,
            ["0.5*(3 - 2.5)^2 = 0.125", "= max(min(y^1 - y1, delta), -delta)/m = max(min(3 - 2.5, 1), -1)/1"],
        ),
        ("huber", -1, ["1*(|3 - (-1)| - 0.5*1) = 3.5", "max(min(3 - (-1), 1), -1)/1 = 1"]),
        ("quantile", 4, ["0.5*(4 - 3) = 0.5", "dz1[1] = (-level)/m = (-0.5)/1 = -0.5"]),
        ("quantile", 1, ["(1 - 0.5)*(3 - 1) = 1", "dz1[1] = (1 - level)/m = (1 - 0.5)/1 = 0.5"]),
    ],
)
def test_how_losses_are_written(loss, y, lines):
    network = Network(1, [Dense(1)], loss)
    p = network.initialize()
    p.W[1], p.b[1] = [[1.0]], [0.0]
    written = ledger(trace(network, [[3.0]], [y], parameters=p))
    for symbol, said in zip(("L", "dz1[1]"), lines, strict=True):
        assert said in str(written[symbol])


@pytest.mark.parametrize("name", STEPPING)
def test_every_optimizer_is_written(name):
    """Its formula, not just the change; each slot has a line of its own."""
    network, p = line_network()
    optimizer = OPTIMIZERS.make(name)
    written = ledger(trace(network, [[1, 2, 3]], [1], parameters=p, optimizer=optimizer))
    assert "change" not in written["w11[1]"].formula + written["W[1]"].formula
    assert [line.symbol for line in written["w11[1]"].inside if line.assigned] == [
        f"{letter}(w11[1])" for letter in optimizer.symbols
    ]
    assert len(optimizer.symbols) == len(optimizer.slots)
    assert all(f"{letter} :=" in optimizer.formula for letter in optimizer.symbols)


def test_how_optimizers_are_written():
    network, p = line_network()
    step = trace(network, [[1, 2, 3]], [1], parameters=p, optimizer=OPTIMIZERS.make("adamw"))
    line = ledger(step)["w11[1]"]
    assert line.formula == "w11[1] - alpha lambda w11[1] - alpha_t m(w11[1])/(sqrt(v(w11[1])) + eps)"
    assert [inner.formula for inner in line.inside] == [
        "beta1 m(w11[1]) + (1 - beta1) dw11[1]",
        "beta2 v(w11[1]) + (1 - beta2) dw11[1]^2",
        "alpha sqrt(1 - beta2^t)/(1 - beta1^t)",
    ]
    assert ledger(step)["b[1]"].formula == "b[1] - alpha_t m/(sqrt(v) + eps)", "biases do not decay"
    step = trace(network, [[1, 2, 3]], [1], parameters=p, optimizer=OPTIMIZERS.make("nesterov"))
    assert ledger(step)["W[1]"].formula == "W[1] + mu v - alpha dW[1]"
    assert ledger(step)["w11[1]"].inside[0].formula == "mu v(w11[1]) - alpha dw11[1]"


@pytest.mark.parametrize("name", STEPPING)
def test_a_key_means_one_number_whatever_was_asked_for(name):
    """Weights of two digits, rows of weights, slots, the cost before and after: no two lines share a symbol."""
    network = Network(11, [Dense(13, "relu"), BatchNorm(), LayerNorm(), Dense(12, "tanh"), Dense(3)], "cross_entropy")
    plan = Plan(network, 4, optimizer=OPTIMIZERS.make(name), penalties=Penalties(l1=0.01, l2=0.1))
    step = trace(plan, np.random.default_rng(0).normal(size=(4, 11)), [0, 1, 2, 1])
    found = {}
    for depth, unit, units in [(1, None, 8), (2, None, 20), (3, None, 20), (3, 12, 8), (3, 1, 8), (2, 3, 8)]:
        for line in ledger(step, depth=depth, unit=unit, units=units).lines():
            if line.symbol != "...":
                assert found.setdefault(line.symbol, (line.value, line.shape)) == (line.value, line.shape), line.symbol


def test_factors_of_rate_and_decay_are_written():
    """With its number where it is not 1, in the parameter's line and in what is inside it."""
    network = Network(4, [Dense(1, bias_rate_factor=0.1, ntk=True)])
    step = trace(network, [[1, 2, 3, 4]], [1], parameters=network.initialize(), optimizer=OPTIMIZERS.make("adamw"))
    line, bias = ledger(step)["w11[1]"], ledger(step)["b[1]"].inside[0]
    assert line.formula.startswith("w11[1] - 2 0.5 alpha lambda w11[1] - alpha_t m(w11[1])/")
    assert [inner.formula for inner in (*line.inside, *bias.inside) if inner.symbol == "alpha_t"] == [
        "0.5 alpha sqrt(1 - beta2^t)/(1 - beta1^t)",
        "0.1 alpha sqrt(1 - beta2^t)/(1 - beta1^t)",
    ]
    step = trace(
        network, [[1, 2, 3, 4]], [1], parameters=network.initialize(), optimizer=OPTIMIZERS.make("gradient_descent")
    )
    assert ledger(step)["W[1]"].formula == "W[1] - 0.5 alpha dW[1]"


def test_certain_answers():
    """y^ = 1 where y = 0: the formula's ln(0) is infinite, the loss is 1000, and the line says why."""
    network = Network(1, [Dense(1)], "binary_cross_entropy")
    p = network.initialize()
    p.W[1], p.b[1] = [[1000.0]], [0.0]
    line = ledger(trace(network, [[1.0]], [0], parameters=p))["L"]
    assert line.shown == "1000" and line.rounded and "computed from the scores" in line.note
    network = Network(1, [Dense(3)], "cross_entropy")
    p = network.initialize()
    p.W[1], p.b[1] = [[1e4], [0.0], [-1e4]], [0.0, 0, 0]
    assert ledger(trace(network, [[1.0]], [0], parameters=p))["y^1"].numbers == "e^0/(e^0 + e^(-10000) + e^(-20000))"


def test_weights_of_examples():
    network, p = line_network()
    step = trace(network, np.ones((2, 3)), [1, 2], [1.0, 3.0], parameters=p)
    written = ledger(step, 2, digits=9)
    assert written["J"].formula == "sum_i weight_i L_i / sum_i weight_i"
    assert written["J"].value == pytest.approx((step.losses[0] + 3 * step.losses[1]) / 4)
    assert written["dz1[1]"].numbers.endswith("*0.75")


def test_penalties_and_clipping_are_written():
    network = Network(2, [Dense(1)])
    plan = Plan(network, 1, penalties=Penalties(l1=0.5, l2=2.0), clipping=Clipping(norm=1.0), dtype="float64")
    state = State.new(plan)
    state.theta[...] = [3.0, -4.0, 0.0]
    text = str(ledger(trace(plan, [[1.0, 1.0]], [7.0], state=state)))
    assert "penalty = l2/2 sum w^2 + l1 sum |w| = 1*25 + 0.5*7 = 28.5" in text
    assert "J = mean loss + penalty = 32 + 28.5 = 60.5" in text
    assert "dw11[1] = dz1[1] x1 + l2 w11[1] + l1 sign(w11[1]) = -8*1 + 2*3 + 0.5 = -1.5" in text
    assert "|g| := clipped = 1  (norm to 1; it was " in text


def test_batch_norm_dropout_and_layer_norm_are_written():
    layers = [Dense(3), BatchNorm("tanh"), Dropout(0.5), Dense(3), LayerNorm(), Dense(1)]
    network = Network(2, layers)
    plan = Plan(network, 4, Adam(), batch_size=4, dtype="float64")
    step = trace(plan, rng.normal(size=(4, 2)), rng.normal(size=4), state=State.new(plan, seed=1))
    written = ledger(step)
    for symbol in (
        "mean1[2]",
        "scale1[2]",
        "n1[2]",
        "z1[2]",
        "a1[3]",
        "mean_i[5]",
        "scale_i[5]",
        "dgamma1[2]",
        "da1[1]",
    ):
        assert written[symbol].numbers, symbol
    dropped = [line for line in written["A[3]"].inside if line.note == "dropped"]
    assert len(dropped) == (step.layers[2].cached["mask"][0] == 0).sum()
    assert written["gamma1[2]"].assigned


@dataclass(frozen=True)
class Scaled(Layer):
    """A user's own layer: ``A = s A_prev``."""

    name = "scaled"

    def parameters(self, n_in):
        return (glassnet.Parameter("s", (1,), fill=2.0),)

    def forward(self, A_prev, p, c):
        c.halved = A_prev / 2
        return p.s * A_prev

    def backward(self, dA, p, g, c):
        g.s[0] = (dA * c.A_prev).sum()
        return p.s * dA


@dataclass(frozen=True)
class ScaledInWords(Scaled):
    """The same with its equations."""

    name = "scaled_in_words"

    def write_forward(self, w):
        w.elements("A[l]", "s[l] * A[l-1]", lambda s, A_prev: s * A_prev)
        w.elements("root[l]", "sqrt(|A[l]|)", lambda ns, A: ns.sqrt(ns.abs(A)), note="not needed in layer [l]")


def test_a_custom_layer_is_written_and_can_write_its_equations():
    network = Network(2, [Scaled(), Dense(1)])
    step = trace(network, [[1.0, 3.0]], [1.0], parameters=network.initialize())
    written = ledger(step)
    assert str(written["A[1]"]) == "A[1] = scaled(A[0]) = (1, 2) = (1, 2): 2, 6"
    assert str(written["halved[1]"]).startswith("halved[1] = (1, 2): 0.5, 1.5")
    assert "ds[1]" in str(written) and "s1[1] := s1[1] - alpha ds1[1] = 2 - 0.1*" in str(written)
    network = Network(2, [ScaledInWords(), Dense(1)])
    written = ledger(trace(network, [[1.0, -3.0]], [1.0], parameters=network.initialize()))
    assert str(written["A[1]"]) == "A[1] = s[1] * A[0] = (1) * (1, 2) = (1, 2): 2, -6"
    assert str(written["a2[1]"]) == "a2[1] = s1[1] x2 = 2*(-3) = -6"
    assert str(written["root[1]"]).endswith(
        "root[1] = sqrt(|A[1]|) = sqrt(|(1, 2)|) = (1, 2): 1.41421, 2.44949  (not needed in layer [1])"
    )
    assert str(written["root2[1]"]) == "root2[1] = sqrt(|a2[1]|) = sqrt(|-6|) = 2.44949"


@dataclass(frozen=True)
class Halved(Optimizer):
    """A user's own optimizer."""

    learning_rate: float = 0.1
    name = "halved"

    def change(self, at, out):
        np.multiply(at.theta, -0.5, out=out)


class Cubed(SquaredError):
    """A user's own loss."""

    name = "cubed"
    formula = "e^3"
    gradient_formula = "3 e^2"

    def value(self, S, Y):
        return (np.abs(S - Y) ** 3).sum(axis=1)

    def gradient(self, S, Y, out):
        out[...] = 3 * (S - Y) * np.abs(S - Y)


def test_a_loss_and_an_optimizer_of_ones_own():
    network = Network(1, [Dense(1)], Cubed())
    p = network.initialize()
    p.W[1], p.b[1] = [[1.0]], [0.0]
    written = ledger(trace(network, [[3.0]], [1.0], parameters=p, optimizer=Halved()))
    assert str(written["L"]) == "L = e^3 = 8"
    assert str(written["dz1[1]"]) == "dz1[1] = dL/dz1/m = 12"
    assert str(written["w11[1]"]).startswith("w11[1] := w11[1] + change = 1 - 0.5 = 0.5")


def test_an_optimizer_that_takes_no_steps():
    plan = Plan(Network(2, [Dense(1)]), 1, OPTIMIZERS.make("lbfgs"), dtype="float64")
    assert "lbfgs finds its step by a search" in str(ledger(trace(plan, [[1.0, 2]], [1.0])))


@pytest.mark.parametrize(
    ("error", "said", "settings"),
    [
        (InvalidInput, "example must be a whole number at least 1 and at most 1", {"example": 2}),
        (InvalidInput, "depth must be", {"depth": 0}),
        (InvalidInput, "layer must be a whole number at least 1 and at most 1", {"layer": 2}),
        (InvalidInput, "unit must be", {"unit": 0}),
        (InvalidInput, "unit must be", {"unit": 4}),
        (InvalidType, "digits must be", {"digits": 2.5}),
        (InvalidInput, "units must be", {"units": 0}),
    ],
)
def test_what_is_not_in_the_trace(error, said, settings):
    network, p = line_network()
    with pytest.raises(error, match=said):
        ledger(trace(network, [[1, 2, 3]], [1], parameters=p), **settings)


def test_something_else_than_a_trace():
    with pytest.raises(InvalidType, match="needs a Trace"):
        ledger("a word")
    network, p = line_network()
    with pytest.raises(KeyError, match=r"no line computes 'z9\[1\]'"):
        ledger(trace(network, [[1, 2, 3]], [1], parameters=p))["z9[1]"]


def test_gradient_descent_is_the_workshops():
    network, p = line_network()
    step = trace(network, [[1, 2, 3]], [1], parameters=p, optimizer=GradientDescent(0.5))
    assert ledger(step)["W[1]"].formula == "W[1] - alpha dW[1]"
