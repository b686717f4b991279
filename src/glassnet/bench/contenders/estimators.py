"""Estimators with scikit-learn's parameters: scikit-learn's own, and glassnet's with each of its engines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from glassnet.bench.contenders.adapter import Adapter, Predict, Trainee
from glassnet.bench.tables import BATCH, GRID, HIDDEN, TableTask
from glassnet.bench.task import Task
from glassnet.errors import Unsupported

UNENDING = 10**9  # epochs


class Estimators(Adapter):
    """A classifier and a regressor of one library.

    Args:
        classifier, regressor: their classes.
        frozen: whether to predict with glassnet's ``predictor()``, which skips the checks of an estimator.
        settings: further settings of both.
    """

    def __init__(self, classifier: type[Any], regressor: type[Any], frozen: bool = False, **settings: object) -> None:
        self.classifier, self.regressor, self.frozen, self.settings = classifier, regressor, frozen, settings

    def train(self, task: Task) -> Mapping[str, Trainee]:
        """One call of ``partial_fit`` an epoch: its checks, the shuffle and the gathering of batches count."""
        model, X, Y, classes = self._untrained(task), task.X, task.Y, _classes(task)
        return {"": Trainee(lambda: model.partial_fit(X, Y, **classes), lambda X: _predict(model, task)(X))}

    def fit(self, task: TableTask) -> Callable[[], object]:
        """``fit``; scikit-learn's grid search, one job; several fits; ``predict``."""
        kind = self.classifier if task.classification else self.regressor
        model = kind(**task.settings, **self.settings)
        if task.work == "search":
            from sklearn.model_selection import GridSearchCV

            return lambda: GridSearchCV(model, GRID, cv=5, n_jobs=1).fit(task.X, task.y)
        if task.work == "together":
            return self.together(task)
        if task.work in ("predict_row", "predict_all"):
            predict, X = model.fit(task.X, task.y).predict, task.X[:1] if task.work == "predict_row" else task.X
            return lambda: predict(X)
        return lambda: model.fit(task.X, task.y)

    def together(self, task: TableTask) -> Callable[[], object]:
        """Trainings that differ in their seed, one after the other."""
        settings = task.settings | self.settings
        models = [self.classifier(**settings | {"random_state": seed}) for seed in range(task.units)]
        return lambda: [model.fit(task.X, task.y) for model in models]

    def predict(self, task: Task) -> Predict:
        """With a fitted estimator that holds ``task.parameters``."""
        model = self._untrained(task)
        model.partial_fit(task.X[: task.batch], task.Y[: task.batch], **_classes(task))
        model.coefs_ = [W for W, _ in task.parameters]
        model.intercepts_ = [b for _, b in task.parameters]
        return _predict(model.predictor() if self.frozen else model, task)

    def _untrained(self, task: Task) -> Any:
        kind = self.classifier if task.classification else self.regressor
        return kind(hidden_layer_sizes=task.hidden, batch_size=task.batch, alpha=0.0, random_state=0, **self.settings)


class Ours(Estimators):
    """glassnet's, which has a training below its estimators, and a call for several at once."""

    def train(self, task: Task) -> Mapping[str, Trainee]:
        """With a named engine, the training below the estimators, whose checks of all rows are made once."""
        if not self.frozen:
            return super().train(task)
        from glassnet.engines.choice import choose
        from glassnet.engines.plan import Plan, Rows
        from glassnet.engines.state import State
        from glassnet.learning.training import train
        from glassnet.network.network import Network

        loss = "cross_entropy" if task.classification else "squared_error"
        network = Network.mlp(task.widths[0], task.hidden, task.widths[-1], loss=loss)
        plan = Plan(network, task.rows, batch_size=task.batch, epochs=UNENDING, dtype="float32", n_threads=task.threads)
        state, rows = State.new(plan, 0), Rows(task.X, task.Y)
        engine, parameters = choose(plan, str(self.settings["engine"])).engine, state.parameters(network)

        def epoch() -> object:
            return train(plan, state, rows, engine=engine, epochs=1)

        return {"": Trainee(epoch, lambda X: engine.predict(parameters, X))}

    def together(self, task: TableTask) -> Callable[[], object]:
        from glassnet.engines.plan import Plan, Rows
        from glassnet.engines.state import State
        from glassnet.learning.job import Job
        from glassnet.learning.together import train_together
        from glassnet.network.network import Network

        m, n = task.X.shape
        network = Network.mlp(n, HIDDEN, int(task.y.max()) + 1, loss="cross_entropy")
        plan = Plan(network, m, batch_size=min(BATCH, m), epochs=task.epochs, dtype=task.dtype)

        def train() -> object:
            jobs = [Job(plan, State.new(plan, seed), Rows(task.X, task.y)) for seed in range(task.units)]
            return train_together(jobs, task.threads)

        return train


def _classes(task: Task) -> dict[str, Any]:
    """What ``partial_fit`` of a classifier is passed besides rows."""
    return {"classes": np.arange(task.widths[-1])} if task.classification else {}


def _predict(model: Any, task: Task) -> Predict:
    """The method that predicts."""
    method: Predict = model.predict_proba if task.classification else model.predict
    return method


def scikit_learn() -> Estimators:
    """scikit-learn's ``MLPRegressor`` and ``MLPClassifier``."""
    from sklearn.neural_network import MLPClassifier, MLPRegressor

    return Estimators(MLPClassifier, MLPRegressor)


def ours(engine: str, frozen: bool = True) -> Estimators:
    """glassnet's, with one engine by name; "auto" for the one glassnet chooses."""
    from glassnet.engines.choice import NAMES

    if engine not in NAMES:
        raise Unsupported(f"this glassnet has no engine {engine!r}", remedy="build the native kernels")
    from glassnet.estimators.mlp.classifier import MLPClassifier
    from glassnet.estimators.mlp.regressor import MLPRegressor

    return Ours(MLPClassifier, MLPRegressor, frozen, engine=engine)


loops = partial(ours, "loops")
reference = partial(ours, "reference")
native = partial(ours, "native")
automatic = partial(ours, "auto", frozen=False)
