"""skl2onnx: its converter for scikit-learn's network, registered for ours (see the test), gives the same answers in
onnxruntime: activations identity, logistic, relu and tanh, by these names, with dropout, without normalization.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import onnxruntime
import pytest
from skl2onnx import to_onnx, update_registered_converter
from skl2onnx.common.shape_calculator import (
    calculate_linear_classifier_output_shapes,
    calculate_linear_regressor_output_shapes,
)
from skl2onnx.operator_converters.multilayer_perceptron import (
    convert_sklearn_mlp_classifier,
    convert_sklearn_mlp_regressor,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from glassnet import MLPClassifier, MLPRegressor

SETTINGS: dict[str, Any] = {"max_iter": 30, "random_state": 0, "learning_rate_init": 0.01}

update_registered_converter(
    MLPClassifier,
    "GlassnetMLPClassifier",
    calculate_linear_classifier_output_shapes,
    convert_sklearn_mlp_classifier,
    options={"zipmap": [True, False, "columns"], "output_class_labels": [False, True], "nocl": [True, False]},
)
update_registered_converter(
    MLPRegressor, "GlassnetMLPRegressor", calculate_linear_regressor_output_shapes, convert_sklearn_mlp_regressor
)


def answers(model: Any, X: np.ndarray, **given: Any) -> list[Any]:
    """What onnxruntime makes of the rows."""
    converted = to_onnx(model, X[:1], **given)
    session = onnxruntime.InferenceSession(converted.SerializeToString(), providers=["CPUExecutionProvider"])
    return list(session.run(None, {session.get_inputs()[0].name: X}))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("activation", ["relu", "tanh", "logistic", "identity"])
def test_a_classifier(activation: str, dtype: Any, flowers: tuple[Any, Any]) -> None:
    X, y = flowers[0].astype(dtype), flowers[1]
    for targets in (y, y > 0, np.array(["iris setosa", "versicolor", "virginica"])[y]):
        model = MLPClassifier((8, 6), activation, **SETTINGS).fit(X, targets)
        labels, probabilities = answers(model, X, options={"zipmap": False})
        np.testing.assert_allclose(probabilities, model.predict_proba(X), atol=1e-6)
        assert labels.tolist() == model.predict(X).tolist()


def test_yes_and_no_several_times(flowers: tuple[Any, Any]) -> None:
    X, y = flowers[0].astype(np.float32), flowers[1]
    model = MLPClassifier((8,), **SETTINGS).fit(X, np.column_stack([y > 0, y == 1, y == 2]).astype(int))
    labels, probabilities = answers(model, X, options={"zipmap": False})
    np.testing.assert_allclose(probabilities, model.predict_proba(X), atol=1e-6)
    assert labels.tolist() == model.predict(X).tolist()


@pytest.mark.parametrize("outputs", [1, 2])
def test_a_regressor(outputs: int, flowers: tuple[Any, Any]) -> None:
    X, _ = flowers
    y = X[:, 3] if outputs == 1 else X[:, 2:]
    model = MLPRegressor(hidden_layer_sizes=(8,), **SETTINGS).fit(X[:, :2], y)
    (numbers,) = answers(model, X[:, :2].astype(np.float32))
    np.testing.assert_allclose(numbers.reshape(model.predict(X[:, :2]).shape), model.predict(X[:, :2]), atol=1e-5)


def test_a_pipeline(flowers: tuple[Any, Any]) -> None:
    X, y = flowers[0].astype(np.float32) * 10 + 3, flowers[1]
    model = make_pipeline(StandardScaler(), MLPClassifier((8,), dropout=0.2, **SETTINGS)).fit(X, y)
    labels, probabilities = answers(model, X, options={"zipmap": False})
    np.testing.assert_allclose(probabilities, model.predict_proba(X), atol=1e-5)
    assert labels.tolist() == model.predict(X).tolist()
