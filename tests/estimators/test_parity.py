"""Step by step what scikit-learn's networks do: same first weights, same weights after k epochs, to rounding."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sklearn
import sklearn.neural_network as theirs
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.exceptions import ConvergenceWarning
from sklearn.preprocessing import StandardScaler
from sklearn.utils.fixes import parse_version

import glassnet as ours

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

RTOL = 1e-9
KEEP_GOING = {"tol": 0.0, "n_iter_no_change": np.inf, "shuffle": False}


def labels_for_early_stopping(y: Any) -> Any:
    """scikit-learn before 1.9 fails on words with early stopping; numbers in their order name the same classes."""
    old = parse_version(sklearn.__version__) < parse_version("1.9")
    return np.unique(y, return_inverse=True)[1] if old and y.dtype.kind == "U" else y


def rounding(*expected: Any) -> dict[str, Any]:
    """Relative to the largest number: where a weight crosses 0 its own size tells nothing."""
    return {"rtol": RTOL, "atol": RTOL * max(float(np.abs(array).max(initial=0.0)) for array in expected)}


def assert_same_network(mine: Any, other: Any) -> None:
    close = rounding(*other.coefs_, *other.intercepts_)
    for name in ("coefs_", "intercepts_"):
        for got, expected in zip(getattr(mine, name), getattr(other, name), strict=True):
            np.testing.assert_allclose(got, expected, **close)


def both(kind: str, X: Any, y: Any, weights: Any = None, **parameters: Any) -> tuple[Any, Any]:
    """Ours and theirs, fitted."""
    return tuple(  # type: ignore[return-value]
        getattr(module, kind)(**{**KEEP_GOING, **parameters}).fit(X, y, sample_weight=weights)
        for module in (ours, theirs)
    )


def data(task: str, m: int, rng: np.random.Generator) -> tuple[Any, Any]:
    """Rows for one of the tasks."""
    X = rng.normal(size=(m, 4))
    signal = X @ rng.normal(size=(4, 3))
    match task:
        case "binary":
            y: Any = signal[:, 0] > 0
        case "multiclass":
            y = np.array(["a", "b", "c"])[signal.argmax(axis=1)]
        case "multilabel":
            y = (signal > 0).astype(int)
        case "number":
            y = signal[:, 0]
        case "numbers":
            y = signal[:, :2]
        case "counts":
            X = 0.2 * np.clip(X, -1, 1)  # so that e^z stays finite, where scikit-learn would give up
            y = rng.poisson(np.exp(0.3 * np.clip(signal[:, 0], -2, 2))).astype(float)
    if task in ("binary", "multiclass"):  # every class, whatever the draw
        y[:3] = np.unique(["a", "b", "c"]) if task == "multiclass" else [True, False, True]
    return X, y


CLASSIFICATION, REGRESSION = ("binary", "multiclass", "multilabel"), ("number", "numbers", "counts")

solvers = st.one_of(
    st.fixed_dictionaries({"solver": st.just("adam")}),
    st.fixed_dictionaries(
        {
            "solver": st.just("adam"),
            "beta_1": st.floats(0, 0.99),
            "beta_2": st.floats(0.5, 0.999),
            "epsilon": st.sampled_from([1e-8, 1e-3]),
        }
    ),
    st.fixed_dictionaries(
        {
            "solver": st.just("sgd"),
            "learning_rate": st.sampled_from(["constant", "invscaling", "adaptive"]),
            "momentum": st.sampled_from([0.0, 0.5, 0.9]),
            "nesterovs_momentum": st.booleans(),
            "power_t": st.sampled_from([0.5, 0.1]),
        }
    ),
)

configurations = st.fixed_dictionaries(
    {
        "hidden_layer_sizes": st.sampled_from([(), (5,), (1,), (6, 3), (4, 4, 4), 7]),
        "activation": st.sampled_from(["identity", "logistic", "tanh", "relu"]),
        "alpha": st.sampled_from([0.0, 1e-4, 0.5]),
        "batch_size": st.sampled_from([1, 7, 16, 23, "auto"]),
        "learning_rate_init": st.sampled_from([1e-3, 0.02]),
        "max_iter": st.integers(1, 5),
        "random_state": st.integers(0, 2**32 - 1),
    }
)


@pytest.mark.parametrize("weighted", [False, True], ids=["unweighted", "weighted"])
@pytest.mark.parametrize("task", [*CLASSIFICATION, *REGRESSION])
@given(solver=solvers, configuration=configurations, seed=st.integers(0, 1000))
@settings(max_examples=25, derandomize=True, deadline=None)
def test_the_same_weights_after_some_epochs(
    task: str, weighted: bool, solver: dict[str, Any], configuration: dict[str, Any], seed: int
) -> None:
    rng = np.random.default_rng(seed)
    X, y = data(task, 23, rng)
    w = rng.uniform(0.1, 3, 23) if weighted else None
    kind = "MLPClassifier" if task in CLASSIFICATION else "MLPRegressor"
    loss = {"loss": "poisson"} if task == "counts" else {}
    mine, other = both(kind, X, y, w, **solver, **configuration, **loss)
    assert_same_network(mine, other)
    assert mine.n_iter_ == other.n_iter_
    assert mine.t_ == other.t_
    assert (mine.n_layers_, mine.n_outputs_, mine.out_activation_) == (
        other.n_layers_,
        other.n_outputs_,
        other.out_activation_,
    )
    answers = "predict_proba" if task in CLASSIFICATION else "predict"
    got, expected = getattr(mine, answers)(X), getattr(other, answers)(X)
    assert got.shape == expected.shape
    assert got.dtype == expected.dtype
    np.testing.assert_allclose(got, expected, **rounding(expected))
    if w is None and task != "numbers":
        np.testing.assert_allclose(mine.loss_curve_, other.loss_curve_, rtol=1e-8)
        assert mine.loss_ == mine.loss_curve_[-1]
        assert mine.best_loss_ == pytest.approx(other.best_loss_, rel=1e-8)


@pytest.mark.parametrize("seeded", [int, np.random.RandomState])
@pytest.mark.parametrize("activation", ["identity", "logistic", "tanh", "relu"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_same_first_weights(seeded: Any, activation: str, dtype: str) -> None:
    """After a step not worth mentioning."""
    X, y = data("multiclass", 30, np.random.default_rng(0))
    still = {"solver": "sgd", "learning_rate_init": 1e-30, "momentum": 0, "max_iter": 1}
    mine, other = (
        module.MLPClassifier((8, 3), activation=activation, random_state=seeded(7), **still).fit(X.astype(dtype), y)
        for module in (ours, theirs)
    )
    for name in ("coefs_", "intercepts_"):
        for got, expected in zip(getattr(mine, name), getattr(other, name), strict=True):
            assert got.dtype == expected.dtype == dtype
            np.testing.assert_array_equal(got, expected)


def test_the_cost_of_several_outputs_is_their_sum() -> None:
    """Where scikit-learn shows their mean, though it descends along the gradient of their sum, as we do."""
    X, y = data("numbers", 40, np.random.default_rng(0))
    mine, other = both("MLPRegressor", X, y, hidden_layer_sizes=(5,), alpha=0.0, max_iter=5, random_state=0)
    assert_same_network(mine, other)
    np.testing.assert_allclose(mine.loss_curve_, 2 * np.array(other.loss_curve_), rtol=1e-9)


def test_the_cost_of_weighted_rows_is_their_mean_by_weight() -> None:
    """Where scikit-learn gives each batch its number of rows; with one batch both say the same."""
    X, y = data("number", 40, np.random.default_rng(0))
    w = np.random.default_rng(1).uniform(0, 3, 40)
    mine, other = both("MLPRegressor", X, y, w, hidden_layer_sizes=(5,), max_iter=5, random_state=0)
    np.testing.assert_allclose(mine.loss_curve_, other.loss_curve_, rtol=1e-9)


@pytest.mark.parametrize("solver", ["adam", "sgd"])
@pytest.mark.parametrize(("kind", "load"), [("MLPClassifier", load_breast_cancer), ("MLPRegressor", load_diabetes)])
def test_a_real_table_with_default_batches(solver: str, kind: str, load: Any) -> None:
    X, y = load(return_X_y=True)
    X, y = StandardScaler().fit_transform(X), y / y.max()
    mine, other = both(kind, X, y, solver=solver, max_iter=20, hidden_layer_sizes=(30, 10), random_state=0)
    assert_same_network(mine, other)
    assert mine.score(X, y) == pytest.approx(other.score(X, y), rel=1e-9)


def test_stopping_at_the_same_epoch() -> None:
    X, y = load_iris(return_X_y=True)
    mine, other = both("MLPClassifier", X, y, tol=1e-3, n_iter_no_change=3, max_iter=500, random_state=1)
    assert mine.n_iter_ == other.n_iter_ < 500
    assert_same_network(mine, other)


def test_an_adaptive_rate_falls_and_stops_at_the_same_epoch() -> None:
    X, y = load_iris(return_X_y=True)
    mine, other = both(
        "MLPClassifier",
        X,
        y,
        solver="sgd",
        learning_rate="adaptive",
        tol=1e-2,
        n_iter_no_change=3,
        max_iter=500,
        random_state=1,
    )
    assert mine.n_iter_ == other.n_iter_ < 500
    assert mine.history_["learning_rate"][-1] < 1e-5
    assert_same_network(mine, other)


@pytest.mark.parametrize("task", [*CLASSIFICATION, *REGRESSION])
@pytest.mark.parametrize("weighted", [False, True], ids=["unweighted", "weighted"])
def test_early_stopping_holds_out_the_same_rows_and_keeps_the_same_weights(task: str, weighted: bool) -> None:
    rng = np.random.default_rng(4)
    X, y = data(task, 90, rng)
    y = labels_for_early_stopping(y)
    w = rng.uniform(0.1, 3, 90) if weighted and task != "multilabel" else None
    kind = "MLPClassifier" if task in CLASSIFICATION else "MLPRegressor"
    loss = {"loss": "poisson"} if task == "counts" else {}
    mine, other = both(
        kind,
        X,
        y,
        w,
        early_stopping=True,
        validation_fraction=0.3,
        n_iter_no_change=5,
        tol=1e-4,
        max_iter=60,
        random_state=2,
        learning_rate_init=0.01,
        **loss,
    )
    assert mine.n_iter_ == other.n_iter_
    np.testing.assert_allclose(mine.validation_scores_, other.validation_scores_, rtol=1e-6)
    assert mine.best_validation_score_ == pytest.approx(other.best_validation_score_, rel=1e-6)
    assert mine.best_loss_ is other.best_loss_ is None
    assert_same_network(mine, other)


def test_a_class_of_one_row_and_early_stopping() -> None:
    """Of more than two classes scikit-learn does not ask for some of each among the rows held out."""
    X, y = data("multiclass", 60, np.random.default_rng(0))
    y = y.astype("<U4")
    y[17] = "rare"
    y = labels_for_early_stopping(y)
    mine, other = both("MLPClassifier", X, y, early_stopping=True, max_iter=3, random_state=0)
    assert_same_network(mine, other)


@pytest.mark.parametrize("task", [*CLASSIFICATION, *REGRESSION])
@pytest.mark.parametrize("solver", ["adam", "sgd"])
def test_partial_fit_step_by_step(task: str, solver: str) -> None:
    rng = np.random.default_rng(0)
    X, y = data(task, 60, rng)
    kind = "MLPClassifier" if task in CLASSIFICATION else "MLPRegressor"
    first = {"classes": np.unique(y)} if task in ("binary", "multiclass") else {}
    settings = {"learning_rate": "invscaling", "learning_rate_init": 0.1, "shuffle": False, "random_state": 0}
    loss = {"loss": "poisson"} if task == "counts" else {}
    models = [
        getattr(module, kind)(hidden_layer_sizes=(6,), solver=solver, **settings, **loss) for module in (ours, theirs)
    ]
    if task == "multilabel":
        first = {"classes": np.arange(3)}
    for start, stop in ((0, 20), (20, 27), (27, 28), (28, 60)):
        for model in models:
            model.partial_fit(X[start:stop], y[start:stop], **first)
        first = {}
        assert_same_network(*models)
        assert models[0].t_ == models[1].t_ == stop
        assert models[0].n_iter_ == models[1].n_iter_ == 1
    assert len(models[0].loss_curve_) == len(models[1].loss_curve_) == 4


def test_warm_start_goes_on_from_the_same_weights() -> None:
    X, y = data("number", 40, np.random.default_rng(0))
    models = [
        module.MLPRegressor(hidden_layer_sizes=(6,), warm_start=True, max_iter=3, random_state=0, **KEEP_GOING)
        for module in (ours, theirs)
    ]
    for _ in range(3):  # each fit begins a new Adam
        for model in models:
            model.fit(X, y)
        assert_same_network(*models)


def test_lbfgs_reaches_as_low() -> None:
    """The same line search from the same weights; iterates differ by rounding that grows."""
    X, y = load_diabetes(return_X_y=True)
    y = y / y.max()
    with pytest.warns(ConvergenceWarning):
        mine, other = (
            module.MLPRegressor(
                hidden_layer_sizes=(5,), solver="lbfgs", activation="tanh", max_iter=8, random_state=0
            ).fit(X, y)
            for module in (ours, theirs)
        )
    assert mine.n_iter_ == other.n_iter_
    assert mine.loss_ == pytest.approx(other.loss_, rel=1e-6)
    for got, expected in zip(mine.coefs_, other.coefs_, strict=True):
        np.testing.assert_allclose(got, expected, rtol=1e-4, atol=1e-4)
