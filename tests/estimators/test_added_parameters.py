"""Parameters that scikit-learn has not: each does what it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_diabetes

from glassnet import (
    ACTIVATIONS,
    INITIALIZERS,
    LOSSES,
    OPTIMIZERS,
    SCHEDULES,
    Loss,
    MLPClassifier,
    MLPRegressor,
    own_activation,
)
from glassnet.estimators.mlp.plan import plan_of
from glassnet.pieces.losses import CrossEntropy, Huber, Quantile
from glassnet.pieces.optimizers import Adam, AdamW
from glassnet.pieces.schedules import Clock, Cosine

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
QUICK: dict[str, Any] = {"hidden_layer_sizes": (8,), "max_iter": 12, "random_state": 0, "learning_rate_init": 0.02}
TWO = QUICK | {"hidden_layer_sizes": (8, 5)}


def arrays(model: Any) -> bytes:
    return model.parameters_.theta.tobytes() + model.parameters_.running.tobytes()


@pytest.fixture
def diabetes() -> tuple[Any, Any]:
    X, y = load_diabetes(return_X_y=True)
    return X / X.std(axis=0), (y - y.mean()) / y.std()


# --- layers -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_any_activation_of_the_table(name: str, iris: tuple[Any, Any]) -> None:
    model = MLPClassifier(**TWO, activation=name).fit(*iris)
    assert model.loss_curve_[-1] < model.loss_curve_[0]
    assert [layer.g.name for layer in model.network_.layers[:-1]] == [name, name]
    assert arrays(model) == arrays(MLPClassifier(**TWO, activation=ACTIVATIONS[name]).fit(*iris))


def test_an_activation_for_each_layer(iris: tuple[Any, Any]) -> None:
    model = MLPClassifier(**TWO, activation=["tanh", "relu"]).fit(*iris)
    A = model.layer_outputs(iris[0])
    np.testing.assert_allclose(A[1], np.tanh(iris[0] @ model.coefs_[0] + model.intercepts_[0]))
    np.testing.assert_allclose(A[2], np.maximum(A[1] @ model.coefs_[1] + model.intercepts_[1], 0))
    assert A[1].min() < 0
    with pytest.raises(ValueError, match=r"activation must have one entry .*3 entries, 2 hidden layers"):
        MLPClassifier(**TWO, activation=["tanh", "relu", "relu"]).fit(*iris)
    with pytest.raises(ValueError, match="did you mean 'relu'"):
        MLPClassifier(**TWO, activation=["tanh", "rleu"]).fit(*iris)


def test_an_activation_of_ones_own(iris: tuple[Any, Any]) -> None:
    own = own_activation("twice_tanh", lambda z: 2 * np.tanh(z), lambda z, a: 2 - a * a / 2)
    model = MLPClassifier(**QUICK, activation=own).fit(*iris)
    assert model.loss_ < 0.7 * model.loss_curve_[0]
    np.testing.assert_allclose(
        model.layer_outputs(iris[0])[1], 2 * np.tanh(iris[0] @ model.coefs_[0] + model.intercepts_[0])
    )
    function, name = (MLPClassifier(**QUICK, activation=g).fit(*iris) for g in (np.tanh, "tanh"))
    np.testing.assert_allclose(function.loss_curve_, name.loss_curve_, rtol=1e-9)


def test_dropout(iris: tuple[Any, Any]) -> None:
    plain, one, each, second = (
        MLPClassifier(**TWO, dropout=rate).fit(*iris) for rate in (0, 0.5, [0.5, 0.5], [0, 0.5])
    )
    assert arrays(one) == arrays(each) != arrays(plain)
    assert arrays(second) not in (arrays(one), arrays(plain))
    assert [type(layer).__name__ for layer in second.network_.declared_layers] == ["Dense", "Dense", "Dropout", "Dense"]
    assert arrays(plain) == arrays(MLPClassifier(**TWO).fit(*iris))
    assert one.predict_proba(iris[0]).tobytes() == one.predict_proba(iris[0]).tobytes()  # in training alone
    with pytest.raises(ValueError, match="dropout must have one entry"):
        MLPClassifier(**TWO, dropout=[0.5]).fit(*iris)
    with pytest.raises(ValueError, match="'dropout' parameter of MLPClassifier must be"):
        MLPClassifier(**TWO, dropout=1.0).fit(*iris)
    with pytest.raises(ValueError, match="rate"):
        MLPClassifier(**TWO, dropout=[0.5, 1.5]).fit(*iris)


@pytest.mark.parametrize(("name", "axis"), [("batch", 0), ("layer", 1)])
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_normalization(name: str, axis: int, solver: str, iris: tuple[Any, Any]) -> None:
    X, y = 100 * iris[0] + 500, iris[1]  # which no plain network learns from
    settings = QUICK | {"solver": solver, "max_iter": 60, "batch_size": 150}
    model = MLPClassifier(**settings, normalization=name, activation="identity").fit(X, y)
    assert model.score(X, y) > 0.6
    layer = model.network_.layers[1]
    p = model.parameters_.layers[1]
    before = X @ model.coefs_[0] + model.intercepts_[0]
    expected = (before - before.mean(axis, keepdims=True)) / before.std(axis, keepdims=True) * p.gamma + p.beta
    if axis:
        np.testing.assert_allclose(model.layer_outputs(X)[2], expected, atol=1e-3)
    else:  # by the running statistics, which with lbfgs are those of all rows
        A = model.layer_outputs(X)[2]
        assert np.corrcoef(A.ravel(), expected.ravel())[0, 1] > (0.999 if solver == "lbfgs" else 0.5)
    assert layer.name == f"{name}_norm"


@pytest.mark.parametrize("name", INITIALIZERS)
def test_initializer(name: str, iris: tuple[Any, Any]) -> None:
    model, twin = (MLPClassifier(**QUICK, initializer=i).initialize(*iris) for i in (name, INITIALIZERS[name]))
    W, b = INITIALIZERS[name].draw(np.random.RandomState(0), 4, 8)
    fitted = name == "data"  # to rows: tests/network/test_first_values.py
    assert np.array_equal(model.coefs_[0], W) is not fitted
    assert np.array_equal(model.intercepts_[0], np.broadcast_to(b, 8)) is not fitted
    assert arrays(model) == arrays(twin)


# --- how it learns ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_any_optimizer_by_name_and_as_a_record(name: str, iris: tuple[Any, Any]) -> None:
    cls = OPTIMIZERS[name].cls
    record = cls() if name == "lbfgs" else cls(learning_rate=0.02)
    model = MLPClassifier(**QUICK, solver=name).fit(*iris)
    assert model.loss_curve_[-1] < model.loss_curve_[0]
    twin = MLPClassifier(**QUICK | {"learning_rate_init": 5.0}, solver=record).fit(*iris)  # it brings its own rate
    if name != "lbfgs":  # which by name takes tol
        assert arrays(model) == arrays(twin)
        assert twin.history_["learning_rate"] == [0.02] * 12
    assert hasattr(model, "partial_fit") == hasattr(twin, "partial_fit") == (name != "lbfgs")


def test_a_record_has_settings_of_its_own(iris: tuple[Any, Any]) -> None:
    decayed, plain, adam = (
        MLPClassifier(**QUICK, alpha=0, solver=solver).fit(*iris)
        for solver in (AdamW(0.02, weight_decay=0.5), AdamW(0.02, weight_decay=0.0), Adam(0.02))
    )
    assert np.square(decayed.parameters_.weights).sum() < 0.95 * np.square(plain.parameters_.weights).sum()
    np.testing.assert_allclose(plain.parameters_.theta, adam.parameters_.theta)


@pytest.mark.parametrize("solver", ["adam", "sgd", "adamw", "rmsprop"])
@pytest.mark.parametrize("name", SCHEDULES)
def test_any_schedule_with_any_solver(solver: str, name: str, iris: tuple[Any, Any]) -> None:
    record = SCHEDULES.make(name)
    model = MLPClassifier(**QUICK, solver=solver, learning_rate=name, batch_size=50).fit(*iris)
    twin = MLPClassifier(**QUICK, solver=solver, learning_rate=record, batch_size=50).fit(*iris)
    assert arrays(model) == arrays(twin)
    plan = plan_of(model, model.network_, 150, "float64", 12)
    expected = [
        0.02 * record(Clock(3 * epoch, epoch - 1, 150 * (epoch - 1), plan.total_steps)) for epoch in range(1, 13)
    ]
    np.testing.assert_allclose(model.history_["learning_rate"], expected)


def test_a_schedule_with_settings(iris: tuple[Any, Any]) -> None:
    model = MLPClassifier(**QUICK, learning_rate=Cosine(warmup=6), batch_size=150).fit(*iris)
    rates = model.history_["learning_rate"]
    assert rates[0] < rates[1] < rates[2]
    assert rates[-1] < 0.1 * max(rates)


def test_clipping(iris: tuple[Any, Any]) -> None:
    X, y = iris[0] * 50, iris[1]
    settings = QUICK | {"solver": "sgd", "momentum": 0, "alpha": 0, "max_iter": 1, "batch_size": 150}
    settings |= {"learning_rate_init": 1.0}
    first = MLPClassifier(**settings).initialize(X, y).parameters_.theta
    free, norm, value = (
        MLPClassifier(**settings, **limit).fit(X, y).parameters_.theta - first
        for limit in ({}, {"clip_norm": 0.1}, {"clip_value": 0.01})
    )
    assert np.linalg.norm(free) > 1
    assert np.linalg.norm(norm) == pytest.approx(0.1)
    np.testing.assert_allclose(norm * np.linalg.norm(free) / 0.1, free, atol=1e-9)  # shorter, not turned
    np.testing.assert_allclose(value, np.clip(free, -0.01, 0.01), atol=1e-12)


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_l1_makes_weights_small_and_many_nothing(solver: str, iris: tuple[Any, Any]) -> None:
    settings = QUICK | {"solver": solver, "max_iter": 200, "alpha": 0}
    plain, sparse = (MLPClassifier(**settings, l1=l1).fit(*iris) for l1 in (0, 2.0))
    tiny = 0.02 if solver == "adam" else 1e-9
    zeros = [np.mean(np.abs(model.parameters_.weights) < tiny) for model in (plain, sparse)]
    assert zeros[1] > 0.3
    assert zeros[0] < 0.2
    assert sparse.score(*iris) > 0.85
    if solver == "lbfgs":
        assert np.mean(sparse.parameters_.weights == 0) > 0.3  # exactly


# --- what it learns ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", [0.1, 0.5, 0.9])
def test_a_quantile(level: float, diabetes: tuple[Any, Any]) -> None:
    X, y = diabetes
    settings = QUICK | {"max_iter": 150}
    model = MLPRegressor(loss=Quantile(level), **settings).fit(X, y)
    assert np.mean(y < model.predict(X)) == pytest.approx(level, abs=0.06)


def test_losses_by_name_and_as_records(diabetes: tuple[Any, Any]) -> None:
    X, y = diabetes
    spoilt = y.copy()
    spoilt[::10] += 40
    settings = QUICK | {"max_iter": 60}
    error = {}
    for loss in ("squared_error", "huber", "absolute_error"):
        model = MLPRegressor(loss=loss, **settings).fit(X, spoilt)
        assert arrays(model) == arrays(MLPRegressor(loss=LOSSES.make(loss), **settings).fit(X, spoilt))
        error[loss] = np.median(np.abs(model.predict(X) - y))
    assert max(error["huber"], error["absolute_error"]) < 0.5 * error["squared_error"]
    assert arrays(MLPRegressor(loss=Huber(0.1), **QUICK).fit(X, y)) != arrays(
        MLPRegressor(loss=Huber(5.0), **QUICK).fit(X, y)
    )


@dataclass(frozen=True)
class Fourth(Loss):
    """A loss of the user's own: the fourth power of the error."""

    name = "fourth"

    def value(self, S: Any, Y: Any) -> Any:
        return ((S - Y) ** 4).sum(axis=1) / 4

    def gradient(self, S: Any, Y: Any, out: Any) -> None:
        out[...] = (S - Y) ** 3


