"""What was saved comes back to the same bits."""

from __future__ import annotations

import copy
import math
import pickle
import warnings

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from numpy.testing import assert_array_equal
from sklearn.base import clone
from sklearn.utils.validation import check_is_fitted

from files.samples import NUMBERS, SAMPLES, SPELLED, TABLE, WORDS, X, answers
from glassnet.estimators.linear.logistic import LogisticRegression
from glassnet.estimators.linear.regression import LinearRegression
from glassnet.estimators.mlp.classifier import MLPClassifier
from glassnet.estimators.mlp.regressor import MLPRegressor
from glassnet.estimators.table.model import TableModel
from glassnet.estimators.table.recipe import NORMS, Recipe
from glassnet.files import load, save
from glassnet.network.network import Network
from glassnet.pieces.losses import LOSSES

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def assert_same(before, after):
    assert before.keys() == after.keys()
    for name in before:
        assert_array_equal(before[name], after[name], strict=True)


def again(model, path):
    save(model, path)
    return load(path)


@pytest.mark.parametrize("name", SAMPLES)
def test_each_sample_answers_the_same(name, trained, saved):
    model, data = trained[name]
    assert_same(answers(model, data), answers(load(saved[name]), data))


@pytest.mark.parametrize("name", SAMPLES)
def test_a_loaded_model_is_written_to_the_same_bytes(name, saved, path):
    save(load(saved[name]), path)
    assert path.read_bytes() == saved[name].read_bytes()


@pytest.mark.parametrize("name", [name for name in SAMPLES if name.startswith("table")])
def test_a_table_model_keeps_all_it_knows(name, trained, saved):
    model, loaded = trained[name][0], load(saved[name])
    assert loaded.recipe == model.recipe and loaded.task == model.task
    assert loaded.network.describe() == model.network.describe()
    assert_array_equal(loaded.parameters.theta, model.parameters.theta, strict=True)
    assert_array_equal(loaded.parameters.running, model.parameters.running, strict=True)
    assert list(loaded.history.items()) == list(model.history.items())
    assert (loaded.outcome.ending, loaded.outcome.reason) == (model.outcome.ending, model.outcome.reason)
    assert (loaded.rows, loaded.validation_rows) == (model.rows, model.validation_rows)
    assert (loaded.best_epoch, loaded.seconds) == (model.best_epoch, model.seconds)
    assert loaded.encoder.report() == model.encoder.report()
    assert loaded.evaluation.scores == model.evaluation.scores
    assert loaded.evaluation.baseline == model.evaluation.baseline
    assert_array_equal(loaded.evaluation.confusion, model.evaluation.confusion)
    columns = SPELLED if name == "table-spellings" else TABLE
    table = {name: cells[:30] for name, cells in columns.items()}  # the dates after them cannot all be
    data = table | {"answer": model.predict(table).tolist()}
    assert loaded.evaluate(data).scores == model.evaluate(data).scores


