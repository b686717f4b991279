"""In a terminal a bar and colors; in a pipe plain lines; and pipes that end early."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from cli.commands import PROGRAM, Call, contents, posix, process, written

pytestmark = posix


def in_terminal(columns: int, *arguments: str) -> tuple[int, str]:
    """Run a command in a pseudo-terminal; its exit code and all it printed."""
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    env = {name: value for name, value in os.environ.items() if name != "COLUMNS"} | {"TERM": "xterm-256color"}
    command = subprocess.Popen([*PROGRAM, *arguments], stdin=theirs, stdout=theirs, stderr=theirs, env=env)
    os.close(theirs)
    parts = []
    try:
        while part := os.read(ours, 65536):
            parts.append(part)
    except OSError:  # how Linux says that the other end is closed
        pass
    os.close(ours)
    return command.wait(timeout=60), b"".join(parts).decode()


def test_a_bar_in_a_terminal(folder: Path) -> None:
    code, shown = in_terminal(80, "train", "digits", "--epochs", "20")
    assert code == 0
    assert "━" in shown  # the bar
    assert "\x1b[" in shown  # colors
    assert "0/20" in shown
    assert shown.count("\x1b[?25l") == shown.count("\x1b[?25h") == 1  # the cursor comes back
    assert "epoch 20/20  cost" not in shown  # no plain lines
    assert "model written to digits.safetensors" in shown
    assert set(contents(folder)) == {"digits.safetensors"}


def test_a_pipe_gets_plain_text(call: Call, folder: Path) -> None:
    result = call("train", "iris", "--epochs", 5)
    assert result.code == 0
    assert "\x1b" not in result.out + result.err
    assert result.err.splitlines()[-1].startswith("epoch 5/5  cost ")
    assert result.out.startswith("iris: 150 rows")


def test_a_terminal_that_knows_ascii_only(folder: Path) -> None:
    env = os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    result = process("describe", "iris", env=env)
    assert (result.code, result.err) == (0, "")
    assert "sepal length (cm)" in result.out
    assert result.out.isascii()


def piped(command: str) -> tuple[int, str]:
    """Exit code of the first command of a pipe, and what the pipe printed."""
    program = " ".join(f"'{word}'" for word in PROGRAM)
    script = f"{command.replace('glassnet', program)}; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout + done.stderr


def test_head_ends_predictions_quietly(call: Call, folder: Path) -> None:
    assert call("train", "digits", "--epochs", 2, "--quiet").code == 0
    names = ",".join(f"pixel_{i}_{j}" for i in range(8) for j in range(8))
    written(folder / "digits.csv", [names, *["1," * 63 + "2"] * 50_000])
    code, shown = piped("glassnet predict digits.safetensors digits.csv | head -n 2")
    assert code == 0
    assert shown.splitlines()[0] == '"predicted digit"'
    assert len(shown.splitlines()) == 2


@pytest.mark.parametrize("pipe", ["|", "2>&1 |"])
def test_a_training_outlives_its_reader(folder: Path, pipe: str) -> None:
    code, shown = piped(f"glassnet train iris --epochs 30 {pipe} true")
    assert code == 0
    assert "Traceback" not in shown
    assert "Broken" not in shown
    assert set(contents(folder)) == {"iris.safetensors"}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
def test_standard_output_on_a_full_disk(folder: Path) -> None:
    command = [*PROGRAM, "describe", "iris"]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
    assert done.returncode == 2
    assert done.stderr == "glassnet: the output cannot be written: No space left on device.\n"


def test_standard_output_that_is_closed(folder: Path) -> None:
    done = subprocess.run(["bash", "-c", f"'{PROGRAM[0]}' -m glassnet train iris --epochs 3 --quiet >&-"], timeout=60)
    assert done.returncode == 0
    assert set(contents(folder)) == {"iris.safetensors"}
