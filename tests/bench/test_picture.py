"""The picture: refused before the work where it cannot be, and drawn from what there is."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from bench.test_text_report import report as filled
from glassnet.bench import picture
from glassnet.bench.report import Report
from glassnet.errors import InvalidInput, MissingPackage

report = filled
needs_matplotlib = pytest.mark.skipif(not importlib.util.find_spec("matplotlib"), reason="matplotlib not installed")


@pytest.mark.parametrize("name", ["speed.gif", "speed", "svg"])
def test_another_ending(name: str) -> None:
    with pytest.raises(InvalidInput, match=r"end the name in \.svg or \.png"):
        picture.check(Path(name))


def test_without_matplotlib(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingPackage, match=r"pip install 'glassnet\[plot\]'"):
        picture.check(Path("speed.svg"))


@needs_matplotlib
@pytest.mark.parametrize(("name", "begins"), [("speed.svg", b"<?xml"), ("speed.PNG", b"\x89PNG")])
def test_drawn(report: Report, tmp_path: Path, name: str, begins: bytes) -> None:
    picture.check(tmp_path / name)
    assert picture.draw(report, tmp_path / name)
    assert (tmp_path / name).read_bytes().startswith(begins)


def test_nothing_to_draw(tmp_path: Path) -> None:
    assert not picture.draw(Report(), tmp_path / "speed.svg")
    assert not list(tmp_path.iterdir())