def test_a_loss_of_ones_own(diabetes: tuple[Any, Any]) -> None:
    X, y = diabetes
    fourth, second = (
        MLPRegressor(loss=loss, **QUICK | {"solver": "lbfgs", "max_iter": 100, "alpha": 0}).fit(X, y)
        for loss in (Fourth(), "squared_error")
    )
    assert fourth.loss_ == pytest.approx(np.mean((fourth.predict(X) - y) ** 4) / 4, rel=1e-6)
    assert np.abs(fourth.predict(X) - y).max() < np.abs(second.predict(X) - y).max()


def test_label_smoothing(iris: tuple[Any, Any]) -> None:
    X, y = iris
    settings = QUICK | {"solver": "lbfgs", "max_iter": 500, "alpha": 0}
    smooth, plain = (
        MLPClassifier(**settings, loss=CrossEntropy(label_smoothing=share)).fit(X, y) for share in (0.3, 0.0)
    )
    assert smooth.predict_proba(X).max(axis=1).mean() == pytest.approx(1 - 0.3 * 2 / 3, abs=0.03)
    assert plain.predict_proba(X).max(axis=1).mean() > 0.98
    assert smooth.score(X, y) > 0.95
    assert arrays(plain) == arrays(MLPClassifier(**settings).fit(X, y))


