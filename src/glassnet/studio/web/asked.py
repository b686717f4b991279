"""What the server asks of a session, and all it knows of one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol


class Download(Protocol):
    """A file that a pupil takes along."""

    @property
    def name(self) -> str: ...
    @property
    def media_type(self) -> str: ...
    @property
    def data(self) -> bytes: ...


class Viewer(Protocol):
    """What one tab has been shown of a session, and lacks."""

    def message(self) -> dict[str, object] | None:
        """What the tab lacks, the newest only; None where that is nothing. One call at a time, in any thread."""


class Session(Protocol):
    """The work of one pupil, shown in one tab or several; safe to call from any thread."""

    @property
    def changed(self) -> bool:
        """Whether there is a run worth keeping."""

    def receive(self, message: Mapping[str, object]) -> None:
        """Do what a message of the page asks.

        Raises:
            GlassnetError: it cannot be done; the session is as it was.
        """

    def viewer(self) -> Viewer:
        """One for a new tab."""

    def upload(self, name: str, data: bytes) -> None:
        """Take a file that was dropped on the page."""

    def leave(self, kind: str) -> Download:
        """A file to take along, of that kind."""

    def close(self) -> None:
        """Stop all work."""


Notify = Callable[[], None]  # a session calls it, from any thread, when there may be something new to show
MakeSession = Callable[[Notify], Session]
