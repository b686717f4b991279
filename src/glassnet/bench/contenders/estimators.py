"""Estimators with scikit-learn's parameters: scikit-learn's own and glassnet's."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from glassnet.bench.contenders.adapter import Predict, Trainee
from glassnet.bench.task import Task


class Library(NamedTuple):
    """Two classes of estimators, and further settings of both."""

    classifier: type[Any]
    regressor: type[Any]
    settings: tuple[tuple[str, Any], ...] = ()


def estimator(library: Library, task: Task) -> Any:
    """An untrained estimator of ``library`` for ``task``."""
    kind = library.classifier if task.classification else library.regressor
    settings = dict(library.settings)
    return kind(hidden_layer_sizes=task.hidden, batch_size=task.batch, alpha=0.0, random_state=0, **settings)


def train(library: Library, task: Task) -> dict[str, Trainee]:
    """One call of ``partial_fit`` an epoch: its checks, the shuffle and the gathering of batches count."""
    model, X, Y = estimator(library, task), task.X, task.Y
    if task.classification:
        classes = np.arange(task.widths[-1])
        return {"": Trainee(lambda: model.partial_fit(X, Y, classes=classes), lambda X: model.predict_proba(X))}
    return {"": Trainee(lambda: model.partial_fit(X, Y), lambda X: model.predict(X))}


def with_parameters(library: Library, task: Task) -> Any:
    """A fitted estimator that holds ``task.parameters``."""
    model = estimator(library, task)
    few = slice(None, task.batch)
    if task.classification:
        model.partial_fit(task.X[few], task.Y[few], classes=np.arange(task.widths[-1]))
    else:
        model.partial_fit(task.X[few], task.Y[few])
    model.coefs_ = [W for W, _ in task.parameters]
    model.intercepts_ = [b for _, b in task.parameters]
    return model


def predict_method(model: Any, task: Task) -> Predict:
    """The method that predicts."""
    method: Predict = model.predict_proba if task.classification else model.predict
    return method
