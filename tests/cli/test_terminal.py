"""In a terminal a bar and colors; in a pipe plain lines; and pipes that end early."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from cli.commands import PROGRAM, Call, contents, posix, process, written
from warm import PIPE, Warm

pytestmark = posix


def in_terminal(columns: int, *arguments: str, started: bool = False) -> tuple[int, str]:
    """Run a command in a pseudo-terminal, ``started`` in a Python of its own; its exit code and all it printed."""
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    env = {name: value for name, value in os.environ.items() if name != "COLUMNS"} | {"TERM": "xterm-256color"}
    streams = {"stdin": theirs, "stdout": theirs, "stderr": theirs, "env": env}
    command: Any = (
        subprocess.Popen([*PROGRAM, *arguments], **streams) if started else Warm(*PROGRAM[1:], *arguments, **streams)
    )
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
    code, shown = in_terminal(80, "train", "digits", "--epochs", "20", started=True)
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


def test_head_ends_predictions_quietly(call: Call, folder: Path) -> None:
    assert call("train", "digits", "--epochs", 2, "--quiet").code == 0
    names = ",".join(f"pixel_{i}_{j}" for i in range(8) for j in range(8))
    written(folder / "digits.csv", [names, *["1," * 63 + "2"] * 50_000])
    with Warm(*PROGRAM[1:], "predict", "digits.safetensors", "digits.csv", stdout=PIPE, stderr=PIPE) as predicting:
        assert predicting.stdout is not None
        assert predicting.stdout.readline() == '"predicted digit"\n'
        predicting.stdout.close()  # as head does; there is more to come than a pipe holds
        assert predicting.communicate(timeout=60) == ("", "")
    assert predicting.returncode == 0


@pytest.mark.parametrize("both", [False, True], ids=["|", "2>&1 |"])
def test_a_training_outlives_its_reader(folder: Path, both: bool) -> None:
    gone, pipe = os.pipe()
    os.close(gone)
    with Warm(*PROGRAM[1:], "train", "iris", "--epochs", 30, stdout=pipe, stderr=pipe if both else PIPE) as training:
        os.close(pipe)
        shown = training.communicate(timeout=60)[1]
    assert training.returncode == 0
    assert "Traceback" not in shown
    assert "Broken" not in shown
    assert set(contents(folder)) == {"iris.safetensors"}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
def test_standard_output_on_a_full_disk(folder: Path) -> None:
    with (
        Path("/dev/full").open("wb") as full,
        Warm(*PROGRAM[1:], "describe", "iris", stdout=full.fileno(), stderr=PIPE) as done,
    ):
        said = done.communicate(timeout=60)[1]
    assert done.returncode == 2
    assert said == "glassnet: the output cannot be written: No space left on device.\n"


def test_standard_output_that_is_closed(folder: Path) -> None:
    done = subprocess.run(["bash", "-c", f"'{PROGRAM[0]}' -m glassnet train iris --epochs 3 --quiet >&-"], timeout=60)
    assert done.returncode == 0
    assert set(contents(folder)) == {"iris.safetensors"}
