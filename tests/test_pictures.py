"""The workshop's pictures: every call of the page runs, and each picture is compared with the last approved one.

Of glassnet's own drawings labels, geometry and colors must be the same; of matplotlib's the words: its versions place
ticks as they like. What was measured may differ in its numbers. ``python docs/pictures.py`` approves anew.
"""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

pytest.importorskip("matplotlib")

DOCS = Path(__file__).parents[1] / "docs"
NUMBER = re.compile(r"\d")
IDEAS = """Learning; Data set; Linear regression; Logistic regression; From regressions to networks; Network;
Neuron; Three steps of training; Shallow example; Activations; Why nonlinear: XOR; Linear
activations collapse; Forward propagation by loops; Loss and cost; Parameters and hyperparameters;
Gradient descent; Chain rule; Vectorisation; Vectorised gradient descent; Back propagation; Layers
as functions; Deep networks; Feature learning; Building blocks; Efficiency; The whole"""


@pytest.fixture(scope="module")
def script() -> Any:
    spec = importlib.util.spec_from_file_location("pictures_page", DOCS / "pictures.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def words(svg: str) -> list[str]:
    """What is written in a picture, but for numbers."""
    written = (
        "".join(text.itertext()).strip()
        for text in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
    )
    return sorted(text for text in written if not NUMBER.search(text))


def test_the_table_has_the_decks_rows_in_its_order(script: Any) -> None:
    assert [row.idea for row in script.ROWS] == " ".join(IDEAS.split()).split("; ")
    page = script.PAGE.read_text(encoding="utf-8")
    names = [
        script.file_name(n, place, dark=False)
        for n, row in enumerate(script.ROWS, 1)
        for place in range(len(row.calls))
    ]
    widths = {name: script.width_of((script.FOLDER / name).read_text(encoding="utf-8")) for name in names}
    assert page == script.page(page, script.section(widths)), "run: python docs/pictures.py"
    both = {name.replace(".svg", ending) for name in names for ending in (".svg", "-dark.svg")}
    assert {path.name for path in script.FOLDER.iterdir()} == both


def test_every_picture_is_the_approved_one(script: Any) -> None:
    known, changed = script.prepared(), []
    for number, row in enumerate(script.ROWS, 1):
        for place, call in enumerate(row.calls):
            name = script.file_name(number, place, dark=False)
            now = eval(call, known).svg()
            approved = (script.FOLDER / name).read_text(encoding="utf-8")
            own = "matplotlib" not in approved and not row.measured
            if now.strip() != approved.strip() if own else words(now) != words(approved):
                changed.append(f"{name}, {row.idea}: {call}")
    assert not changed, "look at them, then: python docs/pictures.py"
