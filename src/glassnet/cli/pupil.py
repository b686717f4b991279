"""A lesson in the terminal: as a conversation, or printed where the input is not a terminal."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Callable, Sequence
from contextlib import suppress

from glassnet.cli.terminal import tell
from glassnet.errors import GlassnetError
from glassnet.glass.scenes.scene import Scene
from glassnet.lessons import LESSONS, done
from glassnet.lessons.lesson import Lesson, Value
from glassnet.lessons.question import Question
from glassnet.views.displays import Display

WIDEST = 88  # letters of a line of words
FEWEST_LINES = 16  # that one thing on the screen may have; of longer ones "all" prints the rest
HINT = "Try again; or: show, skip."


def print_lesson(lesson: Lesson, changed: dict[str, Value]) -> None:
    """All of a lesson at once: words, what is given, the questions, their answers, the numbers, what to change."""
    screen, questions = lesson.opened(**changed)
    _words(lesson.title, *lesson.paragraphs)
    _print(screen.given)
    _words(*(f"Question {i}. {question.ask}" for i, question in enumerate(questions, start=1)))
    _words(*(f"Answer {i}. {question.why}" for i, question in enumerate(questions, start=1)))
    _print(screen.shown)
    _words(f"Try: {lesson.change}")
    tell("\n".join(f"{name}={value}" for name, value in lesson.values(changed).items()))


def _print(things: Sequence[object]) -> None:
    for thing in things:
        tell("\n".join(_fitted(str(thing))) + "\n")


def _words(*paragraphs: str) -> None:
    width = min(WIDEST, shutil.get_terminal_size().columns)
    for paragraph in paragraphs:
        tell(textwrap.fill(paragraph, width, break_long_words=False, break_on_hyphens=False) + "\n")


def _fitted(text: str) -> list[str]:
    """The lines of a text; sentences and formulas broken between words, tables as they are."""
    width, fitted = shutil.get_terminal_size().columns, list[str]()
    for line in text.splitlines():
        words = line.strip()
        if len(line) <= width or "  " in words:
            fitted.append(line)
        else:
            indent = " " * (len(line) - len(words))
            further = f"{indent}   "
            fitted += textwrap.wrap(
                words,
                width,
                initial_indent=indent,
                subsequent_indent=further,
                break_long_words=False,
                break_on_hyphens=False,
            )
    return fitted


class Leave(Exception):
    """The pupil wants to go."""


class Pupil:
    """One lesson, talked through.

    Args:
        lesson: the lesson.
        changed: the settings that are not the workshop's own.
        read: asks for a line, as ``input`` does; EOFError where there will be none.
    """

    def __init__(self, lesson: Lesson, changed: dict[str, Value], read: Callable[[str], str] = input) -> None:
        self.lesson, self.changed, self._read = lesson, dict(changed), read
        self._screen, self._questions = lesson.opened(**changed)
        with suppress(ImportError):
            import readline  # noqa: F401  # arrows edit the line

    def talk(self) -> Lesson | None:
        """Words, questions, numbers, changes; returns the lesson that is wanted next."""
        order = list(LESSONS)
        place = order.index(self.lesson.name)
        following = order[(place + 1) % len(order)]
        _words(f"{place + 1} of {len(order)}: {self.lesson.title}", *self.lesson.paragraphs)
        try:
            self._look(self._screen.given)
            self._ask()
            self._look(self._screen.shown)
            _words(f"Try: {self.lesson.change}")
            while (word := self._line(self._menu())) != "next":
                self._do(word)
        except Leave:
            tell(f"until next time; the lesson after this one: glassnet lesson {following}")
            return None
        return LESSONS[following]

    # -- questions ---------------------------------------------------------------------------------------------------

    def _ask(self) -> None:
        questions, right = self._questions, 0
        for number, question in enumerate(questions, start=1):
            _words(f"Question {number} of {len(questions)}. {question.ask}")
            right += self._answered(question)
            self._remember(right, len(questions))
        tell(f"{right} of {len(questions)} by yourself.\n")

    def _answered(self, question: Question) -> bool:
        """Whether the answer was found without showing it."""
        while (said := self._line("your number> ")) != "skip":
            if said == "show":
                _words(f"{question.why}.")
                return False
            if said == "all":
                self._look(self._screen.given, whole=True)
            elif said:
                verdict = question.judge(said)
                _words(verdict.sentence if verdict.kind == "right" else f"{verdict.sentence} {HINT}")
                if verdict.kind == "right":
                    return True
            else:
                tell("A number, please; or: show, skip, all, leave.")
        return False

    def _remember(self, right: int, questions: int) -> None:
        new = not done.place().exists()
        if done.remember(self.lesson.name, right, questions) and new:
            _words(f"(What you have done is noted in {done.place()}; glassnet lesson --forget removes it.)")

    # -- looking and changing ----------------------------------------------------------------------------------------

    def _look(self, things: Sequence[object], whole: bool = False) -> None:
        """Show things one after the other; of a long one the first lines, of a picture its sentence."""
        height, since = shutil.get_terminal_size().lines - 3, 0
        most = 10**9 if whole else max(FEWEST_LINES, height - 5)
        for thing in things:
            lines = _fitted(str(thing))
            if len(lines) > most:
                few = lines.index("") if isinstance(thing, Scene | Display) and "" in lines else most - 1
                lines = [*lines[:few], f"... {len(lines) - few} more lines: all shows them"]
            if since and since + len(lines) > height:
                self._line("Enter goes on> ")
                since = 0
            tell("\n".join(lines) + "\n")
            since += len(lines) + 1

    def _menu(self) -> str:
        settings = "  ".join(f"{name}={value}" for name, value in self.lesson.values(self.changed).items())
        return f"{settings}\nNAME=VALUE changes one; or: ask, all, code, next, leave> "

    def _do(self, word: str) -> None:
        """One command of the menu."""
        if word == "code":
            tell(f"{self.lesson.code(**self.changed)}\n")
        elif word == "ask":
            self._ask()
        elif word == "all":
            self._look([*self._screen.given, *self._screen.shown], whole=True)
        elif "=" in word:
            self._change(*(part.strip() for part in word.split("=", 1)))
        elif word:
            tell(f"{word!r} is nothing this lesson knows.")

    def _change(self, name: str, value: str) -> None:
        try:
            self._screen, self._questions = self.lesson.opened(**{**self.changed, name: value})
        except GlassnetError as error:
            tell(str(error))
            return
        self.changed[name] = value
        self._look([*self._screen.given, *self._screen.shown])

    def _line(self, prompt: str) -> str:
        said = self._read(prompt).strip()
        if said in ("leave", "quit", "exit", "q"):
            raise Leave
        return said
