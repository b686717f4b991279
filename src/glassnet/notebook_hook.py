"""How things show themselves in notebooks, though what draws them lives floors above them.

A ``Shown`` asks a function that the roof, ``glassnet/__init__.py``, hands down here: no floor names one above it.
"""

from __future__ import annotations

from collections.abc import Callable

Bundle = dict[str, str]  # MIME type -> what is shown


class Shown:
    """A thing that a notebook shows with a picture; in a terminal it is its words."""

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Bundle:
        return _show[0](self)


def shown_by(show: Callable[[object], Bundle]) -> None:
    """From now on every ``Shown`` is shown by ``show``."""
    _show[0] = show


def _in_words(thing: object) -> Bundle:
    return {"text/plain": repr(thing)}


_show: list[Callable[[object], Bundle]] = [_in_words]
