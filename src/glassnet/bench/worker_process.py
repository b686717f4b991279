"""The contenders' processes, on the side of the process that measures; worker.py is the other side."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from typing import Any

from glassnet.bench.contenders import CONTENDERS
from glassnet.bench.environment import environment

TIMEOUT, STEP_TIMEOUT = 180.0, 120.0  # seconds for one answer, for a first step
# NumPy is imported before the clock starts: every contender needs it.
PROGRAM = """
import os, time, numpy
X, Y = numpy.zeros((128, 30), "float32"), numpy.zeros((128, 2), "float32")
code, out = compile({code!r}, "first_step", "exec"), os.dup(1)
os.dup2(2, 1)
started = time.perf_counter()
exec(code)
os.write(out, b"%r" % (time.perf_counter() - started))
"""


class Failed(Exception):
    """A contender failed; the message says why."""


class Worker:
    """A process that executes commands and waits between them.

    Args:
        home: "module:name" of the factory of its adapter.
        threads: how many it may use.
        timeout: seconds it may take for an answer.
    """

    def __init__(self, home: str, threads: int, timeout: float = TIMEOUT) -> None:
        self.timeout, self.dead = timeout, ""
        self._stderr = tempfile.TemporaryFile(mode="w+", encoding="utf-8", errors="replace")  # noqa: SIM115
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "glassnet.bench.worker", home],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            encoding="utf-8",
            env=environment(threads),
        )
        self._answers: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()
        with suppress(Failed):  # the next command reports the failure
            self.send(do="hello")

    def started(self) -> dict[str, Any]:
        """The answer to the first command, to be received once: so all processes can start side by side."""
        return self.receive()

    def ask(self, do: str, **arguments: object) -> dict[str, Any]:
        """Send a command and wait for its answer.

        Raises:
            Failed: the command failed, the process has ended, or it takes too long.
        """
        self.send(do=do, **arguments)
        return self.receive()

    def send(self, **command: object) -> None:
        """Send a command without waiting."""
        if self.dead:
            raise Failed(self.dead)
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(command) + "\n")
            self._process.stdin.flush()
        except OSError:
            raise self._ended() from None

    def receive(self) -> dict[str, Any]:
        """Wait for an answer."""
        if self.dead:
            raise Failed(self.dead)
        try:
            line = self._answers.get(timeout=self.timeout)
        except queue.Empty:
            self._process.kill()
            self.dead = f"it gave no answer for {self.timeout:g} seconds"
            raise Failed(self.dead) from None
        if not line:
            raise self._ended()
        answer: dict[str, Any] = json.loads(line)
        if "failed" in answer:
            raise Failed(answer["failed"])
        return answer

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._stderr):
            with suppress(OSError):
                stream and stream.close()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines, suppress(ValueError):
            for line in lines:
                self._answers.put(line)
        self._answers.put("")

    def _ended(self) -> Failed:
        code = self._process.wait()
        self._stderr.seek(0)
        lines = self._stderr.read().strip().splitlines()
        last = f": {lines[-1]}" if lines else ""
        how = f"by signal {-code}" if code < 0 else f"with exit code {code}"
        self.dead = f"its process ended {how}{last}"
        return Failed(self.dead)


def first_step(contender: str, threads: int) -> float:
    """Seconds from NumPy imported to the first step taken, in a fresh process.

    Raises:
        Failed: it did not work, with the last line of its errors.
    """
    program = PROGRAM.format(code=CONTENDERS[contender].first_step)
    try:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", program],
            capture_output=True,
            env=environment(threads),
            timeout=STEP_TIMEOUT,
        )
    except subprocess.TimeoutExpired:
        raise Failed(f"it had not finished after {STEP_TIMEOUT:g} seconds") from None
    with suppress(ValueError):
        return float(json.loads(done.stdout))
    lines = done.stderr.decode(errors="replace").strip().splitlines()
    raise Failed(lines[-1] if lines else f"its process ended with exit code {done.returncode}")
