"""A studio that runs, and those who come to it: by HTTP and by the socket, with what headers they like."""

from __future__ import annotations

import http.client
import json
import socket as sockets
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from websockets.sync.client import ClientConnection, connect

from glassnet.errors import InvalidInput, unknown_name
from glassnet.studio.web.asked import Notify
from glassnet.studio.web.handle import Studio
from glassnet.studio.web.pupils import Pupil


@dataclass(frozen=True)
class Paper:
    """A download."""

    name: str
    media_type: str
    data: bytes


class Counting:
    """A session that counts: all that the server needs to be tried alone. ``made`` has all that there were."""

    made: list[Counting] = []  # noqa: RUF012  # of all tests of a module

    def __init__(self, notify: Notify) -> None:
        self.slow, self.over = threading.Event(), threading.Event()
        self.count, self.notify, self.uploads, self.open = 0, notify, [], True
        self.viewers: list[Tab] = []
        self.changed = False
        self.made.append(self)

    def receive(self, message: Mapping[str, object]) -> None:
        if message["do"] == "refuse":
            raise InvalidInput("that cannot be", remedy="do something else")
        if message["do"] == "wait":  # as long as the test likes
            self.slow.set()
            assert self.over.wait(60)
        if message["do"] == "break":
            raise ZeroDivisionError("one\nby nothing")
        self.changed |= message["do"] == "change"
        self.count += 1
        self.notify()

    def viewer(self) -> Tab:
        self.viewers.append(Tab(self))
        return self.viewers[-1]

    def upload(self, name: str, data: bytes) -> None:
        if not data:
            raise InvalidInput(f"{name} is empty", remedy="drop another")
        self.uploads.append((name, data))

    def leave(self, kind: str) -> Paper:
        if kind not in ("run", "odd"):
            raise unknown_name("download", kind, ["run"])
        return Paper(
            "run.json" if kind == "run" else 'zwölf "ge\r\nX-Evil: 1', "application/json", b"[%d]" % self.count
        )

    def close(self) -> None:
        self.open = False


class Tab:
    """Shows the count."""

    def __init__(self, session: Counting) -> None:
        self.session, self.sent = session, -1

    def message(self) -> dict[str, object] | None:
        if self.sent == self.session.count:
            return None
        self.sent = self.session.count
        return {"say": str(self.sent)}


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
    """A browser, which may have a cookie."""

    port: int
    cookie: str = ""

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(self, path: str = "/", method: str = "GET", body: object = None, **headers: str | None) -> Answer:
        """One request, as the page would make it, but for the headers that are given; one that is None is left out."""
        usual = {"Origin": None if method in ("GET", "HEAD") else self.origin}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body, self._headers(usual, headers))
            got = connection.getresponse()
            answer = Answer(got.status, got.headers, got.read())
        finally:
            connection.close()
        if given := answer.headers["Set-Cookie"]:
            self.cookie = given.partition(";")[0]
        return answer

    def enter(self, url: str) -> Answer:
        """Follow a link."""
        return self.ask(f"/?{urlsplit(url).query}")

    def socket(self, name: str = "", **headers: str | None) -> ClientConnection:
        """The live socket by some name, opened as the page would, but for the headers that are given."""
        sent = self._headers({"Origin": self.origin}, headers)
        uri, reached = f"ws://{name or self.origin[7:]}/live", sockets.create_connection(("127.0.0.1", self.port), 20)
        return connect(uri, sock=reached, additional_headers=sent, compression=None, open_timeout=20)

    def _headers(self, usual: Mapping[str, str | None], changed: Mapping[str, str | None]) -> dict[str, str]:
        given = {name.replace("_", "-").title(): value for name, value in changed.items()}
        merged = {"Cookie": self.cookie or None, **usual, **given}
        return {name: value for name, value in merged.items() if value is not None}


@pytest.fixture(scope="module")
def studio() -> Iterator[Studio]:
    """One that runs, with sessions that count."""
    Counting.made = []
    with Studio(Counting, uses=1) as running:
        yield running


@pytest.fixture
def visitor(studio: Studio) -> Browser:
    """A browser without a cookie."""
    return Browser(studio.port)


@pytest.fixture
def pupil(studio: Studio) -> Browser:
    """A browser that has come in by a link."""
    browser = Browser(studio.port)
    assert browser.enter(studio.url).status == 200 and browser.cookie
    return browser


@pytest.fixture
def place(studio: Studio, pupil: Browser) -> Pupil:
    """What the studio has of them."""
    found = studio.pupils.of(pupil.cookie.partition("=")[2])
    assert found is not None
    return found


@pytest.fixture
def session(place: Pupil) -> Counting:
    """Their session."""
    assert isinstance(place.session, Counting)
    return place.session


def say(socket: ClientConnection, **message: object) -> None:
    socket.send(json.dumps(message))


def hear(socket: ClientConnection, within: float = 20.0) -> dict[str, object]:
    """The next message, answered with its credit."""
    message: dict[str, object] = json.loads(socket.recv(timeout=within))
    say(socket, do="ready", seq=message["seq"])
    return message