def test_losses_that_do_not_fit_are_refused(iris: tuple[Any, Any]) -> None:
    with pytest.raises(ValueError, match=r"'loss' parameter of MLPRegressor must be"):
        MLPRegressor(loss="no_loss").fit(*iris)
    X, y = iris
    for loss in ("cross_entropy", "binary_cross_entropy"):
        with pytest.raises(ValueError, match="a regressor needs a loss for numbers"):
            MLPRegressor(loss=loss).fit(X, X[:, 0])
    several = np.column_stack([y > 0, y > 1]).astype(int)
    for loss, labels in (("binary_cross_entropy", y), ("squared_error", y), ("poisson", y > 0), ("huber", y > 0)):
        with pytest.raises(ValueError, match="the loss must be one like"):
            MLPClassifier(loss=loss).fit(X, labels)
    for labels in (y > 0, several):
        with pytest.raises(ValueError, match="the loss must be one like 'binary_cross_entropy'"):
            MLPClassifier(loss="cross_entropy").fit(X, labels)
    same = MLPClassifier(loss="binary_cross_entropy", **QUICK).fit(X, several)
    assert arrays(same) == arrays(MLPClassifier(**QUICK).fit(X, several))


# --- class weights ----------------------------------------------------------------------------------------------------

EXACT = QUICK | {"shuffle": False, "batch_size": 10_000, "solver": "lbfgs", "max_iter": 30}


