"""``glassnet studio`` as a process: its link, its end, what it refuses."""

from __future__ import annotations

import os
import pty
import re
import signal
import socket as sockets
from contextlib import closing

import pytest

from cli.commands import posix, written
from glassnet.studio.session.session import Session
from studio.conftest import Browser, hear, say
from warm import PIPE, Warm

pytestmark = posix


@pytest.fixture
def started(tmp_path):
    """Start it; returns the process, and the lines it has printed up to the hint."""
    running = []

    def start(*arguments, **settings):
        environment = os.environ | {"XDG_STATE_HOME": str(tmp_path)}
        command = ["-m", "glassnet", "studio", "--no-browser", *arguments]
        running.append(Warm(*command, stdout=PIPE, stderr=PIPE, env=environment, **settings))
        return running[-1], [running[-1].stdout.readline().strip() for _ in range(2)]

    yield start
    for each in running:
        if each.poll() is None:
            each.kill()
        each.communicate()


def link_in(line: str) -> str:
    return re.search(r"http://\S+/\?token=\S+", line)[0]


def test_it_runs_until_ctrl_c(started):
    running, (first, hint) = started()
    assert hint == "the link works once; Ctrl-C ends the studio"
    link = link_in(first)
    port = int(re.search(r":(\d+)/", link)[1])
    browser = Browser(port)
    assert browser.enter(link).status == 200
    with browser.socket() as socket:
        hear(socket)
        running.send_signal(signal.SIGINT)  # the socket stays open: nothing waits for it
        out, err = running.communicate(timeout=60)
    assert (running.returncode, out, err) == (130, "", "glassnet: stopped.\n")
    with pytest.raises(ConnectionRefusedError):
        browser.ask("/")


def test_ctrl_c_keeps_a_run_that_was_trained(started, tmp_path):
    running, (first, _) = started()
    browser = Browser(int(re.search(r":(\d+)/", first)[1]))
    browser.enter(link_in(first))
    with browser.socket() as socket:
        hear(socket)
        say(socket, do="train", epochs=100)
        while hear(socket).get("state", {}).get("step") != 100:
            pass
    running.send_signal(signal.SIGINT)
    out, _ = running.communicate(timeout=20)
    (kept,) = tmp_path.glob("glassnet/studio/*.safetensors")
    assert out == f"the run is kept in {kept}; glassnet studio {kept} opens it again\n"


def test_enter_in_the_terminal_gives_another_link(started):
    master, slave = pty.openpty()
    running, (first, hint) = started("--pupils", 30, stdin=slave)
    os.close(slave)
    assert hint == "the link works 30 times; Enter shows another, Ctrl-C ends the studio"
    os.write(master, b"\n")
    assert link_in(running.stdout.readline()) != link_in(first)
    running.send_signal(signal.SIGTERM)
    assert running.wait(timeout=20) == 143
    os.close(master)


def test_a_port_that_is_taken(refused):
    with sockets.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        said = refused("studio", "--no-browser", "--port", port)
    assert said.startswith(f"port {port} is taken by another program (seen: perhaps another studio)")


def test_another_host_keeps_the_link_and_warns(started):
    running, (first, _) = started("--host", "0.0.0.0")
    port = int(re.search(r":(\d+)/", link_in(first))[1])
    assert Browser(port).ask("/").status == 403 == Browser(port).ask("/", host="0.0.0.0").status
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=20)
    assert err.splitlines()[0].startswith("note: anyone who reaches 0.0.0.0 and has the link may come in")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--port", "65536"], "--port must be"),
        (["--host", "192.0.2.1"], "'192.0.2.1' is not an address of this machine"),
        (["--pupils", "0"], "--pupils must be"),
        (["nowhere.csv"], "nowhere.csv"),
        (["nowhere.safetensors", "iris"], "nowhere.safetensors"),
        (["run.safetensors", "iris"], "'run.safetensors' is a run, which holds its rows; name it alone"),
        (["iris", "run.safetensors"], "'run.safetensors' is a run, which holds its rows; name it alone"),
        (["wide.csv"], "a table of the studio has at most 200 columns"),
    ],
)
def test_what_cannot_be_meant(refused, folder, arguments, said):
    with closing(Session(lambda: None)) as session:
        (folder / "run.safetensors").write_bytes(session.leave("run").data)
    written(folder / "wide.csv", [",".join(f"c{i}" for i in range(300)), *[",".join("1" * 300)] * 5])
    assert said in refused("studio", "--no-browser", *arguments)
