"""Three lessons in a row as someone new takes them, by mouse on a wide page and by keyboard on a narrow one."""

from __future__ import annotations

import pytest

from glassnet import LESSONS
from studio.browser.test_journeys import tab_to

ROWS = [("line", "house-prices", "afford"), ("descent", "chain-rule", "vectorization")]


def title(page, name: str) -> None:
    """Wait until the lesson is open."""
    page.wait_for_selector(f'#lesson h1:text-is("{LESSONS[name].title}")')


def is_seen(page, selector: str) -> None:
    """It stands in the window."""
    page.wait_for_function(
        """(selector) => {
          const {top, bottom} = document.querySelector(selector).getBoundingClientRect();
          return top >= 0 && bottom <= innerHeight;
        }""",
        arg=selector,
    )


@pytest.mark.parametrize("names", ROWS, ids="-".join)
def test_by_mouse(visit, names):
    page = visit(f"#lesson={names[0]}", viewport={"width": 1280, "height": 900})
    for place, name in enumerate(names):
        title(page, name)
        for number, question in enumerate(LESSONS[name].questions(), start=1):
            block = f".question:nth-child({number})"
            page.click(f"{block} input")
            page.keyboard.type(f"{question.answer:.6g}")
            page.click(f"{block} button:has-text('Check')")
            page.wait_for_selector(f"{block} .verdict.right")
        page.wait_for_selector(".answers .thing")
        assert "All questions answered" in page.inner_text(".finished")
        if place < 2:
            page.click(".finished button")
    assert page.locator("#choose option:has-text('✓')").count() == 3


@pytest.mark.parametrize("names", ROWS, ids="-".join)
def test_by_keyboard(visit, names):
    """The field of the next question has the focus, so a number and Enter are all there is to press."""
    page = visit(f"#lesson={names[0]}", viewport={"width": 400, "height": 800})
    for place, name in enumerate(names):
        title(page, name)
        for number, question in enumerate(LESSONS[name].questions(), start=1):
            field = f".question:nth-child({number}) input"
            if number == 1:  # has the focus too, below the words that are read first
                tab_to(page, field)
            page.wait_for_selector(f"{field}:focus")
            if number > 1:
                is_seen(page, field)
            page.keyboard.type(f"{question.answer:.6g}")
            page.keyboard.press("Enter")
            page.wait_for_selector(f".question:nth-child({number}) .verdict.right")
        page.wait_for_selector(".answers .thing")
        if place < 2:
            tab_to(page, ".finished button")
            page.keyboard.press("Enter")
    assert page.locator("#choose option:has-text('✓')").count() == 3
