"""What is refused, to whom, and the headers that protect browsers."""

from __future__ import annotations

import re
import socket as sockets

import pytest
from websockets.exceptions import InvalidStatus

from glassnet.studio.web.names import names_of
from glassnet.studio.web.security import HEADERS
from studio.conftest import Browser, hear

FOREIGN = [
    "evil.com",
    "evil.com:80",
    "127.0.0.1.evil.com",
    "localhost.evil.com",
    "127.0.0.1@evil.com",
    "localhost/",
    "",
]
FOREIGN += [
    "127.1",
    "0.0.0.0",
    "[::]",
    "localhost:",
    "localhost:123456",
    "localhost, evil.com",
    "2130706433",
    "local host",
]
OWN = ["127.0.0.1", "localhost", "LOCALHOST:9", "localhost:8888", "[::1]:80", "127.0.0.1:1"]


@pytest.mark.parametrize("host", FOREIGN)
def test_a_foreign_name_is_refused(pupil, host):
    answer = pupil.ask("/", host=host)
    assert answer.status in (400, 403)
    assert "Set-Cookie" not in answer.headers and "<html" not in answer.text


@pytest.mark.parametrize("host", OWN)
def test_own_names_are_known_on_any_port(pupil, host):
    assert pupil.ask("/", host=host).status == 200


def test_two_names_or_none_are_refused(studio):
    for head in (b"Host: localhost\r\nHost: evil.com\r\n", b""):
        with sockets.create_connection(("127.0.0.1", studio.port), timeout=20) as raw:
            raw.sendall(b"GET / HTTP/1.1\r\n" + head + b"Connection: close\r\n\r\n")
            assert raw.recv(100).split()[1] in (b"400", b"403")


@pytest.mark.parametrize(
    "origin", ["http://evil.com", "null", None, "", "http://localhost:1", "https://127.0.0.1", "*"]
)
def test_a_foreign_origin_is_refused(pupil, origin):
    assert pupil.ask("/upload?name=a.csv", "POST", b"a\n1\n", origin=origin).status == 403
    with pytest.raises(InvalidStatus) as refused:
        pupil.socket(origin=origin)
    assert refused.value.response.status_code == 403


def test_the_origin_has_the_name_and_port_of_the_host(pupil):
    """A port that was forwarded is both in the address and in the name that was asked."""
    with pupil.socket("localhost:9999", origin="http://localhost:9999") as socket:
        assert hear(socket)["seq"] == 1
    for name, origin in (("localhost:9999", "http://127.0.0.1:9999"), ("evil.com", "http://evil.com")):
        with pytest.raises(InvalidStatus):
            pupil.socket(name, origin=origin)


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize("path", ["/", "/leave/run", "/static/enter.js", "/sheet.css"])
def test_other_pages_get_nothing(pupil, site, path):
    for mode, kind in (("no-cors", "image"), ("cors", "empty"), ("navigate", "iframe")):
        assert pupil.ask(path, sec_fetch_site=site, sec_fetch_mode=mode, sec_fetch_dest=kind).status == 403


def test_other_pages_may_link_to_the_page_only(visitor):
    link = {"sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate", "sec_fetch_dest": "document"}
    answer = visitor.ask("/", **link)
    assert answer.status == 200 and "enter.js" in answer.text  # the cookie was held back: asked once more from within
    assert "enter.js" not in visitor.ask("/", **link | {"sec_fetch_site": "same-origin"}).text
    assert visitor.ask("/leave/run", **link).status == 403
    assert visitor.ask("/", "POST", **link, origin=None).status == 403


def test_a_link_works_once(studio, visitor):
    link = studio.url
    assert studio.url == link
    answer = visitor.enter(link)
    assert answer.status == 200
    given = answer.headers["Set-Cookie"].lower().split("; ")
    assert {"httponly", "samesite=strict", "path=/"} <= set(given) and not any("max-age" in each for each in given)
    assert visitor.ask("/").status == 200
    late = Browser(studio.port)
    assert late.enter(link).status == 403 and not late.cookie
    assert studio.url != link


