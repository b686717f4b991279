"""Checkpoints: plan and state in one file; training resumed from it gives the same bits."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import numpy as np

from glassnet.archive import Arrays, Facts, read, write
from glassnet.archive.os_errors import StrPath
from glassnet.arrays import Array
from glassnet.engines.curvature import Curvature, Pair, dot
from glassnet.engines.plan import Plan
from glassnet.engines.state import AMOUNTS, COUNTERS, SAVED_AS, Best, State
from glassnet.errors import BrokenFile, GlassnetError, InvalidInput
from glassnet.learning.history import may_hold, recorded_epochs
from glassnet.text import counted, one_line

KIND, ALONE, SEVERAL = "checkpoint", 1, 2  # versions: of one training, of several that belong together


def save_checkpoint(
    path: StrPath,
    plan: Plan,
    state: State,
    about: Mapping[str, Any] | None = None,
    like: StrPath | None = None,
) -> None:
    """Write plan and state atomically: the file is entirely the old one or entirely the new one.

    Args:
        path: the file.
        plan, state: of the training, between two steps.
        about: plain JSON data to store with them, such as a fingerprint of the training data.
        like: a file whose permissions it is to have, where that exists.

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
    arrays, facts = parts_of(plan, state)
    write(path, arrays, facts | {"about": dict(about or {})}, kind=KIND, version=ALONE, like=like)


def parts_of(plan: Plan, state: State) -> tuple[dict[str, Array], dict[str, Any]]:
    """Arrays and facts of a training between two steps."""
    arrays = {"theta": state.theta, "running": state.running, "slots": state.slots}
    columns = list(state.history.values())
    arrays["history"] = np.array(columns, np.float64).reshape(len(columns), recorded_epochs(state))
    facts: dict[str, Any] = {"plan": plan.describe(), "history": list(state.history)}
    facts["counters"] = {SAVED_AS.get(name, name): getattr(state, name) for name in COUNTERS}
    facts["amounts"] = {name: float(getattr(state, name)) for name in AMOUNTS}
    if state.best is not None:
        facts["best"] = {"score": state.best.score, "epoch": state.best.epoch}
        if state.best.theta is not None and state.best.running is not None:
            arrays |= {"best.theta": state.best.theta, "best.running": state.best.running}
    if (known := state.curvature) is not None:
        facts["curvature"] = {"evaluations": known.evaluations, "drop": known.drop}
        both = np.array([pair[:2] for pair in known.pairs], np.float64).reshape(-1, 2, state.theta.size)
        arrays |= {"curvature.s": both[:, 0], "curvature.y": both[:, 1]}
    return arrays, facts


def load_checkpoint(path: StrPath) -> tuple[Plan, State, Facts]:
    """Plan, state and ``about`` of :func:`save_checkpoint`.

    Raises:
        BrokenFile: not a checkpoint, or damaged.
        InvalidInput: it is of several trainings.
        UnusableFile: no such file, or it cannot be read.

    >>> load_checkpoint("nowhere/training")
    Traceback (most recent call last):
    ...
    glassnet.errors.UnusableFile: ...
    """
    arrays, facts, version = read(path, kind=KIND, newest=SEVERAL)
    if version == SEVERAL:
        raise other_number(path, "several networks", "one")
    return *restored(arrays, facts), facts.section("about")


def other_number(path: StrPath, there: str, wanted: str) -> InvalidInput:
    """The error of a checkpoint that holds another number of trainings."""
    remedy = "repeat the settings of the stopped training, or start a new one"
    return InvalidInput(f"the checkpoint {os.fspath(path)!r} is of {there}, not of {wanted}", remedy=remedy)


def restored(arrays: Arrays, facts: Facts) -> tuple[Plan, State]:
    """Plan and state from what :func:`parts_of` made of them, which is not trusted.

    Raises:
        BrokenFile: it does not fit together.
    """
    try:
        plan = Plan.from_description(facts.section("plan"))
    except (GlassnetError, KeyError, TypeError) as error:
        remedy = "restore the file, or start the training anew"
        raise BrokenFile(f"{facts.file!r} holds an invalid plan", str(error), remedy) from None
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
    state.curvature = _curvature(arrays, facts, n)
    names = facts.texts("history")
    columns = arrays.expect("history", kinds="f", shape=(len(names), None))
    if not may_hold(columns.shape[1], state.epoch):
        raise arrays.broken("is of other epochs", f"{columns.shape[1]}, {state.epoch} done", at="history")
    state.history = dict(zip(names, columns.tolist(), strict=True))
    return plan, state


def _curvature(arrays: Arrays, facts: Facts, n: int) -> Curvature | None:
    if "curvature" not in facts:  # of another optimizer, or of an earlier version
        return None
    said, s = facts.section("curvature"), arrays.expect("curvature.s", kinds="f", shape=(None, n))
    y = arrays.expect("curvature.y", kinds="f", shape=s.shape)
    if not all(dot(*pair) > 0 for pair in zip(s, y, strict=True)):
        raise arrays.broken("is not curved upwards", f"{len(s)} pairs", at="curvature.y")
    pairs = tuple(Pair.of(*pair) for pair in zip(s, y, strict=True))
    return Curvature(pairs, said.integer("evaluations", low=0), said.number("drop"))


def check_same_plan(saved: Plan, wanted: Plan) -> None:
    """Raise where a checkpoint belongs to another plan; only the number of epochs may differ.

    Raises:
        InvalidInput: names the first setting that differs.
    """
    check_same_settings(saved.describe() | {"epochs": 0}, wanted.describe() | {"epochs": 0})


def check_enough_epochs(done: int, epochs: int) -> None:
    """Raise where a checkpoint is further than the training that is to go on with it.

    Args:
        done: whole epochs in the checkpoint.
        epochs: those wanted in all.

    Raises:
        InvalidInput: fewer are wanted than are done.
    """
    if done > epochs:
        raise InvalidInput(
            "the checkpoint is further than the epochs that are asked for",
            seen=f"{counted(done, 'epoch')} done, {epochs:,} asked for",
            remedy=f"ask for {done:,} or more, or start a new training",
        )


def check_same_settings(saved: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    """Raise where a checkpoint was saved with other settings, of those that both name.

    Raises:
        InvalidInput: names the first setting that differs, with what it was and what it is.
    """
    for name in wanted:
        if name in saved and saved[name] != wanted[name]:
            what, before, now = _difference("", saved[name], wanted[name])
            raise InvalidInput(
                f"the checkpoint was saved with another {name}",
                seen=f"{what}{one_line(before, 40)} in the checkpoint, {one_line(now, 40)} now",
                remedy="repeat the settings of the stopped training, or start a new one",
            )


def _difference(name: str, before: Any, now: Any) -> tuple[str, Any, Any]:
    """The innermost part of two descriptions that differs, after its name."""
    if isinstance(before, dict) and isinstance(now, dict) and before.keys() == now.keys():
        key = next(key for key in before if before[key] != now[key])
        return _difference(f"{key} ", before[key], now[key])
    if isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        return _difference(name, *next((old, new) for old, new in zip(before, now, strict=True) if old != new))
    return name, before, now
