"""``glassnet bench`` as people run it: in a process, with tiny settings. Nothing here is about speed."""

from __future__ import annotations

import json
import signal
import time
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from cli.commands import PROGRAM, Call, Refused, posix
from glassnet.bench.contenders import CONTENDERS
from glassnet.bench.measures import MEASURES
from glassnet.bench.networks import NETWORKS
from warm import PIPE, Warm

TINY = ("--quick", "--networks", "2-8-8-2", "--threads", 1)
BOTH = ("--contenders", "reference,scikit-learn")

STEPS = NETWORKS["2-8-8-2"].steps


@cache
def facts() -> dict[str, Any]:
    """What a tiny run says."""
    command = [*PROGRAM[1:], "bench", *TINY, *BOTH, "--only", "training,prediction", "--seconds", 0.2, "--json"]
    with Warm(*command, stdout=PIPE, stderr=PIPE) as running:
        out, err = running.communicate(timeout=100)
    assert running.returncode == 0
    assert "Traceback" not in err
    found: dict[str, Any] = json.loads(out)
    return found


def test_the_machine_is_described() -> None:
    found = facts()
    assert found["processor"]["name"]
    assert found["processor"]["available"] >= 1
    assert set(found["versions"]) >= {"python", "numpy", "scikit-learn"}
    assert found["peak"]["gflops"]["1"] > 0
    assert found["not_available"] == {}
    assert found["interrupted"] is False


def test_both_took_the_same_steps_in_positive_time() -> None:
    (section,) = facts()["training"]
    assert (section["case"], section["batch"], section["rows"]) == ("2-8-8-2", 32, 32 * STEPS)
    ours, theirs = section["contenders"]
    assert (ours["contender"], theirs["contender"]) == ("reference", "scikit-learn")
    assert ours["units"] == theirs["units"] == STEPS * ours["turns"] > 0
    for line in section["contenders"]:
        assert 0 < line["least_us"] <= line["median_us"]
        assert line["gflops"] == pytest.approx(section["flops_per_step"] / line["least_us"] / 1000)
        assert line["cost"] < 0.4  # both have learned something: an answer of zeros costs 0.5
    assert ours["times_as_fast"] == [1, 1]
    assert theirs["times_as_fast"][0] == pytest.approx(theirs["least_us"] / ours["least_us"])


def test_predictions_of_one_row_and_of_many() -> None:
    one, many = facts()["prediction"]
    assert (one["rows"], many["rows"]) == (1, 10_000)
    for line in one["contenders"] + many["contenders"]:
        assert 0 < line["least_us"] <= line["median_us"]
        assert "gflops" not in line  # it is the products of training that are counted


def test_a_table_for_people(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("glassnet.bench.measures._measure_peak", lambda *_: None)  # it is in the facts
    result = call("bench", *TINY, "--contenders", "reference", "--only", "startup")
    assert result.code == 0
    assert "Start-up: import and first step" in result.out
    assert "x: glassnet NumPy (1 thread) is so many times as fast" in result.out


@pytest.mark.parametrize(
    ("option", "kind", "names"),
    [("networks", "network", NETWORKS), ("contenders", "contender", CONTENDERS), ("only", "measure", MEASURES)],
)
def test_an_unknown_name(refused: Refused, option: str, kind: str, names: dict[str, object]) -> None:
    sentence = refused("bench", f"--{option}", "xyz")
    assert sentence == f"there is no {kind} 'xyz'; the choices are {', '.join(names)}."


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--threads", "one"], "--threads is not a list of numbers (seen: 'one'); write them as 1,2,4."),
        (["--threads", "0"], "each of --threads must be"),
        (["--seconds", "-1"], "--seconds must be"),
        (["-o", "speed.gif"], "a picture is written as SVG or PNG"),
    ],
)
def test_what_cannot_be_meant(refused: Refused, arguments: list[str], said: str) -> None:
    assert refused("bench", *arguments).startswith(said)


def test_a_file_that_is_no_picture_is_not_replaced(refused: Refused, folder: Path) -> None:
    (folder / "speed.svg").write_text("my notes")
    assert refused("bench", "-o", "speed.svg") == (
        "'speed.svg' exists and is not a .svg picture; choose another name for the output."
    )
    assert (folder / "speed.svg").read_text() == "my notes"


def test_help_lists_the_tables(call: Call) -> None:
    help_text = "".join(call("bench", "--help").out.split())
    for table in (NETWORKS, CONTENDERS, MEASURES):
        assert ",".join(table) in help_text


def test_a_contender_that_is_not_installed_is_a_line(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    monkeypatch.setitem(CONTENDERS, "jax", replace(CONTENDERS["jax"], packages=("no-such-package",)))
    result = call("bench", "--contenders", "jax", "--only", "training", "--threads", 1, "--quick")
    assert result.code == 0
    assert "JAX: not available: no-such-package not installed" in result.out


@posix
def test_ctrl_c_prints_what_there_is() -> None:
    options = [*TINY, "--contenders", "reference", "--only", "training", "--seconds", 1000, "--json"]
    with Warm(*PROGRAM[1:], "bench", *options, stdout=PIPE, stderr=PIPE) as running:
        assert running.stderr is not None
        line = ""
        while "training, 2-8-8-2" not in line:
            line = running.stderr.readline()
        time.sleep(0.5)
        running.send_signal(signal.SIGINT)
        out, _ = running.communicate(timeout=60)
    found = json.loads(out)
    assert running.returncode == 130
    assert found["interrupted"] is True
    assert found["training"][0]["case"] == "2-8-8-2"