@pytest.mark.parametrize("norm", NORMS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_tables_of_either_dtype_and_every_norm(dtype, norm, path):
    recipe = Recipe(hidden=(5, 3), epochs=3, dtype=dtype, norm=norm)
    data = TABLE | {"price": (NUMBERS * 1000).tolist()}
    model = TableModel(recipe).fit(data, "price")
    loaded = again(model, path)
    assert loaded.parameters.theta.dtype == dtype
    assert_same(answers(model, TABLE), answers(loaded, TABLE))
    assert 5000 < loaded.predict(TABLE).mean() < 15000  # in the user's units


def test_a_table_of_counts(path):
    data = {"x": X[:, 0].tolist(), "visits": np.arange(40).tolist()}
    model = TableModel(Recipe(hidden=(), epochs=3, loss="poisson"), task="regression").fit(data, "visits")
    assert_same(answers(model, data), answers(again(model, path), data))


def test_a_loaded_table_model_can_be_fitted_again(saved):
    model = load(saved["table-words"])
    data = {"x": [1.0, 2.0, 3.0, 4.0] * 5, "y": ["a", "a", "b", "b"] * 5}
    assert set(model.fit(data, "y").predict(data)) <= {"a", "b"}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("convert", [scipy.sparse.csr_matrix, scipy.sparse.csc_array, np.asfortranarray])
def test_trained_on_sparse_and_other_layouts(convert, dtype, path):
    x = convert(np.where(X > 0, X, 0).astype(dtype))
    model = MLPClassifier((4,), max_iter=3, random_state=0).fit(x, WORDS)
    assert_same(answers(model, x), answers(again(model, path), x))


CLASSES = {
    "text": WORDS,
    "wide text": WORDS.astype("<U40"),
    "objects": WORDS.astype(object),
    "bool": NUMBERS > 10,
    "int8": (NUMBERS > 10).astype(np.int8) * 5 - 3,
    "uint64": np.where(NUMBERS > 10, np.uint64(2**64 - 1), np.uint64(7)),
    "int64": np.digitize(NUMBERS, [9, 11]) - 5,
    "big-endian": np.digitize(NUMBERS, [9, 11]).astype(">i4"),
    "float32": np.digitize(NUMBERS, [9, 11]).astype(np.float32),
    "float64": (NUMBERS > 10) * 2.0,
}


@pytest.mark.parametrize("estimator", [MLPClassifier((3,), max_iter=2, random_state=0), LogisticRegression(max_iter=3)])
@pytest.mark.parametrize("kind", CLASSES)
def test_classes_of_every_dtype(kind, estimator, path):
    model = clone(estimator).fit(X, CLASSES[kind])
    loaded = again(model, path)
    assert loaded.classes_.tolist() == model.classes_.tolist()
    assert loaded.classes_.dtype == model.classes_.dtype.newbyteorder("=")
    assert loaded.predict(X).tolist() == model.predict(X).tolist()
    assert loaded.score(X, CLASSES[kind]) == model.score(X, CLASSES[kind])


def test_classes_that_are_objects_stay_objects(path):
    model = MLPClassifier((3,)).partial_fit(X, WORDS.astype(object), classes=np.unique(WORDS).astype(object))
    loaded = again(model, path)
    assert model.classes_.dtype == loaded.classes_.dtype == object
    assert_array_equal(loaded.predict(X), model.predict(X), strict=True)


@pytest.mark.parametrize("y", [NUMBERS, NUMBERS[:, None], X[:, :2]], ids=["flat", "one column", "two columns"])
@pytest.mark.parametrize("solver", ["lbfgs", "gradient_descent"])
def test_linear_models_show_their_coefficients(solver, y, path):
    model = LinearRegression(solver=solver, max_iter=20).fit(X, y[:, 0] if y.shape[1:] == (1,) else y)
    loaded = again(model, path)
    assert_array_equal(loaded.coef_, model.coef_, strict=True)
    assert type(loaded.intercept_) is type(model.intercept_)
    assert_array_equal(loaded.intercept_, model.intercept_)
    assert_same(answers(model, X), answers(loaded, X))


def test_logistic_regression_shows_its_coefficients(trained, saved):
    model, loaded = trained["logistic-regression"][0], load(saved["logistic-regression"])
    assert_array_equal(loaded.coef_, model.coef_, strict=True)
    assert_array_equal(loaded.intercept_, model.intercept_, strict=True)
    assert math.isinf(loaded.C)


def test_names_of_features_are_any_text(path):
    frame = pd.DataFrame(
        X,
        columns=["größe", "площадь m²", "🏠 rooms"],
    )
    model = MLPRegressor(hidden_layer_sizes=(3,), max_iter=2).fit(frame, NUMBERS)
    loaded = again(model, path)
    assert_array_equal(loaded.feature_names_in_, model.feature_names_in_, strict=True)
    assert_same(answers(model, frame), answers(loaded, frame))
    with pytest.raises(ValueError, match="feature names should match"):
        loaded.predict(frame.rename(columns={"größe": "size"}))


@pytest.mark.parametrize("name", ["mlp-classifier", "mlp-regressor", "linear-regression", "logistic-regression"])
def test_a_loaded_estimator_is_fitted_and_clones(name, trained, saved):
    model, loaded = trained[name][0], load(saved[name])
    check_is_fitted(loaded)
    assert repr(loaded) == repr(model)
    assert clone(loaded).get_params() == loaded.get_params() == model.get_params()
    assert (loaded.n_features_in_, loaded.n_iter_) == (model.n_features_in_, model.n_iter_)
    assert list(loaded.history_.items()) == list(model.history_.items())
    assert not hasattr(loaded, "feature_names_in_")


def test_what_scikit_learn_shows_of_a_perceptron(trained, saved):
    model, loaded = trained["mlp-regressor"][0], load(saved["mlp-regressor"])
    shown = ["loss_curve_", "loss_", "validation_scores_", "best_validation_score_", "t_", "n_layers_", "n_outputs_"]
    assert {name: getattr(loaded, name) for name in shown} == {name: getattr(model, name) for name in shown}
    for before, after in zip(model.coefs_ + model.intercepts_, loaded.coefs_ + loaded.intercepts_, strict=True):
        assert_array_equal(before, after, strict=True)
    loaded.coefs_[0][...] = 0  # still views
    assert not loaded.parameters_.W[1].any()


SETTINGS = [
    {"hidden_layer_sizes": 3},
    {"hidden_layer_sizes": np.int64(3)},
    {"hidden_layer_sizes": np.array([3, 2]), "alpha": np.float32(0.25)},
    {"hidden_layer_sizes": [np.int32(3), 2], "batch_size": 7, "n_iter_no_change": np.inf},
    {
        "hidden_layer_sizes": (),
        "shuffle": np.bool_(False),
        "activation": "tanh",
        "solver": "sgd",
        "nesterovs_momentum": False,
    },
]


@pytest.mark.parametrize("settings", SETTINGS)
def test_settings_come_back_as_plain_data(settings, path):
    model = MLPRegressor(max_iter=2, random_state=0, **settings).fit(X, NUMBERS)
    loaded = again(model, path)
    for name, value in settings.items():
        assert_array_equal(getattr(loaded, name), value)
        assert type(getattr(loaded, name)) in (int, float, bool, str, list, tuple)
    assert_same(answers(clone(model).fit(X, NUMBERS), X), answers(clone(loaded).fit(X, NUMBERS), X))


def test_a_random_generator_is_left_out_with_a_warning(path):
    generator = np.random.RandomState(0)
    model = MLPClassifier((3,), max_iter=2, random_state=generator).fit(X, WORDS)
    with pytest.warns(UserWarning, match="random_state is a generator, which a file cannot hold") as warned:
        save(model, path)
    assert warned[0].filename == __file__
    assert model.random_state is generator
    loaded = load(path)
    assert loaded.random_state is None
    assert_same(answers(model, X), answers(loaded, X))


@pytest.mark.parametrize("solver", ["adam", "sgd"])
@pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])
def test_partial_fit_goes_on_to_the_same_bits(kind, solver, path):
    y = WORDS if kind is MLPClassifier else NUMBERS
    model = kind(hidden_layer_sizes=(4,), solver=solver, random_state=0, batch_size=8)
    for _ in range(3):
        model.partial_fit(X, y, **({"classes": np.unique(WORDS)} if kind is MLPClassifier else {}))
    loaded = again(model, path)
    for one in (model, loaded):
        one.partial_fit(X, y).partial_fit(X[:10], y[:10])
    assert_array_equal(loaded.parameters_.theta, model.parameters_.theta, strict=True)
    assert loaded.loss_curve_[:-1] == model.loss_curve_[:-1] and len(loaded.loss_curve_) == 5
    assert loaded.t_ == model.t_


