"""The diagonal layer and the learned mix of activation and identity, by their formulas."""

import numpy as np
import pytest

from glassnet import ACTIVATIONS, Dense, Mix, Network, Plan, Scale, draw, ledger, load, save, trace
from glassnet.errors import GlassnetError
from glassnet.network.equations import equations

rng = np.random.default_rng(0)
X, Y = rng.normal(size=(6, 3)), rng.normal(size=(6, 1))


def test_a_scale_weighs_each_column():
    network = Network(3, [Scale(), Dense(1)])
    parameters = network.initialize()
    assert parameters.layers[0].s.tolist() == [1, 1, 1]
    parameters.layers[0].s[...] = [2.0, 0.0, -1.0]
    np.testing.assert_array_equal(network.forward(X, parameters).A[1], X * [2.0, 0.0, -1.0])


@pytest.mark.parametrize("g", list(ACTIVATIONS))
def test_a_mix_goes_from_the_identity_to_its_activation(g):
    network = Network(3, [Mix(g), Dense(1)])
    parameters = network.initialize()
    assert parameters.layers[0].mix.tolist() == [1, 1, 1]
    parameters.layers[0].mix[...] = [0.0, 1.0, 0.25]
    A, bent = network.forward(X, parameters).A[1], ACTIVATIONS[g](X)
    np.testing.assert_array_equal(A[:, 0], X[:, 0])
    np.testing.assert_allclose(A[:, 1], bent[:, 1], rtol=1e-14, atol=1e-15)
    np.testing.assert_allclose(A[:, 2], 0.75 * X[:, 2] + 0.25 * bent[:, 2], rtol=1e-13, atol=1e-15)


def test_no_penalty_applies_to_either():
    assert Network(3, [Scale(), Mix("silu"), Dense(1)]).layout.weights == 3


def test_a_mix_of_what_is_not_known_is_refused():
    with pytest.raises(GlassnetError, match="did you mean 'silu'"):
        Mix("sillu")


def test_a_mix_at_the_end_gives_the_scores():
    network = Network(3, [Dense(1), Mix("sigmoid")], "binary_cross_entropy")
    assert network.layers[-1] == Mix("sigmoid")
    assert network.kind(2) == "mix sigmoid" and network.arriving(2) == "dS"


def test_they_are_written_with_their_numbers():
    forward, backward = equations(Network(3, [Scale(), Mix("tanh"), Dense(1)]), 2)
    assert [str(line) for line in forward] == ["A[2] = A[1] + mix[2] * (tanh(A[1]) - A[1])"]
    assert [line.symbol for line in backward] == ["dmix[2]", "dA[1]"]
    network = Network(2, [Scale(), Mix("tanh"), Dense(1)])
    parameters = network.initialize()
    parameters.layers[0].s[...], parameters.layers[1].mix[...] = [3.0, 1.0], [0.5, 1.0]
    text = str(ledger(trace(network, [[0.5, 2.0]], [1.0], parameters=parameters)))
    assert "a1[1] = x1 s1[1] = 0.5*3 = 1.5" in text
    assert "a1[2] = a1[1] + mix1[2] (tanh(a1[1]) - a1[1]) = 1.5 + 0.5*(tanh(1.5) - 1.5) = 1.20257" in text
    assert "s1[1] := s1[1] - alpha ds1[1]" in text and "mix1[2] := " in text


@pytest.mark.parametrize("kind", ["network", "compact", "blocks"])
def test_they_are_drawn(kind):
    network = Network(3, [Scale(), Dense(2), Mix("mish"), Dense(1)])
    text = draw(kind, network, *([network.initialize()] if kind == "network" else [])).text()
    said = ("A[0] * s[1]", "mish(A[2])") if kind == "blocks" else ("scale", "mix mish")
    assert all(word in text for word in said)


def test_a_file_keeps_them(tmp_path):
    network = Network(3, [Scale(), Dense(2), Mix("mish"), Dense(1)])
    parameters = network.initialize(seed=1)
    parameters.theta += 0.1
    save((network, parameters), tmp_path / "n.safetensors")
    again, theirs = load(tmp_path / "n.safetensors")
    assert again.layers == network.layers
    np.testing.assert_array_equal(again.forward(X, theirs).scores, network.forward(X, parameters).scores)


def test_they_learn():
    network = Network(3, [Scale(), Dense(8), Mix("silu"), Dense(1)])
    state = trace(Plan(network, len(X), dtype="float64"), X, Y)
    moved = {name: np.abs(array - state.before.named()[name]).max() for name, array in state.after.named().items()}
    assert all(moved[name] > 0 for name in ("1.s", "3.mix"))
