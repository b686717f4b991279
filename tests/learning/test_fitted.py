"""The record of a fitted model: the same from whatever holds one."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from glassnet import (
    LinearRegression,
    LogisticRegression,
    MLPClassifier,
    MLPRegressor,
    Network,
    Recipe,
    TableModel,
    load,
    save,
)
from glassnet.errors import InvalidInput, InvalidType
from glassnet.estimators.predictor import Predictor
from glassnet.learning.fitted import Fitted, fitted_of

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 3))
NUMBERS, WORDS = X @ [1.0, 2.0, 3.0], np.where(X[:, 0] > 0, "yes", "no")
ESTIMATORS = {
    "linear": (LinearRegression(), NUMBERS),
    "several": (LinearRegression(), np.column_stack([NUMBERS, -NUMBERS])),
    "logistic": (LogisticRegression(), WORDS),
    "classifier": (MLPClassifier((4,), max_iter=3, random_state=0), WORDS),
    "regressor": (MLPRegressor(hidden_layer_sizes=(4,), max_iter=3, random_state=0), NUMBERS),
}


def fit(name: str):
    estimator, y = ESTIMATORS[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of too few epochs
        return estimator.fit(X, y), y


@pytest.mark.parametrize("name", ESTIMATORS)
def test_an_estimator_hands_out_its_record(name):
    model, y = fit(name)
    fitted = model.fitted
    assert (fitted.network, fitted.parameters, fitted.history) == (model.network_, model.parameters_, model.history_)
    assert fitted.columns.names == ("x1", "x2", "x3") and fitted.columns.inputs is None and fitted.rows == 60
    encoded, Y = fitted.encode(X, y)
    assert np.array_equal(encoded, X) and len(Y) == 60
    engine = fitted.arithmetic.choose(fitted.network, fitted.parameters).engine
    predictions = engine.predict(fitted.parameters, encoded)
    np.testing.assert_array_equal(fitted.answers.decode(predictions), model.predict(X))
    assert fitted.classifies == (fitted.answers.classes is not None) == hasattr(model, "classes_")
    if fitted.classifies:
        np.testing.assert_array_equal(fitted.answers.probabilities(predictions), model.predict_proba(X))


@pytest.mark.parametrize("name", ESTIMATORS)
def test_a_predictor_is_made_of_it(name):
    model, _ = fit(name)
    np.testing.assert_array_equal(Predictor(model.fitted).predict(X), model.predict(X))


@pytest.mark.parametrize("name", ESTIMATORS)
def test_a_file_brings_it_back(name, tmp_path):
    model, y = fit(name)
    save(model, tmp_path / "model.safetensors")
    before, after = model.fitted, load(tmp_path / "model.safetensors").fitted
    assert np.array_equal(before.parameters.theta, after.parameters.theta)
    assert after.ending is None and dict(after.history) == dict(before.history)
    assert after.plan.optimizer == before.plan.optimizer
    for one, other in zip(before.encode(X, y), after.encode(X, y), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("model", [MLPClassifier(), LinearRegression()], ids=["mlp", "linear"])
def test_before_fit_there_is_none(model):
    for error in (InvalidInput, NotFittedError):
        with pytest.raises(error, match="is not fitted yet; call fit first"):
            model.fitted  # noqa: B018
    with pytest.raises(InvalidInput, match="not trained; call fit first"):
        TableModel().fitted  # noqa: B018


def test_of_a_table():
    table = {"size": X[:, 0].tolist(), "city": ["Rome", "Oslo", "Rome"] * 20, "price": (100 + 10 * NUMBERS).tolist()}
    model = TableModel(Recipe(hidden=(4,), epochs=3)).fit(table, "price")
    fitted = fitted_of(model)
    assert fitted.columns.names == ("size", "city") and [fitted.columns.is_number(j) for j in (0, 1)] == [True, False]
    assert fitted.columns.inputs == model.encoder.output_names and fitted.columns.count(table) == 60
    assert fitted.columns.cells(table, np.array([2, 4]))[0].tolist() == [table["size"][2], table["size"][4]]
    assert (fitted.rows, fitted.validation_rows) == (model.rows, model.validation_rows)
    assert fitted.answers.name == "price" and fitted.answers.classes is None
    np.testing.assert_allclose(fitted.answers.truth(table, None), table["price"])
    encoded, Y = fitted.encode(table)
    np.testing.assert_array_equal(fitted.columns.encode_cells(fitted.columns.cells(table)), encoded)
    np.testing.assert_allclose(Y[:, 0] * fitted.answers.scale + fitted.answers.center, table["price"])


def test_of_a_pipeline_the_columns_are_the_users():
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, WORDS)
    fitted = fitted_of(model)
    np.testing.assert_array_equal(fitted.columns.encode(X), model[:-1].transform(X))
    cells = fitted.columns.cells(X)
    np.testing.assert_array_equal(cells[1], X[:, 1])
    np.testing.assert_allclose(fitted.columns.encode_cells(cells), model[:-1].transform(X))


def test_of_a_network_and_of_itself():
    network = Network.mlp(3, [4], 2)
    fitted = fitted_of((network, network.initialize(seed=0)))
    assert isinstance(fitted, Fitted) and fitted_of(fitted) is fitted and fitted.plan is None
    with pytest.raises(InvalidInput, match="the truth is needed"):
        fitted.encode(X)
    with pytest.raises(InvalidType, match="a str cannot be looked into"):
        fitted_of("model")
