"""MLPClassifier and MLPRegressor as their users meet them: answers, going on, copies, kinds of input, warnings."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from sklearn.datasets import load_diabetes, load_digits
from sklearn.metrics import accuracy_score, r2_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from glassnet import MLPClassifier, MLPRegressor

patient = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
QUICK = {"hidden_layer_sizes": (12,), "max_iter": 15, "random_state": 0}


@pytest.fixture
def several(iris: tuple[Any, Any]) -> tuple[Any, Any]:
    """Several yes/no answers."""
    X, y = iris
    return X, np.column_stack([y == 0, y == 1, X[:, 0] > 0]).astype(int)


def arrays(model: Any) -> bytes:
    return b"".join(array.tobytes() for array in [*model.coefs_, *model.intercepts_])


# --- how good ---------------------------------------------------------------------------------------------------------


@patient
@pytest.mark.parametrize(("solver", "rate"), [("adam", 0.01), ("sgd", 0.1), ("lbfgs", 1.0)])
def test_digits(solver: str, rate: float) -> None:
    X, y = load_digits(return_X_y=True)
    X, X_test, y, y_test = train_test_split(X / 16, y, random_state=0)
    model = MLPClassifier((40,), solver=solver, learning_rate_init=rate, max_iter=40, random_state=0).fit(X, y)
    assert model.score(X_test, y_test) > 0.95


@patient
def test_diabetes() -> None:
    X, y = load_diabetes(return_X_y=True)
    y = (y - y.mean()) / y.std()
    network = MLPRegressor(hidden_layer_sizes=(10,), activation="tanh", solver="lbfgs", alpha=30, random_state=0)
    model = make_pipeline(StandardScaler(), network)
    assert model.fit(X[100:], y[100:]).score(X[:100], y[:100]) > 0.35


# --- answers ----------------------------------------------------------------------------------------------------------


@patient
def test_words_in_words_out(iris: tuple[Any, Any]) -> None:
    X, y = iris
    names = np.array(["setosa", "versicolor", "virginica"])
    model = MLPClassifier(**QUICK, learning_rate_init=0.05).fit(X, names[y])
    assert model.classes_.tolist() == names.tolist()
    assert model.predict(X).dtype.kind == "U"
    p = model.predict_proba(X)
    np.testing.assert_allclose(p.sum(axis=1), 1)
    assert (model.predict(X) == names[p.argmax(axis=1)]).all()
    np.testing.assert_allclose(model.predict_log_proba(X), np.log(p))
    assert model.score(X, names[y]) == accuracy_score(names[y], model.predict(X)) > 0.9
    assert model.decision_function(X).shape == (150, 3)


@patient
def test_two_classes(iris: tuple[Any, Any]) -> None:
    X, y = iris[0][:100], np.array(["no", "yes"])[iris[1][:100]]
    model = MLPClassifier(**QUICK).fit(X, y)
    p = model.predict_proba(X)
    assert p.shape == (100, 2)
    assert model.n_outputs_ == 1
    assert (model.predict(X) == np.where(p[:, 1] > 0.5, "yes", "no")).all()
    np.testing.assert_array_equal(model.decision_function(X) > 0, p[:, 1] > 0.5)
    np.testing.assert_allclose(p[:, 1], 1 / (1 + np.exp(-model.decision_function(X))))


@patient
def test_several_answers(several: tuple[Any, Any]) -> None:
    X, Y = several
    model = MLPClassifier(**QUICK, learning_rate_init=0.05).fit(X, Y)
    assert model.predict(X).shape == Y.shape
    assert set(np.unique(model.predict(X))) == {0, 1}
    np.testing.assert_array_equal(model.predict(X), model.predict_proba(X) > 0.5)
    assert model.score(X, Y) == (model.predict(X) == Y).all(axis=1).mean() > 0.6
    sparse = MLPClassifier(**QUICK, learning_rate_init=0.05).fit(X, scipy.sparse.csr_matrix(Y))
    assert arrays(sparse) == arrays(model)


@patient
def test_one_output_is_a_vector_several_a_table() -> None:
    X, y = load_diabetes(return_X_y=True)
    one = MLPRegressor(**QUICK).fit(X, y)
    two = MLPRegressor(**QUICK).fit(X, np.column_stack([y, -y]))
    assert one.predict(X).shape == (442,)
    assert two.predict(X).shape == (442, 2)
    assert one.score(X, y) == r2_score(y, one.predict(X))
    with pytest.warns(Warning, match="column-vector y"):
        column = MLPRegressor(**QUICK).fit(X, y[:, None])
    assert arrays(column) == arrays(one)


@patient
def test_counts_are_predicted_positive() -> None:
    X, _ = load_diabetes(return_X_y=True)
    y = np.random.default_rng(0).poisson(np.exp(10 * X[:, 2]))
    model = MLPRegressor("poisson", **QUICK).fit(X, y)
    assert (model.predict(X) > 0).all()
    assert model.out_activation_ == "exp"


# --- kinds of input ---------------------------------------------------------------------------------------------------


@patient
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_dtype_goes_through(dtype: str, iris: tuple[Any, Any]) -> None:
    X, y = iris[0].astype(dtype), iris[1]
    classifier = MLPClassifier(**QUICK).fit(X, y)
    regressor = MLPRegressor(**QUICK).fit(X, y.astype(dtype))
    assert classifier.predict_proba(X).dtype == regressor.predict(X).dtype == dtype
    assert {array.dtype for array in [*classifier.coefs_, *regressor.intercepts_]} == {np.dtype(dtype)}
    assert classifier.predict_proba(X.astype("float64")).dtype == dtype  # that of the model


@patient
@pytest.mark.parametrize("solver", ["adam", "sgd", "lbfgs"])
@pytest.mark.parametrize("kind", [scipy.sparse.csr_matrix, scipy.sparse.csc_array, scipy.sparse.csr_array])
def test_sparse_is_dense(solver: str, kind: Any) -> None:
    X, y = load_digits(n_class=4, return_X_y=True)
    X = X[:200] / 16
    settings = QUICK | {"solver": solver, "early_stopping": True, "max_iter": 6}
    dense, sparse = MLPClassifier(**settings).fit(X, y[:200]), MLPClassifier(**settings).fit(kind(X), y[:200])
    np.testing.assert_allclose(sparse.predict_proba(kind(X)), dense.predict_proba(X), rtol=1e-7, atol=1e-9)
    regressor = MLPRegressor(**settings).fit(kind(X), y[:200] / 4)
    np.testing.assert_allclose(regressor.predict(kind(X)), regressor.predict(X), rtol=1e-9)


@patient
def test_integers_lists_and_frames(iris: tuple[Any, Any]) -> None:
    X, y = np.round(3 * iris[0]).astype(int), iris[1]
    expected = arrays(MLPClassifier(**QUICK).fit(X.astype(float), y))
    assert arrays(MLPClassifier(**QUICK).fit(X, y)) == expected
    assert arrays(MLPClassifier(**QUICK).fit(X.tolist(), y.tolist())) == expected
    model = MLPClassifier(**QUICK).fit(pd.DataFrame(X, columns=list("abcd")), pd.Series(y))
    assert arrays(model) == expected
    assert model.feature_names_in_.tolist() == list("abcd")
    with pytest.raises(ValueError, match="feature names"):
        model.predict(pd.DataFrame(X, columns=list("abce")))


# --- going on ---------------------------------------------------------------------------------------------------------


@patient
@pytest.mark.parametrize("random_state", [0, 3])
def test_the_same_seed_is_the_same_network(random_state: int, iris: tuple[Any, Any]) -> None:
    settings = QUICK | {"random_state": random_state}
    assert arrays(MLPClassifier(**settings).fit(*iris)) == arrays(MLPClassifier(**settings).fit(*iris))
    assert arrays(MLPClassifier(**settings).fit(*iris)) != arrays(
        MLPClassifier(**(settings | {"random_state": 1})).fit(*iris)
    )


@patient
def test_fit_forgets(iris: tuple[Any, Any]) -> None:
    X, y = iris
    model = MLPClassifier(**QUICK).fit(X[:, :2], y > 0)
    assert arrays(model.fit(X, y)) == arrays(MLPClassifier(**QUICK).fit(X, y))


@patient
def test_warm_start_goes_on(iris: tuple[Any, Any]) -> None:
    model = MLPClassifier(**QUICK, warm_start=True).fit(*iris)
    before = model.loss_
    assert model.fit(*iris).loss_curve_[15] < before * 1.05
    assert model.loss_ < before
    model.set_params(hidden_layer_sizes=(3,))
    with pytest.raises(ValueError, match="warm_start goes on with the network of the fit before"):
        model.fit(*iris)
    with pytest.raises(ValueError, match="warm_start can only be used where `y` has the same classes"):
        MLPClassifier(**QUICK, warm_start=True).fit(*iris).fit(iris[0], iris[1] > 0)


@patient
def test_partial_fit(iris: tuple[Any, Any]) -> None:
    X, y = iris
    model = MLPClassifier((10,), learning_rate_init=0.05, random_state=0)
    for _ in range(30):
        model.partial_fit(X, y, classes=[0, 1, 2])
    assert len(model.loss_curve_) == 30
    assert model.score(X, y) > 0.9
    assert model.t_ == 30 * 150
    assert model.partial_fit(X[y == 1], y[y == 1]).classes_.tolist() == [0, 1, 2]  # any of the classes will do
    with pytest.raises(ValueError, match="has a class that the model does not know"):
        model.partial_fit(X, y + 1)


@patient
def test_partial_fit_keeps_the_dtype_of_the_model(iris: tuple[Any, Any]) -> None:
    X, y = iris
    model = MLPClassifier(**QUICK).partial_fit(X.astype("float32"), y, classes=[0, 1, 2])
    again = copy.deepcopy(model)
    model.partial_fit(X, y)
    assert model.coefs_[0].dtype == np.float32
    assert arrays(model) == arrays(again.partial_fit(X.astype("float32"), y))


@patient
def test_partial_fit_after_early_stopping_goes_on_from_the_best(iris: tuple[Any, Any]) -> None:
    X, y = iris
    model = MLPClassifier((10,), early_stopping=True, n_iter_no_change=2, tol=0.5, max_iter=50, random_state=0).fit(
        X, y
    )
    best = model.coefs_[0].copy()
    model.set_params(early_stopping=False, learning_rate_init=1e-9)
    model.partial_fit(X, y)
    np.testing.assert_allclose(model.coefs_[0], best, atol=1e-6)
    model.set_params(learning_rate_init=0.1).partial_fit(X, y)
    assert np.abs(model.coefs_[0] - best).max() > 1e-3


def test_partial_fit_does_not_suit_every_solver(iris: tuple[Any, Any]) -> None:
    assert hasattr(MLPClassifier(solver="sgd"), "partial_fit")
    assert not hasattr(MLPClassifier(solver="lbfgs"), "partial_fit")
    assert not hasattr(MLPRegressor(solver="lbfgs"), "partial_fit")
    with pytest.raises(ValueError, match="early_stopping"):
        MLPClassifier(early_stopping=True).partial_fit(*iris, classes=[0, 1, 2])
    with pytest.raises(ValueError, match="classes must be passed"):
        MLPClassifier().partial_fit(*iris)