@pytest.mark.parametrize("early_stopping", [False, True])
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_warm_start_goes_on_to_the_same_bits(solver, early_stopping, path):
    model = MLPClassifier(
        (4,), solver=solver, max_iter=4, warm_start=True, random_state=0, early_stopping=early_stopping
    )
    loaded = again(model.fit(X, WORDS), path)
    for one in (model, loaded):
        one.fit(X, WORDS)
    assert_array_equal(loaded.parameters_.theta, model.parameters_.theta, strict=True)


def test_after_early_stopping_the_last_epoch_is_saved_with_the_best(path):
    model = MLPRegressor(hidden_layer_sizes=(8,), early_stopping=True, max_iter=60, n_iter_no_change=3,
                         learning_rate_init=0.05, random_state=1).fit(X, NUMBERS)  # fmt: skip
    assert model._state.best.theta is model.parameters_.theta is not model._state.theta
    loaded = again(model, path)
    assert loaded._state.best.theta is loaded.parameters_.theta
    assert loaded._state.best.running is loaded.parameters_.running
    assert (loaded._state.best.score, loaded._state.best.epoch) == (model._state.best.score, model._state.best.epoch)
    assert_array_equal(loaded._state.theta, model._state.theta, strict=True)
    assert_array_equal(loaded.parameters_.theta, model.parameters_.theta, strict=True)


def test_a_memory_of_the_optimizer_that_overflowed_is_kept(path):
    model = MLPRegressor(hidden_layer_sizes=(3,), max_iter=2).fit(X, NUMBERS)
    model._state.slots[1, 0] = np.inf
    assert_array_equal(again(model, path)._state.slots, model._state.slots, strict=True)


def test_a_solver_changed_after_fit_begins_with_a_new_memory(path):
    model = MLPRegressor(hidden_layer_sizes=(3,), solver="adam", max_iter=3, random_state=0).fit(X, NUMBERS)
    loaded = again(model.set_params(solver="sgd"), path)
    assert loaded._state.slots.shape == (1, model._state.theta.size) and not loaded._state.slots.any()
    assert_same(answers(model, X), answers(loaded, X))
    loaded.partial_fit(X, NUMBERS)
    assert np.isfinite(loaded.predict(X)).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("hidden", [(), (3,), (2,) * 30], ids=["none", "one", "thirty"])
def test_a_network_and_its_parameters(hidden, dtype, path):
    network = Network.mlp(3, hidden, 2, loss="cross_entropy")
    parameters = network.initialize(seed=4, dtype=dtype)
    loaded_network, loaded = again((network, parameters), path)
    assert loaded_network.describe() == network.describe()
    assert_array_equal(loaded.theta, parameters.theta, strict=True)
    loaded.W[1][...] = 0
    assert not loaded.theta[: loaded.W[1].size].any()  # still views


def test_a_copy_saves_the_same_bytes(trained, saved, path):
    model = trained["mlp-regressor"][0]
    for copied in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        save(copied, path)
        assert path.read_bytes() == saved["mlp-regressor"].read_bytes()


@pytest.mark.parametrize("loss", ["huber", "quantile", "absolute_error", LOSSES.make("quantile", level=0.9)], ids=str)
def test_other_losses_of_a_regressor(loss, path):
    x, y = np.linspace(0, 1, 30).reshape(-1, 1), np.linspace(0, 2, 30)
    model = MLPRegressor(loss, (3,), max_iter=3, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # three epochs are not enough
        model.fit(x, y)
    save(model, path)
    loaded = load(path)
    assert loaded.predict(x).tobytes() == model.predict(x).tobytes()
    assert loaded.network_.loss == model.network_.loss and loaded.loss == model.loss
