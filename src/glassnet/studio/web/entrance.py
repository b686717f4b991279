"""Who may come in: a link that works once, exchanged for a cookie."""

from __future__ import annotations

import secrets
import threading
from hmac import compare_digest

from glassnet.errors import InvalidInput

LINKS = 100  # that wait to be used; of more the oldest ends


class Entrance:
    """The links that still work.

    Args:
        uses: how often each works: once for a person, as often as there are pupils for a class.

    Raises:
        InvalidInput: ``uses`` is less than one.

    >>> entrance = Entrance()
    >>> token = entrance.token()
    >>> entrance.use("guessed"), entrance.use(token), entrance.use(token)
    (False, True, False)
    """

    def __init__(self, uses: int = 1) -> None:
        if uses < 1:
            raise InvalidInput("a link works at least once", seen=f"{uses} times", remedy="give the number of pupils")
        self._uses = uses
        self._left: dict[str, int] = {}
        self._lock = threading.Lock()
        # Browsers give a server the cookies of all servers of that name, on any port.
        self.cookie = f"glassnet-{secrets.token_hex(4)}"

    def token(self) -> str:
        """A token that works: the newest that has not been used up, or else a new one."""
        with self._lock:
            return next(reversed(self._left), None) or self._new()

    def new_token(self) -> str:
        """Another token; the others go on working."""
        with self._lock:
            return self._new()

    def use(self, token: str) -> bool:
        """Whether the token works; it then works once less.

        Args:
            token: as it stands in the link.
        """
        with self._lock:
            for known in self._left:
                if compare_digest(known.encode(), token.encode("utf-8", "replace")):
                    self._left[known] -= 1
                    if not self._left[known]:
                        del self._left[known]
                    return True
        return False

    def _new(self) -> str:
        token = secrets.token_urlsafe(24)
        self._left[token] = self._uses
        if len(self._left) > LINKS:
            del self._left[next(iter(self._left))]
        return token
