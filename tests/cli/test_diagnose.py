"""``glassnet diagnose`` and the last lines of ``train``: what a model is good at, what to worry about, what to see."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import numpy as np

from cli.commands import Call, written


def rare(m: int = 900) -> list[str]:
    """A class of one row in nine that the columns tell little of."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=m), np.arange(m) % 9 == 0
    return [
        "x,z,leaves",
        *(f"{a + 0.6 * b:.4f},{c:.4f},{'yes' if b else 'no'}" for a, b, c in zip(x, y, x[::-1], strict=True)),
    ]


def noise(m: int = 200) -> list[str]:
    """Noise that a large network overfits."""
    cells = np.random.default_rng(1).normal(size=(m, 7))
    return [",".join("abcdefy"), *(",".join(f"{c:.4f}" for c in row) for row in cells)]


def sold(m: int = 120) -> list[str]:
    """A column that numbers the rows, and one that gives the answer away."""
    rng = np.random.default_rng(0)
    price = rng.normal(100, 30, m).round(2)
    return [
        "number,size,tax,price",
        *(f"{i + 1},{s:.3f},{p / 5:.3f},{p}" for i, (s, p) in enumerate(zip(rng.normal(size=m), price, strict=True))),
    ]


def findings(call: Call, *arguments: object) -> dict[str, dict[str, str]]:
    facts = json.loads(call(*arguments, "--json").out)["diagnosis"]["findings"]
    return {fact["name"]: fact for fact in facts if fact["severity"] != "good"}


def test_a_rare_class_that_is_missed(call: Call, folder: Path) -> None:
    written(folder / "rare.csv", rare())
    out = call("train", "rare.csv", "--hidden", "none").out
    worries = out[out.index("What to worry about") :]
    assert "rows of the class 'yes' only" in worries and "try: " in worries
    assert "rare_class" in findings(call, "diagnose", "rare.safetensors", "rare.csv")
    assert "rare_class" in findings(call, "diagnose", "rare.safetensors")  # by the rows held out


def test_what_is_learned_by_heart_and_epochs_cut_short(call: Call, folder: Path) -> None:
    written(folder / "noise.csv", noise())
    call("train", "noise.csv", "--validation", 0, "--epochs", 300, "--hidden", "64,64", "--quiet")
    found = findings(call, "diagnose", "noise.safetensors", "noise.csv")
    assert found["overfitting"]["severity"] == "warning" and "hold out rows" in found["overfitting"]["remedy"]
    lines = call("diagnose", "noise.safetensors", "noise.csv").out.splitlines()
    assert lines[0].startswith("warning: the model overfits: RMSE ")  # the most serious first
    call("train", "noise.csv", "--epochs", 3, "--quiet")
    assert "not_converged" in findings(call, "diagnose", "noise.safetensors", "noise.csv")


def test_columns_that_give_the_answer_away_or_number_the_rows(call: Call, folder: Path) -> None:
    written(folder / "sold.csv", sold())
    call("train", "sold.csv", "--epochs", 30, "--quiet")
    found = findings(call, "diagnose", "sold.safetensors", "sold.csv")
    assert "'tax'" in found["leakage"]["what"] and found["leakage"]["severity"] == "warning"
    assert "'number' numbers the rows" in found["row_numbers"]["what"]


def test_of_several_networks_too(call: Call, folder: Path) -> None:
    written(folder / "rare.csv", rare())
    out = call("train", "rare.csv", "--preset", "fast").out
    assert "What to worry about" in out and "raise epochs" not in out  # a preset's epochs are its own
    assert "rare_class" in findings(call, "diagnose", "rare.safetensors", "rare.csv")


def test_the_commands_offered_work(call: Call) -> None:
    out = call("train", "iris", "--epochs", 5).out
    steps = out[out.index("See it\n") :].splitlines()[1:4]
    assert len(steps) == 3
    for step in steps:
        assert call(*shlex.split(step)[1:]).code == 0


def test_numbers_as_people_write_them(call: Call, folder: Path) -> None:
    rng = np.random.default_rng(0)
    rows = [f"{s:.2f},{int(150_000 + 40_000 * s + 9_000 * e)}" for s, e in rng.normal(size=(200, 2))]
    written(folder / "homes.csv", ["size,price", *rows])
    out = call("train", "homes.csv", "--epochs", 40).out
    scores = out[out.index("held-out rows ") :]
    assert "e+" not in scores and "e-" not in scores.replace("held-out", "")
    rmse = next(line for line in scores.splitlines() if line.startswith("RMSE"))
    assert rmse.split()[1].count(",") == 1 and rmse.split()[2].count(",") == 1
    assert "large errors counting more" in out  # not lost at 80 columns


def test_a_training_that_diverges_says_that_no_file_is_written(call: Call, houses: Path) -> None:
    done = call("train", houses.name, "--optimizer", "sgd:learning_rate=1e6")
    assert done.code != 0 and "no model is written" in done.err and not Path("houses.safetensors").exists()


def test_a_large_file_is_named_before_it_is_read(call: Call, folder: Path) -> None:
    written(folder / "wide.csv", ["a,b", *(f"{i % 7},{i % 5}{'0' * 200}" for i in range(11_000))])
    done = call("train", "wide.csv", "--epochs", 1, "--target", "a")
    assert done.err.startswith("reading wide.csv, 2 MB\n")
