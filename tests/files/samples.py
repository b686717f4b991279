"""A small trained model of each kind, with data to ask it about. ``python tests/files/samples.py NAME ...`` keeps some.

Kept samples (``kept/NAME.safetensors``, with data and answers in ``kept/NAME.json``) are never made anew: they are what
a past version wrote, and every later version has to open them. A change of format adds samples under new names.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.estimators.linear.logistic import LogisticRegression
from glassnet.estimators.linear.regression import LinearRegression
from glassnet.estimators.mlp.classifier import MLPClassifier
from glassnet.estimators.mlp.regressor import MLPRegressor
from glassnet.estimators.table.model import TableModel
from glassnet.estimators.table.recipe import Recipe
from glassnet.estimators.table.regressor import TabularRegressor
from glassnet.estimators.table.tabular import TabularClassifier
from glassnet.files import save
from glassnet.network.layers import Dense, Dropout
from glassnet.network.network import Network
from glassnet.network.norms import BatchNorm, LayerNorm
from glassnet.pieces.optimizers import AdamW
from glassnet.pieces.schedules import Cosine

KEPT = Path(__file__).parent / "kept"
RNG = np.random.default_rng(7)
X = RNG.normal(size=(40, 3)).round(3)
NUMBERS = (X @ [2.0, -1.0, 0.5] + 10).round(3)
WORDS = np.array(["low", "middle", "hoch über"])[np.digitize(NUMBERS, [9.0, 11.0])]

TABLE = {
    "größe": [None if i % 9 == 0 else value for i, value in enumerate(X[:, 0].tolist())],
    "city": ["Rome", "Oslo", "Århus", "Rome"] * 10,
    "new": [value > 0 for value in X[:, 1].tolist()],
    "day": [f"2024-{1 + i % 12:02}-{1 + i % 28:02}" for i in range(40)],
    "same": ["x"] * 40,
}


# Columns as people write them.
SPELLED = {
    "Preis": [f"{1 + i}.{37 * i % 1000:03},50 €" for i in range(40)],
    "Anteil": [f"{value:.1f} %".replace(".", ",") for value in X[:, 1].tolist()],
    "Tag": ["30.02.2023" if i == 30 else f"{1 + i % 28:02}.{1 + i % 12:02}.2023" for i in range(40)],
    "Zeit": [f"2024-{1 + i % 12:02}-{1 + i % 28:02}T{i % 24:02}:30:00+02:00" for i in range(40)],
    "Raucher": ["ja", "nein"] * 20,
    "Code": [f"0{i % 3}" for i in range(40)],
}


def _table(
    target: list[Any], columns: dict[str, Any] = TABLE, preset: str = "plain", **recipe: Any
) -> Callable[[], tuple[Any, Any]]:
    def made() -> tuple[Any, Any]:
        data = columns | {"answer": target}
        model = TableModel(Recipe(epochs=4, hidden=(4,), **recipe), preset=preset).fit(data, "answer")
        model.evaluation = model.evaluate(data)
        return model, {name: column[:6] for name, column in columns.items()}

    return made


def _tabular(cls: Any, target: list[Any]) -> Callable[[], tuple[Any, Any]]:
    """Of networks that are smaller than any preset's."""

    def made() -> tuple[Any, Any]:
        model, data = _table(target, preset="fast")()
        return cls.of(model), data

    return made


def _fitted(estimator: Any, y: Any, x: Any = X) -> Callable[[], tuple[Any, Any]]:
    return lambda: (estimator.fit(x, y), x[:6])


def _pair() -> tuple[Any, Any]:
    layers = [Dense(4, None, "he_normal"), BatchNorm("gelu"), Dropout(0.2), Dense(3), LayerNorm("tanh"), Dense(2)]
    network = Network(3, layers, "huber")
    parameters = network.initialize(seed=1, dtype=np.float32)
    for _ in range(3):
        network.step(parameters, X, X[:, :2], alpha=0.1)
    return (network, parameters), X[:6]


SAMPLES: dict[str, Callable[[], tuple[Any, Any]]] = {
    "table-words": _table(WORDS.tolist(), norm="batch_norm", dropout=0.1),
    "table-two-classes": _table((NUMBERS > 10).tolist(), validation=0.0, dtype="float64"),
    "table-numbers": _table(NUMBERS.tolist(), loss="huber:delta=2", optimizer="momentum", schedule="step:every=2"),
    "table-spellings": _table([f"{value:.2f}".replace(".", ",") for value in NUMBERS], SPELLED),
    "mlp-classifier": _fitted(MLPClassifier((4,), max_iter=3, random_state=0), WORDS),
    "mlp-classifier-several": _fitted(MLPClassifier((4,), max_iter=3, random_state=0), (X > 0).astype(int)),
    "mlp-regressor": _fitted(
        MLPRegressor(hidden_layer_sizes=[4, 3], solver="sgd", early_stopping=True, max_iter=3, random_state=0),
        NUMBERS.astype(np.float32),
        X.astype(np.float32),
    ),
    "linear-regression": _fitted(LinearRegression(l2=0.1), NUMBERS),
    "logistic-regression": _fitted(LogisticRegression(C=np.inf, max_iter=5), WORDS),
    "network": _pair,
    "table-counts": _table((10 * np.abs(X[:, 0])).tolist(), loss="poisson", norm="layer_norm"),
    "mlp-classifier-pieces": _fitted(
        MLPClassifier(
            (4, 3),
            ["tanh", "gelu"],
            solver=AdamW(),
            learning_rate=Cosine(warmup=2),
            normalization="batch",
            dropout=[0.1, 0.0],
            early_stopping=True,
            max_iter=9,
            random_state=0,
        ),
        np.where(NUMBERS > 10, "dear", "cheap"),
    ),
    "tabular-classifier": _tabular(TabularClassifier, WORDS.tolist()),
    "tabular-regressor": _tabular(TabularRegressor, NUMBERS.tolist()),
    "linear-regression-several": _fitted(LinearRegression(l1=0.01), X[:, :2] + 1),
    "logistic-regression-two-classes": _fitted(
        LogisticRegression(l1_ratio=0.5, max_iter=5), np.where(NUMBERS > 10, 2.0, 1.0)
    ),
}


def made(name: str) -> tuple[Any, Any]:
    """The sample of that name, trained now: a model, and what to ask it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # so short a training does not converge
        return SAMPLES[name]()


def answers(model: Any, data: Any) -> dict[str, np.ndarray]:
    """All that a model answers."""
    if isinstance(model, tuple):
        network, parameters = model
        return {"forward": network.forward(data, parameters).predictions}
    methods = ("predict", "predict_proba", "decision_function")
    usable = [name for name in methods if hasattr(model, name)]
    if isinstance(model, TableModel) and model.target.task == "regression":
        usable = ["predict"]
    return {name: getattr(model, name)(data) for name in usable}


def keep(name: str) -> None:
    """Write a sample to be kept."""
    model, data = made(name)
    if (KEPT / f"{name}.safetensors").exists():
        raise SystemExit(f"{name} is kept already: give the new one another name")
    save(model, KEPT / f"{name}.safetensors")
    said = {method: answer.tolist() for method, answer in answers(model, data).items()}
    asked = data if isinstance(data, dict) else {"dtype": data.dtype.name, "rows": data.tolist()}
    text = json.dumps({"data": asked, "answers": said}, ensure_ascii=False, indent=1)
    (KEPT / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    for wanted in sys.argv[1:] or SAMPLES:
        keep(wanted)
