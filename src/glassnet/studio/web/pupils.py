"""The sessions, by cookie: each pupil has one, shown in as many tabs as are open."""

from __future__ import annotations

import secrets
import threading
import time
from contextlib import suppress

from glassnet.errors import GlassnetError
from glassnet.studio import limits
from glassnet.studio.web.asked import MakeSession, Notify, Session
from glassnet.studio.web.executor import Executor

IDLE = 600.0  # seconds without a tab after which a session makes room for a new one


class Pupil:
    """A session with its open tabs.

    Args:
        make: makes the session.

    Attributes:
        executor: does what the tabs ask for, one thing after another.
        made: the session, once there is one.
    """

    def __init__(self, make: MakeSession) -> None:
        self._tabs: frozenset[Notify] = frozenset()  # replaced, never changed: read from any thread
        self._lock = threading.Lock()
        self.seen = time.monotonic()
        self._make, self._making = make, threading.Lock()
        self.made: Session | None = None
        self.executor = Executor("studio-session")

    @property
    def session(self) -> Session:
        """The session, made when it is first asked for, once.

        Raises:
            GlassnetError: it cannot be made.
        """
        with self._making:
            self.made = self.made or self._make(self.notify)
            return self.made

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
        if self.made is not None:
            self.made.close()
        self.executor.close()


class Pupils:
    """All who have come in.

    Args:
        make: makes a session.
    """

    def __init__(self, make: MakeSession) -> None:
        self._make = make
        self._known: dict[str, Pupil] = {}
        self._first: Pupil = Pupil(make)
        self._spare: Pupil | None = self._first
        self._lock = threading.Lock()

    def prepare(self) -> None:
        """Make the first pupil's session, and what all see first, while the browser is on its way."""
        with suppress(GlassnetError):  # an error is reported to the first who comes
            self._first.session.viewer().message()

    def picture(self) -> str:
        """The network that the first pupil sees just now, as SVG; "" where there is none."""
        with suppress(GlassnetError):
            return self._first.session.leave("svg").data.decode()
        return ""

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
            pupil, self._spare = self._spare or Pupil(self._make), None
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

    @property
    def sessions(self) -> list[Session]:
        """Those that were made of the pupils who have come in."""
        return [pupil.made for pupil in self._known.values() if pupil.made is not None]

    def close(self) -> None:
        """End every session."""
        for pupil in [*self._known.values(), *filter(None, [self._spare])]:
            pupil.close()
