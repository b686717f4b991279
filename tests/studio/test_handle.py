"""``glassnet.studio(...)`` and what it returns; several pupils; what is kept at the end."""

from __future__ import annotations

import inspect
import json
import socket as sockets
from urllib.request import urlopen

import pytest

import glassnet
from glassnet.errors import GlassnetError, InvalidInput, UnusableFile
from glassnet.studio import limits
from glassnet.studio.web import handle, kept, pupils
from glassnet.studio.web.entrance import LINKS, Entrance
from glassnet.studio.web.handle import Studio
from glassnet.studio.web.pupils import Pupils
from studio.conftest import Browser, Counting, hear, say


@pytest.fixture(autouse=True)
def state(tmp_path, monkeypatch):
    """A place for state that is empty."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    Counting.made = []
    return tmp_path


def test_the_package_is_called_as_the_function():
    assert glassnet.studio.web.handle is handle  # imported before, and still both
    with glassnet.studio(open_browser=False) as running:
        assert isinstance(running, Studio) and running.runs
        assert urlopen(running.url, timeout=20).status == 200
        card = running._repr_html_()
        assert card.count("<svg") == 1 and 'data-key="z1[1]"' in card and "<script" not in card
    ours, its = (list(inspect.signature(call).parameters) for call in (handle.studio, glassnet.studio))
    assert ours == its


def test_the_end_waits_for_no_page_and_frees_the_port():
    running = Studio(Counting)
    port, browser = running.port, Browser(running.port)
    browser.enter(running.url)
    with browser.socket() as socket:
        hear(socket)
        running.stop()  # the socket stays open: nothing waits for it
    assert not running.runs and running.stop() == []
    assert not any(session.open for session in Counting.made)
    with pytest.raises(ConnectionRefusedError):
        browser.ask("/")
    with Studio(Counting, port=port) as again:
        assert again.port == port


def test_a_port_that_is_taken_is_said():
    with Studio(Counting) as running, pytest.raises(UnusableFile, match=f"port {running.port} is taken by another"):
        Studio(Counting, port=running.port)


@pytest.mark.parametrize(
    ("host", "port", "said"),
    [
        ("127.0.0.1", -1, "a port has a number from 0 to 65535"),
        ("127.0.0.1", 65536, "a port has a number from 0 to 65535"),
        ("no.such.host.invalid", 0, "there is no host 'no.such.host.invalid'"),
        ("192.0.2.1", 0, "'192.0.2.1' is not an address of this machine"),
    ],
)
def test_where_it_cannot_listen(host, port, said):
    with pytest.raises(InvalidInput, match=said):
        Studio(Counting, host, port)


def test_a_card_in_notebooks():
    with Studio(Counting) as running:
        card = running._repr_html_()
        assert f'href="{running.url}"' in card and "noopener" in card and "<script" not in card
        assert repr(running) == f"<glassnet studio at {running.url}>"
    assert "stopped" in running._repr_html_() and "token" not in repr(running)


def test_a_model_and_a_table_are_opened_first():
    with pytest.raises(GlassnetError, match="nowhere"):
        glassnet.studio("nowhere.safetensors", open_browser=False)
    with pytest.raises(GlassnetError, match="nowhere"):
        glassnet.studio(data="nowhere.csv", open_browser=False)


@pytest.mark.parametrize(
    ("variables", "modules", "yes"),
    [
        ({"DISPLAY": ":0"}, [], True),
        ({"WAYLAND_DISPLAY": "w"}, [], True),
        ({}, [], False),
        ({"DISPLAY": ":0", "SSH_CONNECTION": "a"}, [], False),
        ({"DISPLAY": ":0"}, ["ipykernel"], False),
    ],
)
def test_a_browser_is_opened_where_the_person_is(monkeypatch, variables, modules, yes):
    monkeypatch.setattr("sys.platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SSH_CONNECTION"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.modules", dict.fromkeys(modules))
    assert handle.has_desktop() is yes


def test_each_pupil_has_a_session_and_each_tab_sees_it():
    with Studio(Counting, uses=2) as running:
        link = running.url
        ann, ben, cleo = (Browser(running.port) for _ in range(3))
        assert [browser.enter(link).status for browser in (ann, ben, cleo)] == [200, 200, 403]
        with ann.socket() as first, ann.socket() as second, ben.socket() as other:
            assert [hear(socket)["say"] for socket in (first, second, other)] == ["0"] * 3
            say(first, do="count")
            assert [hear(socket)["say"] for socket in (first, second)] == ["1"] * 2
            with pytest.raises(TimeoutError):
                other.recv(timeout=0.1)
            assert (ann.ask("/leave/run").text, ben.ask("/leave/run").text) == ("[1]", "[0]")


def test_a_full_studio_makes_room_by_who_has_been_away(monkeypatch):
    monkeypatch.setattr(limits, "SESSIONS", limits.Limit(2, limits.SESSIONS.sentence, limits.SESSIONS.remedy))
    with Studio(Counting) as running:
        ann, ben, cleo = (Browser(running.port) for _ in range(3))
        ann.enter(running.url), ben.enter(running.url)
        link = running.url
        full = cleo.enter(link)
        assert full.status == 503 and "at most 2 sessions" in full.text
        monkeypatch.setattr(pupils, "IDLE", 0.0)
        with ann.socket() as socket:
            hear(socket)
            assert cleo.enter(link).status == 200  # the link was not used up before
            assert [browser.ask("/").status for browser in (ann, ben, cleo)] == [200, 403, 200]
    assert sum(not session.open for session in Counting.made) == len(Counting.made)


def test_the_first_session_is_made_ahead():
    waiting = Pupils(Counting)
    waiting.prepare(), waiting.prepare()
    assert len(Counting.made) == 1
    first, second = waiting.of(waiting.admit()), waiting.of(waiting.admit())
    assert [first.session, second.session] == Counting.made
    assert waiting.of(None) is waiting.of("") is waiting.of("x") is None


def test_links_have_a_number():
    entrance = Entrance()
    first = entrance.token()
    later = [entrance.new_token() for _ in range(LINKS)]
    assert not entrance.use(first) and entrance.use(later[0]) and entrance.token() == later[-1]
    with pytest.raises(InvalidInput, match="at least once"):
        Entrance(0)


def test_runs_that_were_changed_are_kept(state):
    running = Studio(Counting)
    for number in range(3):
        browser = Browser(running.port)
        browser.enter(running.url)
        with browser.socket() as socket:
            hear(socket)
            if number:
                say(socket, do="change")
                hear(socket)
    sentences = running.stop()
    files = sorted(state.rglob("*.json"))
    assert len(sentences) == len(files) == 2
    assert all(str(file) in sentence for file, sentence in zip(files, sentences, strict=True))
    assert [json.loads(file.read_text()) for file in files] == [[1], [1]]


def test_only_the_newest_are_kept_and_nothing_where_nothing_changed(state, monkeypatch):
    monkeypatch.setattr(kept, "MOST", 3)
    session = Counting(lambda: None)
    assert kept.keep([session]) == [] == list(state.iterdir())
    session.receive({"do": "change"})
    for second in "12":
        monkeypatch.setattr(kept.time, "strftime", lambda pattern, second=second: second)
        assert len(kept.keep([session] * 2)) == 2
    assert len(list(kept.folder().iterdir())) == 3


def test_a_run_that_cannot_be_kept_is_said(state):
    (state / "glassnet").write_text("a file, not a folder")
    session = Counting(lambda: None)
    session.receive({"do": "change"})
    (sentence,) = kept.keep([session])
    assert sentence.startswith("a run could not be kept: ")


def test_a_socket_of_a_stopped_studio_is_closed():
    with Studio(Counting) as running:
        assert Browser(running.port).ask("/").status == 403  # it is loaded
        raw = sockets.create_connection(("127.0.0.1", running.port), timeout=20)
        running.stop()
        assert raw.recv(10) == b""
        raw.close()
