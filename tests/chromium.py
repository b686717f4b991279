"""The system's Chromium, driven by Playwright, for tests that look at pages."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

REQUIRED = os.environ.get("GLASSNET_TEST_BROWSER") == "1"
NAMES = ("chromium", "chromium-browser", "google-chrome")


def missing(what: str, remedy: str) -> None:
    """Leave the test out, or fail where it has to run."""
    (pytest.fail if REQUIRED else pytest.skip)(f"there is no {what}: {remedy}")


@contextmanager
def chromium(*arguments: str) -> Iterator[Any]:
    """The browser, while the block runs."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("playwright", "pip install '.[browser]'")
    path = os.environ.get("GLASSNET_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        missing("Chromium", "install the system's, or name it in GLASSNET_CHROMIUM")
    root = ["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=[*arguments, *root])
        yield running
        running.close()
