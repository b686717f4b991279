"""Looking into a fitted model, and the model frozen for prediction."""

from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
import scipy.sparse
from sklearn.exceptions import NotFittedError

from glassnet import LinearRegression, LogisticRegression, MLPClassifier, MLPRegressor

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
QUICK: dict[str, Any] = {"hidden_layer_sizes": (8, 5), "max_iter": 10, "random_state": 0}

MODELS = {
    "classifier": MLPClassifier(**QUICK, activation=["tanh", "gelu"]),
    "normalised": MLPClassifier(**QUICK, activation="tanh", normalization="batch", dropout=0.2),
    "regressor": MLPRegressor(**QUICK, activation="softplus", normalization="layer"),
    "linear": LinearRegression(),
    "logistic": LogisticRegression(),
}


def fitted(name: str, iris: tuple[Any, Any], task: str = "several") -> Any:
    X, y = iris
    y = {"several": y, "two": y > 0, "yes_no": np.column_stack([y == 0, X[:, 0] > 0]).astype(int)}[task]
    return MODELS[name].fit(X, np.asarray(y, float) if name in ("regressor", "linear") else y)


def score(model: Any, X: Any, output: int) -> Any:
    scores = model.decision_function(X) if hasattr(model, "decision_function") else model.predict(X)
    return scores if scores.ndim == 1 else scores[:, output]


@pytest.mark.parametrize("name", MODELS)
def test_slopes_by_inputs_are_central_differences(name: str, iris: tuple[Any, Any]) -> None:
    X, model = iris[0], fitted(name, iris)
    for output in range(model.network_.outputs):
        slopes = model.input_gradients(X, output + 1)
        assert slopes.shape == X.shape
        for j in range(X.shape[1]):
            h = np.zeros(X.shape[1])
            h[j] = 1e-5
            differences = (score(model, X + h, output) - score(model, X - h, output)) / 2e-5
            np.testing.assert_allclose(slopes[:, j], differences, rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(model.input_gradients(scipy.sparse.csr_array(X)), model.input_gradients(X))


def test_slopes_of_a_line_are_its_coefficients(iris: tuple[Any, Any]) -> None:
    model = fitted("linear", iris)
    np.testing.assert_allclose(model.input_gradients(iris[0]), np.broadcast_to(model.coef_, (150, 4)))


@pytest.mark.parametrize("name", MODELS)
def test_outputs_of_the_layers(name: str, iris: tuple[Any, Any]) -> None:
    X, model = iris[0], fitted(name, iris)
    before = model.parameters_.running.copy()
    A = model.layer_outputs(X)
    assert [a.shape for a in A] == [(150, n) for n in model.network_.widths]
    np.testing.assert_array_equal(A[0], X)
    answers = model.predict_proba(X) if hasattr(model, "predict_proba") else model.predict(X)[:, None]
    np.testing.assert_allclose(A[-1], answers, rtol=1e-12)
    np.testing.assert_array_equal(model.parameters_.running, before)  # who looks changes nothing


def test_misuse(iris: tuple[Any, Any]) -> None:
    model = fitted("classifier", iris)
    for wrong in (4, 0, -1, "a", 0.5):
        with pytest.raises(ValueError, match="output must be one of the network's 3"):
            model.input_gradients(iris[0], wrong)
    with pytest.raises(ValueError, match="NaN"):
        model.layer_outputs(np.full((1, 4), np.nan))
    for ask in (lambda m: m.layer_outputs(iris[0]), lambda m: m.input_gradients(iris[0]), lambda m: m.predictor()):
        for kind in (MLPClassifier, LinearRegression):
            with pytest.raises(NotFittedError):
                ask(kind())


# --- frozen -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("again", [lambda p: p, lambda p: pickle.loads(pickle.dumps(p))], ids=["made", "pickled"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    ("name", "task"), [*((name, "several") for name in MODELS), ("classifier", "two"), ("classifier", "yes_no")]
)
def test_a_predictor_gives_the_same_bits(name: str, task: str, dtype: str, again: Any, iris: tuple[Any, Any]) -> None:
    X = iris[0].astype(dtype)
    model = fitted(name, (X, iris[1]), task)
    predictor = again(model.predictor())
    for method in ("predict", "predict_proba") if hasattr(model, "classes_") else ("predict",):
        for rows in (X[:1], X[:64], X, X[::2], np.asfortranarray(X[:9]), X[:3].tolist()):
            got, expected = getattr(predictor, method)(rows), getattr(model, method)(rows)
            assert got.tobytes() == expected.tobytes()
            assert (got.dtype, got.shape) == (expected.dtype, expected.shape)
    assert len(repr(predictor)) < 60


def test_a_predictor_stays_as_it_is(iris: tuple[Any, Any]) -> None:
    X, y = iris
    model = MLPClassifier(**QUICK).fit(X, np.array(["a", "b", "c"])[y])
    predictor = model.predictor()
    before = predictor.predict_proba(X).tobytes()
    model.coefs_[0][...] = 0
    assert predictor.predict_proba(X).tobytes() == before != model.predict_proba(X).tobytes()
    model.fit(X[:, :2], y)
    assert set(predictor.predict(X)) <= {"a", "b", "c"}
    assert not np.shares_memory(predictor.blend.members[0].parameters.theta, model.parameters_.theta)
    with ThreadPoolExecutor(4) as pool:
        assert {p.tobytes() for p in pool.map(predictor.predict_proba, [X] * 50)} == {before}
