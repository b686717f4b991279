"""skops: a file of an estimator asks for trust in one type, the estimator's own class; also after a record as a
parameter, for that record's class. A `TableModel` goes into our own file (`save`), which needs no trust.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import skops.io
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import glassnet
from glassnet import LinearRegression, LogisticRegression, MLPClassifier, MLPRegressor

SOLVED: dict[str, Any] = {"hidden_layer_sizes": (8,), "max_iter": 5, "random_state": 0}
MODELS = {
    "adam": MLPClassifier(**SOLVED),
    "lbfgs": MLPClassifier(**SOLVED, solver="lbfgs"),
    "stopped early": MLPClassifier(**SOLVED, early_stopping=True),
    "normalized": MLPClassifier(
        **SOLVED, activation="gelu", normalization="batch", dropout=0.1, learning_rate="cosine"
    ),
    "regressor": MLPRegressor(**SOLVED, solver="sgd"),
    "poisson": MLPRegressor(**SOLVED, loss="poisson"),
    "linear": LinearRegression(),
    "logistic": LogisticRegression(),
}


@pytest.mark.parametrize("name", MODELS)
def test_trust_in_one_class_is_enough(name: str, flowers: tuple[Any, Any], tmp_path: Path) -> None:
    X, y = flowers
    model = MODELS[name].fit(X, y)
    path = tmp_path / "model.skops"
    skops.io.dump(model, path)
    asked = skops.io.get_untrusted_types(file=path)
    assert asked == [f"{type(model).__module__}.{type(model).__qualname__}"]
    loaded = skops.io.load(path, trusted=asked)
    np.testing.assert_array_equal(loaded.predict(X), model.predict(X))
    assert loaded.get_params() == model.get_params()
    assert loaded.fitted.history.columns == model.fitted.history.columns
    assert loaded.fitted.ending == model.fitted.ending and loaded.engine_ == model.engine_
    if hasattr(model, "partial_fit"):
        one, other = (it.partial_fit(X, y, X_val=X, y_val=y).parameters_.theta for it in (model, loaded))
        np.testing.assert_array_equal(other, one)


def test_a_pipeline(flowers: tuple[Any, Any]) -> None:
    X, y = flowers
    model = make_pipeline(StandardScaler(), MLPClassifier(**SOLVED)).fit(X, np.array(["x", "y", "z"])[y])
    data = skops.io.dumps(model)
    asked = skops.io.get_untrusted_types(data=data)
    assert asked == ["glassnet.estimators.mlp.classifier.MLPClassifier"]
    loaded = skops.io.loads(data, trusted=asked)
    assert loaded.predict(X).tolist() == model.predict(X).tolist()


def test_a_record_as_a_parameter_is_asked_for_by_name(flowers: tuple[Any, Any]) -> None:
    model = MLPClassifier(**SOLVED, solver=glassnet.OPTIMIZERS.make("adamw")).fit(*flowers)
    asked = skops.io.get_untrusted_types(data=skops.io.dumps(model))
    assert asked == ["glassnet.estimators.mlp.classifier.MLPClassifier", "glassnet.pieces.optimizers.AdamW"]
