"""What is refused before anything is done: other names, other pages; and the headers that protect browsers.

The page runs on the pupil's machine, where other pages are open too. A page of another site can send requests
to it, and by a name of its own that points to 127.0.0.1 (DNS rebinding) even read the answers. So names are compared
with a list, on any port (``ssh -L`` changes it); what acts has to come from the page itself; the cookie is never sent
along with requests of other sites.
"""

from __future__ import annotations

from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from glassnet.studio.web.names import name_in
from glassnet.studio.words import word

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
