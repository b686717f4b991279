"""Rows that most tests of the estimators share."""

from __future__ import annotations

from typing import Any

import pytest
from sklearn.datasets import load_iris
from sklearn.preprocessing import StandardScaler


@pytest.fixture
def iris() -> tuple[Any, Any]:
    """Scaled to mean 0 and variance 1: (150, 4), and the three classes as 0, 1, 2."""
    X, y = load_iris(return_X_y=True)
    return StandardScaler().fit_transform(X), y
