"""The hook by which notebooks show our objects, though what draws them lives floors above.

A ``Displayable`` asks the renderer that the roof, ``glassnet/__init__.py``, sets: no floor names one above it.
"""

from __future__ import annotations

from collections.abc import Callable

Bundle = dict[str, str]  # MIME type -> content


class Displayable:
    """Anything that a notebook shows as a picture; ``print`` shows its text, a list of them the first line of each."""

    def __repr__(self) -> str:
        if type(self).__str__ is object.__str__:
            return f"<{type(self).__name__}>"
        first = str(self).partition("\n")[0]
        return f"<{type(self).__name__}: {''.join(letter for letter in first if letter.isprintable())}>"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Bundle:
        return _renderer[0](self)


def bundle_of(thing: object) -> Bundle:
    """What a notebook shows of ``thing``, by MIME type."""
    return _renderer[0](thing)


def set_renderer(render: Callable[[object], Bundle]) -> None:
    """Let ``render`` show every ``Displayable`` from now on."""
    _renderer[0] = render


def _plain(thing: object) -> Bundle:
    return {"text/plain": repr(thing)}


_renderer: list[Callable[[object], Bundle]] = [_plain]
