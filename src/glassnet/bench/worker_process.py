"""The parent's side of a contender's process."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from typing import Any

from glassnet.bench.environment import environment

PATIENCE = 180.0  # seconds for one answer


class Failed(Exception):
    """A contender could not do what it was asked to; the reason in words."""


class Worker:
    """A process that works when it is asked to, and waits otherwise.

    Args:
        home: "module:name" of what makes the contestant.
        threads: how many it may use.
        patience: seconds it may take for an answer.
    """

    def __init__(self, home: str, threads: int, patience: float = PATIENCE) -> None:
        self.patience, self.dead = patience, ""
        self._complaints = tempfile.TemporaryFile(mode="w+", encoding="utf-8", errors="replace")  # noqa: SIM115
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "glassnet.bench.worker", home],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            encoding="utf-8",
            env=environment(threads),
        )
        self._answers: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()
        with suppress(Failed):  # it will be found dead when asked
            self.send(do="hello")

    def begun(self) -> dict[str, Any]:
        """The answer to the first question, to be fetched once: all that takes part can begin side by side."""
        return self.receive()

    def ask(self, do: str, **arguments: Any) -> dict[str, Any]:
        """What it answers.

        Raises:
            Failed: it could not, it has ended, or it takes too long.
        """
        self.send(do=do, **arguments)
        return self.receive()

    def send(self, **command: Any) -> None:
        """Put a question, without waiting."""
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
            line = self._answers.get(timeout=self.patience)
        except queue.Empty:
            self._process.kill()
            self.dead = f"it gave no answer for {self.patience:g} seconds"
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
        for stream in (self._process.stdin, self._complaints):
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
        self._complaints.seek(0)
        said = self._complaints.read().strip().splitlines()
        last = f": {said[-1]}" if said else ""
        how = f"by signal {-code}" if code < 0 else f"with exit code {code}"
        self.dead = f"its process ended {how}{last}"
        return Failed(self.dead)
