"""The lesson of a run, and answers: to their questions, and to the ledger's."""

from __future__ import annotations

from collections.abc import Mapping

from glassnet.errors import InvalidInput
from glassnet.lessons.question import Question, Verdict
from glassnet.lessons.table import LESSONS
from glassnet.pieces.settings import Range
from glassnet.studio.pieces.questions import open_question
from glassnet.studio.pieces.screen import draw
from glassnet.studio.session.actions import action
from glassnet.studio.session.asking import question
from glassnet.studio.session.clock import Clock
from glassnet.studio.session.moves import move
from glassnet.studio.session.setup import LESSON, WALKED, Setup, has_step, opened_lesson
from glassnet.studio.session.view import View
from glassnet.studio.session.workbench import Workbench


@action("lesson", "lesson")
def lesson(session: Workbench, name: str) -> None:
    """Open a lesson; where it walks a training step, that is what network and ledger show."""
    if not name:
        own(session)
        return
    chosen = LESSONS[name]
    session.pause()
    session.move(lesson=name, lesson_values=(), answers={}, revealed=frozenset())
    _begin(session, name, ())
    session.say(f"{chosen.title}.")


@action("own")
def own(session: Workbench) -> None:
    """Put the lesson away, and show where a pupil's own table is dropped, and its rows then."""
    session.pause()
    open_ones = session.desk.open | {"data"}
    session.move(lesson="", lesson_values=(), answers={}, revealed=frozenset(), open=open_ones)


@action("lesson_set", "lesson_set")
def lesson_set(session: Workbench, name: str, value: str) -> None:
    """Change a setting of the lesson."""
    _set(session, {name: value})


@action("place", "lesson_set")
def place(session: Workbench, x1: float, x2: float) -> None:
    """Put the start on the lesson's cost surface somewhere else."""
    settings = {setting.name: setting.values for setting in LESSONS[session.desk.lesson].settings}
    moved: dict[str, float | int | str] = {}
    for name, x in zip(LESSONS[session.desk.lesson].drag, (x1, x2), strict=False):
        limits = settings[name]
        assert isinstance(limits, Range)
        moved[name] = round(min(max(x, limits.low), limits.high), 2)
    _set(session, moved)


def _set(session: Workbench, new: Mapping[str, float | int | str]) -> None:
    """Once all questions are answered the answers stay in view, those of the new numbers."""
    chosen, desk = LESSONS[session.desk.lesson], session.desk
    changed, defaults = chosen.values({**dict(desk.lesson_values), **new}), chosen.values()
    values = tuple((name, value) for name, value in changed.items() if value != defaults[name])
    before = opened_lesson(chosen.name, desk.lesson_values)[1]
    count = len(opened_lesson(chosen.name, values)[1])  # raises where these do not go together
    seen = range(1, count + 1) if open_question(desk, before) is None else ()
    session.pause()
    session.move(lesson_values=values, answers={}, revealed=frozenset(seen))
    _begin(session, chosen.name, values)


def _begin(session: Workbench, name: str, values: tuple[tuple[str, float | int | str], ...]) -> None:
    draw(session.desk)
    if has_step(name, values):
        before = session.run
        session.begin_setup(Setup(LESSON, name, values), Clock(0, 0, "operation"))
        session.move(previous=0)  # another lesson's run is not a run to compare with
        if before.setup.lesson == name and not (before.reached or before.setup.changed or before.setup.edits):
            session.runs.pop(before.number, None)  # nothing was done with it


@action("again")
def again(session: Workbench) -> None:
    """Ask the lesson's questions once more."""
    session.move(answers={}, revealed=frozenset())


@action("answer", "lesson")
def answer(session: Workbench, number: int, text: str = "") -> None:
    """Answer a question of the lesson, counted from 1, or the ledger's, 0; a right one uncovers the number."""
    asked = _asked(session.view(), number)
    verdict = asked.judge(text[:200])
    session.move(answers={**session.desk.answers, number: verdict})
    session.say(verdict.sentence)
    _finish(session)
    if number == 0 and verdict.kind == "right":
        _walk_on(session)
        session.move(answers={**session.desk.answers, 0: verdict})


def _walk_on(session: Workbench) -> None:
    """Behind the next operation; one that walks a lesson up to the loss has done it."""
    at = session.view().next_operation
    if at is not None and at.key == "L" and session.desk.lesson in WALKED:
        session.move(finished=session.desk.finished | {session.desk.lesson})
    move(session, 1)


def _finish(session: Workbench) -> None:
    """Mark the lesson where all of its questions are settled."""
    desk = session.desk
    if desk.lesson and open_question(desk, opened_lesson(desk.lesson, desk.lesson_values)[1]) is None:
        session.move(finished=desk.finished | {desk.lesson})
        draw(desk)


@action("done")
def done(session: Workbench, names: str) -> None:
    """Mark lessons that the pupil's browser remembers, by commas; "" takes all marks away."""
    known = frozenset(names.split(",")) & set(LESSONS)
    session.move(finished=session.desk.finished | known if names else frozenset())


@action("reveal", "lesson")
def reveal(session: Workbench, number: int = 0) -> None:
    """Show the answer."""
    if number == 0:
        operation = session.view().next_operation
        if operation is not None:
            session.say(f"{operation.line}.")
            _walk_on(session)
        return
    asked = _asked(session.view(), number)
    verdict = Verdict("unread", f"{asked.why}.")
    session.move(answers={**session.desk.answers, number: verdict}, revealed=session.desk.revealed | {number})
    _finish(session)
    session.say(verdict.sentence)


def _asked(view: View, number: int) -> Question:
    if number == 0:
        found = question(view)
        if found is None:
            raise InvalidInput("there is no single number to guess here", remedy="step on")
        return found
    questions = opened_lesson(view.lesson, view.desk.lesson_values)[1] if view.lesson else ()
    if not 1 <= number <= len(questions):
        raise InvalidInput(f"there is no question {number}", f"{len(questions)} questions", "answer one of these")
    return questions[number - 1]
