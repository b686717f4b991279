"""joblib's Ray and Dask backends: a grid search and a bagging of ours in other processes are those in this one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import joblib
import numpy as np
import pytest
from sklearn.ensemble import BaggingClassifier
from sklearn.model_selection import GridSearchCV

from glassnet import MLPClassifier


@contextmanager
def on_ray() -> Iterator[None]:
    import ray
    from ray.util.joblib import register_ray

    ray.init("local", num_cpus=1, include_dashboard=False, log_to_driver=False, object_store_memory=100 * 2**20)
    register_ray()
    try:
        with joblib.parallel_config("ray"):
            yield
    finally:
        ray.shutdown()


@contextmanager
def on_dask() -> Iterator[None]:
    from distributed import Client, LocalCluster

    with (
        LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None, host="127.0.0.1") as cluster,
        Client(cluster),
        joblib.parallel_config("dask"),
    ):
        yield


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("backend", [on_ray, on_dask])
def test_a_grid_search_and_a_bagging(backend: Any, network: MLPClassifier, flowers: tuple[Any, Any]) -> None:
    X, y = flowers
    search, bag = GridSearchCV(network, {"alpha": [1e-4, 1.0]}, cv=2), BaggingClassifier(network, 3, random_state=0)
    here = [search.fit(X, y).cv_results_["mean_test_score"], bag.fit(X, y).predict_proba(X)]
    with backend():
        there = [search.fit(X, y).cv_results_["mean_test_score"], bag.fit(X, y).predict_proba(X)]
    for one, other in zip(here, there, strict=True):
        np.testing.assert_array_equal(one, other)
