"""The sessions, by cookie: each pupil has one, shown in as many tabs as are open."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

from glassnet.errors import GlassnetError
from glassnet.studio import limits
from glassnet.studio.web.asked import MakeSession, Notify
from glassnet.studio.web.executor import Executor

IDLE = 600.0  # seconds without a tab after which a session makes room for a new one


class Pupil:
    """A session with its open tabs.

    Args:
        make: makes the session.

    Attributes:
        executor: does what the tabs ask for, one thing after another.
    """

    def __init__(self, make: MakeSession) -> None:
        self._tabs: frozenset[Notify] = frozenset()  # replaced, never changed: read from any thread
        self._lock = threading.Lock()
        self.seen = time.monotonic()
        self.session = make(self.notify)
        self.executor = Executor("studio-session")

    @property
    def tabs(self) -> int:
        """How many tabs are open."""
        return len(self._tabs)

    def enter(self, wake: Notify) -> None:
        """A tab has been opened.

        Args:
            wake: called, from any thread, when there may be something new to show.

        Raises:
            InvalidInput: too many are open.
        """
        with self._lock:
            limits.VIEWERS.check(len(self._tabs) + 1)
            self._tabs |= {wake}
            self.seen = time.monotonic()

    def leave(self, wake: Notify) -> None:
        """That tab has been closed."""
        with self._lock:
            self._tabs -= {wake}
            self.seen = time.monotonic()

    def notify(self) -> None:
        """There may be something new to show, in every tab."""
        for wake in self._tabs:
            wake()

    def close(self) -> None:
        """End the session."""
        self.session.close()
        self.executor.close()


class Pupils:
    """All who have come in.

    Args:
        make: makes a session.
    """

    def __init__(self, make: MakeSession) -> None:
        self._make = make
        self._known: dict[str, Pupil] = {}
        self._spare: Pupil | None = None
        self._lock = threading.Lock()

    def prepare(self) -> None:
        """Make a session ahead, for the first who comes."""
        with self._lock, suppress(GlassnetError):  # an error is reported to the first who comes
            if self._spare is None:
                self._spare = Pupil(self._make)
                self._spare.session.viewer().message()  # what all see first is computed now

    def admit(self) -> str:
        """A new pupil.

        Returns:
            The value of their cookie.

        Raises:
            InvalidInput: there are too many.
        """
        cookie = secrets.token_urlsafe(24)
        with self._lock:
            self.check_room()
            pupil, self._spare = self._spare, None
        pupil = pupil or Pupil(self._make)
        with self._lock:
            self._known[cookie] = pupil
        return cookie

    def check_room(self) -> None:
        """Make room where all places are taken, by ending the session that has been idle for longest.

        Raises:
            InvalidInput: none has been idle for long.
        """
        if len(self._known) < limits.SESSIONS.most:
            return
        idle = {pupil.seen: cookie for cookie, pupil in self._known.items() if not pupil.tabs}
        if not idle or time.monotonic() - min(idle) < IDLE:
            limits.SESSIONS.check(len(self._known) + 1)
        self._known.pop(idle[min(idle)]).close()

    def of(self, cookie: str | None) -> Pupil | None:
        """The pupil whose cookie that is, or None."""
        return self._known.get(cookie) if cookie else None

    def __iter__(self) -> Iterator[Pupil]:
        return iter(list(self._known.values()))

    def close(self) -> None:
        """End every session."""
        for pupil in [*self, *filter(None, [self._spare])]:
            pupil.close()
