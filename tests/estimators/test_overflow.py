"""Finite numbers that the model's dtype does not hold, at the start or on the way: said, in every engine."""

import warnings

import numpy as np
import pandas as pd
import pytest
import scipy.sparse

from glassnet import LinearRegression, LogisticRegression, MLPClassifier, MLPRegressor, Network, TableModel
from glassnet.engines.forward import OverflowWarning
from glassnet.errors import InvalidInput
from glassnet.estimators.table.recipe import Recipe

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

rng = np.random.default_rng(0)
X, y = rng.normal(size=(60, 30)).astype("float32"), np.arange(60) % 3
KINDS = {
    "three classes": lambda engine: MLPClassifier((50, 50), max_iter=5, random_state=0, engine=engine).fit(X, y),
    "two classes": lambda engine: MLPClassifier((50, 50), max_iter=5, random_state=0, engine=engine).fit(X, y % 2),
    "numbers": lambda engine: MLPRegressor(hidden_layer_sizes=(50, 50), max_iter=5, random_state=0, engine=engine).fit(
        X, y
    ),
}
ENGINES = ["native", "reference", "loops"]


def calls_of(model):
    calls = [model.predict, model.predictor().predict, lambda rows: model.predict(rows[1:2])]
    calls += [model.predict_proba, model.predictor().predict_proba] if hasattr(model, "predict_proba") else []
    return [*calls, lambda rows: model.predict(scipy.sparse.csr_matrix(rows))]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("kind", KINDS)
def test_numbers_that_the_dtype_does_not_hold_are_refused(kind, engine):
    model, rows = KINDS[kind](engine), X[:3].astype(float)
    rows[1, 2] = -1e300
    calls = [
        *calls_of(model),
        lambda rows: model.score(rows, y[:3] % 2),
        lambda rows: model.partial_fit(rows, y[:3] % 2),
    ]
    calls += [model.layer_outputs, model.input_gradients, lambda rows: model.trace(rows, y[:3] % 2)]
    for call in calls:
        with pytest.raises(InvalidInput, match=r"a number is too large for float32 \(seen: 1e\+300\)"):
            call(rows)


@pytest.mark.parametrize("engine", ENGINES[:2])  # loops compute in Python's numbers, which hold more
@pytest.mark.parametrize("kind", KINDS)
def test_numbers_that_become_too_large_on_the_way_are_said(kind, engine):
    model, rows = KINDS[kind](engine), X[:70].copy()
    rows[1] = 3e38
    for call in calls_of(model):
        with pytest.warns(OverflowWarning, match=r"^1 answer of (60|1) cannot be relied on") as said:
            call(rows)
        assert len(said) == 1 and len(str(said[0].message)) < 300


@pytest.mark.parametrize("engine", ENGINES)
def test_what_is_fine_is_not_warned_of(engine):
    model, rows = KINDS["three classes"](engine), X.copy()
    rows[1] = 1e6
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for call in calls_of(model):
            assert np.isfinite(call(rows)).all()
        rows[1] = np.nan
        assert model.predictor().predict(rows).shape == y.shape  # what is not a number is answered without a warning
    assert caught == []


def test_linear_models_say_it_too():
    model = LinearRegression().fit(np.c_[X[:, :2]].astype(float) / 1e3, y)
    with pytest.warns(OverflowWarning, match="1 answer of 2 cannot be relied on"):
        model.predict(np.array([[1.7e308, -1.7e308], [0.0, 0.0]]))


@pytest.mark.parametrize("engine", ENGINES)
def test_targets_and_weights_that_the_dtype_does_not_hold(engine):
    model = MLPRegressor(hidden_layer_sizes=(3,), max_iter=3, engine=engine)
    with pytest.raises(InvalidInput, match="a number is too large for float32"):
        model.fit(X, np.where(y, 1e300, 1.0))
    for kind, rows in ((model, X), (LinearRegression(), X.astype(float)), (LogisticRegression(), X.astype(float))):
        largest = np.finfo(rows.dtype).max / 2
        with pytest.raises(InvalidInput, match="the sample weights add up to infinity"):
            kind.fit(rows, y, sample_weight=np.full(60, largest))


def test_networks_by_hand():
    network = Network.mlp(30, [4], 3, loss="cross_entropy")
    with pytest.raises(InvalidInput, match="too large for float32"):
        network.forward(np.full((2, 30), 1e39), network.initialize(0, "float32"))


def test_tables():
    table = pd.DataFrame({"a": X[:, 0].astype(float), "b": X[:, 1].astype(float), "t": y * 1.5})
    model = TableModel(Recipe(epochs=5)).fit(table, "t")
    with pytest.warns(UserWarning, match="far outside what training saw"):
        assert np.isfinite(model.predict(pd.DataFrame({"a": [1e300], "b": [0.0]}))).all()
    with pytest.raises(InvalidInput, match="too large to be scaled"):
        TableModel(Recipe(epochs=5)).fit(table.assign(t=np.where(y, 1e300, 0.5 + y)), "t")
