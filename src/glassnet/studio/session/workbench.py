"""The workbench: the runs and the desk of a pupil, as actions change them. It has no lock; the session does."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypedDict, Unpack

from glassnet.lessons.question import Verdict
from glassnet.studio.data import Value
from glassnet.studio.session.address import fragment
from glassnet.studio.session.clock import Clock
from glassnet.studio.session.later import Later
from glassnet.studio.session.run import Run
from glassnet.studio.session.selection import Selection
from glassnet.studio.session.setup import Setup
from glassnet.studio.session.view import Desk, View
from glassnet.studio.words import word

MOST_RUNS = 8
MOST_UNDONE = 50
START = Desk(clock=Clock(0, 0, "operation"))


class Changed(TypedDict, total=False):
    """What of the desk can be changed."""

    run: int
    previous: int
    clock: Clock
    selection: Selection
    lens: str
    lesson: str
    lesson_values: tuple[tuple[str, Value], ...]
    answers: Mapping[int, Verdict]
    revealed: frozenset[int]
    open: frozenset[str]
    whole: bool
    goal: int
    looks: tuple[tuple[str, Value], ...]
    finished: frozenset[str]
    unfolded: frozenset[str]


class Workbench:
    """What actions work on.

    Args:
        wake: called where a clock begins to go on by itself.
        setup: of the first run; None for that of the first lesson.
        later: computes what takes longer than a glance; None computes it at once.

    Attributes:
        runs: by their numbers. desk: where the pupil stands. said: the last sentence, and how many there were.
        begun: when the clock began to go on.
    """

    def __init__(self, wake: Callable[[], None], setup: Setup | None = None, later: Later | None = None) -> None:
        self.wake, self._later = wake, later
        self.runs: dict[int, Run] = {}
        self.desk, self.said, self.begun = START, (0, ""), 0.0
        self._before: list[Desk] = []
        self._numbers = 0
        self._seen: View | None = None
        if setup is not None:
            self.move(lesson="", clock=Clock())
        self.begin_setup(Setup() if setup is None else setup, self.desk.clock)
        self._before.clear()

    def view(self) -> View:
        """What is on the desk; the same object until something changes."""
        seen = self._seen
        if seen is None or seen.desk is not self.desk or seen.runs != self.runs:
            seen = self._seen = View(self.desk, dict(self.runs), _link, self._later)
        return seen

    def refresh(self) -> None:
        """Something is there that was computed meanwhile."""
        self._seen = None

    def kept(self) -> tuple[Desk, dict[int, Run], list[Desk]]:
        """What :meth:`put_back` needs."""
        return self.desk, dict(self.runs), list(self._before)

    def put_back(self, kept: tuple[Desk, dict[int, Run], list[Desk]]) -> None:
        """As it was when it was kept."""
        self.desk, self.runs, self._before = kept

    @property
    def run(self) -> Run:
        """The run that is looked at."""
        return self.runs[self.desk.run]

    def move(self, **changed: Unpack[Changed]) -> None:
        """Change the desk."""
        self.desk = replace(self.desk, **changed)

    def say(self, sentence: str) -> None:
        """Tell it to those who listen."""
        self.said = (self.said[0] + 1, sentence)

    def forget_answer(self) -> None:
        """The ledger asks another question."""
        if 0 in self.desk.answers:
            self.move(answers={number: v for number, v in self.desk.answers.items() if number})

    def new_number(self) -> int:
        """For another run."""
        return self._numbers + 1

    def begin_setup(self, setup: Setup, clock: Clock) -> None:
        """Begin the run that ``setup`` makes."""
        self.begin(Run.of(self.new_number(), setup), clock)

    def begin(self, run: Run, clock: Clock) -> None:
        """Look at a new run; the one before becomes its ghost."""
        self._before = [*self._before[-MOST_UNDONE:], self.desk]
        self._numbers = max(self._numbers, run.number)
        self.runs[run.number] = run
        others = [n for n in self.runs if n not in (run.number, self.desk.run)]
        for number in sorted(others)[: max(0, len(self.runs) - MOST_RUNS)]:
            del self.runs[number]
        before = self.runs.get(self.desk.run)
        alike = before is not None and before is not run and before.setup.chosen is run.setup.chosen
        previous = before.number if before is not None and alike else 0
        self.move(run=run.number, previous=previous, clock=clock, goal=0)
        self.forget_answer()

    def go_back(self) -> None:
        """To the desk before the last new run."""
        while self._before:
            desk = self._before.pop()
            if desk.run in self.runs:
                clock = replace(desk.clock, playing=False)
                now = self.desk
                self.desk = replace(desk, clock=clock, open=now.open, finished=now.finished, unfolded=now.unfolded)
                self.say(word("said.back", run=desk.run))
                return
        self.say(word("said.nothing"))

    def play(self, goal: int = 0) -> None:
        """Let the clock go on by itself, to a step or to the end."""
        run = self.run
        if run.error or self.desk.clock.step >= run.last:
            self.say(run.error or word("said.done", epochs=f"{run.last // run.per_epoch:,}"))
            return
        self.begun = time.monotonic()
        self.move(clock=replace(self.desk.clock, playing=True), goal=min(goal, run.last))
        self.wake()

    def pause(self) -> None:
        """Let it stand."""
        if self.desk.clock.playing:
            self.move(clock=replace(self.desk.clock, playing=False), goal=0)


def _link(view: View) -> str:
    return fragment(view.run.setup, view.desk)
