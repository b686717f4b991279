"""A file without a row of names is noticed, and the option named that says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.commands import written
from glassnet.data.encoder import TableEncoder
from glassnet.data.reading.opening import open_source
from glassnet.data.reading.options import ReadOptions
from glassnet.errors import InvalidInput

IRIS = ["5.1,3.5,1.4,0.2,Iris-setosa", "4.9,3.0,1.4,0.2,Iris-setosa", "7.0,3.2,4.7,1.4,Iris-versicolor"]


def notes(folder: Path, *lines: str) -> tuple[str, ...]:
    return open_source(written(folder / "t.csv", lines)).notes


@pytest.mark.parametrize(
    "lines",
    [
        IRIS,
        ["1,2,3", "4,5,6"],
        ["17", "4", "3"],
        ["-1.5e3;2", "2;3"],
        ["2024-01-01,1.5", "2024-01-02,2.5"],
        ["39, State-gov, 77516, Male", "50, Private, 83311, Male", "38, State-gov, 215646, Female"],
        ["red,round,yes", "blue,square,yes", "red,round,no"],
    ],
    ids=range(7),
)
def test_a_first_row_like_the_others_is_said(tmp_path: Path, lines: list[str]) -> None:
    (note,) = notes(tmp_path, *lines)
    assert note.startswith("the first row of t.csv looks like cells, not names: '")
    assert note.endswith("; if it is, pass header=False (--no-header)")
    assert open_source(tmp_path / "t.csv", ReadOptions(header=False)).notes == ()


@pytest.mark.parametrize(
    "lines",
    [
        ["size,kind", "5.1,a"],
        ["0,1,2,label", "0.5,0.25,1,a", "1,2,3,b"],
        ["country,2019,2020,2021", "France,1,2,3", "Spain,2,3,4"],
        ["1st,2nd", "1,2"],
        ["yes,size,weight", "yes,1,2", "no,2,3"],
        ["2024-01-01,2024-01-02", "1,2", "3,4"],
        ["a,b"],
    ],
    ids=range(7),
)
def test_names_are_not_doubted(tmp_path: Path, lines: list[str]) -> None:
    written(tmp_path / "t.csv", [*lines, ",".join("7" for _ in lines[0].split(","))] if len(lines) == 1 else lines)
    assert open_source(tmp_path / "t.csv").notes == ()


def test_names_that_come_twice_are_an_error_that_names_the_option(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"two columns named 'vhigh'.*--no-header"):
        open_source(written(tmp_path / "t.csv", ["vhigh,vhigh,2,unacc", "low,high,4,acc"]))


def test_a_model_of_a_file_without_names_is_asked_with_the_same_option(tmp_path: Path) -> None:
    path = written(tmp_path / "iris.data", IRIS * 5)
    encoder = TableEncoder().fit(open_source(path, ReadOptions(header=False)), ["x5"])
    with pytest.raises(InvalidInput, match=r"; if the file has no row of names, pass header=False \(--no-header\)"):
        encoder.check(path)
