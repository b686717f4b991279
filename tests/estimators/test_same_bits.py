"""The same fit gives the same bits: again, with any number of threads, and epoch by epoch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.model_selection import cross_val_predict

import isas
from glassnet import LinearRegression, LogisticRegression, MLPClassifier, MLPRegressor, hardware
from glassnet.engines.native import engine as native

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

SEEDED: dict[str, Any] = {"random_state": 0, "max_iter": 4}
MODELS = {
    "adam": MLPClassifier((33, 17), batch_size=48, **SEEDED),
    "sgd": MLPClassifier((40,), solver="sgd", activation="tanh", **SEEDED),
    "lbfgs": MLPClassifier((20,), solver="lbfgs", **SEEDED),
    "dropout and norms": MLPClassifier((30, 30), dropout=0.3, normalization="batch", l1=1e-3, **SEEDED),
    "early stopping": MLPClassifier((20,), early_stopping=True, **SEEDED),
    "numbers": MLPRegressor(hidden_layer_sizes=(50, 9), activation="gelu", clip_norm=0.5, **SEEDED),
    "linear": LinearRegression(l2=0.1, **SEEDED),
    "linear by descent": LinearRegression(solver="adam", batch_size=16, **SEEDED),
    "logistic": LogisticRegression(**SEEDED),
}
each = pytest.mark.parametrize("name", MODELS)


@pytest.fixture
def rows() -> tuple[Any, Any]:
    """(403, 7), three classes."""
    rng = np.random.default_rng(5)
    X = rng.normal(size=(403, 7))
    return X, np.digitize(X[:, 0] * X[:, 1], [-0.3, 0.3])


@pytest.fixture
def forced(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A machine of three processors whose native engine always takes as many threads as it may; they are noted."""
    used: list[int] = []

    def pace(widths: Any, size: int, dtype: str, threads: int) -> isas.Forced:
        used.append(threads)
        return isas.Forced(threads)

    monkeypatch.setattr(hardware, "processors", lambda: 3)
    monkeypatch.setattr(native, "pace_of", pace)
    return used


def bits(model: Any, X: Any) -> bytes:
    answers = model.predict_proba(X) if hasattr(model, "predict_proba") else model.predict(X)
    return model.parameters_.theta.tobytes() + model.parameters_.running.tobytes() + answers.tobytes()


def fitted(name: str, rows: tuple[Any, Any], dtype: str = "float64", **settings: Any) -> Any:
    X, y = rows
    return clone_of(name, **settings).fit(X.astype(dtype), y)


def clone_of(name: str, **settings: Any) -> Any:
    model = MODELS[name]
    return type(model)(**{**model.get_params(), **settings})


@isas.built
@each
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_any_number_of_threads(name: str, dtype: str, rows: tuple[Any, Any], forced: list[int]) -> None:
    X = rows[0].astype(dtype)
    one, two, three = (fitted(name, rows, dtype, n_threads=n) for n in (1, 2, 3))
    assert one.engine_.name == "native"
    assert bits(one, X) == bits(two, X) == bits(three, X)
    if MODELS[name].solver != "lbfgs":
        assert set(forced) == {1, 2, 3}


@isas.built
@each
def test_a_frozen_predictor_with_any_number_of_threads(name: str, rows: tuple[Any, Any], forced: list[int]) -> None:
    X = np.tile(rows[0], (20, 1))
    answers = {fitted(name, rows, n_threads=n).predictor().predict(X).tobytes() for n in (1, 2, 3)}
    assert len(answers) == 1


@each
@pytest.mark.parametrize("engine", [name for name in isas.RUNNING if name != "loops"])
def test_again(name: str, engine: str, rows: tuple[Any, Any]) -> None:
    one, two = (fitted(name, rows, engine=engine) for _ in range(2))
    assert bits(one, rows[0]) == bits(two, rows[0])
    if hasattr(one, "coefs_"):
        other = fitted(name, rows, engine=engine, random_state=1)
        assert bits(one, rows[0]) != bits(other, rows[0])


@pytest.mark.parametrize("engine", [name for name in isas.RUNNING if name != "loops"])
@pytest.mark.parametrize("name", ["adam", "sgd", "dropout and norms", "numbers"])
def test_epoch_by_epoch(name: str, engine: str, rows: tuple[Any, Any]) -> None:
    """Shuffles and masks follow from the seed and the epoch, so ``partial_fit`` is as much of a ``fit``."""
    X, y = rows
    whole, parts = fitted(name, rows, engine=engine), clone_of(name, engine=engine)
    for epoch in range(4):
        first = {"classes": [0, 1, 2]} if epoch == 0 and hasattr(parts, "predict_proba") else {}
        parts.partial_fit(X, y, **first)
    assert bits(whole, X) == bits(parts, X)
    assert whole.loss_curve_ == parts.loss_curve_


def test_workers_of_joblib(rows: tuple[Any, Any]) -> None:
    X, y = rows
    model = clone_of("adam")
    alone, shared = (cross_val_predict(model, X, y, cv=3, n_jobs=n, method="predict_proba") for n in (1, 2))
    assert alone.tobytes() == shared.tobytes()
