"""Small tables and models of ours that other tools are given. Each file here is one tool, or one kind of tools."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_iris

from glassnet import MLPClassifier, MLPRegressor

QUICK: dict[str, Any] = {"hidden_layer_sizes": (8,), "solver": "lbfgs", "max_iter": 60, "random_state": 0, "tol": 0.01}

# Ray reads these once, in whichever test file imports it first.
RAY = {
    "AUTH_MODE": "disabled",  # it would write a token into the home folder
    "USAGE_STATS_ENABLED": "0",
    "ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",  # else nodes on 127.0.0.1 would be moved to another address
    "memory_monitor_refresh_ms": "0",  # a busy test machine is not a reason to end workers
}
for name, value in RAY.items():
    os.environ.setdefault(f"RAY_{name}", value)


def pytest_configure(config: pytest.Config) -> None:
    """What other tools deprecate among themselves, also while they are imported, is not a fault of ours."""
    for kind in ("DeprecationWarning", "PendingDeprecationWarning", "FutureWarning"):
        config.addinivalue_line("filterwarnings", f"ignore::{kind}")
    config.addinivalue_line("filterwarnings", "ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.fixture
def flowers() -> tuple[np.ndarray, np.ndarray]:
    """150 flowers, four lengths each, standardized, and which of three kinds they are."""
    X, y = load_iris(return_X_y=True)
    return (X - X.mean(axis=0)) / X.std(axis=0), y


@pytest.fixture
def network() -> MLPClassifier:
    """Not trained yet."""
    return MLPClassifier(**QUICK)


@pytest.fixture
def classifier(flowers: tuple[np.ndarray, np.ndarray]) -> MLPClassifier:
    """Trained on the flowers."""
    return MLPClassifier(**QUICK).fit(*flowers)


@pytest.fixture
def regressor(flowers: tuple[np.ndarray, np.ndarray]) -> MLPRegressor:
    """The last length from the other three."""
    X, _ = flowers
    return MLPRegressor(**QUICK).fit(X[:, :3], X[:, 3])


@pytest.fixture
def trips() -> tuple[pd.DataFrame, np.ndarray]:
    """200 trips: a date, a word with missing entries, a number; and whether they were late, mostly by the word."""
    rng = np.random.default_rng(0)
    city = rng.choice(["paris", "rome", "oslo"], 200)
    days = pd.date_range("2024-01-01", periods=200, freq="D")
    frame = pd.DataFrame({"day": days, "city": city, "distance": rng.normal(size=200)})
    late = np.where(frame["distance"] + 2 * (city == "rome") > 0.7, "late", "in time")
    frame.loc[::25, "city"] = None
    return frame, late
