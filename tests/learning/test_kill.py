"""A process killed by SIGKILL at random moments of its training, time after time, loses nothing: it resumes from its
checkpoint, and ends with the bits of a process that was not killed."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import numpy as np
import pytest

from glassnet.learning.checkpoints import load_checkpoint
from warm import PIPE, Warm

SCRIPT = """
import pathlib, sys, time
import numpy as np
from glassnet.engines.plan import Rows
from glassnet.engines.plan import Plan
from glassnet.engines.state import State
from glassnet.learning import training
from glassnet.learning.run import Callback
from glassnet.learning.checkpointing import Checkpointing
from glassnet.learning.checkpoints import check_same_plan, load_checkpoint
from glassnet.learning.stopping import Stopping
from glassnet.network.layers import Dense, Dropout
from glassnet.network.network import Network
from glassnet.network.norms import BatchNorm
from glassnet.pieces.schedules import Cosine

path, pause = pathlib.Path(sys.argv[1]), float(sys.argv[2])
training.CHUNK_SECONDS = 0.0  # a look at the callbacks after every step

class Slowly(Callback):
    def on_chunk_end(self, run):
        print(run.state.step, flush=True)
        time.sleep(pause)

X = np.random.default_rng(0).normal(size=(75, 5)).astype("float32")
network = Network(5, [Dense(40), BatchNorm("relu"), Dropout(0.3), Dense(1)], "squared_error")
plan = Plan(network, examples=60, batch_size=7, epochs=20, schedule=Cosine())
rows, held_out = (Rows(X[part], np.sin(X[part, 0])) for part in (slice(60), slice(60, 75)))
state = State.new(plan, seed=4)
if path.exists():
    saved, state, about = load_checkpoint(path)
    check_same_plan(saved, plan)
stopping = Stopping("validation_cost", restore_best=True, patience=99)
callbacks = [Checkpointing(path, seconds=0), Slowly()]
training.train(plan, state, rows, validation=held_out, stopping=stopping, callbacks=callbacks)
print("done")
"""


def begin(path: Path, pause: float) -> Warm:
    return Warm("-c", SCRIPT, path, pause, stdout=PIPE)


def finish(path: Path) -> list[str]:
    with begin(path, 0.0) as process:
        assert process.stdout is not None
        lines = process.stdout.read().split()
    assert process.returncode == 0
    return lines


def kill_at_random(path: Path, rng: np.random.Generator) -> int:
    """Start, and kill after a few steps and a random part of one; the process's return code."""
    with begin(path, 2e-3) as process:
        assert process.stdout is not None
        for _ in range(rng.integers(1, 12)):
            process.stdout.readline()
        time.sleep(rng.uniform(0, 6e-3))  # in the middle of a step, of a save, or between
        process.send_signal(signal.SIGKILL)
        process.stdout.read()
    assert process.returncode is not None
    return process.returncode


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is a matter of POSIX systems")
def test_killed_time_after_time_and_resumed(tmp_path: Path) -> None:
    undisturbed, killed = tmp_path / "undisturbed", tmp_path / "killed"
    assert finish(undisturbed)[-1] == "done"
    rng = np.random.default_rng()  # random for once: whatever the moment, the bits are the same
    codes = [kill_at_random(killed, rng) for _ in range(4)]
    assert codes.count(-signal.SIGKILL) >= 2  # on a busy machine one may be done before its signal comes
    resumed = finish(killed)
    assert resumed[-1] == "done"
    assert len(resumed) < 20 * 9  # it did not begin anew
    (_, state, _), (_, expected, _) = load_checkpoint(killed), load_checkpoint(undisturbed)
    for got, wanted in ((state, expected), (state.best, expected.best)):
        assert got is not None
        assert wanted is not None
        assert got.theta.tobytes() == wanted.theta.tobytes()
        assert got.running.tobytes() == wanted.running.tobytes()
    assert state.slots.tobytes() == expected.slots.tobytes()
    assert (state.step, state.epoch) == (expected.step, expected.epoch) == (180, 20)
    for name in ("cost", "validation_cost", "learning_rate"):
        assert state.history[name] == expected.history[name]
