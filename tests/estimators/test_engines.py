"""``n_threads`` and ``engine`` of estimators: who does the arithmetic, and the report of it; numbers stay the same."""

from __future__ import annotations

import inspect
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import sparse
from sklearn.base import clone

import glassnet
import isas
from glassnet import LinearRegression, LogisticRegression, MLPClassifier, MLPRegressor, Recipe, TableModel
from glassnet.engines.choice import ENGINES, UNKNOWN, EngineUsed
from glassnet.engines.kernels import library
from glassnet.engines.native.session import Session
from glassnet.errors import Unsupported

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
ESTIMATORS = [MLPClassifier, MLPRegressor, LinearRegression, LogisticRegression]
FASTEST = "native is the fastest that can"


def quick(cls: type, **settings: Any) -> Any:
    """An estimator that is soon done."""
    return cls(max_iter=5, random_state=0, **settings)


@pytest.fixture
def no_kernels(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that has no compiled kernels."""
    monkeypatch.setattr(library, "_attempt", lambda: "it was not built")


# --- the parameters ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cls", ESTIMATORS)
def test_they_come_behind_all_others(cls: type) -> None:
    assert list(inspect.signature(cls).parameters)[-3:] == ["n_threads", "engine", "device"]
    model = cls(n_threads=3, engine="reference")
    assert {"n_threads": 3, "engine": "reference"}.items() <= clone(model).get_params().items()


@pytest.mark.parametrize("cls", ESTIMATORS)
@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"n_threads": 0}, "'n_threads' parameter"),
        ({"n_threads": -1}, "'n_threads' parameter"),
        ({"n_threads": 1.5}, "'n_threads' parameter"),
        ({"n_threads": "all"}, "'n_threads' parameter"),
        ({"engine": "fast"}, "'engine' parameter"),
        ({"engine": None}, "'engine' parameter"),
        ({"device": "tpu"}, "'device' parameter"),
    ],
)
def test_what_they_may_be(cls: type, settings: dict[str, Any], said: str, iris: tuple[Any, Any]) -> None:
    with pytest.raises(ValueError, match=said) as caught:
        cls(**settings).fit(*iris)
    if "engine" in settings:
        assert all(repr(name) in str(caught.value) for name in ("auto", *ENGINES))


def test_every_engine_is_written_of() -> None:
    page = (Path(__file__).parents[2] / "docs" / "speed.md").read_text(encoding="utf-8")
    assert all(f"| `{name}` |" in page for name in ENGINES)
    assert all(name in str(MLPRegressor.__doc__) for name in ENGINES)


@pytest.mark.parametrize("engine", isas.RUNNING)
@pytest.mark.parametrize("cls", ESTIMATORS)
def test_any_engine_of_the_table(cls: type, engine: str, iris: tuple[Any, Any]) -> None:
    X, y = iris[0][::5], iris[1][::5]
    model = quick(cls, engine=engine).fit(X, y)
    assert model.engine_ == EngineUsed(engine, "it was asked for") == model.predictor().engine_
    assert repr(model.predictor()).endswith(f", {engine}>")
    again = quick(cls, engine="reference").fit(X, y)
    np.testing.assert_allclose(model.parameters_.theta, again.parameters_.theta, rtol=1e-6, atol=1e-9)
    answers = "predict_proba" if hasattr(model, "predict_proba") else "predict"
    np.testing.assert_allclose(getattr(model, answers)(X), getattr(again, answers)(X), rtol=1e-6, atol=1e-9)


@isas.built
@pytest.mark.parametrize("cls", ESTIMATORS)
def test_so_many_threads_are_used(cls: type, iris: tuple[Any, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []

    class Spy(Session):
        def __init__(self, plan: Any, rows: int, threads: int) -> None:
            made.append(threads)
            super().__init__(plan, rows, threads)

    monkeypatch.setattr("glassnet.engines.native.engine.Session", Spy)
    monkeypatch.setattr("glassnet.hardware.processors", lambda: 4)
    model = quick(cls, n_threads=3).fit(*iris)
    pickle.loads(pickle.dumps(model.predictor()))
    assert made and set(made) == {3}
    made.clear()
    model.set_params(n_threads=2).predict(iris[0])  # before the next fit, as it changes no number
    assert made == [2]


# --- which engine, and why --------------------------------------------------------------------------------------------


def squared_sine(z: Any) -> Any:
    return np.sin(z) ** 2


@isas.built
def test_the_fastest_that_can(iris: tuple[Any, Any]) -> None:
    for cls in ESTIMATORS:
        assert quick(cls).fit(*iris).engine_ == EngineUsed("native", FASTEST)


@isas.built
@pytest.mark.parametrize(
    ("model", "why"),
    [
        (quick(MLPClassifier, activation=squared_sine), "activation 'own_squared_sine' of layer 1"),
        (quick(LogisticRegression, fit_intercept=False), "layer 1 (dense through the origin)"),
    ],
    ids=["own activation", "no intercept"],
)
def test_what_only_python_knows(model: Any, why: str, iris: tuple[Any, Any]) -> None:
    model.fit(*iris)
    assert model.engine_ == ("reference", f"native: {why} is known to Python only; reference is the fastest that can")


@isas.built
@pytest.mark.parametrize("cls", ESTIMATORS)
def test_sparse_rows(cls: type, iris: tuple[Any, Any]) -> None:
    X = sparse.csr_array(iris[0])
    model = quick(cls).fit(X, iris[1])
    assert model.engine_ == ("reference", "native: rows are sparse; reference is the fastest that can")
    np.testing.assert_allclose(model.predict(X), model.predict(iris[0]))  # dense rows are native's
    assert model.predictor().engine_.name == "native"
    with pytest.raises(Unsupported, match="engine 'native' cannot run this plan: rows are sparse"):
        quick(cls, engine="native").fit(X, iris[1])


@pytest.mark.usefixtures("no_kernels")
@pytest.mark.parametrize("cls", ESTIMATORS)
def test_no_kernels(cls: type, iris: tuple[Any, Any]) -> None:
    assert quick(cls).fit(*iris).engine_ == (
        "reference",
        "native: it was not built; reference is the fastest that can",
    )
    with pytest.raises(Unsupported, match="engine 'native' cannot run this plan: it was not built"):
        quick(cls, engine="native").fit(*iris)


def test_verbose_tells(iris: tuple[Any, Any], capsys: pytest.CaptureFixture[str]) -> None:
    model = MLPClassifier((3,), verbose=True, engine="reference").partial_fit(*iris, classes=[0, 1, 2])
    assert capsys.readouterr().out.startswith("Engine reference, because it was asked for.\nIteration 1, loss = ")
    model.partial_fit(*iris)
    assert capsys.readouterr().out.startswith("Iteration 2, loss = ")  # once is enough


# --- files and copies -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cls", ESTIMATORS)
def test_a_file_keeps_them(cls: type, iris: tuple[Any, Any], tmp_path: Path) -> None:
    model = quick(cls, n_threads=2, engine="reference").fit(*iris)
    glassnet.save(model, tmp_path / "m")
    loaded = glassnet.load(tmp_path / "m")
    assert (loaded.n_threads, loaded.engine) == (2, "reference")
    assert loaded.engine_ == ("reference", "the file says so")
    assert loaded.predict(iris[0]).tobytes() == model.predict(iris[0]).tobytes()
    assert glassnet.describe(tmp_path / "m")["training"]["engine"] == "reference"


@isas.built
@pytest.mark.parametrize("cls", ESTIMATORS)
def test_a_file_answers_where_its_engine_is_missing(
    cls: type, iris: tuple[Any, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = quick(cls, engine="native").fit(*iris)
    glassnet.save(model, tmp_path / "m")
    monkeypatch.setattr(library, "_attempt", lambda: "it was not built")
    loaded = glassnet.load(tmp_path / "m")
    np.testing.assert_allclose(loaded.predict(iris[0]), model.predict(iris[0]), rtol=1e-6)
    assert loaded.predictor().engine_ == ("reference", "native: it was not built; reference is the fastest that can")


def test_loops_asked_of_a_network_they_do_not_run(iris: tuple[Any, Any]) -> None:
    model = quick(MLPClassifier, normalization="layer").fit(*iris).set_params(engine="loops")
    assert model.predictor().engine_.why.startswith("loops: it has no loops for layers layer_norm; ")


def test_a_table(tmp_path: Path) -> None:
    model = TableModel(Recipe(epochs=2, engine="reference", threads=1)).fit("iris")
    assert (model.job.plan.n_threads, Recipe().plan(model.network, 9).n_threads) == (1, None)
    assert model.outcome.engine == ("reference", "it was asked for")
    glassnet.save(model, tmp_path / "m")
    loaded = glassnet.load(tmp_path / "m")
    assert (loaded.recipe.threads, loaded.recipe.engine) == (1, "reference")
    assert loaded.outcome.engine == ("reference", "the file says so")
    assert loaded.predict_proba("iris").tobytes() == model.predict_proba("iris").tobytes()


def test_files_of_before_do_not_know() -> None:
    kept = Path(__file__).parents[1] / "files" / "kept"
    assert glassnet.load(kept / "mlp-regressor.safetensors").engine_ == UNKNOWN
    assert glassnet.load(kept / "table-words.safetensors").outcome.engine == UNKNOWN
