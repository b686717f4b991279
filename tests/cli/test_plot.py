"""``glassnet plot``: every kind of picture into a file, or one sentence why not."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from cli.commands import Call, Refused, Trained, written
from glassnet.views.figures import FIGURES
from warm import PIPE, Warm

DISPLAYS = [name for name, figure in FIGURES.items() if figure.by == "matplotlib"]
FRUIT_KINDS = [name for name in DISPLAYS if name not in ("predictions", "residuals")]
SCENE_KINDS = [
    name
    for name, figure in FIGURES.items()
    if name != "collapse" and figure.by == "glassnet" and figure.rows != "needed"
]


@pytest.fixture
def fruit_model(trained: Trained, fruits: Path) -> Path:
    """A model of few units: some pictures draw each."""
    return trained(fruits.with_suffix(".safetensors"), fruits.name, "--epochs", 30, "--hidden", "8,8")


def titled(path: Path) -> str:
    root = ElementTree.parse(path).getroot()
    assert root.tag.endswith("svg")
    return "".join(next(element for element in root.iter() if element.tag.endswith("title")).itertext())


@pytest.mark.parametrize("kind", FRUIT_KINDS)
def test_every_display_is_written(call: Call, fruit_model: Path, kind: str) -> None:
    data = [] if FIGURES[kind].rows == "none" else ["fruits.csv"]
    shape = ["--shape", "1x2"] if kind == "weights" else []
    done = call("plot", kind, fruit_model, *data, *shape)
    assert done.code == 0 and not done.errors, done
    assert done.out == f"{titled(Path(f'{kind}.svg'))}: written to {kind}.svg\n"


@pytest.mark.parametrize("kind", ["predictions", "residuals"])
def test_displays_of_numbers(call: Call, house_model: Path, kind: str) -> None:
    assert call("plot", kind, house_model, "houses.csv", "-o", "seen.png", "--dark").code == 0
    assert Path("seen.png").read_bytes()[:4] == b"\x89PNG"


@pytest.mark.parametrize("kind", SCENE_KINDS)
def test_scenes_as_png(call: Call, fruit_model: Path, kind: str) -> None:
    assert call("plot", kind, fruit_model, "-o", "seen.PNG", "--dark").code == 0
    assert Path("seen.PNG").read_bytes()[:4] == b"\x89PNG"


@pytest.mark.parametrize("kind", SCENE_KINDS)
def test_scenes_of_a_model(call: Call, fruit_model: Path, kind: str) -> None:
    assert call("plot", kind, fruit_model).code == 0
    assert titled(Path(f"{kind}.svg"))


def test_a_row_on_the_network(call: Call, fruit_model: Path) -> None:
    assert call("plot", "network", fruit_model, "-o", "bare.svg").code == 0
    assert call("plot", "network", fruit_model, "fruits.csv", "--row", 3, "-o", "row.svg").code == 0
    assert call("plot", "network", fruit_model, "fruits.csv", "--row", 4, "-o", "other.svg").code == 0
    assert len({Path(name).read_text() for name in ("bare.svg", "row.svg", "other.svg")}) == 3


def test_settings_reach_the_picture(call: Call, fruit_model: Path) -> None:
    said = call("plot", "boundary", fruit_model, "fruits.csv", "--unit", "1:3", "--features", "weight,row").out
    assert said.startswith("unit 3 of layer 1 over weight and row")
    said = call("plot", "surface", fruit_model, "fruits.csv", "--directions", "w12[1]:b1[1]", "--reach", 2).out
    assert said.startswith("a slice of the cost J through w12[1] and b1[1]; the other")
    assert call("plot", "history", fruit_model, "--metric", "accuracy").out.startswith("accuracy by epoch")


def test_a_plane_is_of_the_first_columns_of_numbers(call: Call, refused: Refused, folder: Path) -> None:
    lines = [f"{'red' if i % 3 else 'blue'},{i % 10},{i % 7},{i % 4 < 2}" for i in range(60)]
    written(folder / "mixed.csv", ["color,size,weight,ripe", *lines])
    for number, excluded in enumerate(([], ["--exclude", "weight"])):
        assert call("train", "mixed.csv", "--quiet", "--epochs", 1, "-o", f"{number}.safetensors", *excluded).code == 0
    assert "over size and weight" in call("plot", "boundary", "0.safetensors", "mixed.csv").out
    assert refused("plot", "boundary", "1.safetensors", "mixed.csv") == (
        "a plane needs two columns of numbers (seen: the model has 1); choose another model, or another picture."
    )


def test_an_old_picture_is_replaced(call: Call, fruit_model: Path) -> None:
    for _ in range(2):
        assert call("plot", "history", fruit_model, "-o", "seen.svg").code == 0
    assert call("plot", "compact", fruit_model, "-o", "seen.svg").code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["histry"], "there is no picture 'histry'; did you mean 'history'?"),
        (["product"], "'product' is drawn of rows; name a table: glassnet plot product MODEL DATA."),
        (["confusion"], "'confusion' is drawn of rows; name a table: glassnet plot confusion MODEL DATA."),
        (["history", "-o", "seen.gif"], "'history' is drawn into .svg or .png or .pdf files"),
        (["compact", "-o", "seen.jpg"], "'compact' is drawn into .svg or .png or .pdf files"),
        (["history", "-o", "nowhere/seen.svg"], "nowhere"),
        (["history", "-o", "fruits.csv"], "drawn into"),
        (["history", "-o", "notes.svg"], "'notes.svg' exists and is not a .svg picture"),
        (["history", "--metric", "speed"], "there is no column in the history 'speed'"),
        (["history", "--unit", "1:1"], "--unit has no meaning for 'history'; it takes --metric."),
        (["compact", "--row", 1], "--row has no meaning for 'compact'; leave it out."),
        (["network", "--row", 1], "'network' is drawn of rows"),
        (["weights"], "2 inputs are not an image of 1 by 1"),
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
        (["network", "--row", 61], "there is no row 61 (seen: 60 rows); choose one from 1 to 60"),
        (["boundary", "--features", "weight"], "--features names two columns"),
        (["boundary", "--features", "weight,height"], "there is no column 'height'"),
        (["boundary", "--unit", "3"], "--unit is two whole numbers"),
        (["boundary", "--unit", "9:1"], "there is no unit 1 in a layer 9"),
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
    for kind in FIGURES:
        assert f"\n  {kind} " in said


WITHOUT_MATPLOTLIB = """
import sys
sys.modules["matplotlib"] = None
from glassnet.cli.main import run
for options in (["distributions"], ["compact"], ["compact", "-o", "compact.png"]):
    try:
        run(["plot", options[0], sys.argv[1], *options[1:]])
    except SystemExit as ended:
        print(ended.code, file=sys.stderr)
