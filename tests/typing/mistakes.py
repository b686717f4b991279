"""A program with planted mistakes. Type checkers find each line that ends in ``# mistake``, and nothing else."""

from __future__ import annotations

import numpy as np

from glassnet import (
    Dense,
    LogisticRegression,
    MLPClassifier,
    MLPRegressor,
    Network,
    Optimizer,
    Plan,
    Recipe,
    TableModel,
    describe,
    experiment,
    load,
    open_source,
    save,
)

X, y = np.zeros((4, 2)), np.zeros(4)


def arguments() -> None:
    MLPClassifier(hidden_layer_sizes="wrong")  # mistake
    MLPClassifier(hidden_layer_sizes=(8.5,))  # mistake
    MLPClassifier(hidden_layer_size=(8,))  # mistake
    MLPClassifier(max_iter="200")  # mistake
    MLPClassifier(alpha="0.1")  # mistake
    MLPClassifier(activation=3)  # mistake
    MLPClassifier(loss=7)  # mistake
    MLPClassifier(normalization=True)  # mistake
    MLPClassifier(normalization="bacth")  # mistake
    MLPClassifier(class_weight="balance")  # mistake
    MLPClassifier(engine="navite")  # mistake
    MLPRegressor(batch_size="all")  # mistake
    MLPRegressor(early_stopping="yes")  # mistake
    MLPRegressor(solver=0.1)  # mistake
    MLPRegressor(callbacks=print)  # mistake
    LogisticRegression(penalty=3)  # mistake


def pieces() -> None:
    Network("3", [Dense(1)])  # mistake
    Network(3, Dense(1))  # mistake
    Network(3, [Dense("relu", 4)])  # mistake
    Network(3, [Dense(1)], loss=3)  # mistake
    Network.mlp(3, 8, 1)  # mistake
    Plan(Network(3, [Dense(1)]), examples="all")  # mistake
    Plan([Dense(1)], 10)  # mistake
    Recipe(hidden="wrong")  # mistake
    Recipe(epochs="3")  # mistake
    Recipe(dtype="float16")  # mistake
    Recipe(engine="gpu")  # mistake
    TableModel(task="clasification")  # mistake
    experiment("iris", task="clustering")  # mistake
    experiment("iris", recipe={"epochs": 3})  # mistake


def answers(model: MLPClassifier, regressor: MLPRegressor, table: TableModel) -> None:
    words: str = model.predict(X)  # mistake
    score: str = model.fit(X, y).score(X, y)  # mistake
    fitted: TableModel = model.fit(X, y)  # mistake
    model.fit(X, y).predcit(X)  # mistake
    model.fit(X, y, sample_wieght=y)  # mistake
    model.partial_fit(X, y, 3, 4, 5, 6, 7, 8)  # mistake
    regressor.predict_proba(X)  # mistake
    regressor.predict().mean()  # mistake
    print(model.parameters_.W["1"])  # mistake
    print(model.history_.cost)  # mistake
    print(model.diagnose(X).fine)  # mistake
    print(table.evaluate("iris")["accuracy"].vlaue)  # mistake
    found = experiment("iris")
    print(found.evaluation["accuracy"])  # mistake
    found.model.predict()  # mistake
    rows: str = open_source("iris").rows  # mistake
    epochs: int = table.fit("iris").outcome.ending  # mistake
    print(words, score, fitted, rows, epochs)


def files() -> None:
    load("a.safetensors").predict(X)  # mistake
    model: MLPClassifier = load("a.safetensors")  # mistake
    network, parameters = load("a.safetensors")  # mistake
    load(3.5)  # mistake
    save("a.safetensors", model)  # mistake
    save(X, "a.safetensors")  # mistake
    said: str = describe("a.safetensors")  # mistake
    print(network, parameters, said)


class Mine(Optimizer):
    def settings(self) -> int:  # mistake
        return 3