def test_who_is_in_does_not_use_up_a_link(studio, pupil):
    link = studio.url
    assert pupil.enter(link).status == 200 == pupil.enter(link).status
    assert Browser(studio.port).enter(link).status == 200


@pytest.mark.parametrize("token", ["", "a", "x" * 5000, "%00", "%ff%fe", "%C3%BC", "a&token=b"])
def test_a_wrong_token_is_refused_with_what_to_do(visitor, token):
    answer = visitor.ask(f"/?token={token}")
    assert answer.status == 403 and not visitor.cookie
    assert "press Enter in the terminal" in answer.text


def test_looking_ahead_does_not_use_up_a_link(studio, visitor):
    link = studio.url
    assert visitor.ask(link[link.index("/?") :], "HEAD").status == 403
    assert visitor.enter(link).status == 200


@pytest.mark.parametrize("cookie", [None, "glassnet=x", "glassnet-12345678=", "a=b; c", "x" * 3000])
def test_without_a_valid_cookie_nothing_is_done(studio, visitor, cookie):
    headers = {"cookie": cookie}
    assert visitor.ask("/upload?name=a.csv", "POST", b"a\n", **headers).status == 403
    assert visitor.ask("/leave/run", **headers).status == 403
    assert visitor.ask("/", **headers).status == 403
    with pytest.raises(InvalidStatus) as refused:
        visitor.socket(**headers)
    assert refused.value.response.status_code == 403


def test_a_cookie_has_a_name_of_its_own(studio, pupil):
    """Browsers send the cookies of a machine's servers to all of them, on any port."""
    name, _, value = pupil.cookie.partition("=")
    assert name == studio.entrance.cookie and re.fullmatch(r"glassnet-[0-9a-f]{8}", name)
    assert pupil.ask("/", cookie=f"glassnet-00000000={value}").status == 403


def test_every_answer_has_the_headers(pupil):
    answers = [
        pupil.ask(path) for path in ("/", "/static/enter.js", "/sheet.css", "/nothing", "/leave/run", "/leave/x")
    ]
    answers += [pupil.ask("/", host="evil.com"), pupil.ask("/upload?name=a", "POST", b""), Browser(pupil.port).ask("/")]
    answers += [pupil.ask("/live"), pupil.ask("/", "DELETE"), pupil.ask("/upload")]
    for answer in answers:
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS
        assert "Server" not in answer.headers and "Access-Control-Allow-Origin" not in answer.headers
    policy = HEADERS["Content-Security-Policy"]
    assert "unsafe" not in policy and "default-src 'none'" in policy and "*" not in policy


def test_pages_have_nothing_inline(pupil):
    pages = [pupil.ask("/").text, pupil.ask("/?token=x").text, Browser(pupil.port).ask("/").text]
    assert '<link rel="modulepreload" href="/static/patch.js">' in pages[0] and "messages.js" not in pages[0]
    for page in pages:
        assert page.startswith("<!doctype html>")
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|https?://", page)
        assert all("src=" in script for script in re.findall(r"<script[^>]*>", page))


@pytest.mark.parametrize(
    "name", ["../server.py", "..%2fserver.py", "%2e%2e/page.py", "__init__.py", "", "%00", "enter.js/", "/etc/passwd"]
)
def test_only_known_files_are_served(pupil, name):
    assert pupil.ask(f"/static/{name}").status == 404


def test_names_of_a_machine():
    own = sockets.gethostname().lower()
    assert names_of("localhost") == names_of("::1") == {"127.0.0.1", "localhost", "[::1]"}
    assert {own, f"{own}.local", "192.168.1.7", "localhost"} <= names_of("192.168.1.7")
    assert "[fe80::1]" in names_of("fe80::1")
    assert own in names_of("0.0.0.0") and "0.0.0.0" not in names_of("0.0.0.0")
