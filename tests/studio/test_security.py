"""What is refused, to whom, and what browsers are told."""

from __future__ import annotations

from studio.conftest import Browser, heard


def test_a_link_works_once(studio, stranger):
    link = studio.url
    query = link[link.index("/?") :]
    answer = stranger.ask(query)
    assert answer.status == 200
    assert "HttpOnly" in answer.headers["Set-Cookie"] and "SameSite=strict" in answer.headers["Set-Cookie"]
    assert stranger.ask("/").status == 200
    assert Browser(studio.port).ask(query).status == 403
    assert studio.url != link


def test_the_socket_answers(pupil):
    with pupil.socket() as socket:
        assert heard(socket)["seq"] == 1
