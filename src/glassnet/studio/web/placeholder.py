"""A session that only counts, until there is a real one."""

from __future__ import annotations

from collections.abc import Mapping

from glassnet.errors import unknown_name
from glassnet.studio.web.asked import Download, Notify


class Session:
    """Says how many messages there were."""

    changed = False

    def __init__(self, notify: Notify, **opened: object) -> None:
        self.count, self._notify = 0, notify

    def receive(self, message: Mapping[str, object]) -> None:
        """One more."""
        self.count += 1
        self._notify()

    def viewer(self) -> Viewer:
        """A tab."""
        return Viewer(self)

    def upload(self, name: str, data: bytes) -> None:
        """One more."""
        self.receive({})

    def leave(self, kind: str) -> Download:
        """Nothing yet."""
        raise unknown_name("download", kind, [])

    def close(self) -> None:
        """Nothing to stop."""


class Viewer:
    """One tab."""

    def __init__(self, session: Session) -> None:
        self._session, self._told = session, -1

    def message(self) -> dict[str, object] | None:
        """The count, where it is news."""
        if self._told == self._session.count:
            return None
        self._told = self._session.count
        return {"say": f"{self._told} messages"}

    def close(self) -> None:
        """Nothing to close."""
