"""Files that are dropped on the page, and taken along."""

from __future__ import annotations

import socket as sockets

import pytest

from glassnet.studio import limits
from glassnet.studio.limits import Limit

SMALL = Limit(1000, limits.UPLOAD.sentence)


@pytest.fixture
def small(monkeypatch):
    """Files of a thousand bytes at most."""
    monkeypatch.setattr(limits, "UPLOAD", SMALL)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("a.csv", "a.csv"),
        ("../../etc/passwd", "passwd"),
        ("C:%5Cwork%5Cb.csv", "b.csv"),
        ("gr%C3%B6%C3%9Fe.csv", "größe.csv"),
        ("x" * 500, "x" * 200),
        ("", ""),
    ],
)
def test_a_file_arrives_with_its_name_alone(pupil, session, name, kept):
    assert pupil.ask(f"/upload?name={name}", "POST", b"a,b\n1,2\n").status == 204
    assert session.uploads[-1] == (kept, b"a,b\n1,2\n")


def test_a_file_that_cannot_be_used_is_said(pupil):
    answer = pupil.ask("/upload?name=a.csv", "POST", b"")
    assert (answer.status, answer.text) == (400, "a.csv is empty; drop another.\n")


def test_a_file_that_is_too_large_is_given_up(pupil, session, small):
    assert pupil.ask("/upload?name=a", "POST", b"x" * 1000).status == 204
    promised = pupil.ask("/upload?name=a", "POST", b"x" * 1001)
    assert promised.status == 400 and "at most 1,000 bytes (seen: 1,001)" in promised.text
    in_pieces = pupil.ask("/upload?name=a", "POST", iter([b"x" * 600] * 3))
    assert in_pieces.status == 400 and "at most 1,000 bytes" in in_pieces.text
    assert [len(data) for _, data in session.uploads] == [1000]


@pytest.mark.parametrize("length", ["-1", "x", "1e3", "9" * 50])
def test_a_length_that_is_none_is_refused(pupil, session, length):
    head = f"POST /upload?name=a HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nCookie: {pupil.cookie}\r\n"
    with sockets.create_connection(("127.0.0.1", pupil.port), timeout=20) as raw:
        raw.sendall(f"{head}Content-Length: {length}\r\n\r\n".encode())
        assert raw.recv(200).startswith(b"HTTP/1.1 400")
    assert session.uploads == []


def test_who_leaves_in_the_middle_leaves_nothing(pupil, session):
    head = f"POST /upload?name=a HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nCookie: {pupil.cookie}\r\n"
    with sockets.create_connection(("127.0.0.1", pupil.port), timeout=20) as raw:
        raw.sendall(f"{head}Content-Length: 100\r\n\r\nabc".encode())
    assert pupil.ask("/").status == 200 and session.uploads == []


def test_downloads(pupil):
    taken = pupil.ask("/leave/run")
    assert (taken.status, taken.body, taken.headers["Content-Type"]) == (200, b"[0]", "application/json")
    assert taken.headers["Content-Disposition"] == "attachment; filename=\"run.json\"; filename*=UTF-8''run.json"
    odd = pupil.ask("/leave/odd")
    assert odd.status == 200 and "X-Evil" not in odd.headers
    unknown = pupil.ask("/leave/ran")
    assert (unknown.status, unknown.text[:44]) == (400, "there is no download 'ran'; did you mean 'ru")
