"""Tab: what a shell is offered, asked as bash asks; and the scripts of the three shells."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from cli.commands import house_lines, posix, written
from glassnet.cli.main import glassnet


def offered(*words: str) -> list[str]:
    *before, last = words
    items = ShellComplete(glassnet, {}, "glassnet", "_GLASSNET_COMPLETE").get_completions(before, last)
    return [item.value if item.type == "plain" else f"<{item.type}>" for item in items]


def test_commands_and_options() -> None:
    assert offered("tr") == ["trace", "train"]
    assert "--activation" in offered("train", "--act")
    assert offered("train", "--task", "c") == ["classification"]
    assert "relu" in offered("train", "--activation", "re")
    assert offered("plot", "hist") == ["history"]


def test_files_and_bundled_sets(folder: Path) -> None:
    assert offered("predict", "") == offered("train", "") == offered("predict", "m.safetensors", "") == ["<file>"]
    assert offered("train", "iris", "-o", "x") == ["<file>"]
    assert offered("train", "iris", "--test", "") == offered("train", "iris", "--validation", "") == ["<file>"]
    assert offered("train", "di") == ["digits", "diabetes"]
    written(folder / "dishes.csv", house_lines(3))
    assert offered("train", "di") == ["digits", "diabetes", "dishes.csv"]


@pytest.mark.parametrize(
    "option", ["--target", "--numeric", "--categorical", "--group", "--order-by", "--weight", "--as-input"]
)
def test_columns(houses: Path, option: str) -> None:
    assert offered("train", houses.name, option, "") == ["size", "color", "price"]
    assert offered("train", houses.name, "--epochs", "3", option, "p") == ["price"]
    assert offered("train", option, "p") == offered("train", "no-such.csv", option, "p") == []


def test_what_a_terminal_would_obey_is_not_offered(folder: Path) -> None:
    written(folder / "t.csv", ["a\x1b[31m,b", "1,2"])
    assert offered("train", "t.csv", "--target", "") == ["b"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_scripts_of_shells(shell: str) -> None:
    environment = os.environ | {"_GLASSNET_COMPLETE": f"{shell}_source"}
    done = subprocess.run(
        [sys.executable, "-m", "glassnet"], capture_output=True, text=True, timeout=60, env=environment
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert f"_GLASSNET_COMPLETE={shell}_complete" in done.stdout


@posix
def test_bash_itself(folder: Path) -> None:
    program = folder / "glassnet"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m glassnet "$@"\n')
    program.chmod(0o755)
    script = 'eval "$(_GLASSNET_COMPLETE=bash_source glassnet)"; COMP_WORDS=(glassnet tr); COMP_CWORD=1; '
    script += '_glassnet_completion glassnet; echo "${COMPREPLY[@]}"; complete -p glassnet'
    environment = os.environ | {"PATH": f"{folder}:{os.environ['PATH']}"}
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=60, env=environment)
    assert done.stdout.splitlines()[0] == "trace train"
    assert "_glassnet_completion" in done.stdout.splitlines()[1]
