"""Ray: models and rows from its object store, which is shared and read-only, predict and learn on in any process."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import ray

from glassnet import MLPClassifier

STORE = 100 * 2**20  # bytes, the least that holds a few models


@pytest.fixture(scope="module")
def store() -> Iterator[None]:
    ray.init("local", num_cpus=1, include_dashboard=False, log_to_driver=False, object_store_memory=STORE)
    yield
    ray.shutdown()


def learn_on(model: Any, X: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities before, parameters after one epoch more."""
    return model.predict_proba(X), model.partial_fit(X, y).parameters_.theta.copy()


@pytest.mark.usefixtures("store")
def test_a_model_and_rows_from_the_store(flowers: tuple[Any, Any]) -> None:
    X, y = flowers
    model = MLPClassifier((300, 300), max_iter=2, random_state=0).fit(X, y)
    kept = model.parameters_.theta.copy()
    stored, rows = ray.put(model), ray.put(X)
    shared, X_shared = ray.get(stored), ray.get(rows)
    assert not X_shared.flags.writeable
    np.testing.assert_array_equal(shared.predict_proba(X_shared), model.predict_proba(X))
    learn = ray.remote(learn_on)
    answers = ray.get([learn.remote(stored, rows, y) for _ in range(2)])
    here = learn_on(shared, X_shared, y)
    np.testing.assert_array_equal(ray.get(stored).parameters_.theta, kept)  # the store was not changed
    expected = learn_on(model, X, y)
    for probabilities, theta in (*answers, here):
        np.testing.assert_array_equal(probabilities, expected[0])
        np.testing.assert_array_equal(theta, expected[1])


@pytest.mark.usefixtures("store")
def test_a_model_trained_from_rows_in_the_store(flowers: tuple[Any, Any]) -> None:
    X, y = flowers

    @ray.remote
    def fit(rows: np.ndarray) -> MLPClassifier:
        return MLPClassifier((8,), max_iter=5, random_state=0).fit(rows, y)

    got = ray.get(fit.remote(ray.put(X)))
    expected = MLPClassifier((8,), max_iter=5, random_state=0).fit(X, y)
    np.testing.assert_array_equal(got.predict_proba(X), expected.predict_proba(X))
