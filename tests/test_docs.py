"""Pages say what is there: those written from the tables, the index, the walks through the code."""

import importlib.util
import pkgutil
import re
from pathlib import Path

import pytest

import measures
from test_floors import FLOORS

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"


@pytest.mark.parametrize("name", ["pieces", "figures", "lessons"])
def test_the_page_is_up_to_date(name):
    spec = importlib.util.spec_from_file_location(f"{name}_page", DOCS / f"{name}.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert script.PAGE.read_text(encoding="utf-8") == script.page(), f"run: python docs/{name}.py"


def test_the_index_has_every_page():
    linked = re.findall(r"\]\(([^)/]+\.md)\)", (DOCS / "README.md").read_text(encoding="utf-8"))
    assert sorted(linked) == sorted(page.name for page in DOCS.glob("*.md") if page.name != "README.md")


def section(title):
    """A section of CONTRIBUTING.md."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    return text.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def test_every_stop_of_the_walks_exists():
    walks = section("Three walks").split("\nWhere ")[1:]
    assert len(walks) == 3
    for walk in walks:
        stops = re.findall(r"^(\d+)\. `(glassnet\.[\w.]+)`", walk, flags=re.MULTILINE)
        assert 5 < len(stops) < 10 and [int(number) for number, _ in stops] == list(range(1, len(stops) + 1))
        for _, name in stops:
            assert pkgutil.resolve_name(name) is not None


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "docs/architecture.md"])
def test_every_path_exists(page):
    """A path is one of the repository, of the package or of the tests."""
    text = (ROOT / page).read_text(encoding="utf-8")
    paths = re.findall(r"`((?:[\w.]+/)+(?:[\w.]+)?|[a-z_]+\.py)`", text)
    assert len(paths) > 8
    folders = (ROOT, ROOT / "src" / "glassnet", ROOT / "src" / "glassnet" / "engines", ROOT / "tests")
    folders = (*folders, folders[2] / "kernels")
    assert [path for path in paths if not any((folder / path).exists() for folder in folders)] == []


def test_the_limits_are_those_that_a_test_keeps():
    text = (DOCS / "architecture.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([^|]+) \| ([\d,]+) \|$", text, flags=re.MULTILINE)
    assert {name: int(limit.replace(",", "")) for name, limit in rows} == measures.LIMITS


def test_the_smoke_test_exists():
    (command,) = re.findall(r"^pytest (tests/.*)$", section("Tests"), flags=re.MULTILINE)
    assert all((ROOT / path).exists() for path in command.split())


def test_the_picture_of_the_floors_is_the_list_of_the_test():
    shown = re.findall(r"^ ?(\d+)   (.+)$", section("The floors"), flags=re.MULTILINE)
    for floor, line in shown:
        rooms = [room for room in FLOORS[int(floor)] if room != "version"]
        assert re.split(r" {2,}", line.ljust(99))[: len(rooms)] == sorted(rooms, key=line.index)
    assert len(shown) == 11
