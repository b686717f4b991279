"""``glassnet plot``: every kind of picture into a file, or one sentence why not."""

from __future__ import annotations

import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from cli.commands import Call, Refused
from glassnet.glass.displays import DISPLAYS
from glassnet.glass.scenes.kinds import SCENES

FRUIT_KINDS = [name for name in DISPLAYS if name not in ("predictions", "residuals")]
SCENE_KINDS = ["network", "compact", "blocks", "activation"]


def titled(path: Path) -> str:
    root = ElementTree.parse(path).getroot()
    assert root.tag.endswith("svg")
    return "".join(next(element for element in root.iter() if element.tag.endswith("title")).itertext())


@pytest.mark.parametrize("kind", FRUIT_KINDS)
def test_every_display_is_written(call: Call, fruit_model: Path, kind: str) -> None:
    data = [] if DISPLAYS[kind].data == "none" else ["fruits.csv"]
    shape = ["--shape", "1x2"] if kind == "weights" else []
    done = call("plot", kind, fruit_model, *data, *shape)
    assert done.code == 0 and not done.errors, done
    assert done.out == f"{titled(Path(f'{kind}.svg'))}: written to {kind}.svg\n"


@pytest.mark.parametrize("kind", ["predictions", "residuals"])
def test_displays_of_numbers(call: Call, house_model: Path, kind: str) -> None:
    assert call("plot", kind, house_model, "houses.csv", "-o", "seen.png", "--dark").code == 0
    assert Path("seen.png").read_bytes()[:4] == b"\x89PNG"


@pytest.mark.parametrize("kind", SCENE_KINDS)
def test_scenes_of_a_model(call: Call, fruit_model: Path, kind: str) -> None:
    assert kind in SCENES
    assert call("plot", kind, fruit_model).code == 0
    assert titled(Path(f"{kind}.svg"))


def test_a_row_on_the_network(call: Call, fruit_model: Path) -> None:
    assert call("plot", "network", fruit_model, "-o", "bare.svg").code == 0
    assert call("plot", "network", fruit_model, "fruits.csv", "--row", 3, "-o", "row.svg").code == 0
    assert call("plot", "network", fruit_model, "fruits.csv", "--row", 4, "-o", "other.svg").code == 0
    assert len({Path(name).read_text() for name in ("bare.svg", "row.svg", "other.svg")}) == 3


def test_settings_reach_the_picture(call: Call, fruit_model: Path) -> None:
    said = call("plot", "boundary", fruit_model, "fruits.csv", "--unit", "1:3", "--features", "weight,row").out
    assert said.startswith("unit 2 of layer 1 over weight and row")
    said = call("plot", "surface", fruit_model, "fruits.csv", "--directions", "W[1][0,1]:b[1][0]", "--reach", 2).out
    assert said.startswith("a slice of the cost J through W[1][0,1] and b[1][0]; the other")
    assert call("plot", "history", fruit_model, "--metric", "accuracy").out.startswith("accuracy by epoch")


def test_an_old_picture_is_replaced(call: Call, fruit_model: Path) -> None:
    for _ in range(2):
        assert call("plot", "history", fruit_model, "-o", "seen.svg").code == 0
    assert call("plot", "compact", fruit_model, "-o", "seen.svg").code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["histry"], "there is no kind of picture 'histry'; did you mean 'history'?"),
        (["product"], "there is no kind of picture 'product'"),
        (["confusion"], "'confusion' is drawn of rows; name a table: glassnet plot confusion MODEL DATA."),
        (["history", "-o", "seen.gif"], "'history' is drawn into .svg or .png or .pdf files"),
        (["compact", "-o", "seen.png"], "'compact' is drawn into .svg files"),
        (["history", "-o", "nowhere/seen.svg"], "nowhere"),
        (["history", "-o", "fruits.csv"], "drawn into"),
        (["history", "-o", "notes.svg"], "'notes.svg' exists and is no .svg picture"),
        (["history", "--metric", "speed"], "there is no column in the history 'speed'"),
        (["history", "--unit", "1:1"], "--unit has no meaning for 'history'; it takes --metric."),
        (["compact", "--row", 1], "--row has no meaning for 'compact'; leave it out."),
        (["network", "--row", 1], "'network' is drawn of rows"),
        (["weights"], "2 inputs are no image of 1 by 1"),
        (["weights", "--shape", "8"], "--shape is two whole numbers"),
        (["weights", "--shape", "8x-1"], "--shape is two whole numbers"),
    ],
)
def test_refusals(refused: Refused, fruit_model: Path, arguments: list[str], said: str) -> None:
    Path("notes.svg").write_text("not to be lost")
    kind, *options = arguments
    assert said in refused("plot", kind, fruit_model, *options)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["network", "--row", 61], "has the rows 1 to 60"),
        (["boundary", "--features", "weight"], "--features names two columns"),
        (["boundary", "--features", "weight,height"], "there is no column 'height'"),
        (["boundary", "--unit", "3"], "--unit is two whole numbers"),
        (["boundary", "--unit", "9:1"], "there is no unit 0 in a layer 9"),
        (["units", "--layer", 9], "there is no layer 9"),
        (["surface", "--directions", "up"], "there is no directions 'up'"),
        (["surface", "--reach", 0], "--reach must be a number"),
        (["residuals"], "a classifier predicts no numbers"),
    ],
)
def test_refusals_with_data(refused: Refused, fruit_model: Path, arguments: list[str], said: str) -> None:
    kind, *options = arguments
    assert said in refused("plot", kind, fruit_model, "fruits.csv", *options)


def test_the_help_names_every_kind(call: Call) -> None:
    said = call("plot", "--help").out
    for kind in [*DISPLAYS, *SCENE_KINDS]:
        assert f"\n  {kind} " in said


def test_without_matplotlib_scenes_are_drawn_and_displays_name_the_line(fruit_model: Path) -> None:
    program = (
        "import sys; sys.modules['matplotlib'] = None; from glassnet.cli.main import run; "
        f"run(['plot', sys.argv[1], {str(fruit_model)!r}])"
    )

    def run(kind: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-c", program, kind], capture_output=True, text=True, timeout=60)

    missing = run("history")
    assert missing.returncode == 2 and "pip install 'glassnet[plot]'" in missing.stderr
    assert len(missing.stderr.splitlines()) == 1 and not Path("history.svg").exists()
    assert run("compact").returncode == 0 and Path("compact.svg").exists()
