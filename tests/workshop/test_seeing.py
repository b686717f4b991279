"""The workshop, rows 5 to 24: each can be seen by one documented call, and what is seen is right.

The calls of the table in docs/seeing.md have a test of their own, tests/test_pictures.py; here are the numbers.
"""

import doctest
import re
from pathlib import Path

import numpy as np
import pytest

from glassnet import (
    Dense,
    Dropout,
    Network,
    Plan,
    collapsed,
    compare_engines,
    cost_graph,
    draw,
    gradcheck,
    ledger,
    trace,
)
from glassnet.engines.loops import Loops
from glassnet.errors import InvalidInput, InvalidType, Unsupported
from glassnet.pieces.optimizers import GradientDescent

rng = np.random.default_rng(0)
M = 5


@pytest.fixture
def step():
    network = Network(3, [Dense(4, "tanh"), Dense(1, "sigmoid")], "binary_cross_entropy")
    X, y = rng.normal(size=(M, 3)), rng.integers(0, 2, M)
    return trace(network, X, y, parameters=network.initialize(seed=1), optimizer=GradientDescent(0.1))


def test_row_8_the_steps_of_training(step):
    titles = [part.title for part in ledger(step).steps]
    assert titles == ["Forward propagation", "The cost", "Back propagation", "The update"]


def test_row_13_forward_propagation_for_each_sample_layer_activation(step):
    loops = Loops(Plan(step.plan.network, M, dtype="float64"))
    for i in range(M):
        z, a = loops.forward(step.X[i].tolist(), step.before)
        written = ledger(step, i + 1)
        for j in range(4):
            assert written[f"z{j + 1}[1]"].value == pytest.approx(z[1][j], rel=1e-13)
            assert written[f"a{j + 1}[1]"].value == pytest.approx(a[1][j], rel=1e-13)
        assert written["y^1"].value == pytest.approx(1 / (1 + np.exp(-z[2][0])), rel=1e-13)


def test_row_14_loss_and_cost(step):
    p, y = step.predictions, step.Y
    L = (-y * np.log(p) - (1 - y) * np.log(1 - p))[:, 0]
    np.testing.assert_allclose(step.losses, L, rtol=1e-12)
    J = ledger(step)["J"]
    assert J.value == pytest.approx(L.mean(), rel=1e-12)
    assert J.note == f"their sum, as on the slides, is {L.sum():.6g}"


def test_row_15_parameters_and_hyperparameters(step):
    learned = set(step.before.named())
    assert learned == {"1.W", "1.b", "2.W", "2.b"}
    assert step.plan.optimizer.settings() == {"learning_rate": 0.1} and step.alpha == 0.1


def test_row_19_all_weights_of_a_layer_at_once(step):
    for l in (1, 2):
        np.testing.assert_allclose(step.after.W[l], step.W[l] - 0.1 * step.dW[l], rtol=1e-14)
        np.testing.assert_allclose(step.after.b[l], step.b[l] - 0.1 * step.db[l], rtol=1e-14)
        assert str(ledger(step, depth=1)[f"W[{l}]"]).startswith(f"W[{l}] := W[{l}] - alpha dW[{l}] = ")
    assert ledger(step, depth=1)["dW[1]"].formula == "dZ[1]^T A[0]"


def test_row_20_back_propagation_in_the_workshops_own_formulas(step):
    """Examples in columns, 1/m where the workshop has it; ours has it in dZ."""
    X, Y, A1, A2 = step.X.T, step.Y.T, step.A[1].T, step.A[2].T
    dZ2 = A2 - Y
    dZ1 = step.W[2].T @ dZ2 * (1 - A1**2)
    same = {"rtol": 1e-12, "atol": 1e-15}
    np.testing.assert_allclose(step.dZ[2].T, dZ2 / M, **same)
    np.testing.assert_allclose(step.dZ[1].T, dZ1 / M, **same)
    np.testing.assert_allclose(step.dW[2], 1 / M * dZ2 @ A1.T, **same)
    np.testing.assert_allclose(step.db[2], 1 / M * dZ2.sum(axis=1), **same)
    np.testing.assert_allclose(step.dW[1], 1 / M * dZ1 @ X.T, **same)
    np.testing.assert_allclose(step.db[1], 1 / M * dZ1.sum(axis=1), **same)


def test_row_20_against_two_witnesses(step):
    check = gradcheck(step.plan.network, step.X, step.Y, parameters=step.before, count=None)
    assert check.ok and len(check.rows) == 21
    analytic = np.empty(21)
    analytic[[row.index for row in check.rows]] = [row.analytic for row in check.rows]
    np.testing.assert_allclose(analytic, step.gradients.theta, rtol=1e-9, atol=1e-12)


# --- the names of docs/seeing.md --------------------------------------------------------------------------------------

