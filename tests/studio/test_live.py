"""The live socket: the newest only, by the page's credit; a page that is slow, gone or broken harms no other."""

from __future__ import annotations

import json
import random
import socket as sockets
import time
from contextlib import ExitStack

import pytest
from websockets.exceptions import ConnectionClosed

from glassnet.studio import limits
from glassnet.studio.web.live import Bucket
from studio.conftest import hear, say


def until(true, within: float = 20.0) -> None:
    """Wait for something that happens in the server."""
    end = time.monotonic() + within
    while not true():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_one_message_is_under_way_and_the_next_is_the_newest(pupil, session):
    with pupil.socket() as socket:
        first = json.loads(socket.recv(timeout=20))
        assert first == {"seq": 1, "say": "0"}
        for _ in range(50):
            say(socket, do="count")
        until(lambda: session.count == 50)
        with pytest.raises(TimeoutError):
            socket.recv(timeout=0.1)
        say(socket, do="ready", seq=7)  # of another message: no credit
        with pytest.raises(TimeoutError):
            socket.recv(timeout=0.1)
        say(socket, do="ready", seq=1)
        assert hear(socket) == {"seq": 2, "say": "50"}


def test_frames_have_a_pace(pupil, session):
    with pupil.socket() as socket:
        hear(socket)
        begun = time.monotonic()
        for _ in range(8):
            session.receive({"do": "count"})
            hear(socket)
        assert time.monotonic() - begun >= 7 / limits.FRAMES


def test_a_viewer_that_is_slow_or_gone_slows_no_other(pupil, place, session):
    with pupil.socket() as gone, pupil.socket() as slow, pupil.socket() as quick:
        gone.socket.shutdown(sockets.SHUT_RDWR)  # without a word
        slow.recv(timeout=20)  # and never ready again
        hear(quick)
        for count in range(1, 20):
            session.receive({"do": "count"})
            assert hear(quick)["say"] == str(count)
        with pytest.raises(TimeoutError):
            slow.recv(timeout=0)
    until(lambda: not place.tabs)


def test_tabs_have_a_limit_and_make_room(pupil, place):
    with ExitStack() as tabs:
        for _ in range(limits.VIEWERS.most):
            tabs.enter_context(pupil.socket())
        until(lambda: place.tabs == limits.VIEWERS.most)
        with pupil.socket() as late, pytest.raises(ConnectionClosed) as refused:
            late.recv(timeout=20)
        assert refused.value.rcvd.code == 1013 and "at most 8 tabs" in refused.value.rcvd.reason
    until(lambda: not place.tabs)
    with pupil.socket() as socket:
        assert hear(socket)["seq"] == 1


def test_errors_are_said(pupil, session, capfd):
    with pupil.socket() as socket:
        hear(socket)
        say(socket, do="refuse")
        assert hear(socket) == {"seq": 2, "error": "that cannot be; do something else."}
        say(socket, do="break")
        assert hear(socket)["error"].startswith("a fault of ours, ZeroDivisionError: one by nothing; please report")
        assert "ZeroDivisionError" in capfd.readouterr().err  # for the one who runs the studio
        say(socket, do="count")
        assert hear(socket) == {"seq": 4, "say": "1"}


NO_MESSAGES = [
    "",
    "x",
    "[]",
    "3",
    "null",
    "{}",
    '{"do": 3}',
    '{"do": null}',
    '{"do": "count", "do": "count"}',
    "[" * 9000,
]
NO_MESSAGES += ['{"do": "count", "x": NaN}', '{"do": "count", "x": 1e999}', f'{{"do": "count", "x": {"9" * 5000}}}']
NO_MESSAGES += ['{"do": "count", "x": "\\ud800"}', '{"do":"count"}\x00', '{"do": "count"} {"do": "count"}']


@pytest.mark.parametrize("text", NO_MESSAGES, ids=range(len(NO_MESSAGES)))
def test_what_is_no_message_is_said_and_not_done(pupil, session, text):
    with pupil.socket() as socket:
        hear(socket)
        socket.send(text)
        assert hear(socket)["error"].endswith("reload the page.")
    assert session.count == 0


def test_what_is_too_large_or_no_text_ends_the_socket(pupil, session):
    for data, code in ((f'{{"do": "count", "x": "{"y" * limits.MESSAGE.most}"}}', 1009), (b'{"do": "count"}', 1003)):
        with pupil.socket() as socket:
            hear(socket)
            with pytest.raises(ConnectionClosed) as closed:
                socket.send(data)
                hear(socket)
            assert closed.value.rcvd.code == code
    assert session.count == 0
    with pupil.socket() as socket:
        assert hear(socket)["seq"] == 1


def test_a_flood_is_read_at_its_pace():
    bucket = Bucket(pace=10, most=5)
    waits = [bucket.take() for _ in range(25)]
    assert waits[:5] == [0] * 5
    assert waits[-1] == pytest.approx(2, abs=0.2)  # 20 too many at 10 a second


def test_a_socket_that_is_not_spoken_as_one(studio, pupil):
    draw = random.Random(15)
    head = f"GET /live HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nCookie: {pupil.cookie}\r\n"
    head += "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    head += "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    for _ in range(40):
        with sockets.create_connection(("127.0.0.1", studio.port), timeout=20) as raw:
            raw.sendall(head.encode())
            assert raw.recv(1000).startswith(b"HTTP/1.1 101")
            raw.sendall(draw.randbytes(draw.randrange(1, 300)))
    with pupil.socket() as socket:
        assert hear(socket)["seq"] == 1
