"""``cluster=`` of the estimators: the same model to rounding, and all that a training has on one machine."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.base import clone
from sklearn.datasets import load_iris

from glassnet import LocalCluster, MLPClassifier, MLPRegressor, RayCluster, load, save

SETTINGS: dict[str, Any] = {"max_iter": 12, "random_state": 0, "batch_size": 24, "shuffle": False, "tol": 0}
X, y = load_iris(return_X_y=True)


def fitted(model: Any, *rows: Any, **given: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return model.fit(*rows, **given)


@pytest.mark.parametrize("solver", ["adam", "sgd"])
@pytest.mark.parametrize("shards", [1, 3, 8])
def test_a_classifier_is_that_of_one_machine_to_rounding(solver: str, shards: int) -> None:
    settings = {**SETTINGS, "solver": solver, "early_stopping": True, "validation_fraction": 0.2, "alpha": 0.5}
    alone = fitted(MLPClassifier((7,), **settings), X, y)
    together = fitted(MLPClassifier((7,), **settings, cluster=LocalCluster(shards)), X, y)
    np.testing.assert_allclose(together.parameters_.theta, alone.parameters_.theta, rtol=1e-9, atol=1e-11)
    assert dict(together.history_).keys() == dict(alone.history_).keys()
    np.testing.assert_allclose(together.history_["validation_cost"], alone.history_["validation_cost"], rtol=1e-9)
    np.testing.assert_allclose(together.history_["cost"], alone.history_["cost"], rtol=1e-9)


def test_a_regressor_of_weighted_sparse_rows() -> None:
    weights = np.linspace(0, 2, len(X))
    settings = {**SETTINGS, "learning_rate": "cosine"}
    alone = fitted(MLPRegressor(hidden_layer_sizes=(7,), **settings), sp.csr_matrix(X[:, :3]), X[:, 3], weights)
    cluster = LocalCluster(4)
    together = fitted(
        MLPRegressor(hidden_layer_sizes=(7,), **settings, cluster=cluster), sp.csr_matrix(X[:, :3]), X[:, 3], weights
    )
    np.testing.assert_allclose(together.parameters_.theta, alone.parameters_.theta, rtol=1e-9, atol=1e-11)


def test_local_steps_learn() -> None:
    scaled = (X - X.mean(axis=0)) / X.std(axis=0)
    model = MLPClassifier((10,), max_iter=60, learning_rate_init=0.03, random_state=0, cluster=LocalCluster(4, 3))
    assert fitted(model, scaled, y).score(scaled, y) > 0.95


def test_a_batch_is_rounded_up_to_a_multiple_of_the_shards() -> None:
    model = fitted(MLPClassifier((4,), **{**SETTINGS, "batch_size": 10}, cluster=LocalCluster(4)), X, y)
    assert model.fitted.plan.batch_size == 12


def test_a_checkpoint_of_other_shards_is_refused(tmp_path: Path) -> None:
    kept = {"checkpoint": tmp_path / "c", "resume": True}
    first = fitted(MLPClassifier((4,), **SETTINGS, **kept, cluster=LocalCluster(3, 2)), X, y)
    longer = {**SETTINGS, "max_iter": 15}
    for other in (LocalCluster(4, 2), LocalCluster(3, 1), None):
        with pytest.raises(ValueError, match=r"another cluster .*3 shards, 2 steps a round"):
            MLPClassifier((4,), **longer, **kept, cluster=other).fit(X, y)
    again = fitted(MLPClassifier((4,), **longer, **kept, cluster=LocalCluster(3, 2, threads=2)), X, y)
    whole = fitted(MLPClassifier((4,), **longer, cluster=LocalCluster(3, 2)), X, y)
    np.testing.assert_array_equal(again.parameters_.theta, whole.parameters_.theta)
    assert again.history_["cost"][:12] == first.history_["cost"]


def test_what_a_cluster_is(tmp_path: Path) -> None:
    cluster = LocalCluster(4)
    assert clone(MLPClassifier(cluster=cluster)).cluster == cluster
    with pytest.raises(ValueError, match="'cluster' parameter"):
        MLPClassifier(cluster="ray://nowhere").fit(X, y)
    with pytest.raises(NotImplementedError, match="layer normalization"):
        MLPClassifier(cluster=cluster, normalization="batch").fit(X, y)
    model = fitted(MLPClassifier((4,), **SETTINGS, cluster=cluster), X, y)
    with pytest.warns(UserWarning, match="cluster is other processes"):
        save(model, tmp_path / "m")
    assert load(tmp_path / "m").cluster is None


def test_more_epochs_by_partial_fit() -> None:
    model, alone = (MLPClassifier((4,), **SETTINGS, cluster=c) for c in (LocalCluster(4), None))
    for _ in range(2):
        for one in (model, alone):
            one.partial_fit(X, y, classes=[0, 1, 2])
    np.testing.assert_allclose(model.parameters_.theta, alone.parameters_.theta, rtol=1e-9, atol=1e-11)


def test_the_first_weights_need_no_worker() -> None:
    model = MLPClassifier((4,), **SETTINGS, cluster=RayCluster("127.0.0.1:1")).initialize(X, y)
    assert model.parameters_.theta.shape == (4 * 5 + 3 * 5,)
