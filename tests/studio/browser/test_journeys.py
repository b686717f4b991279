"""Journeys, by mouse and by keyboard alone: XOR learned, a weight edited, a table of the user's own taken along."""

from __future__ import annotations

import re
import subprocess
import sys

CSV = "color,power,doors,price\n" + "".join(
    f"{('red', 'blue', 'black')[i % 3]},{50 + 7 * (i % 31)},{2 + 2 * (i % 2)},{2000 + 420 * (i % 31) + 900 * (i % 3)}\n"
    for i in range(60)
)


def at(page, said: str) -> None:
    """Wait until the clock is there."""
    page.wait_for_selector(f"[data-value=where]:has-text('{said}')")


def drawer(page, name: str) -> None:
    """Open a drawer by its summary, and wait for what is in it."""
    page.click(f"details[data-drawer={name}] > summary")
    page.wait_for_selector(f"#{name} > *")


def saved(page, selector: str) -> str:
    """The text of what a link downloads."""
    with page.expect_download() as download:
        page.click(selector)
    return download.value.path().read_text()


def test_xor_is_trained_by_clicks(visit):
    page = visit("#data=xor")
    drawer(page, "data")
    page.wait_for_selector("[data-value='learn.good']:has-text('%')")
    drawer(page, "map")
    for _ in range(4):
        page.click("button[data-do=train]")
        page.wait_for_selector("button[data-do=play]")
        if page.inner_text("[data-value='learn.good']") == "100 %":
            break
        page.wait_for_timeout(600)  # slow parts follow twice a second
    page.wait_for_selector("[data-value='learn.good']:text-is('100 %')")
    page.wait_for_selector("#map [data-value='map:wrong'][d='']", state="attached")
    page.wait_for_selector("#map desc:has-text('0 of 4 rows are answered wrong')", state="attached")


def test_a_cell_of_the_truth_table_is_written_over(visit):
    page = visit("#data=xor")
    drawer(page, "data")
    page.select_option("#data select[data-row='1'][data-column='3']", "1")
    page.wait_for_url(lambda url: "cell=1" in url)
    assert page.input_value("#data select[data-row='1'][data-column='3']") == "1"


def test_a_click_into_the_map_adds_a_row(visit):
    page = visit("#data=xor")
    drawer(page, "map")
    page.select_option("#map select[data-name=put]", "1")
    page.wait_for_selector("#map [data-pick][data-y='1']")
    plot = page.locator("#map [data-pick]")
    box = plot.bounding_box()
    plot.click(position={"x": box["width"] / 4, "y": box["height"] / 4})
    page.wait_for_url(lambda url: "point=" in url)
    x1, x2, y = (float(part) for part in re.search(r"point=([^&]+)", page.url)[1].split("~"))
    assert (y, round(x1, 1), round(x2, 1)) == (1.0, 0.2, 0.8)


def test_the_start_of_a_descent_is_dragged_until_it_diverges(visit):
    page = visit("#data=xor")
    drawer(page, "surface")
    page.wait_for_selector("#surface [data-pick]")
    before = page.input_value("#surface input[name=x1]")
    drag_start(page, "#surface", 30, 30)
    page.wait_for_selector(f"#surface input[name=x1]:not([value='{before}'])")
    page.fill("#surface input[data-name=alpha]", "500")
    page.press("#surface input[data-name=alpha]", "Enter")
    page.wait_for_selector("#surface .verdict:has-text('learning rate 500')")


def test_the_start_on_the_surface_of_the_lesson_is_dragged(visit):
    """Its mark goes with the pointer, the descent from there is computed at the end, and the answers stay in view."""
    page = visit("#of=descent")
    page.wait_for_selector("#lesson h1:has-text('descent')")
    for number in range(1, 5):
        page.click(f".question:nth-child({number}) button[data-do=reveal]")
    page.wait_for_selector("#lesson [data-pick=place]")
    drag_start(page, "#lesson", 330, 290)
    page.wait_for_selector("#change-w:not([value='-1'])")
    assert float(page.input_value("#change-w")) > 2 and float(page.input_value("#change-b")) < 1
    page.fill("#change-alpha", "2.1")
    page.press("#change-alpha", "Enter")
    page.wait_for_selector("#lesson .verdict:has-text('It diverges')")
    assert page.evaluate("location.hash.includes('of.alpha=2.1')")


