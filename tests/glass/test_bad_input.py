"""Looking at what is not there gives one clear sentence, in every function."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError

from glassnet import (
    CostSurfaceDisplay,
    DecisionBoundaryDisplay,
    Dense,
    HistoryDisplay,
    MLPClassifier,
    MLPRegressor,
    Network,
    Recipe,
    TableModel,
    collapsed,
    compare_engines,
    cost_graph,
    draw,
    explain,
    gradcheck,
    ledger,
    trace,
)
from glassnet.errors import GlassnetError

NET = Network(2, [Dense(3, "relu"), Dense(1)])
P = NET.initialize(seed=0)
UNFITTED = MLPClassifier((3,))
ROW, LABEL = [[1.0, 2.0]], [1]


@pytest.fixture(scope="module")
def model() -> TableModel:
    return TableModel(Recipe(hidden=(3,), epochs=1)).fit("iris")


def sentence(call, *errors: type[Exception]) -> str:
    with pytest.raises(errors or GlassnetError) as caught:
        call()
    said = str(caught.value)
    assert "\n" not in said and said[-1] in ".?" and len(said) < 300
    return said


@pytest.mark.parametrize(
    ("look", "words"),
    [
        (lambda m: m.trace("iris", rows=[151]), "iris has the rows 1 to 150 (seen: row 151)"),
        (lambda m: trace(m, "iris", rows=[0]), "iris has the rows 1 to 150 (seen: row 0)"),
        (lambda m: explain(m, "iris", row=151), "there is no row 151 (seen: 150 rows); choose one from 1 to 150"),
        (lambda m: ledger(m.trace("iris", rows=[1]), 2), "example must be a whole number at least 1 and at most 1"),
        (lambda m: draw("network", NET, P, NET.forward(ROW, P), row=2), "there is no row 2 in this pass"),
        (lambda m: trace(NET, np.ones((0, 2)), [], parameters=P), "a trace needs examples"),
        (lambda m: gradcheck(NET, np.ones((0, 2)), [], parameters=P), "a trace needs examples"),
        (lambda m: compare_engines(NET, np.ones((0, 2)), []), "an epoch without rows cannot be measured"),
    ],
)
def test_rows_that_do_not_exist(model, look, words):
    assert words in sentence(lambda: look(model))


@pytest.mark.parametrize(
    "look",
    [
        lambda: trace(UNFITTED, ROW, LABEL),
        lambda: trace(TableModel(), "iris"),
        lambda: trace(NET, ROW, LABEL),
        lambda: gradcheck(UNFITTED, ROW, LABEL),
        lambda: gradcheck(TableModel(), "iris"),
        lambda: explain(UNFITTED, ROW),
        lambda: HistoryDisplay.from_estimator(UNFITTED),
        lambda: DecisionBoundaryDisplay.from_estimator(UNFITTED, ROW),
        lambda: CostSurfaceDisplay.from_estimator(UNFITTED, ROW, LABEL),
        lambda: draw("network", UNFITTED, P),
        lambda: draw("compact", UNFITTED),
        lambda: cost_graph(UNFITTED),
        lambda: collapsed(UNFITTED, P),
    ],
)
def test_models_that_are_not_fitted(look):
    said = sentence(look, GlassnetError, NotFittedError)
    assert any(word in said for word in ("fit", "initialize", "trace(model, X, y)"))


@pytest.mark.parametrize("kind", ["network", "compact", "blocks"])
def test_ten_thousand_units_are_counted_not_drawn(kind):
    network = Network.mlp(10_000, [10_000], 2)
    parameters = network.parameters(np.zeros(network.size, np.float32))
    drawn = draw(kind, network, parameters) if kind == "network" else draw(kind, network)
    assert len(drawn.svg()) < 100_000 and "10000" in drawn.text().replace(",", "")


def test_what_cannot_be_drawn_of_so_many_says_so():
    wide = Network.mlp(10_000, [50], 50)
    parameters = wide.parameters(np.zeros(wide.size))
    assert "room for 1,600 edges" in sentence(lambda: draw("network", wide, parameters, most=40))
    assert "most is out of range (seen: most=10000); pass a whole number from 2 to 40" in sentence(
        lambda: draw("network", wide, parameters, most=10000)
    )


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (np.sum, "must return an array of its input's shape (seen: ()"),
        (lambda z: z[:1], "must return an array of its input's shape"),
        (lambda z: 3, "must return an array of its input's shape"),
        (lambda z: np.array([list(row) for row in z]), "cannot be differentiated"),
        (np.nan_to_num, "cannot be differentiated"),
    ],
)
def test_activations_that_do_not_do(value, words):
    assert words in sentence(lambda: Dense(3, value))
    assert words in sentence(lambda: MLPClassifier((3,), activation=value).fit([[0, 1], [1, 0]], [0, 1]))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (lambda S, Y: S - Y, "must return one number for each example"),
        (lambda S, Y: 3.0, "must return one number for each example"),
        (lambda S, Y: np.nan_to_num(S - Y).sum(axis=1), "cannot be differentiated"),
    ],
)
def test_losses_that_do_not_do(value, words):
    X, y = np.ones((4, 2)), np.arange(4.0)
    assert words in sentence(
        lambda: trace(Network(2, [Dense(1)], value), X, y, parameters=Network(2, [Dense(1)]).initialize())
    )
    assert words in sentence(lambda: MLPRegressor(hidden_layer_sizes=(3,), loss=value).fit(X, y))
