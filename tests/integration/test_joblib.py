"""joblib: models and rows that are memory maps predict and learn on, here and in workers; what is shared is never
written to.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pytest

from glassnet import MLPClassifier, MLPRegressor, Recipe, TableModel

LARGE = 400  # units a layer: its weights are above the megabyte from which joblib hands out maps


def theta_of(model: Any) -> np.ndarray:
    theta: np.ndarray = model.parameters_.theta
    return theta


def trained_on(model: Any, X: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What a worker answers: predictions before, parameters after one epoch more."""
    before = model.predict(X)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return before, theta_of(model.partial_fit(X, y)).copy()


@pytest.fixture
def large(flowers: tuple[Any, Any]) -> MLPClassifier:
    return MLPClassifier((LARGE, LARGE), max_iter=2, random_state=0).fit(*flowers)


@pytest.mark.parametrize("mode", ["r", "c", "r+", None])
def test_a_model_from_a_memory_map_predicts_and_learns_on(
    mode: Any, large: MLPClassifier, flowers: tuple[Any, Any], tmp_path: Path
) -> None:
    X, y = flowers
    path = tmp_path / "model.joblib"
    joblib.dump(large, path)
    loaded = joblib.load(path, mmap_mode=mode)
    np.testing.assert_array_equal(loaded.predict_proba(X), large.predict_proba(X))
    expected = trained_on(large, X, y)
    got = trained_on(loaded, X, y)
    np.testing.assert_array_equal(got[0], expected[0])
    np.testing.assert_array_equal(got[1], expected[1])
    if mode in ("r", "c"):  # the file is as it was
        again = joblib.load(path)
        assert not np.array_equal(theta_of(again), theta_of(loaded))


@pytest.mark.parametrize("cls", [MLPClassifier, MLPRegressor])
def test_workers_learn_on_without_touching_what_is_shared(cls: Any, flowers: tuple[Any, Any]) -> None:
    X, y = flowers
    model = cls(hidden_layer_sizes=(LARGE, LARGE), max_iter=2, random_state=0).fit(X, y.astype(X.dtype))
    y = y.astype(X.dtype)
    kept = theta_of(model).copy()
    answers = joblib.Parallel(n_jobs=2, max_nbytes="1K")(joblib.delayed(trained_on)(model, X, y) for _ in range(3))
    np.testing.assert_array_equal(theta_of(model), kept)
    expected = trained_on(model, X, y)
    for predicted, theta in answers:
        np.testing.assert_array_equal(predicted, expected[0])
        np.testing.assert_array_equal(theta, expected[1])


def test_rows_that_are_a_memory_map(flowers: tuple[Any, Any], tmp_path: Path) -> None:
    X, y = flowers
    joblib.dump((X, y), tmp_path / "rows.joblib")
    X_map, y_map = joblib.load(tmp_path / "rows.joblib", mmap_mode="r")
    assert not X_map.flags.writeable
    one, other = (MLPClassifier((8,), max_iter=5, random_state=0).fit(*pair) for pair in ((X, y), (X_map, y_map)))
    np.testing.assert_array_equal(theta_of(other), theta_of(one))
    np.testing.assert_array_equal(other.predict_proba(X_map), one.predict_proba(X))


def test_a_model_of_a_table_from_a_memory_map(trips: tuple[Any, Any], tmp_path: Path) -> None:
    frame, late = trips
    model = TableModel(Recipe(hidden=(LARGE, LARGE), epochs=2)).fit(frame.assign(late=late), "late")
    joblib.dump(model, tmp_path / "model.joblib")
    loaded = joblib.load(tmp_path / "model.joblib", mmap_mode="r")
    np.testing.assert_array_equal(loaded.predict_proba(frame), model.predict_proba(frame))
    assert loaded.predict(frame).tolist() == model.predict(frame).tolist()
