"""What the curve of the cost tells, each on a training made to have it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from glassnet.engines.plan import Rows
from glassnet.glass.diagnosis.diagnose import Diagnosis, diagnose
from glassnet.learning.stopping import Stopping
from glassnet.network.network import Network
from glassnet.pieces.optimizers import LBFGS, Adam, GradientDescent

from .conftest import Trained, mlp, only, table

NETWORK = mlp(30, (16,), 1)
CALLED = {"settings": {"epochs": "max_iter", "learning_rate": "learning_rate_init", "evaluations": "max_fun"}}


def by_curve(costs: Any, **facts: Any) -> Diagnosis:
    history = {"cost": list(costs), **facts.pop("columns", {})}
    return diagnose(NETWORK, NETWORK.initialize(), history=history, **facts)


# -- how it ended ------------------------------------------------------------------------------------------------------


def test_diverged_says_where_and_what_to_lower(trained: Trained) -> None:
    X, y = table("breast_cancer")
    diagnosis = trained(NETWORK, X, y, optimizer=GradientDescent(50.0), epochs=50, extra=CALLED)
    finding = only(diagnosis, "diverged", "warning")
    assert finding.what.startswith("training diverged at step ") and finding.what.endswith("is not finite")
    assert finding.remedy == "lower learning_rate_init from 50 to 5"
    assert not diagnosis.ok and not diagnosis
    assert diagnosis.problems[0] is finding
    assert not any(diagnosis.named(name) for name in ("unsteady_cost", "not_converged", "slow_learning"))


def test_diverged_by_unscaled_inputs_blames_them(trained: Trained) -> None:
    X, y = houses()
    diagnosis = trained(Network.mlp(3, [20], 1), X, y, optimizer=GradientDescent(0.01), epochs=50)
    assert only(diagnosis, "diverged", "warning").remedy.startswith("standardize")


def test_parameters_that_are_not_finite() -> None:
    parameters = NETWORK.initialize()
    parameters.W[1][0, 0] = np.nan
    X, y = table("breast_cancer")
    diagnosis = diagnose(NETWORK, parameters, X=X, Y=y)
    only(diagnosis, "diverged", "warning")
    assert not diagnosis.named("dead_units") and not diagnosis.named("gradients")


def test_too_few_epochs(trained: Trained) -> None:
    X, y = table("breast_cancer")
    finding = only(trained(NETWORK, X, y, epochs=8, extra=CALLED), "not_converged", "warning")
    assert "still falling when training ended after 8 epochs" in finding.what
    assert finding.remedy == "raise max_iter, for example to 16"
    assert finding.evidence["fall"] > 0.05
    before, now = finding.evidence["before"], finding.evidence["now"]
    assert f"{before:.3g}, then {now:.3g} ({100 * (1 - now / before):.0f} % less)" in finding.what


def test_one_epoch(trained: Trained) -> None:
    X, y = table("breast_cancer")
    finding = only(trained(NETWORK, X, y, epochs=1), "not_converged", "warning")
    assert finding.what.startswith("one epoch is too few")


def test_lbfgs_out_of_evaluations(trained: Trained) -> None:
    X, y = table("breast_cancer")
    plan = {"optimizer": LBFGS(max_evaluations=3), "batch_size": len(X), "extra": CALLED}
    assert only(trained(NETWORK, X, y, **plan), "not_converged", "warning").remedy == "raise max_fun"


def test_lbfgs_out_of_epochs(trained: Trained) -> None:
    X, y = table("breast_cancer")
    finding = only(trained(NETWORK, X, y, optimizer=LBFGS(), epochs=3, batch_size=len(X)), "not_converged", "warning")
    assert "still falling" in finding.what


def test_a_slow_fall_is_a_note_and_a_slower_one_settled() -> None:
    only(by_curve(0.998 ** np.arange(100)), "not_converged", "note")
    only(by_curve(0.9998 ** np.arange(1000)), "not_converged", "good")


def test_near_zero_the_last_digits_do_not_matter() -> None:
    assert "near zero after 200 epochs" in only(by_curve(0.9 ** np.arange(200)), "not_converged", "good").what


@pytest.mark.parametrize("ending", ["interrupted", "stopped"])
def test_an_end_that_was_wanted(ending: str) -> None:
    assert by_curve(0.9 ** np.arange(20), ending=ending, reason="patience").ok


# -- how it went -------------------------------------------------------------------------------------------------------


def test_too_large_a_learning_rate(trained: Trained) -> None:
    X, y = table("breast_cancer")
    diagnosis = trained(mlp(30, (32, 32), 1, "tanh"), X, y, optimizer=Adam(1.0), epochs=30)
    finding = only(diagnosis, "unsteady_cost", "warning")
    assert finding.remedy == "lower learning_rate from 1 to 0.1"
    assert not diagnosis.named("not_converged")


def test_a_cost_that_rises() -> None:
    finding = only(by_curve([1.0, 0.5, 0.4, 0.8]), "unsteady_cost", "warning")
    assert finding.what == "the cost rose again, to 0.8, after 0.4 in epoch 3"
    assert finding.remedy == "lower learning_rate to a tenth of what it was"


def test_a_cost_that_jumps() -> None:
    falling = np.linspace(1.0, 0.5, 40)
    assert by_curve(falling).named("unsteady_cost")[0].severity == "good"
    jumping = falling * np.where(np.arange(40) % 2, 1.15, 0.85)
    finding = only(by_curve(jumping), "unsteady_cost", "warning")
    assert "oscillates: in later epochs it jumps by about 0.17 around 0.62" in finding.what


def test_the_noise_of_mini_batches_is_none() -> None:
    rng = np.random.default_rng(0)
    noisy = 2.3 * np.exp(-np.arange(60) / 10) + 0.3 + 0.01 * rng.normal(size=60)
    assert only(by_curve(noisy), "unsteady_cost", "good")
    nearly_perfect = 2.3 * np.exp(-np.arange(60) / 5) + 0.002 * rng.uniform(0, 3, 60)
    assert only(by_curve(nearly_perfect), "unsteady_cost", "good")


def test_too_small_a_learning_rate(trained: Trained) -> None:
    X, y = table("breast_cancer")
    diagnosis = trained(NETWORK, X, y, optimizer=GradientDescent(1e-6))
    finding = only(diagnosis, "slow_learning", "warning")
    assert finding.remedy == "raise learning_rate from 1e-06 to 1e-05"
    assert not diagnosis.named("not_converged")  # more epochs would not help


def test_bad_scaling_is_blamed_before_the_learning_rate(trained: Trained) -> None:
    X, y = houses()
    finding = only(trained(Network.mlp(3, [20], 1), X, y, batch_size=200), "slow_learning", "warning")
    assert finding.remedy.startswith("standardize the inputs (and a numeric target)")


def test_a_cost_that_stands_still_because_all_is_learned() -> None:
    X, y = table("breast_cancer")
    network = mlp(30, (), 1)
    parameters = network.initialize()
    for _ in range(200):
        network.step(parameters, X, y, alpha=0.5)
    still = {"history": {"cost": [0.1, 0.0995, 0.099, 0.099]}}
    assert not diagnose(network, parameters, X=X, Y=y, **still).named("slow_learning")
    assert only(diagnose(network, network.initialize(), X=X, Y=y, **still), "slow_learning", "warning")


# -- overfitting -----------------------------------------------------------------------------------------------------


def overfitted(trained: Trained, **settings: Any) -> Diagnosis:
    X, y = table("breast_cancer")
    noisy = y[:60] ^ (np.random.default_rng(0).random(60) < 0.2)
    held = Rows(X[300:], y[300:])
    return trained(mlp(30, (64,), 1), X[:60], noisy, validation=held, optimizer=Adam(0.01), **settings)


def test_overfitting(trained: Trained) -> None:
    finding = only(overfitted(trained, epochs=150), "overfitting", "warning")
    assert 1 <= finding.evidence["best_epoch"] < 20
    assert f"in epoch {finding.evidence['best_epoch']} and rose to" in finding.what


def test_early_stopping_makes_it_a_note(trained: Trained) -> None:
    diagnosis = overfitted(trained, epochs=150, stopping=Stopping("validation_cost", patience=30))
    only(diagnosis, "overfitting", "note")


def test_held_out_cost_that_rises_with_the_training_cost_is_not_overfitting() -> None:
    columns = {"validation_cost": [1.0, 0.5, 0.9, 1.4]}
    finding = only(by_curve([1.0, 0.5, 0.8, 1.2], columns=columns), "overfitting", "good")
    assert not finding.remedy


def test_gaps_in_a_history_keep_the_epochs_numbers() -> None:
    columns = {"validation_cost": [np.nan, np.nan, 0.5, 0.4, 0.9]}
    finding = only(by_curve([1.0, 0.8, 0.6, 0.4, 0.2], columns=columns), "overfitting", "warning")
    assert finding.evidence["best_epoch"] == 4


def houses() -> tuple[np.ndarray, np.ndarray]:
    """Prices by area, year and rooms, in the units they come in."""
    rng = np.random.default_rng(0)
    X = np.c_[rng.uniform(30, 300, 400), rng.integers(1900, 2020, 400), rng.integers(1, 6, 400)]
    price = 3000 * X[:, 0] + 500 * (X[:, 1] - 1900) + rng.normal(0, 1e4, 400)
    return X, price.reshape(-1, 1)
