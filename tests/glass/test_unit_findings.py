"""What a pass tells: units that no longer learn, gradients that do not arrive."""

from __future__ import annotations

import numpy as np
import pytest

from glassnet.glass.diagnosis.diagnose import Diagnosis, diagnose
from glassnet.network.layers import Dense, Dropout
from glassnet.network.network import Network
from glassnet.network.norms import BatchNorm
from glassnet.network.parameters import Parameters
from glassnet.pieces.activations import ACTIVATIONS

from .conftest import mlp, only, table

X, Y = table("breast_cancer")


def looked(network: Network, parameters: Parameters, rows: int = len(X)) -> Diagnosis:
    return diagnose(network, parameters, X=X[:rows], Y=Y[:rows])


@pytest.mark.parametrize("activation", ["relu", "elu", "selu", "gelu", "silu", "mish", "softplus"])
@pytest.mark.parametrize(("dead", "severity"), [(1, "good"), (4, "note"), (10, "warning"), (20, "warning")])
def test_dead_units(activation: str, dead: int, severity: str) -> None:
    network = mlp(30, (20, 20), 1, activation)
    parameters = network.initialize()
    parameters.b[2][20 - dead :] = -1e4
    finding = only(looked(network, parameters), "dead_units", severity)
    if severity != "good":
        assert finding.what.startswith(f"layer 2 (dense {activation}): {dead} of 20 units ({5 * dead} %) are dead")
        assert finding.evidence["stuck"] == tuple(range(20 - dead, 20))
    else:
        assert finding.what == "39 of 40 units with one flat side are alive"


@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
@pytest.mark.parametrize(("stuck", "severity"), [(1, "good"), (4, "note"), (20, "warning")])
def test_saturated_units(activation: str, stuck: int, severity: str) -> None:
    network = mlp(30, (20,), 1, activation)
    parameters = network.initialize()
    parameters.W[1][:stuck] *= 1000
    diagnosis = looked(network, parameters)
    finding = only(diagnosis, "saturated_units", severity)
    assert severity == "good" or finding.evidence["stuck"] == tuple(range(stuck))
    assert not diagnosis.named("dead_units")


def test_leaky_relu_and_identity_cannot_die() -> None:
    network = Network(30, [Dense(8, "leaky_relu"), Dense(8), Dense(1)], "binary_cross_entropy")
    parameters = network.initialize()
    parameters.b[1][...] = parameters.b[2][...] = -1e4
    diagnosis = looked(network, parameters)
    assert not diagnosis.named("dead_units") and not diagnosis.named("saturated_units")


def test_one_finding_for_each_layer() -> None:
    network = mlp(30, (10, 10), 1)
    parameters = network.initialize()
    parameters.b[1][:5] = parameters.b[2][:] = -1e6
    assert [finding.evidence["layer"] for finding in looked(network, parameters).named("dead_units")] == [1, 2]


def test_behind_normalising_and_dropout() -> None:
    network = Network(30, [Dense(8), BatchNorm("relu"), Dropout(0.5), Dense(1)], "binary_cross_entropy")
    parameters = network.initialize()
    only(looked(network, parameters), "dead_units", "good")
    vars(parameters.layers[1])["beta"][:] = -1e4
    assert "layer 2 (batch_norm relu)" in only(looked(network, parameters), "dead_units", "warning").what


def test_few_rows_judge_no_unit() -> None:
    network = mlp(30, (20,), 1)
    parameters = network.initialize()
    parameters.b[1][:] = -1e4
    diagnosis = looked(network, parameters, rows=29)
    assert not diagnosis.named("dead_units")
    assert diagnosis.skipped["dead_units"] == "X of 30 rows or more"
    assert looked(network, parameters, rows=30).named("dead_units")


def test_vanishing_gradient() -> None:
    network = mlp(30, (16,) * 8, 1, "sigmoid")
    finding = only(looked(network, network.initialize()), "gradients", "warning")
    assert "vanishes: at the output of layer 1" in finding.what
    assert finding.remedy == "use relu in hidden layers"
    ratios = finding.evidence["by_layer"]
    assert len(ratios) == 9 and ratios[-1] == 1 and all(np.diff(ratios)[:-1] > 0)


def test_exploding_gradient() -> None:
    network = mlp(30, (64,) * 4, 1)
    parameters = network.initialize()
    parameters.weights[...] *= 10
    assert "explodes" in only(looked(network, parameters), "gradients", "warning").what


def test_the_sizes_of_gradients_are_those_of_the_chain_rule() -> None:
    network = mlp(30, (5, 4), 1, "tanh")
    parameters = network.initialize()
    made = network.forward(X, parameters)
    slope = ACTIVATIONS["tanh"].prime
    dS = made.predictions - Y[:, None]
    dA2 = dS @ parameters.W[3]
    dA1 = (dA2 * slope(made.Z[2])) @ parameters.W[2]
    sizes = [np.linalg.norm(d, axis=1).sum() for d in (dA1, dA2, dS)]
    finding = only(looked(network, parameters), "gradients", "good")
    assert finding.evidence["by_layer"] == pytest.approx([size / sizes[-1] for size in sizes])


@pytest.mark.parametrize(
    ("activation", "z", "severity"),
    [("tanh", 2.9, "good"), ("tanh", 3.1, "warning"), ("sigmoid", -5.8, "good"), ("sigmoid", -6.2, "warning")],
)
def test_where_saturation_begins(activation: str, z: float, severity: str) -> None:
    network = mlp(30, (10,), 1, activation)
    parameters = network.initialize()
    parameters.W[1][...], parameters.b[1][...] = 0, z
    only(looked(network, parameters), "saturated_units", severity)
