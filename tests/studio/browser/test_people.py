"""Screens, papers and people: narrow and enlarged pages, print, no colors, forced colors, no motion; files dropped."""

from __future__ import annotations

import pytest

from glassnet.studio.web.handle import Studio, sessions

CSV = "hours,sleep,passes\n" + "".join(f"{i % 9},{5 + i % 4},{'yes' if i % 9 > 4 else 'no'}\n" for i in range(40))
CUT = """() => [...document.querySelectorAll("button, input, select, summary, h1, h2, output")]
  .filter((one) => one.checkVisibility() && !one.closest(".said, .skip, #error"))
  .filter((one) => {
    const {left, right} = one.getBoundingClientRect();
    if (left < -1 || right > document.documentElement.clientWidth + 1) return !one.closest(".scroll");
    for (let box = one.parentElement; box && box !== document.body; box = box.parentElement) {
      const around = box.getBoundingClientRect();
      const hides = getComputedStyle(box).overflowX !== "visible" && !box.matches(".scroll, pre");
      if (hides && (left < around.left - 1 || right > around.right + 1)) return true;
    }
    return false;
  })
  .map((one) => one.outerHTML.slice(0, 90))"""


CUT_ON_PAPER = """() => [...document.querySelectorAll("main *")]
  .filter((one) => one.checkVisibility() && !one.closest(".said"))
  .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 || (getComputedStyle(one).overflowY !== "visible"
    && !one.closest("svg") && one.clientHeight && one.scrollHeight > one.clientHeight + 1))
  .map((one) => `${one.localName}.${one.className.baseVal ?? one.className}`)"""


def begun(visit, width: int = 1000, fragment: str = "", **options):
    """A page with its network."""
    page = visit(fragment, viewport={"width": width, "height": 800}, **options)
    page.wait_for_selector("#network svg")
    return page


def styled(page, selector: str, name: str) -> str:
    """What a property comes to."""
    return page.eval_on_selector(selector, f"one => getComputedStyle(one).getPropertyValue('{name}')")


@pytest.mark.parametrize("width", [320, 400, 640, 1000])
def test_nothing_is_cut_at_an_edge(visit, width):
    """640 pixels are what a page of 1280 has at 200 % zoom."""
    page = begun(visit, width, "#data=xor&open=data&open=settings&open=surface&step=3&key=w12[1]")
    page.wait_for_selector("#surface [data-pick]")
    page.wait_for_selector("#inspector form")
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
    assert page.evaluate(CUT) == []
    page.select_option("#choose", "descent")
    page.wait_for_selector("#lesson .question")
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
    assert page.evaluate(CUT) == []


def test_at_400_pixels_the_buttons_of_the_clock_stand_in_one_row(visit):
    page = begun(visit, 400)
    tops = page.eval_on_selector_all(".acts button", "all => all.map((one) => one.getBoundingClientRect().top)")
    assert len(tops) == 4 and len(set(tops)) == 1


@pytest.mark.parametrize("data", ["lesson&of=go-to-class", "xor", "moons"])
def test_at_1280_pixels_a_network_has_room_next_to_its_ledger(visit, data):
    page = begun(visit, 1280, f"#data={data}&step=1")
    page.wait_for_function("data => location.hash.includes(data)", arg=f"data={data.partition('&')[0]}")
    scene = "#network .glassnet-scene"
    assert page.eval_on_selector(scene, "one => one.scrollWidth - one.clientWidth") <= 0
    network, ledger = (page.locator(name).bounding_box() for name in (".network", ".ledger"))
    assert ledger["x"] >= network["x"] + network["width"]


def test_on_a_phone_the_first_question_is_seen_at_once(visit):
    page = visit(viewport={"width": 400, "height": 800})
    page.wait_for_selector("#next-answer:focus")
    box, clock = page.locator("#next-answer").bounding_box(), page.locator(".clock-bar").bounding_box()
    assert box["y"] > 0 and box["y"] + box["height"] < clock["y"]
    page.click(".next button[data-do=reveal]")  # one click, and the next is asked
    page.wait_for_selector("#network :text('z1 = 0.6986'), #network text:has-text('0.6986')", state="attached")


def test_on_paper_everything_is_there_and_no_button(visit):
    page = begun(visit, 718, "#data=xor&step=3&open=why", color_scheme="dark")  # a sheet of A4 between its margins
    page.wait_for_selector("#why table")
    page.emulate_media(media="print")
    shown = page.evaluate("""() => [...document.querySelectorAll("button, form, header, .clock-bar")]
      .filter((one) => one.checkVisibility()).map((one) => one.outerHTML.slice(0, 60))""")
    assert shown == []
    assert page.evaluate(CUT_ON_PAPER) == []
    for part in ("#lesson", "#network svg", "#ledger", "#why table"):
        assert page.locator(part).first.is_visible(), part
    assert styled(page, ":root", "color-scheme") == "light"
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_nothing_is_said_by_color_alone(visit):
    page = begun(visit, 1000, "#data=xor&step=3&open=map&open=matrices")
    page.wait_for_selector("#map [data-value='map:wrong']", state="attached")
    page.wait_for_selector("#matrices svg")
    signs = page.evaluate("""() => [...document.querySelectorAll("#network g[data-key] > path:not(.ghost)")]
      .map((path) => [path.getAttribute("class"), path.hasAttribute("stroke-dasharray")])""")
    assert {tuple(pair) for pair in signs} == {("l-positive", False), ("l-negative", True)}
    heat = page.evaluate("""() => [...document.querySelectorAll("#matrices g[shape-rendering] path")]
      .map((path) => [path.getAttribute("class"), path.hasAttribute("stroke-dasharray")])""")
    assert {tuple(pair) for pair in heat} == {("l-positive", False), ("l-negative", True)}
    rows = page.evaluate("""() => Object.fromEntries([...document.querySelectorAll("#map [data-row]")].map((row) =>
      [row.querySelector("title").textContent.split(", ").at(-1), row.lastElementChild.localName]))""")
    assert rows == {"no": "circle", "yes": "rect"}
    pressed, other = (f"[data-do=lens][aria-pressed={on}]" for on in ("true", "false"))
    assert styled(page, pressed, "box-shadow") != styled(page, other, "box-shadow")
    assert page.inner_text("#worry")[0] in "⚠•✓"


