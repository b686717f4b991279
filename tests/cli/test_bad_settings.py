"""Negative, absurd and unknown settings: each is refused in one sentence, or works."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import numpy as np
import pytest

import glassnet
from cli.commands import Call, Refused
from glassnet.cli.train_options import TrainOptions

NUMERIC = [
    (record, field)
    for record in (glassnet.Recipe, TrainOptions)
    for field in dataclasses.fields(record)
    if "range" in field.metadata and not isinstance(field.default, bool) and field.name != "validation"  # or a table
]
names = [field.name for _, field in NUMERIC]
VALUES = ("-1", "nan", "inf", "1e308", "abc", "", "1" + "0" * 30)


def test_every_number_is_here() -> None:
    assert {"dropout", "learning_rate", "epochs", "l2", "seed", "time_limit", "checkpoint_every"} <= set(names)


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("field", [field for _, field in NUMERIC], ids=names)
def test_a_number_out_of_its_range_is_refused(
    call: Call, houses: Path, folder: Path, field: dataclasses.Field[object], value: str
) -> None:
    flag = f"--{field.name.replace('_', '-')}"
    wanted, whole = field.metadata["range"], field.metadata["kind"] is int
    result = call("train", "houses.csv", "--quiet", "--epochs", 2, flag, value)
    try:
        number = int(value) if whole else float(value)
    except ValueError:
        number = np.nan
    if result.code == 0:
        assert number in wanted
        assert np.isfinite(glassnet.load("houses.safetensors").parameters.theta).all()
        return
    sentence = result.sentence()
    if number in wanted:  # a number that no training survives
        assert sentence.startswith("training diverged at step ")
        assert value == "1e308" or float(value) > 1e20
    else:
        assert sentence.startswith(f"{flag} must be a ")
        assert str(wanted) in sentence
        assert "(seen: " in sentence
    assert [path.name for path in folder.iterdir()] == ["houses.csv"]


@pytest.mark.parametrize("value", [-1, np.nan, np.inf, "abc", None, [1], 10**30, True])
@pytest.mark.parametrize(("record", "field"), NUMERIC, ids=names)
def test_a_number_out_of_its_range_from_python(record: type, field: dataclasses.Field[object], value: object) -> None:
    valid = isinstance(value, int) and not isinstance(value, bool) and value in field.metadata["range"]
    if valid:
        assert getattr(record(**{field.name: value}), field.name) == field.metadata["kind"](value)
        return
    with pytest.raises((ValueError, TypeError), match=f"{field.name} must be ") as caught:
        record(**{field.name: value})
    assert isinstance(caught.value, glassnet.GlassnetError)


NAMED = {
    "--activation": ("rleu", "relu"),
    "--initializer": ("he_nromal", "he_normal"),
    "--norm": ("batchnorm", "batch_norm"),
    "--loss": ("hubert", "huber"),
    "--optimizer": ("adm", "adam"),
    "--schedule": ("onecycle", "one_cycle"),
    "--dtype": ("float64x", "float64"),
    "--engine": ("referense", "reference"),
    "--device": ("cudda", "cuda"),
    "--task": ("regresion", "regression"),
}


@pytest.mark.parametrize("flag", NAMED)
def test_an_unknown_name_with_the_nearest(refused: Refused, flag: str) -> None:
    wrong, near = NAMED[flag]
    sentence = refused("train", "no such table", flag, wrong)  # before the data is read
    assert sentence.startswith(f"there is no {flag[2:]} '{wrong}'; did you mean '{near}'? the choices are ")
    if flag != "--task":
        with pytest.raises(ValueError, match=f"did you mean '{near}'"):
            glassnet.Recipe(**{flag[2:]: wrong})


def test_every_choice_of_the_recipe_is_here() -> None:
    fields = dataclasses.fields(glassnet.Recipe)
    assert {f"--{f.name}" for f in fields if "choices" in f.metadata} == set(NAMED) - {"--task"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("--hidden abc", "--hidden is not a list of layer sizes (seen: 'abc')"),
        ("--hidden 64,,64", "--hidden is not a list of layer sizes"),
        ("--hidden 6.5", "--hidden is not a list of layer sizes"),
        ("--hidden -3", "each of --hidden must be a whole number at least 1 (seen: -3)"),
        ("--hidden 8,0", "each of --hidden must be a whole number at least 1 (seen: 0)"),
        ("--loss quantile:level=2", "quantile: level must be a number above 0 and below 1 (seen: 2)"),
        ("--loss quantile:depth=0.5", "'depth'"),
        ("--schedule step:every=0", "step: every must be a whole number at least 1"),
        ("--optimizer adam:learning_rate=-1", "adam: learning_rate must be a number"),
        ("--optimizer adam:beta_1=x", "optimizer settings are written name=number"),
        ("--encoding klingon", "there is no text encoding 'klingon'"),
        ("--delimiter ;;", "is not one character"),
        ("--decimal x", "is not a decimal mark"),
        ("--categorical size --numeric size", "column 'size' cannot be both"),
    ],
)
def test_settings_are_refused_before_the_data_is_read(refused: Refused, options: str, said: str) -> None:
    assert said in refused("train", "no such table", *options.split())


@pytest.mark.parametrize(
    ("units", "size", "needed"),
    [
        (10**10, r"50,000,000,001", r"2,000\.0 GB needed"),
        (10**30, r"more than 10\^18", "more bytes than can be counted"),
    ],
)
def test_a_network_larger_than_the_memory(refused: Refused, houses: Path, units: int, size: str, needed: str) -> None:
    sentence = refused("train", "houses.csv", "--hidden", units)
    seen = rf"\(seen: {needed}, [0-9.,]+ [GM]B available\)"
    assert re.match(rf"a network of {size} parameters does not fit in memory {seen}", sentence)
    with pytest.raises(ValueError, match="does not fit in memory"):
        glassnet.TableModel(glassnet.Recipe(hidden=(units,))).fit("houses.csv")


@pytest.mark.parametrize("loss", ["cross_entropy", "binary_cross_entropy"])
def test_a_loss_that_does_not_fit_the_task(refused: Refused, houses: Path, loss: str) -> None:
    assert f"loss '{loss}' does not fit this regression" in refused("train", "houses.csv", "--loss", loss)


@pytest.mark.parametrize("hidden", [5, "64", (64.0,), None, (0,), (True,)])
def test_hidden_from_python(hidden: object) -> None:
    with pytest.raises((TypeError, ValueError)) as caught:
        glassnet.Recipe(hidden=hidden)  # type: ignore[arg-type]
    assert isinstance(caught.value, glassnet.GlassnetError)
