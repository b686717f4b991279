"""What a short fit costs: prepared once, checked once, put off until it is needed; and nothing of it stays."""

from __future__ import annotations

import gc
import sys
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sklearn.utils._param_validation import validate_parameter_constraints

from glassnet import LinearRegression, LogisticRegression, MLPClassifier, MLPRegressor
from glassnet.engines.engine import Engine
from glassnet.engines.native.engine import Native
from glassnet.engines.reference import Reference

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
CALLS = 830  # of Python functions: at most 780 alone, and some more in a process that other tests have used


def calls_of(work: Callable[[], object]) -> int:
    """How many Python functions are called."""
    calls = 0

    def count(frame: object, event: str, argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize("cls", [MLPClassifier, MLPRegressor])
def test_a_short_fit_is_few_calls(cls: type, iris: tuple[Any, Any]) -> None:
    X, y = iris[0], iris[1] if cls is MLPClassifier else iris[0][:, 0]

    def fit() -> None:
        cls(max_iter=1, random_state=0).fit(X, y)

    fit()  # loads and looks up what later ones find
    assert calls_of(fit) < CALLS


@pytest.mark.parametrize("cls", [MLPClassifier, MLPRegressor, LinearRegression, LogisticRegression])
def test_defaults_are_valid_and_others_are_checked(cls: type) -> None:
    validate_parameter_constraints(cls._parameter_constraints, cls().get_params(), cls.__name__)
    with pytest.raises(ValueError, match="'max_iter' parameter"):
        cls(max_iter=0).fit(np.ones((4, 1)), [0, 1, 0, 1])


def test_one_network_for_the_same_parameters(iris: tuple[Any, Any]) -> None:
    one, same, other = (MLPClassifier(sizes, max_iter=1).fit(*iris) for sizes in ([8, 4], (8, 4), (8, 5)))
    assert one.network_ is same.network_ and other.network_.widths == [4, 8, 5, 3]
    with pytest.raises(TypeError, match="whole numbers"):  # equal to (8, 4), and no sizes
        MLPClassifier((8.0, 4.0), max_iter=1).fit(*iris)


@pytest.mark.parametrize("y_kind", ["int", "text"])
def test_nothing_of_the_users_is_kept(y_kind: str, iris: tuple[Any, Any]) -> None:
    X, y = iris[0].copy(), iris[1].copy() if y_kind == "int" else iris[1].astype(str)

    def own(z: Any) -> Any:
        return np.maximum(z, 0.1 * z)

    kept = [weakref.ref(thing) for thing in (X, y, own)]
    MLPClassifier((8,), activation=own, max_iter=1).fit(X, y).predict(X)
    MLPClassifier((8,), max_iter=1).fit(X, y).predict(X)
    del X, y, own
    gc.collect()
    assert [reference() is None for reference in kept] == [True] * 3


@pytest.mark.parametrize("engine", [Native, Reference])
def test_predictions_are_made_ready_when_asked_for(
    engine: type[Engine], iris: tuple[Any, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls, ready = [], engine.ready

    def counted(self: Any, *args: Any, **settings: Any) -> Any:
        calls.append(args)
        return ready(self, *args, **settings)

    monkeypatch.setattr(engine, "ready", counted)
    model = MLPClassifier((8,), max_iter=1, engine=engine.name).fit(*iris)
    known = dict(vars(model))
    assert not calls
    model.predict(iris[0])
    model.predict_proba(iris[0][:2])
    assert len(calls) == 1 and known == vars(model)


def test_a_fit_on_an_array_forgets_the_names_of_a_table(iris: tuple[Any, Any]) -> None:
    pd = pytest.importorskip("pandas")
    model = MLPClassifier((8,), max_iter=1).fit(pd.DataFrame(iris[0], columns=list("abcd")), iris[1])
    assert list(model.feature_names_in_) == list("abcd")
    model.fit(iris[0][:, :3], iris[1])
    assert not hasattr(model, "feature_names_in_") and model.n_features_in_ == 3
