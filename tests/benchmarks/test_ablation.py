"""``benchmarks/ablation.py``: every variant is a recipe, and the table compares it with the whole."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pandas as pd
import pytest

from ablation import VARIANTS, WHOLE, Parts, effects, error, network, plan
from comparison.embedding import Embedding
from comparison.optimizers import AveragingAdamW, KeepAverages, Muon, WithKernels
from comparison.sets import Table
from glassnet import Dense, Network, Plan, Rows, State, gradcheck, train
from glassnet.engines.reference import Reference
from glassnet.pieces.optimizers import AdamW

SMALL = dataclasses.replace(Parts(), hidden=(8,), epochs=3, least_steps=1)


def test_the_table_of_effects() -> None:
    errors = {("a", WHOLE): 0.2, ("b", WHOLE): 0.1, ("a", "less"): 0.4, ("b", "less"): 0.1, ("a", "more"): 0.1}
    records = [{"set": s, "split": 0, "method": m, "error": e} for (s, m), e in errors.items()]
    heading, less, more = effects(records)
    assert heading.split()[0] == "variant"
    assert less.split() == ["less", f"{math.sqrt(2):.3f}", f"{math.log(2) / 2:.3f}", "2", "1"]
    assert more.split() == ["more", "0.500", "nan", "1", "0"]


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_variant_is_a_network_and_a_plan(variant: str) -> None:
    parts = dataclasses.replace(Parts(), **VARIANTS[variant])
    nets = [network(parts, member, 3, 5, 1, classifies=True) for member in range(4)]
    assert all(plan(parts, net, 100, classifies=True).network is net for net in nets)
    assert (repr(nets[0]) == repr(nets[1])) is not parts.spread
    assert variant == WHOLE or parts != Parts()


def test_a_variant_is_trained_and_judged_on_a_table() -> None:
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"n": rng.normal(size=80), "w": rng.choice(["a", "b"], size=80)})
    regression = Table("r", X, X["n"].to_numpy() * 3, {"task": "regression", "categorical": ["w"]})
    classes = (X["n"] > 0).to_numpy().astype(int)
    kinds = Table("c", X, classes, {"task": "binary", "categorical": ["w"]})
    threefold = Table("t", X, classes + (X["w"] == "a").to_numpy(), {"task": "multiclass", "categorical": ["w"]})
    for table in (regression, kinds, threefold):
        found = error(SMALL, table, 0, members=2, threads=1)
        assert 0 <= found["error"] < 1.5
        assert found["error"] == error(SMALL, table, 0, members=2, threads=2)["error"]


def tried(optimizer: AdamW, most: int = 1, **settings: object) -> tuple[Plan, State, Rows]:
    """A small network, and rows of which a step is a batch."""
    net = network(dataclasses.replace(Parts(), hidden=(8, 8, 8)), 0, 3, 5, 2, classifies=False)
    rows = Rows(*(np.random.default_rng(0).normal(size=(20 * most, k)).astype(np.float32) for k in (5, 2)))
    how = Plan(net, 20 * most, optimizer=optimizer, batch_size=20, epochs=1, shuffle=False)
    return how, State.new(how, 1, X=rows.X), rows


def test_muon_goes_along_orthogonal_matrices_between_hidden_layers_and_is_adamw_elsewhere() -> None:
    settings = {"learning_rate": 0.5, "weight_decay": 0.0}
    how, state, rows = tried(Muon(**settings, factor=0.5, units=8, outputs=2))
    usual, other, _ = tried(AdamW(**settings))
    first = state.theta.copy()
    train(how, state, rows)
    train(usual, other, rows, engine="reference")
    moved, hidden = state.theta - first, np.zeros(first.size, bool)
    for place in how.network.layout.places:
        if place.parameter.shape == (8, 8):
            hidden[place.start : place.stop] = True
            singular = np.linalg.svd(place.view(moved), compute_uv=False) / 0.25
            assert 0.6 < singular.min() <= singular.max() < 1.25
    assert hidden.sum() == 128
    np.testing.assert_array_equal(state.theta[~hidden], other.theta[~hidden])


def test_an_average_of_parameters_answers() -> None:
    how, state, rows = tried(AveragingAdamW(kept=0.2), most=5)
    other = state.copy()
    train(how, state, rows, callbacks=[KeepAverages([])])
    thetas, engine = [], Reference(how)
    for step in range(5):
        engine.train(other, rows, np.arange(20 * step, 20 * step + 20))
        thetas.append(other.theta.astype(np.float64))
    average = thetas[0]
    for step, theta in enumerate(thetas[1:], 1):
        kept = min(0.2, step / (step + 10))
        average = kept * average + (1 - kept) * theta
    np.testing.assert_allclose(state.theta, average, rtol=1e-5, atol=1e-7)


def test_gradients_of_the_kernels_for_optimizers_of_python() -> None:
    how, state, rows = tried(AveragingAdamW(), most=3)
    other = state.copy()
    train(how, state, rows, engine=WithKernels(how))
    train(how, other, rows, engine="reference")
    np.testing.assert_allclose(state.theta, other.theta, rtol=1e-4, atol=1e-5)


def test_embeddings_of_categories_are_rows_of_a_matrix() -> None:
    layer = Embedding(((1, 3), (4, 7)), size=2)
    net = Network(8, [layer, Dense(1)])
    X = np.zeros((3, 8))
    X[:, [0, 3, 7]], X[[0, 1, 2], [1, 2, 2]], X[[0, 1], [4, 6]] = np.arange(9).reshape(3, 3), 1, 1
    parameters = net.initialize(0)
    embedding, dense = parameters.layers
    seen = np.hstack([X[:, [0, 3, 7]], embedding.E0[[0, 1, 1]], [embedding.E1[0], embedding.E1[2], [0, 0]]])
    np.testing.assert_allclose(net.forward(X, parameters).predictions, seen @ dense.W.T + dense.b)
    assert gradcheck(net, X, np.ones((3, 1)), parameters=parameters, count=None).ok
