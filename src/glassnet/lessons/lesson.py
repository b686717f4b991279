"""What a lesson is: one idea with its words, its screen, its questions, its settings, and the Python of all that."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace

from glassnet.errors import InvalidInput, unknown_name
from glassnet.lessons.code import Code
from glassnet.lessons.question import Question, Verdict
from glassnet.pieces.settings import Range, check_number

Value = float | int | str
Values = Mapping[str, Value]


@dataclass(frozen=True)
class Setting:
    """Something to change.

    Args:
        name: of the argument of the lesson's ``make``.
        default: the workshop's own value; a whole number makes it a setting of whole numbers.
        values: the range of numbers, the names to choose from, or None for any text.
        help: what it is.

    >>> Setting("alpha", 0.1, Range(0, 4), "the learning rate").read("0,5")
    0.5
    """

    name: str
    default: Value
    values: Range | tuple[str, ...] | None
    help: str

    def read(self, value: Value) -> Value:
        """The value that is meant.

        Raises:
            InvalidInput, UnknownName: none of its values.
        """
        if isinstance(self.values, tuple):
            if value not in self.values:
                raise unknown_name(self.name, value, self.values)
            return value
        if self.values is None:
            return str(value)
        whole = isinstance(self.default, int)
        try:
            number = float(value.replace(",", ".").replace("−", "-") if isinstance(value, str) else value)
        except ValueError:
            remedy = f"write it as {self.name}={self.default}"
            raise InvalidInput(f"{self.name} is a number {self.values}", repr(value), remedy) from None
        number = int(number) if whole and number.is_integer() else number
        check_number(self.name, number, self.values, whole)
        return number

    def __str__(self) -> str:
        choices = ", ".join(self.values) if isinstance(self.values, tuple) else str(self.values or "")
        return f"{self.help}, {choices}" if choices else self.help


@dataclass(frozen=True, eq=False)
class Screen:
    """What is seen at some settings.

    Args:
        given: what stands there before the questions: pictures, lines, tables; it shows no answer.
        shown: what the answers are seen in.
        names: what the questions ask about: variables of ``make``, by their own names.
    """

    given: Sequence[object]
    shown: Sequence[object]
    names: SimpleNamespace

    def __init__(self, given: Sequence[object], shown: Sequence[object], **names: object) -> None:
        object.__setattr__(self, "given", tuple(given))
        object.__setattr__(self, "shown", tuple(shown))
        object.__setattr__(self, "names", SimpleNamespace(**names))

    def text(self) -> str:
        """All of it as text, which is what the lesson's script prints."""
        return "\n".join(map(str, (*self.given, *self.shown)))


@dataclass(frozen=True)
class Lesson:
    """One idea of the workshop.

    Args:
        title: what it is about.
        rows: the rows of the workshop's checklist that it covers; the first is its place in the order.
        words: a few plain sentences; paragraphs have an empty line between them.
        make: the screen, of the settings by name. Its body is the Python that people see: it ends in
            ``return Screen([...], [...], ...)``, and a script prints what stands in the two lists.
        ask: the questions about the names of a screen.
        settings: what can be changed.
        change: what to try.
        drag: the two settings that are where the start on its cost surface is.

    >>> from glassnet import LESSONS
    >>> lesson = LESSONS["collapse"]
    >>> lesson.name, [question.answer for question in lesson.questions()]
    ('collapse', [6.0, 7.0])
    """

    title: str
    rows: tuple[int, ...]
    words: str
    make: Callable[..., Screen]
    ask: Callable[[SimpleNamespace], Sequence[Question]]
    settings: tuple[Setting, ...]
    change: str
    drag: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Its name: that of its file."""
        return self.make.__module__.rpartition(".")[2].replace("_", "-")

    @property
    def paragraphs(self) -> list[str]:
        """The words, a paragraph each on one line."""
        return [" ".join(paragraph.split()) for paragraph in self.words.strip().split("\n\n")]

    def values(self, changed: Values | None = None) -> dict[str, Value]:
        """Every setting, the defaults where nothing was ``changed``.

        Raises:
            InvalidInput, UnknownName: no such setting, or none of its values.
        """
        by_name = {setting.name: setting for setting in self.settings}
        for name in changed or {}:
            if name not in by_name:
                raise unknown_name(f"setting of the lesson {self.name!r}", name, by_name)
        return {name: setting.read((changed or {}).get(name, setting.default)) for name, setting in by_name.items()}

    def screen(self, **changed: Value) -> Screen:
        """What is seen at these settings, computed now."""
        return self.make(**self.values(changed))

    def questions(self, **changed: Value) -> tuple[Question, ...]:
        """The questions at these settings."""
        return self.opened(**changed)[1]

    def opened(self, **changed: Value) -> tuple[Screen, tuple[Question, ...]]:
        """The screen, computed once, and the questions about it."""
        screen = self.screen(**changed)
        return screen, tuple(self.ask(screen.names))

    def check(self, number: int, guess: object, **changed: Value) -> Verdict:
        """What an answer to question ``number``, from 1, is; the notebooks call it.

        >>> from glassnet import LESSONS
        >>> LESSONS["collapse"].check(2, 6).sentence
        '6 is what comes out when b1 is not weighted by w2.'
        """
        if guess is None:
            return Verdict("unread", "Type your number in place of None, and run the cell again.")
        questions = self.questions(**changed)
        check_number("number", number, Range(1, len(questions)), whole=True)
        return questions[number - 1].judge(str(guess))

    def code(self, **changed: Value) -> Code:
        """The Python that makes exactly this screen."""
        comments = {setting.name: str(setting) for setting in self.settings}
        return Code.of(self.make, self.title, self.values(changed), comments)
