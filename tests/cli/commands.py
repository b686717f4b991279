"""What tests of the command line share: results, processes, tables."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from warm import PIPE, Warm

posix = pytest.mark.skipif(os.name != "posix", reason="a matter of POSIX systems")


@dataclass(frozen=True)
class Result:
    """What a command did: exit code, standard output, standard error."""

    code: int
    out: str
    err: str

    @property
    def errors(self) -> list[str]:
        """Lines of standard error that are not notes."""
        return [line for line in self.err.splitlines() if not line.startswith("note: ")]

    @property
    def notes(self) -> list[str]:
        """Lines of standard error that are notes, without the word."""
        return [line.removeprefix("note: ") for line in self.err.splitlines() if line.startswith("note: ")]

    def sentence(self) -> str:
        """The one sentence with which the command refused its input, and broke nothing else."""
        assert self.code == 2, self
        assert len(self.errors) == 1, self.err
        assert self.errors[0].startswith("glassnet: ")
        assert self.errors[0].endswith((".", "?"))
        assert "fault of ours" not in self.err
        return self.errors[0].removeprefix("glassnet: ")


Call = Callable[..., Result]
Refused = Callable[..., str]
Trained = Callable[..., Path]
PROGRAM = [sys.executable, "-m", "glassnet"]


def process(*arguments: object, **settings: Any) -> Result:
    """Run a command in a Python of its own: for what is about how that starts."""
    done = subprocess.run([*PROGRAM, *map(str, arguments)], capture_output=True, timeout=100, **settings)
    return Result(done.returncode, done.stdout.decode(), done.stderr.decode())


# A training that rests after every epoch: long enough to be stopped in the middle, and cheap to do to its end later.
RESTING = """
import sys, time
from glassnet.cli.main import run
from glassnet.learning.blending.progress import ProgressOfAll
from glassnet.learning.progress import Progress

show = Progress.on_epoch_end
Progress.on_epoch_end = lambda self, run: (show(self, run), time.sleep(0.002))
Progress.every_epoch = ProgressOfAll.every_epoch = True
run(sys.argv[1:])
"""


def begin(*arguments: object, resting: bool = False) -> Warm:
    """Start a command whose standard error is read line by line."""
    program = ("-c", RESTING) if resting else PROGRAM[1:]
    with Path(os.devnull).open("w") as nowhere:
        return Warm(*program, *arguments, stdout=nowhere.fileno(), stderr=PIPE)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below ``folder``."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def written(path: Path, lines: list[str]) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def house_lines(rows: int = 60) -> list[str]:
    cells = ((i / 2, "red" if i % 3 else "blue", i * 2.5 + 1 + 30 * (i % 3 == 0)) for i in range(rows))
    return ["size,color,price", *(f"{size},{color},{price}" for size, color, price in cells)]
