"""The periodic embedding of columns, by its formula."""

import numpy as np
import pytest

from glassnet import Dense, Network, Periodic, Scale, draw, gradcheck, ledger, load, save, trace
from glassnet.errors import InvalidInput, InvalidType
from glassnet.views.explain.layerwise import layerwise

rng = np.random.default_rng(0)
X, Y = rng.normal(size=(7, 3)), rng.normal(size=(7, 1))


def test_waves_of_each_column_stand_behind_the_columns():
    network = Network(3, [Periodic(columns=2, features=5, outputs=4, sigma=0.3), Dense(1)])
    parameters = network.initialize(seed=1)
    A, p = network.forward(X, parameters).A[1], parameters.layers[0]
    np.testing.assert_array_equal(A[:, :3], X)
    for j in range(2):
        for o in range(4):
            expected = np.full(7, p.bias[j, o])
            for f in range(5):
                turns = p.frequency[j, f] * X[:, j] + p.phase[j, f]
                expected += p.weight[j, o, f] * np.cos(2 * np.pi * turns)
            np.testing.assert_allclose(A[:, 3 + 4 * j + o], expected, rtol=1e-12, atol=1e-14)


def test_all_columns_have_waves_where_none_are_named():
    assert Network(3, [Periodic(features=2, outputs=1), Dense(1)]).widths == [3, 6, 1]


def test_first_values():
    p = Network(500, [Periodic(features=16, sigma=0.4), Dense(1)]).initialize(seed=0).layers[0]
    assert np.std(p.frequency) == pytest.approx(0.4, rel=0.03) and abs(p.frequency.mean()) < 0.02
    assert np.std(p.phase) == pytest.approx(1 / np.sqrt(12), rel=0.03) and np.abs(p.phase).max() <= 0.5
    for uniform in (p.weight, p.bias):
        assert 0.24 < np.abs(uniform).max() <= 0.25 and abs(uniform.mean()) < 0.01


def test_whole_turns_cost_no_digits():
    """Of a column of large numbers the float32 waves are those of what is left of a turn."""
    network = Network(1, [Periodic(features=1, outputs=1), Dense(1)])
    parameters = network.initialize(dtype=np.float32)
    p = parameters.layers[0]
    p.frequency[...], p.phase[...], p.weight[...], p.bias[...] = 1, 0, 1, 0
    A = network.forward(np.float32([[4_000_000.25], [4_000_000.5]]), parameters).A[1]
    assert A[:, 1].tolist() == [0, -1]


@pytest.mark.parametrize("below", [[], [Dense(4, "tanh")]])
def test_its_gradient(below):
    network = Network(3, [*below, Periodic(2, 6, 5, 0.5), Scale(), Dense(2, "tanh"), Dense(1)])
    checked = gradcheck(network, X, Y, parameters=network.initialize(seed=2))
    assert checked.ok and not checked.of("wrong") and all(row.graph is not None for row in checked.rows)


@pytest.mark.parametrize(
    ("settings", "error", "words"),
    [
        ({"columns": 0}, InvalidInput, "columns must be a whole number at least 1"),
        ({"columns": 1.5}, InvalidType, "columns must be a whole number"),
        ({"features": 0}, InvalidInput, "features must be"),
        ({"outputs": 0}, InvalidInput, "outputs must be"),
        ({"sigma": 0.0}, InvalidInput, "sigma must be a number above 0"),
    ],
)
def test_what_it_cannot_be(settings, error, words):
    with pytest.raises(error, match=words):
        Periodic(**settings)


def test_more_columns_than_there_are():
    with pytest.raises(InvalidInput, match=r"not so many columns \(seen: 4 of 3\); ask for fewer"):
        Network(3, [Periodic(4), Dense(1)])


def test_it_is_written_drawn_saved_and_explained(tmp_path):
    network = Network(3, [Periodic(2, 4, 2), Dense(2, "tanh"), Dense(1)])
    parameters = network.initialize(seed=3)
    text = str(ledger(trace(network, X, Y, parameters=parameters)))
    assert "cos(2 pi (frequency[1] * A[0] + phase[1]))" in text and "dphase[1] = sum over the examples of" in text
    assert "frequency[1] := frequency[1] - alpha dfrequency[1]" in text
    for kind, subjects in (("network", (network, parameters)), ("compact", (network,)), ("blocks", (network,))):
        assert ("phase[1]" if kind == "blocks" else "periodic") in draw(kind, *subjects).text()
    save((network, parameters), tmp_path / "n.safetensors")
    again, theirs = load(tmp_path / "n.safetensors")
    np.testing.assert_array_equal(again.forward(X, theirs).scores, network.forward(X, parameters).scores)
    found = layerwise(network, parameters, X[0], X[1], 0)
    S = network.forward(X[:2], parameters).scores[:, 0]
    assert all(np.isclose(found.units[l].sum(), S[0] - S[1]) for l in range(4))
