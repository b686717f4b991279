"""The notebooks: each runs from top to bottom in a kernel, and shows what it says."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import nbclient
import nbformat
import pytest

NOTEBOOKS = sorted((Path(__file__).parents[2] / "examples").glob("*.ipynb"))
NUMBER = re.compile(r"-?\d+\.\d+")


def read(path: Path) -> Any:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    return notebook


def outputs(notebook: Any) -> list[Any]:
    return [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]


def words(output: Any) -> str:
    return output["text"] if output.output_type == "stream" else output.data["text/plain"]


@pytest.fixture(scope="module")
def done(tmp_path_factory) -> dict[str, Any]:
    """Every notebook, executed."""
    executed = {}
    for path in NOTEBOOKS:
        client = nbclient.NotebookClient(
            read(path), timeout=120, resources={"metadata": {"path": str(tmp_path_factory.mktemp("notebook"))}}
        )
        executed[path.stem] = client.execute()
    return executed


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_kept_without_outputs(path):
    """Nothing of the machine it was written on."""
    notebook = read(path)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert code and not outputs(notebook)
    assert {cell.execution_count for cell in code} == {None} and not any(cell.metadata for cell in notebook.cells)
    assert set(notebook.metadata.kernelspec.values()) == {"python3", "Python 3", "python"}


def test_one_training_step_says_the_workshops_numbers(done):
    said = "\n".join(map(words, outputs(done["one_training_step"])))
    for line in (
        "0.5*0.4 + 0.1*2 + 0.0058*17 + 0.2 = 0.6986",
        "sigmoid(-0.200671) = 0.45",
        "'skip'",
        "L = -y ln y^ - (1 - y) ln(1 - y^) = -1*ln(0.45) - (1 - 1)*ln(1 - 0.45) = 0.798508",
        "df/dx = df/dq * dq/dx = -4 * 1 = -4",
        "dz1[2] = (y^1 - y1)/m = (0.45 - 1)/1 = -0.55",
        "w13[1] := w13[1] - alpha dw13[1] = 0.0058 - 0.01*(-7.48) = 0.0806",
    ):
        assert line in said
    before, after = map(float, NUMBER.findall(next(line for line in said.splitlines() if "cost before" in line)))
    assert before == 0.798508 and after < before
    assert re.search(r"^0\.798507696217771\d*$", said, re.MULTILINE), "ln 0.45"


def test_one_training_step_ends_well(done):
    """The gradient is right by two witnesses, the answer another one in the end."""
    said = [words(output) for output in outputs(done["one_training_step"])]
    assert any(text.startswith("the gradient is right for all 21 parameters") for text in said)
    assert next(float(text) for text in reversed(said) if re.fullmatch(r"0\.\d+", text.strip())) > 0.5
    assert "the smallest change of one column that changes the answer: x1 from 0.4 to" in said[-1]


def test_colab_trains_with_what_there_is(done):
    said = "\n".join(
        words(output) for output in outputs(done["colab"]) if "text/plain" in output.get("data", {"text/plain": 0})
    )
    engines = "torch" if find_spec("torch") else "native|reference"
    right = re.search(rf"([0-9.]+)% of rows that it has not seen are right, by the ({engines}) engine", said)
    assert right and float(right[1]) > 90
    assert "0.4986 is what comes out when the bias is forgotten." in said


def test_pictures_parse_have_titles_and_no_script(done):
    bundles = [output.data for output in outputs(done["one_training_step"]) if "data" in output]
    pictures = [bundle["image/svg+xml"] for bundle in bundles if "image/svg+xml" in bundle]
    assert len(pictures) == 6
    for svg in pictures:
        root = ElementTree.fromstring(svg)
        assert root.find("{http://www.w3.org/2000/svg}title").text
    for bundle in bundles:
        assert "<script" not in bundle.get("text/html", "")
