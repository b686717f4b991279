"""What each command loads: seen in the modules, not by a clock."""

from __future__ import annotations

import subprocess
import sys

import pytest

SCRIPT = """
import contextlib, io, sys
{code}
print(*sorted({{name.partition(".")[0] for name in sys.modules}}), file=sys.stderr)
"""
RUN = "from glassnet.cli.main import run\nwith contextlib.suppress(SystemExit): run({arguments!r})"
HEAVY = {"numpy", "scipy", "sklearn", "pyarrow", "rich", "pandas", "polars", "narwhals", "joblib", "safetensors"}


def loaded(code: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(code=code)], capture_output=True, text=True, check=True, timeout=60
    )
    return set(done.stderr.split())


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], [], ["trian"], ["--nothing"]])
def test_the_front_door_loads_nothing_heavy(arguments: list[str]) -> None:
    modules = loaded(RUN.format(arguments=arguments))
    assert "click" in modules
    assert not modules & HEAVY


def test_import_glassnet_loads_nothing_heavy() -> None:
    modules = loaded("import glassnet")
    assert "glassnet" in modules
    assert not modules & (HEAVY | {"click"})


@pytest.mark.parametrize("command", ["train", "predict", "evaluate", "describe", "trace", "check", "lesson", "studio"])
def test_the_help_of_a_command_loads_numpy_at_most(command: str) -> None:
    assert not loaded(RUN.format(arguments=[command, "--help"])) & (HEAVY - {"numpy"})
