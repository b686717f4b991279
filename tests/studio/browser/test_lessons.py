"""Each lesson in the page: its numbers are the library's, right answers and usual slips are recognized, nothing that a
reader of screens would miss.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from glassnet import LESSONS
from glassnet.studio.parts.lesson import WALKED
from studio.browser.looking import serious

READ = [name for name in LESSONS if name not in WALKED]


@pytest.fixture(scope="module")
def open_page(browser, studio) -> Iterator[object]:
    """One page for all lessons, as a pupil has it."""
    context = browser.new_context(viewport={"width": 1000, "height": 800})
    context.set_default_timeout(60_000)
    page, complaints = context.new_page(), []
    page.on("console", lambda said: said.type in ("error", "warning") and complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(studio.url)
    page.wait_for_selector("#lesson h1")
    yield page
    context.close()
    assert complaints == []


def opened(page, name: str) -> None:
    """Choose a lesson, and wait until it is there."""
    page.select_option("#choose", name)
    page.wait_for_function(
        "title => document.querySelector('#lesson h1').textContent === title", arg=LESSONS[name].title
    )


def answered(page, number: int, text: str) -> tuple[str, str]:
    """What is said of an answer: its kind, and the sentence."""
    block = page.locator(f".question:nth-child({number})")
    block.locator("input").fill(text)
    block.locator("input").press("Enter")
    said = block.locator(".verdict")
    page.wait_for_function(
        "([block, kinds]) => document.querySelector(block)?.className.match(kinds)",
        arg=[f".question:nth-child({number}) .verdict", "right|slip|wrong|unread"],
    )
    kind = (said.get_attribute("class") or "").split()[-1]
    return kind, said.inner_text()


@pytest.mark.parametrize("name", READ)
def test_a_lesson_is_answered_in_the_page(open_page, node_modules, name):
    lesson, page = LESSONS[name], open_page
    screen, questions = lesson.opened()
    opened(page, name)
    assert page.locator(".answers").count() == 0
    slip = None
    for number, question in enumerate(questions, start=1):
        slips = question.distinct_slips()
        if slip is None and slips:
            value = next(iter(slips.values()))
            slip, said = answered(page, number, f"{value:.10g}")
            assert slip == "slip", (question.ask, value, said)
            page.wait_for_selector(f".question:nth-child({number}) .verdict.slip")
        page.fill(f".question:nth-child({number}) input", f"{question.answer:.10g}")
        page.press(f".question:nth-child({number}) input", "Enter")
        page.wait_for_selector(f".question:nth-child({number}) .verdict.right")
    assert slip == "slip"
    page.wait_for_selector(".answers .thing")
    assert page.locator(".answers .thing").count() == len(screen.shown)
    assert "✓" in page.locator(f"#choose option[value={name}]").inner_text()
    assert serious(page, node_modules, "#lesson") == []


def test_the_walked_lesson_asks_for_one_number_after_the_other(visit, node_modules):
    """Typed without a click: the blank has the focus; a slip is named; the number stands in ledger and network then."""
    page = visit()
    page.wait_for_selector("#next-answer:focus")
    first = LESSONS["go-to-class"].questions()[0]
    assert page.locator("#network [data-key='z1[1]']").first.text_content() == "z1 = ?"
    page.keyboard.type(f"{first.distinct_slips()['the bias is forgotten']:.6g}")
    page.keyboard.press("Enter")
    page.wait_for_selector(".next .verdict.slip")
    assert "bias is forgotten" in page.inner_text("#said")
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("0,7")
    page.keyboard.press("Enter")
    page.wait_for_selector(".next .verdict.right")
    assert page.locator("#network [data-key='z1[1]']").first.text_content() == f"z1 = {first.answer:.4g}"
    page.wait_for_selector("#next-answer:focus")
    assert page.input_value("#next-answer") == ""
    assert serious(page, node_modules) == []
