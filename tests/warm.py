"""Processes that begin where everything is imported already: importing scikit-learn takes a hundred times as long as
what most tests of a process have it do.

``Warm("-m", "glassnet", "train", "iris")`` is what ``subprocess.Popen([sys.executable, "-m", ...])`` would be: it has
arguments, environment, folder, streams, signals and an exit code of its own. It is forked from a process that runs this
file as a script. What Python does before the first line of a program (the encoding of its streams, what is imported
when) is not seen in it: tests of that start a Python.
"""

from __future__ import annotations

import atexit
import functools
import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, NoReturn

PIPE = subprocess.PIPE
MODULES = (
    "glassnet.cli.commands.train", "glassnet.estimators.table.experiment", "glassnet.files", "sklearn.datasets",
    "glassnet.estimators.table.streaming.experiment", "pyarrow.csv", "pyarrow.parquet", "rich.progress",
)  # fmt: skip


class Warm:
    """A process; the methods are those of ``subprocess.Popen``.

    Args:
        arguments: those of Python: ``"-m", module, ...`` or ``"-c", code, ...``.
        stdin: a descriptor; with None there is nothing to read.
        stdout, stderr: a descriptor, ``PIPE``, or None for this process's.
        cwd, env: folder and environment.
    """

    def __init__(
        self,
        *arguments: object,
        stdin: int | None = None,
        stdout: int | None = None,
        stderr: int | None = None,
        cwd: os.PathLike[str] | str = ".",
        env: dict[str, str] | None = None,
    ) -> None:
        self.stdout, out = _reader(stdout, 1)
        self.stderr, err = _reader(stderr, 2)
        self._line, line = socket.socketpair()
        self.returncode: int | None = None
        asked = {"argv": [*map(str, arguments)], "cwd": str(Path(cwd).resolve()), "env": env or dict(os.environ)}
        with line, Path(os.devnull).open() as nothing:
            files = [nothing.fileno() if stdin is None else stdin, out, err, line.fileno()]
            socket.send_fds(_door(), [json.dumps(asked).encode()], files)
        for mine, stream in ((out, self.stdout), (err, self.stderr)):
            if stream is not None:
                os.close(mine)
        self.pid = int(self._line.recv(20))

    def poll(self) -> int | None:
        with suppress(BlockingIOError):
            self.wait(timeout=0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None:
            self._line.settimeout(timeout)
            self.returncode = int(self._line.recv(20))
            self._line.close()
        return self.returncode

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """The rest of what it prints, which is less than a pipe holds."""
        self.wait(timeout)
        out, err = (stream.read() if stream and not stream.closed else "" for stream in (self.stdout, self.stderr))
        self._close()
        return out, err

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def __enter__(self) -> Warm:
        return self

    def __exit__(self, *error: object) -> None:
        self._close()
        if error[0] is not None:
            self.kill()
        self.wait()

    def _close(self) -> None:
        for stream in (self.stdout, self.stderr):
            if stream is not None:
                stream.close()


def _reader(wanted: int | None, number: int) -> tuple[IO[str] | None, int]:
    """The end of a pipe to read from, or None; the descriptor to write to."""
    if wanted != PIPE:
        return None, number if wanted is None else wanted
    read, write = os.pipe()
    return os.fdopen(read, encoding="utf-8", newline=""), write


@functools.cache
def _door() -> socket.socket:
    """Where a process is asked for; the one that forks them ends with this process."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    command = [sys.executable, __file__, str(theirs.fileno())]
    process = subprocess.Popen(command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, start_new_session=True)
    theirs.close()
    atexit.register(process.wait)
    atexit.register(ours.close)  # the last is called first
    return ours


def serve(door: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """Fork for each request; returns, in the process that was asked for, the request and its streams."""
    while True:
        message, files, *_ = socket.recv_fds(door, 1 << 18, 4)
        if not message:
            sys.exit()
        if not os.fork():
            *streams, line = files
            door.close()
            if number := os.fork():
                _keep(number, socket.socket(fileno=line), streams)
            os.close(line)
            return json.loads(message), streams
        for file in files:
            os.close(file)
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def _keep(number: int, line: socket.socket, streams: list[int]) -> NoReturn:
    """Wait for a process; say its number, and how it ended."""
    for file in (*streams, 0, 1, 2):
        os.close(file)
    with suppress(OSError):  # the process that asked has ended
        line.send(f"{number}".encode())
        line.send(f"{os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])}".encode())
    os._exit(0)


def become(asked: dict[str, Any], streams: list[int]) -> None:
    """Be the process that was asked for, as far as Python would have come before its first line."""
    for number, file in enumerate(streams):
        os.dup2(file, number)
        os.close(file)
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["env"])
    kind, program, *arguments = asked["argv"]
    sys.argv = [program if kind == "-m" else "-c", *arguments]
    sys.path[0] = "" if kind == "-c" else asked["cwd"]
    sys.stdin, sys.stdout = open(0, closefd=False), open(1, "w", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", closefd=False, buffering=1, errors="backslashreplace")  # noqa: SIM115


def main() -> None:
    """Import, and fork; in the fork run the program, as at the end of any script: Python says how it ended."""
    import gc
    import importlib
    import runpy

    for module in MODULES:
        importlib.import_module(module)
    assert "matplotlib" not in sys.modules  # that it is not loaded before it is used is what some tests look for
    gc.freeze()
    asked, streams = serve(socket.socket(fileno=int(sys.argv[1])))
    become(asked, streams)
    if asked["argv"][0] == "-m":
        runpy.run_module(asked["argv"][1], run_name="__main__", alter_sys=True)
    else:
        exec(compile(asked["argv"][1], "<string>", "exec"), {"__name__": "__main__"})


class Started(subprocess.Popen[str]):
    """The same where a process cannot be forked."""

    def __init__(self, *arguments: object, **settings: Any) -> None:
        settings = {"stdin": subprocess.DEVNULL, "encoding": "utf-8"} | settings
        super().__init__([sys.executable, *map(str, arguments)], **settings)


if not hasattr(os, "fork"):
    Warm = Started  # type: ignore[assignment,misc]

if __name__ == "__main__":
    main()
