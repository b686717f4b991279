"""scikit-learn's own multi-layer perceptron."""

from __future__ import annotations

from collections.abc import Mapping

from sklearn.neural_network import MLPClassifier, MLPRegressor

from glassnet.bench.contenders import estimators
from glassnet.bench.contenders.adapter import Adapter, Predict, Trainee
from glassnet.bench.task import Task

LIBRARY = estimators.Library(MLPClassifier, MLPRegressor)


class ScikitLearn(Adapter):
    """``MLPRegressor`` and ``MLPClassifier``."""

    def train(self, task: Task) -> Mapping[str, Trainee]:
        return estimators.train(LIBRARY, task)

    def predict(self, task: Task) -> Predict:
        return estimators.predict_method(estimators.with_parameters(LIBRARY, task), task)
