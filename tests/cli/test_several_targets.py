"""``--target a,b``: a model for each of several numbers, in one file that all commands read."""

from __future__ import annotations

import json
import shutil
import signal
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import glassnet
from cli.commands import Call, Refused, begin, posix

QUICK = ["--hidden", "8", "--epochs", "30"]


@pytest.fixture
def table(folder: Path) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(120, 3)), columns=list("abc"))
    frame["rent"], frame["price"], frame["kind"] = frame.a * 2 + 1, frame.b - frame.c, np.where(frame.a > 0, "x", "y")
    frame.to_csv("homes.csv", index=False)
    return frame


@pytest.fixture
def trained(call: Call, table: pd.DataFrame) -> dict[str, dict[str, object]]:
    done = call("train", "homes.csv", "--target", "rent,price", *QUICK, "--json")
    assert done.code == 0
    found: dict[str, dict[str, object]] = json.loads(done.out)["targets"]
    return found


def test_one_file_predicts_all(call: Call, trained: object, table: pd.DataFrame) -> None:
    model = glassnet.load("homes.safetensors")
    assert [one.target.name for one in model.models_] == ["rent", "price"]
    assert all(set(one.encoder.input_names) == {"a", "b", "c", "kind"} for one in model.models_)
    assert call("predict", "homes.safetensors", "homes.csv", "-o", "out.csv").code == 0
    predicted = pd.read_csv("out.csv")
    assert list(predicted) == ["predicted rent", "predicted price"]
    np.testing.assert_allclose(predicted.to_numpy(), model.predict(table), rtol=1e-6)
    assert np.corrcoef(predicted["predicted rent"], table["rent"])[0, 1] > 0.7


def test_each_is_said_and_judged(call: Call, trained: dict[str, dict[str, object]]) -> None:
    assert list(trained) == ["rent", "price"] and all(one["learned_from"] == 96 for one in trained.values())
    done = call("evaluate", "homes.safetensors", "homes.csv", "--json")
    of_each = json.loads(done.out)["targets"]
    assert list(of_each) == ["rent", "price"]
    assert all(one["judged"].startswith("never seen; 82 learned from, 14 validated on") for one in of_each.values())
    alone = json.loads(call("evaluate", "homes.safetensors", "homes.csv", "--json", "--target", "price").out)
    assert alone["target"] == "price"


def test_what_shows_one_says_which(call: Call, refused: Refused, trained: object) -> None:
    said = call("explain", "homes.safetensors", "homes.csv", "--row", 1).notes
    assert "the file holds models of rent, price; this is of price, --target chooses another" in said
    done = call("explain", "homes.safetensors", "homes.csv", "--row", 1, "--target", "rent")
    assert not any("the file holds" in one for one in done.notes) and "rent is " in done.out
    assert call("plot", "history", "homes.safetensors", "--target", "rent").code == 0
    assert "no target of this model 'b'" in refused("trace", "homes.safetensors", "homes.csv", "--target", "b")


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("rent,rent", "names a column twice"),
        ("rent,size", "no column in homes.csv named 'size'"),
        ("rent,kind", "several targets are numbers, and 'kind' holds classes"),
    ],
)
def test_targets_that_cannot_be(refused: Refused, table: pd.DataFrame, target: str, said: str) -> None:
    assert said in refused("train", "homes.csv", "--target", target)
    assert not Path("homes.safetensors").exists()


def test_a_column_with_a_comma_in_its_name(call: Call, table: pd.DataFrame) -> None:
    table.rename(columns={"rent": "rent,price"}).to_csv("odd.csv", index=False)
    assert call("train", "odd.csv", "--target", "rent,price", *QUICK).code == 0
    assert glassnet.load("odd.safetensors").target.name == "rent,price"


def test_quantiles_of_a_file_are_in_order(call: Call, table: pd.DataFrame) -> None:
    X = table[["a", "b", "c"]]
    model = glassnet.TabularRegressor("fast", quantiles=(0.1, 0.9)).fit(X, table["rent"])
    glassnet.save(model, "q.safetensors")
    assert call("predict", "q.safetensors", "homes.csv", "-o", "out.csv").code == 0
    predicted = pd.read_csv("out.csv")
    assert list(predicted) == ["predicted rent (0.1 quantile)", "predicted rent (0.9 quantile)"]
    np.testing.assert_allclose(predicted.to_numpy(), model.predict(X), rtol=1e-6)


@posix
@pytest.mark.parametrize("preset", ["plain", "fast"])
def test_stopped_at_the_second_and_resumed_to_the_same_bits(
    call: Call, refused: Refused, table: pd.DataFrame, preset: str
) -> None:
    train = ["train", "homes.csv", "--target", "rent,price", "--preset", preset, "-o"]
    train += ["part.safetensors", "--hidden", 4, "--epochs", 1000, "--patience", 1000]
    with begin(*train, "--checkpoint-every", 0) as training:
        while not Path("part.safetensors.checkpoint-2").exists():
            assert training.poll() is None
            time.sleep(0.005)
        training.send_signal(signal.SIGINT)
        assert training.stderr is not None
        said = training.stderr.read()
    assert training.returncode == 130 and "the same command with --resume goes on" in said
    assert not Path("part.safetensors").exists()
    assert "holds a stopped training" in refused(*train)
    first = ["train", "homes.csv", "--target", "rent", *train[4:]]
    assert "the training of one more target; name all targets as before" in refused(*first, "--resume")
    for path in Path().glob("part*"):
        shutil.copy(path, path.name.replace("part", "anew"))
    first[first.index("part.safetensors")] = "anew.safetensors"
    assert call(*first, "--epochs", 2, "--restart").code == 0
    assert not list(Path().glob("anew*.checkpoint*"))
    assert call(*train, "--resume").code == 0
    assert not list(Path().glob("*.checkpoint*"))
    train[-7] = "whole.safetensors"
    assert call(*train).code == 0
    whole, part = (glassnet.load(f"{name}.safetensors").models_ for name in ("whole", "part"))
    for one, two in zip(whole, part, strict=True):
        assert one.parameters.theta.tobytes() == two.parameters.theta.tobytes()
        assert one.evaluation["RMSE"] == two.evaluation["RMSE"]