"""


def test_without_matplotlib_scenes_are_drawn_and_displays_name_the_line(fruit_model: Path) -> None:
    with Warm("-c", WITHOUT_MATPLOTLIB, fruit_model, stderr=PIPE) as process:
        said = process.communicate(timeout=100)[1].splitlines()
    assert (len(said), said[1], said[2], said[4]) == (5, "2", "0", "2")
    assert all("pip install 'glassnet[plot]'" in said[line] for line in (0, 3))
    assert Path("compact.svg").exists()
    assert not Path("distributions.svg").exists() and not Path("compact.png").exists()


@pytest.mark.parametrize(
    ("arguments", "title"),
    [
        (["network", "--row", 3], "Network "),
        (["blocks"], "Building blocks"),
        (["graph", "--row", 3], "Computation graph of L"),
        (["product", "--layer", 2], "Matrix product"),
        (["product", "--row", 3], "Matrix product"),
    ],
)
def test_scenes_of_rows(call: Call, fruit_model: Path, arguments: list[str], title: str) -> None:
    kind, *options = arguments
    done = call("plot", kind, fruit_model, "fruits.csv", *options, "-o", "seen.svg")
    assert done.code == 0 and not done.errors and done.out.startswith(title), done
    assert titled(Path("seen.svg")).startswith(title)


def test_a_row_brings_its_gradients_where_the_table_has_the_target(call: Call, fruit_model: Path) -> None:
    lines = Path("fruits.csv").read_text().splitlines()
    names = lines[0].split(",")
    target = names.index("fruit")
    without = [",".join(cell for i, cell in enumerate(line.split(",")) if i != target) for line in lines]
    Path("new.csv").write_text("\n".join(without) + "\n")
    for data in ("fruits.csv", "new.csv"):
        assert call("plot", "network", fruit_model, data, "--row", 3, "-o", f"{data}.svg").code == 0
    with_target, new = (Path(f"{data}.svg").read_text() for data in ("fruits.csv", "new.csv"))
    assert ": z = " in with_target and ": z = " in new
    assert "those of row 3." in with_target and "those of row 3." in new
    assert "; dW = " in with_target and "; dW = " not in new


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["graph", "--row", 61], "there is no row 61 (seen: 60 rows); choose one from 1 to 60"),
        (["product", "--row", 61], "there is no row 61 (seen: 60 rows); choose one from 1 to 60"),
        (["product", "--layer", 9], "there is no weight matrix W[9] (seen: layers with weights: 1"),
        (["matrix", "--layer", 9], "there is no weight matrix W[9]"),
        (["matrix", "--row", 2], "--row has no meaning for 'matrix'; it takes --layer."),
    ],
)
def test_refusals_of_scenes(refused: Refused, fruit_model: Path, arguments: list[str], said: str) -> None:
    kind, *options = arguments
    assert said in refused("plot", kind, fruit_model, "fruits.csv", *options)


def test_ten_thousand_units(call: Call, folder: Path, fruits: Path) -> None:
    assert call("train", "fruits.csv", "--hidden", "10000", "--epochs", 1, "-o", "wide.safetensors").code == 0
    for kind in ("network", "compact", "blocks", "graph", "product", "matrix"):
        data = [] if kind in ("compact", "matrix") else ["fruits.csv"]
        assert call("plot", kind, "wide.safetensors", *data).code == 0
        assert Path(f"{kind}.svg").stat().st_size < 200_000


def test_many_layers(call: Call, refused: Refused, fruits: Path) -> None:
    hidden = ",".join(["3"] * 20)
    assert call("train", "fruits.csv", "--hidden", hidden, "--epochs", 1, "-o", "deep.safetensors").code == 0
    assert "room for 16 layers (seen: 21 layers); draw the kind 'compact'" in refused(
        "plot", "network", "deep.safetensors"
    )
    assert "room for 80 nodes" in refused("plot", "graph", "deep.safetensors", "fruits.csv")
    assert call("plot", "compact", "deep.safetensors").code == 0
