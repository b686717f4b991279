"""Recipes: every hyperparameter is checked when it is given, with the nearest name where one is misspelt."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from glassnet.errors import GlassnetError, InvalidInput, InvalidType, UnknownName
from glassnet.estimators.table.recipe import Recipe
from glassnet.network.layers import Dense, Dropout
from glassnet.network.norms import BatchNorm
from glassnet.pieces.losses import LOSSES
from glassnet.pieces.optimizers import Adam, Nesterov


@pytest.mark.parametrize(
    "settings",
    [
        {"hidden": (0,)},
        {"hidden": (-3,)},
        {"dropout": 1.0},
        {"dropout": -0.1},
        {"dropout": float("nan")},
        {"learning_rate": -1},
        {"learning_rate": float("inf")},
        {"batch_size": -1},
        {"epochs": 0},
        {"epochs": 10**30},
        {"l1": -1},
        {"l2": float("nan")},
        {"clip_norm": -1},
        {"clip_value": -2.0},
        {"validation": 1.0},
        {"validation": -0.1},
        {"patience": 0},
        {"seed": -1},
        {"optimizer": "adam:beta_1=1.5"},
        {"loss": "quantile:level=2"},
        {"schedule": "step:every=0"},
    ],
    ids=str,
)
def test_numbers_out_of_range(settings: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as caught:
        Recipe(**settings)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize(
    "settings",
    [
        {"hidden": (3.5,)},
        {"hidden": 64},
        {"hidden": "64"},
        {"dropout": "half"},
        {"epochs": 2.5},
        {"epochs": True},
        {"batch_size": "auto"},
        {"seed": None},
    ],
    ids=str,
)
def test_values_of_another_kind(settings: dict[str, Any]) -> None:
    with pytest.raises(GlassnetError) as caught:
        Recipe(**settings)
    assert isinstance(caught.value, InvalidInput | InvalidType)
    assert next(iter(settings)) in str(caught.value) or "units" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "typo", "meant"),
    [
        ("activation", "rleu", "relu"),
        ("initializer", "he_norml", "he_normal"),
        ("norm", "batchnorm", "batch_norm"),
        ("loss", "hubber", "huber"),
        ("optimizer", "adamm", "adam"),
        ("schedule", "cosin", "cosine"),
        ("dtype", "float23", "float32"),
        ("engine", "refrence", "reference"),
    ],
)
def test_misspelt_names(name: str, typo: str, meant: str) -> None:
    with pytest.raises(UnknownName, match=f"there is no {name} '{typo}'; did you mean '{meant}'"):
        Recipe(**{name: typo})


@pytest.mark.parametrize("name", ["activation", "loss", "optimizer", "dtype"])
@pytest.mark.parametrize("value", [None, 3, ["relu"]])
def test_names_that_are_none(name: str, value: Any) -> None:
    with pytest.raises(GlassnetError):
        Recipe(**{name: value})


def test_misspelt_settings_of_a_name() -> None:
    with pytest.raises(UnknownName, match="there is no adam setting 'epsilom'; did you mean 'epsilon'"):
        Recipe(optimizer="adam:epsilom=0.5")


def test_other_names_of_the_same() -> None:
    assert Recipe(activation="logistic", optimizer="sgd", loss="mse").loss_for("regression", 1) == LOSSES.make("mse")


@pytest.mark.parametrize(
    ("loss", "task", "outputs"),
    [
        ("squared_error", "classification", 1),
        ("quantile:level=0.9", "classification", 3),
        ("cross_entropy", "regression", 1),
        ("cross_entropy", "classification", 1),
        ("binary_cross_entropy", "classification", 3),
        ("poisson", "classification", 1),
    ],
)
def test_a_loss_that_does_not_fit_the_task(loss: str, task: str, outputs: int) -> None:
    with pytest.raises(InvalidInput, match=f"loss '{loss.partition(':')[0]}' does not fit this {task}") as caught:
        Recipe(loss=loss).loss_for(task, outputs)
    usable = caught.value.remedy.removeprefix("choose from auto, ").split(", ")
    for name in usable:
        Recipe(loss=name).loss_for(task, outputs)


def test_the_loss_that_fits() -> None:
    assert Recipe().loss_for("regression", 1).name == "squared_error"
    assert Recipe().loss_for("classification", 1).name == "binary_cross_entropy"
    assert Recipe().loss_for("classification", 3).name == "cross_entropy"
    assert Recipe(loss="huber:delta=0.5").loss_for("regression", 1) == LOSSES["huber"].cls(delta=0.5)


def test_the_network_it_makes() -> None:
    recipe = Recipe(hidden=(5, 3), activation="tanh", norm="batch_norm", dropout=0.25)
    row = recipe.network(4, 1, recipe.loss_for("regression", 1)).layers
    assert [type(layer) for layer in row] == [Dense, BatchNorm, Dropout, Dense, BatchNorm, Dropout, Dense]
    assert row[1].g.name == "tanh"
    assert row[0].g.name == "identity"
    plain = Recipe(hidden=()).network(4, 3, Recipe().loss_for("classification", 3))
    assert list(plain.widths) == [4, 3]


def test_the_plan_it_makes() -> None:
    recipe = Recipe(
        optimizer="nesterov:momentum=0.5", learning_rate=0.3, schedule="cosine", clip_norm=2, l1=0.1, epochs=7
    )
    plan = recipe.plan(recipe.network(4, 1, recipe.loss_for("regression", 1)), 1000)
    assert plan.optimizer == Nesterov(0.3, 0.5)
    assert plan.schedule.name == "cosine"
    assert (plan.clipping.norm, plan.penalties.l1, plan.epochs, plan.dtype) == (2, 0.1, 7, "float32")
    assert not plan.penalties.per_example
    own = dataclasses.replace(recipe, optimizer="adam", learning_rate=0.0)
    assert own.plan(plan.network, 1000).optimizer == Adam()


@pytest.mark.parametrize("m", [1, 2, 15, 100, 5000, 10**6])
def test_a_batch_size_by_the_number_of_rows(m: int) -> None:
    recipe = Recipe()
    network = recipe.network(4, 1, recipe.loss_for("regression", 1))
    size = recipe.plan(network, m).batch_size
    assert size == min(m, size)
    assert size in (16, 32, 64, 128, 256) or size == m < 16
    assert Recipe(batch_size=10**9).plan(network, m).batch_size == m
