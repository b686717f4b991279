"""``glassnet train``: what it says, what it writes, what it leaves."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

import glassnet
import isas
from cli.commands import Call, Refused, Result, contents, house_lines, written
from glassnet.data.holdout import holdout


def test_first_look(call: Call, folder: Path) -> None:
    result = call("train", "iris", "--epochs", 40)
    assert result.code == 0
    lines = result.out.splitlines()
    assert lines[:4] == [
        "iris: 150 rows, 5 columns",
        "the target is 'species', the usual one for iris (name another with target=, --target)",
        "task: classification, because 'species' holds words (3 different)",
        "120 rows to learn from, 30 held out to judge by",
    ]
    assert lines[4:6] == [
        "one network, because of --epochs; --preset balanced trains several of the kind",
        "network: 4-64-64-3, 4,675 parameters, relu, loss cross_entropy",
    ]
    assert lines[6].startswith("trained 40 epochs in ")
    assert "30 held-out rows" in result.out
    assert "truth \\ predicted  setosa  versicolor  virginica" in result.out
    assert lines[-1] == "model written to iris.safetensors"
    assert list(contents(folder)) == ["iris.safetensors"]  # and no checkpoint
    assert "\x1b" not in result.out + result.err
    assert all(line == line.rstrip() for line in lines)
    assert re.match(r"epoch \d+/40  cost ", result.err)  # progress, in plain lines


def test_a_regression(call: Call, houses: Path) -> None:
    result = call("train", "houses.csv", "--epochs", 60)
    assert result.code == 0
    assert "the target is 'price', the last column" in result.out
    for name in ("RMSE", "MAE", "R2"):
        assert f"\n{name} " in result.out
    assert "always 8" in result.out
    assert "truth" not in result.out


def test_json_is_all_there_is_on_standard_output(call: Call, houses: Path) -> None:
    result = call("train", "houses.csv", "--json", "--epochs", 5)
    facts = json.loads(result.out)
    assert result.code == 0
    assert facts["task"] == "regression"
    assert facts["model"] == "houses.safetensors"
    assert (facts["rows"], facts["learned_from"], facts["evaluation"]["rows"]) == (60, 48, 12)
    assert len(facts["history"]["validation_cost"]) == facts["epochs"] == 5
    assert set(facts["evaluation"]["scores"]) == {"RMSE", "MAE", "R2"}
    assert re.match(r"epoch \d/5 ", result.err)


def test_json_keeps_the_notes(call: Call, folder: Path) -> None:
    written(folder / "t.csv", ["a,same,y", *(f"{i},1,{i * 1.5}" for i in range(30))])
    result = call("train", "t.csv", "--json", "--quiet", "--epochs", 2)
    assert json.loads(result.out)["notes"] == result.notes == ["column 'same' is left out: always 1"]


def test_quiet(call: Call, houses: Path) -> None:
    assert call("train", "houses.csv", "--quiet", "--epochs", 3) == Result(0, "", "")


def test_the_same_seed_is_the_same_model(call: Call, houses: Path) -> None:
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        assert (
            call("train", "houses.csv", "--quiet", "--epochs", 4, "--seed", seed, "-o", f"{name}.safetensors").code == 0
        )
    a, b, c = (glassnet.load(f"{name}.safetensors").parameters.theta.tobytes() for name in "abc")
    assert a == b != c


def test_threads_change_no_number(call: Call, houses: Path) -> None:
    for threads in (0, 1, 2):
        assert call("train", "houses.csv", "--quiet", "--epochs", 4, "--threads", threads, "-o", f"{threads}").code == 0
    one, two, three = (glassnet.load(f"{threads}") for threads in (0, 1, 2))
    assert one.parameters.theta.tobytes() == two.parameters.theta.tobytes() == three.parameters.theta.tobytes()
    assert (one.recipe.threads, three.recipe.threads) == (0, 2)


def test_the_engine_is_reported(call: Call, houses: Path) -> None:
    for engine in isas.RUNNING:
        said = call("train", "houses.csv", "--epochs", 2, "--engine", engine)
        assert f" s by the {engine} engine: 2 epochs done" in said.out
        assert "\nengine: " not in said.out
        facts = json.loads(call("train", "houses.csv", "--epochs", 2, "--engine", engine, "--json").out)
        assert facts["engine"] == {"name": engine, "why": "it was asked for"}
        assert json.loads(call("describe", "houses.safetensors", "--json").out)["training"]["engine"] == engine


def test_a_slower_engine_says_why(call: Call, houses: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("glassnet.engines.kernels.library._attempt", lambda: "it was not built")
    lines = call("train", "houses.csv", "--epochs", 2).out.splitlines()
    place = lines.index("engine: native: it was not built; reference is the fastest that can")
    assert " s by the reference engine: " in lines[place - 1]


def test_an_engine_that_is_not_there(refused: Refused, houses: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("glassnet.engines.kernels.library._attempt", lambda: "it was not built")
    sentence = "engine 'native' cannot run this plan: it was not built; leave the engine at 'auto'."
    assert refused("train", "houses.csv", "--quiet", "--engine", "native") == sentence


@pytest.mark.parametrize(
    "options",
    [
        "--hidden none",
        "--hidden 64,64,64",
        "--hidden none --optimizer lbfgs",
        "--optimizer lbfgs",
        "--loss quantile:level=0.9",
        "--schedule one_cycle:rise=0.2",
        "--optimizer momentum:momentum=0.5,learning_rate=0.01",
        "--norm batch_norm --dropout 0.2",
        "--norm layer_norm --activation gelu --initializer zeros",
        "--clip-norm 1 --clip-value 0.1 --l1 0.01 --l2 0.01",
        "--batch-size 1000000",
        "--validation 0",
        "--dtype float64 --engine reference",
        "--epochs 1 --engine loops",
        "--threads 1",
        "--threads 1000000 --engine auto",
        "--epochs 1000000000000000 --patience 1",
        "--seed 9223372036854775807",
        "--activation logistic",
    ],
)
def test_recipes(call: Call, houses: Path, options: str) -> None:
    result = call("train", "houses.csv", "--quiet", *(f"--epochs 4 {options}").split())
    assert (result.code, result.err) == (0, "")
    model = glassnet.load("houses.safetensors")
    assert np.isfinite(model.parameters.theta).all()
    given = dict(zip(options.split()[::2], options.split()[1::2], strict=True))
    if "--hidden" in given:
        sizes = () if given["--hidden"] == "none" else tuple(map(int, given["--hidden"].split(",")))
        assert model.recipe.hidden == sizes
    if "--loss" in given:
        assert model.network.loss.settings() == {"level": 0.9}


def test_nothing_held_out(call: Call, houses: Path) -> None:
    result = call("train", "houses.csv", "--test", 0, "--validation", 0, "--epochs", 3)
    assert result.code == 0
    assert "60 rows to learn from, none held out" in result.out
    assert "baseline" not in result.out
    model = glassnet.load("houses.safetensors")
    assert (model.rows, model.validation_rows, model.evaluation) == (60, 0, None)


def test_what_was_held_out_is_kept_in_the_model(call: Call, houses: Path) -> None:
    facts = json.loads(call("train", "houses.csv", "--json", "--epochs", 3).out)
    model = glassnet.load("houses.safetensors")
    assert model.evaluation["RMSE"].value == facts["evaluation"]["scores"]["RMSE"]["model"]


@pytest.mark.parametrize("rows", [2, 3, 4, 5, 6])
def test_tiny_tables(call: Call, folder: Path, rows: int) -> None:
    written(folder / "tiny.csv", house_lines(rows))
    result = call("train", "tiny.csv", "--task", "regression", "--epochs", 2, "--quiet")
    assert result.code == 0
    too_few = f"{rows} rows are too few to hold some out: the model is not judged"
    assert (too_few in result.notes) == (rows < 5)
    assert np.isfinite(glassnet.load("tiny.safetensors").predict("tiny.csv")).all()


def test_names_that_are_not_ascii(call: Call, folder: Path) -> None:
    written(folder / "häuser größe.csv", ["größe,цена", *(f"{i},{2 * i}" for i in range(30))])
    result = call("train", "häuser größe.csv", "--target", "цена", "--epochs", 2)
    assert result.code == 0
    assert "glassnet plot predictions 'häuser größe.safetensors' 'häuser größe.csv'" in result.out
    assert call("predict", "häuser größe.safetensors", "häuser größe.csv").out.startswith('"predicted цена"\n')


def test_ten_thousand_columns(call: Call, folder: Path) -> None:
    names = ",".join(f"c{j}" for j in range(10_000))
    digits = "0123456789" * 2_001
    rows = (f"{','.join(digits[i * i : i * i + 10_000])},{'ab'[i % 2]}" for i in range(20))
    written(folder / "wide.csv", [f"{names},y", *rows])
    result = call("train", "wide.csv", "--epochs", 1, "--hidden", "none")
    assert result.code == 0
    assert "wide.csv: 20 rows, 10,001 columns" in result.out
    assert "network: 10000-1" in result.out


def test_an_old_model_is_replaced(call: Call, house_model: Path) -> None:
    old = house_model.read_bytes()
    assert call("train", "houses.csv", "--quiet", "--epochs", 2, "--seed", 9).code == 0
    assert house_model.read_bytes() != old


def test_the_name_of_the_model_is_the_users(call: Call, houses: Path, folder: Path) -> None:
    (folder / "models").mkdir()
    assert call("train", "houses.csv", "--quiet", "--epochs", 2, "-o", "models/first").code == 0
    assert set(contents(folder)) == {"houses.csv", "models/first"}
    assert "model of a table" in call("describe", "models/first").out


@pytest.mark.parametrize("name", ["houses.csv", "notes.txt"])
def test_any_other_file_is_left_alone(refused: Refused, houses: Path, folder: Path, name: str) -> None:
    (folder / "notes.txt").write_text("to be kept")
    assert refused("train", "houses.csv", "-o", name) == (
        f"'{name}' exists and is not a model; choose another name for the model."
    )


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("gone/m.safetensors", "there is no folder 'gone'"),
        (".", "it is a folder"),
        ("/dev/full", "it is a device"),
        ("houses.csv/m.safetensors", "a part of its path is not a folder"),
        ("n" * 300, "its name is too long"),
    ],
)
def test_a_place_that_cannot_be_written_is_refused_before_the_data_is_read(
    refused: Refused, houses: Path, output: str, said: str
) -> None:
    assert said in refused("train", "no such table.csv", "-o", output)


def test_a_training_that_diverges(refused: Refused, houses: Path) -> None:
    options = ["--quiet", "--optimizer", "gradient_descent", "--learning-rate", "1e10"]
    sentence = refused("train", "houses.csv", *options)
    assert sentence.startswith("training diverged at step ")
    assert "layer" in sentence
    assert "try a smaller learning rate" in sentence


def test_a_bad_cell_among_the_rows_held_out_is_found_before_training(refused: Refused, folder: Path) -> None:
    lines = house_lines()
    _, held_out = holdout(60, 0.2, 0)
    place = int(held_out[3])
    lines[place + 1] = "huge,red,7"
    written(folder / "houses.csv", lines)
    sentence = refused("train", "houses.csv", "--epochs", 10**12, "--patience", 10**12)
    assert sentence.startswith("column 'size' mixes numbers and words ")
    assert f"'huge' in row {place + 1})" in sentence


def test_a_file_without_a_row_of_names_is_said(call: Call, folder: Path) -> None:
    written(folder / "iris.data", ["5.1,1.5,a", *(f"{4 + i % 9 / 10},{i % 7 / 10},{'ab'[i % 2]}" for i in range(30))])
    done = call("train", "iris.data", "--quiet", "--epochs", 1)
    assert (done.code, len(done.notes)) == (0, 1)
    assert done.notes[0].startswith("the first row of iris.data looks like cells, not names: '5.1', '1.5', 'a'")
    assert call("train", "iris.data", "--quiet", "--epochs", 1, "--no-header", "-o", "other.safetensors").err == ""


def test_several_networks_say_what_is_done_and_why(call: Call, refused: Refused, folder: Path) -> None:
    small = ["wine", "--hidden", 8, "--epochs", 8, "--preset", "balanced", "--time-limit", 60]
    said = call("train", *small)
    assert "preset balanced: 12 networks side by side, 8 epochs each, 64 rows a step, at most 60 s" in said.out
    assert "28 of the rows choose the blend, networks of all rows answer" in said.out
    assert "log-loss of 28 held-out rows: " in said.out and "weight" in said.out and "/96" in said.err
    assert list(contents(folder)) == ["wine.safetensors"]
    assert "there is no stopped training to resume" in refused("train", *small, "--resume")
