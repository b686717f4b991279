"""What is measured of a page: rules of accessibility, sizes of letters and targets."""

from __future__ import annotations

from pathlib import Path

AXE = """async (where) => {
  const found = await axe.run(where, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]});
  return found.violations.filter((one) => ["serious", "critical"].includes(one.impact))
    .map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 120)).join(" | ")}`);
}"""

SMALL_LETTERS = """() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || !element.checkVisibility()) continue;
    if (element.closest(".said, title, desc, script, noscript")) continue;
    const drawn = element.closest("svg")?.getScreenCTM?.();
    const size = parseFloat(getComputedStyle(element).fontSize) * (drawn ? drawn.a : 1);
    if (size < 10.9) found.push(`${size.toFixed(1)} ${element.localName}: ${node.data.trim().slice(0, 30)}`);
  }
  return found;
}"""

SMALL_TARGETS = """() => [...document.querySelectorAll("button, summary, select, input, a")]
  .filter((one) => one.checkVisibility() && !one.closest(".said, svg") && !one.matches(".skip, p a"))
  .map((one) => [one, one.getBoundingClientRect()])
  .filter(([, {width, height}]) => width < 24 || height < 24)
  .map(([one, {width, height}]) => `${width.toFixed()}x${height.toFixed()} ${one.outerHTML.slice(0, 80)}`)"""


def serious(page, node_modules: Path, where: str = "html") -> list[str]:
    """What axe-core finds below an element that is serious or worse."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate((node_modules / "axe-core" / "axe.min.js").read_text(encoding="utf-8"))
    return page.evaluate(AXE, where)
