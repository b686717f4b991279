"""Rows of one class: learned as scikit-learn's networks learn them, and said."""

from __future__ import annotations

import pickle
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sklearn.neural_network
from sklearn.model_selection import cross_val_predict

import glassnet
from glassnet import MLPClassifier, SingleClassWarning, load, save

X = np.random.default_rng(0).normal(size=(30, 3))
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.mark.parametrize("label", ["spam", 7, True], ids=repr)
def test_it_is_the_only_answer(label: Any, tmp_path: Path) -> None:
    with pytest.warns(
        SingleClassWarning, match=f"^y has one class, {label!r}, so every prediction will be {label!r}; "
    ):
        model = MLPClassifier((4,), max_iter=5, random_state=0).fit(X, [label] * 30)
    save(model, tmp_path / "one.safetensors")
    for one in (model, pickle.loads(pickle.dumps(model)), load(tmp_path / "one.safetensors")):
        assert one.classes_.tolist() == [label]
        assert one.predict(-100 * X).tolist() == [label] * 30
        assert one.predict_proba(X).tolist() == [[1.0]] * 30
        assert one.score(X, [label] * 30) == 1.0
    assert model.predictor().predict(X).tolist() == [label] * 30
    assert "class" not in str(model.diagnose(X, [label] * 30)).partition("Not checked")[0]


def test_the_weights_are_those_of_scikit_learn() -> None:
    settings = {"hidden_layer_sizes": (5,), "max_iter": 20, "shuffle": False, "random_state": 0}
    with pytest.warns(SingleClassWarning):
        mine = MLPClassifier(**settings).fit(X, np.ones(30, int))
    other = sklearn.neural_network.MLPClassifier(**settings).fit(X, np.ones(30, int))
    for got, expected in zip(mine.coefs_, other.coefs_, strict=True):
        np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(mine.predict(X), other.predict(X))


def test_the_one_class_is_the_only_warning() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model = MLPClassifier((4,), early_stopping=True, validation_fraction=0.2, random_state=0).fit(X, np.ones(30))
    assert [warning.category for warning in caught] == [SingleClassWarning]
    assert set(model.validation_scores_) == {1.0}


def test_partial_fit_says_it_once() -> None:
    model = MLPClassifier((4,))
    with pytest.warns(SingleClassWarning):
        model.partial_fit(X, ["a"] * 30, classes=["a"])
    model.partial_fit(X, ["a"] * 30)
    two = MLPClassifier((4,)).partial_fit(X, ["a"] * 30, classes=["a", "b"])  # of which one has not come yet
    assert two.predict_proba(X).shape == (30, 2)


@pytest.mark.filterwarnings("ignore::glassnet.estimators.warnings.SingleClassWarning")
def test_a_fold_of_one_class_has_a_column_of_its_own() -> None:
    y = np.array([0] * 15 + [1] * 15)
    folds = [(np.arange(15), np.arange(15, 30)), (np.arange(15, 30), np.arange(15))]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # scikit-learn's, of a class that a fold has not
        p = cross_val_predict(MLPClassifier((3,), max_iter=3), X, y, cv=folds, method="predict_proba")
    assert p.tolist() == [[0.0, 1.0]] * 15 + [[1.0, 0.0]] * 15


def test_a_line_between_classes_needs_two() -> None:
    """As of scikit-learn's LogisticRegression."""
    with pytest.raises(ValueError, match="at least two classes"):
        glassnet.LogisticRegression().fit(X, ["a"] * 30)