def drag_start(page, part: str, x: float, y: float) -> None:
    """Drag it to a place of the surface, in pixels."""
    mark, plot = (page.locator(f"{part} {found}") for found in ("[data-key='surface:start'] rect", "[data-pick]"))
    plot.scroll_into_view_if_needed()
    begin, area = mark.bounding_box(), plot.bounding_box()
    page.mouse.move(begin["x"] + 5, begin["y"] + 5)
    page.mouse.down()
    page.mouse.move(area["x"] + x, area["y"] + y, steps=3)
    moved = mark.bounding_box()
    assert abs(moved["x"] + moved["width"] / 2 - area["x"] - x) < 2, "the mark goes with the pointer"
    page.mouse.up()


def test_a_table_of_ones_own(visit, tmp_path):
    """Drop, train, inspect, why, leave."""
    (tmp_path / "cars.csv").write_text(CSV)
    page = visit("#data=xor")
    drawer(page, "data")
    page.set_input_files("#data input[type=file]", tmp_path / "cars.csv")
    page.wait_for_selector("#data td:text-is('black')")
    assert {"learn", "validate"} <= set(re.findall("learn|validate|judge", page.inner_text("#data")))
    page.click("button[data-do=train]")
    page.wait_for_selector("button[data-do=play]")
    drawer(page, "why")
    page.fill("#why input[data-name=explained]", "2")
    page.press("#why input[data-name=explained]", "Enter")
    page.wait_for_selector("#why caption:has-text('What each column did to row 2')")
    assert "blue" in page.inner_text("#why") and "price" in page.inner_text("#why")
    drawer(page, "leave")
    script = saved(page, "#leave a[href='/leave/python']")
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    cost = float(re.search(r"^J ([\d.e-]+)$", done.stdout, re.MULTILINE)[1])
    assert f"{cost:.3g}"[:4] in page.inner_text("#ledger") or f"{cost:.4g}" in page.inner_text("#ledger")


def test_a_weight_edited_scrubbed_branched_compared(visit):
    page = visit("#data=xor&step=20")
    at(page, "step 20")
    page.goto(page.url.split("#")[0] + "#data=xor&step=20&key=w12[1]")
    field = page.wait_for_selector("#inspector form[data-do=edit] input[name=value]")
    field.fill("2")
    field.press("Enter")
    page.wait_for_selector("#runs button:has-text('run 3'), #runs button:has-text('run 2')")
    page.focus(".scrubber")
    page.keyboard.press("Home")
    at(page, "step 0")
    assert "part after step" in page.inner_text("#runs") or "w12[1]" in page.inner_text("#runs")


# -- by keyboard alone -------------------------------------------------------------------------------------------------


def tab_to(page, selector: str) -> None:
    """Press the tab key until that has the focus."""
    for _ in range(200):
        if page.locator(f"{selector}:focus").count():
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the tab key does not come to {selector}")


def test_xor_by_keyboard(visit):
    page = visit("#data=xor")
    tab_to(page, "details[data-drawer=data] > summary")
    page.keyboard.press("Enter")
    page.wait_for_selector("#data [data-value='learn.good']")
    tab_to(page, "button[data-do=train]")
    for _ in range(4):
        page.keyboard.press("Enter")
        page.wait_for_selector("button[data-do=play]")
        page.wait_for_timeout(700)
        if page.inner_text("[data-value='learn.good']") == "100 %":
            break
    page.wait_for_selector("[data-value='learn.good']:text-is('100 %')")


def test_a_row_is_added_and_explained_by_keyboard(visit):
    page = visit("#data=xor")
    tab_to(page, "details[data-drawer=data] > summary")
    page.keyboard.press("Enter")
    page.wait_for_selector("#data [data-value='learn.good']")
    tab_to(page, "#data form input[name=x1]")
    page.keyboard.type("0,5")
    page.keyboard.press("Tab")
    page.keyboard.type("1/4")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "point=0.5~0.25" in url)
    tab_to(page, "#data button[data-name=explained][data-value='5']")
    page.keyboard.press("Enter")
    tab_to(page, "details[data-drawer=why] > summary")
    page.keyboard.press("Enter")
    page.wait_for_selector("#why caption:has-text('What each column did to row 5')")


