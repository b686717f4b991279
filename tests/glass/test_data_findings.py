"""What inputs and targets tell."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.sparse

from glassnet.glass.diagnosis.diagnose import Diagnosis, diagnose
from glassnet.network.network import Network

from .conftest import mlp, only, table

RNG = np.random.default_rng(0)


def looked(X: Any = None, Y: Any = None, network: Network | None = None, **facts: Any) -> Diagnosis:
    network = network or mlp(X.shape[1], (8,), 1)
    return diagnose(network, network.initialize(), X=X, Y=Y, **facts)


def normal(m: int = 200, n: int = 4) -> np.ndarray:
    return RNG.normal(size=(m, n))


# -- scales ------------------------------------------------------------------------------------------------------------


def test_unscaled_inputs_are_named() -> None:
    X, y = table("breast_cancer", scaled=False)
    names = [f"feature {j}" for j in range(30)]
    finding = only(looked(X, y, columns=names), "unscaled_inputs", "warning")
    assert finding.evidence["columns"] == (23, 3)  # worst area, mean area
    assert "'feature 23' has mean 881 and deviation 569" in finding.what
    assert finding.evidence["ratio"] > 1e5
    assert "column 24 has mean" in only(looked(X, y), "unscaled_inputs", "warning").what


def test_scales_that_differ_from_each_other_only() -> None:
    finding = only(looked(normal() * [8.0, 1, 1, 0.07]), "unscaled_inputs", "warning")
    assert finding.evidence["ratio"] == pytest.approx(8 / 0.07, rel=0.2)


@pytest.mark.parametrize("factor", [30.0, 0.04])
def test_all_inputs_a_little_off(factor: float) -> None:
    finding = only(looked(normal() * factor), "unscaled_inputs", "note")
    assert finding.evidence["far"] == 4
    assert "fold" not in finding.what


def test_an_input_far_from_zero_for_its_deviation() -> None:
    X = normal()
    X[:, 2] = 9 + 0.5 * X[:, 2]
    assert only(looked(X), "unscaled_inputs", "note").evidence["columns"] == (2,)


def test_indicators_and_words_are_no_offence() -> None:
    rare = (RNG.random((2000, 3)) < [0.5, 0.01, 0.99]).astype(float)
    only(looked(rare), "unscaled_inputs", "good")
    words = scipy.sparse.random(500, 100, 0.02, format="csr", random_state=0)
    only(looked(words), "unscaled_inputs", "good")


def test_constant_inputs() -> None:
    X = normal(n=10)
    X[:, 3] = 0
    finding = only(looked(X), "constant_inputs", "good")
    assert finding.what == "1 of 10 inputs is constant, which is harmless: column 4"
    X[:, 5] = 1.0
    X[:, 7] = 0.1
    finding = only(looked(X), "constant_inputs", "note")
    assert finding.evidence["columns"] == (3, 5, 7)
    only(looked(X), "unscaled_inputs", "good")  # constants have no scale
    X = normal(n=10)
    X[:, 0] = 2026.0
    only(looked(X), "constant_inputs", "note")


def test_numbers_that_are_none() -> None:
    X = normal()
    X[[7, 9], 1] = np.nan
    X[9, 2] = np.inf
    diagnosis = looked(X, columns=list("abcd"))
    finding = only(diagnosis, "not_finite", "warning")
    assert finding.what == "2 of 200 rows have inputs that are not finite numbers, in 'b', 'c'"
    assert finding.evidence["first_row"] == 7
    assert "198 rows" not in finding.what
    only(diagnosis, "dead_units", "good")  # by the other rows
    only(diagnosis, "unscaled_inputs", "good")


def test_no_row_that_is_finite() -> None:
    diagnosis = looked(np.full((40, 2), np.nan), np.zeros(40, int))
    only(diagnosis, "not_finite", "warning")
    assert "dead_units" in diagnosis.skipped


# -- targets -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("factor", "shift", "severity"),
    [(1e5, 3e5, "warning"), (1.0, 40.0, "note"), (1e-4, 0.0, "note"), (1.0, 0.0, "good"), (0.0, 5.0, "note")],
)
def test_scale_of_a_numeric_target(factor: float, shift: float, severity: str) -> None:
    Y = normal(n=1) * factor + shift
    only(looked(normal(), Y, Network.mlp(4, [5], 1)), "target_scale", severity)


def test_a_target_that_is_no_number() -> None:
    Y = normal(n=1)
    Y[3] = np.nan
    assert "1 targets" in only(looked(normal(), Y, Network.mlp(4, [5], 1)), "target_scale", "warning").what


def test_counts_have_no_scale_to_mind() -> None:
    Y = RNG.poisson(500, (200, 1))
    assert not looked(normal(), Y, Network.mlp(4, [5], 1, loss="poisson")).named("target_scale")


@pytest.mark.parametrize(("rare", "severity"), [(400, "good"), (50, "note"), (5, "warning"), (0, "warning")])
def test_class_imbalance(rare: int, severity: str) -> None:
    y = np.zeros(1000, int)
    y[:rare] = 1
    finding = only(looked(Y=y, network=mlp(4, (5,), 1)), "class_imbalance", severity)
    assert finding.evidence["shares"] == pytest.approx((1 - rare / 1000, rare / 1000))
    three = np.r_[y, np.full(900, 2)]
    assert only(looked(Y=three, network=mlp(4, (5,), 3)), "class_imbalance", severity).evidence["rarest"] == 1


def test_weights_even_classes_out() -> None:
    y = np.repeat([0, 1], [990, 10])
    even = looked(Y=y, weights=np.where(y, 99.0, 1.0), network=mlp(4, (5,), 1))
    only(even, "class_imbalance", "good")


def test_of_several_answers_the_most_uneven_is_reported() -> None:
    Y = np.c_[np.arange(100) % 2, np.arange(100) < 1]
    network = Network.mlp(4, [5], 2, loss="binary_cross_entropy")
    assert only(looked(Y=Y, network=network), "class_imbalance", "warning").evidence["shares"][1] == pytest.approx(0.01)


@pytest.mark.parametrize(
    ("value", "dtype", "said"),
    [
        (7, int, "7"),
        (16_777_217, np.float64, "16777217"),
        (16_777_217, np.float32, "1.67772e+07"),
        (123_456_789_012_345_678, np.int64, "1.23456789012346e+17"),
        (0.1, np.float64, "0.1"),
        (-1e300, np.float64, "-1e+300"),
    ],
)
@pytest.mark.parametrize("m", [37, 1000])
def test_a_constant_target_is_described_truly(value: float, dtype: Any, said: str, m: int) -> None:
    """Whatever rounding makes of the sum of many large numbers."""
    diagnosis = looked(normal(m), np.full(m, value, dtype), Network.mlp(4, [3], 1))
    assert only(diagnosis, "target_scale", "note").what == f"the target is constant: {said}"


def test_a_single_target_is_not_called_constant() -> None:
    assert "target is constant" not in str(looked(normal(1), np.ones(1), Network.mlp(4, [3], 1)))


def test_large_numbers_that_differ_a_little_are_no_constant() -> None:
    X = normal()
    X[:, 1] = 1.7e9 + np.arange(len(X))
    network = Network.mlp(4, [3], 1)
    diagnosis = diagnose(network, network.initialize(dtype="float64"), X=X, Y=1e12 + np.arange(len(X)))
    assert not diagnosis.named("constant_inputs")
    assert (
        "the target's scale is large: mean 1e+12 and deviation 57.7" in only(diagnosis, "target_scale", "warning").what
    )
