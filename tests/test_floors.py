"""The house stands: imports point down only (docs/architecture.md, *Floors*).

Read from the source, not from what happens to be loaded. What counts:

- Floors: every import, also inside functions and under TYPE_CHECKING. A type that points up is knowledge of the floor
  above, and a late import is still an import.
- Cycles between modules: imports that run, inside functions or not; those under TYPE_CHECKING do not.
- ``glassnet/__init__.py`` and ``__main__.py`` are the roof: they may name everything, no module below may import them.
"""

from __future__ import annotations

import ast
from collections.abc import Container, Iterable, Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "glassnet"

FLOORS = [
    (
        "errors",
        "version",
        "arrays",
        "text",
        "control_groups",
        "hardware",
        "borrowed",
        "randomness",
        "notebook_hook",
        "archive",
        "graph",
    ),
    ("pieces", "data"),
    ("network",),
    ("engines",),
    ("learning",),
    ("glass", "cluster"),
    ("estimators",),
    ("views", "files"),
    ("lessons",),
    ("studio",),
    ("cli", "bench"),
]
FLOOR_OF = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
TOP = "glassnet"


class Import(NamedTuple):
    """Module ``source`` imports module ``target``; ``runs`` is False under TYPE_CHECKING."""

    source: str
    target: str
    runs: bool

    @property
    def rooms(self) -> tuple[str, str]:
        return room(self.source), room(self.target)


def room(module: str) -> str:
    """The folder or file right below the top that ``module`` is in; the top itself is the roof."""
    return module.removesuffix(".__main__").partition(".")[2].partition(".")[0] or TOP


def module_name(path: Path, source: Path) -> str:
    parts = path.relative_to(source.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def imports(source: Path = SOURCE) -> list[Import]:
    """Every import of ours by ours."""
    paths = {module_name(path, source): path for path in sorted(source.rglob("*.py"))}
    found = []
    for module, path in paths.items():
        package = module if path.name == "__init__.py" else module.rpartition(".")[0]
        tree = ast.parse(path.read_text(encoding="utf-8"))
        only_for_types = {id(below) for node in ast.walk(tree) for below in for_types(node)}
        for node in ast.walk(tree):
            for target in targets(node, package, paths):
                found.append(Import(module, target, id(node) not in only_for_types))
    return found


def for_types(node: ast.AST) -> Iterator[ast.AST]:
    """What is below ``node`` and does not run, if it is an ``if TYPE_CHECKING``."""
    if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
        for statement in node.body:
            yield from ast.walk(statement)


def targets(node: ast.AST, package: str, known: Container[str]) -> Iterator[str]:
    """The modules of ours that ``node`` imports; a name that is not a module is looked for in the module before it."""
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        base = package.rsplit(".", node.level - 1)[0] if node.level else ""
        start = ".".join(filter(None, [base, node.module]))
        names = [f"{start}.{alias.name}" for alias in node.names]
    else:
        return
    for name in names:
        if name.split(".")[0] == TOP:
            while name not in known:
                name = name.rpartition(".")[0]
            yield name


def upward(found: Iterable[Import]) -> list[str]:
    """What points up, in words."""
    wrong = []
    for source, target, _ in found:
        below, above = room(source), room(target)
        if below in (TOP, above):
            continue
        if above == TOP or FLOOR_OF[above] > FLOOR_OF[below]:
            wrong.append(f"{source} (floor {FLOOR_OF[below]}) imports {target} ({FLOOR_OF.get(above, 'the roof')})")
    return wrong


def cycle(edges: Iterable[tuple[str, str]]) -> list[str]:
    """Some cycle, or nothing."""
    graph: dict[str, set[str]] = {}
    for source, target in edges:
        if source != target:
            graph.setdefault(source, set()).add(target)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_every_room_has_a_floor():
    rooms = {room(module_name(path, SOURCE)) for path in SOURCE.rglob("*.py")} - {TOP}
    assert rooms <= FLOOR_OF.keys(), f"no floor for {sorted(rooms - FLOOR_OF.keys())}"
    assert {"errors", "pieces", "network", "engines"} <= rooms


def test_each_package_states_its_floor():
    for path in SOURCE.glob("*/__init__.py"):
        text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        assert text.startswith(f"Floor {FLOOR_OF[path.parent.name]}: "), path


def test_imports_point_down():
    assert upward(imports()) == []


def test_rooms_of_a_floor_do_not_go_round():
    same = [edge.rooms for edge in imports() if TOP not in edge.rooms]
    assert cycle((a, b) for a, b in same if FLOOR_OF[a] == FLOOR_OF[b]) == []


def test_modules_do_not_go_round():
    assert cycle((edge.source, edge.target) for edge in imports() if edge.runs and edge.source != TOP) == []


def test_the_graph_is_an_independent_witness():
    """``graph`` imports nothing of ours but errors, and the place to ask how notebooks show a graph: no mathematics."""
    assert {edge.rooms[1] for edge in imports() if edge.rooms[0] == "graph"} <= {
        "graph",
        "errors",
        "arrays",
        "notebook_hook",
    }
    assert [edge for edge in imports() if edge.rooms[0] == "notebook_hook"] == []


# --- would it notice? -------------------------------------------------------------------------------------------------


def house(folder: Path, files: Mapping[str, str]) -> list[Import]:
    """The imports of a house with these files."""
    for name, code in {"__init__.py": "", **files}.items():
        path = folder / TOP / name
        path.parent.mkdir(parents=True, exist_ok=True)
        (path.parent / "__init__.py").touch()
        path.write_text(code, encoding="utf-8")
    return imports(folder / TOP)


@pytest.mark.parametrize(
    "code",
    [
        "from glassnet.learning.training import train",
        "import glassnet.learning.training",
        "from glassnet.learning import training",
        "from glassnet import learning",
        "from ..learning import training as t",
        "from .. import learning",
        "def f():\n    from glassnet.learning.training import train",
        "if TYPE_CHECKING:\n    from glassnet.learning.training import train",
        "try:\n    import glassnet.learning\nexcept ImportError: pass",
        "import glassnet",
        "from glassnet import train",
    ],
)
def test_an_import_that_points_up_is_noticed(tmp_path, code):
    found = house(tmp_path, {"engines/choice.py": code, "learning/training.py": ""})
    assert len(upward(found)) == 1 and upward(found)[0].startswith("glassnet.engines.choice (floor 3) imports glassnet")


def test_imports_that_point_down_or_elsewhere_are_not(tmp_path):
    down = "from glassnet.engines import choice\nfrom . import training\nimport numpy, glassnetwork"
    found = house(tmp_path, {"learning/run.py": down, "learning/training.py": "", "engines/choice.py": ""})
    assert {edge.target for edge in found} == {"glassnet.engines.choice", "glassnet.learning.training"}
    assert upward(found) == []


def test_cycles_are_noticed(tmp_path):
    files = {
        "pieces/a.py": "from glassnet.pieces import b",
        "pieces/b.py": "def f():\n    from glassnet.pieces.c import x",
        "pieces/c.py": "if TYPE_CHECKING:\n    from glassnet.pieces.a import A\nfrom glassnet.data import d",
        "data/d.py": "",
        "data/e.py": "import glassnet.pieces.a",
    }
    found = house(tmp_path, files)
    assert cycle((edge.source, edge.target) for edge in found if edge.runs) == []
    assert len(set(cycle((edge.source, edge.target) for edge in found))) == 3
    assert set(cycle(edge.rooms for edge in found)) == {"pieces", "data"}
