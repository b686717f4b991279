"""Checkpoints: plan and state in one file; training resumed from it gives the same bits."""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.archive import Arrays, Facts, read, write
from glassnet.engines.plan import Plan
from glassnet.engines.state import AMOUNTS, COUNTERS, SAVED_AS, Best, State
from glassnet.errors import BrokenFile, GlassnetError, InvalidInput, UnusableFile
from glassnet.learning.run import Callback, Run

KIND, VERSION = "checkpoint", 1


def save_checkpoint(
    path: str | os.PathLike[str], plan: Plan, state: State, about: Mapping[str, Any] | None = None
) -> None:
    """Write plan and state atomically: the file is entirely the old one or entirely the new one.

    Args:
        path: the file.
        plan, state: of the training, between two steps.
        about: plain JSON data to store with them, such as a fingerprint of the training data.

    Raises:
        UnusableFile: the file cannot be written; the old one is unchanged.

    >>> import tempfile
    >>> from glassnet import Dense, Network, Plan, State
    >>> plan = Plan(Network(2, [Dense(1)]), examples=10)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_checkpoint(f"{folder}/training", plan, State.new(plan))
    ...     load_checkpoint(f"{folder}/training")[1].step
    0
    """
    arrays = {"theta": state.theta, "running": state.running, "slots": state.slots}
    columns = list(state.history.values())
    arrays["history"] = np.array(columns, np.float64).reshape(len(columns), state.epoch)
    facts: dict[str, Any] = {"plan": plan.describe(), "about": dict(about or {}), "history": list(state.history)}
    facts["counters"] = {SAVED_AS.get(name, name): getattr(state, name) for name in COUNTERS}
    facts["amounts"] = {name: float(getattr(state, name)) for name in AMOUNTS}
    if state.best is not None:
        facts["best"] = {"score": state.best.score, "epoch": state.best.epoch}
        if state.best.theta is not None and state.best.running is not None:
            arrays |= {"best.theta": state.best.theta, "best.running": state.best.running}
    write(path, arrays, facts, kind=KIND, version=VERSION)


def load_checkpoint(path: str | os.PathLike[str]) -> tuple[Plan, State, Facts]:
    """Plan, state and ``about`` of :func:`save_checkpoint`.

    Raises:
        BrokenFile: not a checkpoint, or damaged.
        UnusableFile: no such file, or it cannot be read.

    >>> load_checkpoint("nowhere/training")
    Traceback (most recent call last):
    ...
    glassnet.errors.UnusableFile: ...
    """
    arrays, facts, _ = read(path, kind=KIND, newest=VERSION)
    try:
        plan = Plan.from_description(facts.section("plan"))
    except (GlassnetError, KeyError, TypeError) as error:
        remedy = "restore the file, or start the training anew"
        raise BrokenFile(f"{os.fspath(path)!r} holds an invalid plan", str(error), remedy) from None
    return plan, _state(plan, arrays, facts), facts.section("about")


def _state(plan: Plan, arrays: Arrays, facts: Facts) -> State:
    network = plan.network

    def vector(name: str, size: int) -> Any:
        return arrays.expect(name, kinds="f", shape=(size,)).astype(plan.numpy_dtype, copy=False)

    n, r = network.layout.size, network.running_layout.size
    slots = arrays.expect("slots", kinds="f", shape=(len(plan.optimizer.slots), n))
    counters, amounts = facts.section("counters"), facts.section("amounts")
    state = State(vector("theta", n), vector("running", r), slots.astype(plan.numpy_dtype, copy=False))
    for name in COUNTERS:
        setattr(state, name, counters.integer(SAVED_AS.get(name, name), low=0))
    for name in AMOUNTS:
        setattr(state, name, amounts.number(name))
    if "best" in facts:
        best = facts.section("best")
        state.best = Best(best.number("score"), best.integer("epoch", low=0))
        if "best.theta" in arrays:
            state.best.theta, state.best.running = vector("best.theta", n), vector("best.running", r)
    names = facts.texts("history")
    columns = arrays.expect("history", kinds="f", shape=(len(names), state.epoch))
    state.history = dict(zip(names, columns.tolist(), strict=True))
    return state


def check_same_plan(saved: Plan, wanted: Plan) -> None:
    """Raise where a checkpoint belongs to another plan; only the number of epochs may differ.

    Raises:
        InvalidInput: names the first setting that differs.
    """
    before, now = saved.describe(), wanted.describe()
    for name in before:
        if name != "epochs" and before[name] != now[name]:
            raise InvalidInput(
                f"the checkpoint was saved with another {name}",
                seen=f"{before[name]} in the checkpoint, {now[name]} now",
                remedy="repeat the settings of the stopped training, or start a new one",
            )


class Checkpointing(Callback):
    """Save the training when it begins, at intervals, and when it ends.

    The first save raises :class:`UnusableFile` where the file cannot be written, before any work is lost. If a later
    one fails (a full disk), training continues with a warning, and the next save may succeed.

    Args:
        path: the file, replaced each time.
        seconds: the least time between two saves; 0 saves after every chunk of steps.
        about: plain JSON data to store with it.

    >>> Checkpointing("training.checkpoint", seconds=30).seconds
    30
    """

    def __init__(
        self, path: str | os.PathLike[str], seconds: float = 30.0, about: Mapping[str, Any] | None = None
    ) -> None:
        self.path, self.seconds, self.about = Path(path), seconds, about
        self._failing = False

    def on_train_begin(self, run: Run) -> None:
        self._save(run)

    def on_chunk_end(self, run: Run) -> None:
        if time.monotonic() - self._last >= self.seconds:
            self._try_to_save(run)

    def on_train_end(self, run: Run) -> None:
        self._try_to_save(run)

    def _save(self, run: Run) -> None:
        self._last = time.monotonic()
        save_checkpoint(self.path, run.plan, run.state, self.about)
        self._failing = False

    def _try_to_save(self, run: Run) -> None:
        try:
            self._save(run)
        except UnusableFile as error:
            if not self._failing:  # warn once until a save succeeds
                warnings.warn(f"{error} Training continues; the last checkpoint is unchanged.", stacklevel=2)
            self._failing = True
