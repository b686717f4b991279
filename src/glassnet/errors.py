"""What went wrong, what was seen, what to do: every error of ours says the three in one sentence.

Each class is also the built-in a user would catch (``ValueError``, ``TypeError``, ...), so programs written for
scikit-learn keep their ``except`` lines.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from glassnet.text import sentence

LISTED = 40  # names to choose from that are listed; of more the first ones


class GlassnetError(Exception):
    """The parent of every error that glassnet raises on purpose.

    Args:
        cause: what is wrong, a sentence without its full stop.
        seen: what was seen (shapes, names, rows), or nothing.
        remedy: what to do about it, or nothing.

    Whatever an untrusted file holds, the sentence is one printable line of at most 300 characters.

    >>> print(GlassnetError("y has 3 rows, X has 4", seen="shapes (3,) and (4, 2)", remedy="pass one label a row"))
    y has 3 rows, X has 4 (seen: shapes (3,) and (4, 2)); pass one label a row.
    """

    def __init__(self, cause: str, seen: str = "", remedy: str = "") -> None:
        self.cause, self.seen, self.remedy = cause, seen, remedy
        super().__init__(str(self))  # one argument: OSError takes two or more for a number and a file name

    def __reduce__(self) -> tuple[type[GlassnetError], tuple[str, str, str]]:
        return type(self), (self.cause, self.seen, self.remedy)

    def __str__(self) -> str:
        return sentence(self.cause, self.seen, self.remedy)


class InvalidInput(GlassnetError, ValueError):
    """A value, a shape, a table or a setting that cannot be used."""


class InvalidType(GlassnetError, TypeError):
    """An object of a kind that cannot be used here."""


class UnknownName(GlassnetError, ValueError):
    """A name that is in none of the tables; the nearest one is suggested."""


class BrokenFile(GlassnetError, ValueError):
    """A file that is not what its name promises."""


class UnusableFile(GlassnetError, OSError):
    """A file that cannot be opened, read or written."""


class MissingPackage(GlassnetError, ImportError):
    """An optional package is needed; the remedy is the line that installs it."""


class Unsupported(GlassnetError, NotImplementedError):
    """What was asked for exists, but not in this combination."""


class ClusterFailed(GlassnetError, RuntimeError):
    """A cluster that does not answer, or cannot go on."""


class Diverged(GlassnetError, ValueError, ArithmeticError):
    """Training met a number that is not finite."""


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The entry of ``names`` most like ``name``, or None where nothing is close.

    >>> nearest("prize", ["price", "rooms"])
    'price'
    """
    by_lower = {known.lower(): known for known in names}
    close = difflib.get_close_matches(name.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[close[0]] if close else None


def unknown_name(kind: str, name: object, names: Iterable[str]) -> UnknownName:
    """The error for a ``name`` that is not among ``names``, with the nearest of them.

    >>> print(unknown_name("activation", "rleu", ["relu", "tanh"]))
    there is no activation 'rleu'; did you mean 'relu'? the choices are relu, tanh.
    """
    names = list(names)
    close = nearest(name, names) if isinstance(name, str) else None
    shown = names if len(names) <= LISTED else [*names[:LISTED], f"... ({len(names)} in all)"]
    suggestion = f"did you mean {close!r}? " if close else ""
    choices = f"the choices are {', '.join(map(str, shown))}" if shown else "there is nothing to choose from"
    return UnknownName(f"there is no {kind} {name!r}", remedy=suggestion + choices)
