"""One checkpoint of several trainings that belong together: plan, state and kept candidates of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from glassnet.archive import Arrays, Facts, read, write
from glassnet.archive.os_errors import StrPath
from glassnet.arrays import Array
from glassnet.engines.plan import Plan
from glassnet.engines.state import State
from glassnet.learning.blending.candidates import Keep
from glassnet.learning.checkpoints import KIND, SEVERAL, other_number, parts_of, restored
from glassnet.network.parameters import Parameters
from glassnet.text import counted

MOST = 1000  # trainings in a file


class Training(NamedTuple):
    """One of the trainings, between two steps."""

    plan: Plan
    state: State
    keep: Keep


def save_trainings(
    path: StrPath, trainings: Sequence[Training], about: Mapping[str, Any], like: StrPath | None = None
) -> None:
    """Write several trainings to one file, which is entirely the old one or entirely the new one.

    Args:
        path: the file.
        trainings: all of them, in their order.
        about: plain JSON data to store with them.
        like: a file whose permissions it is to have, where that exists.

    Raises:
        UnusableFile: the file cannot be written; the old one is unchanged.
    """
    arrays: dict[str, Array] = {}
    sections = []
    for number, (plan, state, keep) in enumerate(trainings, start=1):
        own, facts = parts_of(plan, state)
        for epoch, parameters in keep.kept.items():
            own |= {f"kept.{epoch}.theta": parameters.theta, f"kept.{epoch}.running": parameters.running}
        arrays |= {f"{number}.{name}": array for name, array in own.items()}
        of_keep = {"kept": list(keep.kept), "at": list(keep.at_epochs), "ended": keep.ended}
        sections.append(facts | of_keep)
    write(path, arrays, {"trainings": sections, "about": dict(about)}, kind=KIND, version=SEVERAL, like=like)


def load_trainings(path: StrPath) -> tuple[list[Training], Facts]:
    """What :func:`save_trainings` wrote, and its ``about``.

    Raises:
        BrokenFile: not a checkpoint, or damaged.
        InvalidInput: it is of one training.
        UnusableFile: no such file, or it cannot be read.
    """
    arrays, facts, version = read(path, kind=KIND, newest=SEVERAL)
    if version != SEVERAL:
        raise other_number(path, "one network", "several")
    sections = facts.sections("trainings")
    if not 1 <= len(sections) <= MOST:
        raise facts.broken(f"has not 1 to {MOST} trainings", str(len(sections)))
    found = [_training(_of(arrays, number), section) for number, section in enumerate(sections, start=1)]
    return found, facts.section("about")


def epochs_done(path: StrPath) -> str:
    """How far the training of a checkpoint is, of one network or of several, for people.

    Raises:
        BrokenFile, UnusableFile: it cannot be read.
    """
    _, facts, version = read(path, kind=KIND, newest=SEVERAL)
    parts = facts.sections("trainings") if version == SEVERAL else [facts]
    epochs = sum(part.section("counters").integer("epoch", low=0) for part in parts)
    return f"{counted(epochs, 'epoch')} done" + (f" of {len(parts)} networks" if len(parts) > 1 else "")


def _training(arrays: Arrays, facts: Facts) -> Training:
    plan, state = restored(arrays, facts)
    keep = Keep(facts.integers("at"), facts.text("ended"))
    for epoch in facts.integers("kept"):
        keep.kept[epoch] = _kept(plan, arrays, epoch)
    return Training(plan, state, keep)


def _kept(plan: Plan, arrays: Arrays, epoch: int) -> Parameters:
    network, name = plan.network, f"kept.{epoch}"
    theta = arrays.expect(f"{name}.theta", "f", (network.layout.size,))
    running = arrays.expect(f"{name}.running", "f", (network.running_layout.size,))
    return network.parameters(*(one.astype(plan.numpy_dtype, copy=False) for one in (theta, running)))


def _of(arrays: Arrays, number: int) -> Arrays:
    """The arrays of one training."""
    prefix = f"{number}."
    own = {name.removeprefix(prefix): arrays[name] for name in arrays if name.startswith(prefix)}
    return Arrays(own, arrays.file, prefix)
