"""What each command loads: seen in the modules, not by a clock."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence

# One process for all: what one command has loaded stays in the lists of those after it, so the first is to blame.
SCRIPT = """
import contextlib, json, sys
import glassnet
seen = []
def look():
    seen.append([*{name.partition(".")[0] for name in sys.modules}])
look()
from glassnet.cli.main import run
for words in json.loads(sys.argv[1]):
    with contextlib.suppress(SystemExit):
        run(words)
    look()
print("\\n" + json.dumps(seen), file=sys.stderr)
"""
HEAVY = {"numpy", "scipy", "sklearn", "pyarrow", "rich", "pandas", "polars", "narwhals", "joblib", "safetensors"}


def loaded(commands: Sequence[list[str]]) -> list[set[str]]:
    """The modules after ``import glassnet``, and after each command."""
    command = [sys.executable, "-c", SCRIPT, json.dumps(commands)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    seen = [set(modules) for modules in json.loads(done.stderr.splitlines()[-1])]
    assert len(seen) == 1 + len(commands)
    return seen


def test_import_glassnet_and_the_front_door_load_nothing_heavy() -> None:
    doors = [["--help"], ["--version"], [], ["trian"], ["--nothing"]]
    imported, *after = loaded(doors)
    assert "glassnet" in imported
    assert not imported & (HEAVY | {"click"})
    for words, modules in zip(doors, after, strict=True):
        assert "click" in modules
        assert not modules & HEAVY, words


def test_the_help_of_a_command_loads_numpy_at_most() -> None:
    names = ("train", "predict", "evaluate", "describe", "trace", "check", "lesson", "studio")
    _, *after = loaded([[name, "--help"] for name in names])
    for name, modules in zip(names, after, strict=True):
        assert not modules & (HEAVY - {"numpy"}), name
