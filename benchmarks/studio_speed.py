"""What the studio takes: from the command to a lesson that can be answered, for a tab that watches, in bytes.

    python benchmarks/studio_speed.py --times 7

It starts ``glassnet studio`` again and again and opens each in one Chromium that runs already (playwright drives the
system's). Seconds are worth something on a quiet machine only; the CPU time of the server's process is almost the same
on a busy one. Linux, for what /proc says of a process.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from playwright.sync_api import Browser, sync_playwright
from websockets.sync.client import ClientConnection, connect

COMMAND = [sys.executable, "-m", "glassnet.cli.main", "studio", "--no-browser"]
TICKS = os.sysconf("SC_CLK_TCK")
STATIC = Path(__file__).parents[1] / "src/glassnet/studio/web/static"
RUN = ({"do": "dataset", "name": "moons"}, {"do": "set", "name": "layers", "value": "8,8"})  # 2-8-8-1
FIRST, SECONDS = 1.0, 6.0  # of a training: when looking begins, and how long it lasts


class Server:
    """The command's process.

    Attributes:
        url: the link that it printed. linked: seconds, and seconds of CPU, until it did.
    """

    def __init__(self) -> None:
        self.begun = time.perf_counter()
        env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}  # as installed
        self._process = subprocess.Popen(COMMAND, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True, env=env)
        assert self._process.stdout is not None
        found = re.search(r"http://\S+", self._process.stdout.readline())
        assert found is not None
        self.url, self.linked = found[0], self.now()

    def now(self) -> tuple[float, float]:
        """Seconds since the command, and those of CPU that the process took."""
        return time.perf_counter() - self.begun, self.cpu()

    def cpu(self) -> float:
        """Seconds of CPU, of all threads."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def stop(self) -> None:
        """As Ctrl-C does."""
        self._process.terminate()
        self._process.communicate()


@contextmanager
def serving() -> Iterator[Server]:
    """A studio, until the end of the block."""
    server = Server()
    try:
        yield server
    finally:
        server.stop()


def start(browser: Browser) -> dict[str, float]:
    """Seconds, and seconds of CPU in the server, up to the link, the first lesson, and its first answer."""
    with serving() as server:
        page = browser.new_context().new_page()
        page.goto(server.url)
        page.locator("#next-answer:focus").wait_for()
        usable = server.now()
        page.keyboard.type("0.6986")
        page.keyboard.press("Enter")
        page.locator(".verdict.right").wait_for()
        answered = server.now()
        page.context.close()
        found = {}
        for name, (seconds, cpu) in {"link": server.linked, "usable": usable, "answered": answered}.items():
            found |= {name: seconds, f"{name}, CPU": cpu}
        return found


class Tab:
    """A tab without a browser: it is always ready for more.

    Attributes:
        sizes: bytes of what came, by kind and part. frames: how many messages.
    """

    def __init__(self, server: Server) -> None:
        host = urlsplit(server.url)
        line = http.client.HTTPConnection(host.netloc)
        line.request("GET", f"/?{host.query}")
        answer = line.getresponse()
        self.cookie = (answer.getheader("Set-Cookie") or "").partition(";")[0]
        self._host = host.netloc
        self.clear()

    def clear(self) -> None:
        """Count anew."""
        self.sizes: Counter[str] = Counter()
        self.frames = 0

    def opened(self) -> ClientConnection:
        """The socket."""
        headers = {"Cookie": self.cookie, "Origin": f"http://{self._host}"}
        return connect(f"ws://{self._host}/live", additional_headers=headers, compression=None)

    def watch(self, socket: ClientConnection, seconds: float) -> None:
        """Take what comes for so long, each answered at once: as many frames as the server gives."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            try:
                text = socket.recv(timeout=left)
            except TimeoutError:
                return
            message = json.loads(text)
            self.frames += 1
            for kind in ("markup", "keys", "places", "frame"):
                for name, some in message.get(kind, {}).items():
                    self.sizes[f"{kind} {name}"] += len(json.dumps(some, ensure_ascii=False).encode())
            self.sizes["all"] += len(text.encode())
            socket.send(json.dumps({"do": "ready", "seq": message["seq"]}))


def viewing(watched: bool) -> dict[str, float]:
    """A training that plays for some seconds: shares of a core, bytes a frame."""
    with serving() as server:
        tab = Tab(server)
        with tab.opened() as socket:
            for action in (*RUN, {"do": "grain", "name": "epoch"}, {"do": "play"}):
                socket.send(json.dumps(action))
            tab.watch(socket, FIRST)
            if not watched:
                time.sleep(0.2)
            tab.clear()
            begun, cpu = time.monotonic(), server.cpu()
            if watched:
                tab.watch(socket, SECONDS)
            else:  # the last message is not answered, so no other is computed
                time.sleep(SECONDS)
            took = time.monotonic() - begun
            found = {"core": (server.cpu() - cpu) / took, "frames a second": tab.frames / took}
        each = {f"bytes, {name}": size / max(1, tab.frames) for name, size in tab.sizes.most_common()}
        return found | (each if watched else {})


def shown(browser: Browser) -> dict[str, float]:
    """The same training in Chromium, which answers when it has drawn a frame."""
    frames: list[str | bytes] = []
    with serving() as server:
        page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: frames.append(frame)))
        page.goto(f"{server.url}#data=moons&set.layers=8,8&step=0&grain=epoch")
        page.locator("#network [data-key='w18[2]']").first.wait_for(state="attached")
        page.locator("[data-do=play]").click()
        page.wait_for_timeout(1e3 * FIRST)
        begun, cpu, before = time.monotonic(), server.cpu(), len(frames)
        page.wait_for_timeout(1e3 * SECONDS)
        took = time.monotonic() - begun
        page.context.close()
        return {"core": (server.cpu() - cpu) / took, "frames a second": (len(frames) - before) / took}


def first_message() -> dict[str, float]:
    """Bytes of the first message, by part."""
    with serving() as server:
        tab = Tab(server)
        with tab.opened() as socket:
            tab.watch(socket, 2.0)
        return dict(tab.sizes.most_common(8))


def files() -> dict[str, float]:
    """Bytes of the files of the page, and lines of JavaScript."""
    found = [path for path in STATIC.iterdir() if path.suffix in (".js", ".css", ".svg")]
    lines = sum(path.read_text().count("\n") for path in found if path.suffix == ".js")
    return {"bytes": sum(path.stat().st_size for path in found), "lines of JavaScript": lines}


def printed(title: str, numbers: dict[str, float]) -> None:
    """A section."""
    print(f"\n{title}")
    for name, number in numbers.items():
        print(f"  {name:28} {number:,.0f}" if number >= 100 else f"  {name:28} {number:.3f}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=5, help="how often it is started")
    times = parser.parse_args().times
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=root)
        turns = [start(browser) for _ in range(times)]
        in_chromium = shown(browser)
        browser.close()
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    for title, chosen in (("median", median), ("least", min)):
        found = {name: chosen([turn[name] for turn in turns]) for name in turns[0]}
        printed(f"seconds from the command, {title}", found)
    alone, seen = viewing(False), viewing(True)
    for one in (seen, in_chromium):
        one["core, watching alone"] = one["core"] - alone["core"]
    printed("a training of 2-8-8-1 that one tab watches", seen)
    printed("the same, a tab of Chromium", in_chromium)
    printed("the first message, bytes", first_message())
    printed("files of the page", files())


if __name__ == "__main__":
    main()
