"""A real Chromium, in which pages must not complain: no error in the console, no violation of the security policy, no
request beyond this machine.

Where there is no Chromium (or no Node.js, for the tests of the JavaScript itself) these tests are left out, with the
reason; with ``GLASSNET_TEST_BROWSER=1``, as ``.ci/run`` has it, they fail instead.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from chromium import chromium, missing
from glassnet.studio.web.handle import Studio, sessions

QUIET = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"]
QUIET += ["--disable-component-update", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"]
HERE = ("127.0.0.1", "localhost", "[::1]")


@pytest.fixture(scope="session")
def browser():
    """Chromium, once for all tests of a worker."""
    with chromium(*QUIET) as running:
        yield running


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """The folder with typescript and axe-core, which are not packages of Python."""
    named = os.environ.get("GLASSNET_NODE_MODULES", "node_modules")
    if not (Path(named) / "axe-core").is_dir():
        missing("axe-core", "npm install axe-core typescript, and name the folder in GLASSNET_NODE_MODULES")
    return Path(named).resolve()


@pytest.fixture(scope="module")
def studio() -> Iterator[Studio]:
    """A studio with real sessions, into which every test comes as a new pupil."""
    with Studio(sessions(), uses=10_000) as running:
        yield running


Visit = Callable[..., object]


@pytest.fixture
def visit(browser, studio) -> Iterator[Visit]:
    """Open the studio in a new, empty browser: ``visit("#step=3", viewport={"width": 400, "height": 800})``.

    What the page complains of fails the test when it ends. ``visit.complaints`` has it.
    """
    contexts, complaints = [], []

    def listen(page) -> None:
        page.on("console", lambda said: said.type in ("error", "warning") and complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: complaints.extend(beyond(request.url)))

    def visited(fragment: str = "", **options):
        contexts.append(browser.new_context(**{"viewport": {"width": 1000, "height": 800}} | options))
        contexts[-1].set_default_timeout(20_000)
        contexts[-1].on("page", listen)
        page = contexts[-1].new_page()
        page.goto(f"{studio.url}{fragment}")
        page.wait_for_url(lambda url: "token" not in url)
        return page

    visited.complaints = complaints
    yield visited
    for context in contexts:
        context.close()
    assert complaints == []


def beyond(url: str) -> list[str]:
    """The address, where it is not of this machine.

    >>> beyond("http://127.0.0.1:8000/"), beyond("https://example.org/a.js")
    ([], ['https://example.org/a.js'])
    """
    parts = urlsplit(url)
    inside = parts.scheme in ("data", "blob", "about") or f"[{parts.hostname}]" in HERE or parts.hostname in HERE
    return [] if inside else [url]
