"""Copies of a fitted network answer the same and live their own lives; a clone is fresh."""

from __future__ import annotations

import copy
import pickle
import pickletools
from typing import Any

import pytest
from sklearn.base import clone

from glassnet import LogisticRegression, MLPClassifier, MLPRegressor

patient = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
QUICK = {"hidden_layer_sizes": (12,), "max_iter": 15, "random_state": 0}


def arrays(model: Any) -> bytes:
    return b"".join(array.tobytes() for array in [*model.coefs_, *model.intercepts_])


def pickled(model: Any) -> Any:
    return pickle.loads(pickle.dumps(model))


@patient
@pytest.mark.parametrize("again", [pickled, copy.deepcopy], ids=["pickle", "deepcopy"])
@pytest.mark.parametrize("settings", [{}, {"early_stopping": True}, {"solver": "lbfgs"}], ids=str)
def test_a_copy_answers_the_same_and_lives_its_own_life(
    again: Any, settings: dict[str, Any], iris: tuple[Any, Any]
) -> None:
    X, y = iris
    for model in (MLPClassifier(**QUICK, **settings).fit(X, y), MLPRegressor(**QUICK, **settings).fit(X, y)):
        twin = again(model)
        assert twin.predict(X).tobytes() == model.predict(X).tobytes()
        assert arrays(twin) == arrays(model)
        assert twin.history_.columns == model.history_.columns
        before = model.predict(X).tobytes()
        twin.coefs_[0][...] = 0  # views into its own parameters
        assert twin.predict(X).tobytes() != before
        assert model.predict(X).tobytes() == before


@patient
@pytest.mark.parametrize("again", [pickled, copy.deepcopy], ids=["pickle", "deepcopy"])
def test_a_copy_can_go_on(again: Any, iris: tuple[Any, Any]) -> None:
    X, y = iris
    model = MLPClassifier((10,), random_state=0).partial_fit(X, y, classes=[0, 1, 2])
    twin = again(model)
    for estimator in (model, twin):
        estimator.partial_fit(X, y)
    assert arrays(twin) == arrays(model)
    assert twin.predict_proba(X).tobytes() == model.predict_proba(X).tobytes()


@patient
def test_a_clone_is_fresh(iris: tuple[Any, Any]) -> None:
    model = MLPClassifier(**QUICK, alpha=0.3).fit(*iris)
    twin = clone(model)
    assert twin.get_params() == model.get_params()
    assert not hasattr(twin, "parameters_")
    assert not hasattr(twin, "coefs_")
    assert arrays(twin.fit(*iris)) == arrays(model)


def test_before_fit_there_is_nothing_to_show() -> None:
    for name in ("coefs_", "intercepts_", "loss_", "loss_curve_", "n_layers_", "t_", "classes_", "out_activation_"):
        assert not hasattr(MLPClassifier(), name)


@patient
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_a_pickle_names_one_class_of_ours_the_estimators(solver: str, iris: tuple[Any, Any]) -> None:
    """A reader of pickles, such as skops, need trust no other."""
    X, y = iris
    for model in (
        MLPClassifier((4,), solver=solver, max_iter=3, random_state=0).fit(X, y),
        MLPRegressor(hidden_layer_sizes=(4,), solver=solver, max_iter=3, early_stopping=True).fit(X, y * 1.0),
        LogisticRegression().fit(X, y),
    ):
        names = [arg for opcode, arg, _ in pickletools.genops(pickle.dumps(model, 5)) if isinstance(arg, str)]
        ours = [name for name in names if name.startswith("glassnet.")]
        assert ours == [type(model).__module__]


@patient
def test_pieces_of_ones_own_stay_what_they_are_in_a_pickle(iris: tuple[Any, Any]) -> None:
    X, y = iris
    model = MLPRegressor(hidden_layer_sizes=(4,), loss=fourth_power, max_iter=3, random_state=0).fit(X, y * 1.0)
    again = pickled(model)
    assert again.network_.loss.function is fourth_power
    assert again.predict(X).tobytes() == model.predict(X).tobytes()
    assert again.partial_fit(X, y).predict(X).tobytes() == model.partial_fit(X, y).predict(X).tobytes()


def fourth_power(S: Any, Y: Any) -> Any:
    return ((S - Y) ** 4).sum(axis=1)