PAGE = (Path(__file__).parents[2] / "docs" / "seeing.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page():
    """The names that the page has defined when its table comes."""
    names = {}
    for example in doctest.DocTestParser().get_examples(PAGE):
        exec(compile(example.source, "docs/seeing.md", "exec"), names)
    return names


# --- rows whose sight is more than a picture --------------------------------------------------------------------------


def test_row_11_one_unit_draws_a_line_two_draw_xor(page):
    """The answer's own panel is positive at two opposite corners only."""
    predicted = page["bent"].predict(page["corners"])
    assert predicted.tolist() == page["xor"]
    assert page["line"].score(page["corners"], page["xor"]) <= 0.75


@pytest.mark.parametrize("widths", [(3, 4, 2), (1, 1, 1), (2, 5, 3, 4, 1)])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_row_12_linear_layers_collapse(widths, dtype):
    """``w2 (w1 x + b1) + b2 = (w2 w1) x + (w2 b1 + b2)``, for any depth."""
    network = Network(widths[0], [Dense(n, "identity") for n in widths[1:]])
    p = network.initialize(seed=2, dtype=dtype)
    p.theta[...] = rng.normal(size=p.theta.size)
    single, q = collapsed(network, p)
    assert single.widths == [widths[0], widths[-1]] and q.theta.dtype == p.theta.dtype
    x = rng.normal(size=(7, widths[0])).astype(dtype)
    exact = 1e-5 if dtype == "float32" else 1e-12
    np.testing.assert_allclose(single.forward(x, q).scores, network.forward(x, p).scores, rtol=exact, atol=exact)
    if len(widths) == 3:
        np.testing.assert_allclose(q.W[1], p.W[2] @ p.W[1], rtol=exact)
        np.testing.assert_allclose(q.b[1], p.W[2] @ p.b[1] + p.b[2], rtol=exact, atol=exact)


def test_row_12_what_does_not_collapse():
    for layers, words in (
        (
            [Dense(4, "relu"), Dense(1)],
            "only dense layers without an activation collapse into one (seen: layer 1: dense relu)",
        ),
        ([Dense(4, "identity"), Dropout(0.5), Dense(1)], "layer 2: dropout"),
    ):
        network = Network(3, layers)
        with pytest.raises(InvalidInput, match=re.escape(words)):
            collapsed(network, network.initialize())
    with pytest.raises(InvalidType, match=r"drawn of a glassnet\.Network"):
        collapsed("deep", None)


def test_row_17_the_chain_to_each_weight_agrees_with_back_propagation(step):
    """Of several examples the end is J; the graph knows nothing of the layers."""
    nodes = {node.name: node for node in cost_graph(step).nodes}
    assert nodes["J"].value == pytest.approx(step.cost, rel=1e-12)
    for l in (1, 2):
        np.testing.assert_allclose(nodes[f"W[{l}]"].derivative, step.dW[l], rtol=1e-10, atol=1e-14)
        np.testing.assert_allclose(nodes[f"b[{l}]"].derivative, step.db[l], rtol=1e-10, atol=1e-14)
        np.testing.assert_allclose(nodes[f"Z[{l}]"].derivative, step.dZ[l], rtol=1e-10, atol=1e-14)
    np.testing.assert_allclose(nodes["X"].derivative, step.dX, rtol=1e-10, atol=1e-14)


def test_row_17_golden(page):
    """Go to class: from the loss 0.798508 back to ``dL/dZ[2] = 0.45 - 1``."""
    text = str(cost_graph(page["step"]))
    for line in (
        "X = [[0.4, 2, 17]]",
        "Z[1] = v2 + b[1] = [[0.6986, -0.01, 0.74, -1.87]]",
        "A[1] = relu(Z[1]) = [[0.6986, 0, 0.74, 0]]",
        "Z[2] = v4 + b[2] = [[-0.200671]]",
        "L = sum(v11, axis=(0,)) = 0.798508",
        "dL/dZ[2] = [[-0.55]]",
        "dL/dA[1] = [[-0.44, 0.275, 0.165, -0.495]]",
        "dL/dZ[1] = [[-0.44, 0, 0.165, 0]]",
        "dL/dW[2] = [[-0.38423, 0, -0.407, 0]]",
        "dL/db[1] = [-0.44, 0, 0.165, 0]",
    ):
        assert f"  {line}\n" in text, line


def test_row_17_of_what_the_graph_cannot_derive():
    from glassnet import own_activation

    whole = own_activation("steps", lambda z: np.asarray(np.floor(np.asarray(z))), lambda z, a: np.zeros_like(z))
    network = Network(2, [Dense(3, whole), Dense(1)])
    seen = trace(network, [[1.0, 2.0]], [1.0], parameters=network.initialize())
    with pytest.raises(Unsupported, match="the graph cannot derive layer 'dense' with activation 'steps'"):
        cost_graph(seen)
    with pytest.raises(InvalidType, match="this graph is made of a trace"):
        cost_graph(network)


def test_row_18_the_same_step_by_four_engines():
    """Equal numbers, measured times; an engine that cannot run says why."""
    network = Network(3, [Dense(4, "tanh"), Dense(2)], "cross_entropy")
    found = compare_engines(network, rng.normal(size=(40, 3)), rng.integers(0, 2, 40), seconds=0.02)
    assert [timing.name for timing in found.timings] == ["loops", "vectors", "matrices", "kernels"]
    assert len(found.measured) >= 3 and found.largest_difference < 1e-12
    assert all(timing.reason for timing in found.timings if timing not in found.measured)
    assert found["matrices"].seconds < found["vectors"].seconds < 10 * found["loops"].seconds
    assert not np.array_equal(found["loops"].theta, network.initialize(seed=0).theta)
    lines = str(found).splitlines()
    assert lines[0].startswith("An epoch of 3-4-2 on 40 rows, 32 at a time") and len(lines) == 7
    with_dropout = Network(3, [Dense(4), Dropout(0.5), Dense(2)])
    dropped = compare_engines(with_dropout, np.ones((4, 3)), np.ones((4, 2)), seconds=0)
    assert dropped["loops"].reason == "it has no loops for layers dropout" and dropped["matrices"].seconds > 0
    with pytest.raises(InvalidInput, match="pass at least one row"):
        compare_engines(network, np.ones((0, 3)), [])


def test_row_24_the_shapes_are_those_of_the_network(page):
    said = draw("blocks", page["net"], m=32).text()
    for shape in ("(32, 3)", "(32, 4)", "W[1] (4, 3)", "dW[2] (1, 4)"):
        assert shape in said
