"""``glassnet train`` without a knob: several networks, said, weighed, written to one file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import glassnet
from cli.commands import Call, Refused
from glassnet.errors import UnknownName
from glassnet.estimators.table.presets import PRESETS, describing, preset_for

FEW = ["--preset", "fast", "--epochs", 4]


def test_first_look_without_a_knob(call: Call, fruits: Path) -> None:
    result = call("train", "fruits.csv", "--time-limit", 0.5)
    assert result.code == 0
    assert "preset balanced: 12 networks side by side, " in result.out
    model = glassnet.load("fruits.safetensors")
    assert model.preset_ == "balanced" and model.choice.why(model.blend) in result.out
    assert model.evaluation["accuracy"].value > 0.8


@pytest.mark.parametrize("option", [("--activation", "relu"), ("--epochs", 200), ("--engine", "reference")])
def test_an_option_that_describes_a_network_trains_it_alone(
    call: Call, houses: Path, option: tuple[str, object]
) -> None:
    result = call("train", "houses.csv", *option, "--patience", 1)
    assert f"one network, because of {option[0]}" in result.out.replace("--patience, ", "")
    assert glassnet.load("houses.safetensors").preset_ == "plain"


def test_options_that_describe_no_network_keep_the_default(call: Call, houses: Path) -> None:
    shared = ["--loss", "huber", "--validation", 0.3, "--seed", 3, "--dtype", "float64", "--engine", "native"]
    result = call("train", "houses.csv", *shared, "--threads", 1, "--time-limit", 0.2)
    assert "preset balanced: 12 networks" in result.out and "at most 0.2 s" in result.out


def test_an_option_with_a_preset_holds_for_every_network_though_it_says_the_default(call: Call, houses: Path) -> None:
    assert call("train", "houses.csv", *FEW, "--activation", "relu", "--quiet").code == 0
    for member in glassnet.load("houses.safetensors").blend.members:
        activations = {getattr(layer, "activation", None) for layer in member.network.layers[:-1]}
        assert "silu" not in str(activations)


def test_quiet_and_json(call: Call, houses: Path) -> None:
    quiet = call("train", "houses.csv", *FEW, "--quiet")
    assert (quiet.code, quiet.out, quiet.err) == (0, "", "")
    facts = json.loads(call("train", "houses.csv", *FEW, "--json").out)
    assert facts["preset"] == "fast" and facts["networks"] == 4
    assert sum(one["weight"] for one in facts["members"]) == pytest.approx(1)


def test_a_preset_that_is_not(refused: Refused, houses: Path) -> None:
    assert refused("train", "houses.csv", "--preset", "blanced") == (
        "there is no preset 'blanced'; did you mean 'balanced'? the choices are auto, plain, fast, balanced, best."
    )


def test_what_auto_stands_for() -> None:
    assert {preset_for(name, glassnet.Recipe()) for name in PRESETS} == set(PRESETS)
    assert preset_for("auto", glassnet.Recipe(seed=1, validation=0.5)) == "balanced"
    assert describing(glassnet.Recipe(named=("hidden", "seed"))) == ("hidden",)
    with pytest.raises(UnknownName, match="setting of a recipe"):
        glassnet.Recipe(named=("hiden",))
