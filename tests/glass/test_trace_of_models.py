"""``model.trace(X, y)``: the step a fitted model takes next, in its own words."""

import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_iris
from sklearn.exceptions import NotFittedError

from glassnet import (
    LinearRegression,
    LogisticRegression,
    MLPClassifier,
    MLPRegressor,
    Recipe,
    TableModel,
    gradcheck,
    ledger,
    load,
    save,
    trace,
)
from glassnet.errors import InvalidInput
from glassnet.pieces.optimizers import GradientDescent

X, y = load_iris(return_X_y=True)
NAMES = np.array(["setosa", "versicolor", "virginica"])


def fitted(model, *data):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of too few epochs
        return model.fit(*data)


def same_bits(a, b):
    return np.array_equal(a, b) and a.dtype == b.dtype


@pytest.mark.parametrize("settings", [{}, {"solver": "sgd"}, {"normalization": "batch"}, {"dropout": 0.3, "l1": 0.01}])
def test_what_partial_fit_does_next(settings):
    """float64, all rows in one batch in their order: the trace is the step of the training itself."""
    model = MLPClassifier((7, 5), shuffle=False, batch_size=150, max_iter=3, random_state=1, **settings)
    fitted(model, X, y)
    before = model.parameters_.theta.copy(), model.parameters_.running.copy(), model._state.slots.copy()
    step = model.trace(X, y)
    assert all(map(same_bits, before, (model.parameters_.theta, model.parameters_.running, model._state.slots)))
    assert same_bits(step.before.theta, model.parameters_.theta)
    assert (model.trace(X, y).cost, model.trace(X, y).cost_after) == (step.cost, step.cost_after), "nothing was drawn"
    assert step.number == 4
    model.partial_fit(X, y)
    np.testing.assert_allclose(step.after.theta, model.parameters_.theta, rtol=1e-10, atol=1e-13)
    np.testing.assert_allclose(step.after.running, model.parameters_.running, rtol=1e-12)
    assert step.cost == pytest.approx(model.loss_curve_[-1], rel=1e-12)


def test_names():
    table = pd.DataFrame(X, columns=[f"length {j}" for j in range(4)])
    step = fitted(MLPClassifier((3,), max_iter=2, random_state=0), table, NAMES[y]).trace(table[:2], NAMES[y[:2]])
    assert step.columns == tuple(table.columns) and step.classes == tuple(NAMES)
    assert "(setosa)" in str(ledger(step)) and "(length 3)" in str(ledger(step))


def test_a_regressor_and_weights():
    model = fitted(MLPRegressor(hidden_layer_sizes=(4,), max_iter=3, random_state=0), X[:, :3], X[:, 3])
    step = model.trace(X[:2, :3], X[:2, 3], [1.0, 3.0])
    errors = model.predict(X[:2, :3]) - X[:2, 3]
    np.testing.assert_allclose(step.losses, errors**2 / 2, rtol=1e-10)
    np.testing.assert_allclose(step.shares, [0.25, 0.75])


def test_of_a_file_and_of_a_copy(tmp_path):
    model = fitted(MLPClassifier((4,), max_iter=3, random_state=0), X, y)
    save(model, tmp_path / "model.safetensors")
    again = load(tmp_path / "model.safetensors")
    step, other = model.trace(X[:5], y[:5]), again.trace(X[:5], y[:5])
    assert step.cost == other.cost and same_bits(step.after.theta, other.after.theta), "slots are in the file"


def test_the_best_epoch():
    model = fitted(MLPClassifier((4,), early_stopping=True, max_iter=30, random_state=0, tol=1), X, y)
    step = model.trace(X[:5], y[:5])
    assert same_bits(step.before.theta, model.parameters_.theta)
    assert not same_bits(step.before.theta, model._state.theta) and "the best epoch's" in step.note


def test_linear_models_in_the_users_units():
    model = LogisticRegression().fit(X, y)
    step = model.trace(X[:3], y[:3])
    assert same_bits(step.W[1], model.coef_) and step.after is None
    np.testing.assert_allclose(step.predictions, model.predict_proba(X[:3]), rtol=1e-12)
    moved = model.trace(X, y, optimizer=GradientDescent(0.001))
    assert moved.cost_after != moved.cost and "penalties of the training are not in" in moved.note
    line = LinearRegression().fit(X[:, :3], X[:, 3])
    step = line.trace(X[:, :3], X[:, 3])
    assert np.abs(step.gradients.theta).max() < 1e-5, "at the bottom there is no slope"
    assert step.cost == pytest.approx(np.mean((line.predict(X[:, :3]) - X[:, 3]) ** 2) / 2)


def test_another_optimizer_begins_anew():
    model = fitted(MLPClassifier((4,), max_iter=3, random_state=0), X, y)
    step = model.trace(X, y, optimizer=GradientDescent(0.5))
    np.testing.assert_allclose(step.after.theta, step.before.theta - 0.5 * step.gradients.theta, rtol=1e-12)
    assert not step.slots_before


def test_the_public_functions_take_models():
    model = fitted(MLPClassifier((4,), max_iter=3, random_state=0), X, y)
    assert trace(model, X[:2], y[:2]).cost == model.trace(X[:2], y[:2]).cost
    assert gradcheck(model, X[:9], y[:9]).ok
    table = TableModel(Recipe(hidden=(4,), epochs=2)).fit("iris")
    assert trace(table, "iris").m == 150 and trace(table, "iris", rows=[3, 9]).rows == (3, 9)
    assert trace(model, X[:2], y[:2], [1, 0]).shares.tolist() == [1, 0]
    assert gradcheck(table, "iris", count=10).ok


def test_a_table():
    model = TableModel(Recipe(hidden=(4,), epochs=3)).fit("iris")
    step = model.trace("iris", [150, 3, 3])
    assert step.rows == (3, 150) and step.columns == model.encoder.output_names
    assert step.predictions.argmax(axis=1).tolist() == [
        model.target.classes.tolist().index(name) for name in model.predict("iris")[[2, 149]].tolist()
    ]
    assert step.number > 1, "the training goes on where it stopped"


def test_counts():
    rng = np.random.default_rng(0)
    table = {"size": rng.uniform(size=60), "sold": rng.poisson(3, 60)}
    model = TableModel(Recipe(hidden=(4,), epochs=3, loss="poisson"), task="regression").fit(table, "sold")
    step = model.trace(table, [1, 2])
    np.testing.assert_allclose(step.Y[:, 0], table["sold"][:2], atol=1e-5)


@pytest.mark.parametrize("rows", [[0], [151], [], [-1, 2]])
def test_rows_that_do_not_exist(rows):
    model = TableModel(Recipe(hidden=(4,), epochs=1)).fit("iris")
    with pytest.raises(InvalidInput, match="iris has the rows 1 to 150"):
        model.trace("iris", rows)


def test_not_fitted():
    with pytest.raises(NotFittedError):
        MLPClassifier().trace(X, y)
    with pytest.raises(InvalidInput, match="not trained; call fit first"):
        TableModel().trace("iris")


def test_unknown_labels():
    model = fitted(MLPClassifier((4,), max_iter=1, random_state=0), X, y)
    with pytest.raises(InvalidInput, match="has a class that the model does not know"):
        model.trace(X[:1], [7])
    model = LinearRegression().fit(X[:, :3], X[:, 3])
    with pytest.raises(InvalidInput, match="y must be numbers"):
        model.trace(X[:1, :3], ["plum"])
