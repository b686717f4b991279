"""Photographs the running studio into ``docs/studio``: ``python docs/studio_pictures.py``.

It needs Chromium, Playwright and Pillow (``pip install -e '.[test]'``). Look at what it made.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image

from glassnet import LESSONS
from glassnet.studio.web.handle import Studio, sessions

FOLDER = Path(__file__).parent / "studio"
WIDE, MOVING = {"width": 1400, "height": 900}, (980, 630)
PAUSE = 1400  # milliseconds of a picture that moves


def walk(page: Any) -> None:
    """The first question, answered with a usual slip, and a weight whose ways to the cost are lit."""
    typed(page, "0.4986")
    page.wait_for_selector(".next .verdict.slip")


def lit(page: Any) -> None:
    """All numbers of the step; one weight with its ways to the cost, through the lens of the gradients."""
    page.select_option("[data-do=grain]", "batch")
    page.locator("#theme").focus()
    for key, step in (("ArrowRight", 1), ("ArrowLeft", 0)):
        page.keyboard.press(key)
        where = "step => document.querySelector('[data-value=where]').textContent.startsWith(`step ${step}`)"
        page.wait_for_function(where, arg=step)
    page.click("[data-do=lens][data-name=gradients]")
    page.locator("#network [data-key='w12[1]'] text").click()
    page.wait_for_selector("#network .dimmed")


def lesson(page: Any) -> None:
    """A lesson on a page of its own, two questions answered."""
    page.select_option("#choose", "chain-rule")
    page.wait_for_selector("article.read")
    for number, question in enumerate(LESSONS["chain-rule"].questions()[:2], start=1):
        page.fill(f".question:nth-child({number}) input", f"{question.answer:g}")
        page.press(f".question:nth-child({number}) input", "Enter")
        page.wait_for_selector(f".question:nth-child({number}) .verdict.right")


def xor(page: Any) -> None:
    """XOR learned, its map open."""
    page.click("[data-drawer=data] > summary")
    page.select_option("[data-do=dataset]", "xor")
    page.wait_for_function("() => location.hash.includes('data=xor')")
    page.click("[data-drawer=data] > summary")
    page.click("[data-drawer=map] > summary")
    for hundreds in range(1, 11):
        page.click("[data-do=train]")
        where = "document.querySelector('[data-value=where]').textContent.replaceAll(',', '')"
        page.wait_for_function(f"n => {where}.includes(`epoch ${{n}}00`)", arg=hundreds)
        page.wait_for_selector("body:not(.playing)")
    page.wait_for_selector("#map svg")
    page.locator("[data-drawer=map]").scroll_into_view_if_needed()


def typed(page: Any, text: str) -> None:
    """An answer, typed where the focus is."""
    page.wait_for_selector("#next-answer:focus")
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def moving(page: Any) -> list[bytes]:
    """A step that is walked: answers, operations, and then a training that plays."""
    seen = [page.screenshot()]
    for answer in ("0.4986", "0.7", "-0.01", "0.74", "-1.87"):
        typed(page, answer)
        page.wait_for_timeout(400)
        seen.append(page.screenshot())
    for _ in range(8):
        page.keyboard.press("Escape")
        page.locator("#theme").focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(250)
        seen.append(page.screenshot())
    lit(page)
    page.wait_for_timeout(300)
    return [*seen, page.screenshot()]


SHOTS: dict[str, tuple[Callable[[Any], None], dict[str, int], str]] = {
    "walk": (walk, WIDE, "light"),
    "paths": (lit, WIDE, "dark"),
    "lesson": (lesson, {"width": 1100, "height": 1000}, "light"),
    "xor": (xor, WIDE, "light"),
    "narrow": (walk, {"width": 400, "height": 800}, "light"),
}


def main(*wanted: str) -> None:
    """All pictures, or those of some names."""
    from playwright.sync_api import sync_playwright  # the tests look at this file where there is no browser, too

    FOLDER.mkdir(exist_ok=True)
    path = os.environ.get("GLASSNET_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    root = ["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
    with sync_playwright() as playwright, Studio(sessions(), uses=100) as studio:
        browser = playwright.chromium.launch(executable_path=path, args=root)
        for name, (act, size, scheme) in SHOTS.items():
            if wanted and name not in wanted:
                continue
            page = begun(browser, studio, size, scheme)
            act(page)
            page.wait_for_timeout(500)
            save(name, [page.screenshot()])
            page.context.close()
        if not wanted or "moving" in wanted:
            save("moving", moving(begun(browser, studio, WIDE, "light")))
        browser.close()


def begun(browser: Any, studio: Studio, size: dict[str, int], scheme: str) -> Any:
    """A page on which the first number is asked for."""
    context = browser.new_context(viewport=size, color_scheme=scheme, reduced_motion="reduce")
    context.set_default_timeout(120_000)
    page = context.new_page()
    page.goto(studio.url)
    page.wait_for_selector("#next-answer:focus")
    return page


def save(name: str, shots: list[bytes]) -> None:
    """One picture, or one that moves."""
    first, *others = [Image.open(io.BytesIO(shot)).convert("RGB") for shot in shots]
    if others:
        first, *others = (shot.resize(MOVING, Image.Resampling.LANCZOS) for shot in (first, *others))
        first.save(
            FOLDER / f"{name}.webp", save_all=True, append_images=others, duration=PAUSE, loop=0, quality=60, method=4
        )
    else:
        first.save(FOLDER / f"{name}.webp", quality=82, method=6)


if __name__ == "__main__":
    main(*sys.argv[1:])
