"""What is refused before anything is done: other names, other pages; and the headers that protect browsers.

The page runs on the pupil's machine, where other pages are open too. A page of another site can send requests
to it, and by a name of its own that points to 127.0.0.1 (DNS rebinding) even read the answers. So names are compared
with a list, on any port (``ssh -L`` changes it); what acts has to come from the page itself; the cookie is never sent
along with requests of other sites.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Collection
from contextlib import suppress

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from glassnet.studio.words import word

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
ANY = ("0.0.0.0", "::", "")  # hosts that mean every address of this machine
SAFE = ("GET", "HEAD")
FROM_ELSEWHERE = ("cross-site", "same-site")

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "require-trusted-types-for": "'script'",
    "trusted-types": "glassnet",
}
HEADERS = {
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in POLICY.items()),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def names_of(host: str) -> frozenset[str]:
    """The names by which a server may be asked, as they stand in addresses.

    Args:
        host: where it listens.

    >>> sorted(names_of("127.0.0.1"))
    ['127.0.0.1', '[::1]', 'localhost']
    """
    names = set(LOOPBACK)
    if host in LOOPBACK or host == "::1":
        return frozenset(names)
    own = socket.gethostname()
    names |= {own, f"{own}.local", socket.getfqdn()}
    names |= _addresses(own) if host in ANY else {host}
    return frozenset(f"[{name}]" if ":" in name and name[0] != "[" else name for name in map(str.lower, names))


def _addresses(own: str) -> set[str]:
    """The addresses of this machine that are known without a request."""
    found: set[str] = set()
    with suppress(OSError):
        found |= {str(address[0]).partition("%")[0] for *_, address in socket.getaddrinfo(own, None)}
    for family, far in ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1")):
        with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((far, 9))  # sends nothing: the system says from where it would
            found.add(probe.getsockname()[0])
    return found


class Guard:
    """Refuses what comes by another name or from another page; else hands on, and adds the headers.

    Args:
        app: what is guarded.
        names: by which it may be asked.
    """

    def __init__(self, app: ASGIApp, names: Collection[str]) -> None:
        self.app, self.names = app, names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or the opening of a socket."""
        reason = refusal(scope, self.names)
        if reason is None:
            await self.app(scope, receive, _with_headers(send))
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": reason})
        else:
            await PlainTextResponse(f"{reason}\n", status_code=403)(scope, receive, _with_headers(send))


def refusal(scope: Scope, names: Collection[str]) -> str | None:
    """Why a request is refused, in a sentence; None where it is not.

    Args:
        scope: the request, as servers of the ASGI kind describe it.
        names: by which the server may be asked.
    """
    headers, socket_wanted = Headers(scope=scope), scope["type"] == "websocket"
    hosts = headers.getlist("host")
    if len(hosts) != 1 or name_in(hosts[0]) not in names:
        return word("door.name", names=", ".join(sorted(names)))
    if socket_wanted or scope["method"] not in SAFE:
        if headers.getlist("origin") != [f"http://{hosts[0]}"]:
            return word("door.own")
    elif headers.get("sec-fetch-site") in FROM_ELSEWHERE and not _is_link(scope, headers):
        return word("door.link")
    return None


def name_in(host: str) -> str | None:
    """The name in a ``Host`` header, in small letters, without the port; None where it is not well formed.

    >>> name_in("LOCALHOST:8000"), name_in("[::1]:80"), name_in("a b")
    ('localhost', '[::1]', None)
    """
    found = re.fullmatch(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?", host.lower())
    return found[1] if found else None


def _is_link(scope: Scope, headers: Headers) -> bool:
    """Whether the request follows a link to the page itself."""
    top = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
    return top and scope["path"] == "/"


def _with_headers(send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
        await send(message)

    return sent
