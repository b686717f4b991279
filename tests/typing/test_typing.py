"""mypy --strict and pyright read glassnet's types: they find each planted mistake, and nothing in what is right."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SOURCES = HERE.parents[1] / "src"
SAMPLES = ("right.py", "mistakes.py")

Found = dict[str, dict[int, str]]
"""By sample and line, what a checker says."""


def said_by(*command: str) -> str:
    """What a checker prints."""
    paths = {"MYPYPATH": str(SOURCES), "PYTHONPATH": str(SOURCES)}
    whole = [sys.executable, "-m", *command, *SAMPLES]
    done = subprocess.run(whole, capture_output=True, text=True, env=os.environ | paths, cwd=HERE)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return done.stdout


@cache
def mypy() -> Found:
    # Without glassnet's own settings, as in a user's program.
    said = said_by("mypy", "--strict", "--config-file=", "--follow-imports=silent", f"--cache-dir={os.devnull}")
    found: Found = {sample: {} for sample in SAMPLES}
    for sample, line, words in re.findall(r"^(\S+?):(\d+): error: (.*)$", said, flags=re.MULTILINE):
        found[sample][int(line)] = words
    return found


@cache
def pyright() -> Found:
    said = said_by("pyright", "--outputjson", "--pythonpath", sys.executable)
    found: Found = {sample: {} for sample in SAMPLES}
    for one in json.loads(said[said.index("{") :])["generalDiagnostics"]:
        found[Path(one["file"]).name][one["range"]["start"]["line"] + 1] = one["message"]
    return found


CHECKERS: dict[str, Callable[[], Found]] = {"mypy": mypy, "pyright": pyright}


@pytest.mark.parametrize("name", CHECKERS)
def test_each_planted_mistake_is_found_and_nothing_else(name: str) -> None:
    lines = (HERE / "mistakes.py").read_text(encoding="utf-8").splitlines()
    planted = {number: line.strip() for number, line in enumerate(lines, start=1) if line.endswith("# mistake")}
    found = CHECKERS[name]()["mistakes.py"]
    assert len(planted) > 50
    assert {number: line for number, line in planted.items() if number not in found} == {}
    assert {number: words for number, words in found.items() if number not in planted} == {}


@pytest.mark.parametrize("name", CHECKERS)
def test_in_a_right_program_they_find_nothing(name: str) -> None:
    assert CHECKERS[name]()["right.py"] == {}
