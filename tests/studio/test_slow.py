"""What takes long: the page says so and is served meanwhile, others too, and the end waits for none of it."""

from __future__ import annotations

import threading
import time

from glassnet.studio.session.actions import ACTIONS, Action
from glassnet.studio.session.session import Session
from glassnet.studio.web.handle import Studio
from studio.conftest import Browser, Counting, hear, say


def test_tabs_are_served_while_a_message_takes_long(pupil, session):
    with pupil.socket() as one, pupil.socket() as other:
        hear(one), hear(other)
        say(one, do="wait")
        assert session.slow.wait(20)
        for count in (1, 2):  # the second needs the credit that the first one's answer gave
            session.count = count
            session.notify()
            assert [hear(tab)["say"] for tab in (one, other)] == [str(count)] * 2
        say(one, do="count")  # waits for its turn
        session.over.set()
        while (said := hear(other)["say"]) != "4":
            assert said == "3"


def test_others_are_served_while_many_messages_take_long():
    with Studio(Counting, uses=40) as running:
        link, sessions = running.url, []
        for _ in range(40):  # more than asyncio has threads
            browser = Browser(running.port)
            browser.enter(link)
            sessions.append(running.pupils.of(browser.cookie.partition("=")[2]).session)
            with browser.socket() as socket:
                hear(socket)
                say(socket, do="wait")
                assert sessions[-1].slow.wait(20)
        last = Browser(running.port)
        last.enter(running.url)
        with last.socket() as socket:
            assert hear(socket)["say"] == "0"
        for session in sessions:
            session.over.set()


def test_the_end_waits_for_nothing_that_takes_long(capfd):
    running = Studio(Counting)
    browser = Browser(running.port)
    browser.enter(running.url)
    session = running.pupils.of(browser.cookie.partition("=")[2]).session
    with browser.socket() as socket:
        hear(socket)
        say(socket, do="wait")
        assert session.slow.wait(20)
        running.stop()  # were the action waited for, it would say after a minute that it was left alone
    session.over.set()
    assert capfd.readouterr().err == ""


def test_the_page_says_what_is_computed_where_that_takes_long(monkeypatch):
    slow, over = threading.Event(), threading.Event()

    def waits(session) -> None:
        slow.set()
        assert over.wait(60)
        session.say("Done.")

    monkeypatch.setitem(ACTIONS, "wait", Action("wait", waits, {}, "lesson"))
    session = Session(lambda: None)
    viewer = session.viewer()
    assert viewer.message()["state"]["doing"] == ""
    acting = threading.Thread(target=session.receive, args=[{"do": "wait"}])
    acting.start()
    assert slow.wait(20)
    end = time.monotonic() + 20
    while (message := viewer.message()) is None:
        assert time.monotonic() < end
        time.sleep(0.01)
    assert message.keys() == {"seq", "state"}
    assert message["state"]["doing"] == "Computing the lesson …"
    assert session.viewer().message()["markup"]["network"]  # another tab is opened meanwhile
    over.set()
    acting.join()
    message = viewer.message()
    assert message["say"] == "Done." and message["state"]["doing"] == ""
    session.close()
