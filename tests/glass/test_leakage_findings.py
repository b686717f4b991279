"""Inputs that give the answer away, and the first operation that is not finite: provoked, silent otherwise."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from glassnet.engines.plan import Plan, Rows
from glassnet.engines.state import State
from glassnet.glass.diagnosis.diagnose import Diagnosis, diagnose
from glassnet.learning.training import train
from glassnet.network.network import Network
from glassnet.pieces.optimizers import GradientDescent

from .conftest import Trained, mlp, only, table


def seen(X: Any, y: Any, network: Network | None = None, **facts: Any) -> Diagnosis:
    network = network or mlp(X.shape[1], (8,), 1)
    return diagnose(network, network.initialize(seed=0), X=X, Y=y, **facts)


# -- leakage -----------------------------------------------------------------------------------------------------------


def test_a_copy_of_the_target_under_another_name() -> None:
    X, y = table("breast_cancer")
    X[:, 7] = y + np.random.default_rng(0).normal(scale=0.1, size=len(y))
    names = [f"c{j}" for j in range(30)]
    finding = only(seen(X, y, columns=names), "leakage", "warning")
    assert finding.evidence["columns"] == (7,)
    assert finding.what.startswith("'c7' alone predicts the target")
    assert finding.evidence["least_error_left"] < 0.01
    assert "drop it" in finding.remedy


def test_a_code_for_the_answer_that_no_line_sees() -> None:
    """Classes by the middle of a column's range against both its ends."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(500, 3)).astype("float32")
    y = (np.abs(X[:, 1]) < 0.7).astype(int)
    assert only(seen(X, y), "leakage", "warning").evidence["columns"] == (1,)


def test_numbers_given_away() -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(800, 3))
    finding = only(seen(X, np.exp(X[:, 2]), Network.mlp(3, [8], 1)), "leakage", "warning")
    assert finding.evidence["columns"] == (2,)
    two = np.column_stack([X, X[:, 2] + 1])
    finding = only(seen(two, X[:, 2], Network.mlp(4, [8], 1)), "leakage", "warning")
    assert set(finding.evidence["columns"]) == {2, 3} and "each alone predict the target" in finding.what


@pytest.mark.parametrize("name", ["iris", "breast_cancer", "digits"])
def test_honest_inputs_are_not_suspected(name: str) -> None:
    X, y = table(name)
    classes = len(np.unique(y))
    finding = only(seen(X, y, mlp(X.shape[1], (8,), classes if classes > 2 else 1)), "leakage", "good")
    assert finding.evidence["least_error_left"] > 0.04


def test_noise_is_not_suspected_even_among_many_columns() -> None:
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(60, 400)), rng.integers(0, 2, 60)
    assert only(seen(X, y), "leakage", "good").evidence["looked_at"] == 200


def test_of_many_columns_the_one_that_leaks_is_looked_at() -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(100, 400))
    assert only(seen(X, X[:, 399] > 0), "leakage", "warning").evidence["columns"] == (399,)


def test_a_task_of_one_input_is_no_leak() -> None:
    X = np.linspace(-1, 1, 100).reshape(-1, 1)
    assert not seen(X, 2 * X, Network.mlp(1, [4], 1)).named("leakage")
    constant = np.column_stack([X, np.ones(100)])
    assert not seen(constant, 2 * X, Network.mlp(2, [4], 1)).named("leakage")


def test_one_answer_for_all_leaks_nothing() -> None:
    X = np.random.default_rng(0).normal(size=(50, 2))
    assert not seen(X, np.zeros(50), Network.mlp(2, [4], 1)).named("leakage")
    assert not seen(X, np.full(50, np.nan), Network.mlp(2, [4], 1)).named("leakage")


# -- the first operation that is not finite ----------------------------------------------------------------------------


def test_nothing_is_said_where_all_is_finite(trained: Trained) -> None:
    X, y = table("breast_cancer")
    assert not trained(mlp(30, (16,), 1), X, y, epochs=5).named("first_non_finite")


def overflowing(layer: int) -> tuple[Network, Any]:
    """Weights that overflow in float32 in that layer."""
    network = Network.mlp(2, [3, 3], 1)
    parameters = network.initialize(seed=0, dtype="float32")
    for l in (1, 2, 3):
        parameters.W[l] = np.full(parameters.W[l].shape, 1e30 if l == layer else 1.0)
    return network, parameters


@pytest.mark.parametrize("layer", [1, 2, 3])
def test_the_layer_that_overflows(layer: int) -> None:
    network, parameters = overflowing(layer)
    X = np.full((40, 2), 1e10, "float32")
    finding = only(diagnose(network, parameters, X=X, Y=np.zeros(40)), "first_non_finite", "warning")
    assert finding.evidence["operation"] == f"Z[{layer}] = A[{layer - 1}] W[{layer}]^T + b[{layer}]"
    assert finding.evidence["share"] == 1 and 1e10 <= finding.evidence["largest_before"] < 1e32
    assert finding.remedy


def test_a_cost_and_a_gradient_that_overflow() -> None:
    network = Network.mlp(1, [], 1)
    parameters = network.initialize(seed=0, dtype="float32")
    parameters.W[1] = [[1e10]]
    X = np.full((40, 1), 1e12, "float32")
    finding = only(diagnose(network, parameters, X=X, Y=np.zeros(40)), "first_non_finite", "warning")
    assert finding.evidence["operation"] == "J, the cost of each row"
    parameters.W[1] = [[0.0]]
    X = np.full((40, 1), 3e38, "float32")
    finding = only(diagnose(network, parameters, X=X, Y=np.full(40, 2.0)), "first_non_finite", "warning")
    assert finding.evidence["operation"] == "dW[1] in back propagation"


def test_parameters_that_are_not_finite_come_first() -> None:
    network = Network.mlp(2, [3], 1)
    parameters = network.initialize()
    parameters.W[2][0, 1] = np.nan
    finding = only(diagnose(network, parameters, X=np.ones((40, 2))), "first_non_finite", "warning")
    assert finding.evidence["operation"] == "the parameters W[2]" and finding.evidence["share"] == pytest.approx(1 / 3)


def test_a_real_divergence_is_followed_to_its_operation() -> None:
    X, y = table("breast_cancer")
    plan = Plan(Network.mlp(30, [16], 1), len(X), optimizer=GradientDescent(50.0), epochs=50, batch_size=len(X))
    end = train(plan, State.new(plan), Rows(X, y.astype("float32").reshape(-1, 1)))
    assert end.ending == "diverged"
    facts = {"plan": plan, "ending": end.ending, "reason": end.reason, "history": end.history}
    diagnosis = diagnose(plan.network, end.parameters, X=X, Y=y, **facts)
    finding = diagnosis.named("first_non_finite")[0]
    layer = re.search(r"layer (\d+) \(dense\) in forward", end.reason)[1]
    assert finding.severity == "warning" and finding.evidence["operation"].startswith(f"Z[{layer}] = ")
    assert finding.remedy == "lower learning_rate from 50 to 5"
