"""Files of the command line: models are named after their tables, and nothing is replaced unsaid."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.commands import Call, Refused, contents, house_lines, written


@pytest.mark.parametrize(
    ("name", "model"),
    [("sales.2023.csv", "sales.2023"), ("v1.2", "v1.2"), ("t.csv.gz.csv", "t.csv.gz"), (".csv", "csv")],
)
def test_a_model_is_named_after_its_table(call: Call, folder: Path, name: str, model: str) -> None:
    written(folder / name, house_lines(12))
    assert call("train", name, "--quiet", "--epochs", 1).code == 0
    assert set(contents(folder)) == {name, f"{model}.safetensors"}


def test_two_years_make_two_models(call: Call, folder: Path) -> None:
    for year in (2023, 2024):
        result = call("train", written(folder / f"sales.{year}.csv", house_lines(12)), "--epochs", 1)
        assert f"model written to sales.{year}.safetensors\n" in result.out


def test_what_is_replaced_is_said(call: Call, house_model: Path, houses: Path) -> None:
    assert "safetensors, replacing what was there\n" in call("train", houses.name, "--epochs", 1).out
    for command in (
        ("predict", house_model.name, houses.name, "-o", "p.csv"),
        ("trace", house_model.name, houses.name, "-o", "t.html"),
        ("plot", "network", house_model.name),
    ):
        assert "replacing" not in call(*command).out
        assert call(*command).out.endswith(", replacing what was there\n")


def test_no_other_file_is_replaced(refused: Refused, folder: Path, houses: Path) -> None:
    written(folder / "houses.safetensors", ["precious"])
    assert "exists and is not a model" in refused("train", houses.name)
    written(folder / "p.csv", ["precious"])
    assert "exists and is not a model" in refused("train", houses.name, "-o", "p.csv")


def test_how_a_table_was_read_is_said(call: Call, folder: Path) -> None:
    written(folder / "t.csv", [line + "," for line in house_lines(12)])
    for command in (("describe", "t.csv"), ("train", "t.csv", "--epochs", 1), ("predict", "t.safetensors", "t.csv")):
        result = call(*command)
        assert (result.code, result.notes[0][:36]) == (0, "the lines of t.csv end with a delimi")


def test_options_of_reading(call: Call, folder: Path) -> None:
    written(folder / "t.txt", ["Houses of 2023", *house_lines(12), "Total: 66"])
    assert "--skip 1" in call("describe", "t.txt").sentence()
    reading = ("--skip", 1, "--comment", "Total")
    assert call("train", "t.txt", "--epochs", 1, *reading).code == 0
    assert len(call("predict", "t.safetensors", "t.txt", *reading).out.splitlines()) == 13
