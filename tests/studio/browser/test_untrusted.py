"""An untrusted table: what is in its cells is shown as it is, and never run."""

from __future__ import annotations

EVIL = [
    "<img src=x onerror=run()>",
    "<script>run()</script>",
    "</td><svg onload=run()>",
    "javascript:run()",
    "${run()}",
]
EVIL += ["<a href=javascript:run()>a</a>", "{{run()}}", "]]><b>bold</b>", "&lt;i&gt;"]
SENT = """async (lines) => {
  window.ran = 0;
  window.run = () => { window.ran += 1; };
  const name = encodeURIComponent("<img src=x onerror=run()>.csv");
  const answer = await fetch("/upload?name=" + name, {method: "POST", body: lines.join("\\n") + "\\n"});
  return [answer.status, await answer.text()];
}"""


def test_what_is_in_a_table_is_shown_and_never_run(visit):
    page = visit()
    page.wait_for_selector("#network svg")
    header = ",".join(f'"{text}"' for text in [*EVIL[:3], "answer"])
    rows = [f'{i % 7},{i % 5},"{EVIL[i % 9]}","{EVIL[3 + i % 3]}"' for i in range(60)]
    assert page.evaluate(SENT, [header, *rows]) == [204, ""]
    page.wait_for_selector("#network :text('onerror')", state="attached")  # a name of an input
    for drawer in page.locator("details[data-drawer]").all():
        drawer.locator("summary").first.click()
    page.wait_for_timeout(500)
    assert page.evaluate("window.ran") == 0
    assert page.locator("main img[src=x], main script, [onerror], [onload], a[href^='javascript'], main b").count() == 0
