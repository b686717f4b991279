"""Predictions of a few rows read large weights where they lie; the numbers are those of many rows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from glassnet.engines.native.engine import Native
from glassnet.engines.plan import Plan
from glassnet.network.layers import BatchNorm, Dense, LayerNorm
from glassnet.network.network import Network

LAYERS = {
    "wide": [Dense(128, "relu"), Dense(65, "tanh"), Dense(20)],
    "narrow": [Dense(128, "sigmoid"), Dense(3)],
    "one": [Dense(1)],
    "shared": [Dense(700, "relu"), Dense(530, "tanh"), Dense(20)],  # columns by two threads
    "norms": [Dense(100, None), BatchNorm("softplus"), Dense(90, None), LayerNorm("relu"), Dense(17)],
}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("layers", LAYERS.values(), ids=LAYERS)
@pytest.mark.parametrize("inputs", [64, 67, 1100])
def test_few_rows_are_predicted_as_many(layers: list[Dense], inputs: int, dtype: str) -> None:
    network = Network(inputs, layers, "squared_error")
    plan = Plan(network, examples=100, dtype=dtype, n_threads=2)
    parameters = network.initialize(3, plan.numpy_dtype)
    X = np.random.default_rng(4).normal(size=(100, inputs)).astype(dtype)
    scores, predictions = Native(plan).ready(parameters)
    many = scores(X)
    for rows in (1, 1, 2, 11, 12, 16):
        few = X[40 : 40 + rows].copy()
        np.testing.assert_array_equal(scores(few), many[40 : 40 + rows])
        np.testing.assert_array_equal(predictions(few), many[40 : 40 + rows])
    # What is written into the parameters shows, and the next many rows are not answered from what was borrowed.
    parameters.theta *= 2
    doubled = scores(X[:1].copy())
    assert not np.array_equal(doubled, many[:1])
    np.testing.assert_array_equal(scores(X)[:1], doubled)


def test_callers_from_several_threads_get_their_own_rows() -> None:
    network = Network(600, LAYERS["shared"], "squared_error")
    parameters = network.initialize(3, np.float32)
    X = np.random.default_rng(4).normal(size=(8, 600)).astype(np.float32)
    alone = Native(Plan(network, examples=8, n_threads=1)).scores(parameters, X)
    scores, _ = Native(Plan(network, examples=8, n_threads=2)).ready(parameters, frozen=True)
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(scores, [X[i % 8 : i % 8 + 1].copy() for i in range(400)]))
    np.testing.assert_array_equal(np.concatenate(answers), np.tile(alone, (50, 1)))