def test_a_table_of_ones_own_by_keyboard(visit, tmp_path):
    (tmp_path / "cars.csv").write_text(CSV)
    page = visit("#data=xor")
    page.on("filechooser", lambda chooser: None)  # Playwright begins to look for choosers, which takes it a moment
    tab_to(page, "details[data-drawer=data] > summary")
    page.keyboard.press("Enter")
    page.wait_for_selector("#data [data-value='learn.good']")
    tab_to(page, "#data input[type=file]")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files(tmp_path / "cars.csv")
    page.wait_for_selector("#data td:text-is('black')")
    tab_to(page, "button[data-do=train]")
    page.keyboard.press("Enter")
    page.wait_for_selector("button[data-do=play]")
    tab_to(page, "details[data-drawer=leave] > summary")
    page.keyboard.press("Enter")
    tab_to(page, "#leave a[href='/leave/run']")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    path = download.value.path()
    tab_to(page, "#data input[type=file]")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files(
        {"name": "run.safetensors", "mimeType": "application/octet-stream", "buffer": path.read_bytes()}
    )
    page.wait_for_selector("#said:has-text('to the bit')")


def test_a_weight_edited_scrubbed_branched_compared_and_taken_along_by_keyboard(visit):
    """Without a mouse, from the first page on: every act is Tab, an arrow, Enter, Escape or a number that is typed."""
    page = visit()
    page.wait_for_selector("#next-answer:focus")
    tab_to(page, "details[data-drawer=data] > summary")
    page.keyboard.press("Enter")
    tab_to(page, "#data select[data-do=dataset]")
    page.keyboard.type("XOR")
    page.wait_for_url(lambda url: "data=xor" in url)
    tab_to(page, "button[data-do=train]")
    page.keyboard.press("Enter")
    at(page, "step 100")
    choose_by_arrows(page, "w12[1]")
    edit_by_keys(page, "2")  # the last step is gone on with
    page.wait_for_selector("#runs button:has-text('run 3')[aria-pressed=true]")
    page.keyboard.press("Escape")
    page.wait_for_selector("#inspector form", state="detached")
    tab_to(page, ".scrubber")
    page.keyboard.press("Home")
    at(page, "step 0")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    at(page, "step 3")
    choose_by_arrows(page, "w12[1]")
    edit_by_keys(page, "1/4")  # a branch in the middle of what is known
    page.wait_for_selector("#runs li:has-text('w12[1] = 0.25 at step 3')")
    tab_to(page, "button[data-do=train]")
    page.keyboard.press("Enter")
    at(page, "step 103")
    page.wait_for_selector("#runs .difference:has-text('first differ after step 3: w12[1] is')")
    tab_to(page, "#runs button:has-text('run 3')")
    page.keyboard.press("Enter")
    page.wait_for_selector("#runs li:has-text('run 4'):has-text('in grey')")
    assert page.locator("#network path.ghost").count() > 0
    tab_to(page, "#runs button:has-text('run 4')")
    page.keyboard.press("Enter")
    page.wait_for_selector("#runs button:has-text('run 4')[aria-pressed=true]")
    tab_to(page, "details[data-drawer=leave] > summary")
    page.keyboard.press("Enter")
    page.wait_for_selector("#leave li")
    tab_to(page, "#leave a[href='/leave/python']")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    script = download.value.path().read_text()
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    cost = float(re.search(r"^J ([\d.e-]+)$", done.stdout, re.MULTILINE)[1])
    assert f"{cost:.6g}" in page.inner_text("#ledger")


def choose_by_arrows(page, key: str) -> None:
    """To the network by the tab key, to a number of it by arrows, chosen by Enter."""
    tab_to(page, "#network svg [tabindex='0']")
    page.keyboard.press("Home")
    at_key, seen = "document.activeElement.dataset.key", []
    while page.evaluate(at_key) != key:
        seen.append(page.evaluate(at_key))
        assert len(seen) < 12, seen
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_selector("#inspector form")


def edit_by_keys(page, text: str) -> None:
    """A number typed while the chosen one has the focus takes its place."""
    page.keyboard.type(text[0])
    page.wait_for_selector("#inspector-value:focus")
    page.keyboard.type(text[1:])
    page.keyboard.press("Enter")
