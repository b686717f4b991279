"""glassnet: each engine through the public estimator."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from glassnet.bench.contenders import estimators
from glassnet.bench.contenders.adapter import Adapter, Predict, Trainee
from glassnet.bench.task import Task
from glassnet.engines.choice import NAMES
from glassnet.errors import Unsupported
from glassnet.estimators.mlp.classifier import MLPClassifier
from glassnet.estimators.mlp.regressor import MLPRegressor


class Glassnet(Adapter):
    """One engine.

    Args:
        engine: its name; "auto" for the one glassnet chooses.
        frozen: whether it predicts with ``predictor()``, which skips the checks of an estimator.
    """

    def __init__(self, engine: str, frozen: bool = True) -> None:
        self.frozen = frozen
        if engine not in NAMES:
            raise Unsupported(f"this glassnet has no engine {engine!r}", remedy="build the native kernels")
        self.library = estimators.Library(MLPClassifier, MLPRegressor, (("engine", engine),))

    def train(self, task: Task) -> Mapping[str, Trainee]:
        return estimators.train(self.library, task)

    def predict(self, task: Task) -> Predict:
        model = estimators.with_parameters(self.library, task)
        return estimators.predict_method(model.predictor() if self.frozen else model, task)


loops = partial(Glassnet, "loops")
reference = partial(Glassnet, "reference")
native = partial(Glassnet, "native")
estimator = partial(Glassnet, "auto", frozen=False)
