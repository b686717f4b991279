"""Moves of the clock and of the selection."""

from __future__ import annotations

from dataclasses import replace

from glassnet.errors import unknown_name
from glassnet.glass.scenes.network.values import LENSES
from glassnet.studio.session.actions import action
from glassnet.studio.session.clock import GRAINS, Clock
from glassnet.studio.session.selection import KEY, LONGEST, Selection
from glassnet.studio.session.workbench import Workbench

MOST_UNFOLDED = 1000


@action("step", "steps")
def step(session: Workbench, by: int = 1, grain: str = "") -> None:
    """Move the clock by some steps of its grain, or of another."""
    session.pause()
    by = max(-1000, min(1000, by))
    if grain:
        choose_grain(session, grain)
    move(session, by)


def move(session: Workbench, by: int) -> None:
    """Move the clock by some steps of its grain."""
    kinds = {"operation": _by_operation, "example": _by_example, "batch": _by_batch, "epoch": _by_epoch}
    for _ in range(abs(by) if session.desk.clock.grain in ("operation", "example") else 1):
        kinds[session.desk.clock.grain](session, by)


def _by_operation(session: Workbench, by: int) -> None:
    view = session.view()
    clock, done = view.clock, view.clock.done + (1 if by > 0 else -1)
    if done > clock.operations:
        go_to(session, clock.step + 1, 0 if clock.step < view.run.last else None)
    elif done < 0:
        go_to(session, clock.step - 1, None if clock.step else 0)
    else:
        go_to(session, clock.step, None if done == clock.operations else done)


def _by_example(session: Workbench, by: int) -> None:
    view = session.view()
    example = view.selection.example + (1 if by > 0 else -1)
    if 1 <= example <= view.m:
        choose_example(session, example)
        return
    step = view.clock.step + (1 if by > 0 else -1)
    if 0 <= step <= view.run.last:
        go_to(session, step, None)
        choose_example(session, 1 if by > 0 else session.view().m)


def _by_batch(session: Workbench, by: int) -> None:
    go_to(session, session.desk.clock.step + by, None)


def _by_epoch(session: Workbench, by: int) -> None:
    each, step = session.run.per_epoch, session.desk.clock.step
    epoch = step // each + by if by > 0 else -(-step // each) + by
    go_to(session, epoch * each, None)


def go_to(session: Workbench, step: int, operation: int | None) -> None:
    """Set the clock; the run is trained as far as that takes."""
    step = max(0, min(step, session.run.last))
    step = session.run.advance(step)
    session.move(clock=replace(session.desk.clock, step=step, operation=operation))
    session.forget_answer()


@action("seek", "steps")
def seek(session: Workbench, step: int) -> None:
    """Go to a step of the history."""
    session.pause()
    go_to(session, min(step, session.run.reached), None)


@action("play")
def play(session: Workbench) -> None:
    """Go on by itself."""
    session.play()


@action("pause")
def pause(session: Workbench) -> None:
    """Stand still."""
    session.pause()


@action("train")
def train(session: Workbench, epochs: int = 100) -> None:
    """Train some epochs as fast as it goes."""
    each = session.run.per_epoch
    epoch = session.run.reached // each + max(1, min(epochs, 100_000))
    session.move(clock=replace(session.desk.clock, grain="epoch"))
    session.play(goal=epoch * each)


@action("grain")
def choose_grain(session: Workbench, name: str) -> None:
    """What a step of the clock is."""
    if name not in GRAINS:
        raise unknown_name("step of the clock", name, GRAINS)
    session.move(clock=replace(session.desk.clock, grain=name))


@action("lens")
def choose_lens(session: Workbench, name: str) -> None:
    """What stands on the edges."""
    session.move(lens=LENSES[name].name)


@action("select")
def select(session: Workbench, key: str = "") -> None:
    """Choose a number; "" or what is chosen already chooses none."""
    known = key if len(key) <= LONGEST and KEY.fullmatch(key) else ""
    same = known == session.desk.selection.key
    session.move(selection=replace(session.desk.selection, key="" if same else known))


@action("example")
def choose_example(session: Workbench, row: int) -> None:
    """Whose numbers are shown: a row of the batch, from 1."""
    example = max(1, min(row, session.view().m))
    session.move(selection=Selection(session.desk.selection.key, example))
    session.forget_answer()


@action("whole")
def show_whole(session: Workbench, on: bool = True) -> None:
    """Draw every edge, also where they are many."""
    session.move(whole=on)


@action("drawer")
def drawer(session: Workbench, name: str, open: bool = True) -> None:
    """Open or close a drawer."""
    others = session.desk.open - {name}
    session.move(open=others | {name} if open and len(others) < 20 else others)


@action("unfold")
def unfold(session: Workbench, key: str, open: bool = True) -> None:
    """Unfold a line of the ledger, or fold it: numbers are sent of what is seen."""
    known = session.desk.unfolded
    changed = known | {key} if open and len(known) < MOST_UNFOLDED and KEY.fullmatch(key[:LONGEST]) else known - {key}
    if changed != known:
        session.move(unfolded=changed)


@action("run")
def choose_run(session: Workbench, number: int) -> None:
    """Look at another run; the one before becomes its ghost."""
    if number not in session.runs:
        raise unknown_name("run", str(number), map(str, session.runs))
    session.pause()
    before, run = session.desk.run, session.runs[number]
    step = min(session.desk.clock.step, run.reached)
    session.move(run=number, previous=before if before != number else session.desk.previous)
    session.move(clock=Clock(step, None, session.desk.clock.grain))


@action("clear")
def clear(session: Workbench) -> None:
    """Take the ghost away."""
    session.move(previous=0, selection=Selection())