def test_class_weight_is_a_sample_weight(iris: tuple[Any, Any]) -> None:
    X, y = iris[0][:130], np.array(["a", "b", "c"])[iris[1][:130]]
    weights, own = {"a": 2.0, "b": 0.5}, np.random.default_rng(0).uniform(0.5, 2, 130)
    by_class = np.select([y == "a", y == "b"], [2.0, 0.5], 1.0)
    balanced = 130 / 3 / np.select([y == "a", y == "b"], [50, 50], 30)
    for class_weight, expected in ((weights, by_class), ("balanced", balanced)):
        model = MLPClassifier(**EXACT, class_weight=class_weight)
        plain = MLPClassifier(**EXACT)
        assert arrays(model.fit(X, y)) == arrays(plain.fit(X, y, sample_weight=expected))
        assert arrays(model.fit(X, y, sample_weight=own)) == arrays(plain.fit(X, y, sample_weight=expected * own))


def test_class_weight_is_repeating_rows(iris: tuple[Any, Any]) -> None:
    X, y = iris
    repeated = np.concatenate([np.arange(150), np.flatnonzero(y == 1), np.flatnonzero(y == 1)])
    weighted = MLPClassifier(**EXACT | {"alpha": 0}, class_weight={1: 3}).fit(X, y)
    longer = MLPClassifier(**EXACT | {"alpha": 0}).fit(X[repeated], y[repeated])
    np.testing.assert_allclose(weighted.predict_proba(X), longer.predict_proba(X), atol=1e-5)
    assert (
        np.abs(MLPClassifier(**EXACT | {"alpha": 0}).fit(X, y).predict_proba(X) - longer.predict_proba(X)).max() > 1e-3
    )


def test_class_weight_where_it_cannot_be(iris: tuple[Any, Any]) -> None:
    X, y = iris
    with pytest.raises(ValueError, match="class_weight is for one label a row"):
        MLPClassifier(class_weight="balanced").fit(X, np.column_stack([y == 0, y == 1]))
    with pytest.raises(ValueError, match="needs all rows at once"):
        MLPClassifier(class_weight="balanced").partial_fit(X, y, classes=[0, 1, 2])
    with pytest.raises(ValueError, match="'class_weight' parameter of MLPClassifier must be"):
        MLPClassifier(class_weight=3).fit(X, y)
    one, two = (MLPClassifier(**QUICK | {"shuffle": False}, class_weight=w) for w in ({0: 5}, None))
    weights = np.where(y == 0, 5.0, 1.0)
    assert arrays(one.partial_fit(X, y, classes=[0, 1, 2])) == arrays(two.partial_fit(X, y, weights, classes=[0, 1, 2]))


# --- assigned weights -------------------------------------------------------------------------------------------------


def test_weights_can_be_assigned(iris: tuple[Any, Any]) -> None:
    X, y = iris
    model, other = (MLPClassifier(**TWO | {"random_state": seed}).fit(X, y) for seed in (0, 1))
    model.coefs_, model.intercepts_ = other.coefs_, [b.tolist() for b in other.intercepts_]
    assert arrays(model) == arrays(other)
    assert model.predict_proba(X[:1]).tobytes() == other.predict_proba(X[:1]).tobytes()
    for write in (
        lambda m: m.coefs_.__setitem__(1, np.zeros((8, 5))),
        lambda m: m.coefs_[1].fill(0),
        lambda m: m.coefs_[1].__imul__(0),
    ):
        model.coefs_ = other.coefs_
        write(model)
        np.testing.assert_array_equal(model.predict_proba(X), np.broadcast_to(model.predict_proba(X[:1]), (150, 3)))
    model.coefs_ = other.coefs_
    model.partial_fit(X, y)  # learns on from them
    assert arrays(model) != arrays(other)
    for wrong in (other.coefs_[:2], [W.T for W in other.coefs_], [*other.coefs_, np.zeros(3)]):
        with pytest.raises(ValueError, match="arrays must have the shapes of the layers"):
            model.coefs_ = wrong
    with pytest.raises(ValueError, match="arrays must have the shapes of the layers"):
        model.intercepts_[0] = np.zeros(3)
