"""A studio that runs, and those who come to it: by HTTP and by the socket, with what headers they like."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from websockets.sync.client import ClientConnection, connect

from glassnet.studio.web.handle import Studio, sessions


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Browser:
    """Somebody who may have a cookie."""

    port: int
    cookie: str = ""

    def ask(self, path: str = "/", method: str = "GET", body: object = None, **headers: str | None) -> Answer:
        """One request, as a page of the studio would make it; a header that is None is left out."""
        sent = self._headers(headers, method)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path, body, sent)
            got = connection.getresponse()
            answer = Answer(got.status, got.headers, got.read())
        finally:
            connection.close()
        if given := answer.headers["Set-Cookie"]:
            self.cookie = given.partition(";")[0]
        return answer

    def socket(self, **headers: str | None) -> ClientConnection:
        """The live socket, as the page opens it."""
        sent = self._headers(headers, "GET", origin=f"http://127.0.0.1:{self.port}")
        origin = sent.pop("Origin", None)
        return connect(
            f"ws://127.0.0.1:{self.port}/live",
            additional_headers=sent,
            origin=origin,
            compression=None,
            open_timeout=10,
        )

    def _headers(self, changed: Mapping[str, str | None], method: str, origin: str | None = None) -> dict[str, str]:
        usual: dict[str, str | None] = {
            "Cookie": self.cookie or None,
            "Origin": origin or (f"http://127.0.0.1:{self.port}" if method not in ("GET", "HEAD") else None),
        }
        merged = usual | {name.replace("_", "-").title(): value for name, value in changed.items()}
        return {name: value for name, value in merged.items() if value is not None}


@pytest.fixture(scope="module")
def studio() -> Iterator[Studio]:
    """One that runs, with real sessions."""
    with Studio(sessions()) as running:
        yield running


@pytest.fixture
def stranger(studio: Studio) -> Browser:
    """Somebody without a cookie."""
    return Browser(studio.port)


@pytest.fixture
def pupil(studio: Studio) -> Browser:
    """Somebody who has come in by a link."""
    browser = Browser(studio.port)
    parts = urlsplit(studio.url)
    assert browser.ask(f"/?{parts.query}").status == 200 and browser.cookie
    return browser


def heard(socket: ClientConnection, within: float = 5.0) -> dict[str, object]:
    """The next message, answered with its credit."""
    message: dict[str, object] = json.loads(socket.recv(timeout=within))
    socket.send(json.dumps({"do": "ready", "seq": message["seq"]}))
    return message


Ask = Callable[..., Answer]
