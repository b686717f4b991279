"""A network that was trained well hears only good news, and hears some."""

from __future__ import annotations

from typing import Any

import pytest

from glassnet.engines.plan import Rows
from glassnet.glass.diagnosis.diagnose import diagnose
from glassnet.learning.stopping import Stopping
from glassnet.pieces.optimizers import LBFGS, Adam
from glassnet.pieces.penalties import Penalties

from .conftest import Trained, mlp, table

SETS = {"digits": 10, "iris": 3, "breast_cancer": 1}


def only_good(diagnosis: Any) -> None:
    assert [str(finding) for finding in diagnosis if finding.severity != "good"] == []
    assert diagnosis.ok and bool(diagnosis) and diagnosis.problems == () and diagnosis.sentence() == ""


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid", "gelu"])
@pytest.mark.parametrize("name", SETS)
def test_stopped_where_nothing_improves(name: str, activation: str, trained: Trained) -> None:
    X, y = table(name)
    network = mlp(X.shape[1], (24,), SETS[name], activation)
    diagnosis = trained(network, X, y, stopping=Stopping(), optimizer=Adam(0.01), epochs=500)
    only_good(diagnosis)
    units = "saturated_units" if activation in ("tanh", "sigmoid") else "dead_units"
    expected = ["unsteady_cost", "not_converged", "unscaled_inputs", "class_imbalance", "leakage", units, "gradients"]
    constant = ["constant_inputs"] if name == "digits" else []
    assert sorted(finding.name for finding in diagnosis) == sorted(expected + constant)
    assert dict(diagnosis.skipped) == {"overfitting": "validation cost"}


@pytest.mark.parametrize("name", SETS)
def test_lbfgs_that_converged(name: str, trained: Trained) -> None:
    X, y = table(name)
    plan = {"optimizer": LBFGS(tolerance=1e-3), "penalties": Penalties(l2=0.01), "epochs": 500, "batch_size": len(X)}
    diagnosis = trained(mlp(X.shape[1], (16,), SETS[name]), X, y, **plan)
    only_good(diagnosis)
    assert "L-BFGS converged" in diagnosis.named("not_converged")[0].what


def test_all_epochs_used_and_converged(trained: Trained) -> None:
    X, y = table("iris")
    diagnosis = trained(mlp(4, (), 3), X, y, optimizer=Adam(0.05), epochs=300, penalties=Penalties(l2=0.01))
    only_good(diagnosis)
    assert "the cost has converged to" in diagnosis.named("not_converged")[0].what


def test_held_out_rows_that_go_along(trained: Trained) -> None:
    X, y = table("digits")
    held = Rows(X[1400:], y[1400:])
    stopping = Stopping("validation_cost", patience=5)
    diagnosis = trained(mlp(64, (24,), 10), X[:1400], y[:1400], validation=held, stopping=stopping, epochs=200)
    only_good(diagnosis)
    assert diagnosis.skipped == {}


@pytest.mark.parametrize("activation", ["relu", "leaky_relu", "tanh", "sigmoid", "elu", "selu", "silu", "softplus"])
def test_before_training(activation: str) -> None:
    X, y = table("breast_cancer")
    network = mlp(30, (32, 32), 1, activation)
    diagnosis = diagnose(network, network.initialize(seed=0), X=X, Y=y)
    only_good(diagnosis)
