"""The mechanism of actions: each is a function of the session, and its message is checked against its arguments.

>>> list(ACTIONS["step"].arguments)
['by', 'grain']
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from glassnet.errors import GlassnetError, InvalidInput, unknown_name
from glassnet.studio.session.workbench import Workbench
from glassnet.studio.settings import read_number

LONGEST = 4000  # letters of an argument
LARGEST = 2**53  # of a whole number: what JSON carries


@dataclass(frozen=True)
class Action:
    """What a message can ask for.

    Args:
        name: the message's ``do``.
        does: what is done, a function of the session and the arguments.
        arguments: by name, the type as it is written in the function, and whether it must be given.
        doing: what takes long, the end of ``doing.`` in the table of words.
    """

    name: str
    does: Callable[..., None]
    arguments: Mapping[str, tuple[str, bool]]
    doing: str

    def perform(self, session: Workbench, given: Mapping[str, object]) -> None:
        """Do it; arguments that it does not know are left alone.

        Raises:
            GlassnetError: an argument is missing or of another type, or it cannot be done.
        """
        read = {}
        for name, (kind, needed) in self.arguments.items():
            if name in given:
                read[name] = READ[kind](name, given[name])
            elif needed:
                raise InvalidInput(f"{self.name!r} needs {name!r}", remedy="send it along")
        self.does(session, **read)


def _text(name: str, value: object) -> str:
    if isinstance(value, (dict, list)) or value is None:
        raise InvalidInput(f"{name} is a text", type(value).__name__, "send a string")
    text = str(value)
    if len(text) > LONGEST:
        raise InvalidInput(f"{name} is too long", f"{len(text):,} letters", f"send at most {LONGEST:,}")
    return text


def _whole(name: str, value: object) -> int:
    number = read_number(name, value)
    if not number.is_integer() or abs(number) > LARGEST:
        raise InvalidInput(f"{name} is a whole number", f"{number:g}", "send one such as 3")
    return int(number)


def _number(name: str, value: object) -> float:
    number = read_number(name, value)
    if not abs(number) <= 1e9:
        raise InvalidInput(f"{name} is a number of common size", f"{number:g}", "send one such as 0.5")
    return number


def _flag(name: str, value: object) -> bool:
    if isinstance(value, bool) or value in ("true", "false", "on", "off", 0, 1):
        return value in (True, "true", "on", 1)
    raise InvalidInput(f"{name} is true or false", repr(value)[:40], "send one of the two")


READ: dict[str, Callable[[str, object], object]] = {"str": _text, "int": _whole, "float": _number, "bool": _flag}
ACTIONS: dict[str, Action] = {}


def action(name: str, doing: str = "numbers") -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Put a function into the table; its parameters after the session are the message's arguments.

    Args:
        name: the message's ``do``.
        doing: what of it may take long, by its name among the words.
    """

    def added(function: Callable[..., None]) -> Callable[..., None]:
        _, *parameters = inspect.signature(function).parameters.values()
        arguments = {p.name: (str(p.annotation), p.default is inspect.Parameter.empty) for p in parameters}
        ACTIONS[name] = Action(name, function, arguments, doing)
        return function

    return added


def doing(message: Mapping[str, object]) -> str:
    """What of a message may take long, by its name among the words."""
    name = message.get("do")
    return ACTIONS[name].doing if isinstance(name, str) and name in ACTIONS else ""


def perform(session: Workbench, message: Mapping[str, object]) -> None:
    """Do what a message asks for.

    Raises:
        GlassnetError: one sentence that says what was wrong.
    """
    name = message.get("do")
    if not isinstance(name, str) or name not in ACTIONS:
        raise unknown_name("action", str(name)[:40], ACTIONS)
    try:
        ACTIONS[name].perform(session, message)
    except (ValueError, TypeError, ArithmeticError, MemoryError) as error:
        if isinstance(error, GlassnetError):
            raise
        raise InvalidInput(
            f"{name!r} cannot be done here", f"{type(error).__name__}: {error}", "change something else"
        ) from error
