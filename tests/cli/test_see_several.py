"""Commands that read a model of several networks: what they show is said to be of which."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

import glassnet
from cli.commands import Call, Refused, Trained


@pytest.fixture
def model(trained: Trained, fruits: Path) -> str:
    """Networks that tell fruits apart, none of them alone."""
    return trained(
        fruits.with_suffix(".safetensors"), fruits.name, "--preset", "fast", "--epochs", 20, "--validation", 0
    ).name


def test_describe_says_what_was_chosen_and_why(call: Call, model: str) -> None:
    described = json.loads(call("describe", model, "--json").out)
    loaded = glassnet.load(model)
    assert described["blend"]["chosen"] == loaded.choice.why(loaded.blend)
    assert len(described["members"]) == len(loaded.blend.members) > 1
    assert list(described["networks trained"]) == [f"network {number}" for number in (1, 2, 3, 4)]
    assert described["preset"]["preset"] == "fast" and described["preset"]["time limit"] == "none"
    leading = loaded.trained[loaded.blend.members[0].number - 1].recipe
    assert described["recipe"]["hidden"] == list(leading.hidden)
    assert loaded.report() in str(loaded) and f"{loaded.seconds:.3g} s" in loaded.report()


@pytest.mark.parametrize("command", [["trace"], ["explain", "--row", 2], ["check", "--count", 2], ["plot", "matrix"]])
def test_which_network_is_shown(call: Call, refused: Refused, model: str, command: list[object]) -> None:
    name, *options = command
    arguments = [name, *options[: name == "plot"], model, "fruits.csv", *options[name == "plot" :]]
    loaded = glassnet.load(model)
    said = call(*arguments)
    assert said.code == 0 and str(loaded.blend.members[0]) in " ".join((said.out + said.err).split())
    other = call(*arguments, "--member", 2)
    assert (other.code == 0 and other.out + other.err != said.out + said.err) or name == "plot"
    assert refused(*arguments, "--member", 99).startswith("there is no member 99")


def test_a_member_is_traced_by_its_own_recipe(model: str) -> None:
    loaded = glassnet.load(model)
    for place, one in enumerate(loaded.blend.members, start=1):
        step = loaded.trace("fruits.csv", [1], member=place)
        recipe = loaded.trained[one.number - 1].recipe
        assert step.plan.network is one.network and str(one) in step.note
        assert step.plan.optimizer == recipe.plan(one.network, 40).optimizer
        assert loaded.member(place).plan.network is one.network


def test_a_file_of_an_estimator_is_a_model_of_a_table(call: Call, fruits: Path) -> None:
    table = pd.read_csv(fruits)
    estimator = glassnet.TabularClassifier("fast", time_limit=0.2, metric="log_loss", class_weight="balanced")
    glassnet.save(estimator.fit(table[["row", "weight"]], table["fruit"]), "e.safetensors")
    assert call("evaluate", "e.safetensors", "fruits.csv").code == 0
    again = glassnet.load("e.safetensors")
    assert again.get_params() == estimator.get_params()
    assert again.report() == estimator.report() and "preset fast" in str(again)
