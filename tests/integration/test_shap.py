"""SHAP: explainers take `predict` and `predict_proba`, and what the columns add sums to the prediction."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shap

from glassnet import MLPClassifier, MLPRegressor


def test_kernel_explainer(classifier: MLPClassifier, flowers: tuple[Any, Any]) -> None:
    X, _ = flowers
    explainer = shap.KernelExplainer(classifier.predict_proba, X[::10])
    values = explainer.shap_values(X[:4], silent=True)
    assert values.shape == (4, 4, 3)
    np.testing.assert_allclose(
        values.sum(axis=1) + explainer.expected_value, classifier.predict_proba(X[:4]), atol=1e-9
    )
    assert abs(values).max() > 0.05


def test_kernel_explainer_of_numbers(regressor: MLPRegressor, flowers: tuple[Any, Any]) -> None:
    X = flowers[0][:, :3]
    explainer = shap.KernelExplainer(regressor.predict, X[::10])
    values = explainer.shap_values(X[:4], silent=True)
    np.testing.assert_allclose(values.sum(axis=1) + explainer.expected_value, regressor.predict(X[:4]), atol=1e-9)
    assert abs(values).mean(axis=0).argmax() == 2  # petals are as wide as they are long


def test_an_estimator_is_passed_by_its_method(regressor: MLPRegressor, flowers: tuple[Any, Any]) -> None:
    X = flowers[0][:, :3]
    assert isinstance(shap.Explainer(regressor.predict, X[::10]), shap.Explainer)
    with pytest.raises(TypeError, match="not callable"):  # as scikit-learn's
        shap.Explainer(regressor, X[::10])
