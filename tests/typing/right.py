"""A program as people write it. Type checkers find nothing in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

import glassnet
from glassnet import (
    BatchNorm,
    Dense,
    Dropout,
    Experiment,
    MLPClassifier,
    MLPRegressor,
    Network,
    Parameters,
    Plan,
    Recipe,
    Rows,
    TableModel,
    experiment,
    load,
    open_source,
    save,
    train,
)
from glassnet.pieces.optimizers import AdamW


def networks_by_hand(X: np.ndarray, Y: np.ndarray) -> float:
    network = Network(X.shape[1], [Dense(8, "relu"), BatchNorm(), Dropout(0.1), Dense(1)], loss="squared_error")
    parameters: Parameters = network.initialize(seed=0)
    costs = [network.step(parameters, X, Y, alpha=0.1) for _ in range(10)]
    plan = Plan(network, examples=len(X), optimizer=AdamW(0.01), epochs=3)
    outcome = train(plan, glassnet.State.new(plan, seed=0), Rows(X, Y))
    first: float = outcome.history["cost"][0]
    return min(*costs, first)


def estimators(X: np.ndarray, y: Sequence[str]) -> np.ndarray:
    model = MLPClassifier((16, 8), "relu", solver=AdamW(), dropout=[0.1, 0.0], loss="log_loss", class_weight="balanced")
    model.fit(X, y).partial_fit(X, y)
    numbers: np.ndarray = MLPRegressor("huber", hidden_layer_sizes=16, max_iter=10).fit(X, X[:, 0]).predict(X)
    share: float = model.score(X, y)
    print(
        share, numbers.mean(), model.diagnose(X).ok, model.trace(X[:1], y[:1]).cost, model.classes_, model.get_params()
    )
    return model.predict_proba(X)


def tables(file: Path) -> TableModel:
    found: Experiment = experiment(file, "price", task="regression", recipe=Recipe(hidden=(8,), optimizer="adam"))
    if found.evaluation is not None:
        print(found.evaluation["r2"].value)
    print(open_source("digits").rows, found.model.predict({"area": [50.0]}))
    return TableModel(Recipe(epochs=3), task="classification").fit("iris", "species")


def files(model: MLPClassifier, file: Path) -> np.ndarray:
    save(model, file)
    loaded = load(file)
    if isinstance(loaded, tuple):
        network, parameters = loaded
        return network.forward(np.zeros((1, network.inputs)), parameters).scores
    if isinstance(loaded, MLPClassifier):
        return loaded.predict_proba(np.zeros((1, 4)))
    assert isinstance(loaded, TableModel)
    return loaded.predict("iris")
