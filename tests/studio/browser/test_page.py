"""The page itself: sizes, widths, schemes, the keyboard, and what its JavaScript does with markup and formulas."""

from __future__ import annotations

import pytest

from glassnet.glass.formula import marked, runs
from glassnet.studio.parts import PARTS
from studio.browser.looking import SMALL_LETTERS, SMALL_TARGETS, serious

DRAWERS = [part.name for part in PARTS.values() if part.drawer]


def begun(visit, width: int, **options):
    """A page on which the first number is asked for."""
    page = visit(viewport={"width": width, "height": 800}, **options)
    page.wait_for_selector("#next-answer:focus")
    return page


def with_all_drawers(page):
    """Every drawer open, and filled."""
    for name in DRAWERS:
        page.click(f"[data-drawer={name}] > summary")
        page.wait_for_function("name => document.getElementById(name).childElementCount > 0", arg=name)
    return page


@pytest.mark.parametrize("width", [1000, 400, 320])
def test_letters_targets_and_width(visit, width):
    page = with_all_drawers(begun(visit, width))
    assert page.evaluate(SMALL_LETTERS) == []
    assert page.evaluate(SMALL_TARGETS) == []
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width


def test_every_drawer_can_be_read_aloud(visit, node_modules):
    page = with_all_drawers(begun(visit, 1400, color_scheme="dark"))
    assert serious(page, node_modules) == []


def test_light_and_dark_are_the_readers_choice(visit):
    page = begun(visit, 1000, color_scheme="light")
    paper = "getComputedStyle(document.querySelector('header')).backgroundColor"
    assert page.evaluate(paper) == "rgb(255, 255, 255)"
    page.click("#theme")
    assert page.evaluate(paper) == "rgb(21, 24, 29)"
    page.reload()
    page.wait_for_selector("#lesson h1")
    assert page.evaluate(paper) == "rgb(21, 24, 29)" and page.get_attribute("#theme", "aria-pressed") == "true"


def test_numbers_are_walked_by_arrows_and_chosen_by_enter(visit):
    page = begun(visit, 1400)
    assert page.locator("#network [tabindex='0']").count() == 1 and page.locator("#ledger [tabindex='0']").count() == 1
    page.locator("#network [data-key='w11[1]']").first.focus()
    page.keyboard.press("ArrowDown")
    at = "document.activeElement.dataset.key + ' ' + document.activeElement.getAttribute('aria-label')"
    assert page.evaluate(at) == "w12[1] assignments due to a1[1]: 0.1"
    page.keyboard.press("Enter")
    page.wait_for_selector("#network .dimmed")
    lit = page.evaluate("[...document.querySelectorAll('#network .lit')].map((one) => one.dataset.key)")
    assert lit == ["w12[1]", "w11[2]"]
    page.keyboard.press("Escape")
    page.wait_for_selector("#network .dimmed", state="detached")
    page.locator("#ledger summary").first.focus()
    page.evaluate("() => document.activeElement.parentElement.open = false")
    page.keyboard.press("ArrowRight")  # unfolds
    page.wait_for_selector("#ledger details[open] [data-key=x1]")  # which is sent only then
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.dataset.key") == "x1"
    assert page.locator("#network .lighted").count() >= 1


def test_time_is_moved_by_keys(visit):
    page = begun(visit, 1000)
    page.locator("#theme").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.querySelector('[data-value=where]').textContent.includes('operation 1 of')")
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("() => document.querySelector('[data-value=where]').textContent.includes('operation 0 of')")
    assert page.evaluate("document.activeElement.id") == "theme"


def test_what_could_run_is_refused(visit):
    page = begun(visit, 1000)
    left = page.evaluate("""async () => {
      const {fragment} = await import("/static/markup.js");
      const box = document.createElement("div");
      box.append(fragment(`<p onclick="a()" style="color:red">one<script>a()</script><iframe srcdoc="x"></iframe></p>
        <a href=" javascript:a()">two</a><svg onload="a()"><set/><text>three</text></svg>`));
      return box.innerHTML.replace(/\\s+/g, " ");
    }""")
    visit.complaints.clear()  # the policy, too, has seen what was to be refused
    assert left == "<p>one</p> <a>two</a><svg><text>three</text></svg>"


def test_formulas_are_set_as_the_library_sets_them(visit):
    page = begun(visit, 1000)
    formulas = ["z1 = -2e-5", "dJ/dW[2] = y^1 - 0.5*x2", "w13[1] a2[1] + b1[1]", "0.25", "e^-z"]
    set_ = page.evaluate("""async (formulas) => {
      const {pieces} = await import("/static/notation.js");
      return formulas.map((one) => pieces(one).map(({text, level}) => [text, {"": 0, "_": -1, "^": 1}[level]]));
    }""", [marked(formula) for formula in formulas])  # fmt: skip
    assert set_ == [[[run.text, run.level] for run in runs(formula)] for formula in formulas]


def test_words_between_numbers_keep_their_distance(visit):
    page = begun(visit, 1000)
    said = page.evaluate("""async () => {
      const {formulas} = await import("/static/notation.js");
      const row = document.createElement("p");
      row.append(...formulas("= (10, 8), row 36, largest x_{53} = relu(z) + dw_{1} ln(2)"));
      return row.textContent.replace(/[ \u00a0]+/g, " ").trim();
    }""")
    assert said == "=(10, 8), row 36, largest x53 =relu(z)+ dw1ln(2)"
