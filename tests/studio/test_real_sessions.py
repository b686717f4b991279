"""Real sessions behind the real server: watching changes no bit, nonsense ends nothing."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from glassnet.studio import limits
from glassnet.studio.session.actions import ACTIONS
from glassnet.studio.web.handle import Studio, sessions
from studio.conftest import Browser, hear, say

SLOW = {"lesson", "lesson_set", "open", "answer", "reveal", "train", "play"}  # tried one by one elsewhere
WORDS = [
    "",
    "w12[1]",
    "b1[1]",
    "z1[1]",
    "x1",
    "xor",
    "moons",
    "change",
    "epoch",
    "map",
    "hidden",
    "relu",
    "nan",
    "1e308",
]
WORDS += ["<script>", "a" * 5000, "\u2028", "../../etc/passwd", "#data=xor&step=3"]
TESTS = Path(__file__).parents[1]
VALUES = [0, 1, -1, 2, 3, 10**9, 2**60, -(10**12), 0.5, 1e300, True, None, [], {}, [[1]], {"do": "step"}, *WORDS]


@pytest.fixture(scope="module")
def studio() -> Iterator[Studio]:
    with Studio(sessions(), uses=100) as running:
        yield running


def watch(socket: ClientConnection, seen: list[dict[str, object]], until: threading.Event) -> None:
    """What a page does: take what comes, and be ready for more."""
    while not until.is_set():
        try:
            seen.append(hear(socket, within=0.05))
        except TimeoutError:
            pass
        except ConnectionClosed:
            return


def trained(studio: Studio, viewers: int) -> tuple[bytes, list[object]]:
    """The parameters after 300 epochs of XOR that so many tabs watched, and the last step that each was sent."""
    browser = Browser(studio.port)
    browser.enter(studio.url)
    session = studio.pupils.of(browser.cookie.partition("=")[2]).session
    received: list[list[dict[str, object]]] = [[] for _ in range(viewers)]
    over = threading.Event()
    with ExitStack() as opened:
        for messages in received:
            socket = opened.enter_context(browser.socket())
            hear(socket)
            threading.Thread(target=watch, args=[socket, messages, over], daemon=True).start()
        session.receive({"do": "dataset", "name": "xor"})
        session.receive({"do": "train", "epochs": 300})
        last = 300 * session.view().run.per_epoch
        end = time.monotonic() + 60
        while session.view().desk.clock.playing or any(step_in(messages) != last for messages in received):
            assert time.monotonic() < end
            time.sleep(0.01)
        over.set()
    return session.view().run.at(last).state.theta.tobytes(), [step_in(messages) for messages in received]


def step_in(messages: list[dict[str, object]]) -> object:
    """The step of the clock that a tab shows."""
    states = (message.get("state", {}) for message in reversed(messages))
    return next((state["step"] for state in states if "step" in state), None)


def test_watching_changes_no_bit(studio):
    (alone, _), (one, steps), (three, all_steps) = (trained(studio, viewers) for viewers in (0, 1, 3))
    assert alone == one == three
    assert all_steps == steps * 3


def nonsense(draw: random.Random) -> str:
    """A message of no page of ours: text, JSON, or an action with arguments that may be anything."""
    kind = draw.random()
    if kind < 0.3:
        return "".join(
            chr(draw.choice((draw.randrange(128), draw.randrange(0xD800)))) for _ in range(draw.randrange(60))
        )
    if kind < 0.6:
        return json.dumps(draw.choice([draw.choice(VALUES), {"do": draw.choice(VALUES)}, [draw.choice(VALUES)] * 3]))
    name = draw.choice(sorted(ACTIONS.keys() - SLOW))
    return json.dumps(
        {**{name: draw.choice(VALUES) for name in ACTIONS[name].arguments if draw.random() < 0.9}, "do": name}
    )


@pytest.mark.skipif(sys.platform != "linux", reason="the memory of this process is read from /proc")
def test_thousands_of_random_messages_end_nothing(studio, monkeypatch, capfd):
    monkeypatch.setattr(limits, "MESSAGES", 1e9)
    browser, draw, seen, over = Browser(studio.port), random.Random(15), [], threading.Event()
    browser.enter(studio.url)
    with browser.socket() as socket:
        listener = threading.Thread(target=watch, args=[socket, seen, over], daemon=True)
        listener.start()
        before = resident()
        for _ in range(3000):
            socket.send(nonsense(draw))
        say(socket, do="sing")
        end = time.monotonic() + 60
        while not any("'sing'" in str(message.get("error")) for message in seen):
            assert time.monotonic() < end
            time.sleep(0.01)
        over.set()
        listener.join()
    with browser.socket() as socket:
        assert hear(socket)["state"]
        say(socket, do="sing")
        while "error" not in (message := hear(socket)):
            pass
        assert message["error"].startswith("there is no action 'sing'")
    assert resident() - before < 200_000_000
    assert "Traceback" not in capfd.readouterr().err


def test_the_first_lesson_needs_no_scikit_learn(studio):
    """Nor anything else that is slow to load: seen in the modules of a process, not by a clock."""
    code = """
import sys
from glassnet.studio.web.handle import Studio, sessions
from studio.conftest import Browser, hear
with Studio(sessions()) as running:
    browser = Browser(running.port)
    browser.enter(running.url)
    browser.ask("/")
    with browser.socket() as socket:
        assert hear(socket)["markup"]["network"]
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=100, cwd=TESTS)
    assert done.returncode == 0, done.stderr
    assert not set(done.stdout.split()) & {"sklearn", "scipy", "pyarrow", "pandas", "polars", "narwhals", "matplotlib"}


def resident() -> int:
    """Bytes of memory that this process has."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
