"""Coming in, as browsers do it: links, cookies, reloads, further tabs; and what other sites cannot do."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator

import pytest

from studio.browser.looking import SMALL_LETTERS, serious

MANY = ["<img src={0}/leave/run>", "<script src={0}/static/enter.js></script>", "<iframe src={0}/></iframe>"]
MANY += [
    "<link rel=stylesheet href={0}/sheet.css>",
    "<form method=post action={0}/upload?name=a><button>go</button></form>",
]


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """Another server, which answers what stands in the address."""

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(pages.get(self.path, "").encode())

        def log_message(self, *arguments: object) -> None:
            pass

    pages: dict[str, str] = {}
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    server.pages = pages
    yield server
    server.shutdown()
    server.server_close()


def inside(page) -> bool:
    """Whether it is the studio that is seen, not one of its doors."""
    page.wait_for_load_state()
    doors = page.locator("script[src='/static/enter.js']").count()
    return not doors and "press Enter" not in page.inner_text("body")


def test_a_link_leads_in_and_leaves_no_token(visit, studio):
    page = visit("#step=0")
    assert inside(page) and "token" not in page.url and page.url.startswith(f"http://127.0.0.1:{studio.port}/#")
    page.reload()
    assert inside(page)
    second = page.context.new_page()
    second.goto(f"http://127.0.0.1:{studio.port}/")
    assert inside(second)
    page.go_back()
    assert "token" not in page.url


def test_without_a_link_a_page_says_what_to_do(visit, studio):
    page = visit()
    page.context.clear_cookies()
    page.goto(f"http://127.0.0.1:{studio.port}/")
    assert "press Enter in the terminal" in page.inner_text("main")
    visit.complaints.clear()  # the 403 is what was wanted


def test_the_door_can_be_read_by_all(visit, studio, node_modules):
    page = visit(viewport={"width": 400, "height": 800})
    page.context.clear_cookies()
    page.goto(f"http://127.0.0.1:{studio.port}/")
    assert serious(page, node_modules) == [] == page.evaluate(SMALL_LETTERS)
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    visit.complaints.clear()


def test_a_link_on_another_site_leads_back(visit, studio, elsewhere):
    """The cookie is not sent with what other sites ask for; the page asks once more from within."""
    page = visit()
    elsewhere.pages["/"] = (
        f"<!doctype html><link rel=icon href=data:,><a href='http://127.0.0.1:{studio.port}/#step=0'>go</a>"
    )
    page.goto(f"http://localhost:{elsewhere.server_port}/")
    page.click("a")
    page.wait_for_url(f"http://127.0.0.1:{studio.port}/#*")
    page.wait_for_selector("script[src='/static/enter.js']", state="detached")
    assert inside(page)


def test_another_site_cannot_do_anything(visit, studio, elsewhere):
    page, target = visit(), f"http://127.0.0.1:{studio.port}"
    elsewhere.pages["/"] = "<!doctype html><link rel=icon href=data:,>" + "".join(MANY).format(target)
    page.goto(f"http://localhost:{elsewhere.server_port}/")
    tried = page.evaluate(TRIED, target)
    assert tried == {"fetch": "refused", "cookies": "refused", "opaque": "opaque", "socket": "closed"}
    assert page.frames[1].evaluate("document.body.innerText") != "glassnet studio"
    page.click("button")
    page.wait_for_url("**/upload?name=a")
    assert "own page only" in page.inner_text("body")
    visit.complaints.clear()  # the browser says what it refused


TRIED = """async (target) => {
  const how = (options) => fetch(target + "/leave/run", options).then((answer) => answer.type, () => "refused");
  const socket = new Promise((done) => {
    const tried = new WebSocket(target.replace("http", "ws") + "/live");
    tried.onopen = () => done("open");
    tried.onclose = () => done("closed");
  });
  return {fetch: await how(), cookies: await how({credentials: "include"}), opaque: await how({mode: "no-cors"}).then(
    (kind) => kind === "refused" ? "opaque" : kind), socket: await socket};
}"""
