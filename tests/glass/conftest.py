"""Train a network for real, then diagnose it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_digits, load_iris
from sklearn.preprocessing import StandardScaler

from glassnet.engines.plan import Plan, Rows
from glassnet.engines.state import State
from glassnet.glass.diagnosis.diagnose import Diagnosis, diagnose
from glassnet.learning.stopping import Stopping
from glassnet.learning.training import train
from glassnet.network.network import Network

Trained = Callable[..., Diagnosis]
LOADERS = {"digits": load_digits, "iris": load_iris, "breast_cancer": load_breast_cancer}


def table(name: str, scaled: bool = True) -> tuple[np.ndarray, np.ndarray]:
    X, y = LOADERS[name](return_X_y=True)
    return (StandardScaler().fit_transform(X) if scaled else X).astype("float32"), y


def mlp(inputs: int, hidden: tuple[int, ...], classes: int, activation: str = "relu") -> Network:
    """A classifier; one class is the yes of a yes/no answer."""
    loss = "cross_entropy" if classes > 1 else "binary_cross_entropy"
    return Network.mlp(inputs, hidden, classes, activation=activation, loss=loss)


@pytest.fixture
def trained() -> Trained:
    """The diagnosis of a network after training; keyword arguments are the plan's."""

    def made(
        network: Network,
        X: Any,
        Y: Any,
        *,
        stopping: Stopping | None = None,
        validation: Rows | None = None,
        extra: dict[str, Any] | None = None,
        **settings: Any,
    ) -> Diagnosis:
        plan = Plan(network, **{"examples": len(X), "batch_size": 32, "epochs": 20, **settings})
        X = np.asarray(X, plan.numpy_dtype)
        end = train(plan, State.new(plan), Rows(X, Y), stopping=stopping, validation=validation)
        facts = {"history": end.history, "plan": plan, "ending": end.ending, "reason": end.reason}
        return diagnose(network, end.parameters, X=X, Y=Y, **facts, **(extra or {}))

    return made


def only(diagnosis: Diagnosis, name: str, severity: str) -> Any:
    """The finding of that name, of which there must be one, of that severity."""
    (finding,) = diagnosis.named(name)
    assert finding.severity == severity, finding
    return finding
