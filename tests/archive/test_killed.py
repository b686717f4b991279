"""A writer killed at any moment, and readers at the same time: the file at the path is always whole."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import numpy as np
import pytest

from glassnet.archive import read
from warm import PIPE, Warm

posix = pytest.mark.skipif(os.name != "posix", reason="a matter of POSIX systems")


WRITER = """
import sys, numpy as np
from glassnet.archive import write
for step in range(10**9):
    write(sys.argv[1], {"a": np.full(200_000, float(step))}, {"step": step}, kind="checkpoint", version=1)
    if step == 0:
        print("ready", flush=True)
"""


@posix
@pytest.mark.timeout(60)
@pytest.mark.parametrize("delay", np.random.default_rng(3).uniform(0.0, 0.06, size=10).round(4))
def test_a_killed_writer_leaves_a_whole_file(tmp_path: Path, delay: float) -> None:
    path = tmp_path / "c.safetensors"
    with Warm("-c", WRITER, path, stdout=PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    arrays, facts, _ = read(path, kind="checkpoint", newest=1)
    assert (arrays["a"] == facts.integer("step", low=0)).all()
    left = [other for other in tmp_path.iterdir() if other != path]
    assert len(left) <= 1
    assert all(other.name.startswith(".glassnet-") for other in left)


def test_readers_during_a_write_see_whole_files(tmp_path: Path) -> None:
    path = tmp_path / "c.safetensors"
    with Warm("-c", WRITER, path, stdout=PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        steps = []
        for _ in range(50):
            arrays, facts, _ = read(path, kind="checkpoint", newest=1)
            assert (arrays["a"] == facts["step"]).all()
            steps.append(facts["step"])
        process.kill()
    assert steps == sorted(steps)
    assert steps[-1] > steps[0]