def test_with_forced_colors_choices_and_maps_can_be_seen(visit):
    page = begun(visit, 1000, "#data=xor&step=3&open=map", forced_colors="active")
    page.wait_for_selector("#map g[shape-rendering]")
    text = styled(page, "body", "color")
    assert styled(page, "#network g[data-key] > path", "stroke") == text
    inks = page.locator("#map svg").first.evaluate("""one => [...new Set(
      [...one.querySelectorAll("g[shape-rendering] path")].map((path) => getComputedStyle(path).stroke))]""")
    assert len(inks) == 2 and text not in inks
    assert styled(page, "[data-do=lens][aria-pressed=true]", "outline-style") == "solid"
    assert styled(page, "[data-do=lens][aria-pressed=false]", "outline-style") == "none"
    page.focus("#theme")
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_nothing_moves_for_those_who_want_it_so(visit):
    page = begun(visit, 1000)
    assert styled(page, "#theme", "transition-duration") == "0.12s"
    page.emulate_media(reduced_motion="reduce")
    moving = page.evaluate("""() => [...document.querySelectorAll("*")].filter((one) => {
      const {transitionDuration, animationName, scrollBehavior} = getComputedStyle(one);
      return /[1-9]/.test(transitionDuration) || animationName !== "none" || scrollBehavior === "smooth";
    }).length""")
    assert moving == 0


def test_a_file_is_dragged_onto_the_page_and_dropped(visit, tmp_path):
    """As the browser does it, on the drawer's place and next to it: either way the page stays and learns the table."""
    page = begun(visit, 1000, "#data=xor&open=data")
    page.wait_for_selector("#data [data-drop]")
    page.locator("#data [data-drop]").scroll_into_view_if_needed()
    box = page.locator("#data [data-drop]").bounding_box()
    dropped(page, tmp_path, "exam.csv", box["x"] + 20, box["y"] + 20, ["dragEnter", "dragOver"])
    page.wait_for_selector("#data [data-drop].over")
    dropped(page, tmp_path, "exam.csv", box["x"] + 20, box["y"] + 20, ["drop"])
    page.wait_for_selector("#data caption:has-text('of 40')")
    assert page.locator(".over").count() == 0 and "exam.csv" in page.title()
    dropped(page, tmp_path, "second.csv", 300, 60, ["dragEnter", "dragOver", "drop"])
    page.wait_for_function("() => document.title.includes('second.csv')")
    dropped(page, tmp_path, "empty.csv", 300, 60, ["dragEnter", "dragOver", "drop"], "")
    page.wait_for_selector("#error:has-text('empty')")
    assert "second.csv" in page.title()
    visit.complaints.clear()  # the refusal is a 400


def dropped(page, folder, name: str, x: float, y: float, acts: list[str], text: str = CSV) -> None:
    """A file dragged over a place by the browser itself."""
    (folder / name).write_text(text)
    browser = page.context.new_cdp_session(page)
    for act in acts:
        data = {"items": [], "files": [str(folder / name)], "dragOperationsMask": 1}
        browser.send("Input.dispatchDragEvent", {"type": act, "x": x, "y": y, "data": data})


def test_marks_of_lessons_and_the_dark_outlive_the_studio(visit, browser):
    """Kept by the browser alone, for any port; taken away by a button."""
    page = begun(visit)
    page.select_option("#choose", "collapse")
    for text in ("6", "7"):
        page.fill(".question:last-child input", text)
        page.press(".question:last-child input", "Enter")
        page.wait_for_selector(".question .verdict.right")
    mark = "#choose option[value=collapse]:has-text('✓')"
    page.wait_for_selector(mark, state="attached")
    page.click("#theme")
    assert "look=dark" in page.url
    with Studio(sessions(), uses=9) as another:
        page.goto(another.url)
        page.wait_for_selector(mark, state="attached")
        assert page.get_attribute("html", "data-theme") == "dark"
        page.click(".help > summary")
        page.click("#forget")
        page.wait_for_selector(mark, state="detached")
        page.reload()
        page.wait_for_selector("#choose")
        assert page.locator(mark).count() == 0


def test_a_link_may_say_dark_to_those_who_have_not_chosen(visit):
    page = begun(visit, 1000, "#data=xor&look=dark", color_scheme="light")
    assert page.get_attribute("html", "data-theme") == "dark" and page.url.endswith("&look=dark")


def test_units_are_added_and_taken_away_below_the_drawing(visit):
    page = begun(visit, 1000, "#data=xor")
    page.click(".network .change > summary")
    page.click("button[data-do=units][data-by='1']")
    page.wait_for_selector("#network :text('2-4-1')", state="attached")
    page.focus("button[data-do=layer][data-add=true]")
    page.keyboard.press("Enter")
    page.wait_for_selector("#network :text('2-4-4-1')", state="attached")
    assert page.evaluate("document.activeElement.dataset.do") == "layer"
    page.click("button[data-do=layer][data-add=false]")
    page.wait_for_selector("#network :text('2-4-1')", state="attached")
